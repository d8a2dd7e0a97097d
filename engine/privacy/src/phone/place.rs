//! Whether a number stands alone.

/// How many spaces and quotation marks may stand between a number and the border of its cell.
const PADDING: usize = 8;

/// How much a number fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// A part of something else.
    Inside,
    /// A cell of a table, or a whole string in quotation marks.
    Cell,
    /// A line.
    Line,
    /// The text.
    Text,
}

/// Fewest digits beside a cell that make its line a row of numbers.
const NUMBER_DIGITS: usize = 6;

/// Whether a line or a cell may begin behind `before`, or behind the sign or bracket at its end.
pub(super) fn may_begin(before: &[u8]) -> bool {
    before.last().is_none_or(|byte| b"\n\r\t ,;|\"'(+".contains(byte))
}

/// The place of `text[start..end]`: the lesser of what its two sides say.
pub(super) fn of(text: &[u8], start: usize, end: usize) -> Place {
    let left = side(text[..start].iter().rev());
    if left == Place::Inside { left } else { left.min(side(text[end..].iter())) }
}

fn side<'a>(mut bytes: impl Iterator<Item = &'a u8>) -> Place {
    let mut is_line = false;
    let mut is_quoted = false;
    for i in 0.. {
        match bytes.next() {
            None => return Place::Text,
            Some(_) if i == PADDING => return if is_line { Place::Line } else { Place::Inside },
            Some(b'\n') => is_line = true,
            Some(b' ' | b'\r') => {}
            Some(b'"' | b'\'') => is_quoted = true,
            Some(_) if is_line => return Place::Line,
            Some(b'\t' | b',' | b';' | b'|') => return beside(bytes),
            Some(_) if is_quoted => return Place::Cell,
            Some(_) => return Place::Inside,
        }
    }
    Place::Text
}

/// What the neighbour of a cell says: beside another long number it is one of a row of numbers.
fn beside<'a>(bytes: impl Iterator<Item = &'a u8>) -> Place {
    let mut neighbour = bytes.skip_while(|byte| matches!(byte, b' ' | b'"' | b'\'')).take(NUMBER_DIGITS);
    let is_number = neighbour.by_ref().take_while(|byte| byte.is_ascii_digit()).count() == NUMBER_DIGITS;
    if is_number { Place::Inside } else { Place::Cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Place {
        let at = text.find('0').expect("the number's place");
        of(text.as_bytes(), at, at + 1)
    }

    #[test]
    fn borders_tell_the_place() {
        assert_eq!(place("0"), Place::Text);
        assert_eq!(place(" \"0\" "), Place::Text);
        assert_eq!(place("0\n"), Place::Text);
        assert_eq!(place("a\n0\nb"), Place::Line);
        assert_eq!(place("a,0,b"), Place::Cell);
        assert_eq!(place("a | 0 | b"), Place::Cell);
        assert_eq!(place("12, 0, 34"), Place::Cell);
        assert_eq!(place("a,0,123456"), Place::Inside);
        assert_eq!(place("\"123456\", \"0\""), Place::Inside);
        assert_eq!(place("[\"0\"]"), Place::Cell);
        assert_eq!(place("a 0"), Place::Inside);
        assert_eq!(place("0 b"), Place::Inside);
    }
}

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

/// The place of `text[start..end]`: the lesser of what its two sides say.
pub(super) fn of(text: &[u8], start: usize, end: usize) -> Place {
    let left = side(text[..start].iter().rev());
    if left == Place::Inside { left } else { left.min(side(text[end..].iter())) }
}

fn side<'a>(bytes: impl Iterator<Item = &'a u8>) -> Place {
    let mut is_line = false;
    let mut is_quoted = false;
    for (i, byte) in bytes.enumerate() {
        match byte {
            _ if i == PADDING => return if is_line { Place::Line } else { Place::Inside },
            b'\n' => is_line = true,
            b' ' | b'\r' => {}
            b'"' | b'\'' => is_quoted = true,
            _ if is_line => return Place::Line,
            b'\t' | b',' | b';' | b'|' => return Place::Cell,
            _ if is_quoted => return Place::Cell,
            _ => return Place::Inside,
        }
    }
    Place::Text
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
        assert_eq!(place("[\"0\"]"), Place::Cell);
        assert_eq!(place("a 0"), Place::Inside);
        assert_eq!(place("0 b"), Place::Inside);
    }
}

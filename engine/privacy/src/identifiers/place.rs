//! How a stretch of text stands among its neighbours.

use super::form::Standing;

/// Blanks that are looked over beside a value.
const BLANKS_MAX: usize = 8;
/// Lengths of a word of letters and digits that may be another value in a row of values.
const VALUE_MIN: usize = 7;
const WORD_MAX: usize = 20;

/// Whether `text[start..end]` is the whole text, or a whole line or cell, or neither (`Announced`).
pub(super) fn standing(text: &[u8], start: usize, end: usize) -> Standing {
    let before = edge(text[..start].iter().rev().copied());
    let after = edge(text[end..].iter().copied());
    match (before, after) {
        (Edge::Text, Edge::Text) => Standing::Text,
        (Edge::None, _) | (_, Edge::None) => Standing::Announced,
        _ => Standing::Cell,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    /// The text ends.
    Text,
    /// A line or a cell ends.
    Cell,
    None,
}

fn edge(bytes: impl Iterator<Item = u8>) -> Edge {
    let mut bytes = bytes.peekable();
    // Words that were looked over: values of the same kind, or the "and" between them.
    let (mut values, mut between) = (0, 0);
    for _ in 0..=BLANKS_MAX {
        match bytes.next() {
            None if values >= between => return Edge::Text,
            Some(b'\n' | b'\t' | b'|') if values >= between => {
                return if bytes.all_blank() { Edge::Text } else { Edge::Cell };
            }
            Some(b' ' | b'\r' | b'"' | b'\'' | b',') => {}
            Some(byte) if byte.is_ascii_alphanumeric() => {
                let (mut len, mut digits, mut letters) =
                    (1, u8::from(byte.is_ascii_digit()), u8::from(byte.is_ascii_alphabetic()));
                while let Some(next) = bytes.next_if(|next| len <= WORD_MAX && next.is_ascii_alphanumeric()) {
                    len += 1;
                    digits |= u8::from(next.is_ascii_digit());
                    letters |= u8::from(next.is_ascii_alphabetic());
                }
                match (len, digits, letters) {
                    (VALUE_MIN..=WORD_MAX, 1, 1) => values += 1,
                    (2..=3, 0, 1) => between += 1,
                    _ => return Edge::None,
                }
            }
            _ => return Edge::None,
        }
    }
    Edge::None
}

/// The little that is left of a text after its last line.
trait AllBlank {
    fn all_blank(self) -> bool;
}

impl<I: Iterator<Item = u8>> AllBlank for I {
    fn all_blank(mut self) -> bool {
        (0..=BLANKS_MAX).all(|_| self.next().is_none_or(|byte| byte.is_ascii_whitespace())) && self.next().is_none()
    }
}

/// Whether the value is cut out of something longer: a path, a decimal, an identifier of a program, a row of groups.
pub(super) fn is_cut_out(text: &[u8], start: usize, end: usize) -> bool {
    is_cut_before(text, start) || is_cut_after(text, end)
}

/// Whether what stands before `start` says so. Such a value is no line or cell of its own.
pub(super) fn is_cut_before(text: &[u8], start: usize) -> bool {
    match text[..start] {
        // `id:1`, `id=1`, `id#1` name a value; `12:1` and `x-1` are one thing.
        [.., before, b':' | b'=' | b'#'] => before.is_ascii_digit(),
        [.., b'_' | b'@' | b'$' | b'%' | b'\\' | b'~' | b'&' | b'*' | b'^' | b'-' | b'/' | b'.' | b'+'] => true,
        _ => false,
    }
}

/// Whether what stands from `end` on says so. Such a value is no line or cell of its own.
pub(super) fn is_cut_after(text: &[u8], end: usize) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    match text[end..] {
        [b'_' | b'@' | b'%' | b'*' | b'^' | b'(' | b'[', ..] => true,
        [b'-' | b'.' | b'/' | b':' | b'+' | b'=' | b'~', next, ..] => is_word(next),
        _ => false,
    }
}

/// Whether the value is a part of a path or of a URL.
pub(super) fn is_path(text: &[u8], start: usize, end: usize) -> bool {
    start > 0 && matches!(text[start - 1], b'.')
        || matches!(text.get(end..end + 2), Some([b'/' | b'.', next]) if next.is_ascii_alphanumeric())
}

/// Whether another group of digits stands beside the value with one blank between: then the value may be a part of a row.
pub(super) fn is_in_a_row(text: &[u8], start: usize, end: usize) -> bool {
    let before = start >= 2 && text[start - 1] == b' ' && text[start - 2].is_ascii_digit();
    let after = matches!(text.get(end..end + 2), Some([b' ', digit]) if digit.is_ascii_digit());
    before || after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Standing {
        let start = text.find('1').unwrap_or(0);
        standing(text.as_bytes(), start, start + 3)
    }

    #[test]
    fn lines_cells_and_texts() {
        assert_eq!(of("123"), Standing::Text);
        assert_eq!(of(" \"123\"\n"), Standing::Text);
        assert_eq!(of("a\n123\nb"), Standing::Cell);
        assert_eq!(of("| a | 123 | b |"), Standing::Cell);
        assert_eq!(of("a\t123\tb"), Standing::Cell);
        assert_eq!(of("a 123"), Standing::Announced);
        assert_eq!(of("123, 4"), Standing::Announced);
    }

    #[test]
    fn parts_of_longer_things_are_known() {
        for text in ["/123", "a-123", "3.123", "123.4", "123-b", "_123", "123_", "$123", "4:123", "123(x)", "1:123"] {
            let start = text.find("123").unwrap();
            assert!(is_cut_out(text.as_bytes(), start, start + 3), "{text}");
        }
        for text in ["123", "(123)", "a: 123.", "123, b", "\"123\"", "#123", "id=123", "id:123"] {
            let start = text.find("123").unwrap();
            assert!(!is_cut_out(text.as_bytes(), start, start + 3), "{text}");
        }
    }
}

//! From where to where a number goes: the sign, the brackets and the extension belong to it.

use conclave_protocol::Span;

use crate::numbers::Run;

/// The full-width plus, U+FF0B.
const FULL_WIDTH_PLUS: &[u8] = "＋".as_bytes();

/// How far behind a number its extension may reach, in bytes: `, extension: 123456`.
const EXTENSION_BYTES: usize = 20;

/// The plus sign that `text` ends with, in bytes: 0, 1 or 3.
pub(super) fn plus_len(text: &[u8]) -> usize {
    if text.ends_with(b"+") {
        1
    } else if text.ends_with(FULL_WIDTH_PLUS) {
        FULL_WIDTH_PLUS.len()
    } else {
        0
    }
}

/// Whether `+` stands before the group, with or without an opening bracket between.
pub(super) fn has_plus(run: &Run<'_>, first: usize) -> bool {
    let before = &run.text[..run.groups[first].start];
    let before = before.strip_suffix(b"(").unwrap_or(before);
    let plus = plus_len(before);
    // `a+12345678` is a sum or an address.
    plus > 0 && !before[..before.len() - plus].last().is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether the first group stands in brackets of its own.
pub(super) fn is_bracketed(run: &Run<'_>, first: usize) -> bool {
    let start = run.groups[first].start;
    let opens = run.text[..start].ends_with(b"(");
    // `f(12) 345`: the argument of a function.
    let is_call = start >= 2 && (run.text[start - 2].is_ascii_alphanumeric() || run.text[start - 2] == b'_');
    opens && !is_call && run.gap_before(first + 1).starts_with(b")")
}

/// The span of `used` groups from `first` on.
pub(super) fn span(run: &Run<'_>, first: usize, used: usize) -> Span {
    let text = run.text;
    let mut start = run.groups[first].start;
    let mut end = run.groups[first + used - 1].end;
    let open = |start: usize, end: usize| {
        let count = |bracket: u8| text[start..end].iter().filter(|byte| **byte == bracket).count();
        count(b')') > count(b'(')
    };
    if start > 0 && text[start - 1] == b'(' && open(start, end) {
        start -= 1;
    }
    start -= plus_len(&text[..start]);
    if start > 0 && text[start - 1] == b'(' && open(start, end) {
        start -= 1;
    }
    end += extension(&text[end..text.len().min(end + EXTENSION_BYTES)]);
    Span::new(start, end)
}

/// Length of an extension: `x123`, ` ext. 12`, `;ext=12` (RFC 3966).
fn extension(after: &[u8]) -> usize {
    const WORDS: [&str; 9] = [";ext=", "extension", "extn.", "extn", "ext.", "ext", "durchwahl", "x", "#"];
    const DIGITS: std::ops::RangeInclusive<usize> = 1..=6;
    let space = after.iter().take_while(|byte| matches!(byte, b' ' | b',')).count();
    let rest = &after[space..];
    let word = WORDS
        .iter()
        .find(|word| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes())));
    let Some(word) = word else { return 0 };
    let tail = &rest[word.len()..];
    let inner = tail.iter().take_while(|byte| matches!(byte, b' ' | b':')).count();
    let digits = tail[inner..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_word = tail.get(inner + digits).is_some_and(u8::is_ascii_alphanumeric);
    if DIGITS.contains(&digits) && !is_word { space + word.len() + inner + digits } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::extension;

    #[test]
    fn extensions_are_part_of_the_number() {
        assert_eq!(extension(b" ext. 12, please"), 8);
        assert_eq!(extension(b"x890"), 4);
        assert_eq!(extension(b";ext=12"), 7);
        assert_eq!(extension(b" exit 5"), 0);
        assert_eq!(extension(b" x2y"), 0);
        assert_eq!(extension(b""), 0);
    }
}

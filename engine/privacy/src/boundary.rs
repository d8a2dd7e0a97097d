//! Where a value may begin and end.

use crate::bytes::is_alphanumeric;

/// Whether a value may begin at `at`: the text begins there, or the byte before is no letter or digit, or what stands
/// before is an escape (`\n` in a JSON string, `%3D` in a URL), whose last byte only looks like a letter.
pub(crate) fn starts(text: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|i| text.get(i)) else {
        return true;
    };
    if !before.is_ascii_alphanumeric() {
        return true;
    }
    match text.get(..at) {
        Some([.., b'\\', b'n' | b'r' | b't']) => true,
        Some([.., b'%', high, low]) => high.is_ascii_hexdigit() && low.is_ascii_hexdigit(),
        _ => false,
    }
}

/// Whether a value may end before `at`: the text ends there, or no letter or digit follows.
pub(crate) fn ends(text: &[u8], at: usize) -> bool {
    text.get(at).is_none_or(|byte| !byte.is_ascii_alphanumeric())
}

/// The part of `text` that ends at `at` and is at most `len` bytes long.
pub(crate) fn before(text: &[u8], at: usize, len: usize) -> &[u8] {
    &text[at.saturating_sub(len)..at]
}

/// Whether one of `words` (lower case) stands in `text` as a whole word, in any case.
pub(crate) fn has_word(text: &[u8], words: &[&str]) -> bool {
    let mut starts = (0..text.len()).filter(|at| *at == 0 || !is_alphanumeric(text[at - 1]));
    starts.any(|at| {
        let rest = &text[at..];
        words.iter().map(|word| word.as_bytes()).any(|word| {
            // Most words begin with another letter.
            word.first().is_some_and(|first| first.eq_ignore_ascii_case(&rest[0]))
                && rest.get(..word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word))
                && ends(rest, word.len())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_boundaries_and_letters_are_not() {
        assert!(starts(b"x=ghp", 2));
        assert!(!starts(b"xghp", 1));
        assert!(starts(br"a\nghp", 3));
        assert!(starts(b"a%3Dghp", 4));
        assert!(!starts(b"a%zDghp", 4));
    }

    #[test]
    fn words_are_whole() {
        assert!(has_word(b"my Phone: ", &["phone"]));
        assert!(!has_word(b"megaphone ", &["phone"]));
    }
}

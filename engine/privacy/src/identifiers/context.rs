//! Words beside a value that say what it is.

use crate::case;

/// How far a context word may stand from the value, in bytes.
const REACH_BYTES: usize = 64;
/// Room for the words of one side in normal form: splitting `taxId` adds blanks, lower case of other scripts may be longer.
const ROOM: usize = 3 * REACH_BYTES;

/// Most words of one side: of one letter each.
const STARTS: usize = ROOM / 2 + 1;

/// The text on one side of a value: words in lower case between single blanks, `taxId` and `tax_id` as `tax id`.
pub(super) struct Window {
    words: [u8; ROOM],
    len: usize,
    /// Where words begin.
    starts: [u8; STARTS],
    starts_len: usize,
    /// One bit per word, by [`bit`]; all bits where other scripts occur.
    pub(super) filter: u128,
}

/// The bit of a word in a filter.
const fn bit(word: &[u8]) -> u128 {
    // FNV-1a, 32 bits.
    let mut hash = 0x811c_9dc5_u32;
    let mut at = 0;
    while at < word.len() {
        hash = (hash ^ word[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    1 << ((hash >> 16 ^ hash) & 127)
}

/// The filter of phrases: the bits of their first words.
pub(super) const fn filter_of(phrases: &[&str]) -> u128 {
    let mut filter = 0;
    let mut i = 0;
    while i < phrases.len() {
        let phrase = phrases[i].as_bytes();
        let mut end = 0;
        while end < phrase.len() && phrase[end] != b' ' {
            end += 1;
        }
        filter |= if phrase[0] >= 0x80 { 0 } else { bit(phrase.split_at(end).0) };
        i += 1;
    }
    filter
}

impl Window {
    /// The words before `at`, on the same line, in the same sentence.
    pub(super) fn before(text: &[u8], at: usize) -> Self {
        let side = &text[at.saturating_sub(REACH_BYTES)..at];
        // A word that is cut off is no word.
        let cut = if at > REACH_BYTES { side.iter().position(|byte| *byte == b' ').unwrap_or(0) } else { 0 };
        let side = &side[cut..];
        let line = side.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let side = &side[line..];
        Self::normal(&side[sentence_start(side)..])
    }

    /// The words of the line before the one that begins at `at`.
    pub(super) fn line_before(text: &[u8], at: usize) -> Self {
        let end =
            text[..at].iter().rev().take(REACH_BYTES).position(|byte| *byte == b'\n').map_or(at, |back| at - back - 1);
        Self::before(text, end)
    }

    /// The words from `at` on, on the same line, in the same sentence.
    pub(super) fn after(text: &[u8], at: usize) -> Self {
        let side = &text[at..text.len().min(at + REACH_BYTES)];
        let line = side.iter().position(|byte| *byte == b'\n').unwrap_or(side.len());
        let side = &side[..line];
        let end =
            side.windows(2).position(|pair| matches!(pair, [b'.' | b'!' | b'?' | b';', b' '])).unwrap_or(side.len());
        Self::normal(&side[..end])
    }

    fn normal(side: &[u8]) -> Self {
        let mut window = Self { words: [b' '; ROOM], len: 1, starts: [0; STARTS], starts_len: 0, filter: 0 };
        // Rows of numbers say nothing.
        if !side.iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80) {
            return window;
        }
        if side.is_ascii() {
            let mut before = 0u8;
            let mut start = 1;
            for byte in side {
                let is_word = byte.is_ascii_alphanumeric();
                let is_hump = byte.is_ascii_uppercase() && before.is_ascii_lowercase();
                if (!is_word || is_hump) && window.words[window.len - 1] != b' ' {
                    window.note(start);
                    window.len += 1;
                    start = window.len;
                }
                if is_word {
                    window.words[window.len] = byte.to_ascii_lowercase();
                    window.len += 1;
                }
                before = *byte;
            }
            window.note(start);
        } else {
            window.filter = u128::MAX;
            for part in side.utf8_chunks() {
                for c in part.valid().chars() {
                    let is_word = c.is_alphanumeric() || !c.is_ascii() && !c.is_whitespace();
                    let mut buffer = [0; 4];
                    let lower = case::lower(c);
                    let encoded = if is_word { lower.encode_utf8(&mut buffer).as_bytes() } else { b" " };
                    let blank_again = !is_word && window.words[window.len - 1] == b' ';
                    if !blank_again && window.len + encoded.len() < ROOM {
                        window.words[window.len..window.len + encoded.len()].copy_from_slice(encoded);
                        window.len += encoded.len();
                    }
                }
            }
        }
        window.len = (window.len + 1).min(ROOM);
        for at in 1..window.len {
            if window.words[at - 1] == b' ' && window.words[at] != b' ' {
                #[allow(clippy::cast_possible_truncation, reason = "less than ROOM")]
                let start = at as u8;
                window.starts[window.starts_len] = start;
                window.starts_len += 1;
            }
        }
        window
    }

    /// Adds the word from `start` on to the filter; no phrase begins with a digit.
    fn note(&mut self, start: usize) {
        let word = &self.words[start..self.len];
        if word.first().is_some_and(u8::is_ascii_alphabetic) {
            self.filter |= bit(word);
        }
    }

    /// Whether one of the phrases stands here as whole words. Words of scripts without blanks between words need no borders.
    pub(super) fn has(&self, phrases: &[&str]) -> bool {
        let words = &self.words[..self.len];
        let is_at = |phrase: &[u8], at: usize| words[at..].starts_with(phrase);
        let ends_at = |end: usize| words.get(end).is_none_or(|byte| *byte == b' ');
        phrases.iter().map(|phrase| phrase.as_bytes()).any(|phrase| match phrase.first() {
            Some(0x80..) => (0..words.len()).any(|at| is_at(phrase, at)),
            // What costs most is asked last: most words that begin alike end elsewhere.
            Some(first) => self.starts[..self.starts_len]
                .iter()
                .map(|at| usize::from(*at))
                .any(|at| words[at] == *first && ends_at(at + phrase.len()) && is_at(phrase, at)),
            None => false,
        })
    }
}

const _: () = assert!(ROOM <= u8::MAX as usize);

/// Where the last sentence of `side` begins. A full stop after a short word (`St.-Nr. 12`), or before a value or a small
/// letter, ends an abbreviation and no sentence.
fn sentence_start(side: &[u8]) -> usize {
    let mut start = 0;
    for (at, triple) in side.windows(3).enumerate() {
        let ends = match triple {
            [b'!' | b'?' | b';', b' ', _] => true,
            [b'.', b' ', next] if next.is_ascii_uppercase() => {
                side[..at].iter().rev().take(4).take_while(|byte| byte.is_ascii_alphanumeric()).count() >= 4
            }
            _ => false,
        };
        if ends {
            start = at + 2;
        }
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(before: &str, phrase: &str) -> bool {
        Window::before(before.as_bytes(), before.len()).has(&[phrase])
    }

    #[test]
    fn phrases_are_whole_words_in_any_notation() {
        for text in ["Tax ID: ", "tax_id=", "\"taxId\": \"", "tax-id ", "the TAX ID is "] {
            assert!(has(text, "tax id"), "{text}");
        }
        assert!(!has("syntax id ", "tax id"));
        assert!(!has("taxi d ", "tax id"));
        assert!(has("Паспорт № ", "паспорт"));
        assert!(has("여권번호는 ", "여권번호"));
    }

    #[test]
    fn lines_and_sentences_end_the_reach() {
        assert!(!has("tax id\n", "tax id"));
        assert!(!has("About the tax idea. Then ", "tax"));
        assert!(has("St.-Nr. ", "st nr"));
        assert!(!has(&format!("tax {}", "x".repeat(70)), "tax"));
        assert!(Window::after(b" is my NPI. Tax ", 0).has(&["npi"]));
        assert!(!Window::after(b" is my NPI. Tax ", 0).has(&["tax"]));
    }

    #[test]
    fn the_filter_never_hides_a_word() {
        let window = Window::before(b"my passport number ", 19);
        assert_ne!(window.filter & filter_of(&["passport number"]), 0);
        assert_ne!(Window::after(b" (npi)", 0).filter & filter_of(&["npi"]), 0);
    }
}

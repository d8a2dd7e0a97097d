//! Words and chance: whether letters read like a word or were drawn at random.

/// For each first letter, the second letters (bit 0 = `a`) of the 282 letter pairs that make up 97.5 % of all pairs in
/// English technical prose (this repository's pages and sources, descriptions of 60,000 npm packages, BIP-39's words). A random pair of letters is among them with probability 282 / 676 = .42.
const COMMON_PAIRS: [u32; 26] = [
    0x17ebd6e, 0x1164911, 0x01e4d95, 0x1164d59, 0x1eff97f, 0x11a4931, 0x01669d1, 0x01a4111, 0x22ef87f, 0x0040011,
    0x0040111, 0x11cc939, 0x014d913, 0x13ee97d, 0x0feff6f, 0x01ed991, 0x0100800, 0x13e7d7d, 0x11cdd9d, 0x15ed9b5,
    0x00eb95f, 0x0100111, 0x0066191, 0x0088000, 0x00ce800, 0x0000010,
];

/// Fewest letters that are judged as a word; shorter runs occur in any random string.
const WORD_MIN: usize = 4;

fn is_common_pair(first: u8, second: u8) -> bool {
    let index = |letter: u8| usize::from(letter.to_ascii_lowercase().wrapping_sub(b'a'));
    COMMON_PAIRS.get(index(first)).is_some_and(|seconds| index(second) < 26 && seconds >> index(second) & 1 == 1)
}

/// Whether a row of letters reads like a word: at most one pair in six is unusual.
fn reads_like_a_word(letters: &[u8]) -> bool {
    let pairs = letters.len().saturating_sub(1);
    let common = letters.windows(2).filter(|pair| is_common_pair(pair[0], pair[1])).count();
    letters.len() >= WORD_MIN && (pairs - common) * 6 <= pairs
}

/// The words of an identifier or phrase: rows of letters, cut where camel case begins a new one.
pub(super) fn words(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| !byte.is_ascii_alphabetic()).flat_map(|letters| {
        let mut rest = letters;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            // `HTTPServer` is `HTTPServer`: one word is enough for what is asked here.
            let hump = rest.windows(2).position(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
            let (word, tail) = rest.split_at(hump.map_or(rest.len(), |at| at + 1));
            rest = tail;
            Some(word)
        })
    })
}

/// Whether a word is one of a list, in any case.
pub(super) fn is_one_of(word: &[u8], list: &[&str]) -> bool {
    list.iter().any(|other| word.eq_ignore_ascii_case(other.as_bytes()))
}

/// How many words a list has that is written with single blanks.
pub(super) const fn count(list: &str) -> usize {
    let (mut count, mut at) = (1, 0);
    while at < list.len() {
        count += (list.as_bytes()[at] == b' ') as usize;
        at += 1;
    }
    count
}

/// The words of such a list.
pub(super) const fn split<const N: usize>(list: &'static str) -> [&'static str; N] {
    let mut words = [""; N];
    let (mut rest, mut next) = (list, 0);
    while next < N {
        let mut len = 0;
        while len < rest.len() && rest.as_bytes()[len] != b' ' {
            len += 1;
        }
        let (word, behind) = rest.split_at(len);
        words[next] = word;
        next += 1;
        rest = if behind.is_empty() { behind } else { behind.split_at(1).1 };
    }
    words
}

/// A list of words that is written with single blanks.
macro_rules! list {
    ($words:expr) => {{
        static LIST: [&str; $crate::secrets::words::count($words)] = $crate::secrets::words::split($words);
        &LIST
    }};
}
pub(super) use list;

/// Number of bytes of `value` that lie in words.
fn in_words(value: &[u8]) -> usize {
    words(value).filter(|word| reads_like_a_word(word)).map(<[u8]>::len).sum()
}

/// Whether most of the value is words (`getAccessToken2`, `projects/prod/secrets`), or all of its parts are words and numbers
/// (`cmp2-qat-1208`).
pub(super) fn is_wordy(value: &[u8]) -> bool {
    in_words(value) * 5 >= value.len() * 3 || is_identifier(value)
}

/// Whether the value is made of two or more parts, each a word, an abbreviation or a number, or one followed by the other.
fn is_identifier(value: &[u8]) -> bool {
    let mut parts = 0;
    let fits = value.split(|byte| matches!(byte, b'_' | b'-' | b'.' | b'/' | b':' | b' ')).all(|part| {
        parts += 1;
        let letters = part.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (head, digits) = part.split_at(letters);
        let is_abbreviation = letters <= 4 && (letters == 0 || digits.len() <= 2);
        digits.iter().all(u8::is_ascii_digit)
            && (is_abbreviation
                || digits.len() <= 5 && words(head).all(|word| word.len() <= 4 || reads_like_a_word(word)))
    });
    parts >= 2 && fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_words() {
        for text in ["getAccessTokenFromStore2", "my-bucket-name", "password", "requestHeaders", "cmp2-qat-1208358310"]
        {
            assert!(is_wordy(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn lists_are_split_at_blanks() {
        let list: &[&str] = list!("api access key");
        assert_eq!(list, ["api", "access", "key"]);
        assert!(is_one_of(b"KEY", list) && !is_one_of(b"acces", list));
    }

    #[test]
    fn random_strings_are_none() {
        for text in ["wJalrXUtnFEMI", "a8f5f167f44f4964", "Zx81kQmP0vLr7TyW", "qgsnai0xokrw4j1", "xkqzjvwpbd"] {
            assert!(!is_wordy(text.as_bytes()), "{text}");
        }
    }
}

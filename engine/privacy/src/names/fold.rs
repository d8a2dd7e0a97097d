//! Words without case and accents, as one number.
//!
//! The gazetteer, the cues and the document's own names are all looked up by this number, which is computed once per word.

/// Longest word, in folded bytes, that is told apart; the rest of a longer one does not count.
const WORD_MAX: usize = 48;

/// Base letters of U+00C0 to U+017F (Latin-1 Supplement and Latin Extended-A); `.` stands for two letters, see [`push`].
const LATIN: &[u8; 192] = b"aaaaaa.ceeeeiiiidnooooo*ouuuuy..aaaaaa.ceeeeiiiidnooooo/ouuuuy.y\
aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkkllllllllllnnnnnnnnnoooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// Base letters of U+1E00 to U+1EFF (Latin Extended Additional: Vietnamese and others), each for two code points.
const ADDITIONAL: &[u8; 128] = b"abbbcdddddeeeeefghhhhhiikkkllllmmmnnnnoooopprrrrsssssttttuuuuuvvwwwwwxxyzzzhwassaaaaaaaaaaaaeeeeeeeeiioooooooooooouuuuuuuyyyylvy";

/// The number of a word: the same for `José`, `JOSE` and `jose`.
#[must_use]
pub const fn hash(word: &[u8]) -> u64 {
    let mut i = 0;
    while i < word.len() {
        if !word[i].is_ascii() {
            let (folded, len) = fold(word);
            return hash_folded(&folded, len);
        }
        i += 1;
    }
    hash_folded(word, if word.len() < WORD_MAX { word.len() } else { WORD_MAX })
}

/// The numbers of words with spaces between; there must be `N` of them.
#[must_use]
#[allow(clippy::panic, reason = "evaluated by the compiler")]
pub(super) const fn hashes<const N: usize>(words: &str) -> [u64; N] {
    let mut numbers = [0; N];
    let mut count = 0;
    let mut rest = words.as_bytes();
    while let [first, after @ ..] = rest {
        if *first == b' ' {
            rest = after;
            continue;
        }
        let mut len = 0;
        while len < rest.len() && rest[len] != b' ' {
            len += 1;
        }
        let (word, after) = rest.split_at(len);
        assert!(count < N, "the table has more words than it says");
        numbers[count] = hash(word);
        count += 1;
        rest = after;
    }
    assert!(count == N, "the table has fewer words than it says");
    numbers
}

/// Numbers of words that most others are told from by some of their bits.
pub(super) struct Set<const N: usize> {
    numbers: [u64; N],
    filter: [u64; 4],
}

impl<const N: usize> Set<N> {
    /// The words with spaces between; there must be `N` of them.
    pub(super) const fn new(words: &str) -> Self {
        let numbers = hashes::<N>(words);
        let mut filter = [0; 4];
        let mut i = 0;
        while i < N {
            filter[(numbers[i] >> 6 & 3) as usize] |= 1 << (numbers[i] & 63);
            i += 1;
        }
        Self { numbers, filter }
    }

    /// Whether it has the word with this number.
    #[inline]
    pub(super) fn contains(&self, number: &u64) -> bool {
        self.filter[(number >> 6 & 3) as usize] >> (number & 63) & 1 == 1 && self.numbers.contains(number)
    }
}

/// [`hash`] of a stretch of a text: the same number, eight bytes a step.
#[inline]
pub(super) fn hash_within(text: &[u8], start: usize, end: usize) -> u64 {
    let word = text.get(start..end).unwrap_or_default();
    if !word.is_ascii() || word.len() > WORD_MAX {
        return hash(word);
    }
    let mut state = word.len() as u64;
    let mut at = start;
    while at < end {
        let rest = end - at;
        let Some(eight) = text.get(at..).and_then(|bytes| bytes.first_chunk::<8>()) else { return hash(word) };
        // Bytes behind the word do not count.
        let mask = if rest >= 8 { u64::MAX } else { (1 << (8 * rest)) - 1 };
        state = mix(state ^ (u64::from_le_bytes(*eight) | 0x2020_2020_2020_2020) & mask);
        at += 8;
    }
    state
}

/// [`hash`] of a word that is the first `len` (less than eight) of these bytes, all of them ASCII.
#[inline]
pub(super) const fn hash_eight(eight: u64, len: usize) -> u64 {
    mix(len as u64 ^ (eight | 0x2020_2020_2020_2020) & ((1 << (8 * len)) - 1))
}

/// The number of words that follow one another, from the numbers of the words: `new` and `york`.
#[must_use]
pub const fn hash_pair(first: u64, second: u64) -> u64 {
    mix(first.rotate_left(17) ^ second)
}

/// Eight bytes at a time; ASCII letters lose their case with one bit, and no other byte of a word changes by it.
const fn hash_folded(word: &[u8], len: usize) -> u64 {
    let mut state = len as u64;
    let mut at = 0;
    while at < len {
        let mut chunk = 0u64;
        if at + 8 <= len {
            let eight = [
                word[at],
                word[at + 1],
                word[at + 2],
                word[at + 3],
                word[at + 4],
                word[at + 5],
                word[at + 6],
                word[at + 7],
            ];
            chunk = u64::from_le_bytes(eight) | 0x2020_2020_2020_2020;
        } else {
            let mut i = len;
            while i > at {
                i -= 1;
                chunk = chunk << 8 | (word[i] | 0x20) as u64;
            }
        }
        state = mix(state ^ chunk);
        at += 8;
    }
    state
}

/// The finaliser of `SplitMix64` (Steele, Lea, Flood 2014).
const fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

const fn fold(word: &[u8]) -> ([u8; WORD_MAX], usize) {
    let mut folded = [0; WORD_MAX];
    let mut len = 0;
    let mut at = 0;
    // Room for the two letters of a ligature.
    while at < word.len() && len + 4 <= WORD_MAX {
        let byte = word[at];
        if byte < 0x80 {
            folded[len] = byte;
            (len, at) = (len + 1, at + 1);
            continue;
        }
        // Words come from `&str`; a damaged sequence is folded to something, without a panic.
        let wide = if byte >= 0xf0 {
            4
        } else if byte >= 0xe0 {
            3
        } else {
            2
        };
        let mut code = (byte & (0xff >> (wide + 1))) as u32;
        let mut i = 1;
        while i < wide && at + i < word.len() {
            code = code << 6 | (word[at + i] & 0x3f) as u32;
            i += 1;
        }
        len = push(&mut folded, len, code, word, at, i);
        at += i;
    }
    (folded, len)
}

const fn push(folded: &mut [u8; WORD_MAX], len: usize, code: u32, word: &[u8], at: usize, wide: usize) -> usize {
    let two = match code {
        0xc6 | 0xe6 => *b"ae",
        0xde | 0xfe => *b"th",
        0xdf => *b"ss",
        0x132 | 0x133 => *b"ij",
        0x152 | 0x153 => *b"oe",
        // A typographic apostrophe.
        0x2019 | 0x2bc => {
            folded[len] = b'\'';
            return len + 1;
        }
        // Combining accents.
        0x300..=0x36f => return len,
        0xc0..=0x17f => {
            folded[len] = LATIN[(code - 0xc0) as usize];
            return len + 1;
        }
        0x1e00..=0x1eff => {
            folded[len] = ADDITIONAL[((code - 0x1e00) / 2) as usize];
            return len + 1;
        }
        _ => {
            // Another script: its bytes, with the case of Greek and Cyrillic capitals taken off.
            let lower = match code {
                0x391..=0x3a9 | 0x410..=0x42f => code + 0x20,
                0x400..=0x40f => code + 0x50,
                _ => 0,
            };
            if lower != 0 {
                folded[len] = 0xc0 | (lower >> 6) as u8;
                folded[len + 1] = 0x80 | (lower & 0x3f) as u8;
                return len + 2;
            }
            let mut i = 0;
            while i < wide {
                folded[len + i] = word[at + i];
                i += 1;
            }
            return len + wide;
        }
    };
    folded[len] = two[0];
    folded[len + 1] = two[1];
    len + 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_do_not_count() {
        for (one, other) in [
            ("José", "JOSE"),
            ("Müller", "muller"),
            ("Łukasz", "lukasz"),
            ("Straße", "STRASSE"),
            ("Nguyễn", "nguyen"),
            ("Søren", "soren"),
            ("Şahin", "SAHIN"),
            ("O’Neil", "o'neil"),
            ("Đặng", "dang"),
            ("Ægir", "aegir"),
            ("ИВАН", "иван"),
            ("Christopherson", "CHRISTOPHERSON"),
        ] {
            assert_eq!(hash(one.as_bytes()), hash(other.as_bytes()), "{one} {other}");
        }
        for (one, other) in [("ann", "anna"), ("", "a"), ("abcdefgh", "abcdefghi"), ("ab", "ba"), ("new", "york")] {
            assert_ne!(hash(one.as_bytes()), hash(other.as_bytes()), "{one} {other}");
        }
    }

    #[test]
    fn a_word_within_a_text_has_its_own_number() {
        let text = "O'Neil and christophersons of Nguyễn, in Llanfairpwllgwyngyll met Al";
        for word in text.split([' ', ',']) {
            let start = text.find(word).unwrap_or_default();
            assert_eq!(hash_within(text.as_bytes(), start, start + word.len()), hash(word.as_bytes()), "{word}");
        }
    }

    #[test]
    fn words_in_another_order_are_another_phrase() {
        let (new, york) = (hash(b"new"), hash(b"york"));
        assert_ne!(hash_pair(new, york), hash_pair(york, new));
    }

    #[test]
    fn any_bytes_have_a_number() {
        for bytes in [&[0xff; 60][..], &[0xf0], &[0xe2, 0x80], &[b'a'; 1000]] {
            let _ = hash(bytes);
        }
    }
}

//! Words of plain letters, eight bytes a step: nearly all words of nearly all texts.

use super::super::fold;
use super::{Shape, WORD_MAX};
use crate::bytes::{DIGIT, HIGH, class, within};

/// A word of ASCII letters with no capital but the first, or of capitals alone.
#[derive(Debug, PartialEq, Eq)]
pub struct Plain {
    /// One past its last byte.
    pub end: usize,
    pub shape: Shape,
    /// See [`fold`].
    pub number: u64,
}

/// The word that begins at `at`; `None` where it is of another kind or long, or so near to the end of the text that there are
/// no eight bytes.
#[inline]
pub fn plain(bytes: &[u8], at: usize) -> Option<Plain> {
    let (mut end, mut capitals, mut all_capitals) = (at, 0, true);
    loop {
        let eight = u64::from_le_bytes(*bytes.get(end..)?.first_chunk::<8>()?);
        let letters = within(eight | 0x2020_2020_2020_2020, b'a', b'z');
        let others = !letters & HIGH;
        // The letters before the first byte that is none.
        let row = letters & (others.wrapping_sub(1) & !others);
        // A small letter differs from its capital by this bit.
        let upper = row & !(eight << 2);
        all_capitals &= upper == row;
        // Only the first letter of the word is the lowest of its eight.
        let inside = if end == at { upper & !0x80 } else { upper };
        capitals |= inside | u64::from(upper != inside);
        let len = (others.trailing_zeros() / 8) as usize;
        let is_short = end == at && others != 0;
        end += len;
        if others == 0 {
            if end - at > WORD_MAX {
                return None;
            }
            continue;
        }
        if matches!(bytes.get(end)?, b'0'..=b'9' | b'_' | b'\'' | 0x80..) {
            return None;
        }
        let shape = match capitals {
            0 => Shape::Lower,
            1 if end - at == 1 => Shape::Initial,
            1 => Shape::Capital,
            _ if all_capitals => Shape::Upper,
            _ => return None,
        };
        let number = if is_short { fold::hash_eight(eight, len) } else { fold::hash_within(bytes, at, end) };
        return Some(Plain { end, shape, number });
    }
}

/// The word that begins at `at`, where it is a number or an identifier of a program: letters and digits of ASCII with
/// underscores. `None` where it is a word of letters, or a character may go on with it that is none of these.
#[inline]
pub fn code(bytes: &[u8], at: usize) -> Option<Plain> {
    let (mut digits, mut underscores) = (0, 0);
    let mut end = at;
    let behind = loop {
        let Some(byte) = bytes.get(end) else { break 0 };
        match class(*byte) {
            DIGIT => digits += 1,
            0 if *byte == b'_' => underscores += 1,
            0 => break *byte,
            _ => {}
        }
        end += 1;
    };
    if digits + underscores == 0 || matches!(behind, b'\'' | 0x80..) {
        return None;
    }
    // `12`, `21st`, `12a`.
    let is_number = underscores == 0 && bytes[at].is_ascii_digit() && end - at - digits <= 2;
    Some(Plain { end, shape: if is_number { Shape::Number } else { Shape::Code }, number: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_identifiers_are_what_the_slow_way_makes_of_them() {
        for word in ["12", "21st", "12abc", "x86", "snake_case", "_", "A_1", "1_000", "1st_2"] {
            for text in [format!("({word}) and"), format!("({word}")] {
                let (end, shape) = super::super::one(&text, 1);
                assert_eq!(code(text.as_bytes(), 1), Some(Plain { end, shape, number: 0 }), "{word}");
            }
        }
        for other in ["word", "Word", "a1'b", "a_é", "é", "(", ""] {
            assert_eq!(code(other.as_bytes(), 0), None, "{other}");
        }
    }

    #[test]
    fn plain_words_are_what_the_slow_way_makes_of_them() {
        for word in [
            "a",
            "A",
            "of",
            "If",
            "UN",
            "seventh",
            "Eighthly",
            "ninthword",
            "NINTHWORD",
            "Internationalisation",
            "McDonald",
            "iPhone",
            "don't",
            "O'Neil",
            "x86",
            "snake_case",
            "naïve",
            "Zoë",
        ] {
            let text = format!("({word}) and more");
            let (end, shape) = super::super::one(&text, 1);
            match plain(text.as_bytes(), 1) {
                Some(found) => assert_eq!(found, Plain { end, shape, number: fold::hash(word.as_bytes()) }, "{word}"),
                None => assert!(
                    matches!(shape, Shape::Mixed | Shape::Code) || word.contains(['\'', 'D', 'ï', 'ë']),
                    "{word}"
                ),
            }
            assert_eq!(plain(&word.as_bytes()[..word.len().min(8)], 0), None, "nothing behind it: {word}");
        }
    }
}

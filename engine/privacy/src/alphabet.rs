//! Classes of ASCII bytes, as sets that can be joined.

/// A set of ASCII bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alphabet(u16);

const DIGITS_2_TO_7: u16 = 1;
const OTHER_DIGITS: u16 = 1 << 1;
const LOWER_HEX: u16 = 1 << 2;
const LOWER_REST: u16 = 1 << 3;
const UPPER_HEX: u16 = 1 << 4;
const UPPER_REST: u16 = 1 << 5;
const UNDERSCORE_BIT: u16 = 1 << 6;
const DASH_BIT: u16 = 1 << 7;
const DOT_BIT: u16 = 1 << 8;
const PLUS_SLASH_BIT: u16 = 1 << 9;
const EQUALS_BIT: u16 = 1 << 10;
const TILDE_BIT: u16 = 1 << 11;
const PERCENT_BIT: u16 = 1 << 12;
const COLON_BIT: u16 = 1 << 13;
const BAR_BIT: u16 = 1 << 14;
const DOLLAR_BIT: u16 = 1 << 15;

impl Alphabet {
    /// `0-9`
    pub const DIGIT: Self = Self(DIGITS_2_TO_7 | OTHER_DIGITS);
    /// `0-9a-f`
    pub const HEX: Self = Self(DIGITS_2_TO_7 | OTHER_DIGITS | LOWER_HEX);
    /// `0-9a-fA-F`
    pub const ANY_HEX: Self = Self(Self::HEX.0 | UPPER_HEX);
    /// `a-z`
    pub const LOWER: Self = Self(LOWER_HEX | LOWER_REST);
    /// `A-Z`
    pub const UPPER: Self = Self(UPPER_HEX | UPPER_REST);
    /// `A-Za-z`
    pub const LETTER: Self = Self(Self::LOWER.0 | Self::UPPER.0);
    /// `A-Za-z0-9`
    pub const ALNUM: Self = Self(Self::LETTER.0 | Self::DIGIT.0);
    /// `a-z0-9`
    pub const LOWER_ALNUM: Self = Self(Self::LOWER.0 | Self::DIGIT.0);
    /// `A-Z0-9`
    pub const UPPER_ALNUM: Self = Self(Self::UPPER.0 | Self::DIGIT.0);
    /// `A-Z2-7` (RFC 4648, base 32)
    pub const BASE32: Self = Self(Self::UPPER.0 | DIGITS_2_TO_7);
    /// `A-Za-z0-9_`
    pub const WORD: Self = Self(Self::ALNUM.0 | UNDERSCORE_BIT);
    /// `A-Za-z0-9_-` (RFC 4648, base 64 for URLs)
    pub const BASE64URL: Self = Self(Self::WORD.0 | DASH_BIT);
    /// `A-Za-z0-9+/`
    pub const BASE64: Self = Self(Self::ALNUM.0 | PLUS_SLASH_BIT);
    /// `_`
    pub const UNDERSCORE: Self = Self(UNDERSCORE_BIT);
    /// `-`
    pub const DASH: Self = Self(DASH_BIT);
    /// `.`
    pub const DOT: Self = Self(DOT_BIT);
    /// `=`
    pub const EQUALS: Self = Self(EQUALS_BIT);
    /// `~`
    pub const TILDE: Self = Self(TILDE_BIT);
    /// `+/`
    pub const PLUS_SLASH: Self = Self(PLUS_SLASH_BIT);
    /// `:`
    pub const COLON: Self = Self(COLON_BIT);
    /// `|`
    pub const BAR: Self = Self(BAR_BIT);
    /// `$`
    pub const DOLLAR: Self = Self(DOLLAR_BIT);
    /// `%`
    pub const PERCENT: Self = Self(PERCENT_BIT);

    /// Both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of this set is in another.
    #[must_use]
    pub const fn is_in(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether `byte` is in the set.
    #[must_use]
    pub const fn has(self, byte: u8) -> bool {
        CLASSES[byte as usize] & self.0 != 0
    }

    /// Length of the longest prefix of `bytes` in this set, at most `max`.
    #[must_use]
    pub fn run(self, bytes: &[u8], max: usize) -> usize {
        bytes.iter().take(max).take_while(|byte| self.has(**byte)).count()
    }

    /// Length of the longest suffix of `bytes` in this set, at most `max`.
    #[must_use]
    pub fn run_back(self, bytes: &[u8], max: usize) -> usize {
        bytes.iter().rev().take(max).take_while(|byte| self.has(**byte)).count()
    }
}

const CLASSES: [u16; 256] = {
    let mut classes = [0u16; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b'2'..=b'7' => DIGITS_2_TO_7,
            b'0'..=b'9' => OTHER_DIGITS,
            b'a'..=b'f' => LOWER_HEX,
            b'g'..=b'z' => LOWER_REST,
            b'A'..=b'F' => UPPER_HEX,
            b'G'..=b'Z' => UPPER_REST,
            b'_' => UNDERSCORE_BIT,
            b'-' => DASH_BIT,
            b'.' => DOT_BIT,
            b'+' | b'/' => PLUS_SLASH_BIT,
            b'=' => EQUALS_BIT,
            b'~' => TILDE_BIT,
            b'%' => PERCENT_BIT,
            b':' => COLON_BIT,
            b'|' => BAR_BIT,
            b'$' => DOLLAR_BIT,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

#[cfg(test)]
mod tests {
    use super::Alphabet;

    #[test]
    fn sets_hold_what_their_names_say() {
        assert!(Alphabet::BASE32.has(b'7') && !Alphabet::BASE32.has(b'8'));
        assert!(Alphabet::HEX.has(b'f') && !Alphabet::HEX.has(b'g') && !Alphabet::HEX.has(b'F'));
        assert!(Alphabet::BASE64URL.has(b'-') && !Alphabet::BASE64URL.has(b'+'));
        assert!(!Alphabet::BASE64.and(Alphabet::DOT).has(0xc3));
        assert!(Alphabet::HEX.is_in(Alphabet::ANY_HEX) && !Alphabet::ANY_HEX.is_in(Alphabet::HEX));
    }

    #[test]
    fn runs_stop_at_the_first_stranger_and_at_the_limit() {
        assert_eq!(Alphabet::DIGIT.run(b"12a4", 9), 2);
        assert_eq!(Alphabet::DIGIT.run(b"1234", 3), 3);
        assert_eq!(Alphabet::DIGIT.run_back(b"1a34", 9), 2);
    }
}

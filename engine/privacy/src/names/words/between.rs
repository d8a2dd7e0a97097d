//! What stands between two words.

use super::{Gap, Shape, Word};

/// Kinds of bytes, as bits of what a gap consists of.
pub const LETTER: u16 = 1;
pub const DIGIT: u16 = 2;
pub const SPACE: u16 = 4;
pub const NEWLINE: u16 = 8;
pub const COMMA: u16 = 16;
pub const STOP: u16 = 32;
pub const COLON: u16 = 64;
pub const OPEN: u16 = 128;
pub const CLOSE: u16 = 256;
pub const HYPHEN: u16 = 512;
pub const SLASH: u16 = 1024;
pub const QUOTE: u16 = 2048;
pub const AT: u16 = 4096;
pub const AND: u16 = 8192;
pub const CODE: u16 = 16384;
pub const WIDE: u16 = 32768;

pub const KINDS: [u16; 256] = {
    let mut kinds = [0u16; 256];
    let mut b = 0;
    while b < 256 {
        kinds[b] = match b as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b' ' | b'\t' | b'\r' => SPACE,
            b'\n' => NEWLINE,
            b',' => COMMA,
            b'.' | b'!' | b'?' | b';' => STOP,
            b':' => COLON,
            b'(' | b'[' => OPEN,
            b')' | b']' => CLOSE,
            b'-' => HYPHEN,
            b'/' => SLASH,
            b'"' | b'\'' | b'`' => QUOTE,
            b'@' | b'#' => AT,
            b'&' => AND,
            b'_' | b'=' | b'<' | b'>' | b'{' | b'}' | b'|' | b'\\' | b'$' | b'*' | b'~' | b'^' | b'+' | b'%' => CODE,
            0x80.. => WIDE,
            _ => CODE,
        };
        b += 1;
    }
    kinds
};

/// A bit beside those of bytes: `'s` was read.
pub const POSSESSIVE: u32 = 1 << 16;
/// Another bit: a typographic dash.
const DASH: u32 = 1 << 17;
/// Two spaces or a tab: columns of a table.
const COLUMN: u32 = 1 << 18;

/// Longest abbreviation: `Prof.`, `Corp.`, `Sept.`; a dot after `Street` ends a sentence.
const ABBREVIATION_MAX: usize = 4;

/// What stands between two words.
#[derive(Default)]
pub struct Between {
    pub seen: u32,
    pub newlines: u32,
    /// Byte right before the next word.
    pub last: u8,
    /// Whether a word stands before.
    pub any: bool,
    pub begins_sentence: bool,
}

impl Between {
    /// Whether a word stands right before.
    #[inline]
    pub const fn is_new(&self) -> bool {
        self.any && self.seen == 0
    }

    pub fn add(&mut self, kind: u16, byte: u8) {
        self.seen |= u32::from(kind);
        self.newlines += u32::from(kind == NEWLINE);
        self.begins_sentence |= kind == STOP && byte != b';';
        if kind == SPACE && (byte == b'\t' || self.last == b' ') {
            self.seen |= COLUMN;
        }
        self.last = byte;
    }

    /// The blanks from `at` on, with which a line begins, as if they were added one by one; gives how many there are.
    #[inline]
    pub fn blanks(&mut self, bytes: &[u8], at: usize) -> usize {
        let len = crate::bytes::blanks(bytes, at);
        if len > 0 {
            self.seen |= u32::from(SPACE) | if len > 1 { COLUMN } else { 0 };
            self.last = b' ';
        }
        len
    }

    /// A character outside of ASCII that is no letter; gives its length.
    pub fn wide(&mut self, text: &str, at: usize) -> usize {
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { return 1 };
        self.seen &= !u32::from(WIDE);
        self.seen |= match c {
            '\u{2013}' | '\u{2014}' => DASH,
            '\u{201c}' | '\u{ab}' | '\u{2018}' | '\u{201e}' => u32::from(OPEN),
            '\u{201d}' | '\u{bb}' | '\u{2019}' => u32::from(CLOSE),
            '\u{2022}' => u32::from(STOP),
            _ => u32::from(SPACE),
        };
        c.len_utf8()
    }

    pub fn gap(&self, before: Option<&Word>) -> Gap {
        let has = |kind: u16| self.seen & u32::from(kind) != 0;
        if !self.any || self.newlines > 1 {
            return Gap::Blank;
        }
        match self.last {
            b'@' => return Gap::At,
            b'#' => return Gap::Hash,
            _ => {}
        }
        if has(CODE) {
            return Gap::Code;
        }
        if has(NEWLINE) {
            return Gap::Newline;
        }
        if has(STOP) {
            let plain = self.seen & !(u32::from(STOP | SPACE) | COLUMN) == 0;
            let short = before.is_some_and(|word| {
                word.shape == Shape::Initial || word.cue.is_abbreviation() && word.end - word.start <= ABBREVIATION_MAX
            });
            return if plain && short {
                Gap::Abbreviation
            } else if !has(SPACE) && plain {
                Gap::Code
            } else {
                Gap::Stop
            };
        }
        let glued = !has(SPACE);
        match () {
            () if has(COLON) => Gap::Colon,
            () if has(COMMA) => Gap::Comma,
            () if has(OPEN) => {
                if glued {
                    Gap::Code
                } else {
                    Gap::Open
                }
            }
            () if has(CLOSE) => Gap::Close,
            () if has(AND) => Gap::Ampersand,
            () if has(SLASH) => Gap::Slash,
            () if self.seen & DASH != 0 => Gap::Comma,
            () if has(HYPHEN) => {
                if glued {
                    Gap::Hyphen
                } else {
                    Gap::Comma
                }
            }
            () if self.seen & POSSESSIVE != 0 => Gap::Possessive,
            () if self.seen & COLUMN != 0 => Gap::Stop,
            () if has(QUOTE) => {
                if self.last == b' ' {
                    Gap::Close
                } else {
                    Gap::Open
                }
            }
            () => Gap::Space,
        }
    }
}

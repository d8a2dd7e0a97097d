//! Finding the places where a token may begin.

use super::form::{self, Outcome};
use super::stems;
use crate::tokens::{Enclosed, Token};

/// Bytes before a place that say what its surroundings are: the longest is an escape, `\u000a`.
pub(super) const CONTEXT_BYTES: usize = 8;

/// What a byte can begin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    Nothing,
    /// A bracket or an escape.
    Sign,
    /// A stem.
    Letter,
}

const STARTS: [Start; 256] = {
    let mut table = [Start::Nothing; 256];
    let signs = b"[({<&\\%";
    let mut index = 0;
    while index < signs.len() {
        table[signs[index] as usize] = Start::Sign;
        index += 1;
    }
    // First bytes of the brackets outside ASCII: U+27xx, U+30xx, U+FFxx.
    table[0xe2] = Start::Sign;
    table[0xe3] = Start::Sign;
    table[0xef] = Start::Sign;
    let mut letter = b'a';
    while letter <= b'z' {
        table[letter as usize] = Start::Letter;
        table[letter.to_ascii_uppercase() as usize] = Start::Letter;
        letter += 1;
    }
    table
};

/// A place in a text, up to which everything is decided.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Place {
    /// First byte that is not decided.
    pub at: usize,
    /// First byte that the surroundings may be read from: what lies before was a token.
    pub context: usize,
}

impl Place {
    /// The next place where something begins, with what begins there. The place moves behind it, or to it where more has
    /// to come. `None` where nothing begins in the rest.
    pub(crate) fn next(
        &mut self,
        text: &str,
        whole: bool,
        known: &impl Fn(Token) -> Option<Enclosed>,
    ) -> Option<(usize, Outcome)> {
        let bytes = text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            let start = self.at;
            let may_begin = match STARTS[usize::from(*byte)] {
                Start::Nothing => false,
                Start::Sign => true,
                Start::Letter => {
                    (start == self.context || begins_word(&bytes[self.context..start]))
                        && stems::may_begin(*byte, bytes.get(start + 1).copied())
                }
            };
            let rest = text.get(start..).filter(|_| may_begin);
            let outcome =
                rest.map_or(Outcome::Nothing, |rest| form::at(rest, before(&text[self.context..start]), whole, known));
            let len = match outcome {
                Outcome::Nothing => {
                    self.at += 1;
                    continue;
                }
                Outcome::More => return Some((start, outcome)),
                Outcome::Token(found) | Outcome::Doubt(found, _) => found.len,
                Outcome::Prose(len) => len,
            };
            self.at += len;
            self.context = self.at;
            return Some((start, outcome));
        }
        None
    }
}

/// Whether a word may begin after these bytes, quickly; [`before`] looks closely.
fn begins_word(context: &[u8]) -> bool {
    match context {
        [.., last] if !last.is_ascii_alphanumeric() && *last != b'_' => true,
        [.., b'\\', _] | [.., b'%', _, _] | [.., b'\\', _, _, _, _, _] => true,
        [] => true,
        _ => false,
    }
}

/// The character before a place; an escape counts as what it stands for.
fn before(context: &str) -> Option<char> {
    let hexadecimal =
        |digits: &[u8]| std::str::from_utf8(digits).ok().and_then(|text| u32::from_str_radix(text, 16).ok());
    let escape = match context.as_bytes() {
        [.., b'\\', b'n' | b'r' | b't'] => Some('\n'),
        [.., b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => {
            hexadecimal(&[*a, *b]).and_then(char::from_u32)
        }
        [.., b'\\', b'u', a, b, c, d] => hexadecimal(&[*a, *b, *c, *d]).and_then(char::from_u32),
        _ => None,
    };
    escape.or_else(|| context.chars().next_back())
}

//! Long runs of the characters that keys are made of. A text has few of them, so what lies in one is looked for there alone.

use conclave_protocol::Span;

use crate::alphabet::Alphabet;

/// What a run consists of: both alphabets of base 64 (RFC 4648).
pub(crate) const ALPHABET: Alphabet = Alphabet::BASE64.and(Alphabet::BASE64URL);
/// Fewest characters of a run: 12 bytes in base 64, and less than keys without a break have.
pub(crate) const MIN: usize = 16;

/// All runs of at least [`MIN`] characters, whole, in order.
pub(crate) fn all(bytes: &[u8]) -> Vec<Span> {
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(start) = next(bytes, at) {
        at = start + MIN + bytes[start + MIN..].iter().take_while(|byte| ALPHABET.has(**byte)).count();
        runs.push(Span::new(start, at));
    }
    runs
}

/// Where the next run begins. Looks at every sixteenth character only, as long as those are none of the alphabet.
fn next(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let window = bytes.get(at..at + MIN)?;
        match window.iter().rposition(|byte| !ALPHABET.has(*byte)) {
            Some(stranger) => at += stranger + 1,
            None => return Some(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_long_and_whole() {
        let text = b"short_run 0123456789abcdef, 0123456789abcde and AbC-_+/0123456789abcdef";
        assert_eq!(all(text), [Span::new(10, 26), Span::new(48, text.len())]);
        assert_eq!(all(&text[11..26]), []);
        assert_eq!(all(b""), []);
    }
}

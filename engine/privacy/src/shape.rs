//! Shapes of keys: a row of parts, matched once from left to right without going back.

use crate::alphabet::Alphabet;

/// One part of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Exactly these bytes.
    Lit(&'static str),
    /// From `min` to `max` bytes of an alphabet, as many as there are.
    Run(Alphabet, usize, usize),
    /// One of these, the first that fits.
    OneOf(&'static [&'static str]),
    /// The parts, or nothing where they do not fit.
    Opt(&'static [Part]),
}

/// Length of the prefix of `text` that the parts match, or `None`.
///
/// The time is at most the sum of the parts' greatest lengths.
#[must_use]
pub fn match_len(parts: &[Part], text: &[u8]) -> Option<usize> {
    let mut at = 0;
    for part in parts {
        let rest = text.get(at..)?;
        at += match part {
            Part::Lit(literal) => rest.starts_with(literal.as_bytes()).then_some(literal.len())?,
            Part::Run(alphabet, min, max) => Some(alphabet.run(rest, *max)).filter(|len| len >= min)?,
            Part::OneOf(literals) => literals.iter().find(|literal| rest.starts_with(literal.as_bytes()))?.len(),
            Part::Opt(parts) => match_len(parts, rest).unwrap_or(0),
        };
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_match_in_order() {
        let parts = [Part::OneOf(&["sk_", "rk_"]), Part::Run(Alphabet::DIGIT, 2, 3), Part::Opt(&[Part::Lit("!")])];
        assert_eq!(match_len(&parts, b"rk_12!x"), Some(6));
        assert_eq!(match_len(&parts, b"sk_1234"), Some(6));
        assert_eq!(match_len(&parts, b"sk_1"), None);
        assert_eq!(match_len(&parts, b""), None);
    }
}

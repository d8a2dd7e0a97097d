//! A sketch as one string of hexadecimal digits, eight for each number: such a string is read several times as fast as as many
//! numbers, and all of them are read to find copies. Listings of before have numbers.

use std::fmt;

use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde::ser::Serializer;

use super::sketch::BINS;

/// Digits of a number.
const DIGITS: usize = 8;

pub(super) fn serialize<S: Serializer>(sketch: &[u32], serializer: S) -> Result<S::Ok, S::Error> {
    let digits: Vec<u8> = sketch.iter().flat_map(|number| number.to_be_bytes()).collect();
    serializer.serialize_str(&hex::encode(digits))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u32>, D::Error> {
    deserializer.deserialize_any(Either)
}

struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = Vec<u32>;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a sketch: hexadecimal digits, or numbers")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<u32>, E> {
        let mut bytes = [0; BINS * 4];
        // None, or as many as there are bins: nothing else was ever written.
        let bytes = bytes.get_mut(..text.len() / DIGITS * 4).ok_or_else(|| E::invalid_length(text.len(), &self))?;
        hex::decode_to_slice(text, bytes).map_err(E::custom)?;
        Ok(bytes.as_chunks::<4>().0.iter().map(|four| u32::from_be_bytes(*four)).collect())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<Vec<u32>, A::Error> {
        let mut sketch = Vec::with_capacity(BINS);
        while let Some(number) = numbers.next_element()? {
            sketch.push(number);
        }
        Ok(sketch)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde::{Deserialize, Serialize};

    use crate::library::sketch::sketch;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Sketched(#[serde(with = "super")] Vec<u32>);

    #[test]
    fn both_forms_are_read() {
        let whole = Sketched(sketch("The goose flies south in winter, and eats grass on the way."));
        let text = serde_json::to_string(&whole).unwrap();
        assert_eq!(text.len(), 2 + 64 * 8);
        assert_eq!(serde_json::from_str::<Sketched>(&text).unwrap(), whole);
        let numbers = serde_json::to_string(&whole.0).unwrap();
        assert_eq!(serde_json::from_str::<Sketched>(&numbers).unwrap(), whole);
        assert_eq!(serde_json::to_string(&Sketched(Vec::new())).unwrap(), "\"\"");
        for wrong in ["\"\"x", "\"0\"", "\"zzzzzzzz\"", "7", "[-1]", &format!("\"{}\"", "0".repeat(65 * 8))] {
            assert!(serde_json::from_str::<Sketched>(wrong).is_err(), "{wrong}");
        }
    }
}

//! Writings of values as keys of a table.

use super::spelling::Keys;

/// A writing. What a table with thousands of them does most is to compare two that differ, so they are in the order of a hash,
/// and of their bytes only where that is the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Writing {
    hash: u64,
    text: String,
}

impl From<String> for Writing {
    fn from(text: String) -> Self {
        let (eights, rest) = text.as_bytes().as_chunks::<8>();
        let last = rest.iter().fold(0, |last, byte| last << 8 | u64::from(*byte));
        let numbers = eights.iter().map(|eight| u64::from_le_bytes(*eight)).chain([last]);
        // A product carries low bits up, a rotation high ones down (Fx, the compiler's hash).
        let hash = numbers.fold(text.len() as u64, |hash, number| {
            (hash ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23)
        });
        Self { hash, text }
    }
}

impl From<&str> for Writing {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

/// [`Keys`] as they are looked up.
pub(super) struct Writings {
    pub(super) own: Writing,
    pub(super) without_country: Option<Writing>,
}

impl From<Keys> for Writings {
    fn from(keys: Keys) -> Self {
        Self { own: keys.own.into(), without_country: keys.without_country.map(Into::into) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_are_equal_where_their_texts_are() {
        let texts =
            ["", "a", "b", "ab", "ba", "abcdefgh", "abcdefgi", "abcdefgha", "12345678abcdefgh", "abcdefgh12345678"];
        for one in texts {
            for other in texts {
                let (a, b) = (Writing::from(one), Writing::from(other));
                assert_eq!((a == b, a.hash == b.hash), (one == other, one == other), "{one} {other}");
            }
        }
    }
}

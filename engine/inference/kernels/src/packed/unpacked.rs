//! The weights of a band as many vectors meet them.

use super::Stored;
use crate::{Weights, byte_dots, open, widen};

/// Weights that are unpacked once for all vectors; one band of them fits the first-level cache.
pub(super) enum Unpacked {
    /// They meet vectors as they are stored.
    AsStored,
    /// [`Weights::Sevens`]
    Sevens(Vec<u8>),
    /// [`Weights::Wide`]
    Wide(Vec<i16>),
}

impl Unpacked {
    /// Room for `count` weights that are stored like these.
    pub fn of(stored: &Stored, count: usize) -> Self {
        match stored {
            Stored::Words(_) => Self::AsStored,
            Stored::Nibbles(_) if byte_dots() => Self::Sevens(vec![0; count]),
            Stored::Nibbles(_) | Stored::Bytes(_) => Self::Wide(vec![0; count]),
        }
    }

    /// Unpacks a band.
    pub fn fill<'a>(&'a mut self, weights: Weights<'a>) -> Weights<'a> {
        match (self, weights) {
            (Self::Sevens(sevens), Weights::Nibbles(nibbles)) => {
                open(nibbles, sevens);
                Weights::Sevens(sevens)
            }
            (Self::Wide(wide), weights) => {
                widen(weights, wide);
                Weights::Wide(wide)
            }
            (_, weights) => weights,
        }
    }
}

//! Randomness.

use std::cell::Cell;

use thiserror::Error;

/// The system gave no randomness.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the system gave no randomness: {0}")]
pub struct EntropyError(pub String);

/// A source of randomness.
pub trait Entropy {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// [`EntropyError`] when the system has none to give; `bytes` must not be used then.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError>;
}

/// A repeatable source for tests and replays (SplitMix64, Steele et al. 2014). Not secret.
#[derive(Debug)]
pub struct SeededEntropy(Cell<u64>);

impl SeededEntropy {
    /// The source with this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(Cell::new(seed))
    }

    fn next(&self) -> u64 {
        let state = self.0.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.0.set(state);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in bytes.chunks_mut(8) {
            let random = self.next().to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
        Ok(())
    }
}

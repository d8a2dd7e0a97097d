//! Why vectors or a graph are not taken.

use thiserror::Error;

/// Why a set takes no such vector. The passage is still found by its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VectorError {
    /// It has another length than the set's vectors, or none that a set may have. Embed with the set's encoder.
    #[error("a vector of length {found} does not belong to vectors of length {wanted}")]
    Length {
        /// Its length.
        found: usize,
        /// That of the set.
        wanted: usize,
    },
    /// A component is no number, or its scale is none that a vector of length 1 has. Embed the passage again.
    #[error("the vector holds what is no number")]
    NotFinite,
    /// The set has as many rows as 32 bits can tell apart.
    #[error("the index has no room for more vectors")]
    Full,
}

//! The index: words and vectors of passages in immutable segments, one ranking over all of them.
//!
//! A [`Segment`] holds the passages and words of many documents, [`Embeddings`] hold vectors. [`Index`] searches all of them in
//! two ways: BM25 over words ([`bm25`]) and cosine over vectors of 6 bits ([`vectors`]); [`fusion`] makes one ranking of the two.
//! Passages without vectors are found by their words only.

pub mod analyzer;
mod arrangement;
pub mod bm25;
mod coverage;
mod documents;
mod embeddings;
pub mod fusion;
mod greek;
mod held;
mod matching;
pub mod query;
mod search;
mod segment;
pub mod vectors;

pub use arrangement::Arrangement;
pub use coverage::{Coverage, TermCoverage};
pub use embeddings::{Embeddings, Run};
pub use fusion::Fusion;
pub use held::{Index, Indexed, SegmentId};
pub use query::{Bits, Filter, Parsed, Query, QueryVector, Subject, parse};
pub use search::{Hit, Mode};
pub(crate) use segment::bytes;
pub use segment::{DocumentEntry, PassageEntry, Segment, SegmentBuilder, SegmentError};

#[cfg(test)]
mod tests;

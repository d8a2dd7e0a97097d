//! The index: words and vectors of passages in immutable segments, one ranking over all of them.
//!
//! A [`Segment`] holds one document's passages. [`Index`] searches every segment in two ways: BM25 over words
//! ([`bm25`]) and exact cosine over int8 vectors ([`dense`]); [`fusion`] makes one ranking of the two. Passages without vectors are found by
//! their words only.

pub mod analyzer;
pub mod bm25;
mod coverage;
pub mod dense;
pub mod fusion;
mod query;
mod search;
mod segment;
pub mod vectors;

pub use coverage::{Coverage, TermCoverage};
pub use query::{Query, QueryVector};
pub use search::{Hit, Index, Mode};
pub use segment::{ChunkEntry, Segment, SegmentError, Vectors};

#[cfg(test)]
mod tests;

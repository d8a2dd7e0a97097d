//! The knowledge vault: files in, exact passages out.
//!
//! [`chunk()`] cuts the canonical text of an imported document into passages along [`sentences`];
//! [`Index`] finds passages by words (BM25) and by meaning (vectors that the caller computed), fused into one ranking;
//! [`Library`] keeps texts, listings and index segments in a [`Store`](conclave_ports::Store), one atomic commit per
//! change. A citation is a document and a [`Span`](conclave_protocol::Span) of its canonical text.
//!
//! This crate computes no embeddings: it says which texts to embed ([`Library::texts_to_embed`]) and takes [`PassageVectors`].

pub mod chunk;
pub mod error;
pub mod excerpt;
pub mod index;
pub mod library;
pub mod mmr;
pub mod sentence;
pub mod snippet;

pub use chunk::{Chunk, ChunkOptions, ChunkStrategy, chunk, chunk_with, estimate_pieces};
pub use error::KnowledgeError;
pub use excerpt::{Candidate, Excerpt, ExcerptOptions, excerpts};
pub use index::{
    Coverage, Embeddings, Fusion, Hit, Index, Mode, Query, QueryVector, Segment, SegmentBuilder, SegmentError,
    SegmentId, TermCoverage,
};
pub use library::{
    Found, LOCK as LIBRARY_LOCK, Library, MANIFEST_KEY, Missing, News, ORIGINAL_PIECE_BYTES, PassageVectors, Prepared,
    Relocation, Sizes, is_of_register, original_key, text_to_embed,
};
pub use sentence::sentences;

//! Segments: one document's passages in one immutable piece of binary data.
//!
//! Format 1, little endian. A header of 64 bytes, then five sections without gaps:
//!
//! | bytes | what |
//! |---|---|
//! | 0..8 | `CNCLVSEG` |
//! | 8..10, 10..12 | format version; analyser version |
//! | 12..16 | flags, 0 |
//! | 16..20, 20..24, 24..28 | number of passages; of terms; length of the vectors, 0 where there are none |
//! | 28..48 | lengths in bytes of the sections: strings, passages, terms, postings, vectors |
//! | 48..52 | CRC-32 (IEEE) of all sections |
//! | 52..60 | 0 |
//! | 60..64 | CRC-32 of the 60 bytes before |
//!
//! Numbers inside sections are LEB128 varints unless said otherwise; a string is its length and its UTF-8 bytes.
//! - *strings*: encoder name; title's length in terms; number of headings; the headings.
//! - *passages*, each: start (difference to the passage before, zigzag), length, line (difference, zigzag), heading (0 =
//!   none, else its number from 1), length of text and heading in terms.
//! - *terms*, sorted by their bytes, each: length of the prefix shared with the term before, the rest as a string,
//!   occurrences in the title, number of postings.
//! - *postings*, term after term, each: passage (difference to the one before), occurrences in text and in heading.
//! - *vectors*: one `f32` scale per passage, then one row of `i8` per passage.
//!
//! [`Segment::from_bytes`] trusts nothing: it checks both checksums, then every number against what it refers to.

mod build;
mod bytes;
mod read;
mod write;

use conclave_protocol::Span;
use thiserror::Error;

use super::dense::Quantised;

/// Vectors for all passages of a document, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Vectors {
    /// Name of the encoder that made them.
    pub encoder: String,
    /// Length of each.
    pub dim: usize,
    /// The vectors, of length 1 in the Euclidean sense.
    pub rows: Vec<Vec<f32>>,
}

/// One passage of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkEntry {
    /// Place in the canonical text.
    pub span: Span,
    /// First line, from 1.
    pub line: u32,
    /// Index into the segment's headings.
    pub heading: Option<u32>,
    /// Length of its text in terms.
    pub text_terms: u32,
    /// Length of its heading in terms.
    pub heading_terms: u32,
}

/// Where a term occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Posting {
    pub chunk: u32,
    pub in_text: u32,
    pub in_heading: u32,
}

/// A term of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TermEntry {
    pub term: Box<str>,
    /// Occurrences in the title, which all passages share.
    pub in_title: u32,
    /// Range of its postings.
    pub first: u32,
    pub count: u32,
}

/// One document's index.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    pub(crate) title_terms: u32,
    pub(crate) headings: Vec<String>,
    pub(crate) chunks: Vec<ChunkEntry>,
    pub(crate) terms: Vec<TermEntry>,
    pub(crate) postings: Vec<Posting>,
    pub(crate) vectors: Option<Quantised>,
}

impl Segment {
    /// Its passages.
    #[must_use]
    pub fn chunks(&self) -> &[ChunkEntry] {
        &self.chunks
    }

    /// The heading of a passage; empty where there is none.
    #[must_use]
    pub fn heading(&self, chunk: &ChunkEntry) -> &str {
        chunk.heading.and_then(|index| self.headings.get(index as usize)).map_or("", String::as_str)
    }

    /// Name of the encoder that made its vectors, if it has any.
    #[must_use]
    pub fn encoder(&self) -> Option<&str> {
        self.vectors.as_ref().map(|vectors| vectors.encoder.as_str())
    }

    /// The entry of a term and its postings.
    pub(crate) fn find(&self, term: &str) -> Option<(&TermEntry, &[Posting])> {
        let at = self.terms.binary_search_by(|entry| (*entry.term).cmp(term)).ok()?;
        let entry = self.terms.get(at)?;
        let first = entry.first as usize;
        Some((entry, self.postings.get(first..first + entry.count as usize)?))
    }
}

/// Why bytes are no segment. The document's text is not touched by any of these: index it again.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SegmentError {
    /// The record is missing or shorter than it says.
    #[error("it is cut short")]
    Truncated,
    /// The first bytes are not those of a segment.
    #[error("it is no index segment")]
    Magic,
    /// Another format or analyser wrote it.
    #[error("it is of another version (format {format}, analyser {analyzer})")]
    Version {
        /// Format version found.
        format: u16,
        /// Analyser version found.
        analyzer: u16,
    },
    /// A checksum does not match: bytes have changed.
    #[error("its checksum does not match")]
    Checksum,
    /// Numbers in it contradict each other.
    #[error("its {0} section contradicts itself")]
    Inconsistent(&'static str),
}

#[cfg(test)]
mod tests;

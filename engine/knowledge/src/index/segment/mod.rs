//! Segments: the passages of many documents and their words, in one immutable piece of binary data.
//!
//! Format 3, little endian. A header of 64 bytes, then six sections without gaps:
//!
//! | bytes | what |
//! |---|---|
//! | 0..8 | `CNCLVSEG` |
//! | 8..10, 10..12 | format version; analyser version |
//! | 12..28 | number of documents; of headings; of passages; of terms |
//! | 28..52 | lengths in bytes of the sections: documents, headings, passages, blocks, dictionary, postings |
//! | 52..56 | CRC-32 (IEEE) of all sections |
//! | 56..60 | 0 |
//! | 60..64 | CRC-32 of the 60 bytes before |
//!
//! Numbers inside sections are LEB128 varints unless said otherwise; a string is its length and its UTF-8 bytes; a *step* is
//! the zigzag difference to the same number of the passage before, which is 0 for a document's first.
//! - *documents*, each: id as a string, number of passages, title's length in terms.
//! - *headings*: strings.
//! - *passages*, document after document, each: start (step), length, line (step), heading (0 = none, else its number from 1;
//!   a step over all passages), length of its text in terms.
//! - *blocks*: `u32` offsets into the dictionary, one for each [`dictionary::BLOCK`] terms.
//! - *dictionary*: see [`dictionary`].
//! - *postings*: see [`postings`].
//!
//! A segment in memory is its bytes: dictionary and postings are read where they lie, so that loading costs a checksum and
//! a walk over the passages. [`Segment::from_bytes`] checks both checksums and what it decodes; what is decoded later is
//! checked then, and bytes that contradict themselves end a list early instead of leading anywhere else.

mod bits;
mod builder;
pub(crate) mod bytes;
mod dictionary;
mod merge;
mod postings;
mod read;
mod write;

use std::ops::Range;

use conclave_protocol::{DocumentId, Span};
use thiserror::Error;

pub use builder::SegmentBuilder;
pub(crate) use dictionary::TermEntry;
pub(crate) use postings::{Postings, Titles};

/// A document of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentEntry {
    /// Its id.
    pub id: DocumentId,
    /// Number of its first passage in the segment.
    pub first: u32,
    /// How many passages it has.
    pub passages: u32,
    /// Length of its title in terms.
    pub title_terms: u32,
}

impl DocumentEntry {
    /// The numbers of its passages in the segment.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.first as usize..self.first as usize + self.passages as usize
    }
}

/// A passage of a segment: 20 bytes, because there may be a million.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassageEntry {
    /// First byte in the document's canonical text.
    pub start: u32,
    /// Length in bytes.
    pub length: u32,
    /// First line, from 1.
    pub line: u32,
    /// 0 for none, else the number of its heading from 1.
    pub(crate) heading: u32,
    /// Length of its text in terms.
    pub text_terms: u32,
}

impl PassageEntry {
    /// Its place in the document's canonical text.
    #[must_use]
    pub const fn span(&self) -> Span {
        Span::new(self.start as usize, self.start as usize + self.length as usize)
    }
}

/// The passages of some documents and their words.
#[derive(Debug, Clone)]
pub struct Segment {
    bytes: Vec<u8>,
    documents: Vec<DocumentEntry>,
    /// Where each heading's string begins in `bytes`.
    headings: Vec<u32>,
    passages: Vec<PassageEntry>,
    /// Where each block of the dictionary begins in it.
    blocks: Vec<u32>,
    terms: u32,
    dictionary: Range<usize>,
    postings: Range<usize>,
    /// Sum of the passages' lengths in terms.
    text_terms: u64,
}

impl PartialEq for Segment {
    /// The bytes are all there is.
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Segment {
    /// The segment as stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its documents, in the order of their passages.
    #[must_use]
    pub fn documents(&self) -> &[DocumentEntry] {
        &self.documents
    }

    /// Its passages.
    #[must_use]
    pub fn passages(&self) -> &[PassageEntry] {
        &self.passages
    }

    /// Number of different terms.
    #[must_use]
    pub const fn terms(&self) -> u32 {
        self.terms
    }

    /// Sum of the passages' lengths in terms.
    #[must_use]
    pub const fn text_terms(&self) -> u64 {
        self.text_terms
    }

    /// The number of the document that a passage belongs to.
    #[must_use]
    pub fn document_of(&self, passage: u32) -> Option<usize> {
        let after = self.documents.partition_point(|document| document.first <= passage);
        // Documents without passages share their `first` with the next one; the last of equals has it.
        let at = after.checked_sub(1)?;
        self.documents.get(at).filter(|document| document.range().contains(&(passage as usize))).map(|_| at)
    }

    /// The heading of a passage; empty where there is none.
    #[must_use]
    pub fn heading(&self, passage: &PassageEntry) -> &str {
        let at = passage.heading.checked_sub(1).and_then(|index| self.headings.get(index as usize));
        let section = at.and_then(|at| self.bytes.get(*at as usize..));
        section.and_then(|section| bytes::Cursor::new(section, "headings").string().ok()).unwrap_or("")
    }

    /// The entry of a term.
    pub(crate) fn find(&self, term: &str) -> Option<TermEntry> {
        self.dictionary().find(term)
    }

    /// Calls `take` with the terms from `from` on, in the order of their bytes, until it says no.
    pub(crate) fn terms_from(&self, from: &str, mut take: impl FnMut(&str, &TermEntry) -> bool) {
        let mut entries = self.dictionary().entries_from(from);
        while let Some(entry) = entries.next_entry() {
            if !take(entries.term(), &entry) {
                return;
            }
        }
    }

    /// The passages that hold a term in text or heading, in order.
    pub(crate) fn postings(&self, entry: &TermEntry) -> Postings<'_> {
        Postings::new(self.list(entry), entry.passages, bytes::length(self.passages.len()))
    }

    /// The numbers of the documents that hold a term in their title, in order.
    pub(crate) fn titles(&self, entry: &TermEntry) -> Titles<'_> {
        Titles::after(self.postings(entry), entry.titles, bytes::length(self.documents.len()))
    }

    fn list(&self, entry: &TermEntry) -> &[u8] {
        let section = self.bytes.get(self.postings.clone()).unwrap_or_default();
        section.get(entry.postings.clone()).unwrap_or_default()
    }

    fn dictionary(&self) -> dictionary::Dictionary<'_> {
        let bytes = self.bytes.get(self.dictionary.clone()).unwrap_or_default();
        dictionary::Dictionary::new(bytes, &self.blocks, self.terms)
    }
}

/// Why bytes are no segment. The documents' texts are not touched by any of these: index them again.
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

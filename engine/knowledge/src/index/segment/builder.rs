//! From passages to a segment.

use std::collections::HashMap;

use conclave_protocol::DocumentId;

use super::dictionary::DictionaryWriter;
use super::postings::{ListWriter, Posting};
use super::write::Parts;
use super::{DocumentEntry, PassageEntry, Segment};
use crate::chunk::Chunk;
use crate::index::analyzer::Analyzer;
use crate::index::segment::bytes::length;

/// Indexes documents, one after the other, into one segment.
#[derive(Default)]
pub struct SegmentBuilder {
    analyzer: Analyzer,
    parts: Parts,
    lists: HashMap<Box<str>, ListWriter>,
    /// Occurrences in the passage at hand.
    counts: HashMap<Box<str>, (u32, bool)>,
}

impl SegmentBuilder {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether no document was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.documents.is_empty()
    }

    /// Indexes the passages of a document.
    pub fn add(&mut self, id: &DocumentId, title: &str, text: &str, chunks: &[Chunk]) {
        let number = length(self.parts.documents.len());
        let first = length(self.parts.passages.len());
        let mut title_terms = 0;
        self.analyzer.terms(title, |term| {
            title_terms += 1;
            entry(&mut self.lists, term).push_title(number);
        });
        for (passage, chunk) in (first..).zip(chunks) {
            let mut text_terms = 0;
            self.analyzer.terms(chunk.span.of(text).unwrap_or(""), |term| {
                text_terms += 1;
                entry(&mut self.counts, term).0 += 1;
            });
            self.analyzer.terms(&chunk.heading, |term| entry(&mut self.counts, term).1 = true);
            for (term, (in_text, in_heading)) in self.counts.drain() {
                self.lists.entry(term).or_default().push(Posting { passage, in_text, in_heading });
            }
            let heading = self.parts.heading(&chunk.heading);
            let (start, size) = (length(chunk.span.start), length(chunk.span.len()));
            self.parts.passages.push(PassageEntry { start, length: size, line: chunk.line, heading, text_terms });
        }
        let passages = length(chunks.len());
        self.parts.documents.push(DocumentEntry { id: id.clone(), first, passages, title_terms });
    }

    /// The segment of all documents that were added.
    #[must_use]
    pub fn finish(self) -> Segment {
        let mut lists: Vec<(Box<str>, ListWriter)> = self.lists.into_iter().collect();
        lists.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let (passages, documents) = (length(self.parts.passages.len()), length(self.parts.documents.len()));
        let mut dictionary = DictionaryWriter::default();
        let mut postings = Vec::new();
        for (term, list) in lists {
            dictionary.push_list(&term, list, passages, documents, &mut postings);
        }
        self.parts.assemble(dictionary, &postings)
    }
}

/// The value under a term; allocates for new terms only.
fn entry<'a, T: Default>(map: &'a mut HashMap<Box<str>, T>, term: &str) -> &'a mut T {
    if !map.contains_key(term) {
        map.insert(term.into(), T::default());
    }
    map.entry(term.into()).or_default()
}

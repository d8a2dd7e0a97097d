//! From passages to a segment.

use std::collections::BTreeMap;
use std::collections::HashMap;

use super::bytes::length;
use super::{ChunkEntry, Posting, Segment, TermEntry, Vectors};
use crate::chunk::Chunk;
use crate::index::analyzer::Analyzer;
use crate::index::dense::Quantised;

#[derive(Default)]
struct Counts {
    in_title: u32,
    postings: Vec<Posting>,
}

impl Segment {
    /// Indexes the passages of a document. `vectors`, where given, must have one row per passage; where the number or a
    /// length differs, or a value is not finite, the segment has no vectors: check with [`Segment::encoder`].
    #[must_use]
    pub fn build(title: &str, text: &str, chunks: &[Chunk], vectors: Option<&Vectors>) -> Self {
        let analyzer = Analyzer::default();
        let mut terms: BTreeMap<Box<str>, Counts> = BTreeMap::new();
        let mut title_terms = 0;
        analyzer.terms(title, |term| {
            title_terms += 1;
            terms.entry(term.into()).or_default().in_title += 1;
        });
        let mut headings: Vec<String> = Vec::new();
        let mut entries = Vec::with_capacity(chunks.len());
        let mut local: HashMap<Box<str>, (u32, u32)> = HashMap::new();
        for (index, chunk) in chunks.iter().enumerate() {
            let (mut text_terms, mut heading_terms) = (0, 0);
            analyzer.terms(chunk.span.of(text).unwrap_or(""), |term| {
                text_terms += 1;
                count(&mut local, term).0 += 1;
            });
            analyzer.terms(&chunk.heading, |term| {
                heading_terms += 1;
                count(&mut local, term).1 += 1;
            });
            for (term, (in_text, in_heading)) in local.drain() {
                let posting = Posting { chunk: length(index), in_text, in_heading };
                terms.entry(term).or_default().postings.push(posting);
            }
            // Passages of one section follow each other: comparing with the last heading finds nearly all repetitions.
            if !chunk.heading.is_empty() && headings.last() != Some(&chunk.heading) {
                headings.push(chunk.heading.clone());
            }
            entries.push(ChunkEntry {
                span: chunk.span,
                line: chunk.line,
                heading: (!chunk.heading.is_empty()).then(|| length(headings.len() - 1)),
                text_terms,
                heading_terms,
            });
        }
        let mut postings = Vec::new();
        let terms = terms
            .into_iter()
            .map(|(term, counts)| {
                let entry = TermEntry {
                    term,
                    in_title: counts.in_title,
                    first: length(postings.len()),
                    count: length(counts.postings.len()),
                };
                postings.extend(counts.postings);
                entry
            })
            .collect();
        let vectors = vectors.filter(|vectors| vectors.rows.len() == chunks.len()).and_then(Quantised::new);
        Self { title_terms, headings, chunks: entries, terms, postings, vectors }
    }
}

/// The counter of a term; allocates for new terms only.
fn count<'a>(counts: &'a mut HashMap<Box<str>, (u32, u32)>, term: &str) -> &'a mut (u32, u32) {
    if !counts.contains_key(term) {
        counts.insert(term.into(), (0, 0));
    }
    counts.entry(term.into()).or_default()
}

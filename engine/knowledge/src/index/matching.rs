//! Which passages of the index fulfil a query's condition.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use conclave_protocol::DocumentId;

use super::bm25::passages_holding;
use super::held::Index;
use super::query::{Bits, Filter, Lookup, Parsed, edits_for, near_terms};

/// Shortest stem that is corrected: shorter ones have neighbours that mean something else.
const MIN_CORRECTED_CHARS: usize = 4;

/// The index with what decides about its documents.
struct Matching<'a> {
    index: &'a Index,
    admits: &'a dyn Fn(&DocumentId, &Filter) -> bool,
}

impl Lookup for Matching<'_> {
    fn passages(&self) -> usize {
        usize::try_from(self.index.passages()).unwrap_or(usize::MAX)
    }

    fn holding(&self, term: &str, take: &mut dyn FnMut(usize)) {
        for held in self.index.segments.values() {
            let Some(entry) = held.segment.find(term) else { continue };
            let first = held.first as usize;
            held.segment.postings(&entry).for_each(|posting| take(first + posting.passage as usize));
            let titled = held.segment.titles(&entry);
            for document in titled.filter_map(|document| held.segment.documents().get(document as usize)) {
                document.range().for_each(|passage| take(first + passage));
            }
        }
    }

    fn terms_from(&self, from: &str, take: &mut dyn FnMut(&str) -> bool) {
        for held in self.index.segments.values() {
            held.segment.terms_from(from, |term, _| take(term));
        }
    }

    fn admitted(&self, filter: &Filter, take: &mut dyn FnMut(usize)) {
        for held in self.index.segments.values() {
            let documents = held.segment.documents().iter().filter(|document| (self.admits)(&document.id, filter));
            documents.for_each(|document| document.range().for_each(|passage| take(held.first as usize + passage)));
        }
    }
}

impl Index {
    /// The places of the passages that fulfil a query's condition; `None` where it has none. `admits` says which documents
    /// pass a filter.
    #[must_use]
    pub fn matching(&self, parsed: &Parsed, admits: &dyn Fn(&DocumentId, &Filter) -> bool) -> Option<Bits> {
        parsed.passages(&self.analyzer, &Matching { index: self, admits })
    }

    /// For each word of a text that no passage holds the terms that are written nearly so, the nearest and of those the most
    /// frequent one: what a person who mistyped meant. Words with digits are names and numbers, which have no neighbours.
    #[must_use]
    pub fn corrections(&self, text: &str) -> Vec<String> {
        let lookup = Matching { index: self, admits: &|_, _| false };
        let unknown = self.weighted_terms(text).into_iter().filter(|(_, idf)| idf.is_none());
        let words = unknown
            .map(|(term, _)| term.term)
            .filter(|term| term.chars().count() >= MIN_CORRECTED_CHARS && term.chars().all(char::is_alphabetic));
        let nearest = words.filter_map(|word| {
            let near = near_terms(&word, edits_for(&word), &lookup);
            let least = near.iter().map(|(_, edits)| *edits).min()?;
            let nearest = near.into_iter().filter(|(_, edits)| *edits == least).map(|(term, _)| term);
            // Each segment has named its own.
            let nearest: BTreeSet<String> = nearest.collect();
            let holding = |term: &String| passages_holding(term, self.segments.values().map(|held| &held.segment));
            nearest.into_iter().min_by_key(|term| Reverse(holding(term)))
        });
        nearest.collect()
    }
}

//! BM25 over passages with their headings and titles (BM25F: Robertson, Zaragoza, Taylor 2004; Robertson and Zaragoza
//! 2009, section 3.6).
//!
//! score(q, p) = Σ_t idf(t) · f / (k1 + f), where f = Σ_field w · tf / (1 − b + b · length / mean length), and
//! idf(t) = ln(1 + (N − n + ½) / (n + ½)) as in Lucene. The constant factor k1 + 1 is left out, as in Lucene 8 and later.

use super::segment::{Posting, Segment};

/// Parameters, found by hand on the development collections (`conclave-eval search`); flat around these values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bm25 {
    /// How soon repetitions stop counting.
    pub k1: f32,
    /// How much long passages are held back, 0 to 1.
    pub b: f32,
    /// Weight of an occurrence in the heading, against one in the text.
    pub heading: f32,
    /// Weight of an occurrence in the title.
    pub title: f32,
    /// How much of a passage's score hangs on its document's, 0 to 1 ([`super::documents`]).
    pub document: f32,
}

impl Default for Bm25 {
    fn default() -> Self {
        Self { k1: 0.9, b: 0.4, heading: 0.5, title: 0.5, document: 0.8 }
    }
}

/// Weight of a title's word in its document as a whole, against one in the text: a title is a part of it.
const TITLE_OF_WHOLE: f32 = 1.0;

/// What all segments hold together.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Totals {
    pub passages: u64,
    pub text_terms: u64,
    pub documents: u64,
    pub title_terms: u64,
}

impl Totals {
    /// Counts a segment in.
    pub fn add(&mut self, segment: &Segment) {
        self.passages += segment.passages().len() as u64;
        self.text_terms += segment.text_terms();
        self.documents += segment.documents().len() as u64;
        self.title_terms += title_terms(segment);
    }

    /// Counts a segment out that was counted in.
    pub fn subtract(&mut self, segment: &Segment) {
        self.passages = self.passages.saturating_sub(segment.passages().len() as u64);
        self.text_terms = self.text_terms.saturating_sub(segment.text_terms());
        self.documents = self.documents.saturating_sub(segment.documents().len() as u64);
        self.title_terms = self.title_terms.saturating_sub(title_terms(segment));
    }

    fn mean_text_terms(&self) -> f32 {
        self.text_terms as f32 / self.passages.max(1) as f32
    }

    /// Mean length of a document in terms, with its title.
    pub fn mean_document_terms(&self) -> f32 {
        (self.text_terms + self.title_terms) as f32 / self.documents.max(1) as f32
    }
}

fn title_terms(segment: &Segment) -> u64 {
    segment.documents().iter().map(|document| u64::from(document.title_terms)).sum()
}

/// Inverse document frequency of a term that `holding` of `all` passages hold.
pub(crate) fn idf(all: u64, holding: u64) -> f32 {
    let (all, holding) = (all as f32, holding as f32);
    (1.0 + (all - holding + 0.5).max(0.0) / (holding + 0.5)).ln()
}

/// How many passages hold a term: in text or heading where any does, else by their title.
pub(crate) fn passages_holding<'a>(term: &str, segments: impl Iterator<Item = &'a Segment>) -> u64 {
    let (mut own, mut by_title) = (0, 0);
    for segment in segments {
        let Some(entry) = segment.find(term) else { continue };
        own += u64::from(entry.passages);
        let titled = segment.titles(&entry).filter_map(|document| segment.documents().get(document as usize));
        by_title += titled.map(|document| u64::from(document.passages)).sum::<u64>();
    }
    if own > 0 { own } else { by_title }
}

impl Bm25 {
    /// Adds what a term gives every passage of `segment` to `scores`, which has one place per passage, and tells for each document
    /// that holds it, in text, heading or title, how often it does: one walk for both.
    pub(crate) fn score(
        &self,
        segment: &Segment,
        (term, idf): (&str, f32),
        totals: &Totals,
        scores: &mut [f32],
        mut holds: impl FnMut(usize, f32),
    ) {
        let Some(entry) = segment.find(term) else { return };
        let mean = totals.mean_text_terms().max(1.0);
        // A title's words count for every passage, on top of its own. Titles are short and of one kind of length: repetitions
        // are rare, no normalisation.
        let by_title = self.title / (self.k1 + self.title);
        let mut titles = segment.titles(&entry).map(|at| at as usize).peekable();
        let documents = segment.documents();
        let titled = |at: usize, scores: &mut [f32]| {
            let places = documents.get(at).and_then(|document| scores.get_mut(document.range()));
            places.into_iter().flatten().for_each(|score| *score += idf * by_title);
        };
        // The document at hand: its number, the number of the passage behind its last one, whether its title holds the term, and
        // how often it holds it as a whole.
        let (mut at, mut end, mut is_titled, mut whole) = (0, 0, false, 0.0);
        for posting in segment.postings(&entry) {
            if posting.passage >= end {
                if whole > 0.0 {
                    holds(at, whole);
                }
                let Some(next) = segment.document_from(at, posting.passage) else { return };
                // Both lists come in the order of documents: titles before this one's are of documents whose text lacks the term.
                while let Some(alone) = titles.next_if(|titled| *titled < next) {
                    titled(alone, scores);
                    holds(alone, TITLE_OF_WHOLE);
                }
                is_titled = titles.next_if_eq(&next).is_some();
                if is_titled {
                    titled(next, scores);
                }
                at = next;
                end = documents.get(at).map_or(u32::MAX, |document| document.first + document.passages);
                whole = if is_titled { TITLE_OF_WHOLE } else { 0.0 };
            }
            let passage = segment.passages().get(posting.passage as usize);
            let score = scores.get_mut(posting.passage as usize);
            let (Some(score), Some(passage)) = (score, passage) else { break };
            let own = self.frequency(&posting, passage.text_terms as f32 / mean);
            *score += if is_titled {
                let both = own + self.title;
                idf * (both / (self.k1 + both) - by_title)
            } else {
                idf * own / (self.k1 + own)
            };
            whole += posting.in_text as f32 + if posting.in_heading { self.heading } else { 0.0 };
        }
        if whole > 0.0 {
            holds(at, whole);
        }
        for alone in titles {
            titled(alone, scores);
            holds(alone, TITLE_OF_WHOLE);
        }
    }

    /// Frequency in the passage's own fields. `length` is relative to the mean.
    fn frequency(&self, posting: &Posting, length: f32) -> f32 {
        let norm = 1.0 - self.b + self.b * length;
        posting.in_text as f32 / norm + if posting.in_heading { self.heading } else { 0.0 }
    }
}

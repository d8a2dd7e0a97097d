//! BM25 over passages with their headings and titles (BM25F: Robertson, Zaragoza, Taylor 2004; Robertson and Zaragoza
//! 2009, section 3.6).
//!
//! score(q, p) = Σ_t idf(t) · f / (k1 + f), where f = Σ_field w · tf / (1 − b + b · length / mean length), and
//! idf(t) = ln(1 + (N − n + ½) / (n + ½)) as in Lucene. The constant factor k1 + 1 is left out, as in Lucene 8 and later.

use super::analyzer::Term;
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
}

impl Default for Bm25 {
    fn default() -> Self {
        Self { k1: 0.9, b: 0.4, heading: 0.5, title: 0.5 }
    }
}

/// What all segments hold together.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Totals {
    pub passages: u64,
    pub text_terms: u64,
}

impl Totals {
    /// Counts a segment in.
    pub fn add(&mut self, segment: &Segment) {
        self.passages += segment.passages().len() as u64;
        self.text_terms += segment.text_terms();
    }

    /// Counts a segment out that was counted in.
    pub fn subtract(&mut self, segment: &Segment) {
        self.passages = self.passages.saturating_sub(segment.passages().len() as u64);
        self.text_terms = self.text_terms.saturating_sub(segment.text_terms());
    }

    fn mean_text_terms(&self) -> f32 {
        self.text_terms as f32 / self.passages.max(1) as f32
    }
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
    /// Adds the score of every passage of `segment` to `scores`, which has one place per passage. Terms come with their idf.
    pub(crate) fn score(&self, segment: &Segment, terms: &[(Term, f32)], totals: &Totals, scores: &mut [f32]) {
        let mean = totals.mean_text_terms().max(1.0);
        // A title's words count for every passage, on top of its own. Titles are short and of one kind of length: repetitions
        // are rare, no normalisation.
        let by_title = self.title / (self.k1 + self.title);
        let mut titled = Vec::new();
        for (term, idf) in terms {
            let Some(entry) = segment.find(&term.term) else { continue };
            titled.clear();
            titled.extend(segment.titles(&entry));
            for document in titled.iter().filter_map(|document| segment.documents().get(*document as usize)) {
                scores[document.range()].iter_mut().for_each(|score| *score += idf * by_title);
            }
            for posting in segment.postings(&entry) {
                let at = posting.passage as usize;
                let (Some(score), Some(passage)) = (scores.get_mut(at), segment.passages().get(at)) else { break };
                let own = self.frequency(&posting, passage.text_terms as f32 / mean);
                let has_title = !titled.is_empty()
                    && segment
                        .document_of(posting.passage)
                        .is_some_and(|at| titled.binary_search(&(at as u32)).is_ok());
                *score += if has_title {
                    let both = own + self.title;
                    idf * (both / (self.k1 + both) - by_title)
                } else {
                    idf * own / (self.k1 + own)
                };
            }
        }
    }

    /// Frequency in the passage's own fields. `length` is relative to the mean.
    fn frequency(&self, posting: &Posting, length: f32) -> f32 {
        let norm = 1.0 - self.b + self.b * length;
        posting.in_text as f32 / norm + if posting.in_heading { self.heading } else { 0.0 }
    }
}

//! BM25 over passages with their headings and titles (BM25F: Robertson, Zaragoza, Taylor 2004; Robertson and Zaragoza
//! 2009, section 3.6).
//!
//! score(q, p) = Σ_t idf(t) · f / (k1 + f), where f = Σ_field w · tf / (1 − b + b · length / mean length), and
//! idf(t) = ln(1 + (N − n + ½) / (n + ½)) as in Lucene. The constant factor k1 + 1 is left out, as in Lucene 8 and later.

use super::analyzer::Term;
use super::segment::{Posting, Segment, TermEntry};

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
    pub chunks: u64,
    pub text_terms: u64,
}

impl Totals {
    /// Counts a segment in.
    pub fn add(&mut self, segment: &Segment) {
        self.chunks += segment.chunks.len() as u64;
        self.text_terms += text_terms(segment);
    }

    /// Counts a segment out that was counted in.
    pub fn subtract(&mut self, segment: &Segment) {
        self.chunks = self.chunks.saturating_sub(segment.chunks.len() as u64);
        self.text_terms = self.text_terms.saturating_sub(text_terms(segment));
    }

    fn mean_text_terms(&self) -> f32 {
        self.text_terms as f32 / self.chunks.max(1) as f32
    }
}

fn text_terms(segment: &Segment) -> u64 {
    segment.chunks.iter().map(|chunk| u64::from(chunk.text_terms)).sum()
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
        if let Some((entry, postings)) = segment.find(term) {
            own += postings.len() as u64;
            by_title += if entry.in_title > 0 { segment.chunks.len() as u64 } else { 0 };
        }
    }
    if own > 0 { own } else { by_title }
}

impl Bm25 {
    /// Adds the score of every passage of `segment` to `scores`, which has one place per passage. Terms come with their idf.
    pub(crate) fn score(&self, segment: &Segment, terms: &[(Term, f32)], totals: &Totals, scores: &mut [f32]) {
        for (term, idf) in terms {
            let Some((entry, postings)) = segment.find(&term.term) else {
                continue;
            };
            let by_title = self.title_frequency(entry);
            if by_title > 0.0 {
                // The title's words count for every passage, on top of its own.
                scores.iter_mut().for_each(|score| *score += idf * by_title / (self.k1 + by_title));
            }
            for posting in postings {
                let Some(score) = scores.get_mut(posting.chunk as usize) else {
                    continue;
                };
                let own = self.own_frequency(segment, posting, totals);
                let both = own + by_title;
                *score += idf * (both / (self.k1 + both) - by_title / (self.k1 + by_title));
            }
        }
    }

    fn title_frequency(&self, entry: &TermEntry) -> f32 {
        // Titles are short and of one kind of length: repetitions are rare, no normalisation.
        self.title * entry.in_title.min(1) as f32
    }

    fn own_frequency(&self, segment: &Segment, posting: &Posting, totals: &Totals) -> f32 {
        let length = segment.chunks.get(posting.chunk as usize).map_or(0, |chunk| chunk.text_terms) as f32;
        let norm = 1.0 - self.b + self.b * length / totals.mean_text_terms().max(1.0);
        posting.in_text as f32 / norm + self.heading * posting.in_heading.min(1) as f32
    }
}

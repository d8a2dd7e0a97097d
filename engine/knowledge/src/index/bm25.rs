//! BM25 over passages with their headings and titles (BM25F: Robertson, Zaragoza, Taylor 2004; Robertson and Zaragoza
//! 2009, section 3.6).
//!
//! score(q, p) = Σ_t idf(t) · f / (k1 + f), where f = Σ_field w · tf / (1 − b + b · length / mean length), and
//! idf(t) = ln(1 + (N − n + ½) / (n + ½)) as in Lucene. The constant factor k1 + 1 is left out, as in Lucene 8 and later.

use super::held::Held;
use super::segment::Segment;

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
    let found: Vec<_> = segments.filter_map(|segment| Some((segment, segment.find(term)?))).collect();
    let own: u64 = found.iter().map(|(_, entry)| u64::from(entry.passages)).sum();
    if own > 0 {
        return own;
    }
    let titled = found.iter().flat_map(|(segment, entry)| {
        segment.titles(entry).filter_map(|document| segment.documents().get(document as usize))
    });
    titled.map(|document| u64::from(document.passages)).sum()
}

impl Bm25 {
    /// Adds what a term gives every passage of a segment to `scores`, which has one place per passage, and tells for each document
    /// that holds it, in text, heading or title, how often it does: one walk for both, which is most of the time of a search.
    pub(super) fn score(
        &self,
        held: &Held,
        (term, idf): (&str, f32),
        totals: &Totals,
        scores: &mut [f32],
        mut holds: impl FnMut(usize, f32),
    ) {
        let segment = &held.segment;
        let Some(entry) = segment.find(term) else { return };
        // f / (k1 + f) for f = tf / norm + weights is x / (x + k1 · norm) for x = tf + weights · norm: one division.
        let slope = self.b / totals.mean_text_terms().max(1.0);
        let share = |x: f32, norm: f32| x / (x + self.k1 * norm);
        // A title's words count for every passage, on top of its own. Titles are short and of one kind of length: repetitions
        // are rare, no normalisation.
        let by_title = idf * self.title / (self.k1 + self.title);
        let mut titles = segment.titles(&entry).map(|at| at as usize).peekable();
        let documents = segment.documents();
        let titled = |at: usize, scores: &mut [f32]| {
            let places = documents.get(at).and_then(|document| scores.get_mut(document.range()));
            places.into_iter().flatten().for_each(|score| *score += by_title);
        };
        // The document at hand, whether its title holds the term, and how often it holds it as a whole.
        let (mut at, mut is_titled, mut whole) = (None, false, 0.0);
        for posting in segment.postings(&entry) {
            let Some(place) = held.walk.get(posting.passage as usize) else { break };
            if at != Some(place.document) {
                if let Some(at) = at {
                    holds(at as usize, whole);
                }
                at = Some(place.document);
                let next = place.document as usize;
                // Both lists come in the order of documents: titles before this one's are of documents whose text lacks the term.
                while let Some(alone) = titles.next_if(|titled| *titled < next) {
                    titled(alone, scores);
                    holds(alone, TITLE_OF_WHOLE);
                }
                is_titled = titles.next_if_eq(&next).is_some();
                if is_titled {
                    titled(next, scores);
                }
                whole = if is_titled { TITLE_OF_WHOLE } else { 0.0 };
            }
            let norm = 1.0 - self.b + slope * place.text_terms as f32;
            let count = posting.in_text as f32;
            let heading = if posting.in_heading { self.heading } else { 0.0 };
            let Some(score) = scores.get_mut(posting.passage as usize) else { break };
            *score += if is_titled {
                idf * share(count + (heading + self.title) * norm, norm) - by_title
            } else {
                idf * share(count + heading * norm, norm)
            };
            whole += count + heading;
        }
        if let Some(at) = at {
            holds(at as usize, whole);
        }
        for alone in titles {
            titled(alone, scores);
            holds(alone, TITLE_OF_WHOLE);
        }
    }
}

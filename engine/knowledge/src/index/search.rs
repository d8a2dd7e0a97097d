//! Searching all segments.

use conclave_protocol::DocumentId;

use super::analyzer::Term;
use super::bm25::{idf, passages_holding};
use super::documents::Scores;
use super::fusion::{Ranking, best};
use super::held::{Index, Meaning, Place};
use super::query::{Bits, Query};
use super::vectors::{Effort, VectorQuery};

/// The best of each ranking that are candidates when the two are fused: what is below this rank in both has little of
/// either score.
const CANDIDATES: usize = 100;

/// Which rankings are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// By words.
    Words,
    /// By meaning; nothing where the query has no vector.
    Dense,
    /// Both, fused; by words where the query has no vector.
    Hybrid,
}

/// A passage that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its document.
    pub document: DocumentId,
    /// Its number in the document.
    pub passage: usize,
    /// What it was ranked by; comparable within one search only.
    pub score: f32,
    /// Its BM25 score, 0 where no word of the query occurs.
    pub words: f32,
    /// Its cosine with the query, where both have vectors of one encoder.
    pub similarity: Option<f32>,
}

impl Index {
    /// The best `limit` passages.
    #[must_use]
    pub fn search(&self, query: &Query<'_>, mode: Mode, limit: usize) -> Vec<Hit> {
        self.search_in(query, mode, limit, None)
    }

    /// The best `limit` passages among those `allowed`, by place ([`Index::matching`]); `None` allows all.
    #[must_use]
    pub fn search_in(&self, query: &Query<'_>, mode: Mode, limit: usize, allowed: Option<&Bits>) -> Vec<Hit> {
        let depth = limit.max(CANDIDATES);
        let WordScores { own, ranked } = self.words(query.text, allowed);
        let meaning = self.comparable(query);
        let words_at = |place: Place| ranked.get(place as usize).copied().unwrap_or(0.0);
        let similarity_at = |place: Place| {
            let (meaning, vector) = meaning.as_ref()?;
            meaning.set.cosine(self.row_of(place)?, vector)
        };
        let words = |depth| best(holding(&ranked), depth);
        let similar = |depth| self.similar(meaning.as_ref(), depth, allowed);
        let ranking = match mode {
            Mode::Words => words(limit),
            Mode::Dense => similar(limit),
            Mode::Hybrid if meaning.is_none() => words(limit),
            Mode::Hybrid => best(self.fusion.fuse(&words(depth), &similar(depth), words_at, similarity_at), limit),
        };
        let hits = ranking.into_iter().filter_map(|(place, score)| {
            let (document, passage) = self.at(place)?;
            let words = own.get(place as usize).copied().unwrap_or(0.0);
            let similarity = similarity_at(place);
            Some(Hit { document: document.clone(), passage, score, words, similarity })
        });
        hits.collect()
    }

    /// The allowed passages in the order of their places, for a query that ranks nothing: filters alone.
    #[must_use]
    pub fn first_of(&self, allowed: &Bits, limit: usize) -> Vec<Hit> {
        let places = (0..u32::try_from(self.totals.passages).unwrap_or(u32::MAX))
            .filter(|place| allowed.contains(*place as usize));
        let live = places.filter(|place| self.is_live(*place)).take(limit);
        let hits = live.filter_map(|place| {
            let (document, passage) = self.at(place)?;
            Some(Hit { document: document.clone(), passage, score: 1.0, words: 0.0, similarity: None })
        });
        hits.collect()
    }

    /// Whether the passage at a place is to be found: its document is not removed, and not in a later segment.
    fn is_live(&self, place: Place) -> bool {
        let held = self.segments.values().take_while(|held| held.first <= place).last();
        let live = held.and_then(|held| held.live.get(held.segment.document_of(place - held.first)?));
        live.copied().unwrap_or(false)
    }

    /// The terms of a text with how rare they are here; `None` where no passage holds the term.
    pub(crate) fn weighted_terms(&self, text: &str) -> Vec<(Term, Option<f32>)> {
        let weigh = |term: Term| {
            let holding = passages_holding(&term.term, self.segments.values().map(|held| &held.segment));
            let weight = (holding > 0).then(|| idf(self.totals.passages, holding));
            (term, weight)
        };
        self.analyzer.query_terms(text).into_iter().map(weigh).collect()
    }

    /// The weight of a term that no passage holds.
    pub(crate) fn largest_idf(&self) -> f32 {
        idf(self.totals.passages, 0)
    }

    /// The scores by words of every passage.
    fn words(&self, text: &str, allowed: Option<&Bits>) -> WordScores {
        let known = self.weighted_terms(text).into_iter();
        let terms: Vec<(String, f32)> = known.filter_map(|(term, idf)| Some((term.term, idf?))).collect();
        let Scores { passages: mut own, documents: whole } = self.score(&terms);
        if let Some(allowed) = allowed {
            let denied = own.iter_mut().enumerate().filter(|(place, _)| !allowed.contains(*place));
            denied.for_each(|(_, score)| *score = 0.0);
        }
        // The places of documents that hold a word, with their scores as wholes.
        let mut holding = Vec::new();
        let (mut best_own, mut best_whole) = (f32::MIN_POSITIVE, f32::MIN_POSITIVE);
        for held in self.segments.values() {
            for (at, document) in held.segment.documents().iter().enumerate() {
                let first = held.first as usize;
                let places = first + document.range().start..first + document.range().end;
                let Some(own) = own.get_mut(places.clone()) else { break };
                if !held.live.get(at).copied().unwrap_or(false) {
                    own.fill(0.0);
                    continue;
                }
                let best = own.iter().copied().fold(0.0, f32::max);
                if best > 0.0 {
                    let whole = whole.get(held.first_document + at).copied().unwrap_or(0.0);
                    (best_own, best_whole) = (best_own.max(best), best_whole.max(whole));
                    holding.push((places, whole));
                }
            }
        }
        let mut ranked = vec![0f32; own.len()];
        for (places, whole) in holding {
            let factor = (1.0 + self.bm25.document * (whole / best_whole - 1.0)) / best_own;
            if let (Some(ranked), Some(own)) = (ranked.get_mut(places.clone()), own.get(places)) {
                ranked.iter_mut().zip(own).for_each(|(ranked, own)| *ranked = own * factor);
            }
        }
        WordScores { own, ranked }
    }

    /// The vectors and the query's, where they are of one encoder.
    pub(super) fn comparable(&self, query: &Query<'_>) -> Option<(&Meaning, VectorQuery)> {
        let (vector, meaning) = (query.vector?, self.meaning.as_ref()?);
        let quantised = VectorQuery::new(vector.values).ok()?;
        let same = meaning.set.encoder() == vector.encoder && meaning.set.dim() == quantised.dim();
        same.then_some((meaning, quantised))
    }

    pub(super) fn similar(
        &self,
        meaning: Option<&(&Meaning, VectorQuery)>,
        depth: usize,
        allowed: Option<&Bits>,
    ) -> Ranking {
        let Some((meaning, vector)) = meaning else { return Ranking::new() };
        let is_allowed = |row: u32| {
            let place = self.place_of(row).map(|place| place as usize);
            place.is_some_and(|place| allowed.is_none_or(|allowed| allowed.contains(place)))
        };
        let rows = meaning.set.search(vector, depth, Effort::Usual, allowed.map(|_| &is_allowed as _));
        // Equal cosines in the order of places, which a reload keeps, unlike rows.
        best(rows.into_iter().filter_map(|(row, cosine)| Some((self.place_of(row)?, cosine))).collect(), depth)
    }
}

/// The scores of all passages by words, by place.
struct WordScores {
    /// BM25 of the passage.
    own: Vec<f32>,
    /// What it is ranked by, 0 to 1: its own score times that of its document, each as a share of the best. Passages of one
    /// document keep their distances so, by which [excerpts](crate::excerpt) are cut.
    ranked: Vec<f32>,
}

/// The places that have any score.
fn holding(scores: &[f32]) -> Ranking {
    (0u32..).zip(scores.iter().copied()).filter(|(_, score)| *score > 0.0).collect()
}

//! Searching all segments.

use std::collections::BTreeMap;

use conclave_protocol::DocumentId;

use super::analyzer::{Analyzer, Term};
use super::bm25::{Bm25, Totals, idf, passages_holding};
use super::dense::QuantisedQuery;
use super::fusion::{Fusion, Ranking, best, score_at};
use super::query::Query;
use super::segment::Segment;

/// The best of each ranking that are candidates when the two are fused: what is below this rank in both has little of
/// either score.
const CANDIDATES: usize = 100;

/// A passage's place in the index: (document's number in the order of ids, passage's number).
pub(crate) type Place = (u32, u32);

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
    /// Its number in the document's segment.
    pub chunk: usize,
    /// What it was ranked by; comparable within one search only.
    pub score: f32,
    /// Its BM25 score, 0 where no word of the query occurs.
    pub words: f32,
    /// Its cosine with the query, where both have vectors of one encoder.
    pub similarity: Option<f32>,
}

/// The segments of all documents, in memory.
#[derive(Default)]
pub struct Index {
    segments: BTreeMap<DocumentId, Segment>,
    totals: Totals,
    analyzer: Analyzer,
    /// Parameters of the ranking by words.
    pub bm25: Bm25,
    /// Parameters of the fusion.
    pub fusion: Fusion,
}

impl Index {
    /// Adds or replaces a document's segment.
    pub fn insert(&mut self, document: DocumentId, segment: Segment) {
        self.totals.add(&segment);
        if let Some(old) = self.segments.insert(document, segment) {
            self.totals.subtract(&old);
        }
    }

    /// Removes a document.
    pub fn remove(&mut self, document: &DocumentId) {
        if let Some(old) = self.segments.remove(document) {
            self.totals.subtract(&old);
        }
    }

    /// A document's segment.
    #[must_use]
    pub fn segment(&self, document: &DocumentId) -> Option<&Segment> {
        self.segments.get(document)
    }

    /// Number of passages.
    #[must_use]
    pub fn passages(&self) -> u64 {
        self.totals.chunks
    }

    /// The best `limit` passages.
    #[must_use]
    pub fn search(&self, query: &Query<'_>, mode: Mode, limit: usize) -> Vec<Hit> {
        let depth = limit.max(CANDIDATES);
        let words = self.by_words(query.text);
        let similarities = self.similarities(query);
        let ranking = match (mode, &similarities) {
            (Mode::Words, _) | (Mode::Hybrid, None) => best(words.clone(), limit),
            (Mode::Dense, similarities) => best(similarities.clone().unwrap_or_default(), limit),
            (Mode::Hybrid, Some(similarities)) => {
                let fused = self.fusion.fuse(&words, similarities, depth);
                best(fused, limit)
            }
        };
        let documents: Vec<&DocumentId> = self.segments.keys().collect();
        ranking
            .into_iter()
            .filter_map(|(place, score)| {
                Some(Hit {
                    document: (*documents.get(place.0 as usize)?).clone(),
                    chunk: place.1 as usize,
                    score,
                    words: score_at(&words, place).unwrap_or(0.0),
                    similarity: similarities.as_ref().and_then(|ranking| score_at(ranking, place)),
                })
            })
            .collect()
    }

    /// The terms of a text with how rare they are here; `None` where no passage holds the term.
    pub(crate) fn weighted_terms(&self, text: &str) -> Vec<(Term, Option<f32>)> {
        let weigh = |term: Term| {
            let holding = passages_holding(&term.term, self.segments.values());
            let weight = (holding > 0).then(|| idf(self.totals.chunks, holding));
            (term, weight)
        };
        self.analyzer.query_terms(text).into_iter().map(weigh).collect()
    }

    /// The weight of a term that no passage holds.
    pub(crate) fn largest_idf(&self) -> f32 {
        idf(self.totals.chunks, 0)
    }

    /// Every passage that holds a word of the query, in the order of places.
    fn by_words(&self, text: &str) -> Ranking {
        let terms: Vec<(Term, f32)> =
            self.weighted_terms(text).into_iter().filter_map(|(term, idf)| Some((term, idf?))).collect();
        let mut ranking = Ranking::new();
        let mut scores = Vec::new();
        for (document, segment) in (0u32..).zip(self.segments.values()) {
            scores.clear();
            scores.resize(segment.chunks.len(), 0f32);
            self.bm25.score(segment, &terms, &self.totals, &mut scores);
            let found = (0u32..).zip(&scores).filter(|(_, score)| **score > 0.0);
            ranking.extend(found.map(|(chunk, score)| ((document, chunk), *score)));
        }
        ranking
    }

    /// The cosine of every passage that has a vector, in the order of places; `None` where the query has none.
    fn similarities(&self, query: &Query<'_>) -> Option<Ranking> {
        let vector = query.vector?;
        let quantised = QuantisedQuery::new(&vector)?;
        let mut ranking = Ranking::new();
        for (document, segment) in (0u32..).zip(self.segments.values()) {
            let Some(vectors) = &segment.vectors else {
                continue;
            };
            if vectors.encoder == vector.encoder && vectors.dim == quantised.dim() {
                let cosines = (0u32..).zip(vectors.cosines(&quantised));
                ranking.extend(cosines.map(|(chunk, cosine)| ((document, chunk), cosine)));
            }
        }
        Some(ranking)
    }
}

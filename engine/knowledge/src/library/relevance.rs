//! Which of what was found has to do with the question at all.
//!
//! A ranking always has a first: where the library does not know the answer, the best passages are merely the least far away.
//! What is shown as a source must pass a floor that does not depend on the others: its cosine with the question, and the
//! share of the question's words that it holds, weighted by rarity, half as much.
//!
//! Measured with MiniLM over 6,200 passages of three collections (encyclopedia, scientific articles, web pages) by 282 questions
//! and claims whose answer is among the five best, and 1,485 of the five best from the two collections that do not hold it:
//!
//! | floor | passages kept that answer | kept that do not |
//! |---|---|---|
//! | **cosine + ½ share ≥ .46** | **.99** | **.18** |
//! | cosine + ½ share ≥ .58 | .95 | .04 |
//! | cosine ≥ .3 | .96 | .25 |
//! | **without vectors: share ≥ .2** | **.99** | **.46** |
//!
//! Another encoder's cosines may be larger for everything; then the floor lets more through.

use conclave_protocol::Passage;

use crate::index::Coverage;
use crate::index::analyzer::Analyzer;

/// Weight of the share of words against the cosine.
const WORDS: f32 = 0.5;

/// Least sum of cosine and weighted share.
const LEAST: f32 = 0.46;

/// Least share where there is no cosine.
const LEAST_SHARE: f32 = 0.2;

/// Passages that a library is thought to have at least: in a small one nothing is rare, and a word that is missing would
/// weigh several times as much as one that is there.
const MANY: f32 = 1000.0;

/// What a question asks for: its words, each with its weight.
pub(super) struct Floor(Vec<(String, f32)>);

impl Floor {
    /// Of a library of so many passages.
    pub fn new(asked: Coverage, passages: u64) -> Self {
        let passages = passages as f32;
        let weight = |idf: f32| {
            // The number of passages that hold the word, from its idf and back.
            let holding = ((passages + 1.0) / idf.exp() - 0.5).max(0.0);
            (1.0 + (passages.max(MANY) - holding + 0.5).max(0.0) / (holding + 0.5)).ln()
        };
        Self(asked.terms.into_iter().map(|term| (term.term, weight(term.idf))).collect())
    }

    /// Whether a passage has to do with the question. One of stop words alone is answered by anything.
    pub fn lets_through(&self, analyzer: &Analyzer, passage: &Passage, similarity: Option<f32>) -> bool {
        let all: f32 = self.0.iter().map(|(_, weight)| weight).sum();
        if all <= 0.0 {
            return true;
        }
        let mut held = vec![false; self.0.len()];
        for text in [&passage.title, &passage.heading, &passage.text] {
            analyzer.terms(text, |term| {
                for (held, _) in held.iter_mut().zip(&self.0).filter(|(_, (asked, _))| asked == term) {
                    *held = true;
                }
            });
        }
        let weights = held.iter().zip(&self.0).filter(|(held, _)| **held).map(|(_, (_, weight))| weight);
        let share = weights.sum::<f32>() / all;
        similarity.map_or(share >= LEAST_SHARE, |cosine| cosine + WORDS * share >= LEAST)
    }
}

//! Maximal marginal relevance: not five times the same (Carbonell, Goldstein 1998).

use xxhash_rust::xxh3::xxh3_64;

use crate::index::analyzer::Analyzer;

/// Weight of relevance against novelty, 0 to 1. Excerpts of one document share its vocabulary and are not the same for that: at
/// .7 what shares half of its words with a better one must have .8 of its score to come before something new.
pub const RELEVANCE: f32 = 0.7;

/// The indices of at most `limit` items, picked one after the other: each has the largest `relevance_weight · relevance − (1 −
/// relevance_weight) · similarity` to the most similar one before. `similarity` is 0 to 1, as `relevance` is.
#[must_use]
pub fn mmr(
    relevance: &[f32],
    similarity: impl Fn(usize, usize) -> f32,
    limit: usize,
    relevance_weight: f32,
) -> Vec<usize> {
    let mut left: Vec<usize> = (0..relevance.len()).collect();
    // The similarity to the most similar item that was picked.
    let mut closest = vec![0f32; relevance.len()];
    let mut picked = Vec::with_capacity(limit.min(relevance.len()));
    while picked.len() < limit {
        let value = |item: usize| {
            let (relevance, closest) =
                (relevance.get(item).copied().unwrap_or(0.0), closest.get(item).copied().unwrap_or(0.0));
            relevance_weight * relevance - (1.0 - relevance_weight) * closest
        };
        // Of equals the first.
        let best = left.iter().enumerate().max_by(|(i, a), (j, b)| value(**a).total_cmp(&value(**b)).then(j.cmp(i)));
        let Some(item) = best.map(|(at, _)| at).map(|at| left.remove(at)) else { break };
        for other in &left {
            if let Some(closest) = closest.get_mut(*other) {
                *closest = closest.max(similarity(item, *other));
            }
        }
        picked.push(item);
    }
    picked
}

/// The different terms of a text: hashes, ordered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary(Vec<u64>);

impl Vocabulary {
    /// Of a text.
    #[must_use]
    pub fn of(analyzer: &Analyzer, text: &str) -> Self {
        let mut terms = Vec::new();
        analyzer.terms(text, |term| terms.push(xxh3_64(term.as_bytes())));
        terms.sort_unstable();
        terms.dedup();
        Self(terms)
    }

    /// The share of the terms of two texts that both have (Jaccard 1901), 0 to 1.
    #[must_use]
    pub fn overlap(&self, other: &Self) -> f32 {
        let (mut mine, mut theirs) = (self.0.as_slice(), other.0.as_slice());
        let mut both = 0;
        while let ([a, rest @ ..], [b, others @ ..]) = (mine, theirs) {
            both += usize::from(a == b);
            (mine, theirs) = (if a <= b { rest } else { mine }, if b <= a { others } else { theirs });
        }
        both as f32 / (self.0.len() + other.0.len() - both).max(1) as f32
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_same_again_comes_after_something_new() {
        let analyzer = Analyzer::default();
        let texts = ["The goose flies south.", "The goose flies south!", "Tea is hot."];
        let words: Vec<_> = texts.iter().map(|text| Vocabulary::of(&analyzer, text)).collect();
        let similarity = |a: usize, b: usize| words[a].overlap(&words[b]);
        assert_eq!(mmr(&[1.0, 0.99, 0.6], similarity, 3, RELEVANCE), [0, 2, 1]);
        assert_eq!(mmr(&[1.0, 0.99, 0.6], similarity, 2, 1.0), [0, 1]);
        assert_eq!(mmr(&[0.5, 0.5, 0.5], |_, _| 0.0, 9, RELEVANCE), [0, 1, 2]);
        assert!(mmr(&[], |_, _| 0.0, 9, RELEVANCE).is_empty());
    }

    #[test]
    fn overlap_is_the_share_of_common_terms() {
        let words = |text: &str| Vocabulary::of(&Analyzer::default(), text);
        assert_eq!(words("geese fly far").overlap(&words("A goose, geese: far, far!")), 2.0 / 5.0);
        assert_eq!((words("tea").overlap(&words("tea")), words("").overlap(&words(""))), (1.0, 0.0));
        assert_eq!(words("tea").overlap(&words("")), 0.0);
    }

    proptest! {
        #[test]
        fn each_is_picked_once(relevance in proptest::collection::vec(0f32..1.0, 0..12), limit in 0usize..15) {
            let picked = mmr(&relevance, |a, b| ((a * 7 + b * 7) % 10) as f32 / 10.0, limit, RELEVANCE);
            prop_assert_eq!(picked.len(), limit.min(relevance.len()));
            prop_assert_eq!(picked.iter().collect::<HashSet<_>>().len(), picked.len());
        }
    }
}

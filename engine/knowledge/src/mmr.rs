//! Maximal marginal relevance: not five times the same (Carbonell, Goldstein 1998).

use std::collections::HashSet;

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

/// The different terms of a text.
#[must_use]
pub fn vocabulary(analyzer: &Analyzer, text: &str) -> HashSet<String> {
    let mut terms = HashSet::new();
    analyzer.terms(text, |term| {
        terms.insert(term.to_owned());
    });
    terms
}

/// The share of two vocabularies that both have (Jaccard 1901), 0 to 1.
#[must_use]
pub fn overlap(a: &HashSet<String>, b: &HashSet<String>) -> f32 {
    let both = a.intersection(b).count();
    both as f32 / (a.len() + b.len() - both).max(1) as f32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_same_again_comes_after_something_new() {
        let analyzer = Analyzer::default();
        let texts = ["The goose flies south.", "The goose flies south!", "Tea is hot."];
        let words: Vec<_> = texts.iter().map(|text| vocabulary(&analyzer, text)).collect();
        let similarity = |a: usize, b: usize| overlap(&words[a], &words[b]);
        assert_eq!(mmr(&[1.0, 0.99, 0.6], similarity, 3, RELEVANCE), [0, 2, 1]);
        assert_eq!(mmr(&[1.0, 0.99, 0.6], similarity, 2, 1.0), [0, 1]);
        assert_eq!(mmr(&[0.5, 0.5, 0.5], |_, _| 0.0, 9, RELEVANCE), [0, 1, 2]);
        assert!(mmr(&[], |_, _| 0.0, 9, RELEVANCE).is_empty());
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

//! One ranking from two.

use std::collections::BTreeMap;

use super::search::Place;

/// Ranked places with scores, best first.
pub(crate) type Ranking = Vec<(Place, f32)>;

/// How rankings are fused.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fusion {
    /// Smoothing of reciprocal ranks; 60 in Cormack, Clarke, Büttcher 2009.
    pub k: f32,
    /// Weight of the ranking by meaning; that by words has 1.
    pub dense: f32,
}

impl Default for Fusion {
    fn default() -> Self {
        Self { k: 60.0, dense: 1.0 }
    }
}

impl Fusion {
    /// Reciprocal rank fusion: Σ weight / (k + rank), ranks from 1.
    pub(crate) fn fuse(&self, words: &Ranking, dense: &Ranking) -> Ranking {
        let mut scores: BTreeMap<Place, f32> = BTreeMap::new();
        for (ranking, weight) in [(words, 1.0), (dense, self.dense)] {
            for (index, (place, _)) in ranking.iter().enumerate() {
                *scores.entry(*place).or_default() += weight / (self.k + (index + 1) as f32);
            }
        }
        let mut fused: Ranking = scores.into_iter().collect();
        sort(&mut fused);
        fused
    }
}

/// Best first; equal scores in the order of their places, so that the same search gives the same ranking.
pub(crate) fn sort(ranking: &mut Ranking) {
    ranking.sort_by(|(place, score), (other_place, other)| other.total_cmp(score).then(place.cmp(other_place)));
}

/// The best `limit` of a ranking in any order, sorted.
pub(crate) fn best(mut ranking: Ranking, limit: usize) -> Ranking {
    let order = |(place, score): &(Place, f32), (other_place, other): &(Place, f32)| {
        other.total_cmp(score).then(place.cmp(other_place))
    };
    if limit > 0 && limit < ranking.len() {
        ranking.select_nth_unstable_by(limit - 1, order);
    }
    ranking.truncate(limit);
    sort(&mut ranking);
    ranking
}

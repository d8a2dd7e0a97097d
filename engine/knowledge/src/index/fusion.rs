//! One ranking from two.
//!
//! [`Fusion::Scores`]: the weighted mean of the score by words and the cosine, each divided by the best of the query's
//! candidates (Bruch, Gai, Ingber 2023 compare such means with ranks), the cosine's share squared: cosines of candidates lie
//! closer together than scores by words, and unsquared they level what words tell apart (.983 and .820 below; over the chunking
//! corpora the excerpts are a tenth longer for the same recall). [`Fusion::Ranks`]: reciprocal rank fusion (Cormack,
//! Clarke, Büttcher 2009), which needs no scores that can be compared, and forgets by how much one is better than the next.
//!
//! nDCG@10 of documents (`conclave-eval search --fusion`), MiniLM for the meaning:
//!
//! | collection | words | meaning | scores | ranks |
//! |---|---|---|---|---|
//! | 240 paragraphs of an encyclopedia, 1,190 questions (`xquad-en`) | .971 | .944 | .984 | .973 |
//! | 312 pieces of scientific articles, 99 questions | .827 | .636 | .824 | .755 |
//!
//! The second is where the encoder knows least of the matter: it adds nothing there, and ranks alone let it do harm.

use std::collections::{BTreeMap, BTreeSet};

use super::held::Place;

/// Places with scores.
pub(crate) type Ranking = Vec<(Place, f32)>;

/// How the two rankings are fused.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fusion {
    /// By their scores.
    Scores {
        /// Weight of the meaning, 0 to 1; the words have the rest. Half is best on all development collections; .3 and .7
        /// cost about a point.
        meaning: f32,
    },
    /// By ranks alone: the sum of `1 / (k + rank)`.
    Ranks {
        /// How little the first ranks count before the others; the paper's is 60.
        k: f32,
    },
}

impl Default for Fusion {
    fn default() -> Self {
        Self::Scores { meaning: 0.5 }
    }
}

impl Fusion {
    /// Fuses the best by words and the best by meaning, both best first. By scores, the other score of each is looked up: a
    /// passage without a vector is judged by its words alone, one without a word of the query has what its document gives it.
    pub(crate) fn fuse(
        &self,
        words: &Ranking,
        similar: &Ranking,
        words_at: impl Fn(Place) -> f32,
        similarity_at: impl Fn(Place) -> Option<f32>,
    ) -> Ranking {
        match *self {
            Self::Scores { meaning } => by_scores(meaning, words, similar, words_at, similarity_at),
            Self::Ranks { k } => by_ranks(k, words, similar),
        }
    }
}

fn by_scores(
    meaning: f32,
    words: &Ranking,
    similar: &Ranking,
    words_at: impl Fn(Place) -> f32,
    similarity_at: impl Fn(Place) -> Option<f32>,
) -> Ranking {
    let top = |ranking: &Ranking| ranking.first().map_or(0.0, |(_, score)| *score).max(f32::MIN_POSITIVE);
    let (top_words, top_similarity) = (top(words), top(similar));
    let candidates: BTreeSet<Place> = words.iter().chain(similar).map(|(place, _)| *place).collect();
    let fused = candidates.into_iter().map(|place| {
        let by_words = words_at(place) / top_words;
        let by_meaning = similarity_at(place).map(|cosine| (cosine.max(0.0) / top_similarity).powi(2));
        (place, by_meaning.map_or(by_words, |by_meaning| by_words + meaning * (by_meaning - by_words)))
    });
    fused.collect()
}

fn by_ranks(k: f32, words: &Ranking, similar: &Ranking) -> Ranking {
    let mut sums: BTreeMap<Place, f32> = BTreeMap::new();
    for ranking in [words, similar] {
        for (rank, (place, _)) in (1u16..).zip(ranking) {
            *sums.entry(*place).or_default() += 1.0 / (k + f32::from(rank));
        }
    }
    sums.into_iter().collect()
}

/// The best `limit` of a ranking in any order, best first; equal scores in the order of their places, so that the same
/// search gives the same ranking.
pub(crate) fn best(mut ranking: Ranking, limit: usize) -> Ranking {
    let order = |(place, score): &(Place, f32), (other_place, other): &(Place, f32)| {
        other.total_cmp(score).then(place.cmp(other_place))
    };
    if limit > 0 && limit < ranking.len() {
        ranking.select_nth_unstable_by(limit - 1, order);
    }
    ranking.truncate(limit);
    ranking.sort_by(order);
    ranking
}

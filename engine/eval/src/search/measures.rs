//! Measures of a ranking, as `trec_eval` computes them.

use super::beir::Judged;

/// Sums over queries.
#[derive(Debug, Default)]
pub struct Measures {
    queries: usize,
    ndcg_at_10: f64,
    recall_at_100: f64,
    mrr_at_10: f64,
}

/// Means over queries.
#[derive(Debug, PartialEq)]
pub struct Means {
    /// Normalised discounted cumulative gain of the first 10; the gain is the judgement itself.
    pub ndcg_at_10: f64,
    /// Relevant documents among the first 100, as a share of all relevant ones.
    pub recall_at_100: f64,
    /// Reciprocal rank of the first relevant document, 0 beyond rank 10.
    pub mrr_at_10: f64,
}

impl Measures {
    /// Adds one query's ranking. A query without a relevant document does not count.
    #[allow(clippy::cast_precision_loss, reason = "ranks and judgements are small")]
    pub fn add<'a>(&mut self, ranking: impl Iterator<Item = &'a str>, judged: &Judged) {
        let mut ideal: Vec<i64> = judged.values().copied().filter(|score| *score > 0).collect();
        if ideal.is_empty() {
            return;
        }
        ideal.sort_unstable_by(|a, b| b.cmp(a));
        let scores: Vec<i64> = ranking.map(|id| judged.get(id).copied().unwrap_or(0).max(0)).collect();
        self.queries += 1;
        self.ndcg_at_10 += gain(&scores) / gain(&ideal);
        let found = scores.iter().take(100).filter(|score| **score > 0).count();
        self.recall_at_100 += found as f64 / ideal.len() as f64;
        let first = scores.iter().take(10).position(|score| *score > 0);
        self.mrr_at_10 += first.map_or(0.0, |at| 1.0 / (at + 1) as f64);
    }

    /// The means; 0 where there was no query.
    #[allow(clippy::cast_precision_loss, reason = "counts are small")]
    pub fn means(&self) -> Means {
        let count = self.queries.max(1) as f64;
        Means {
            ndcg_at_10: self.ndcg_at_10 / count,
            recall_at_100: self.recall_at_100 / count,
            mrr_at_10: self.mrr_at_10 / count,
        }
    }
}

/// Discounted cumulative gain of the first 10 (Järvelin and Kekäläinen 2002, with log2(rank + 1)).
#[allow(clippy::cast_precision_loss, reason = "ranks and judgements are small")]
fn gain(scores: &[i64]) -> f64 {
    scores.iter().take(10).enumerate().map(|(at, score)| *score as f64 / ((at + 2) as f64).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(ranking: &[&str], judged: &[(&str, i64)]) -> Means {
        let judged: Judged = judged.iter().map(|(id, score)| ((*id).to_owned(), *score)).collect();
        let mut measures = Measures::default();
        measures.add(ranking.iter().copied(), &judged);
        measures.means()
    }

    #[test]
    fn a_perfect_ranking_scores_one() {
        let found = means(&["a", "b", "x"], &[("a", 2), ("b", 1), ("c", 0)]);
        assert_eq!(found, Means { ndcg_at_10: 1.0, recall_at_100: 1.0, mrr_at_10: 1.0 });
    }

    #[test]
    fn ranks_discount_as_in_trec_eval() {
        let found = means(&["x", "y", "a"], &[("a", 1), ("b", 1)]);
        let ideal = 1.0 + 1.0 / 3f64.log2();
        assert!((found.ndcg_at_10 - 0.5 / ideal).abs() < 1e-12);
        assert!((found.mrr_at_10 - 1.0 / 3.0).abs() < 1e-12);
        assert!((found.recall_at_100 - 0.5).abs() < 1e-12);
    }

    #[test]
    fn queries_without_relevant_documents_do_not_count() {
        assert_eq!(means(&["a"], &[("a", 0)]), Means { ndcg_at_10: 0.0, recall_at_100: 0.0, mrr_at_10: 0.0 });
    }
}

//! The best few of many, without sorting all.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A row with its score as one number: of two, the larger is the better score or, where scores are equal, the smaller row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scored(u64);

impl Scored {
    /// `score` must be a number.
    #[inline]
    pub fn new(row: u32, score: f32) -> Self {
        Self(u64::from(ordered(score)) << 32 | u64::from(!row))
    }

    #[inline]
    pub fn row(self) -> u32 {
        // The low half; nothing is lost.
        !(self.0 as u32)
    }

    #[inline]
    pub fn score(self) -> f32 {
        let bits = (self.0 >> 32) as u32;
        f32::from_bits(if bits >> 31 == 1 { bits ^ 1 << 31 } else { !bits })
    }
}

/// IEEE 754 numbers as whole numbers in the same order: a sign bit that counts up, and negative numbers turned round.
#[inline]
fn ordered(score: f32) -> u32 {
    // Both zeros are one.
    let bits = (score + 0.0).to_bits();
    if bits >> 31 == 1 { !bits } else { bits | 1 << 31 }
}

/// Keeps the best `limit` of what it is shown.
#[derive(Debug, Clone)]
pub struct Top {
    limit: usize,
    /// The worst is on top.
    heap: BinaryHeap<Reverse<Scored>>,
    /// What a score must reach to be looked at.
    bar: f32,
}

impl Top {
    pub fn new(limit: usize) -> Self {
        let bar = if limit == 0 { f32::INFINITY } else { f32::NEG_INFINITY };
        Self { limit, heap: BinaryHeap::new(), bar }
    }

    /// No score below this is kept.
    #[inline]
    pub const fn bar(&self) -> f32 {
        self.bar
    }

    #[inline]
    pub fn is_full(&self) -> bool {
        self.heap.len() >= self.limit
    }

    /// Whether it was kept.
    #[inline]
    pub fn offer(&mut self, scored: Scored) -> bool {
        if self.heap.len() < self.limit {
            self.heap.push(Reverse(scored));
        } else {
            match self.heap.peek_mut() {
                Some(mut worst) if worst.0 < scored => worst.0 = scored,
                _ => return false,
            }
        }
        if self.is_full()
            && let Some(worst) = self.heap.peek()
        {
            self.bar = worst.0.score();
        }
        true
    }

    /// Best first.
    pub fn into_sorted(self) -> Vec<Scored> {
        // Ascending in the reversed order is descending.
        self.heap.into_sorted_vec().into_iter().map(|Reverse(scored)| scored).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_keeps_what_sorting_would(
            scores in proptest::collection::vec(prop_oneof![-1f32..1.0, Just(0.5), Just(-0.0), Just(0.0)], 0..60),
            limit in 0usize..70,
        ) {
            let mut top = Top::new(limit);
            let mut expected: Vec<(u32, f32)> = (0u32..).zip(scores).collect();
            for (row, score) in &expected {
                top.offer(Scored::new(*row, *score));
            }
            expected.sort_by(|a, b| b.1.partial_cmp(&a.1).expect("they are numbers").then(a.0.cmp(&b.0)));
            expected.truncate(limit);
            let kept: Vec<(u32, f32)> = top.into_sorted().into_iter().map(|kept| (kept.row(), kept.score())).collect();
            prop_assert_eq!(kept, expected);
        }
    }
}

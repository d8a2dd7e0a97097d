//! Sets of passages.

/// A set of numbers below a limit, one bit each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
    limit: usize,
}

impl Bits {
    /// None of `limit` numbers.
    #[must_use]
    pub fn none(limit: usize) -> Self {
        Self { words: vec![0; limit.div_ceil(64)], limit }
    }

    /// Adds a number; one at or over the limit is left out.
    pub fn insert(&mut self, number: usize) {
        if number < self.limit
            && let Some(word) = self.words.get_mut(number / 64)
        {
            *word |= 1 << (number % 64);
        }
    }

    /// Whether a number is in the set.
    #[must_use]
    pub fn contains(&self, number: usize) -> bool {
        number < self.limit && self.words.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// How many numbers are in the set.
    #[must_use]
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub(super) fn keep(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= other);
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
    }

    pub(super) fn remove(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= !other);
    }

    pub(super) fn all(limit: usize) -> Self {
        let mut all = Self { words: vec![u64::MAX; limit.div_ceil(64)], limit };
        // Bits past the limit stay 0, so that counting is right.
        if let Some(last) = all.words.last_mut().filter(|_| !limit.is_multiple_of(64)) {
            *last = (1 << (limit % 64)) - 1;
        }
        all
    }
}

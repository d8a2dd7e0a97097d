//! Words that are written nearly alike.

/// Letters that may differ in a word: none up to two letters, one up to five, two above (as Lucene's `AUTO`).
#[must_use]
pub fn edits_for(word: &str) -> usize {
    match word.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    }
}

/// The number of letters that must be inserted, deleted, replaced or swapped with their neighbour to make `b` of `a`, where that
/// is at most `most` (optimal string alignment: Damerau 1964, Levenshtein 1966).
#[must_use]
pub fn within(a: &str, b: &str, most: usize) -> Option<usize> {
    Near::new(a, most).edits(b)
}

/// Measures words against one as [`within`] does. Words in the order of a dictionary cost least: what one begins with like the one
/// before it is measured once, and where a beginning is too far from the word already, so is all that begins so.
#[derive(Debug, Clone)]
pub struct Near {
    word: Vec<char>,
    most: usize,
    /// Letters of the word that was measured last, as far as it took.
    before: Vec<char>,
    /// A row for each beginning of `before`, the empty one first: its edits to each beginning of `word`.
    rows: Vec<usize>,
    /// Whether every word that begins with `before` is too far.
    is_far: bool,
}

impl Near {
    /// Measures against `word`; more than `most` edits are too far.
    #[must_use]
    pub fn new(word: &str, most: usize) -> Self {
        let word: Vec<char> = word.chars().collect();
        Self { rows: (0..=word.len()).collect(), word, most, before: Vec::new(), is_far: false }
    }

    /// How many edits lie between the word and `other`; `None` where they are too many. Takes time with the product of the lengths
    /// of the word and of what is new in `other`.
    pub fn edits(&mut self, other: &str) -> Option<usize> {
        let mut rest = other.chars();
        let mut shared = 0;
        for letter in &self.before {
            let mut next = rest.clone();
            if next.next() != Some(*letter) {
                break;
            }
            (rest, shared) = (next, shared + 1);
        }
        if self.is_far && shared == self.before.len() {
            return None;
        }
        self.before.truncate(shared);
        self.rows.truncate((shared + 1) * (self.word.len() + 1));
        self.is_far = rest.any(|letter| !self.push(letter));
        self.rows.last().copied().filter(|edits| !self.is_far && *edits <= self.most)
    }

    /// Adds a letter to the beginning that is measured; whether it may still become a near word. Swapped letters are a step over
    /// one row, but the row between is then at most one edit above it: where all of a row is too far, so is what follows.
    fn push(&mut self, letter: char) -> bool {
        let width = self.word.len() + 1;
        let last = self.before.len() * width;
        let swaps = self.before.last().copied();
        let mut left = self.before.len() + 1;
        let mut least = left;
        self.rows.push(left);
        for (j, own) in self.word.iter().enumerate() {
            let replaced = self.rows[last + j] + usize::from(*own != letter);
            let mut best = replaced.min(self.rows[last + j + 1] + 1).min(left + 1);
            if j > 0 && swaps == Some(*own) && self.word[j - 1] == letter {
                best = best.min(self.rows[last - width + j - 1] + 1);
            }
            self.rows.push(best);
            (left, least) = (best, least.min(best));
        }
        self.before.push(letter);
        least <= self.most
    }
}

//! The largest logits of each slice of a vocabulary, read back in place of all.

use std::cmp::Ordering;

/// Logits of a slice: `wgsl/best.wgsl`.
pub(super) const SLICE: usize = 1_024;
/// Those that are kept of it.
const KEPT: usize = 8;
/// Words of a slice's result.
pub(super) const SLICE_WORDS: usize = 2 * KEPT + 2;

/// The most probable tokens. Every token that is not among them has a logit of at most [`Best::bound`].
#[derive(Debug, Clone, PartialEq)]
pub struct Best {
    /// Token and logit, the largest first, of equals the lower token.
    pub tokens: Vec<(u32, f32)>,
    /// No other token has a larger logit.
    pub bound: f32,
    /// Logarithm of the sum of `exp(logit)` over the whole vocabulary.
    pub log_total: f32,
}

impl Best {
    /// Joins the slices' results: of each, `KEPT` tokens, as many logits, the largest and the sum of `exp(logit - largest)`.
    #[must_use]
    pub(super) fn from_words(words: &[u32]) -> Self {
        let mut best = Self { tokens: Vec::new(), bound: f32::NEG_INFINITY, log_total: f32::NEG_INFINITY };
        let mut sums = Vec::new();
        for slice in words.as_chunks::<SLICE_WORDS>().0 {
            let (tokens, logits) = slice.split_at(KEPT);
            let kept = tokens.iter().zip(&logits[..KEPT]).filter(|(token, _)| **token != u32::MAX);
            best.tokens.extend(kept.map(|(token, logit)| (*token, f32::from_bits(*logit))));
            if tokens[KEPT - 1] != u32::MAX {
                best.bound = best.bound.max(f32::from_bits(logits[KEPT - 1]));
            }
            sums.push((f32::from_bits(logits[KEPT]), f32::from_bits(logits[KEPT + 1])));
        }
        let largest = sums.iter().fold(f32::NEG_INFINITY, |largest, (of_slice, _)| largest.max(*of_slice));
        let total: f32 = sums.iter().map(|(of_slice, total)| total * (of_slice - largest).exp()).sum();
        best.log_total = largest + total.ln();
        best.tokens.sort_unstable_by(|a, b| -> Ordering { b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)) });
        best
    }

    /// Natural logarithm of the probability of `token`, where it is among these.
    #[must_use]
    pub fn log_probability(&self, token: u32) -> Option<f32> {
        self.tokens.iter().find(|(other, _)| *other == token).map(|(_, logit)| logit - self.log_total)
    }
}

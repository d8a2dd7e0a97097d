//! Choosing the next token.

use std::cmp::Ordering;
use std::num::NonZeroUsize;

use conclave_ports::{Entropy, SeededEntropy};

use crate::gpu::Best;
use crate::model::rows::log_sum_of_exponentials;
use crate::{InferenceError, Sampling};

/// Written tokens that a repetition penalty looks back on: llama.cpp's default.
const PENALTY_WINDOW: usize = 64;

/// Chooses tokens by one rule, repeatably.
pub struct Sampler {
    rule: Sampling,
    entropy: SeededEntropy,
}

impl Sampler {
    /// A sampler at the beginning of its random sequence.
    ///
    /// # Errors
    /// [`InferenceError::Request`] where a field of the rule is outside of its range.
    pub fn new(rule: Sampling) -> Result<Self, InferenceError> {
        rule.check()?;
        Ok(Self { rule, entropy: SeededEntropy::new(rule.seed) })
    }

    /// The index of the chosen logit; `written` are the tokens written so far.
    #[must_use]
    pub fn choose(&self, logits: &[f32], written: &[u32]) -> u32 {
        let penalised;
        let logits = if self.rule.repetition_penalty == 1.0 {
            logits
        } else {
            let lately = &written[written.len().saturating_sub(PENALTY_WINDOW)..];
            penalised = penalised_by(self.rule.repetition_penalty, logits, lately);
            &penalised
        };
        if self.rule.temperature == 0.0 {
            return greedy(logits);
        }
        let candidates = candidates((0..).zip(logits.iter().copied()), &self.rule);
        drawn(&candidates, self.uniform()).unwrap_or_else(|| greedy(logits))
    }

    /// The same choice from the largest logits alone; `None` where it depends on others.
    #[must_use]
    pub fn choose_of(&self, best: &Best, written: &[u32]) -> Option<u32> {
        let Sampling { repetition_penalty: penalty, temperature, top_k, top_p, min_p, .. } = self.rule;
        // A penalty below 1 may lift a token that is not among them.
        if penalty < 1.0 {
            return None;
        }
        let lately = &written[written.len().saturating_sub(PENALTY_WINDOW)..];
        let logit = |(token, logit): &(u32, f32)| {
            let penalised = penalty != 1.0 && lately.contains(token);
            (*token, if penalised { less_probable(*logit, penalty) } else { *logit })
        };
        let mut known: Vec<(u32, f32)> =
            best.tokens.iter().map(logit).filter(|(_, logit)| *logit > best.bound).collect();
        known.sort_unstable_by(likeliest_first);
        let (first, largest) = *known.first()?;
        if temperature == 0.0 {
            return Some(first);
        }
        let enough_for_top_k = top_k.is_some_and(|k| k.get() <= known.len());
        let enough_for_min_p = top_p == 1.0 && ((best.bound - largest) / temperature).exp() < min_p;
        if !enough_for_top_k && !enough_for_min_p {
            return None;
        }
        drawn(&candidates(known.into_iter(), &self.rule), self.uniform())
    }

    /// A number in [0, 1).
    #[allow(clippy::cast_precision_loss, reason = "24 bits fit a 32-bit float exactly")]
    fn uniform(&self) -> f32 {
        let mut bytes = [0; 4];
        // The seeded source always has more to give.
        let _ = self.entropy.fill(&mut bytes);
        (u32::from_le_bytes(bytes) >> 8) as f32 / (1u32 << 24) as f32
    }
}

/// Natural logarithm of the probability that the logits give to `token`.
#[must_use]
pub fn log_probability(logits: &[f32], token: u32) -> f32 {
    logits.get(token as usize).map_or(f32::NEG_INFINITY, |logit| logit - log_sum_of_exponentials(logits))
}

/// The logits, each of `tokens` made less probable, once.
fn penalised_by(penalty: f32, logits: &[f32], tokens: &[u32]) -> Vec<f32> {
    let mut logits = logits.to_vec();
    let mut seen = tokens.to_vec();
    seen.sort_unstable();
    seen.dedup();
    for token in seen {
        if let Some(logit) = logits.get_mut(token as usize) {
            *logit = less_probable(*logit, penalty);
        }
    }
    logits
}

fn less_probable(logit: f32, penalty: f32) -> f32 {
    if logit > 0.0 { logit / penalty } else { logit * penalty }
}

/// NaN is none of them.
fn largest(logits: impl Iterator<Item = f32>) -> f32 {
    logits.fold(f32::NEG_INFINITY, f32::max)
}

fn likeliest_first(a: &(u32, f32), b: &(u32, f32)) -> Ordering {
    b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0))
}

/// The first of the largest logits; NaN never wins.
fn greedy(logits: &[f32]) -> u32 {
    let mut best = (0, f32::NEG_INFINITY);
    for (index, &logit) in (0u32..).zip(logits) {
        if logit > best.1 {
            best = (index, logit);
        }
    }
    best.0
}

/// Tokens that the rule lets through with their weights (probabilities times one number), the likeliest first. None where
/// the logits are no distribution.
fn candidates(logits: impl Iterator<Item = (u32, f32)> + Clone, rule: &Sampling) -> Vec<(u32, f32)> {
    let largest = largest(logits.clone().map(|(_, logit)| logit));
    if !largest.is_finite() {
        return Vec::new();
    }
    let weight = |logit: f32| ((logit - largest) / rule.temperature).exp();
    let mut kept: Vec<(u32, f32)> =
        logits.map(|(index, logit)| (index, weight(logit))).filter(|(_, weight)| *weight > 0.0).collect();
    if let Some(k) = rule.top_k.map(NonZeroUsize::get).filter(|k| *k < kept.len()) {
        kept.select_nth_unstable_by(k, likeliest_first);
        kept.truncate(k);
    }
    kept.sort_unstable_by(likeliest_first);
    let mass = rule.top_p * kept.iter().map(|(_, weight)| weight).sum::<f32>();
    let mut so_far = 0.0;
    let last = kept.iter().position(|(_, weight)| {
        so_far += weight;
        so_far >= mass
    });
    kept.truncate(last.map_or(kept.len(), |last| last + 1));
    // The likeliest has the weight 1.
    kept.truncate(kept.partition_point(|(_, weight)| *weight >= rule.min_p));
    kept
}

/// The candidate in which the share `uniform` of all weight ends.
fn drawn(candidates: &[(u32, f32)], uniform: f32) -> Option<u32> {
    let mut left = uniform * candidates.iter().map(|(_, weight)| weight).sum::<f32>();
    let found = candidates.iter().find(|(_, weight)| {
        left -= weight;
        left < 0.0
    });
    found.or(candidates.last()).map(|(index, _)| *index)
}

#[cfg(test)]
mod tests;

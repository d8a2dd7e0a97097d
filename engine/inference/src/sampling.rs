//! Choosing the next token.

use conclave_ports::{Entropy, SeededEntropy};

use crate::Sampling;

/// Written tokens that a repetition penalty looks back on: llama.cpp's default.
const PENALTY_WINDOW: usize = 64;

/// Chooses tokens by one rule, repeatably.
pub struct Sampler {
    rule: Sampling,
    entropy: SeededEntropy,
}

impl Sampler {
    /// A sampler at the beginning of its random sequence.
    #[must_use]
    pub fn new(rule: Sampling) -> Self {
        let seed = match rule {
            Sampling::Greedy | Sampling::Penalised { .. } => 0,
            Sampling::TopP { seed, .. } => seed,
        };
        Self { rule, entropy: SeededEntropy::new(seed) }
    }

    /// The index of the chosen logit; `written` are the tokens written so far.
    #[must_use]
    pub fn choose(&self, mut logits: Vec<f32>, written: &[u32]) -> u32 {
        match self.rule {
            Sampling::Greedy => greedy(&logits),
            Sampling::Penalised { penalty } => {
                penalise(&mut logits, &written[written.len().saturating_sub(PENALTY_WINDOW)..], penalty);
                greedy(&logits)
            }
            Sampling::TopP { temperature, top_p, .. } if temperature > 0.0 => {
                nucleus(&logits, temperature, top_p, self.uniform())
            }
            Sampling::TopP { .. } => greedy(&logits),
        }
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

/// Makes each of `tokens` less probable, once.
fn penalise(logits: &mut [f32], tokens: &[u32], penalty: f32) {
    let mut seen = tokens.to_vec();
    seen.sort_unstable();
    seen.dedup();
    for token in seen {
        if let Some(logit) = logits.get_mut(token as usize) {
            *logit = if *logit > 0.0 { *logit / penalty } else { *logit * penalty };
        }
    }
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

fn nucleus(logits: &[f32], temperature: f32, top_p: f32, uniform: f32) -> u32 {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut candidates: Vec<(u32, f32)> =
        (0u32..).zip(logits).map(|(index, logit)| (index, ((logit - largest) / temperature).exp())).collect();
    let total: f32 = candidates.iter().map(|(_, weight)| weight).sum();
    candidates.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut mass = 0.0;
    let kept = candidates.iter().position(|(_, weight)| {
        mass += weight;
        mass >= top_p * total
    });
    candidates.truncate(kept.map_or(candidates.len(), |last| last + 1));
    let mut left = uniform * candidates.iter().map(|(_, weight)| weight).sum::<f32>();
    for (index, weight) in &candidates {
        left -= weight;
        if left < 0.0 {
            return *index;
        }
    }
    candidates.last().map_or_else(|| greedy(logits), |(index, _)| *index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greedy_takes_the_first_of_the_largest() {
        assert_eq!(greedy(&[0.0, f32::NAN, 3.0, 3.0, -1.0]), 2);
        assert_eq!(greedy(&[f32::NAN]), 0);
    }

    #[test]
    fn a_small_nucleus_is_greedy() {
        for uniform in [0.0, 0.5, 0.999] {
            assert_eq!(nucleus(&[1.0, 4.0, 2.0], 1.0, 0.1, uniform), 1);
        }
    }

    #[test]
    fn a_penalty_falls_once_on_what_was_written_lately() {
        let sampler = Sampler::new(Sampling::Penalised { penalty: 2.0 });
        assert_eq!(sampler.choose(vec![1.0, 1.9, -1.0], &[1, 1, 1]), 0);
        assert_eq!(sampler.choose(vec![-1.5, -1.0, -3.0], &[1]), 0);
        let mut long_ago = vec![1];
        long_ago.extend([2; PENALTY_WINDOW]);
        assert_eq!(sampler.choose(vec![1.0, 1.9, -1.0], &long_ago), 1);
    }

    #[test]
    fn samples_follow_the_probabilities() {
        let sampler = Sampler::new(Sampling::TopP { temperature: 1.0, top_p: 1.0, seed: 7 });
        let logits = [0.0, 2.0f32.ln(), f32::NEG_INFINITY];
        let mut counts = [0; 3];
        for _ in 0..3_000 {
            counts[sampler.choose(logits.to_vec(), &[]) as usize] += 1;
        }
        // Expected 1,000 and 2,000 with a standard deviation of 26.
        assert!((900..1_100).contains(&counts[0]), "{counts:?}");
        assert_eq!(counts[2], 0);
    }

    #[test]
    fn the_same_seed_gives_the_same_choices() {
        let rule = Sampling::TopP { temperature: 0.8, top_p: 0.9, seed: 3 };
        let draw = || {
            let sampler = Sampler::new(rule);
            (0..20).map(|_| sampler.choose(vec![0.3, 0.1, 0.2, 0.25], &[])).collect::<Vec<_>>()
        };
        assert_eq!(draw(), draw());
    }
}

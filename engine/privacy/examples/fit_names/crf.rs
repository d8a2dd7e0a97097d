//! The training of the chain model that `names::model` decodes.

use conclave_privacy::names::features::{ACTIVE, FEATURES};
use conclave_privacy::names::model::{GAPS, LABELS};

/// A word of a chain.
#[derive(Clone)]
pub struct Step {
    /// Features.
    pub features: [u16; ACTIVE],
    /// How many of them.
    pub count: usize,
    /// The gap before.
    pub gap: usize,
    /// The right label.
    pub label: usize,
}

/// Words that are decided together.
#[derive(Clone)]
pub struct Chain {
    /// Its words.
    pub steps: Vec<Step>,
    /// How much it counts.
    pub weight: f64,
}

/// Weights.
pub struct Model {
    /// Of features for labels.
    pub weights: Vec<[f64; LABELS]>,
    /// Of a label after another, by the gap.
    pub transitions: Vec<[[f64; LABELS]; LABELS]>,
}

const ROUNDS: usize = 24;
/// Rounds at the end whose weights are averaged (Polyak, Juditsky 1992), so that the last texts seen do not count more.
const AVERAGED: usize = 12;
const RATE: f64 = 0.15;
/// Strength of the prior, at each use of a weight: strong, because the texts that the model is for are of other kinds.
const PRIOR: f64 = 3e-3;

impl Model {
    /// Fits to chains.
    pub fn fit(chains: &[Chain]) -> Self {
        let mut model = Self::zero();
        let mut squares = vec![[1e-6; LABELS]; FEATURES];
        let mut squares_between = vec![[[1e-6; LABELS]; LABELS]; GAPS];
        let mut order: Vec<usize> = (0..chains.len()).collect();
        let mut random = Random(7);
        let mut average = Self::zero();
        for round in 0..ROUNDS {
            random.shuffle(&mut order);
            let mut loss = 0.0;
            for index in &order {
                let chain = &chains[*index];
                loss += chain.weight * model.step(chain, &mut squares, &mut squares_between);
            }
            #[allow(clippy::cast_precision_loss, reason = "a count")]
            let mean = loss / chains.len() as f64;
            eprintln!("round {round}: loss {mean:.5}");
            if round + AVERAGED >= ROUNDS {
                average.add(&model);
            }
        }
        average
    }

    /// A share of another model is added.
    #[allow(clippy::cast_precision_loss, reason = "a small count")]
    fn add(&mut self, other: &Self) {
        let share = 1.0 / AVERAGED as f64;
        let own = self.weights.iter_mut().flatten().chain(self.transitions.iter_mut().flatten().flatten());
        let others = other.weights.iter().flatten().chain(other.transitions.iter().flatten().flatten());
        own.zip(others).for_each(|(own, other)| *own += share * other);
    }

    fn zero() -> Self {
        Self { weights: vec![[0.0; LABELS]; FEATURES], transitions: vec![[[0.0; LABELS]; LABELS]; GAPS] }
    }

    /// One step down the gradient; gives the loss.
    fn step(&mut self, chain: &Chain, squares: &mut [[f64; LABELS]], between: &mut [[[f64; LABELS]; LABELS]]) -> f64 {
        let steps = &chain.steps;
        let sums: Vec<[f64; LABELS]> = steps
            .iter()
            .map(|step| {
                let mut sums = [0.0; LABELS];
                for feature in &step.features[..step.count] {
                    sums.iter_mut().zip(self.weights[usize::from(*feature)]).for_each(|(sum, weight)| *sum += weight);
                }
                sums
            })
            .collect();
        // Forward and backward sums, in logarithms.
        let mut forward = vec![[0.0; LABELS]; steps.len()];
        for i in 0..steps.len() {
            let table = &self.transitions[steps[i].gap];
            for label in 0..LABELS {
                let into = if i == 0 {
                    table[0][label]
                } else {
                    log_sum(std::array::from_fn(|from| forward[i - 1][from] + table[from][label]))
                };
                forward[i][label] = into + sums[i][label];
            }
        }
        let mut backward = vec![[0.0; LABELS]; steps.len()];
        for i in (0..steps.len() - 1).rev() {
            let table = &self.transitions[steps[i + 1].gap];
            for label in 0..LABELS {
                backward[i][label] =
                    log_sum(std::array::from_fn(|to| table[label][to] + sums[i + 1][to] + backward[i + 1][to]));
            }
        }
        let total = log_sum(forward[steps.len() - 1]);
        let mut right = 0.0;
        let mut before = 0;
        for (i, step) in steps.iter().enumerate() {
            right += self.transitions[step.gap][before][step.label] + sums[i][step.label];
            for label in 0..LABELS {
                let expected = (forward[i][label] + backward[i][label] - total).exp();
                let gradient = chain.weight * (expected - f64::from(u8::from(label == step.label)));
                for feature in &step.features[..step.count] {
                    let feature = usize::from(*feature);
                    move_down(&mut self.weights[feature][label], &mut squares[feature][label], gradient);
                }
            }
            for from in 0..LABELS {
                for to in 0..LABELS {
                    let into =
                        if i == 0 { if from == 0 { 0.0 } else { f64::NEG_INFINITY } } else { forward[i - 1][from] };
                    let expected =
                        (into + self.transitions[step.gap][from][to] + sums[i][to] + backward[i][to] - total).exp();
                    let gradient = chain.weight * (expected - f64::from(u8::from(from == before && to == step.label)));
                    if gradient != 0.0 {
                        let square = &mut between[step.gap][from][to];
                        move_down(&mut self.transitions[step.gap][from][to], square, gradient);
                    }
                }
            }
            before = step.label;
        }
        total - right
    }
}

impl Model {
    /// The best labels of a chain, as `names::model` finds them, and by how much each fits better than none.
    pub fn decide(&self, chain: &Chain, lean: f64) -> Vec<(usize, f64)> {
        let mut best = [0.0; LABELS];
        best[1..].fill(f64::NEG_INFINITY);
        let mut back = Vec::new();
        let mut all = Vec::new();
        for step in &chain.steps {
            let mut sums = [0.0; LABELS];
            sums[0] = -lean;
            for feature in &step.features[..step.count] {
                sums.iter_mut().zip(self.weights[usize::from(*feature)]).for_each(|(sum, weight)| *sum += weight);
            }
            let table = &self.transitions[step.gap];
            let into: [(f64, usize); LABELS] = std::array::from_fn(|to| {
                (0..LABELS)
                    .map(|from| (best[from] + table[from][to], from))
                    .fold((f64::NEG_INFINITY, 0), |a, b| if b.0 > a.0 { b } else { a })
            });
            best = std::array::from_fn(|to| into[to].0 + sums[to]);
            back.push(into.map(|(_, from)| from));
            all.push(sums);
        }
        let mut label = (0..LABELS).fold(0, |most, label| if best[label] > best[most] { label } else { most });
        let mut decided = vec![(0, 0.0); all.len()];
        for i in (0..all.len()).rev() {
            decided[i] = (label, all[i][label] - all[i][0]);
            label = back[i][label];
        }
        decided
    }
}

fn move_down(weight: &mut f64, square: &mut f64, gradient: f64) {
    let gradient = gradient + PRIOR * *weight;
    *square += gradient * gradient;
    *weight -= RATE * gradient / square.sqrt();
}

fn log_sum(values: [f64; LABELS]) -> f64 {
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    most + values.iter().map(|value| (value - most).exp()).sum::<f64>().ln()
}

/// `SplitMix64`.
pub struct Random(pub u64);

impl Random {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    /// A number below `count`.
    #[allow(clippy::cast_possible_truncation, reason = "a rest is small")]
    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }

    fn shuffle(&mut self, items: &mut [usize]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

//! Rotary position embedding (Su et al. 2021) in the half-split form: component `i` turns with component `i + d/2`.

use std::f64::consts::TAU;

/// How far the positions of a long context are pushed together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scaling {
    /// Not at all.
    None,
    /// All by the same factor (Chen et al. 2023).
    Linear {
        /// Positions are divided by it.
        factor: f32,
    },
    /// Slow components by the factor, fast ones not, those between partly (YaRN, Peng et al. 2023).
    Yarn {
        /// Positions of slow components are divided by it.
        factor: f32,
        /// Tokens of context before the model was stretched.
        original: usize,
    },
}

/// Turns within the original context that bound what YaRN calls fast and slow.
pub(crate) const YARN_TURNS: [f64; 2] = [32.0, 1.0];

impl Scaling {
    /// By which YaRN multiplies what it turns (section 3.4 of the paper): attention of a stretched model is too flat without.
    pub(crate) fn yarn_amplitude(factor: f32) -> f64 {
        if factor > 1.0 { 0.1 * f64::from(factor).ln() + 1.0 } else { 1.0 }
    }
}

/// How positions turn the components of a head.
#[derive(Debug, Clone, PartialEq)]
pub struct RopeConfig {
    /// Components of a head.
    pub head_dim: usize,
    /// How many of them turn: the first ones.
    pub dims: usize,
    /// Base of the frequencies.
    pub base: f32,
    /// How they are scaled.
    pub scaling: Scaling,
    /// By which the frequency of each pair is divided, where the file has them.
    pub factors: Option<Vec<f32>>,
    /// By which turned components are multiplied.
    pub amplitude: f32,
}

impl RopeConfig {
    /// Radians per position of the pair `index`.
    #[allow(clippy::cast_precision_loss, reason = "dimensions and contexts are small")]
    fn frequency(&self, index: usize) -> f64 {
        let (dims, base) = (self.dims as f64, f64::from(self.base));
        let divisor = self.factors.as_ref().and_then(|factors| factors.get(index)).copied().unwrap_or(1.0);
        let frequency = base.powf(-2.0 * index as f64 / dims) / f64::from(divisor);
        match self.scaling {
            Scaling::None => frequency,
            Scaling::Linear { factor } => frequency / f64::from(factor),
            Scaling::Yarn { factor, original } => {
                // The pair that turns `turns` times within the original context.
                let pair = |turns: f64| dims * (original as f64 / (turns * TAU)).ln() / (2.0 * base.ln());
                let [fast, slow] = YARN_TURNS.map(pair);
                let (fast, slow) = (fast.floor().max(0.0), slow.ceil().min(dims - 1.0));
                let slowness = ((index as f64 - fast) / (slow - fast).max(0.001)).clamp(0.0, 1.0);
                frequency * (1.0 - slowness + slowness / f64::from(factor))
            }
        }
    }

    fn amplitude(&self) -> f64 {
        let stretched = match self.scaling {
            Scaling::Yarn { factor, .. } => Scaling::yarn_amplitude(factor),
            _ => 1.0,
        };
        stretched * f64::from(self.amplitude)
    }
}

/// Cosines and sines of every position up to the context's length.
pub struct Rope {
    /// `[positions, half]`
    cosines: Vec<f32>,
    /// `[positions, half]`
    sines: Vec<f32>,
    half: usize,
    head_dim: usize,
}

impl Rope {
    /// Tables for `positions` positions; pair `i` turns by `position * base^(-2i / dims)`, scaled.
    #[must_use]
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "positions and dimensions are small"
    )]
    pub fn new(config: &RopeConfig, positions: usize) -> Self {
        let half = config.dims / 2;
        let amplitude = config.amplitude();
        let frequencies: Vec<f64> = (0..half).map(|pair| config.frequency(pair)).collect();
        let (mut cosines, mut sines) = (Vec::with_capacity(positions * half), Vec::with_capacity(positions * half));
        for position in 0..positions {
            for frequency in &frequencies {
                let (sine, cosine) = (position as f64 * frequency).sin_cos();
                cosines.push((cosine * amplitude) as f32);
                sines.push((sine * amplitude) as f32);
            }
        }
        Self { cosines, sines, half, head_dim: config.head_dim }
    }

    /// Pairs of components that turn.
    #[must_use]
    pub const fn pairs(&self) -> usize {
        self.half
    }

    /// Cosine and sine of every pair at every position, `[positions, pairs, 2]`.
    #[must_use]
    pub fn turns(&self) -> Vec<[f32; 2]> {
        self.cosines.iter().zip(&self.sines).map(|(cosine, sine)| [*cosine, *sine]).collect()
    }

    /// Turns heads that lie one after the other, all of the token at `position`.
    pub fn turn(&self, heads: &mut [f32], position: usize) {
        let cosines = &self.cosines[position * self.half..][..self.half];
        let sines = &self.sines[position * self.half..][..self.half];
        for head in heads.chunks_exact_mut(self.head_dim) {
            let (first, second) = head[..2 * self.half].split_at_mut(self.half);
            for ((a, b), (cosine, sine)) in first.iter_mut().zip(second).zip(cosines.iter().zip(sines)) {
                (*a, *b) = (*a * cosine - *b * sine, *b * cosine + *a * sine);
            }
        }
    }
}

/// Row order that turns ggml's interleaved layout of the query and key weights of llama models (component `2i` turns with
/// `2i + 1`) into the half-split one.
#[must_use]
pub fn half_split_order(heads: usize, head_dim: usize) -> Vec<usize> {
    let half = head_dim / 2;
    (0..heads)
        .flat_map(|head| {
            (0..head_dim).map(move |i| head * head_dim + if i < half { 2 * i } else { 2 * (i - half) + 1 })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_gathers_even_components_first() {
        assert_eq!(half_split_order(2, 4), [0, 2, 1, 3, 4, 6, 5, 7]);
    }

    #[test]
    fn position_zero_does_not_turn_and_lengths_stay() {
        let config =
            RopeConfig { head_dim: 4, dims: 4, base: 10_000.0, scaling: Scaling::None, factors: None, amplitude: 1.0 };
        let rope = Rope::new(&config, 8);
        let mut turned = [1.0, 2.0, 3.0, 4.0];
        rope.turn(&mut turned, 0);
        assert_eq!(turned, [1.0, 2.0, 3.0, 4.0]);
        rope.turn(&mut turned, 5);
        let length: f32 = turned.iter().map(|v| v * v).sum();
        assert!((length - 30.0).abs() < 1e-4);
        let (sine, cosine) = 5.0f32.sin_cos();
        assert!((turned[0] - (cosine - 3.0 * sine)).abs() < 1e-5);
        assert!((turned[2] - (3.0 * cosine + sine)).abs() < 1e-5);
    }
}

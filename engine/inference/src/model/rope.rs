//! Rotary position embedding (Su et al. 2021) in the half-split form: component `i` turns with component `i + d/2`.

/// Cosines and sines of every position up to the context's length.
pub struct Rope {
    /// `[positions, half]`
    cosines: Vec<f32>,
    /// `[positions, half]`
    sines: Vec<f32>,
    half: usize,
}

impl Rope {
    /// Tables for heads of `head_dim` components and `positions` positions; pair `i` turns by
    /// `position * base^(-2i / head_dim)`.
    #[must_use]
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "positions and dimensions are small"
    )]
    pub fn new(head_dim: usize, positions: usize, base: f32) -> Self {
        let half = head_dim / 2;
        let (mut cosines, mut sines) = (Vec::with_capacity(positions * half), Vec::with_capacity(positions * half));
        for position in 0..positions {
            for pair in 0..half {
                let frequency = f64::from(base).powf(-2.0 * pair as f64 / head_dim as f64);
                let (sine, cosine) = (position as f64 * frequency).sin_cos();
                cosines.push(cosine as f32);
                sines.push(sine as f32);
            }
        }
        Self { cosines, sines, half }
    }

    /// Turns heads that lie one after the other, all of the token at `position`.
    pub fn turn(&self, heads: &mut [f32], position: usize) {
        let cosines = &self.cosines[position * self.half..][..self.half];
        let sines = &self.sines[position * self.half..][..self.half];
        for head in heads.chunks_exact_mut(2 * self.half) {
            let (first, second) = head.split_at_mut(self.half);
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
        let rope = Rope::new(4, 8, 10_000.0);
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

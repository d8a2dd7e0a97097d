//! Rotary position embedding (Su et al. 2021) in the half-split form: component `i` turns with component `i + d/2`.

use burn::tensor::{Device, Tensor};

use super::tensor;

/// Cosines and sines of every position up to the context's length.
pub struct Rope {
    cosines: Tensor<2>,
    sines: Tensor<2>,
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
    pub fn new(head_dim: usize, positions: usize, base: f32, device: &Device) -> Self {
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
        Self {
            cosines: tensor(cosines, [positions, half], device),
            sines: tensor(sines, [positions, half], device),
            half,
        }
    }

    /// Turns `[heads, n, head_dim]`, whose first vector stands at position `start`.
    #[must_use]
    pub fn apply(&self, x: Tensor<3>, start: usize) -> Tensor<3> {
        let [heads, n, head_dim] = x.dims();
        let row = start..start + n;
        let cosines = self.cosines.clone().slice([row.clone(), 0..self.half]).reshape([1, n, self.half]);
        let sines = self.sines.clone().slice([row, 0..self.half]).reshape([1, n, self.half]);
        let first = x.clone().slice([0..heads, 0..n, 0..self.half]);
        let second = x.slice([0..heads, 0..n, self.half..head_dim]);
        let turned_first = first.clone() * cosines.clone() - second.clone() * sines.clone();
        let turned_second = second * cosines + first * sines;
        Tensor::cat(vec![turned_first, turned_second], 2)
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
    use crate::model::values;

    #[test]
    fn the_order_gathers_even_components_first() {
        assert_eq!(half_split_order(2, 4), [0, 2, 1, 3, 4, 6, 5, 7]);
    }

    #[test]
    fn position_zero_does_not_turn_and_lengths_stay() {
        let device = Device::flex();
        let rope = Rope::new(4, 8, 10_000.0, &device);
        let x = tensor(vec![1.0, 2.0, 3.0, 4.0], [1, 1, 4], &device);
        assert_eq!(values(rope.apply(x.clone(), 0)), [1.0, 2.0, 3.0, 4.0]);
        let turned = values(rope.apply(x, 5));
        let length: f32 = turned.iter().map(|v| v * v).sum();
        assert!((length - 30.0).abs() < 1e-4);
        let (sine, cosine) = 5.0f32.sin_cos();
        assert!((turned[0] - (cosine - 3.0 * sine)).abs() < 1e-5);
        assert!((turned[2] - (3.0 * cosine + sine)).abs() < 1e-5);
    }
}

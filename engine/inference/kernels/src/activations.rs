//! Vectors quantised for the integer products.

use bytemuck::{cast_slice, cast_slice_mut};

use super::Vector;
use crate::BLOCK;

/// Largest quantised magnitude. A block's integer dot product is at most 32 * 128 * 32,767 < 2^31 (8-bit weights).
const MAX_QUANT: f32 = 32_767.0;

/// One or more vectors of the same length, quantised to 16 bits with one scale per vector.
///
/// 16 bits because they cost the same as 8 in SIMD128 (whose dot product takes 16-bit lanes) and lose nothing that the
/// model could notice.
pub struct Activations {
    columns: usize,
    quants: Vec<i16>,
    scales: Vec<f32>,
    /// Sum of the quants of each block.
    block_sums: Vec<f32>,
}

impl Activations {
    /// Quantises `values`, which holds whole vectors of `columns` each (a multiple of 32).
    #[must_use]
    #[allow(clippy::cast_possible_truncation, reason = "rounded, and bounded by MAX_QUANT; NaN becomes 0")]
    pub fn quantise(values: &[f32], columns: usize) -> Self {
        debug_assert!(columns.is_multiple_of(BLOCK) && values.len().is_multiple_of(columns));
        let mut quants = Vec::with_capacity(values.len());
        let mut scales = Vec::with_capacity(values.len() / columns);
        let mut block_sums = Vec::with_capacity(values.len() / BLOCK);
        for vector in values.chunks_exact(columns) {
            let largest = largest_magnitude(vector);
            let scale = largest / MAX_QUANT;
            let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
            let rounded = quants.len();
            quants.extend(vector.iter().map(|value| nearest(value * inverse)));
            let blocks = quants[rounded..].chunks_exact(BLOCK);
            block_sums.extend(blocks.map(|block| block.iter().map(|quant| i32::from(*quant)).sum::<i32>() as f32));
            scales.push(scale);
        }
        Self { columns, quants, scales, block_sums }
    }

    /// Vectors of zeros, to be filled by [`Activations::parts_mut`].
    pub(crate) fn zeros(vectors: usize, columns: usize) -> Self {
        Self {
            columns,
            quants: vec![0; vectors * columns],
            scales: vec![0.0; vectors],
            block_sums: vec![0.0; vectors * (columns / BLOCK)],
        }
    }

    /// The bytes of quants, block sums and scales.
    pub(crate) fn parts(&self) -> [&[u8]; 3] {
        [cast_slice(&self.quants), cast_slice(&self.block_sums), cast_slice(&self.scales)]
    }

    /// The same, to be written.
    pub(crate) fn parts_mut(&mut self) -> [&mut [u8]; 3] {
        [cast_slice_mut(&mut self.quants), cast_slice_mut(&mut self.block_sums), cast_slice_mut(&mut self.scales)]
    }

    /// Number of vectors.
    #[must_use]
    pub const fn vectors(&self) -> usize {
        self.scales.len()
    }

    /// Length of each vector.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    #[inline]
    pub(super) fn vector(&self, index: usize) -> Vector<'_> {
        let blocks = self.columns / BLOCK;
        Vector {
            quants: &self.quants[index * self.columns..][..self.columns],
            block_sums: &self.block_sums[index * blocks..][..blocks],
            scale: self.scales[index],
        }
    }
}

/// The largest magnitude; NaN is none. Kept in lanes, because the compiler may not reorder comparisons of floats by itself.
pub(crate) fn largest_magnitude(vector: &[f32]) -> f32 {
    let mut largest = [0.0f32; 8];
    for chunk in vector.chunks_exact(largest.len()) {
        for (largest, value) in largest.iter_mut().zip(chunk) {
            let magnitude = value.abs();
            // `f32::max` is a library call in wasm.
            *largest = if magnitude > *largest { magnitude } else { *largest };
        }
    }
    largest.into_iter().fold(0.0, |largest, value| if value > largest { value } else { largest })
}

/// The nearest integer (ties to even; NaN: 0), for magnitudes up to `MAX_QUANT`: adding 1.5 * 2^23 pushes the fraction out of the
/// mantissa, whose low bits then are the integer. `f32::round` is a library call in wasm and ten times as slow.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "the low bits are wanted")]
pub(crate) const fn nearest(value: f32) -> i16 {
    const SHIFT: f32 = 12_582_912.0;
    (value + SHIFT).to_bits() as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_keeps_its_values_to_a_65_thousandth_of_the_largest() {
        let values: Vec<f32> = (0..64u8).map(|i| (f32::from(i) * 0.37).sin() * 3.0).collect();
        let packed = Activations::quantise(&values, 64);
        for (quant, value) in packed.vector(0).quants.iter().zip(&values) {
            assert!((f32::from(*quant) * packed.vector(0).scale - value).abs() <= 3.0 / 65_534.0 * 1.01);
        }
    }

    #[test]
    fn a_zero_vector_stays_zero() {
        let packed = Activations::quantise(&[0.0; 32], 32);
        assert_eq!(packed.vector(0).quants, [0; 32]);
        assert_eq!(packed.vector(0).scale, 0.0);
    }
}

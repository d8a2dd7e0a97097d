//! Vectors quantised for the integer products.

use bytemuck::{cast_slice, cast_slice_mut};

use super::{Tile, VECTORS, byte_dots};
use crate::BLOCK;

/// Largest quantised magnitude: the largest number that two signed bytes make. A block's integer dot product is at most
/// 32 * 2,047 * 32,639 < 2^31.
const MAX_QUANT: f32 = 127.0 * 256.0 + 127.0;

/// One or more vectors of the same length, quantised to 16 bits with one scale per vector.
///
/// 16 bits because they cost the same as 8 in SIMD128 (whose dot product takes 16-bit lanes) and lose nothing that the
/// model could notice. Where there are dot products of bytes, they are multiplied as two signed bytes, `256 high + low`.
///
/// Vectors lie together as they are multiplied: four by four as [`Tile`]s, and what remains one by one.
pub struct Activations {
    columns: usize,
    quants: Vec<i16>,
    bytes: Vec<[i8; 4]>,
    scales: Vec<f32>,
    block_sums: Vec<f32>,
}

impl Activations {
    /// Quantises `values`, which holds whole vectors of `columns` each (a multiple of 32).
    #[must_use]
    pub fn quantise(values: &[f32], columns: usize) -> Self {
        debug_assert!(columns.is_multiple_of(BLOCK) && values.len().is_multiple_of(columns));
        let vectors = values.len() / columns;
        Self::filled(vectors, columns, |[quants, block_sums, scales]| {
            let (quants, block_sums) = (cast_slice_mut(quants), cast_slice_mut(block_sums));
            let scales: &mut [f32] = cast_slice_mut(scales);
            for (scale, vector) in scales.iter_mut().zip(values.chunks_exact(columns)) {
                *scale = largest_magnitude(vector) / MAX_QUANT;
            }
            for index in 0..vectors {
                let vector = &values[index * columns..][..columns];
                let scale = scales[index];
                let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
                let whole = vectors - vectors % VECTORS;
                let first = if index < whole { index - index % VECTORS } else { index };
                let (quants, block_sums) = (&mut quants[first * columns..], &mut block_sums[first * columns / BLOCK..]);
                if index < whole {
                    put::<VECTORS>(vector, inverse, index - first, quants, block_sums);
                } else {
                    put::<1>(vector, inverse, 0, quants, block_sums);
                }
            }
        })
    }

    /// Vectors whose [`Activations::parts`] `fill` writes.
    pub(crate) fn filled(vectors: usize, columns: usize, fill: impl FnOnce([&mut [u8]; 3])) -> Self {
        let mut quants = vec![0i16; vectors * columns];
        let mut block_sums = vec![0.0f32; vectors * (columns / BLOCK)];
        let mut scales = vec![0.0f32; vectors];
        fill([cast_slice_mut(&mut quants), cast_slice_mut(&mut block_sums), cast_slice_mut(&mut scales)]);
        let mut bytes = Vec::new();
        if byte_dots() {
            let (together, alone) = quants.split_at((vectors - vectors % VECTORS) * columns);
            bytes.reserve_exact(vectors * columns / 2);
            put_bytes::<VECTORS>(together, &mut bytes);
            put_bytes::<1>(alone, &mut bytes);
        }
        Self { columns, quants, bytes, scales, block_sums }
    }

    /// The bytes of quants, block sums and scales.
    pub(crate) fn parts(&self) -> [&[u8]; 3] {
        [cast_slice(&self.quants), cast_slice(&self.block_sums), cast_slice(&self.scales)]
    }

    /// Number of vectors.
    #[must_use]
    pub const fn vectors(&self) -> usize {
        self.scales.len()
    }

    /// How many of them, the first ones, lie together.
    pub(super) const fn together(&self) -> usize {
        self.vectors() - self.vectors() % VECTORS
    }

    /// Length of each vector.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// Vectors from `first` on that lie together, or one that does not.
    #[inline]
    pub(super) fn tile<const V: usize>(&self, first: usize) -> Tile<'_, V> {
        debug_assert!(V == 1 && first >= self.together() || V == VECTORS && first < self.together());
        let (blocks, fours) = (self.columns / BLOCK, self.columns / 2);
        let bytes = if self.bytes.is_empty() { &[] } else { &self.bytes[first * fours..][..V * fours] };
        Tile {
            quants: &self.quants[first * self.columns..][..V * self.columns],
            bytes,
            block_sums: self.block_sums[first * blocks..][..V * blocks].as_chunks().0,
            scales: std::array::from_fn(|vector| self.scales[first + vector]),
        }
    }
}

/// Quantises a vector, the `lane`-th of `V` that lie together.
#[inline]
#[allow(clippy::cast_precision_loss, reason = "whole numbers below 2^20")]
fn put<const V: usize>(vector: &[f32], inverse: f32, lane: usize, quants: &mut [i16], block_sums: &mut [f32]) {
    let blocks = quants.chunks_exact_mut(V * BLOCK).zip(block_sums.chunks_exact_mut(V));
    for (values, (quants, block_sums)) in vector.chunks_exact(BLOCK).zip(blocks) {
        let mut sum = 0;
        for (two, quants) in values.as_chunks::<2>().0.iter().zip(quants.chunks_exact_mut(2 * V)) {
            let two = two.map(|value| nearest(value * inverse));
            quants[2 * lane..2 * lane + 2].copy_from_slice(&two);
            sum += i32::from(two[0]) + i32::from(two[1]);
        }
        block_sums[lane] = sum as f32;
    }
}

/// The bytes of quants of `V` vectors that lie together: see [`Tile`].
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "bytes are what is wanted")]
fn put_bytes<const V: usize>(quants: &[i16], bytes: &mut Vec<[i8; 4]>) {
    for quad in quants.chunks_exact(4 * V) {
        for lane in 0..V {
            let four = [0, 1, 2 * V, 2 * V + 1].map(|at| quad[2 * lane + at]);
            // Half a step more, because the low byte is signed.
            bytes.push(four.map(|quant| (quant.wrapping_add(128) >> 8) as i8));
            bytes.push(four.map(|quant| quant as i8));
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
        let values: Vec<f32> = (0..5 * 64u16).map(|i| (f32::from(i) * 0.37).sin() * 3.0).collect();
        let packed = Activations::quantise(&values, 64);
        let near = |quant: i16, scale: f32, value: f32| {
            assert!((f32::from(quant) * scale - value).abs() <= 3.0 / 65_278.0 * 1.01);
        };
        let together = packed.tile::<4>(0);
        for (i, value) in values[..4 * 64].iter().enumerate() {
            let (vector, column) = (i / 64, i % 64);
            near(together.quants[column / 2 * 8 + 2 * vector + column % 2], together.scales[vector], *value);
        }
        let alone = packed.tile::<1>(4);
        for (quant, value) in alone.quants.iter().zip(&values[4 * 64..]) {
            near(*quant, alone.scales[0], *value);
        }
        let sum = |block: &[i16]| block.iter().map(|quant| f32::from(*quant)).sum::<f32>();
        assert_eq!(alone.block_sums, [[sum(&alone.quants[..32])], [sum(&alone.quants[32..])]]);
        let same = Activations::quantise(&values[64..128], 64);
        assert_eq!(same.tile::<1>(0).block_sums.as_flattened(), [0, 1].map(|block| together.block_sums[block][1]));
    }

    #[test]
    fn every_quant_is_two_signed_bytes() {
        for quant in -32_639..=32_639i16 {
            let (mut alone, mut together) = (Vec::new(), Vec::new());
            put_bytes::<1>(&[0, 0, quant, 0], &mut alone);
            let [high, low] = alone[..] else { panic!("two times four bytes") };
            assert_eq!(256 * i32::from(high[2]) + i32::from(low[2]), i32::from(quant));
            assert_eq!((high[1], low[3]), (0, 0));
            put_bytes::<2>(&[7, 8, 0, 0, 9, 10, quant, 0], &mut together);
            assert_eq!(together, [[0; 4], [7, 8, 9, 10], high, low]);
        }
        let largest = Activations::quantise(&[[-7.0, 7.0]; 16].concat(), BLOCK);
        assert_eq!(largest.tile::<1>(0).quants[..2], [-32_639, 32_639]);
    }

    #[test]
    fn a_zero_vector_stays_zero() {
        let packed = Activations::quantise(&[0.0; 32], 32);
        assert_eq!(packed.tile::<1>(0).quants, [0; 32]);
        assert_eq!(packed.tile::<1>(0).scales, [0.0]);
    }
}

//! Vectors quantised for the integer products.

use bytemuck::{cast_slice, cast_slice_mut};

use super::{PAIRS, Tile, VECTORS, byte_dots};
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
            let together = (vectors - vectors % VECTORS) * columns;
            bytes.resize(quants.len() / 2, [0; 4]);
            put_bytes::<VECTORS>(&quants[..together], &mut bytes[..together / 2]);
            put_bytes::<1>(&quants[together..], &mut bytes[together / 2..]);
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

/// Quantises a vector, the `lane`-th of `V` that lie together. Block by block, so that the compiler makes SIMD of it.
#[inline]
#[allow(clippy::cast_precision_loss, reason = "whole numbers below 2^20")]
fn put<const V: usize>(vector: &[f32], inverse: f32, lane: usize, quants: &mut [i16], block_sums: &mut [f32]) {
    let pairs = quants.as_chunks_mut::<2>().0;
    let blocks = pairs.chunks_exact_mut(V * PAIRS).zip(block_sums.chunks_exact_mut(V));
    for (values, (pairs, block_sums)) in vector.as_chunks::<BLOCK>().0.iter().zip(blocks) {
        let block = values.map(|value| nearest(value * inverse));
        block_sums[lane] = block.iter().map(|quant| i32::from(*quant)).sum::<i32>() as f32;
        for (index, two) in block.as_chunks::<2>().0.iter().enumerate() {
            pairs[V * index + lane] = *two;
        }
    }
}

/// The bytes of quants of `V` vectors that lie together: see [`Tile`].
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "bytes are what is wanted")]
fn put_bytes<const V: usize>(quants: &[i16], bytes: &mut [[i8; 4]]) {
    let blocks = quants.as_chunks::<2>().0.chunks_exact(V * PAIRS).zip(bytes.chunks_exact_mut(V * PAIRS));
    for (pairs, bytes) in blocks {
        for lane in 0..V {
            let mut block = [0; BLOCK];
            for (index, two) in block.as_chunks_mut::<2>().0.iter_mut().enumerate() {
                *two = pairs[V * index + lane];
            }
            // Half a step more, because the low byte is signed.
            let high = block.map(|quant| (quant.wrapping_add(128) >> 8) as i8);
            let low = block.map(|quant| quant as i8);
            for (index, (high, low)) in high.as_chunks::<4>().0.iter().zip(low.as_chunks::<4>().0).enumerate() {
                bytes[2 * (V * index + lane)] = *high;
                bytes[2 * (V * index + lane) + 1] = *low;
            }
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
        let all: Vec<i16> = (-32_639..=32_639).chain([0]).collect();
        let quants = |number: usize| all[number % all.len()];
        let two_blocks: Vec<i16> = (0..all.len().next_multiple_of(2 * BLOCK)).map(quants).collect();
        let whole = |high: i8, low: i8| 256 * i32::from(high) + i32::from(low);
        let mut alone = vec![[0; 4]; two_blocks.len() / 2];
        put_bytes::<1>(&two_blocks, &mut alone);
        let mut together = alone.clone();
        put_bytes::<2>(&two_blocks, &mut together);
        for (index, quant) in two_blocks.iter().enumerate() {
            let (quad, at) = (index / 4, index % 4);
            assert_eq!(whole(alone[2 * quad][at], alone[2 * quad + 1][at]), i32::from(*quant));
            // Pairs of the two vectors take turns: of four columns, two pairs each.
            let (pair, lane) = (index / 4, index / 2 % 2);
            let (quad, at) = (pair / 2 * 2 + lane, pair % 2 * 2 + index % 2);
            assert_eq!(whole(together[2 * quad][at], together[2 * quad + 1][at]), i32::from(*quant));
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

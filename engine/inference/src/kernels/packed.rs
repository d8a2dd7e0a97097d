//! Matrices whose weights stay quantised.

use super::{Activations, DECODE_ROWS, PREFILL_VECTORS, Packing, Row, tile};
use crate::InferenceError;
use crate::format::block::{BLOCK, TensorType, half_at};

/// A matrix of shape `[rows, columns]` in blocks of 32 weights along the rows.
///
/// Q4_0 is stored as Q4_1 with the minimum `-8 d`, so two packings serve three formats. Scales and minima are widened to
/// 32 bits once, at loading: 24 bytes per block of 4-bit weights instead of 20.
pub struct PackedMatrix {
    rows: usize,
    columns: usize,
    packing: Packing,
    quants: Vec<u8>,
    scales: Vec<f32>,
    /// One per block, or empty where the format has none.
    minima: Vec<f32>,
}

impl PackedMatrix {
    /// Packs a GGUF tensor of shape `[rows, columns]`.
    ///
    /// # Errors
    /// [`InferenceError::Unsupported`] for types without blocks, [`InferenceError::Damaged`] where the bytes do not
    /// match the shape.
    pub fn from_gguf(kind: TensorType, bytes: &[u8], rows: usize, columns: usize) -> Result<Self, InferenceError> {
        let packing = match kind {
            TensorType::Q4_0 | TensorType::Q4_1 => Packing::Nibbles,
            TensorType::Q8_0 => Packing::Bytes,
            TensorType::F32 | TensorType::F16 => {
                return Err(InferenceError::Unsupported("a float tensor cannot be packed".to_owned()));
            }
        };
        let size = rows.checked_mul(columns).and_then(|weights| kind.size_bytes(weights));
        if size != Some(bytes.len()) || !columns.is_multiple_of(BLOCK) {
            return Err(InferenceError::Damaged("a tensor's bytes do not match its shape".to_owned()));
        }
        let blocks = rows * (columns / BLOCK);
        let mut quants = Vec::with_capacity(blocks * packing.block_bytes());
        let mut scales = Vec::with_capacity(blocks);
        let mut minima = Vec::with_capacity(if packing == Packing::Nibbles { blocks } else { 0 });
        let header = kind.block_bytes() - packing.block_bytes();
        for block in bytes.chunks_exact(kind.block_bytes()) {
            let scale = half_at(block, 0);
            scales.push(scale);
            match kind {
                TensorType::Q4_0 => minima.push(-8.0 * scale),
                TensorType::Q4_1 => minima.push(half_at(block, 2)),
                TensorType::Q8_0 | TensorType::F32 | TensorType::F16 => {}
            }
            quants.extend_from_slice(&block[header..]);
        }
        Ok(Self { rows, columns, packing, quants, scales, minima })
    }

    /// The rows of several matrices of the same width and format, one below the other: one product instead of several.
    ///
    /// # Errors
    /// [`InferenceError::Unsupported`] where widths or formats differ.
    pub fn stack(parts: Vec<Self>) -> Result<Self, InferenceError> {
        let mut parts = parts.into_iter();
        let Some(mut whole) = parts.next() else {
            return Err(InferenceError::Unsupported("no matrices to stack".to_owned()));
        };
        for part in parts {
            if part.columns != whole.columns || part.packing != whole.packing {
                return Err(InferenceError::Unsupported("its matrices differ in width or format".to_owned()));
            }
            whole.rows += part.rows;
            whole.quants.extend(part.quants);
            whole.scales.extend(part.scales);
            whole.minima.extend(part.minima);
        }
        Ok(whole)
    }

    /// The matrix with row `i` taken from row `order[i]`.
    #[must_use]
    pub fn reorder_rows(&self, order: &[usize]) -> Self {
        let mut reordered = Self {
            rows: order.len(),
            columns: self.columns,
            packing: self.packing,
            quants: Vec::with_capacity(self.quants.len()),
            scales: Vec::with_capacity(self.scales.len()),
            minima: Vec::with_capacity(self.minima.len()),
        };
        for &row in order {
            let from = self.row(row);
            reordered.quants.extend_from_slice(from.quants);
            reordered.scales.extend_from_slice(from.scales);
            reordered.minima.extend_from_slice(self.row_minima(row));
        }
        reordered
    }

    /// Number of rows: the length of the product.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns: the length of the vectors.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// The weights of one row as floats (for looking up an embedding).
    #[must_use]
    pub fn dequantise_row(&self, row: usize) -> Vec<f32> {
        let Row { quants, scales } = self.row(row);
        let minima = self.row_minima(row);
        let mut weights = Vec::with_capacity(self.columns);
        for (block, quants) in quants.chunks_exact(self.packing.block_bytes()).enumerate() {
            let scale = scales[block];
            let min = minima.get(block).copied().unwrap_or(0.0);
            match self.packing {
                Packing::Nibbles => {
                    let halves = quants.iter().map(|q| q & 15).chain(quants.iter().map(|q| q >> 4));
                    weights.extend(halves.map(|q| scale * f32::from(q) + min));
                }
                Packing::Bytes => weights.extend(quants.iter().map(|q| scale * f32::from(q.cast_signed()))),
            }
        }
        weights
    }

    /// The products of this matrix with every vector: `[vectors, rows]`, row-major.
    ///
    /// # Panics
    /// Where the vectors are not [`PackedMatrix::columns`] long; the models' shapes are checked when they are loaded.
    #[must_use]
    pub fn multiply(&self, x: &Activations) -> Vec<f32> {
        assert_eq!(x.columns(), self.columns, "vectors of another length than the matrix is wide");
        let mut product = vec![0.0; x.vectors() * self.rows];
        let whole_tiles = x.vectors() - x.vectors() % PREFILL_VECTORS;
        for first in (0..whole_tiles).step_by(PREFILL_VECTORS) {
            let vectors: [&[i16]; PREFILL_VECTORS] = std::array::from_fn(|i| x.quants(first + i));
            let block_sums = x.block_sums_of(first);
            for row in 0..self.rows {
                let [dots] = tile(self.packing, [self.row(row)], vectors);
                let minima = self.minima_of_tile(row, &block_sums);
                for (i, (dot, minimum)) in dots.into_iter().zip(minima).enumerate() {
                    product[(first + i) * self.rows + row] = dot * x.scale(first + i) + minimum;
                }
            }
        }
        for vector in whole_tiles..x.vectors() {
            let out = &mut product[vector * self.rows..][..self.rows];
            self.multiply_one(x, vector, out);
        }
        product
    }

    fn multiply_one(&self, x: &Activations, vector: usize, out: &mut [f32]) {
        let quants = x.quants(vector);
        let whole_tiles = self.rows - self.rows % DECODE_ROWS;
        for first in (0..whole_tiles).step_by(DECODE_ROWS) {
            let rows: [Row<'_>; DECODE_ROWS] = std::array::from_fn(|i| self.row(first + i));
            for (i, [dot]) in tile(self.packing, rows, [quants]).into_iter().enumerate() {
                out[first + i] = self.finish(first + i, x, vector, dot);
            }
        }
        for (row, out) in out.iter_mut().enumerate().skip(whole_tiles) {
            let [[dot]] = tile(self.packing, [self.row(row)], [quants]);
            *out = self.finish(row, x, vector, dot);
        }
    }

    /// The part of the minima for a tile of vectors, side by side, so that it takes SIMD without horizontal sums.
    #[inline]
    fn minima_of_tile(&self, row: usize, block_sums: &[[f32; PREFILL_VECTORS]]) -> [f32; PREFILL_VECTORS] {
        let mut totals = [0.0; PREFILL_VECTORS];
        for (minimum, sums) in self.row_minima(row).iter().zip(block_sums) {
            for (total, sum) in totals.iter_mut().zip(sums) {
                *total += minimum * sum;
            }
        }
        totals
    }

    /// Scales the integer part of one product and adds the part of the minima.
    #[inline]
    fn finish(&self, row: usize, x: &Activations, vector: usize, dot: f32) -> f32 {
        dot * x.scale(vector) + float_dot(self.row_minima(row), x.block_sums(vector))
    }

    #[inline]
    fn row(&self, row: usize) -> Row<'_> {
        let blocks = self.columns / BLOCK;
        let bytes = blocks * self.packing.block_bytes();
        Row { quants: &self.quants[row * bytes..][..bytes], scales: &self.scales[row * blocks..][..blocks] }
    }

    #[inline]
    fn row_minima(&self, row: usize) -> &[f32] {
        if self.minima.is_empty() {
            return &[];
        }
        let blocks = self.columns / BLOCK;
        &self.minima[row * blocks..][..blocks]
    }
}

/// The same order of additions as in a tile: a vector's result does not depend on its neighbours.
#[inline]
fn float_dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use half::f16;
    use proptest::prelude::*;

    use super::*;

    /// Bytes of `blocks` random blocks whose scales and minima are small finite numbers.
    fn tensor_bytes(kind: TensorType, blocks: usize, seed: u64) -> Vec<u8> {
        let mut state = seed | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let mut bytes = Vec::new();
        for _ in 0..blocks {
            let floats = if kind == TensorType::Q4_1 { 2 } else { 1 };
            for _ in 0..floats {
                let small = (next() % 2_001) as f32 / 1_000.0 - 1.0;
                bytes.extend(f16::from_f32(small * 0.1).to_le_bytes());
            }
            let rest = kind.block_bytes() - 2 * floats;
            bytes.extend((0..rest).map(|_| (next() >> 24) as u8));
        }
        bytes
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn products_equal_those_of_the_float_reference(
            kind in prop_oneof![Just(TensorType::Q4_0), Just(TensorType::Q4_1), Just(TensorType::Q8_0)],
            rows in 1usize..11,
            blocks in 1usize..8,
            vectors in 1usize..10,
            seed in any::<u64>(),
        ) {
            let columns = blocks * BLOCK;
            let bytes = tensor_bytes(kind, rows * blocks, seed);
            let matrix = PackedMatrix::from_gguf(kind, &bytes, rows, columns).unwrap();
            let weights = kind.dequantise(&bytes);
            let x: Vec<f32> = (0..vectors * columns).map(|i| ((i as f32 + seed as f32 % 97.0) * 0.61).sin()).collect();
            let product = matrix.multiply(&Activations::quantise(&x, columns));
            for vector in 0..vectors {
                for row in 0..rows {
                    let w = &weights[row * columns..][..columns];
                    let exact: f64 = w.iter().zip(&x[vector * columns..]).map(|(w, x)| f64::from(*w) * f64::from(*x)).sum();
                    let size: f64 = w.iter().map(|w| f64::from(w.abs())).sum();
                    let got = f64::from(product[vector * rows + row]);
                    // Each |x| <= 1 is off by at most 1 / 65,534, and the float sums by a few ulps.
                    prop_assert!((got - exact).abs() <= size * (1.0 / 65_534.0 + 4e-6) + 1e-5, "{got} instead of {exact}");
                }
            }
        }

        #[test]
        fn a_vector_does_not_depend_on_its_neighbours(seed in any::<u64>(), blocks in 1usize..6) {
            let columns = blocks * BLOCK;
            let bytes = tensor_bytes(TensorType::Q4_1, 7 * blocks, seed);
            let matrix = PackedMatrix::from_gguf(TensorType::Q4_1, &bytes, 7, columns).unwrap();
            let x: Vec<f32> = (0..6 * columns).map(|i| (i as f32 * 0.37).cos()).collect();
            let together = matrix.multiply(&Activations::quantise(&x, columns));
            for vector in 0..6 {
                let alone = matrix.multiply(&Activations::quantise(&x[vector * columns..][..columns], columns));
                prop_assert_eq!(&together[vector * 7..][..7], &alone[..]);
            }
        }

        #[test]
        fn every_path_gives_the_reference_of_the_inner_loop(seed in any::<u64>(), blocks in 1usize..20) {
            for (kind, packing) in [(TensorType::Q4_1, Packing::Nibbles), (TensorType::Q8_0, Packing::Bytes)] {
                let bytes = tensor_bytes(kind, blocks, seed);
                let matrix = PackedMatrix::from_gguf(kind, &bytes, 1, blocks * BLOCK).unwrap();
                let x: Vec<i16> = (0..blocks * BLOCK).map(|i| (((i as u64 * 7_919) ^ seed) & 0xFFFF) as u16 as i16).collect();
                let [[fast]] = tile(packing, [matrix.row(0)], [&x[..]]);
                let [[slow]] = super::super::scalar::tile(packing, [matrix.row(0)], [&x[..]]);
                prop_assert!((fast - slow).abs() <= 1e-5 * matrix.scales.iter().map(|s| s.abs() * 32.0 * 127.0 * 32_767.0).sum::<f32>());
            }
        }
    }

    #[test]
    fn rows_can_be_stacked_reordered_and_read_back() {
        let bytes = tensor_bytes(TensorType::Q4_1, 4, 9);
        let weights = TensorType::Q4_1.dequantise(&bytes);
        let first = PackedMatrix::from_gguf(TensorType::Q4_1, &bytes[..40], 2, 32).unwrap();
        let second = PackedMatrix::from_gguf(TensorType::Q4_1, &bytes[40..], 2, 32).unwrap();
        let whole = PackedMatrix::stack(vec![first, second]).unwrap();
        assert_eq!(whole.dequantise_row(3), weights[96..]);
        let swapped = whole.reorder_rows(&[3, 0]);
        assert_eq!(swapped.rows(), 2);
        assert_eq!(swapped.dequantise_row(0), weights[96..]);
        assert_eq!(swapped.dequantise_row(1), weights[..32]);
    }

    #[test]
    fn bytes_that_do_not_match_the_shape_are_refused() {
        assert!(PackedMatrix::from_gguf(TensorType::Q8_0, &[0; 34], 1, 64).is_err());
        assert!(PackedMatrix::from_gguf(TensorType::Q8_0, &[0; 34], 2, 16).is_err());
        assert!(PackedMatrix::from_gguf(TensorType::F32, &[0; 128], 1, 32).is_err());
    }
}

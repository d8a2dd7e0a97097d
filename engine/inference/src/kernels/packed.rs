//! Matrices whose weights stay quantised.

use super::scalar::pair_of;
use super::{Activations, Band, ROWS, VECTORS, Vector, Weights, tile, widen};
use crate::InferenceError;
use crate::format::TensorType;
use crate::format::block::BLOCK;
use crate::format::quants::{each_group, group_weights};

/// How many bits a weight of a file's type takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Nibbles,
    Bytes,
}

/// Largest magnitude of a weight that was a float. A group's integer dot product is at most 32 * 2,047 * 32,767 < 2^31.
const FLOAT_QUANT: f32 = 2_047.0;

/// The weights of all bands.
enum Stored {
    Nibbles(Vec<u8>),
    Bytes(Vec<u8>),
    /// 12 bits of each 16.
    Words(Vec<i16>),
}

impl Packing {
    /// The packing that holds the type's quants and, where it has minima, true.
    fn of(kind: TensorType) -> Result<(Self, bool), InferenceError> {
        match kind {
            TensorType::Q4_0 | TensorType::Q4_1 | TensorType::Q4K => Ok((Self::Nibbles, true)),
            TensorType::Q5_1 | TensorType::Q5K => Ok((Self::Bytes, true)),
            TensorType::Q5_0 | TensorType::Q8_0 | TensorType::Q6K => Ok((Self::Bytes, false)),
            TensorType::F32 | TensorType::F16 | TensorType::Bf16 => {
                Err(InferenceError::Unsupported("a float tensor cannot be packed".to_owned()))
            }
        }
    }

    const fn bytes(self, weights: usize) -> usize {
        match self {
            Self::Nibbles => weights / 2,
            Self::Bytes => weights,
        }
    }
}

/// A matrix of shape `[rows, columns]` in groups of weights along the rows that share a scale.
///
/// Rows are stored in bands of eight ([`Weights`]); what the last band lacks is filled with zeros. Every format opens into
/// [`crate::format::quants::Group`]s, so two packings serve all of them: nibbles for 4 bits, bytes for 5, 6 and 8. Scales and
/// minima are widened to 32 bits once, at loading: 24 bytes per group of 4-bit weights instead of 18 to 20. Floats become
/// 12-bit numbers with a scale per group: a 4,094th of the largest weight of its group is the most that one is off.
pub struct PackedMatrix {
    rows: usize,
    columns: usize,
    /// Weights per group: 32 or 16.
    group: usize,
    weights: Stored,
    /// Of each band, of each group: one per row.
    scales: Vec<[f32; ROWS]>,
    /// The same, or empty where the format has none.
    minima: Vec<[f32; ROWS]>,
}

impl PackedMatrix {
    /// Packs a GGUF tensor of shape `[rows, columns]`.
    ///
    /// # Errors
    /// [`InferenceError::Unsupported`] for types of floats, [`InferenceError::Damaged`] where the bytes do not
    /// match the shape.
    pub fn from_gguf(kind: TensorType, bytes: &[u8], rows: usize, columns: usize) -> Result<Self, InferenceError> {
        let size = rows.checked_mul(columns).and_then(|weights| kind.size_bytes(weights));
        if size != Some(bytes.len()) || rows == 0 {
            return Err(InferenceError::Damaged("a tensor's bytes do not match its shape".to_owned()));
        }
        let rows: Vec<&[u8]> = bytes.chunks_exact(bytes.len() / rows).collect();
        Self::from_rows(kind, &rows, columns)
    }

    /// Packs rows of `columns` weights that may come from several tensors: one product instead of several.
    ///
    /// # Errors
    /// See [`PackedMatrix::from_gguf`].
    pub fn from_rows(kind: TensorType, rows: &[&[u8]], columns: usize) -> Result<Self, InferenceError> {
        let (packing, has_minima) = Packing::of(kind)?;
        let size = kind.size_bytes(columns);
        if columns == 0 || rows.iter().any(|row| Some(row.len()) != size) {
            return Err(InferenceError::Damaged("a tensor's bytes do not match its shape".to_owned()));
        }
        let group = group_weights(kind);
        let groups = rows.len().div_ceil(ROWS) * (columns / group);
        let size = packing.bytes(ROWS * group);
        let mut weights = vec![0; groups * size];
        let mut scales = vec![[0.0; ROWS]; groups];
        let mut minima = vec![[0.0; ROWS]; if has_minima { groups } else { 0 }];
        for (index, row) in rows.iter().enumerate() {
            let lane = index % ROWS;
            let mut at = index / ROWS * (columns / group);
            each_group(kind, row, |group| {
                scales[at][lane] = group.scale;
                if let Some(minima) = minima.get_mut(at) {
                    minima[lane] = group.minimum;
                }
                interleave(packing, group.quants, lane, &mut weights[at * size..][..size]);
                at += 1;
            });
        }
        let weights = match packing {
            Packing::Nibbles => Stored::Nibbles(weights),
            Packing::Bytes => Stored::Bytes(weights),
        };
        Ok(Self { rows: rows.len(), columns, group, weights, scales, minima })
    }

    /// Packs floats, row-major, of `columns` each.
    ///
    /// # Errors
    /// [`InferenceError::Unsupported`] where rows are no multiple of 32 long, [`InferenceError::Damaged`] where there are
    /// no whole rows.
    #[allow(clippy::cast_possible_truncation, reason = "rounded, and bounded by FLOAT_QUANT; NaN becomes 0")]
    pub fn from_floats(floats: &[f32], columns: usize) -> Result<Self, InferenceError> {
        if columns == 0 || !columns.is_multiple_of(BLOCK) {
            return Err(InferenceError::Unsupported(format!("rows of {columns} weights are no multiple of {BLOCK}")));
        }
        if floats.is_empty() || !floats.len().is_multiple_of(columns) {
            return Err(InferenceError::Damaged("a tensor's weights do not match its shape".to_owned()));
        }
        let rows = floats.len() / columns;
        let groups = rows.div_ceil(ROWS) * (columns / BLOCK);
        let mut weights = vec![0; groups * ROWS * BLOCK];
        let mut scales = vec![[0.0; ROWS]; groups];
        for (index, row) in floats.chunks_exact(columns).enumerate() {
            let lane = index % ROWS;
            for (group, values) in row.chunks_exact(BLOCK).enumerate() {
                let at = index / ROWS * (columns / BLOCK) + group;
                let largest = values.iter().fold(0.0f32, |largest, value| largest.max(value.abs()));
                let scale = largest / FLOAT_QUANT;
                let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
                scales[at][lane] = scale;
                for (pair, two) in values.chunks_exact(2).enumerate() {
                    let place = at * ROWS * BLOCK + pair * 2 * ROWS + 2 * lane;
                    for (weight, value) in weights[place..].iter_mut().zip(two) {
                        *weight = (value * inverse).round_ties_even().clamp(-FLOAT_QUANT, FLOAT_QUANT) as i16;
                    }
                }
            }
        }
        Ok(Self { rows, columns, group: BLOCK, weights: Stored::Words(weights), scales, minima: Vec::new() })
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
        let (band, lane) = (self.band(row / ROWS), row % ROWS);
        let mut weights = Vec::with_capacity(self.columns);
        for (group, scales) in band.scales.iter().enumerate() {
            let minimum = band.minima.get(group).map_or(0.0, |minima| minima[lane]);
            for pair in 0..band.pairs {
                let two = pair_of(band.weights, group * band.pairs + pair)[lane];
                weights.extend(two.map(|q| scales[lane] * f32::from(q) + minimum));
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
        let mut products = vec![0.0; x.vectors() * self.rows];
        // With many vectors, weights are unpacked once for all of them; one band of them fits the first-level cache.
        let many = x.vectors() >= VECTORS && !matches!(self.weights, Stored::Words(_));
        let mut wide = vec![0; if many { ROWS * self.columns } else { 0 }];
        let whole_tiles = x.vectors() - x.vectors() % VECTORS;
        for index in 0..self.rows.div_ceil(ROWS) {
            let mut band = self.band(index);
            if many {
                widen(band.weights, &mut wide);
                band.weights = Weights::Wide(&wide);
            }
            let mut put = |vector: usize, product: [f32; ROWS]| {
                let first = index * ROWS;
                let count = ROWS.min(self.rows - first);
                products[vector * self.rows + first..][..count].copy_from_slice(&product[..count]);
            };
            for first in (0..whole_tiles).step_by(VECTORS) {
                let vectors: [Vector<'_>; VECTORS] = std::array::from_fn(|i| x.vector(first + i));
                for (i, product) in tile(band, vectors).into_iter().enumerate() {
                    put(first + i, product);
                }
            }
            for vector in whole_tiles..x.vectors() {
                let [product] = tile(band, [x.vector(vector)]);
                put(vector, product);
            }
        }
        products
    }

    #[inline]
    fn band(&self, index: usize) -> Band<'_> {
        let groups = self.columns / self.group;
        let count = ROWS * self.columns;
        Band {
            weights: match &self.weights {
                Stored::Nibbles(bytes) => Weights::Nibbles(&bytes[index * count / 2..][..count / 2]),
                Stored::Bytes(bytes) => Weights::Bytes(&bytes[index * count..][..count]),
                Stored::Words(words) => Weights::Wide(&words[index * count..][..count]),
            },
            pairs: self.group / 2,
            scales: &self.scales[index * groups..][..groups],
            minima: if self.minima.is_empty() { &[] } else { &self.minima[index * groups..][..groups] },
        }
    }
}

/// Writes a row's group into its lane of a band's group: see [`Weights`].
fn interleave(packing: Packing, quants: &[i8], lane: usize, band: &mut [u8]) {
    let two = |at: usize| at * 2 * ROWS + 2 * lane;
    match packing {
        Packing::Nibbles => {
            for (i, four) in quants.chunks_exact(4).enumerate() {
                for odd in 0..2 {
                    band[two(i) + odd] = four[odd].cast_unsigned() | four[odd + 2].cast_unsigned() << 4;
                }
            }
        }
        Packing::Bytes => {
            for (pair, from) in quants.chunks_exact(2).enumerate() {
                band[two(pair)..][..2].copy_from_slice(&[from[0].cast_unsigned(), from[1].cast_unsigned()]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use half::f16;
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::scalar;

    const KINDS: [TensorType; 8] = [
        TensorType::Q4_0,
        TensorType::Q4_1,
        TensorType::Q5_0,
        TensorType::Q5_1,
        TensorType::Q8_0,
        TensorType::Q4K,
        TensorType::Q5K,
        TensorType::Q6K,
    ];

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
        let floats: &[usize] = match kind {
            TensorType::Q4_1 | TensorType::Q5_1 | TensorType::Q4K | TensorType::Q5K => &[0, 2],
            TensorType::Q6K => &[208],
            _ => &[0],
        };
        for _ in 0..blocks {
            let mut block: Vec<u8> = (0..kind.block_bytes()).map(|_| (next() >> 24) as u8).collect();
            for at in floats {
                let small = (next() % 2_001) as f32 / 1_000.0 - 1.0;
                block[*at..][..2].copy_from_slice(&f16::from_f32(small * 0.1).to_le_bytes());
            }
            bytes.extend(block);
        }
        bytes
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn products_equal_those_of_the_float_reference(
            kind in proptest::sample::select(&KINDS),
            rows in 1usize..20,
            blocks in 1usize..8,
            vectors in 1usize..10,
            seed in any::<u64>(),
        ) {
            let columns = blocks * kind.block_weights();
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
        fn every_path_gives_the_bits_of_the_scalar_one(
            kind in proptest::sample::select(&KINDS),
            blocks in 1usize..20,
            seed in any::<u64>(),
        ) {
            let columns = blocks * kind.block_weights();
            let bytes = tensor_bytes(kind, ROWS * blocks, seed);
            let matrix = PackedMatrix::from_gguf(kind, &bytes, ROWS, columns).unwrap();
            let x: Vec<f32> = (0..3 * columns).map(|i| ((i as f32 + seed as f32 % 89.0) * 0.53).sin()).collect();
            let x = Activations::quantise(&x, columns);
            let vectors: [Vector<'_>; 3] = std::array::from_fn(|i| x.vector(i));
            let packed = matrix.band(0);
            let (mut fast, mut slow) = (vec![0; ROWS * columns], vec![0; ROWS * columns]);
            widen(packed.weights, &mut fast);
            scalar::widen(packed.weights, &mut slow);
            prop_assert_eq!(&fast, &slow);
            let expected = scalar::tile(packed, vectors);
            prop_assert_eq!(tile(packed, vectors), expected);
            prop_assert_eq!(tile(Band { weights: Weights::Wide(&fast), ..packed }, vectors), expected);
        }
    }

    proptest! {
        #[test]
        fn floats_lose_no_more_than_their_share(
            rows in 1usize..20,
            blocks in 1usize..5,
            vectors in 1usize..10,
            seed in 0u16..1_000,
        ) {
            let columns = blocks * BLOCK;
            let wave = |factor: f32| move |i: usize| ((i as f32 + f32::from(seed)) * factor).sin();
            let weights: Vec<f32> = (0..rows * columns).map(wave(0.77)).collect();
            let x: Vec<f32> = (0..vectors * columns).map(wave(0.31)).collect();
            let matrix = PackedMatrix::from_floats(&weights, columns).unwrap();
            for (row, exact) in weights.chunks_exact(columns).enumerate() {
                let got = matrix.dequantise_row(row);
                prop_assert!(got.iter().zip(exact).all(|(got, exact)| (got - exact).abs() <= 1.0 / 4_090.0));
            }
            let product = matrix.multiply(&Activations::quantise(&x, columns));
            for (i, got) in product.into_iter().enumerate() {
                let (w, x) = (&weights[i % rows * columns..][..columns], &x[i / rows * columns..][..columns]);
                let exact: f64 = w.iter().zip(x).map(|(w, x)| f64::from(*w) * f64::from(*x)).sum();
                // Half a step of each weight and of each input; both are at most 1.
                let most = columns as f64 * (1.0 / 4_090.0 + 1.0 / 65_000.0);
                prop_assert!((f64::from(got) - exact).abs() <= most, "{got} instead of {exact}");
            }
        }
    }

    #[test]
    fn the_largest_sum_of_products_fits_32_bits() {
        let matrix = PackedMatrix::from_floats(&[3.0; BLOCK], BLOCK).unwrap();
        let [product] = matrix.multiply(&Activations::quantise(&[-2.0; BLOCK], BLOCK))[..] else { unreachable!() };
        assert!((product + 6.0 * BLOCK as f32).abs() < 1e-3, "{product}");
    }

    #[test]
    fn floats_that_do_not_make_rows_are_refused() {
        assert!(PackedMatrix::from_floats(&[0.0; 48], 48).is_err());
        assert!(PackedMatrix::from_floats(&[0.0; 48], 32).is_err());
        assert!(PackedMatrix::from_floats(&[], 32).is_err());
    }

    #[test]
    fn rows_of_several_tensors_in_any_order_are_read_back() {
        for kind in KINDS {
            let bytes = tensor_bytes(kind, 22, 9);
            let columns = 2 * kind.block_weights();
            let weights = kind.dequantise(&bytes);
            let order = [10, 3, 0, 7, 1, 9, 2, 8, 4, 6];
            let size = 2 * kind.block_bytes();
            let rows = order.map(|row| &bytes[row * size..][..size]);
            let matrix = PackedMatrix::from_rows(kind, &rows, columns).unwrap();
            assert_eq!(matrix.rows(), 10);
            for (row, from) in order.into_iter().enumerate() {
                assert_eq!(matrix.dequantise_row(row), weights[from * columns..][..columns]);
            }
        }
    }

    #[test]
    fn bytes_that_do_not_match_the_shape_are_refused() {
        assert!(PackedMatrix::from_gguf(TensorType::Q8_0, &[0; 34], 1, 64).is_err());
        assert!(PackedMatrix::from_gguf(TensorType::Q8_0, &[0; 34], 2, 16).is_err());
        assert!(PackedMatrix::from_gguf(TensorType::F32, &[0; 128], 1, 32).is_err());
    }
}

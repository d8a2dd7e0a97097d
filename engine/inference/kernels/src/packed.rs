//! Matrices whose weights stay quantised.

use std::ops::Range;
use std::rc::Rc;

use super::activations::{largest_magnitude, nearest};
use super::scalar::pair_of;
use super::team::Lent;
use super::{Activations, Band, ROWS, Team, VECTORS, Vector, Weights, tile, widen};
use crate::quants::{each_group, group_weights};
use crate::{BLOCK, TensorType, WeightsError};

/// How many bits a weight of a file's type takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Nibbles,
    Bytes,
}

/// Largest magnitude of a weight that was a float. A group's integer dot product is at most 32 * 2,047 * 32,767 < 2^31.
const FLOAT_QUANT: f32 = 2_047.0;

/// The scale of 32 floats, and each of them as a multiple of it; NaN becomes 0.
#[must_use]
pub fn float_group(values: &[f32]) -> (f32, [i16; BLOCK]) {
    let scale = largest_magnitude(values) / FLOAT_QUANT;
    let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
    let mut quants = [0; BLOCK];
    for (quant, value) in quants.iter_mut().zip(values) {
        *quant = nearest(value * inverse);
    }
    (scale, quants)
}

/// The weights of all bands.
enum Stored {
    Nibbles(Vec<u8>),
    Bytes(Vec<u8>),
    /// 12 bits of each 16.
    Words(Vec<i16>),
}

impl Packing {
    /// The packing that holds the type's quants and, where it has minima, true.
    fn of(kind: TensorType) -> Result<(Self, bool), WeightsError> {
        match kind {
            TensorType::Q4_0 | TensorType::Q4_1 | TensorType::Q4K => Ok((Self::Nibbles, true)),
            TensorType::Q5_1 | TensorType::Q5K => Ok((Self::Bytes, true)),
            TensorType::Q5_0 | TensorType::Q8_0 | TensorType::Q6K => Ok((Self::Bytes, false)),
            TensorType::F32 | TensorType::F16 | TensorType::Bf16 => {
                Err(WeightsError::Unsupported("a float tensor cannot be packed".to_owned()))
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
/// [`crate::quants::Group`]s, so two packings serve all of them: nibbles for 4 bits, bytes for 5, 6 and 8. Scales and
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
    /// What helpers have of it.
    lent: Option<Lent>,
}

impl PackedMatrix {
    /// Packs a GGUF tensor of shape `[rows, columns]`.
    ///
    /// # Errors
    /// [`WeightsError::Unsupported`] for types of floats, [`WeightsError::Damaged`] where the bytes do not
    /// match the shape.
    pub fn from_gguf(kind: TensorType, bytes: &[u8], rows: usize, columns: usize) -> Result<Self, WeightsError> {
        let size = rows.checked_mul(columns).and_then(|weights| kind.size_bytes(weights));
        if size != Some(bytes.len()) || rows == 0 {
            return Err(WeightsError::Damaged("a tensor's bytes do not match its shape".to_owned()));
        }
        let rows: Vec<&[u8]> = bytes.chunks_exact(bytes.len() / rows).collect();
        Self::from_rows(kind, &rows, columns)
    }

    /// Packs rows of `columns` weights that may come from several tensors: one product instead of several.
    ///
    /// # Errors
    /// See [`PackedMatrix::from_gguf`].
    pub fn from_rows(kind: TensorType, rows: &[&[u8]], columns: usize) -> Result<Self, WeightsError> {
        let (packing, has_minima) = Packing::of(kind)?;
        let size = kind.size_bytes(columns);
        if columns == 0 || rows.iter().any(|row| Some(row.len()) != size) {
            return Err(WeightsError::Damaged("a tensor's bytes do not match its shape".to_owned()));
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
        Ok(Self { rows: rows.len(), columns, group, weights, scales, minima, lent: None })
    }

    /// Packs floats, row-major, of `columns` each.
    ///
    /// # Errors
    /// [`WeightsError::Unsupported`] where rows are no multiple of 32 long, [`WeightsError::Damaged`] where there are
    /// no whole rows.
    pub fn from_floats(floats: &[f32], columns: usize) -> Result<Self, WeightsError> {
        if columns == 0 || !columns.is_multiple_of(BLOCK) {
            return Err(WeightsError::Unsupported(format!("rows of {columns} weights are no multiple of {BLOCK}")));
        }
        if floats.is_empty() || !floats.len().is_multiple_of(columns) {
            return Err(WeightsError::Damaged("a tensor's weights do not match its shape".to_owned()));
        }
        let rows = floats.len() / columns;
        let groups = rows.div_ceil(ROWS) * (columns / BLOCK);
        let mut weights = vec![0; groups * ROWS * BLOCK];
        let mut scales = vec![[0.0; ROWS]; groups];
        for (index, row) in floats.chunks_exact(columns).enumerate() {
            let lane = index % ROWS;
            for (group, values) in row.chunks_exact(BLOCK).enumerate() {
                let at = index / ROWS * (columns / BLOCK) + group;
                let (scale, quants) = float_group(values);
                scales[at][lane] = scale;
                for (pair, two) in quants.chunks_exact(2).enumerate() {
                    let place = at * ROWS * BLOCK + pair * 2 * ROWS + 2 * lane;
                    weights[place..][..2].copy_from_slice(two);
                }
            }
        }
        Ok(Self {
            rows,
            columns,
            group: BLOCK,
            weights: Stored::Words(weights),
            scales,
            minima: Vec::new(),
            lent: None,
        })
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
        let bands = self.rows.div_ceil(ROWS);
        let Some(lent) = &self.lent else {
            self.multiply_bands(0..bands, x, &mut products, self.rows, 0);
            return products;
        };
        let mut here = |bands: Range<usize>| self.multiply_bands(bands, x, &mut products, self.rows, 0);
        let mut asked = lent.ask(self, x);
        // Their bands lie in order behind each other; what is between them is left to this thread.
        let mut done = 0;
        for part in &asked {
            here(done..part.bands().start);
            done = part.bands().end;
        }
        here(done..bands);
        // Then it takes from what they have not begun, and at last what a lost one leaves.
        for part in &mut asked {
            while let Some(bands) = part.take_over() {
                here(bands);
            }
        }
        for part in asked {
            for bands in part.put(&mut products, self.rows) {
                self.multiply_bands(bands, x, &mut products, self.rows, 0);
            }
        }
        products
    }

    /// Lets the helpers of a team do their share of each product from now on.
    pub fn lend(&mut self, team: &Rc<Team>) {
        // What is lent already is taken back first.
        self.lent = None;
        self.lent = team.lend(self);
    }

    /// Whether helpers have shares of it.
    #[cfg(test)]
    pub(crate) const fn is_lent(&self) -> bool {
        self.lent.is_some()
    }

    /// The products of some bands, into `[vectors, stride]`, where the row `first_row` of the matrix comes first.
    pub(crate) fn multiply_bands(
        &self,
        bands: Range<usize>,
        x: &Activations,
        products: &mut [f32],
        stride: usize,
        first_row: usize,
    ) {
        // With many vectors, weights are unpacked once for all of them; one band of them fits the first-level cache.
        let many = x.vectors() >= VECTORS && !matches!(self.weights, Stored::Words(_));
        let mut wide = vec![0; if many { ROWS * self.columns } else { 0 }];
        let whole_tiles = x.vectors() - x.vectors() % VECTORS;
        for index in bands {
            let mut band = self.band(index);
            if many {
                widen(band.weights, &mut wide);
                band.weights = Weights::Wide(&wide);
            }
            let first = index * ROWS;
            let mut put = |vector: usize, product: [f32; ROWS]| {
                let products = &mut products[vector * stride + first - first_row..];
                match products.first_chunk_mut() {
                    // A copy of a length that the compiler does not know is a call, and takes as long as a tile.
                    Some(whole) if first + ROWS <= self.rows => *whole = product,
                    _ => products.iter_mut().take(self.rows - first).zip(product).for_each(|(to, from)| *to = from),
                }
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
                let byte = |odd: usize| four[odd].cast_unsigned() | four[odd + 2].cast_unsigned() << 4;
                band[two(i)..][..2].copy_from_slice(&[byte(0), byte(1)]);
            }
        }
        Packing::Bytes => {
            for (pair, from) in quants.chunks_exact(2).enumerate() {
                band[two(pair)..][..2].copy_from_slice(&[from[0].cast_unsigned(), from[1].cast_unsigned()]);
            }
        }
    }
}

pub(crate) mod share;
#[cfg(test)]
mod tests;

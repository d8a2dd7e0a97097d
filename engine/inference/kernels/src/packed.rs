//! Matrices whose weights stay quantised.

use std::ops::Range;
use std::rc::Rc;

use super::activations::{largest_magnitude, nearest};
use super::scalar::pair_of;
use super::team::Lent;
use super::{Activations, Band, ROWS, Team, VECTORS, Weights, products as products_of};
use crate::quants::{each_group, group_weights};
use crate::{BLOCK, TensorType, WeightsError};
use unpacked::Unpacked;

/// How weights of a file's type are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Nibbles,
    Bytes,
    /// 12 bits of each 16, made of floats.
    Words,
}

impl Packing {
    /// The packing that holds the type's quants and, where it has minima, true.
    const fn of(kind: TensorType) -> (Self, bool) {
        match kind {
            TensorType::Q4_0 | TensorType::Q4_1 | TensorType::Q4K => (Self::Nibbles, true),
            TensorType::Q5_1 | TensorType::Q5K => (Self::Bytes, true),
            TensorType::Q5_0 | TensorType::Q8_0 | TensorType::Q6K => (Self::Bytes, false),
            TensorType::F32 | TensorType::F16 | TensorType::Bf16 => (Self::Words, false),
        }
    }
}

/// Largest magnitude of a weight that was a float. A group's integer dot product is at most 32 * 2,047 * 32,639 < 2^31.
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
    Words(Vec<i16>),
}

impl Stored {
    const fn packing(&self) -> Packing {
        match self {
            Self::Nibbles(_) => Packing::Nibbles,
            Self::Bytes(_) => Packing::Bytes,
            Self::Words(_) => Packing::Words,
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
    /// A matrix of zeros for rows of a file's type, to be filled by [`PackedMatrix::put_rows`].
    ///
    /// # Errors
    /// [`WeightsError::Unsupported`] where rows of that type cannot have so many weights, [`WeightsError::Damaged`] where
    /// there are none, or more than there can be.
    pub fn zeros(kind: TensorType, rows: usize, columns: usize) -> Result<Self, WeightsError> {
        let (packing, has_minima) = Packing::of(kind);
        let group = if packing == Packing::Words { BLOCK } else { group_weights(kind) };
        if columns == 0 || !columns.is_multiple_of(group) || kind.size_bytes(columns).is_none() {
            let what = format!("rows of {columns} weights are no multiple of {}", group.max(kind.block_weights()));
            return Err(WeightsError::Unsupported(what));
        }
        let groups = rows.div_ceil(ROWS).checked_mul(columns / group);
        let Some((groups, count)) = groups.and_then(|groups| Some((groups, groups.checked_mul(ROWS * group)?))) else {
            return Err(damaged());
        };
        if rows == 0 {
            return Err(damaged());
        }
        let weights = match packing {
            Packing::Nibbles => Stored::Nibbles(vec![0; count / 2]),
            Packing::Bytes => Stored::Bytes(vec![0; count]),
            Packing::Words => Stored::Words(vec![0; count]),
        };
        let scales = vec![[0.0; ROWS]; groups];
        let minima = vec![[0.0; ROWS]; if has_minima { groups } else { 0 }];
        Ok(Self { rows, columns, group, weights, scales, minima, lent: None })
    }

    /// Packs rows of a file's type, which has to be packed as that of [`PackedMatrix::zeros`] was, from row `first` on.
    ///
    /// # Errors
    /// [`WeightsError::Damaged`] where rows have another length or packing, or there are more than the matrix has.
    pub fn put_rows(&mut self, first: usize, kind: TensorType, rows: &[&[u8]]) -> Result<(), WeightsError> {
        let (packing, has_minima) = Packing::of(kind);
        let size = kind.size_bytes(self.columns);
        let is_alike = packing == self.weights.packing() && has_minima != self.minima.is_empty();
        let fits = first.checked_add(rows.len()).is_some_and(|end| end <= self.rows);
        if !is_alike || !fits || rows.iter().any(|row| Some(row.len()) != size) {
            return Err(damaged());
        }
        for (index, row) in (first..).zip(rows) {
            if packing == Packing::Words {
                self.put_floats(index, &kind.dequantise(row));
            } else {
                self.put_quants(index, kind, row);
            }
        }
        Ok(())
    }

    /// Packs a GGUF tensor of shape `[rows, columns]`.
    ///
    /// # Errors
    /// See [`PackedMatrix::zeros`] and [`PackedMatrix::put_rows`].
    pub fn from_gguf(kind: TensorType, bytes: &[u8], rows: usize, columns: usize) -> Result<Self, WeightsError> {
        let size = rows.checked_mul(columns).and_then(|weights| kind.size_bytes(weights));
        if size != Some(bytes.len()) || rows == 0 {
            return Err(damaged());
        }
        let rows: Vec<&[u8]> = bytes.chunks_exact(bytes.len() / rows).collect();
        Self::from_rows(kind, &rows, columns)
    }

    /// Packs rows of `columns` weights that may come from several tensors: one product instead of several.
    ///
    /// # Errors
    /// See [`PackedMatrix::from_gguf`].
    pub fn from_rows(kind: TensorType, rows: &[&[u8]], columns: usize) -> Result<Self, WeightsError> {
        let mut matrix = Self::zeros(kind, rows.len(), columns)?;
        matrix.put_rows(0, kind, rows)?;
        Ok(matrix)
    }

    /// Packs floats, row-major, of `columns` each.
    ///
    /// # Errors
    /// [`WeightsError::Unsupported`] where rows are no multiple of 32 long, [`WeightsError::Damaged`] where there are
    /// no whole rows.
    pub fn from_floats(floats: &[f32], columns: usize) -> Result<Self, WeightsError> {
        if !floats.len().is_multiple_of(columns) {
            return Err(damaged());
        }
        let mut matrix = Self::zeros(TensorType::F32, floats.len().checked_div(columns).unwrap_or(0), columns)?;
        floats.chunks_exact(columns).enumerate().for_each(|(index, row)| matrix.put_floats(index, row));
        Ok(matrix)
    }

    /// Writes a row of quants into its lane of its band's groups: see [`Weights`].
    ///
    /// A function of its own, as [`Self::put_floats`] is: a browser replaces the quickly compiled code of a function by
    /// optimised code at its next call, and never in the middle of a loop.
    #[inline(never)]
    fn put_quants(&mut self, index: usize, kind: TensorType, row: &[u8]) {
        let lane = index % ROWS;
        let mut at = index / ROWS * (self.columns / self.group);
        let count = ROWS * self.group;
        each_group(kind, row, |group| {
            self.scales[at][lane] = group.scale;
            if let Some(minima) = self.minima.get_mut(at) {
                minima[lane] = group.minimum;
            }
            match &mut self.weights {
                Stored::Nibbles(all) => put_nibbles(group.quants, lane, &mut all[at * count / 2..][..count / 2]),
                Stored::Bytes(all) => put_bytes(group.quants, lane, &mut all[at * count..][..count]),
                Stored::Words(_) => {}
            }
            at += 1;
        });
    }

    /// The same with a row of floats.
    #[inline(never)]
    fn put_floats(&mut self, index: usize, row: &[f32]) {
        let lane = index % ROWS;
        let Stored::Words(all) = &mut self.weights else { return };
        for (group, values) in row.chunks_exact(BLOCK).enumerate() {
            let at = index / ROWS * (self.columns / BLOCK) + group;
            let (scale, quants) = float_group(values);
            self.scales[at][lane] = scale;
            let band = &mut all[at * ROWS * BLOCK..][..ROWS * BLOCK];
            for (two, out) in quants.as_chunks::<2>().0.iter().zip(band.as_chunks_mut::<{ 2 * ROWS }>().0) {
                out[2 * (lane % ROWS)] = two[0];
                out[2 * (lane % ROWS) + 1] = two[1];
            }
        }
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
        let many = x.vectors() >= VECTORS;
        let mut unpacked = if many { Unpacked::of(&self.weights, ROWS * self.columns) } else { Unpacked::AsStored };
        for index in bands {
            let mut band = self.band(index);
            band.weights = unpacked.fill(band.weights);
            let first = index * ROWS;
            let mut put = |vector: usize, product: [f32; ROWS]| {
                let products = &mut products[vector * stride + first - first_row..];
                match products.first_chunk_mut() {
                    // A copy of a length that the compiler does not know is a call, and takes as long as a tile.
                    Some(whole) if first + ROWS <= self.rows => *whole = product,
                    _ => products.iter_mut().take(self.rows - first).zip(product).for_each(|(to, from)| *to = from),
                }
            };
            for first in (0..x.together()).step_by(VECTORS) {
                for (i, product) in products_of(band, x.tile::<VECTORS>(first)).into_iter().enumerate() {
                    put(first + i, product);
                }
            }
            for vector in x.together()..x.vectors() {
                let [product] = products_of(band, x.tile::<1>(vector));
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

fn damaged() -> WeightsError {
    WeightsError::Damaged("a tensor's bytes do not match its shape".to_owned())
}

/// Four neighbours of a lane are the low or high halves of four bytes.
fn put_nibbles(quants: &[i8], lane: usize, band: &mut [u8]) {
    let (first, shift) = (lane % 4, lane / 4 % 2 * 4);
    for (four, out) in quants.as_chunks::<4>().0.iter().zip(band.as_chunks_mut::<{ 2 * ROWS }>().0) {
        let four = u32::from_le_bytes(four.map(i8::cast_unsigned)) << shift;
        let out = &mut out.as_chunks_mut::<4>().0[first];
        *out = (u32::from_le_bytes(*out) & !(0x0F0F_0F0F << shift) | four).to_le_bytes();
    }
}

/// Two neighbours of a lane stay two bytes.
fn put_bytes(quants: &[i8], lane: usize, band: &mut [u8]) {
    for (two, out) in quants.as_chunks::<2>().0.iter().zip(band.as_chunks_mut::<{ 2 * ROWS }>().0) {
        out[2 * (lane % ROWS)] = two[0].cast_unsigned();
        out[2 * (lane % ROWS) + 1] = two[1].cast_unsigned();
    }
}

pub(crate) mod share;
#[cfg(test)]
mod tests;
mod unpacked;

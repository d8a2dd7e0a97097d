//! Matrices in the memory of a graphics processor, their weights as quantised as in the file.

use half::f16;

use super::device::GpuDevice;
use crate::InferenceError;
use crate::format::TensorType;
use crate::kernels::BLOCK;
use crate::kernels::packed::float_group;
use crate::kernels::quants::each_group;
use crate::model::layer::Row;

/// Rows that a kernel takes together at most: a matrix is filled up to a multiple with rows of zeros.
const TILE: usize = 32;

/// Most bytes that are written at once.
const CHUNK_BYTES: usize = 4 << 20;

/// How weights lie in memory: `wgsl/packing_*.wgsl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Packing {
    Nibbles,
    Sixes,
    Bytes,
    Words,
}

impl Packing {
    const fn of(kind: TensorType) -> Self {
        match kind {
            TensorType::Q4_0 | TensorType::Q4_1 | TensorType::Q4K => Self::Nibbles,
            TensorType::Q6K => Self::Sixes,
            TensorType::Q5_0 | TensorType::Q5_1 | TensorType::Q5K | TensorType::Q8_0 => Self::Bytes,
            TensorType::F32 | TensorType::F16 | TensorType::Bf16 => Self::Words,
        }
    }

    pub const fn source(self) -> &'static str {
        match self {
            Self::Nibbles => include_str!("wgsl/packing_nibbles.wgsl"),
            Self::Sixes => include_str!("wgsl/packing_sixes.wgsl"),
            Self::Bytes => include_str!("wgsl/packing_bytes.wgsl"),
            Self::Words => include_str!("wgsl/packing_words.wgsl"),
        }
    }

    /// Words of 32 weights, without upper bits.
    const fn words(self) -> usize {
        match self {
            Self::Nibbles | Self::Sixes => BLOCK / 8,
            Self::Bytes => BLOCK / 4,
            Self::Words => BLOCK / 2,
        }
    }

    /// Words of the upper bits of 32 weights.
    const fn upper_words(self) -> usize {
        match self {
            Self::Sixes => BLOCK / 16,
            _ => 0,
        }
    }
}

/// Rows below each other that lie in one buffer.
pub(super) struct Segment {
    pub packing: Packing,
    /// Index of its first row in the matrix.
    pub first: usize,
    pub rows: usize,
    /// The word from which the upper bits lie.
    pub upper: usize,
    pub words: wgpu::Buffer,
    pub scales: wgpu::Buffer,
}

/// A matrix of shape `[rows, columns]`.
pub(super) struct GpuMatrix {
    pub columns: usize,
    /// More than one where neighbours are packed in different ways, or where one buffer cannot be as large.
    pub segments: Vec<Segment>,
}

impl GpuMatrix {
    /// Packs rows that may be stored in different ways. Where `in_pairs`, the rows `2 i` and `2 i + 1` stay together.
    ///
    /// # Errors
    /// [`InferenceError::Damaged`] where rows differ in length or scales are out of range, [`InferenceError::Unsupported`]
    /// where rows are no multiple of 32 long or do not fit the device.
    pub fn from_rows(
        gpu: &GpuDevice,
        rows: &[Row<'_>],
        columns: usize,
        in_pairs: bool,
    ) -> Result<Self, InferenceError> {
        check_lengths(rows, columns)?;
        let as_words =
            in_pairs && rows.chunks(2).any(|pair| Packing::of(pair[0].0) != Packing::of(pair[pair.len() - 1].0));
        let packing = |row: &Row<'_>| if as_words { Packing::Words } else { Packing::of(row.0) };
        let mut segments = Vec::new();
        let mut first = 0;
        for run in rows.chunk_by(|above, below| packing(above) == packing(below)) {
            let packing = packing(&run[0]);
            for rows in run.chunks(rows_that_fit(gpu, packing, columns)?) {
                let segment = Segment::zeros(gpu, packing, first, rows.len(), columns);
                segment.write(gpu, 0, rows, columns)?;
                segments.push(segment);
                first += rows.len();
            }
        }
        Ok(Self { columns, segments })
    }

    /// A matrix of zeros for rows that are all stored as `kind`, to be filled by [`GpuMatrix::put_rows`].
    ///
    /// # Errors
    /// [`InferenceError::Unsupported`] where rows are no multiple of 32 long or do not fit the device.
    pub fn zeros(gpu: &GpuDevice, kind: TensorType, rows: usize, columns: usize) -> Result<Self, InferenceError> {
        check_lengths(&[], columns)?;
        let packing = Packing::of(kind);
        let fit = rows_that_fit(gpu, packing, columns)?;
        let segment = |first: usize| Segment::zeros(gpu, packing, first, fit.min(rows - first), columns);
        Ok(Self { columns, segments: (0..rows).step_by(fit).map(segment).collect() })
    }

    /// Packs rows from row `first` on.
    ///
    /// # Errors
    /// [`InferenceError::Damaged`] where rows have another length or packing, or scales are out of range.
    pub fn put_rows(&self, gpu: &GpuDevice, first: usize, rows: &[Row<'_>]) -> Result<(), InferenceError> {
        check_lengths(rows, self.columns)?;
        let end = first + rows.len();
        for segment in &self.segments {
            let here = first.max(segment.first)..end.min(segment.first + segment.rows);
            if here.start >= here.end {
                continue;
            }
            let rows = &rows[here.start - first..here.end - first];
            if rows.iter().any(|(kind, _)| Packing::of(*kind) != segment.packing) {
                return Err(InferenceError::Damaged("rows of a tensor differ in type".to_owned()));
            }
            segment.write(gpu, here.start - segment.first, rows, self.columns)?;
        }
        Ok(())
    }
}

fn check_lengths(rows: &[Row<'_>], columns: usize) -> Result<(), InferenceError> {
    if columns == 0 || !columns.is_multiple_of(BLOCK) {
        return Err(InferenceError::Unsupported(format!("rows of {columns} weights are no multiple of {BLOCK}")));
    }
    if rows.iter().any(|(kind, bytes)| kind.size_bytes(columns) != Some(bytes.len())) {
        return Err(InferenceError::Damaged("a tensor's bytes do not match its shape".to_owned()));
    }
    Ok(())
}

/// Rows that one buffer can have.
fn rows_that_fit(gpu: &GpuDevice, packing: Packing, columns: usize) -> Result<usize, InferenceError> {
    let row_bytes = 4 * columns / BLOCK * (packing.words() + packing.upper_words());
    let fit = usize::try_from(gpu.binding_bytes()).unwrap_or(usize::MAX) / row_bytes / TILE * TILE;
    if fit > 0 {
        return Ok(fit);
    }
    Err(InferenceError::Unsupported("a row of weights is larger than the device's buffers".into()))
}

impl Segment {
    /// Room for these rows of a matrix.
    fn zeros(gpu: &GpuDevice, packing: Packing, first: usize, rows: usize, columns: usize) -> Self {
        let groups = rows.next_multiple_of(TILE) * (columns / BLOCK);
        let upper = groups * packing.words();
        let words = gpu.storage(upper + groups * packing.upper_words());
        Self { packing, first, rows, upper, words, scales: gpu.storage(groups) }
    }

    /// Packs rows, the first of which is the segment's row `at`.
    fn write(&self, gpu: &GpuDevice, at: usize, rows: &[Row<'_>], columns: usize) -> Result<(), InferenceError> {
        let (packing, groups) = (self.packing, columns / BLOCK);
        let at_once = (CHUNK_BYTES / (4 * groups * packing.words())).max(1);
        for (index, rows) in rows.chunks(at_once).enumerate() {
            let mut packed = Packed::default();
            rows.iter().for_each(|row| packed.push(packing, *row));
            // The largest of 16-bit floats: scales of real models are far below.
            if packed.overflows {
                return Err(InferenceError::Damaged("the scale of its weights is out of range".to_owned()));
            }
            let write = |buffer: &wgpu::Buffer, word: usize, words: &[u32]| {
                gpu.queue.write_buffer(buffer, 4 * word as u64, bytemuck::cast_slice(words));
            };
            let group = (at + index * at_once) * groups;
            write(&self.words, group * packing.words(), &packed.words);
            if !packed.upper.is_empty() {
                write(&self.words, self.upper + group * packing.upper_words(), &packed.upper);
            }
            write(&self.scales, group, &packed.scales);
        }
        Ok(())
    }
}

/// Rows, packed.
#[derive(Default)]
struct Packed {
    words: Vec<u32>,
    upper: Vec<u32>,
    scales: Vec<u32>,
    overflows: bool,
}

impl Packed {
    fn push(&mut self, packing: Packing, (kind, bytes): Row<'_>) {
        match packing {
            Packing::Nibbles => each_group(kind, bytes, |group| {
                self.words.extend(group.quants.as_chunks().0.iter().map(nibbles));
                self.scale(group.scale, group.minimum);
            }),
            Packing::Bytes => each_group(kind, bytes, |group| {
                let word = |four: &[i8; 4]| u32::from_le_bytes(four.map(i8::cast_unsigned));
                self.words.extend(group.quants.as_chunks().0.iter().map(word));
                self.scale(group.scale, group.minimum);
            }),
            Packing::Sixes => {
                // Two groups of 16 share a word of scales.
                let mut before = None;
                each_group(kind, bytes, |group| {
                    let mut upper = 0;
                    for (octet, quants) in group.quants.as_chunks::<8>().0.iter().enumerate() {
                        let quants = quants.map(|q| q + 32);
                        self.words.push(nibbles(&quants));
                        for (i, q) in quants.iter().enumerate() {
                            upper |= u32::from((q >> 4).cast_unsigned() & 3) << (16 * octet + 2 * i);
                        }
                    }
                    self.upper.push(upper);
                    match before.take() {
                        None => before = Some(group.scale),
                        Some(first) => self.scale(first, group.scale),
                    }
                });
            }
            Packing::Words => {
                for values in kind.dequantise(bytes).chunks_exact(BLOCK) {
                    let (scale, quants) = float_group(values);
                    let word =
                        |two: &[i16; 2]| u32::from(two[0].cast_unsigned()) | u32::from(two[1].cast_unsigned()) << 16;
                    self.words.extend(quants.as_chunks().0.iter().map(word));
                    self.scales.push(scale.to_bits());
                }
            }
        }
    }

    /// Two 16-bit floats: those of the files are, but for products of two of them.
    fn scale(&mut self, first: f32, second: f32) {
        let both = [first, second].map(f16::from_f32);
        self.overflows |= !both.iter().all(|half| half.is_finite());
        self.scales.push(u32::from(both[0].to_bits()) | u32::from(both[1].to_bits()) << 16);
    }
}

/// The lower halves of eight weights.
fn nibbles(quants: &[i8; 8]) -> u32 {
    let (low, high) = quants.split_at(4);
    (0..4).fold(0, |word, i| {
        let byte = (low[i] & 15).cast_unsigned() | (high[i] & 15).cast_unsigned() << 4;
        word | u32::from(byte) << (8 * i)
    })
}

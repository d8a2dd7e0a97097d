//! Rows of 8-bit components in blocks, each with its scale; removed rows are zeros.

use std::ops::Range;

use super::kernels::{self, AT_ONCE};
use super::quantise::stride;

/// Rows of a block: 1.5 MiB for 384 dimensions. A set grows by whole blocks, so that nothing is copied and at most one block
/// is empty room.
const BLOCK_ROWS: usize = 4096;

#[derive(Debug, Clone, Default)]
struct Block {
    /// None where all rows of a full block are removed.
    values: Vec<i8>,
    scales: Vec<f32>,
    removed: usize,
}

/// Rows of one length.
#[derive(Debug, Clone)]
pub struct Rows {
    stride: usize,
    blocks: Vec<Block>,
    len: u32,
    /// One bit per row.
    removed: Vec<u64>,
    removed_count: u32,
}

impl Rows {
    pub const fn new(dim: usize) -> Self {
        Self { stride: stride(dim), blocks: Vec::new(), len: 0, removed: Vec::new(), removed_count: 0 }
    }

    /// Number of rows, removed ones too; the number of the next one.
    #[inline]
    pub const fn len(&self) -> u32 {
        self.len
    }

    pub const fn live(&self) -> u32 {
        self.len - self.removed_count
    }

    /// Whether the row is there and not removed.
    #[inline]
    pub fn is_live(&self, row: u32) -> bool {
        row < self.len && self.removed[row as usize / 64] >> (row % 64) & 1 == 0
    }

    /// One bit per row: whether it is removed.
    pub fn removed_bits(&self) -> &[u64] {
        &self.removed
    }

    /// Adds a row of at most `stride` components. The caller keeps the number of rows inside 32 bits.
    pub fn push(&mut self, values: &[i8], scale: f32) -> u32 {
        let row = self.len;
        let first_of_block = (row as usize).is_multiple_of(BLOCK_ROWS);
        if first_of_block {
            let mut block = Block::default();
            // A small set grows as it needs; later blocks will be filled, and are of one size from the start.
            if row > 0 {
                block.values.reserve_exact(BLOCK_ROWS * self.stride);
                block.scales.reserve_exact(BLOCK_ROWS);
            }
            self.blocks.push(block);
        }
        if let Some(block) = self.blocks.last_mut() {
            let end = block.values.len() + self.stride;
            block.values.extend_from_slice(&values[..values.len().min(self.stride)]);
            block.values.resize(end, 0);
            block.scales.push(scale);
        }
        if row.is_multiple_of(64) {
            self.removed.push(0);
        }
        self.len += 1;
        row
    }

    /// Overwrites a row with zeros, and gives back the memory of a block without live rows; whether the row was live.
    pub fn remove(&mut self, row: u32) -> bool {
        if !self.is_live(row) {
            return false;
        }
        let (block, at) = place(row);
        let first = at * self.stride;
        let block = &mut self.blocks[block];
        block.values[first..first + self.stride].fill(0);
        block.scales[at] = 0.0;
        block.removed += 1;
        if block.removed == BLOCK_ROWS {
            block.values = Vec::new();
        }
        self.removed[row as usize / 64] |= 1 << (row % 64);
        self.removed_count += 1;
        true
    }

    /// Puts components into a row that was removed; whether it was.
    pub fn fill(&mut self, row: u32, values: &[i8], scale: f32) -> bool {
        if row >= self.len || self.is_live(row) {
            return false;
        }
        let (block, at) = place(row);
        let first = at * self.stride;
        let block = &mut self.blocks[block];
        let count = values.len().min(self.stride);
        block.removed -= 1;
        // Empty where the block had no live rows.
        block.values.resize(block.scales.len() * self.stride, 0);
        block.values[first..first + count].copy_from_slice(&values[..count]);
        block.scales[at] = scale;
        self.removed[row as usize / 64] &= !(1 << (row % 64));
        self.removed_count -= 1;
        true
    }

    /// Components of a live row; a removed one has zeros or none.
    #[inline]
    pub fn values(&self, row: u32) -> &[i8] {
        let (block, at) = place(row);
        let first = at * self.stride;
        self.blocks[block].values.get(first..first + self.stride).unwrap_or_default()
    }

    /// Scale of a row below [`Self::len`].
    #[inline]
    pub fn scale(&self, row: u32) -> f32 {
        let (block, at) = place(row);
        self.blocks[block].scales[at]
    }

    /// Asks for a row below [`Self::len`], and for its scale.
    #[inline]
    pub fn prefetch(&self, row: u32) {
        kernels::prefetch(self.values(row));
    }

    /// Cosines of a query with four live rows, one of which may be given several times.
    #[inline]
    pub fn cosines(&self, (query, scale): (&[i16], f32), rows: [u32; AT_ONCE]) -> [f32; AT_ONCE] {
        let sums = kernels::dots(query, rows.map(|row| self.values(row)));
        std::array::from_fn(|i| sums[i] as f32 * (self.scale(rows[i]) * scale))
    }

    /// Shows every row of the range with its cosine, in order; removed ones too, or not.
    #[inline]
    pub fn scan(&self, (query, scale): (&[i16], f32), range: Range<u32>, mut show: impl FnMut(u32, f32)) {
        let end = range.end.min(self.len);
        let mut row = range.start;
        while row < end {
            let (block, at) = place(row);
            let count = (BLOCK_ROWS - at).min((end - row) as usize);
            let block = &self.blocks[block];
            if block.values.is_empty() {
                row += count as u32;
                continue;
            }
            let values = &block.values[at * self.stride..(at + count) * self.stride];
            let scales = &block.scales[at..at + count];
            for (values, scales) in values.chunks(AT_ONCE * self.stride).zip(scales.chunks(AT_ONCE)) {
                // The last few of a block are filled up with the first of them.
                let part =
                    |i: usize| values.get(i * self.stride..(i + 1) * self.stride).unwrap_or(&values[..self.stride]);
                let sums = kernels::dots(query, [part(0), part(1), part(2), part(3)]);
                for (sum, row_scale) in sums.iter().zip(scales) {
                    show(row, *sum as f32 * (row_scale * scale));
                    row += 1;
                }
            }
        }
    }

    /// Bytes of memory that it holds.
    pub fn memory(&self) -> usize {
        let of_block = |block: &Block| block.values.capacity() + 4 * block.scales.capacity();
        self.blocks.iter().map(of_block).sum::<usize>() + 8 * self.removed.capacity()
    }
}

/// Number of the row's block, and the row's number in it.
#[inline]
const fn place(row: u32) -> (usize, usize) {
    (row as usize / BLOCK_ROWS, row as usize % BLOCK_ROWS)
}

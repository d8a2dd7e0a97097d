//! What the two ends say to each other: a header at the beginning of the shared bytes, and behind it what belongs to the
//! task. Numbers are those of the machine, which is the same at both ends.

use std::ops::Range;

use conclave_ports::SharedBytes;

/// Where the bytes of a task begin.
pub const CONTENT: usize = ALIGNMENT;
/// Every part begins at a multiple: browsers copy shared bytes eight at a time where they lie so, else one by one.
const ALIGNMENT: usize = 64;

/// A part of a matrix is to be made room for.
pub const KEEP: u32 = 1;
/// The next bytes of its weights.
pub const WEIGHTS: u32 = 2;
/// The next bytes of its scales.
pub const SCALES: u32 = 3;
/// The next bytes of its minima.
pub const MINIMA: u32 = 4;
/// It meets so many vectors.
pub const MULTIPLY: u32 = 5;
/// It is not needed any more.
pub const FORGET: u32 = 6;

/// Fewest bands that are claimed at once: their product takes much longer than a claim.
const SLICE_AT_LEAST: usize = 4;
/// Slices that a share is cut into at most: each has a bit among those that are finished.
const SLICES: usize = u32::BITS as usize;

/// What a share of so many bands is cut into, counted from its beginning: guided self-scheduling (Polychronopoulos and
/// Kuck 1987). Each slice is a quarter of what is left, so that there are few claims, and yet nobody waits long for the last.
pub fn slices(bands: usize) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    (1..=SLICES).map_while(move |number| {
        let left = bands - start;
        let length = if number == SLICES { left } else { left.div_ceil(4).max(SLICE_AT_LEAST).min(left) };
        let slice = start..start + length;
        start = slice.end;
        (length > 0).then_some(slice)
    })
}

/// The slice that the holder of a claimed number may compute; `None` where all are claimed.
pub fn slice(bands: usize, claimed: u32) -> Option<Range<usize>> {
    slices(bands).nth(usize::try_from(claimed).ok()?)
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Header {
    /// One of the constants above.
    pub task: u32,
    /// The matrix.
    pub matrix: u32,
    /// Of [`KEEP`]: how its weights are packed.
    pub packing: u32,
    /// Of [`KEEP`].
    pub rows: u32,
    /// Of [`KEEP`].
    pub columns: u32,
    /// Of [`KEEP`]: weights per group.
    pub group: u32,
    /// Of [`MULTIPLY`] how many vectors, of [`WEIGHTS`], [`SCALES`] and [`MINIMA`] how many bytes.
    pub count: u32,
    /// 0 where the task was given, 1 where it was done.
    pub is_done: u32,
}

impl Header {
    pub fn of(task: u32, matrix: u32) -> Self {
        Self { task, matrix, ..Self::default() }
    }

    pub fn read(bytes: &(impl SharedBytes + ?Sized)) -> Self {
        let mut words = [0; 8];
        bytes.read(0, bytemuck::bytes_of_mut(&mut words));
        let [task, matrix, packing, rows, columns, group, count, is_done] = words;
        Self { task, matrix, packing, rows, columns, group, count, is_done }
    }

    pub fn write(&self, bytes: &(impl SharedBytes + ?Sized)) {
        bytes.write(0, bytemuck::bytes_of(&self.words()));
    }

    pub const fn words(&self) -> [u32; 8] {
        let Self { task, matrix, packing, rows, columns, group, count, is_done } = *self;
        [task, matrix, packing, rows, columns, group, count, is_done]
    }
}

/// Where the parts of vectors lie, and behind them the products: of each slice `[vectors, rows of the slice]`.
///
/// What comes before the products is written and read at once: for a browser every call costs more than a thousand bytes.
#[derive(Debug, Clone, Copy)]
pub struct Places {
    pub quants: usize,
    pub block_sums: usize,
    pub scales: usize,
    pub products: usize,
    pub end: usize,
}

impl Places {
    /// Of so many vectors of `columns`, and `rows` products of each; `None` where they are too many to count.
    pub fn of(vectors: usize, columns: usize, rows: usize) -> Option<Self> {
        let after = |start: usize, count: usize, of: usize, size: usize| {
            start.checked_add(count.checked_mul(of)?.checked_mul(size)?)?.checked_next_multiple_of(ALIGNMENT)
        };
        let block_sums = after(CONTENT, vectors, columns, size_of::<i16>())?;
        let scales = after(block_sums, vectors, columns / crate::BLOCK, size_of::<f32>())?;
        let products = after(scales, vectors, 1, size_of::<f32>())?;
        let end = after(products, vectors, rows, size_of::<f32>())?;
        Some(Self { quants: CONTENT, block_sums, scales, products, end })
    }

    /// The task and its vectors, as they lie before the products.
    pub fn message(&self, header: Header, parts: [&[u8]; 3]) -> Vec<u8> {
        let mut message = vec![0; self.products];
        message[..size_of::<Header>()].copy_from_slice(bytemuck::bytes_of(&header.words()));
        for (at, part) in [self.quants, self.block_sums, self.scales].into_iter().zip(parts) {
            message[at..][..part.len()].copy_from_slice(part);
        }
        message
    }

    /// Reads the vectors of a message.
    pub fn read(&self, bytes: &(impl SharedBytes + ?Sized), parts: [&mut [u8]; 3]) {
        let mut content = vec![0; self.products - CONTENT];
        bytes.read(CONTENT, &mut content);
        for (at, part) in [self.quants, self.block_sums, self.scales].into_iter().zip(parts) {
            part.copy_from_slice(&content[at - CONTENT..][..part.len()]);
        }
    }

    /// Where the products of the slices lie that begin with the row `first` of the share.
    pub const fn products_of(&self, vectors: usize, first: usize) -> usize {
        self.products + vectors * first * size_of::<f32>()
    }
}

//! Bands of a matrix as bytes, on their way into another memory.

use std::ops::Range;

use bytemuck::allocation::pod_collect_to_vec;
use bytemuck::cast_slice;

use super::{PackedMatrix, Stored};
use crate::quants::HALF_BLOCK;
use crate::{BLOCK, ROWS};

/// Numbers of the ways in which weights are stored.
const NIBBLES: u32 = 0;
const BYTES: u32 = 1;
const WORDS: u32 = 2;

impl PackedMatrix {
    /// The rows of these bands.
    pub(crate) fn rows_of(&self, bands: &Range<usize>) -> Range<usize> {
        (bands.start * ROWS).min(self.rows)..(bands.end * ROWS).min(self.rows)
    }

    /// What [`Arriving::new`] wants to know of these bands; `None` where there are too many to say.
    pub(crate) fn shape_of(&self, bands: &Range<usize>) -> Option<[u32; 4]> {
        let packing = match self.weights {
            Stored::Nibbles(_) => NIBBLES,
            Stored::Bytes(_) => BYTES,
            Stored::Words(_) => WORDS,
        };
        let number = |size: usize| u32::try_from(size).ok();
        Some([packing, number(self.rows_of(bands).len())?, number(self.columns)?, number(self.group)?])
    }

    /// Their weights, scales and minima.
    pub(crate) fn parts_of(&self, bands: &Range<usize>) -> [&[u8]; 3] {
        let of = |all: &Range<usize>, per_band: usize| all.start * per_band..all.end * per_band;
        let weights = of(bands, ROWS * self.columns);
        let groups = of(bands, self.columns / self.group);
        [
            match &self.weights {
                Stored::Nibbles(bytes) => &bytes[weights.start / 2..weights.end / 2],
                Stored::Bytes(bytes) => &bytes[weights],
                Stored::Words(words) => cast_slice(&words[weights]),
            },
            cast_slice(&self.scales[groups.clone()]),
            if self.minima.is_empty() { &[] } else { cast_slice(&self.minima[groups]) },
        ]
    }
}

/// A matrix that is not all there.
pub(crate) struct Arriving {
    packing: u32,
    rows: usize,
    columns: usize,
    group: usize,
    pub(crate) weights: Vec<u8>,
    pub(crate) scales: Vec<u8>,
    pub(crate) minima: Vec<u8>,
}

impl Arriving {
    /// The beginning of a matrix; `None` for a shape that no matrix has.
    pub(crate) fn new(packing: u32, rows: usize, columns: usize, group: usize) -> Option<Self> {
        let is_one = rows > 0 && columns > 0 && columns.is_multiple_of(BLOCK) && [BLOCK, HALF_BLOCK].contains(&group);
        let parts =
            || Self { packing, rows, columns, group, weights: Vec::new(), scales: Vec::new(), minima: Vec::new() };
        is_one.then(parts)
    }

    /// The matrix, where all of it is there.
    pub(crate) fn whole(self) -> Option<PackedMatrix> {
        let bands = self.rows.div_ceil(ROWS);
        let count = bands.checked_mul(ROWS)?.checked_mul(self.columns)?;
        let (weights, bytes) = match self.packing {
            NIBBLES => (Stored::Nibbles(self.weights), count / 2),
            BYTES => (Stored::Bytes(self.weights), count),
            WORDS => (Stored::Words(pod_collect_to_vec(&self.weights)), count),
            _ => return None,
        };
        let stored = match &weights {
            Stored::Nibbles(weights) | Stored::Bytes(weights) => weights.len(),
            Stored::Words(weights) => weights.len(),
        };
        let groups = bands * (self.columns / self.group) * size_of::<[f32; ROWS]>();
        if stored != bytes || self.scales.len() != groups || ![0, groups].contains(&self.minima.len()) {
            return None;
        }
        Some(PackedMatrix {
            rows: self.rows,
            columns: self.columns,
            group: self.group,
            weights,
            scales: pod_collect_to_vec(&self.scales),
            minima: pod_collect_to_vec(&self.minima),
            lent: None,
        })
    }
}

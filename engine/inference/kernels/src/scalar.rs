//! The inner loop in plain Rust: the reference of the tests, and the path of processors without a SIMD path.

use super::{Band, ROWS, Tile, Weights, checked_groups};

/// See [`super::products`].
pub(super) fn products<const V: usize>(band: Band<'_>, x: Tile<'_, V>) -> [[f32; ROWS]; V] {
    checked_groups(&band, &x, band.pairs);
    std::array::from_fn(|vector| product(&band, &x, vector))
}

#[allow(clippy::cast_precision_loss, reason = "a group's integer sum becomes a float, as in every path")]
fn product<const V: usize>(band: &Band<'_>, x: &Tile<'_, V>, vector: usize) -> [f32; ROWS] {
    let mut sums = [0.0; ROWS];
    for (group, (scales, quants)) in band.scales.iter().zip(x.quants.chunks_exact(2 * band.pairs * V)).enumerate() {
        let mut dots = [0i32; ROWS];
        for (pair, quants) in quants.chunks_exact(2 * V).enumerate() {
            let x = &quants[2 * vector..];
            for (dot, w) in dots.iter_mut().zip(pair_of(band.weights, group * band.pairs + pair)) {
                *dot += i32::from(w[0]) * i32::from(x[0]) + i32::from(w[1]) * i32::from(x[1]);
            }
        }
        for row in 0..ROWS {
            sums[row] += dots[row] as f32 * scales[row];
            if let Some(minima) = band.minima.get(group) {
                sums[row] += minima[row] * x.block_sums[group][vector];
            }
        }
    }
    sums.map(|sum| sum * x.scales[vector])
}

/// See [`super::widen`].
pub(super) fn widen(weights: Weights<'_>, wide: &mut [i16]) {
    for (i, out) in wide.chunks_exact_mut(2 * ROWS).enumerate() {
        out.copy_from_slice(pair_of(weights, i).as_flattened());
    }
}

/// See [`super::open`].
pub(super) fn open(nibbles: &[u8], sevens: &mut [u8]) {
    for (packed, out) in nibbles.chunks_exact(2 * ROWS).zip(sevens.chunks_exact_mut(4 * ROWS)) {
        let (first, second) = out.split_at_mut(2 * ROWS);
        for ((byte, low), high) in packed.iter().zip(first).zip(second) {
            (*low, *high) = (byte & 15, byte >> 4);
        }
    }
}

/// The two weights of each row in the `index`-th two columns.
#[inline]
pub(super) fn pair_of(weights: Weights<'_>, index: usize) -> [[i16; 2]; ROWS] {
    let at = |bytes: &[u8], sixteenth: usize| -> [[u8; 2]; ROWS] {
        let bytes = &bytes[sixteenth * 2 * ROWS..][..2 * ROWS];
        std::array::from_fn(|row| [bytes[2 * row], bytes[2 * row + 1]])
    };
    let half = index % 2;
    match weights {
        Weights::Nibbles(bytes) => {
            let quads = &bytes[index / 2 * 2 * ROWS..][..2 * ROWS];
            std::array::from_fn(|row| {
                let (first, shift) = (4 * (row % 4) + 2 * half, row / 4 * 4);
                [quads[first], quads[first + 1]].map(|byte| i16::from(byte >> shift & 15))
            })
        }
        Weights::Sevens(bytes) => {
            let quads = &bytes[index / 2 * 4 * ROWS..][..4 * ROWS];
            std::array::from_fn(|row| [4 * row + 2 * half, 4 * row + 2 * half + 1].map(|at| i16::from(quads[at])))
        }
        Weights::Bytes(bytes) => at(bytes, index).map(|two| two.map(|byte| i16::from(byte.cast_signed()))),
        Weights::Wide(words) => {
            let words = &words[index * 2 * ROWS..][..2 * ROWS];
            std::array::from_fn(|row| [words[2 * row], words[2 * row + 1]])
        }
    }
}

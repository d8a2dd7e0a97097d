//! The inner loop in plain Rust: the reference of the tests, and the path of processors without a SIMD path.

use super::{Band, ROWS, Vector, Weights, checked_groups};

pub(super) fn tile<const V: usize>(band: Band<'_>, vectors: [Vector<'_>; V]) -> [[f32; ROWS]; V] {
    checked_groups(&band, &vectors, band.pairs);
    vectors.map(|x| product(&band, &x))
}

#[allow(clippy::cast_precision_loss, reason = "a group's integer sum becomes a float, as in every path")]
fn product(band: &Band<'_>, x: &Vector<'_>) -> [f32; ROWS] {
    let mut sums = [0.0; ROWS];
    for (group, (scales, quants)) in band.scales.iter().zip(x.quants.chunks_exact(2 * band.pairs)).enumerate() {
        let mut dots = [0i32; ROWS];
        for (pair, x) in quants.chunks_exact(2).enumerate() {
            for (dot, w) in dots.iter_mut().zip(pair_of(band.weights, group * band.pairs + pair)) {
                *dot += i32::from(w[0]) * i32::from(x[0]) + i32::from(w[1]) * i32::from(x[1]);
            }
        }
        for row in 0..ROWS {
            sums[row] += dots[row] as f32 * scales[row];
            if let Some(minima) = band.minima.get(group) {
                sums[row] += minima[row] * x.block_sums[group];
            }
        }
    }
    sums.map(|sum| sum * x.scale)
}

/// See [`super::widen`].
pub(super) fn widen(weights: Weights<'_>, wide: &mut [i16]) {
    for (i, out) in wide.chunks_exact_mut(2 * ROWS).enumerate() {
        out.copy_from_slice(pair_of(weights, i).as_flattened());
    }
}

/// The two weights of each row in the `index`-th two columns.
#[inline]
pub(super) fn pair_of(weights: Weights<'_>, index: usize) -> [[i16; 2]; ROWS] {
    let at = |bytes: &[u8], sixteenth: usize| -> [[u8; 2]; ROWS] {
        let bytes = &bytes[sixteenth * 2 * ROWS..][..2 * ROWS];
        std::array::from_fn(|row| [bytes[2 * row], bytes[2 * row + 1]])
    };
    match weights {
        Weights::Nibbles(bytes) => {
            let shift = if index.is_multiple_of(2) { 0 } else { 4 };
            at(bytes, index / 2).map(|two| two.map(|byte| i16::from(byte >> shift & 15)))
        }
        Weights::Bytes(bytes) => at(bytes, index).map(|two| two.map(|byte| i16::from(byte.cast_signed()))),
        Weights::Wide(words) => {
            let words = &words[index * 2 * ROWS..][..2 * ROWS];
            std::array::from_fn(|row| [words[2 * row], words[2 * row + 1]])
        }
    }
}

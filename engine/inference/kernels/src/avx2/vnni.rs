//! Dot products of bytes, for processors that also have AVX-VNNI: the native twin of relaxed SIMD.

use std::arch::x86_64::*;

use super::{QUADS, Quads, add, ask_ahead, scaled};
use crate::{Band, PAIRS, ROWS, Tile, checked_groups};

/// Whether this processor can run [`products`].
#[inline]
pub fn available() -> bool {
    std::arch::is_x86_feature_detected!("avxvnni") && super::available()
}

/// The products of a band with vectors of bytes.
#[target_feature(enable = "avx2,avxvnni")]
pub(in crate::avx2) fn products<S: Quads, const V: usize>(
    source: S,
    band: Band<'_>,
    x: Tile<'_, V>,
) -> [[f32; ROWS]; V] {
    let groups = checked_groups(&band, &x, PAIRS);
    assert!(x.bytes.len() == 2 * QUADS * V * groups);
    let mut sums = [_mm256_setzero_ps(); V];
    for group in 0..groups {
        if V == 1 {
            ask_ahead(source.place(group * QUADS), &band, group);
        }
        let mut dots = [[_mm256_setzero_si256(); 2]; V];
        for quad in group * QUADS..(group + 1) * QUADS {
            // SAFETY: `checked_groups` found as many groups in the weights.
            let [first, second] = unsafe { source.quad(quad) };
            let weights = _mm256_set_m128i(second, first);
            for (v, dots) in dots.iter_mut().enumerate() {
                for (byte, dot) in dots.iter_mut().enumerate() {
                    // SAFETY: the vectors were found to have two times four bytes for each quad.
                    let x = unsafe { x.bytes.as_ptr().add(2 * (V * quad + v) + byte).cast::<i32>().read_unaligned() };
                    *dot = _mm256_dpbusd_avx_epi32(*dot, weights, _mm256_set1_epi32(x));
                }
            }
        }
        let dots = dots.map(|[high, low]| _mm256_add_epi32(_mm256_slli_epi32::<8>(high), low));
        // SAFETY: `checked_groups` found as many groups.
        unsafe { add(&mut sums, dots, group, &band, &x) };
    }
    scaled(sums, x.scales)
}

//! The loop in WebAssembly SIMD (SIMD128). The whole crate is built with it; the page checks for it before loading.

use std::arch::wasm32::*;

use super::AT_ONCE;
use crate::index::vectors::quantise::LANES;

/// See [`super::dots`].
#[inline]
pub fn dots(query: &[i16], rows: [&[i8]; AT_ONCE]) -> [i32; AT_ONCE] {
    let mut sums = [i32x4_splat(0); AT_ONCE];
    let mut at = 0;
    while at < query.len() {
        // SAFETY: the caller has checked that the query and every row have the same length, a multiple of 16, and `at` is a
        // smaller one.
        unsafe {
            let low = v128_load(query.as_ptr().add(at).cast());
            let high = v128_load(query.as_ptr().add(at + LANES / 2).cast());
            for (sum, row) in sums.iter_mut().zip(&rows) {
                let row = row.as_ptr().add(at);
                let first = i32x4_dot_i16x8(i16x8_load_extend_i8x8(row), low);
                let second = i32x4_dot_i16x8(i16x8_load_extend_i8x8(row.add(LANES / 2)), high);
                *sum = i32x4_add(*sum, i32x4_add(first, second));
            }
        }
        at += LANES;
    }
    sums.map(|sum| {
        let halves = i32x4_add(sum, i32x4_shuffle::<2, 3, 0, 1>(sum, sum));
        i32x4_extract_lane::<0>(halves) + i32x4_extract_lane::<1>(halves)
    })
}

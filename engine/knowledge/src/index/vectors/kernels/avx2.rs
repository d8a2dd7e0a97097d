//! The loop in AVX2.

use std::arch::x86_64::*;

use super::AT_ONCE;
use crate::index::vectors::quantise::LANES;

/// Bytes that come from memory together.
const LINE: usize = 64;

/// Whether this processor can run [`dots`].
#[inline]
pub fn available() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
}

/// See [`super::dots`]; the processor must be [`available`].
#[inline]
pub fn dots(query: &[i16], rows: [&[i8]; AT_ONCE]) -> [i32; AT_ONCE] {
    // SAFETY: the caller asked `available`, and has checked the lengths.
    unsafe { dots_with_avx2(query, rows) }
}

/// # Safety
/// The query and every row must have the same length, a multiple of 16.
#[target_feature(enable = "avx2")]
unsafe fn dots_with_avx2(query: &[i16], rows: [&[i8]; AT_ONCE]) -> [i32; AT_ONCE] {
    let mut sums = [_mm256_setzero_si256(); AT_ONCE];
    for at in (0..query.len()).step_by(LANES) {
        // SAFETY: 16 components lie at `at`, here and in every row: the caller's promise.
        unsafe {
            let query = _mm256_loadu_si256(query.as_ptr().add(at).cast());
            for (sum, row) in sums.iter_mut().zip(&rows) {
                let row = _mm256_cvtepi8_epi16(_mm_loadu_si128(row.as_ptr().add(at).cast()));
                *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(row, query));
            }
        }
    }
    let [a, b, c, d] = sums;
    // Of each half, one sum per row.
    let both = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
    let whole = _mm_add_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256::<1>(both));
    let mut out = [0; AT_ONCE];
    // SAFETY: four sums are one vector.
    unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), whole) };
    out
}

/// Asks for the row's lines of memory.
#[inline]
pub fn prefetch(row: &[i8]) {
    for line in row.chunks(LINE) {
        // SAFETY: every x86-64 processor has it, and it reads nothing.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr()) }
    }
}

//! The inner loop for x86-64 processors with AVX2 and FMA, chosen at run time.

use std::arch::x86_64::*;

use super::{Packing, Row};
use crate::format::block::BLOCK;

/// Whether this processor can run [`tile`].
#[inline]
pub(super) fn available() -> bool {
    std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma")
}

/// See [`super::tile`]. Call only where [`available`].
#[inline]
pub(super) fn tile<const R: usize, const V: usize>(
    packing: Packing,
    rows: [Row<'_>; R],
    vectors: [&[i16]; V],
) -> [[f32; V]; R] {
    // SAFETY: the callers have asked `available`.
    unsafe {
        match packing {
            Packing::Nibbles => nibbles(rows, vectors),
            Packing::Bytes => bytes(rows, vectors),
        }
    }
}

#[target_feature(enable = "avx2,fma")]
fn nibbles<const R: usize, const V: usize>(rows: [Row<'_>; R], vectors: [&[i16]; V]) -> [[f32; V]; R] {
    let blocks = rows[0].scales.len();
    assert!(rows.iter().all(|row| row.fits(blocks, 16)) && vectors.iter().all(|x| x.len() == blocks * BLOCK));
    let low_half = _mm_set1_epi8(0x0F);
    let mut sums = [[_mm256_setzero_ps(); V]; R];
    for block in 0..blocks {
        for (row, sums) in rows.iter().zip(&mut sums) {
            // SAFETY: the row has `blocks` blocks of 16 bytes, checked above.
            let packed = unsafe { _mm_loadu_si128(row.quants.as_ptr().add(block * 16).cast()) };
            let low = _mm256_cvtepu8_epi16(_mm_and_si128(packed, low_half));
            let high = _mm256_cvtepu8_epi16(_mm_and_si128(_mm_srli_epi16::<4>(packed), low_half));
            // SAFETY: the row has `blocks` scales, checked above.
            let scale = _mm256_set1_ps(unsafe { *row.scales.get_unchecked(block) });
            add_block(sums, &vectors, block, [low, high], scale);
        }
    }
    sums.map(|row| row.map(|lanes| total(lanes)))
}

#[target_feature(enable = "avx2,fma")]
fn bytes<const R: usize, const V: usize>(rows: [Row<'_>; R], vectors: [&[i16]; V]) -> [[f32; V]; R] {
    let blocks = rows[0].scales.len();
    assert!(rows.iter().all(|row| row.fits(blocks, 32)) && vectors.iter().all(|x| x.len() == blocks * BLOCK));
    let mut sums = [[_mm256_setzero_ps(); V]; R];
    for block in 0..blocks {
        for (row, sums) in rows.iter().zip(&mut sums) {
            // SAFETY: the row has `blocks` blocks of 32 bytes, checked above.
            let (first, second) = unsafe {
                let at = row.quants.as_ptr().add(block * 32);
                (_mm_loadu_si128(at.cast()), _mm_loadu_si128(at.add(16).cast()))
            };
            let weights = [_mm256_cvtepi8_epi16(first), _mm256_cvtepi8_epi16(second)];
            // SAFETY: the row has `blocks` scales, checked above.
            let scale = _mm256_set1_ps(unsafe { *row.scales.get_unchecked(block) });
            add_block(sums, &vectors, block, weights, scale);
        }
    }
    sums.map(|row| row.map(|lanes| total(lanes)))
}

/// `sums += scale * (weights . x)` for one block; the callers have checked that every vector has that block.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn add_block<const V: usize>(
    sums: &mut [__m256; V],
    vectors: &[&[i16]; V],
    block: usize,
    weights: [__m256i; 2],
    scale: __m256,
) {
    for (sum, vector) in sums.iter_mut().zip(vectors) {
        // SAFETY: `vector` has at least `(block + 1) * 32` values of 2 bytes, checked by the callers.
        let (first, second) = unsafe {
            let at = vector.as_ptr().add(block * BLOCK).cast::<__m256i>();
            (_mm256_loadu_si256(at), _mm256_loadu_si256(at.add(1)))
        };
        let product = _mm256_add_epi32(_mm256_madd_epi16(weights[0], first), _mm256_madd_epi16(weights[1], second));
        *sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(product), scale, *sum);
    }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn total(lanes: __m256) -> f32 {
    let halves = _mm_add_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps::<1>(lanes));
    let pairs = _mm_add_ps(halves, _mm_movehl_ps(halves, halves));
    _mm_cvtss_f32(_mm_add_ss(pairs, _mm_shuffle_ps::<1>(pairs, pairs)))
}

//! The inner loop in WebAssembly SIMD (SIMD128). The whole crate is built with it; the page checks for it before loading.

use std::arch::wasm32::*;

use super::{Packing, Row};
use crate::format::block::BLOCK;

#[inline(always)]
pub(super) fn tile<const R: usize, const V: usize>(
    packing: Packing,
    rows: [Row<'_>; R],
    vectors: [&[i16]; V],
) -> [[f32; V]; R] {
    match packing {
        Packing::Nibbles => nibbles(rows, vectors),
        Packing::Bytes => bytes(rows, vectors),
    }
}

fn nibbles<const R: usize, const V: usize>(rows: [Row<'_>; R], vectors: [&[i16]; V]) -> [[f32; V]; R] {
    let blocks = rows[0].scales.len();
    assert!(rows.iter().all(|row| row.fits(blocks, 16)) && vectors.iter().all(|x| x.len() == blocks * BLOCK));
    let low_half = u8x16_splat(0x0F);
    let mut sums = [[f32x4_splat(0.0); V]; R];
    for block in 0..blocks {
        for (row, sums) in rows.iter().zip(&mut sums) {
            // SAFETY: the row has `blocks` blocks of 16 bytes, checked above.
            let packed = unsafe { v128_load(row.quants.as_ptr().add(block * 16).cast()) };
            let low = v128_and(packed, low_half);
            let high = u8x16_shr(packed, 4);
            let weights = [
                u16x8_extend_low_u8x16(low),
                u16x8_extend_high_u8x16(low),
                u16x8_extend_low_u8x16(high),
                u16x8_extend_high_u8x16(high),
            ];
            // SAFETY: the row has `blocks` scales, checked above.
            let scale = f32x4_splat(unsafe { *row.scales.get_unchecked(block) });
            add_block(sums, &vectors, block, weights, scale);
        }
    }
    sums.map(|row| row.map(total))
}

fn bytes<const R: usize, const V: usize>(rows: [Row<'_>; R], vectors: [&[i16]; V]) -> [[f32; V]; R] {
    let blocks = rows[0].scales.len();
    assert!(rows.iter().all(|row| row.fits(blocks, 32)) && vectors.iter().all(|x| x.len() == blocks * BLOCK));
    let mut sums = [[f32x4_splat(0.0); V]; R];
    for block in 0..blocks {
        for (row, sums) in rows.iter().zip(&mut sums) {
            // SAFETY: the row has `blocks` blocks of 32 bytes, checked above.
            let (first, second) = unsafe {
                let at = row.quants.as_ptr().add(block * 32);
                (v128_load(at.cast()), v128_load(at.add(16).cast()))
            };
            let weights = [
                i16x8_extend_low_i8x16(first),
                i16x8_extend_high_i8x16(first),
                i16x8_extend_low_i8x16(second),
                i16x8_extend_high_i8x16(second),
            ];
            // SAFETY: the row has `blocks` scales, checked above.
            let scale = f32x4_splat(unsafe { *row.scales.get_unchecked(block) });
            add_block(sums, &vectors, block, weights, scale);
        }
    }
    sums.map(|row| row.map(total))
}

/// `sums += scale * (weights . x)` for one block; the callers have checked that every vector has that block.
#[inline(always)]
fn add_block<const V: usize>(
    sums: &mut [v128; V],
    vectors: &[&[i16]; V],
    block: usize,
    weights: [v128; 4],
    scale: v128,
) {
    for (sum, vector) in sums.iter_mut().zip(vectors) {
        // SAFETY: `vector` has at least `(block + 1) * 32` values of 2 bytes, checked by the callers.
        let x = unsafe {
            let at = vector.as_ptr().add(block * BLOCK).cast::<v128>();
            [v128_load(at), v128_load(at.add(1)), v128_load(at.add(2)), v128_load(at.add(3))]
        };
        let first = i32x4_add(i32x4_dot_i16x8(weights[0], x[0]), i32x4_dot_i16x8(weights[1], x[1]));
        let second = i32x4_add(i32x4_dot_i16x8(weights[2], x[2]), i32x4_dot_i16x8(weights[3], x[3]));
        let product = f32x4_convert_i32x4(i32x4_add(first, second));
        *sum = f32x4_add(*sum, f32x4_mul(product, scale));
    }
}

#[inline(always)]
fn total(lanes: v128) -> f32 {
    (f32x4_extract_lane::<0>(lanes) + f32x4_extract_lane::<1>(lanes))
        + (f32x4_extract_lane::<2>(lanes) + f32x4_extract_lane::<3>(lanes))
}

//! Weights in quads: widened to 16 bits, against 16-bit vectors.

use std::arch::wasm32::*;

use super::pairs::put_wide;
use crate::{PAIRS, ROWS};
#[cfg(not(feature = "relaxed-simd"))]
use {
    super::Sums,
    crate::{Band, Tile, checked_groups},
};

/// Quads of a group.
pub const QUADS: usize = PAIRS / 2;

/// Reads weights as bytes from 0 to 127.
pub trait Quads: Copy {
    /// The next four columns, four weights of each of rows 0 to 3, and of rows 4 to 7.
    ///
    /// # Safety
    /// There must be such weights.
    unsafe fn next(&mut self) -> [v128; 2];
}

#[derive(Clone, Copy)]
pub struct Nibbles(pub *const u8);

impl Quads for Nibbles {
    #[inline(always)]
    unsafe fn next(&mut self) -> [v128; 2] {
        // SAFETY: 16 bytes hold a quad; that they are there is the caller's promise.
        let packed = unsafe { v128_load(self.0.cast()) };
        self.0 = self.0.wrapping_add(16);
        // Not `u8x16_shr`: x86-64 has no such instruction, and V8 makes its own mask at each.
        [packed, u16x8_shr(packed, 4)].map(|halves| v128_and(halves, u8x16_splat(0x0F)))
    }
}

#[derive(Clone, Copy)]
pub struct Sevens(pub *const u8);

impl Quads for Sevens {
    #[inline(always)]
    unsafe fn next(&mut self) -> [v128; 2] {
        // SAFETY: 32 bytes hold a quad; that they are there is the caller's promise.
        let quad = unsafe { [v128_load(self.0.cast()), v128_load(self.0.add(16).cast())] };
        self.0 = self.0.wrapping_add(32);
        quad
    }
}

/// The products of a band with vectors. Each row has two lanes while a group is added up: its neighbours in a quad.
#[cfg(not(feature = "relaxed-simd"))]
pub fn products<S: Quads, const V: usize>(mut weights: S, band: Band<'_>, x: Tile<'_, V>) -> [[f32; ROWS]; V] {
    let groups = checked_groups(&band, &x, PAIRS);
    let mut quants = x.quants.as_ptr();
    let mut sums = Sums::zeros();
    for group in 0..groups {
        let mut halves = [[i32x4_splat(0); 4]; V];
        for _ in 0..QUADS {
            // SAFETY: `checked_groups` found as many groups in the weights.
            let [first, second] = unsafe { weights.next() };
            let weights = [
                u16x8_extend_low_u8x16(first),
                u16x8_extend_high_u8x16(first),
                u16x8_extend_low_u8x16(second),
                u16x8_extend_high_u8x16(second),
            ];
            for (v, halves) in halves.iter_mut().enumerate() {
                // SAFETY: `checked_groups` found as many groups in the vectors.
                let x = unsafe {
                    let first = quants.add(2 * v);
                    if V == 1 {
                        v128_load64_splat(first.cast())
                    } else {
                        let second = v128_load32_splat(first.add(2 * V).cast());
                        i32x4_shuffle::<0, 4, 0, 4>(v128_load32_splat(first.cast()), second)
                    }
                };
                for (half, weights) in halves.iter_mut().zip(weights) {
                    *half = i32x4_add(*half, i32x4_dot_i16x8(weights, x));
                }
            }
            quants = quants.wrapping_add(4 * V);
        }
        let together =
            |one, other| i32x4_add(i32x4_shuffle::<0, 2, 4, 6>(one, other), i32x4_shuffle::<1, 3, 5, 7>(one, other));
        let dots = halves.map(|[a, b, c, d]| [together(a, b), together(c, d)]);
        // SAFETY: `checked_groups` found as many groups.
        unsafe { sums.add(dots, group, &band, || x.block_sums[group]) };
    }
    sums.scaled(x.scales)
}

pub fn write_wide(mut source: impl Quads, wide: &mut [i16]) {
    // The first two columns of each row, and behind them the last two.
    let apart = |quad| i8x16_shuffle::<0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15>(quad, quad);
    for out in wide.chunks_exact_mut(4 * ROWS) {
        // SAFETY: the caller has checked that the weights are as many as `wide`.
        let [first, second] = unsafe { source.next() }.map(apart);
        let (pair, next) = out.split_at_mut(2 * ROWS);
        put_wide([u16x8_extend_low_u8x16(first), u16x8_extend_low_u8x16(second)], pair);
        put_wide([u16x8_extend_high_u8x16(first), u16x8_extend_high_u8x16(second)], next);
    }
}

//! Weights in pairs, widened to 16 bits, against 16-bit vectors.

use std::arch::wasm32::*;

use super::{Lanes, Sums};
use crate::{Band, ROWS, Tile, checked_groups};

/// Reads weights as 16-bit lanes.
pub trait Pairs: Copy {
    /// The next two columns, two weights of each of rows 0 to 3, and of rows 4 to 7.
    ///
    /// # Safety
    /// There must be such weights.
    unsafe fn next(&mut self) -> Lanes;
}

#[derive(Clone, Copy)]
pub struct Bytes(pub *const u8);

impl Pairs for Bytes {
    #[inline(always)]
    unsafe fn next(&mut self) -> Lanes {
        // SAFETY: 16 bytes hold a pair; that they are there is the caller's promise.
        let lanes = unsafe { [i16x8_load_extend_i8x8(self.0.cast()), i16x8_load_extend_i8x8(self.0.add(8).cast())] };
        self.0 = self.0.wrapping_add(16);
        lanes
    }
}

#[derive(Clone, Copy)]
pub struct Wide(pub *const i16);

impl Pairs for Wide {
    #[inline(always)]
    unsafe fn next(&mut self) -> Lanes {
        // SAFETY: 16 words hold a pair; that they are there is the caller's promise.
        let lanes = unsafe { [v128_load(self.0.cast()), v128_load(self.0.add(8).cast())] };
        self.0 = self.0.wrapping_add(2 * ROWS);
        lanes
    }
}

pub fn products<S: Pairs, const V: usize, const P: usize>(
    mut weights: S,
    band: Band<'_>,
    x: Tile<'_, V>,
) -> [[f32; ROWS]; V] {
    let groups = checked_groups(&band, &x, P);
    let mut quants = x.quants.as_ptr();
    let mut sums = Sums::zeros();
    // One vector leaves so little to do that two pairs are better than one; how often, the compiler must not know, else it
    // writes out the loop, loads everything first and runs out of registers.
    let (times, at_once) = if V == 1 { (std::hint::black_box(P / 2), 2) } else { (P, 1) };
    for group in 0..groups {
        let mut dots = [[i32x4_splat(0); 2]; V];
        for _ in 0..times {
            for _ in 0..at_once {
                // SAFETY: `checked_groups` found as many groups in the weights.
                let weights = unsafe { weights.next() };
                for (v, dots) in dots.iter_mut().enumerate() {
                    // SAFETY: `checked_groups` found as many groups in the vectors.
                    let x = unsafe { v128_load32_splat(quants.add(2 * v).cast()) };
                    for (dot, weights) in dots.iter_mut().zip(weights) {
                        *dot = i32x4_add(*dot, i32x4_dot_i16x8(weights, x));
                    }
                }
                quants = quants.wrapping_add(2 * V);
            }
        }
        // SAFETY: `checked_groups` found as many groups.
        unsafe { sums.add(dots, group, &band, || x.block_sums[group]) };
    }
    sums.scaled(x.scales)
}

pub fn write_wide(mut source: impl Pairs, wide: &mut [i16]) {
    for out in wide.chunks_exact_mut(2 * ROWS) {
        // SAFETY: the caller has checked that the weights are as many as `wide`.
        put_wide(unsafe { source.next() }, out);
    }
}

/// Writes a pair; `out` must have 16 words.
#[inline(always)]
pub fn put_wide([first, second]: Lanes, out: &mut [i16]) {
    debug_assert_eq!(out.len(), 2 * ROWS);
    // SAFETY: there are 16 words.
    unsafe {
        v128_store(out.as_mut_ptr().cast(), first);
        v128_store(out.as_mut_ptr().add(8).cast(), second);
    }
}

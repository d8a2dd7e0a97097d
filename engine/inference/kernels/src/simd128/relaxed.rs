//! Weights in quads against vectors of bytes, in relaxed SIMD (WebAssembly 3.0): one instruction multiplies and adds up
//! sixteen bytes on processors with dot products of bytes (AVX-VNNI, Arm's `sdot`). The page loads this build where they are
//! faster.
//!
//! Nothing is relaxed about the result: the second factor is at most 127, so processors do not differ in how they read it,
//! and two products of at most `127 * 128` fit the 16 bits that some add them up in.

use std::arch::wasm32::*;

use super::quads::{QUADS, Quads};
use super::{Lanes, Sums};
use crate::{Band, PAIRS, ROWS, Tile, checked_groups};

/// Vectors computed together: their sums, high and low, take 8 of the 16 registers that x86-64 has.
const AT_ONCE: usize = 2;

/// The products of a band with vectors.
pub fn products<S: Quads, const V: usize>(weights: S, band: Band<'_>, x: Tile<'_, V>) -> [[f32; ROWS]; V] {
    let groups = checked_groups(&band, &x, PAIRS);
    assert!(x.bytes.len() == 2 * QUADS * V * groups);
    let mut products = [[0.0; ROWS]; V];
    for (index, products) in products.chunks_mut(AT_ONCE).enumerate() {
        // SAFETY: the weights have as many groups, and the vectors bytes for them.
        unsafe {
            if products.len() == AT_ONCE {
                products.copy_from_slice(&some::<S, AT_ONCE, V>(weights, &band, &x, index * AT_ONCE));
            } else {
                products.copy_from_slice(&some::<S, 1, V>(weights, &band, &x, index * AT_ONCE));
            }
        }
    }
    products
}

/// The products with `N` vectors of a tile, from `first` on.
///
/// # Safety
/// The weights must have as many groups as the band has scales, and the tile bytes for them.
#[inline(never)]
#[target_feature(enable = "relaxed-simd")]
unsafe fn some<S: Quads, const N: usize, const V: usize>(
    mut weights: S,
    band: &Band<'_>,
    x: &Tile<'_, V>,
    first: usize,
) -> [[f32; ROWS]; N] {
    let mut bytes = x.bytes.as_ptr().wrapping_add(2 * first);
    let mut sums = Sums::zeros();
    // A number that the compiler does not know: else it writes out the loop, loads everything first and runs out of registers.
    let quads = std::hint::black_box(QUADS);
    for group in 0..band.scales.len() {
        let (mut high, mut low): ([Lanes; N], [Lanes; N]) = ([[i32x4_splat(0); 2]; N], [[i32x4_splat(0); 2]; N]);
        for _ in 0..quads {
            // SAFETY: the weights and the bytes are there.
            let (weights, x): ([v128; 2], [[v128; 2]; N]) = unsafe {
                let four = |at| v128_load32_splat(bytes.add(at).cast());
                (weights.next(), std::array::from_fn(|v| [four(2 * v), four(2 * v + 1)]))
            };
            for v in 0..N {
                for half in 0..2 {
                    high[v][half] = i32x4_relaxed_dot_i8x16_i7x16_add(x[v][0], weights[half], high[v][half]);
                    low[v][half] = i32x4_relaxed_dot_i8x16_i7x16_add(x[v][1], weights[half], low[v][half]);
                }
            }
            bytes = bytes.wrapping_add(2 * V);
        }
        let dots = std::array::from_fn(|v| [0, 1].map(|half| i32x4_add(i32x4_shl(high[v][half], 8), low[v][half])));
        // SAFETY: the band has the group.
        unsafe { sums.add(dots, group, band, || std::array::from_fn(|v| x.block_sums[group][first + v])) };
    }
    sums.scaled(std::array::from_fn(|v| x.scales[first + v]))
}

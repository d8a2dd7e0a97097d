//! The inner loops in WebAssembly SIMD (SIMD128). The whole crate is built with it; the page checks for it before loading.

mod pairs;
mod quads;
#[cfg(feature = "relaxed-simd")]
mod relaxed;

use std::arch::wasm32::*;

use super::{Band, ROWS, Tile, Weights};
use pairs::{Bytes, Wide};
#[cfg(not(feature = "relaxed-simd"))]
use quads::products as products_of_quads;
use quads::{Nibbles, Quads, Sevens};
#[cfg(feature = "relaxed-simd")]
use relaxed::products as products_of_quads;

/// See [`super::products_of_groups`].
#[inline]
pub(super) fn products<const V: usize, const P: usize>(band: Band<'_>, x: Tile<'_, V>) -> [[f32; ROWS]; V] {
    match band.weights {
        Weights::Nibbles(bytes) => products_of_quads(Nibbles(bytes.as_ptr()), band, x),
        Weights::Sevens(bytes) => products_of_quads(Sevens(bytes.as_ptr()), band, x),
        Weights::Bytes(bytes) => pairs::products::<_, V, P>(Bytes(bytes.as_ptr()), band, x),
        Weights::Wide(words) => pairs::products::<_, V, P>(Wide(words.as_ptr()), band, x),
    }
}

/// See [`super::widen`].
pub(super) fn widen(weights: Weights<'_>, wide: &mut [i16]) {
    match weights {
        Weights::Nibbles(bytes) => quads::write_wide(Nibbles(bytes.as_ptr()), wide),
        Weights::Sevens(bytes) => quads::write_wide(Sevens(bytes.as_ptr()), wide),
        Weights::Bytes(bytes) => pairs::write_wide(Bytes(bytes.as_ptr()), wide),
        Weights::Wide(words) => wide.copy_from_slice(words),
    }
}

/// See [`super::open`].
pub(super) fn open(nibbles: &[u8], sevens: &mut [u8]) {
    let mut source = Nibbles(nibbles.as_ptr());
    for out in sevens.chunks_exact_mut(4 * ROWS) {
        // SAFETY: the caller has checked that the nibbles are as many as `sevens`; `out` has 32 bytes.
        unsafe {
            let [first, second] = source.next();
            v128_store(out.as_mut_ptr().cast(), first);
            v128_store(out.as_mut_ptr().add(16).cast(), second);
        }
    }
}

/// Of each row, 32 bits: rows 0 to 3 and rows 4 to 7.
type Lanes = [v128; 2];

/// What a tile adds up, in the order of [`super::scalar`].
struct Sums<const V: usize>([Lanes; V]);

impl<const V: usize> Sums<V> {
    #[inline(always)]
    fn zeros() -> Self {
        Self([[f32x4_splat(0.0); 2]; V])
    }

    /// Adds the products of a group, given its integer dot products and how to get the vectors' sums for it.
    ///
    /// # Safety
    /// The band must have that group.
    #[inline(always)]
    unsafe fn add(&mut self, dots: [Lanes; V], group: usize, band: &Band<'_>, block_sums: impl FnOnce() -> [f32; V]) {
        // SAFETY: the band has the group.
        let scales = lanes(unsafe { band.scales.get_unchecked(group) });
        for (sums, dots) in self.0.iter_mut().zip(dots) {
            for i in 0..2 {
                sums[i] = f32x4_add(sums[i], f32x4_mul(f32x4_convert_i32x4(dots[i]), scales[i]));
            }
        }
        if let Some(minima) = band.minima.get(group) {
            let minima = lanes(minima);
            for (sums, block_sum) in self.0.iter_mut().zip(block_sums()) {
                for i in 0..2 {
                    sums[i] = f32x4_add(sums[i], f32x4_mul(minima[i], f32x4_splat(block_sum)));
                }
            }
        }
    }

    #[inline(always)]
    fn scaled(self, scales: [f32; V]) -> [[f32; ROWS]; V] {
        std::array::from_fn(|v| {
            let mut product = [0.0; ROWS];
            for (out, sum) in product.chunks_exact_mut(4).zip(self.0[v]) {
                // SAFETY: `out` has four floats.
                unsafe { v128_store(out.as_mut_ptr().cast(), f32x4_mul(sum, f32x4_splat(scales[v]))) };
            }
            product
        })
    }
}

#[inline(always)]
fn lanes(values: &[f32; ROWS]) -> Lanes {
    // SAFETY: eight floats are two vectors.
    unsafe { [v128_load(values.as_ptr().cast()), v128_load(values.as_ptr().add(4).cast())] }
}

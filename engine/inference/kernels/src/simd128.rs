//! The inner loop in WebAssembly SIMD (SIMD128). The whole crate is built with it; the page checks for it before loading.

use std::arch::wasm32::*;

use super::{Band, ROWS, Vector, Weights, checked_groups};

/// See [`super::tile_of_groups`].
#[inline]
pub(super) fn tile<const V: usize, const P: usize>(band: Band<'_>, vectors: [Vector<'_>; V]) -> [[f32; ROWS]; V] {
    match band.weights {
        Weights::Nibbles(bytes) => products::<_, V, P>(Nibbles(bytes.as_ptr()), band, vectors),
        Weights::Bytes(bytes) => products::<_, V, P>(Bytes(bytes.as_ptr()), band, vectors),
        Weights::Wide(words) => products::<_, V, P>(Wide(words.as_ptr()), band, vectors),
    }
}

/// See [`super::widen`].
pub(super) fn widen(weights: Weights<'_>, wide: &mut [i16]) {
    match weights {
        Weights::Nibbles(bytes) => write_wide(Nibbles(bytes.as_ptr()), wide),
        Weights::Bytes(bytes) => write_wide(Bytes(bytes.as_ptr()), wide),
        Weights::Wide(words) => wide.copy_from_slice(words),
    }
}

/// Reads weights as 16-bit lanes.
trait Source: Copy {
    /// The `index`-th two columns, two weights of each of rows 0 to 3, and of rows 4 to 7.
    ///
    /// # Safety
    /// The weights must hold those columns.
    unsafe fn pair(self, index: usize) -> [v128; 2];
}

#[derive(Clone, Copy)]
struct Nibbles(*const u8);

impl Source for Nibbles {
    #[inline(always)]
    unsafe fn pair(self, index: usize) -> [v128; 2] {
        // SAFETY: 16 bytes hold two pairs; that they are there is the caller's promise.
        let packed = unsafe { v128_load(self.0.add(index / 2 * 16).cast()) };
        let bytes = if index.is_multiple_of(2) { v128_and(packed, u8x16_splat(0x0F)) } else { u8x16_shr(packed, 4) };
        [u16x8_extend_low_u8x16(bytes), u16x8_extend_high_u8x16(bytes)]
    }
}

#[derive(Clone, Copy)]
struct Bytes(*const u8);

impl Source for Bytes {
    #[inline(always)]
    unsafe fn pair(self, index: usize) -> [v128; 2] {
        // SAFETY: 16 bytes hold a pair; that they are there is the caller's promise.
        let bytes = unsafe { v128_load(self.0.add(index * 16).cast()) };
        [i16x8_extend_low_i8x16(bytes), i16x8_extend_high_i8x16(bytes)]
    }
}

#[derive(Clone, Copy)]
struct Wide(*const i16);

impl Source for Wide {
    #[inline(always)]
    unsafe fn pair(self, index: usize) -> [v128; 2] {
        // SAFETY: 16 words hold a pair; that they are there is the caller's promise.
        unsafe {
            let at = self.0.add(index * 2 * ROWS).cast::<v128>();
            [v128_load(at), v128_load(at.add(1))]
        }
    }
}

/// Rows 0 to 3 and rows 4 to 7.
type Lanes = [v128; 2];

fn products<S: Source, const V: usize, const P: usize>(
    source: S,
    band: Band<'_>,
    vectors: [Vector<'_>; V],
) -> [[f32; ROWS]; V] {
    let groups = checked_groups(&band, &vectors, P);
    let mut sums = [[f32x4_splat(0.0); 2]; V];
    for group in 0..groups {
        let mut dots = [[i32x4_splat(0); 2]; V];
        for pair in 0..P {
            // SAFETY: `checked_groups` found as many groups in the weights.
            let weights = unsafe { source.pair(group * P + pair) };
            for (dots, x) in dots.iter_mut().zip(&vectors) {
                // SAFETY: `checked_groups` found as many groups in the vector.
                let x = unsafe { v128_load32_splat(x.quants.as_ptr().add(2 * (group * P + pair)).cast()) };
                for (dot, weights) in dots.iter_mut().zip(weights) {
                    *dot = i32x4_add(*dot, i32x4_dot_i16x8(weights, x));
                }
            }
        }
        // SAFETY: `checked_groups` found `groups` scales.
        let scales = lanes(unsafe { band.scales.get_unchecked(group) });
        for (sums, dots) in sums.iter_mut().zip(dots) {
            for i in 0..2 {
                sums[i] = f32x4_add(sums[i], f32x4_mul(f32x4_convert_i32x4(dots[i]), scales[i]));
            }
        }
        if let Some(minima) = band.minima.get(group) {
            let minima = lanes(minima);
            for (sums, x) in sums.iter_mut().zip(&vectors) {
                // SAFETY: `checked_groups` found `groups` sums.
                let block_sum = f32x4_splat(unsafe { *x.block_sums.get_unchecked(group) });
                for i in 0..2 {
                    sums[i] = f32x4_add(sums[i], f32x4_mul(minima[i], block_sum));
                }
            }
        }
    }
    std::array::from_fn(|v| {
        let mut product = [0.0; ROWS];
        for (out, sum) in product.chunks_exact_mut(4).zip(sums[v]) {
            // SAFETY: `out` has four floats.
            unsafe { v128_store(out.as_mut_ptr().cast(), f32x4_mul(sum, f32x4_splat(vectors[v].scale))) };
        }
        product
    })
}

#[inline(always)]
fn lanes(values: &[f32; ROWS]) -> Lanes {
    // SAFETY: eight floats are two vectors.
    unsafe { [v128_load(values.as_ptr().cast()), v128_load(values.as_ptr().add(4).cast())] }
}

fn write_wide<S: Source>(source: S, wide: &mut [i16]) {
    for (index, out) in wide.chunks_exact_mut(2 * ROWS).enumerate() {
        // SAFETY: the caller has checked that the weights are as long as `wide`; `out` has 16 words.
        unsafe {
            let [first, second] = source.pair(index);
            v128_store(out.as_mut_ptr().cast(), first);
            v128_store(out.as_mut_ptr().add(8).cast(), second);
        }
    }
}

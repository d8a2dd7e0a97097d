//! The inner loop for x86-64 processors with AVX2, chosen at run time.

use std::arch::x86_64::*;

use super::{Band, ROWS, Vector, Weights, checked_groups};

/// Whether this processor can run [`tile`].
#[inline]
pub(super) fn available() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
}

/// See [`super::tile_of_groups`]. Call only where [`available`].
#[inline]
pub(super) fn tile<const V: usize, const P: usize>(band: Band<'_>, vectors: [Vector<'_>; V]) -> [[f32; ROWS]; V] {
    // SAFETY: the callers have asked `available`.
    unsafe {
        match band.weights {
            Weights::Nibbles(bytes) => products::<_, V, P>(Nibbles(bytes.as_ptr()), band, vectors),
            Weights::Bytes(bytes) => products::<_, V, P>(Bytes(bytes.as_ptr()), band, vectors),
            Weights::Wide(words) => products::<_, V, P>(Wide(words.as_ptr()), band, vectors),
        }
    }
}

/// Reads weights as 16-bit lanes.
trait Source: Copy {
    /// The `index`-th two columns, two weights of each row.
    ///
    /// # Safety
    /// The weights must hold those columns, and the processor must have AVX2.
    unsafe fn pair(self, index: usize) -> __m256i;

    /// Where those columns lie.
    fn place(self, index: usize) -> *const u8;
}

/// How far ahead of the weights in use others are asked for: a matrix is read once per token, faster than memory answers.
const AHEAD_BYTES: usize = 2_048;

#[derive(Clone, Copy)]
struct Nibbles(*const u8);

impl Source for Nibbles {
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn pair(self, index: usize) -> __m256i {
        // SAFETY: 16 bytes hold two pairs; that they are there is the caller's promise.
        let packed = unsafe { _mm_loadu_si128(self.0.add(index / 2 * 16).cast()) };
        let shifted = if index.is_multiple_of(2) { packed } else { _mm_srli_epi16::<4>(packed) };
        _mm256_cvtepu8_epi16(_mm_and_si128(shifted, _mm_set1_epi8(0x0F)))
    }

    fn place(self, index: usize) -> *const u8 {
        self.0.wrapping_add(index / 2 * 16)
    }
}

#[derive(Clone, Copy)]
struct Bytes(*const u8);

impl Source for Bytes {
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn pair(self, index: usize) -> __m256i {
        // SAFETY: 16 bytes hold a pair; that they are there is the caller's promise.
        _mm256_cvtepi8_epi16(unsafe { _mm_loadu_si128(self.0.add(index * 16).cast()) })
    }

    fn place(self, index: usize) -> *const u8 {
        self.0.wrapping_add(index * 16)
    }
}

#[derive(Clone, Copy)]
struct Wide(*const i16);

impl Source for Wide {
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn pair(self, index: usize) -> __m256i {
        // SAFETY: 16 words hold a pair; that they are there is the caller's promise.
        unsafe { _mm256_loadu_si256(self.0.add(index * 2 * ROWS).cast()) }
    }

    fn place(self, index: usize) -> *const u8 {
        self.0.wrapping_add(index * 2 * ROWS).cast()
    }
}

/// Asks for the line of memory [`AHEAD_BYTES`] behind `place`, which need not be anybody's.
#[inline]
fn prefetch(place: *const u8) {
    // SAFETY: every x86-64 processor has it, and it reads nothing.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(place.wrapping_add(AHEAD_BYTES).cast()) }
}

#[target_feature(enable = "avx2")]
fn products<S: Source, const V: usize, const P: usize>(
    source: S,
    band: Band<'_>,
    vectors: [Vector<'_>; V],
) -> [[f32; ROWS]; V] {
    let groups = checked_groups(&band, &vectors, P);
    let mut sums = [_mm256_setzero_ps(); V];
    for group in 0..groups {
        if V == 1 {
            prefetch(source.place(group * P));
            prefetch(source.place(group * P).wrapping_add(64));
            prefetch(band.scales.as_ptr().wrapping_add(group).cast());
            prefetch(band.minima.as_ptr().wrapping_add(group).cast());
        }
        let mut dots = [_mm256_setzero_si256(); V];
        for pair in 0..P {
            // SAFETY: `checked_groups` found as many groups in the weights.
            let weights = unsafe { source.pair(group * P + pair) };
            for (dot, x) in dots.iter_mut().zip(&vectors) {
                // SAFETY: `checked_groups` found as many groups in the vector.
                let x = unsafe { x.quants.as_ptr().add(2 * (group * P + pair)).cast::<i32>().read_unaligned() };
                *dot = _mm256_add_epi32(*dot, _mm256_madd_epi16(weights, _mm256_set1_epi32(x)));
            }
        }
        // SAFETY: `checked_groups` found `groups` scales.
        let scales = unsafe { _mm256_loadu_ps(band.scales.get_unchecked(group).as_ptr()) };
        for (sum, dot) in sums.iter_mut().zip(dots) {
            *sum = _mm256_add_ps(*sum, _mm256_mul_ps(_mm256_cvtepi32_ps(dot), scales));
        }
        if let Some(minima) = band.minima.get(group) {
            // SAFETY: eight floats are one vector.
            let minima = unsafe { _mm256_loadu_ps(minima.as_ptr()) };
            for (sum, x) in sums.iter_mut().zip(&vectors) {
                *sum = _mm256_add_ps(*sum, _mm256_mul_ps(minima, _mm256_set1_ps(x.block_sums[group])));
            }
        }
    }
    std::array::from_fn(|v| {
        let mut product = [0.0; ROWS];
        // SAFETY: `product` has eight floats.
        unsafe { _mm256_storeu_ps(product.as_mut_ptr(), _mm256_mul_ps(sums[v], _mm256_set1_ps(vectors[v].scale))) };
        product
    })
}

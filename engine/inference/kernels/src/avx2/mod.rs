//! The inner loop for x86-64 processors with AVX2, chosen at run time.

pub(super) mod vnni;

use std::arch::x86_64::*;

use super::{Band, PAIRS, ROWS, Tile, Weights, checked_groups};

/// Whether this processor can run [`tile`].
#[inline]
pub(super) fn available() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
}

/// See [`super::products_of_groups`]. Call only where [`available`].
#[inline]
pub(super) fn products<const V: usize, const P: usize>(band: Band<'_>, x: Tile<'_, V>) -> [[f32; ROWS]; V] {
    // SAFETY: the callers have asked `available`.
    unsafe {
        match band.weights {
            Weights::Nibbles(bytes) if vnni::available() => vnni::products(Nibbles(bytes.as_ptr()), band, x),
            Weights::Sevens(bytes) if vnni::available() => vnni::products(Sevens(bytes.as_ptr()), band, x),
            Weights::Nibbles(bytes) => products_of_quads(Nibbles(bytes.as_ptr()), band, x),
            Weights::Sevens(bytes) => products_of_quads(Sevens(bytes.as_ptr()), band, x),
            Weights::Bytes(bytes) => products_of_pairs::<_, V, P>(Bytes(bytes.as_ptr()), band, x),
            Weights::Wide(words) => products_of_pairs::<_, V, P>(Wide(words.as_ptr()), band, x),
        }
    }
}

/// Reads weights in pairs as 16-bit lanes.
trait Pairs: Copy {
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
struct Bytes(*const u8);

impl Pairs for Bytes {
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

impl Pairs for Wide {
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

/// Asks for what a later group needs, given where this one's weights lie.
#[inline]
fn ask_ahead(weights: *const u8, band: &Band<'_>, group: usize) {
    prefetch(weights);
    prefetch(weights.wrapping_add(64));
    prefetch(band.scales.as_ptr().wrapping_add(group).cast());
    prefetch(band.minima.as_ptr().wrapping_add(group).cast());
}

#[target_feature(enable = "avx2")]
fn products_of_pairs<S: Pairs, const V: usize, const P: usize>(
    source: S,
    band: Band<'_>,
    x: Tile<'_, V>,
) -> [[f32; ROWS]; V] {
    let groups = checked_groups(&band, &x, P);
    let mut sums = [_mm256_setzero_ps(); V];
    for group in 0..groups {
        if V == 1 {
            ask_ahead(source.place(group * P), &band, group);
        }
        let mut dots = [_mm256_setzero_si256(); V];
        for pair in 0..P {
            // SAFETY: `checked_groups` found as many groups in the weights.
            let weights = unsafe { source.pair(group * P + pair) };
            for (v, dot) in dots.iter_mut().enumerate() {
                // SAFETY: `checked_groups` found as many groups in the vectors.
                let x =
                    unsafe { x.quants.as_ptr().add(2 * (V * (group * P + pair) + v)).cast::<i32>().read_unaligned() };
                *dot = _mm256_add_epi32(*dot, _mm256_madd_epi16(weights, _mm256_set1_epi32(x)));
            }
        }
        // SAFETY: `checked_groups` found as many groups.
        unsafe { add(&mut sums, dots, group, &band, &x) };
    }
    scaled(sums, x.scales)
}

/// Quads of a group.
const QUADS: usize = PAIRS / 2;

/// Reads weights in quads as bytes from 0 to 127.
trait Quads: Copy {
    /// The `index`-th four columns, four weights of each of rows 0 to 3, and of rows 4 to 7.
    ///
    /// # Safety
    /// The weights must hold those columns.
    unsafe fn quad(self, index: usize) -> [__m128i; 2];

    /// Where those columns lie.
    fn place(self, index: usize) -> *const u8;
}

#[derive(Clone, Copy)]
struct Nibbles(*const u8);

impl Quads for Nibbles {
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn quad(self, index: usize) -> [__m128i; 2] {
        // SAFETY: 16 bytes hold a quad; that they are there is the caller's promise.
        let packed = unsafe { _mm_loadu_si128(self.place(index).cast()) };
        [packed, _mm_srli_epi16::<4>(packed)].map(|half| _mm_and_si128(half, _mm_set1_epi8(0x0F)))
    }

    fn place(self, index: usize) -> *const u8 {
        self.0.wrapping_add(index * 16)
    }
}

#[derive(Clone, Copy)]
struct Sevens(*const u8);

impl Quads for Sevens {
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn quad(self, index: usize) -> [__m128i; 2] {
        // SAFETY: 32 bytes hold a quad; that they are there is the caller's promise.
        unsafe {
            let at = self.place(index).cast::<__m128i>();
            [_mm_loadu_si128(at), _mm_loadu_si128(at.add(1))]
        }
    }

    fn place(self, index: usize) -> *const u8 {
        self.0.wrapping_add(index * 32)
    }
}

/// [`products`] of weights in quads. Each row has two lanes while a group is added up: its neighbours in a quad.
#[target_feature(enable = "avx2")]
fn products_of_quads<S: Quads, const V: usize>(source: S, band: Band<'_>, x: Tile<'_, V>) -> [[f32; ROWS]; V] {
    let groups = checked_groups(&band, &x, PAIRS);
    let mut sums = [_mm256_setzero_ps(); V];
    for group in 0..groups {
        if V == 1 {
            ask_ahead(source.place(group * QUADS), &band, group);
        }
        let mut halves = [[_mm256_setzero_si256(); 2]; V];
        for quad in group * QUADS..(group + 1) * QUADS {
            // SAFETY: `checked_groups` found as many groups in the weights.
            let weights = unsafe { source.quad(quad) }.map(|half| _mm256_cvtepu8_epi16(half));
            for (v, halves) in halves.iter_mut().enumerate() {
                // SAFETY: `checked_groups` found as many groups in the vectors.
                let [first, second] = [0, 1].map(|pair| unsafe {
                    x.quants.as_ptr().add(2 * (V * (2 * quad + pair) + v)).cast::<i32>().read_unaligned()
                });
                let x = _mm256_set1_epi64x(i64::from(second) << 32 | i64::from(first.cast_unsigned()));
                for (half, weights) in halves.iter_mut().zip(weights) {
                    *half = _mm256_add_epi32(*half, _mm256_madd_epi16(weights, x));
                }
            }
        }
        // Rows 0, 1, 4, 5 and 2, 3, 6, 7 until they are put in order.
        let dots = halves.map(|[one, other]| _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_hadd_epi32(one, other)));
        // SAFETY: `checked_groups` found as many groups.
        unsafe { add(&mut sums, dots, group, &band, &x) };
    }
    scaled(sums, x.scales)
}

/// Adds the products of a group, given its integer dot products.
///
/// # Safety
/// The band must have that group.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn add<const V: usize>(
    sums: &mut [__m256; V],
    dots: [__m256i; V],
    group: usize,
    band: &Band<'_>,
    x: &Tile<'_, V>,
) {
    // SAFETY: the band has the group.
    let scales = unsafe { _mm256_loadu_ps(band.scales.get_unchecked(group).as_ptr()) };
    for (sum, dot) in sums.iter_mut().zip(dots) {
        *sum = _mm256_add_ps(*sum, _mm256_mul_ps(_mm256_cvtepi32_ps(dot), scales));
    }
    if let Some(minima) = band.minima.get(group) {
        // SAFETY: eight floats are one vector.
        let minima = unsafe { _mm256_loadu_ps(minima.as_ptr()) };
        for (sum, block_sum) in sums.iter_mut().zip(&x.block_sums[group]) {
            *sum = _mm256_add_ps(*sum, _mm256_mul_ps(minima, _mm256_set1_ps(*block_sum)));
        }
    }
}

/// The sums, times the scales of their vectors.
#[inline]
#[target_feature(enable = "avx2")]
fn scaled<const V: usize>(sums: [__m256; V], scales: [f32; V]) -> [[f32; ROWS]; V] {
    std::array::from_fn(|v| {
        let mut product = [0.0; ROWS];
        // SAFETY: `product` has eight floats.
        unsafe { _mm256_storeu_ps(product.as_mut_ptr(), _mm256_mul_ps(sums[v], _mm256_set1_ps(scales[v]))) };
        product
    })
}

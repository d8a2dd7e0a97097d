//! Matrix products with weights that stay quantised in memory.
//!
//! `y = W x` for a [`PackedMatrix`] `W` of shape `[rows, columns]` and one or more vectors `x`. A row is made of groups of
//! 32 weights `d_b q + m_b` (16 without `m_b` in Q6_K); `x` is quantised to 16 bits with one scale `s` per vector
//! ([`Activations`]). Then
//!
//! ```text
//! y_r = s * sum_b ( d_b * dot(q_b, x_b) + m_b * sum(x_b) )
//!                         \_ integers, exact _/
//! ```
//!
//! [`TensorType`] and [`quants`] read the formats of ggml; [`team`] spreads a product over several threads.
//!
//! The dot products are the inner loop: [`simd128`] in a browser (with the feature `relaxed-simd` also its dot products of
//! bytes), [`avx2`] natively where the processor has it (with AVX-VNNI too), and [`scalar`] elsewhere and as the reference of the tests. All of
//! them work on a [`Band`] of eight rows whose weights lie side by side, so that SIMD lanes are rows. They give the same
//! bits: a group's dot product is a whole number, and floats are added up in one order. A vector's result does not depend
//! on what else is in the batch.

pub mod activations;
#[cfg(target_arch = "x86_64")]
mod avx2;
pub mod packed;
pub mod quants;
mod room;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
#[cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "the reference of the tests, which run natively"))]
mod scalar;
#[cfg(target_arch = "wasm32")]
mod simd128;
pub mod team;
pub mod tensor_type;

pub use activations::Activations;
pub use packed::PackedMatrix;
pub use room::make_room;
pub use team::Team;
pub use tensor_type::{BLOCK, TensorType};

use quants::HALF_BLOCK;
use thiserror::Error;

/// Why weights cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WeightsError {
    /// The bytes do not match the shape. Fetch the model again.
    #[error("the weights are damaged: {0}")]
    Damaged(String),
    /// The type or shape is none that the kernels have. Choose another model or quantisation.
    #[error("the weights cannot be used here: {0}")]
    Unsupported(String),
}

/// Rows of a band: two SIMD registers of 32-bit sums in WebAssembly, one with AVX2. They share the loads of `x`.
const ROWS: usize = 8;
/// Columns are taken two at a time, because the dot products of SIMD add up neighbours. Pairs of a group of 32.
const PAIRS: usize = BLOCK / 2;
/// Pairs of a group of 16.
const HALF_PAIRS: usize = HALF_BLOCK / 2;
/// Vectors computed together when there are many. They share the loads of the weights; with eight rows each, their sums
/// take 8 of the 16 registers that x86-64 has.
const VECTORS: usize = 4;

/// The weights of a band.
///
/// In pairs, those of the first two columns come first: two of row 0, two of row 1, and so on. In quads, those of the first
/// four columns: four of row 0, four of row 1, and so on.
#[derive(Debug, Clone, Copy)]
enum Weights<'a> {
    /// Four bits each, 0 to 15, in quads: rows 0 to 3 in the low halves of 16 bytes, rows 4 to 7 in their high halves.
    Nibbles(&'a [u8]),
    /// Signed bytes in pairs.
    Bytes(&'a [u8]),
    /// Whole numbers from 0 to 127 in quads.
    Sevens(&'a [u8]),
    /// Any of them, widened, in pairs.
    Wide(&'a [i16]),
}

impl Weights<'_> {
    const fn count(&self) -> usize {
        match self {
            Self::Nibbles(bytes) => bytes.len() * 2,
            Self::Bytes(bytes) | Self::Sevens(bytes) => bytes.len(),
            Self::Wide(words) => words.len(),
        }
    }
}

/// Eight rows of a matrix.
#[derive(Debug, Clone, Copy)]
struct Band<'a> {
    weights: Weights<'a>,
    /// Column pairs of a group: [`PAIRS`] or [`HALF_PAIRS`].
    pairs: usize,
    /// Of each group, one scale per row.
    scales: &'a [[f32; ROWS]],
    /// Of each group, one minimum per row; empty where the format has none. Only groups of [`PAIRS`] have minima.
    minima: &'a [[f32; ROWS]],
}

/// One vector or several that are multiplied together, quantised.
#[derive(Debug, Clone, Copy)]
struct Tile<'a, const V: usize> {
    /// Of each two columns, two quants of each vector.
    quants: &'a [i16],
    /// The same as bytes: of each four columns, of each vector its four high bytes and then its low ones. Empty where no
    /// kernel reads them.
    #[cfg_attr(
        not(any(target_arch = "x86_64", feature = "relaxed-simd")),
        allow(dead_code, reason = "there are no dot products of bytes")
    )]
    bytes: &'a [[i8; 4]],
    /// Of each block, the sum of each vector's quants: whole numbers below 2^20.
    block_sums: &'a [[f32; V]],
    scales: [f32; V],
}

/// Checks what inner loops for groups of `pairs` rely on to leave out checks of their own; returns the number of groups.
#[inline]
fn checked_groups<const V: usize>(band: &Band<'_>, x: &Tile<'_, V>, pairs: usize) -> usize {
    let groups = band.scales.len();
    assert!(band.pairs == pairs && band.weights.count() == groups * 2 * pairs * ROWS);
    assert!(x.quants.len() == groups * 2 * pairs * V);
    let has_sums = || pairs == PAIRS && x.block_sums.len() == groups;
    assert!(band.minima.is_empty() || band.minima.len() == groups && has_sums());
    groups
}

/// The products of a band with each of `V` vectors.
#[inline]
fn products<const V: usize>(band: Band<'_>, x: Tile<'_, V>) -> [[f32; ROWS]; V] {
    if band.pairs == HALF_PAIRS {
        products_of_groups::<V, HALF_PAIRS>(band, x)
    } else {
        products_of_groups::<V, PAIRS>(band, x)
    }
}

/// [`products`] for groups of `P` pairs, a number that the compiler knows.
#[inline]
fn products_of_groups<const V: usize, const P: usize>(band: Band<'_>, x: Tile<'_, V>) -> [[f32; ROWS]; V] {
    #[cfg(target_arch = "wasm32")]
    {
        simd128::products::<V, P>(band, x)
    }
    #[cfg(target_arch = "x86_64")]
    {
        if avx2::available() { avx2::products::<V, P>(band, x) } else { scalar::products(band, x) }
    }
    #[cfg(not(any(target_arch = "wasm32", target_arch = "x86_64")))]
    {
        scalar::products(band, x)
    }
}

/// Whether weights up to 127 are multiplied as bytes, with both bytes of a vector's quants.
#[inline]
fn byte_dots() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        avx2::vnni::available()
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        cfg!(all(target_arch = "wasm32", feature = "relaxed-simd"))
    }
}

/// Writes nibbles as [`Weights::Sevens`]; `sevens` must be twice as long.
#[inline]
fn open(nibbles: &[u8], sevens: &mut [u8]) {
    assert!(sevens.len() == 2 * nibbles.len());
    #[cfg(target_arch = "wasm32")]
    simd128::open(nibbles, sevens);
    #[cfg(not(target_arch = "wasm32"))]
    scalar::open(nibbles, sevens);
}

/// Writes the weights of a band as [`Weights::Wide`]; `wide` must be as long.
#[inline]
fn widen(weights: Weights<'_>, wide: &mut [i16]) {
    assert!(wide.len() == weights.count());
    #[cfg(target_arch = "wasm32")]
    simd128::widen(weights, wide);
    // Natively the compiler's own code is fast enough.
    #[cfg(not(target_arch = "wasm32"))]
    scalar::widen(weights, wide);
}

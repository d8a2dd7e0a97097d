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
//! The dot products are the inner loop: [`simd128`] in a browser, [`avx2`] natively where the processor has it, and
//! [`scalar`] elsewhere and as the reference of the tests. All of them work on a [`Band`] of eight rows whose weights lie
//! side by side, so that a SIMD lane is a row and nothing is ever added up across lanes. A vector's result does not depend
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

/// The weights of a band. Those of the first two columns come first: two of row 0, two of row 1, and so on.
#[derive(Debug, Clone, Copy)]
enum Weights<'a> {
    /// Four bits each, 0 to 15: two columns in the low halves of 16 bytes, the next two in their high halves.
    Nibbles(&'a [u8]),
    /// Signed bytes.
    Bytes(&'a [u8]),
    /// Either of them, widened.
    Wide(&'a [i16]),
}

impl Weights<'_> {
    const fn count(&self) -> usize {
        match self {
            Self::Nibbles(bytes) => bytes.len() * 2,
            Self::Bytes(bytes) => bytes.len(),
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

/// A quantised vector.
#[derive(Debug, Clone, Copy)]
struct Vector<'a> {
    quants: &'a [i16],
    /// Sum of the quants of each block: whole numbers below 2^20.
    block_sums: &'a [f32],
    scale: f32,
}

/// Checks what inner loops for groups of `pairs` rely on to leave out checks of their own; returns the number of groups.
#[inline]
fn checked_groups(band: &Band<'_>, vectors: &[Vector<'_>], pairs: usize) -> usize {
    let groups = band.scales.len();
    assert!(band.pairs == pairs && band.weights.count() == groups * 2 * pairs * ROWS);
    assert!(vectors.iter().all(|x| x.quants.len() == groups * 2 * pairs));
    let has_sums = || pairs == PAIRS && vectors.iter().all(|x| x.block_sums.len() == groups);
    assert!(band.minima.is_empty() || band.minima.len() == groups && has_sums());
    groups
}

/// The products of a band with each of `V` vectors.
#[inline]
fn tile<const V: usize>(band: Band<'_>, vectors: [Vector<'_>; V]) -> [[f32; ROWS]; V] {
    if band.pairs == HALF_PAIRS {
        tile_of_groups::<V, HALF_PAIRS>(band, vectors)
    } else {
        tile_of_groups::<V, PAIRS>(band, vectors)
    }
}

/// [`tile`] for groups of `P` pairs, a number that the inner loops are unrolled by.
#[inline]
fn tile_of_groups<const V: usize, const P: usize>(band: Band<'_>, vectors: [Vector<'_>; V]) -> [[f32; ROWS]; V] {
    #[cfg(target_arch = "wasm32")]
    {
        simd128::tile::<V, P>(band, vectors)
    }
    #[cfg(target_arch = "x86_64")]
    {
        if avx2::available() { avx2::tile::<V, P>(band, vectors) } else { scalar::tile(band, vectors) }
    }
    #[cfg(not(any(target_arch = "wasm32", target_arch = "x86_64")))]
    {
        scalar::tile(band, vectors)
    }
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

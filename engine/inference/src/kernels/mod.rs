//! Matrix products with weights that stay quantised in memory.
//!
//! `y = W x` for a [`PackedMatrix`] `W` of shape `[rows, columns]` and one or more vectors `x`. A row is made of blocks of
//! 32 weights `d_b q + m_b`; `x` is quantised to 16 bits with one scale `s` per vector ([`Activations`]). Then
//!
//! ```text
//! y_r = s * sum_b d_b * dot(q_b, x_b)  +  sum_b m_b * sum(x_b)
//!           \_ integers, exact _/           \_ 32-bit floats _/
//! ```
//!
//! The integer part is the inner loop: [`simd128`] in a browser, [`avx2`] natively where the processor has it, and
//! [`scalar`] elsewhere and as the reference of the tests. A vector's result does not depend on what else is in the batch.

pub mod activations;
#[cfg(target_arch = "x86_64")]
mod avx2;
pub mod packed;
#[cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "the reference of the tests, which run natively"))]
mod scalar;
#[cfg(target_arch = "wasm32")]
mod simd128;

pub use activations::Activations;
pub use packed::PackedMatrix;

/// Rows computed together when there is one vector: they share the loads of `x`.
const DECODE_ROWS: usize = 4;
/// Vectors computed together when there are many: they share the unpacking of the weights.
const PREFILL_VECTORS: usize = 4;

/// The blocks of one row: 16 bytes per block for 4-bit weights, 32 for 8-bit ones, and a scale per block.
#[derive(Clone, Copy)]
struct Row<'a> {
    quants: &'a [u8],
    scales: &'a [f32],
}

impl Row<'_> {
    /// Whether the row has `blocks` blocks of `bytes` bytes, so that the inner loops may skip their own checks.
    const fn fits(&self, blocks: usize, bytes: usize) -> bool {
        self.scales.len() == blocks && self.quants.len() == blocks * bytes
    }
}

/// How a block stores its 32 weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    /// 16 bytes: weight `j` in the low half of byte `j`, weight `j + 16` in its high half; 0 to 15.
    Nibbles,
    /// 32 signed bytes.
    Bytes,
}

impl Packing {
    const fn block_bytes(self) -> usize {
        match self {
            Self::Nibbles => 16,
            Self::Bytes => 32,
        }
    }
}

/// `sum_b d_b * dot(q_b, x_b)` for each of `R` rows with each of `V` vectors.
#[inline]
fn tile<const R: usize, const V: usize>(packing: Packing, rows: [Row<'_>; R], vectors: [&[i16]; V]) -> [[f32; V]; R] {
    #[cfg(target_arch = "wasm32")]
    {
        simd128::tile(packing, rows, vectors)
    }
    #[cfg(target_arch = "x86_64")]
    {
        if avx2::available() { avx2::tile(packing, rows, vectors) } else { scalar::tile(packing, rows, vectors) }
    }
    #[cfg(not(any(target_arch = "wasm32", target_arch = "x86_64")))]
    {
        scalar::tile(packing, rows, vectors)
    }
}

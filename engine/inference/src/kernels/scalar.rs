//! The inner loop in plain Rust: the reference of the tests, and the path of processors without a SIMD path.

use super::{Packing, Row};
use crate::format::block::BLOCK;

pub(super) fn tile<const R: usize, const V: usize>(
    packing: Packing,
    rows: [Row<'_>; R],
    vectors: [&[i16]; V],
) -> [[f32; V]; R] {
    rows.map(|row| vectors.map(|vector| dot(packing, row, vector)))
}

#[allow(clippy::cast_precision_loss, reason = "a block's integer sum becomes a float, as in every path")]
fn dot(packing: Packing, row: Row<'_>, vector: &[i16]) -> f32 {
    let blocks = row.quants.chunks_exact(packing.block_bytes()).zip(vector.chunks_exact(BLOCK));
    row.scales.iter().zip(blocks).map(|(scale, (quants, x))| scale * block_dot(packing, quants, x) as f32).sum()
}

fn block_dot(packing: Packing, quants: &[u8], x: &[i16]) -> i32 {
    match packing {
        Packing::Nibbles => {
            let (low, high) = x.split_at(BLOCK / 2);
            let pairs = quants.iter().zip(low.iter().zip(high));
            pairs.map(|(q, (l, h))| i32::from(q & 15) * i32::from(*l) + i32::from(q >> 4) * i32::from(*h)).sum()
        }
        Packing::Bytes => quants.iter().zip(x).map(|(q, x)| i32::from(q.cast_signed()) * i32::from(*x)).sum(),
    }
}

//! The quantised types of ggml (`ggml-quants.h`), opened into groups: weights of a row that share a scale and a minimum.
//!
//! | type | bytes of a block | weight |
//! |---|---|---|
//! | Q4_0 | f16 `d`, 16 nibble pairs | `d * (q - 8)` |
//! | Q4_1 | f16 `d`, f16 `m`, 16 nibble pairs | `d * q + m` |
//! | Q5_0 | f16 `d`, 32 fifth bits, 16 nibble pairs | `d * (q - 16)` |
//! | Q5_1 | f16 `d`, f16 `m`, 32 fifth bits, 16 nibble pairs | `d * q + m` |
//! | Q8_0 | f16 `d`, 32 signed bytes | `d * q` |
//! | Q4_K | f16 `d`, f16 `m`, 8 scales and minima of 6 bits in 12 bytes, 128 nibble pairs | `d * s * q - m * n` |
//! | Q5_K | the same with 256 fifth bits before the nibbles | `d * s * q - m * n` |
//! | Q6_K | 128 nibble pairs, 256 pairs of upper bits, 16 signed scales, f16 `d` | `d * s * (q - 32)` |
//!
//! A nibble pair is a byte: the weight `j` of the low half stands before all of the high halves of its run (16 bytes in the
//! small blocks, 32 in Q4_K and Q5_K, 64 in Q6_K).

use half::f16;

use crate::{BLOCK, TensorType};

/// Weights of a block of the K types.
pub const SUPER_BLOCK: usize = 256;
/// Weights that share a scale in Q6_K.
pub const HALF_BLOCK: usize = BLOCK / 2;

/// Weights that share a scale and a minimum: `scale * quant + minimum`.
#[derive(Debug)]
pub struct Group<'a> {
    /// Size of a step.
    pub scale: f32,
    /// The weight of the quant 0.
    pub minimum: f32,
    /// One whole number per weight: 32, or 16 in Q6_K.
    pub quants: &'a [i8],
}

/// Weights per group.
#[must_use]
pub const fn group_weights(kind: TensorType) -> usize {
    match kind {
        TensorType::Q6K => HALF_BLOCK,
        _ => BLOCK,
    }
}

/// Calls `each` with every group of a quantised tensor's bytes, in order. Floats have none.
pub fn each_group(kind: TensorType, bytes: &[u8], mut each: impl FnMut(Group<'_>)) {
    let blocks = bytes.chunks_exact(kind.block_bytes());
    match kind {
        TensorType::F32 | TensorType::F16 | TensorType::Bf16 => {}
        TensorType::Q4_0 => blocks.for_each(|block| {
            let scale = half_at(block, 0);
            each(Group { scale, minimum: -8.0 * scale, quants: &nibbles(&block[2..]) });
        }),
        TensorType::Q4_1 => blocks.for_each(|block| {
            each(Group { scale: half_at(block, 0), minimum: half_at(block, 2), quants: &nibbles(&block[4..]) });
        }),
        TensorType::Q5_0 => blocks.for_each(|block| {
            let quants = with_fifth_bits(&block[2..]).map(|q| q - 16);
            each(Group { scale: half_at(block, 0), minimum: 0.0, quants: &quants });
        }),
        TensorType::Q5_1 => blocks.for_each(|block| {
            let quants = with_fifth_bits(&block[4..]);
            each(Group { scale: half_at(block, 0), minimum: half_at(block, 2), quants: &quants });
        }),
        TensorType::Q8_0 => blocks.for_each(|block| {
            let quants = first::<BLOCK>(&block[2..]).map(u8::cast_signed);
            each(Group { scale: half_at(block, 0), minimum: 0.0, quants: &quants });
        }),
        TensorType::Q4K => blocks.for_each(|block| {
            let (header, nibbles) = block.split_at(16);
            each_of_k(header, |index| half_of_run(nibbles, index), &mut each);
        }),
        TensorType::Q5K => blocks.for_each(|block| {
            let (header, rest) = block.split_at(16);
            let (fifth, nibbles) = rest.split_at(BLOCK);
            let quants = |index| {
                let (low, fifth) = (half_of_run(nibbles, index), first::<BLOCK>(fifth));
                std::array::from_fn(|i| low[i] | ((fifth[i] >> index & 1) << 4).cast_signed())
            };
            each_of_k(header, quants, &mut each);
        }),
        TensorType::Q6K => blocks.for_each(|block| each_of_q6_k(block, &mut each)),
    }
}

/// The eight groups behind the header of Q4_K and Q5_K.
fn each_of_k(header: &[u8], quants: impl Fn(usize) -> [i8; BLOCK], each: &mut impl FnMut(Group<'_>)) {
    let (d, m) = (half_at(header, 0), half_at(header, 2));
    let packed = &header[4..];
    for index in 0..8 {
        // The first four have their six bits together; the others' upper two bits stand above those of the first.
        let (scale, minimum) = if index < 4 {
            (packed[index] & 63, packed[index + 4] & 63)
        } else {
            let (low, upper_scale, upper_minimum) = (packed[index + 4], packed[index - 4] >> 6, packed[index] >> 6);
            (low & 15 | upper_scale << 4, low >> 4 | upper_minimum << 4)
        };
        each(Group { scale: d * f32::from(scale), minimum: -m * f32::from(minimum), quants: &quants(index) });
    }
}

/// The `index`-th 32 weights of runs of 32 nibble pairs.
fn half_of_run(nibbles: &[u8], index: usize) -> [i8; BLOCK] {
    let run = first::<BLOCK>(&nibbles[index / 2 * BLOCK..]);
    if index.is_multiple_of(2) {
        run.map(|pair| (pair & 15).cast_signed())
    } else {
        run.map(|pair| (pair >> 4).cast_signed())
    }
}

fn each_of_q6_k(block: &[u8], each: &mut impl FnMut(Group<'_>)) {
    let (low, rest) = block.split_at(128);
    let (upper, rest) = rest.split_at(64);
    let (scales, d) = rest.split_at(16);
    let (d, low, upper) = (half_at(d, 0), first::<128>(low), first::<64>(upper));
    for (group, scale) in scales.iter().enumerate() {
        // A half block has 128 weights: the low halves of 64 bytes, then their high halves.
        let (half, first) = (group / 8, group % 8 * HALF_BLOCK);
        let quants: [i8; HALF_BLOCK] = std::array::from_fn(|i| {
            let weight = first + i;
            let low = low[half * 64 + weight % 64] >> (weight / 64 * 4) & 15;
            let upper = upper[half * 32 + weight % 32] >> (weight / 32 * 2) & 3;
            (low | upper << 4).cast_signed() - 32
        });
        each(Group { scale: d * f32::from(scale.cast_signed()), minimum: 0.0, quants: &quants });
    }
}

/// 16 nibble pairs.
fn nibbles(bytes: &[u8]) -> [i8; BLOCK] {
    let bytes = first::<16>(bytes);
    std::array::from_fn(|i| (bytes[i % 16] >> (i / 16 * 4) & 15).cast_signed())
}

/// 32 fifth bits, then 16 nibble pairs.
fn with_fifth_bits(bytes: &[u8]) -> [i8; BLOCK] {
    let (low, bytes) = (nibbles(&bytes[4..]), first::<4>(bytes));
    std::array::from_fn(|i| low[i] | ((bytes[i / 8] >> (i % 8) & 1) << 4).cast_signed())
}

/// The first bytes of a block, in a number that the compiler knows: what reads them needs no checks, and becomes SIMD. Blocks
/// are cut to their size before; a shorter one would read as zeros.
fn first<const N: usize>(bytes: &[u8]) -> &[u8; N] {
    bytes.first_chunk().unwrap_or(&[0; N])
}

/// The 16-bit float at `offset`, little-endian.
fn half_at(bytes: &[u8], offset: usize) -> f32 {
    f16::from_le_bytes([bytes[offset], bytes[offset + 1]]).to_f32()
}

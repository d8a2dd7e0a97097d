//! Tensor types of GGUF and what their bytes mean.
//!
//! Quantised types store blocks of 32 weights along a row (ggml, `ggml-quants.h`):
//!
//! | type | block | weight `i` |
//! |---|---|---|
//! | Q4_0 | f16 `d`, 16 bytes | `d * (q_i - 8)` |
//! | Q4_1 | f16 `d`, f16 `m`, 16 bytes | `d * q_i + m` |
//! | Q8_0 | f16 `d`, 32 signed bytes | `d * q_i` |
//!
//! Byte `j` of a 4-bit block holds weight `j` in its low half and weight `j + 16` in its high half.

use half::f16;

use crate::InferenceError;

/// Weights in one block of a quantised type.
pub const BLOCK: usize = 32;

/// How the weights of a tensor are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TensorType {
    /// 32-bit floats.
    F32,
    /// 16-bit floats (IEEE 754 binary16).
    F16,
    /// 4 bits, scale only.
    Q4_0,
    /// 4 bits, scale and minimum.
    Q4_1,
    /// 8 bits, scale only.
    Q8_0,
}

impl TensorType {
    /// The type with ggml's number.
    ///
    /// # Errors
    /// [`InferenceError::Unsupported`] for the types that are not read.
    pub fn from_ggml(number: u32) -> Result<Self, InferenceError> {
        match number {
            0 => Ok(Self::F32),
            1 => Ok(Self::F16),
            2 => Ok(Self::Q4_0),
            3 => Ok(Self::Q4_1),
            8 => Ok(Self::Q8_0),
            other => Err(InferenceError::Unsupported(format!(
                "its tensors have ggml type {other}; F32, F16, Q4_0, Q4_1 and Q8_0 are read"
            ))),
        }
    }

    /// Weights per block.
    #[must_use]
    pub const fn block_weights(self) -> usize {
        match self {
            Self::F32 | Self::F16 => 1,
            Self::Q4_0 | Self::Q4_1 | Self::Q8_0 => BLOCK,
        }
    }

    /// Bytes per block.
    #[must_use]
    pub const fn block_bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 => 2,
            Self::Q4_0 => 2 + BLOCK / 2,
            Self::Q4_1 => 4 + BLOCK / 2,
            Self::Q8_0 => 2 + BLOCK,
        }
    }

    /// Bytes of `weights` weights, or `None` where they do not fill whole blocks or overflow.
    #[must_use]
    pub fn size_bytes(self, weights: usize) -> Option<usize> {
        let per_block = self.block_weights();
        if !weights.is_multiple_of(per_block) {
            return None;
        }
        (weights / per_block).checked_mul(self.block_bytes())
    }

    /// The weights in `bytes` as 32-bit floats.
    #[must_use]
    pub fn dequantise(self, bytes: &[u8]) -> Vec<f32> {
        let mut weights = Vec::with_capacity(bytes.len() / self.block_bytes() * self.block_weights());
        for block in bytes.chunks_exact(self.block_bytes()) {
            match self {
                Self::F32 => weights.push(f32::from_le_bytes([block[0], block[1], block[2], block[3]])),
                Self::F16 => weights.push(half_at(block, 0)),
                Self::Q4_0 => {
                    let scale = half_at(block, 0);
                    weights.extend(nibbles(&block[2..]).map(|q| scale * (f32::from(q) - 8.0)));
                }
                Self::Q4_1 => {
                    let (scale, min) = (half_at(block, 0), half_at(block, 2));
                    weights.extend(nibbles(&block[4..]).map(|q| scale * f32::from(q) + min));
                }
                Self::Q8_0 => {
                    let scale = half_at(block, 0);
                    weights.extend(block[2..].iter().map(|q| scale * f32::from(q.cast_signed())));
                }
            }
        }
        weights
    }
}

/// The 16-bit float at `offset`, little-endian.
#[must_use]
pub fn half_at(bytes: &[u8], offset: usize) -> f32 {
    f16::from_le_bytes([bytes[offset], bytes[offset + 1]]).to_f32()
}

fn nibbles(bytes: &[u8]) -> impl Iterator<Item = u8> + '_ {
    bytes.iter().map(|byte| byte & 0x0F).chain(bytes.iter().map(|byte| byte >> 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn half_bytes(value: f32) -> [u8; 2] {
        f16::from_f32(value).to_le_bytes()
    }

    #[test]
    fn four_bit_blocks_hold_low_halves_first() {
        let mut block = Vec::new();
        block.extend(half_bytes(0.5));
        block.extend(half_bytes(-1.0));
        block.extend((0..16u8).map(|j| j | ((15 - j) << 4)));
        let weights = TensorType::Q4_1.dequantise(&block);
        assert_eq!(weights.len(), BLOCK);
        assert_eq!(weights[0], -1.0);
        assert_eq!(weights[15], 0.5 * 15.0 - 1.0);
        assert_eq!(weights[16], 0.5 * 15.0 - 1.0);
        assert_eq!(weights[31], -1.0);
    }

    #[test]
    fn q4_0_is_centred_on_eight() {
        let mut block = half_bytes(2.0).to_vec();
        block.extend([0x80u8; 16]);
        let weights = TensorType::Q4_0.dequantise(&block);
        assert_eq!(weights[0], -16.0);
        assert_eq!(weights[16], 0.0);
    }

    #[test]
    fn q8_0_is_signed() {
        let mut block = half_bytes(0.25).to_vec();
        block.extend([0xFFu8; 32]);
        assert_eq!(TensorType::Q8_0.dequantise(&block), vec![-0.25; 32]);
    }

    #[test]
    fn weights_that_do_not_fill_blocks_have_no_size() {
        assert_eq!(TensorType::Q4_1.size_bytes(33), None);
        assert_eq!(TensorType::Q4_1.size_bytes(64), Some(40));
        assert_eq!(TensorType::Q8_0.size_bytes(usize::MAX & !31), None);
    }
}

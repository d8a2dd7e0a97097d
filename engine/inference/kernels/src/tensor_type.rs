//! Tensor types of GGUF, their sizes, and their weights as floats.

use half::{bf16, f16};

use crate::{WeightsError, quants};

/// Weights that the kernels take together: a row of a quantised tensor is a multiple of it.
pub const BLOCK: usize = 32;

/// Blocks whose numbers are looked at in one call.
const FINITE_BLOCKS: usize = 1 << 12;

/// How the weights of a tensor are stored. [`quants`] has the layouts of the quantised ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TensorType {
    /// 32-bit floats.
    F32,
    /// 16-bit floats (IEEE 754 binary16).
    F16,
    /// 16-bit floats with the exponent of 32-bit ones.
    Bf16,
    /// 4 bits, scale only.
    Q4_0,
    /// 4 bits, scale and minimum.
    Q4_1,
    /// 5 bits, scale only.
    Q5_0,
    /// 5 bits, scale and minimum.
    Q5_1,
    /// 8 bits, scale only.
    Q8_0,
    /// 4 bits, 6-bit scales and minima in blocks of 256.
    Q4K,
    /// 5 bits, 6-bit scales and minima in blocks of 256.
    Q5K,
    /// 6 bits, 8-bit scales in blocks of 256.
    Q6K,
}

impl TensorType {
    /// The type with ggml's number.
    ///
    /// # Errors
    /// [`WeightsError::Unsupported`] for the types that are not read.
    pub fn from_ggml(number: u32) -> Result<Self, WeightsError> {
        match number {
            0 => Ok(Self::F32),
            1 => Ok(Self::F16),
            2 => Ok(Self::Q4_0),
            3 => Ok(Self::Q4_1),
            6 => Ok(Self::Q5_0),
            7 => Ok(Self::Q5_1),
            8 => Ok(Self::Q8_0),
            12 => Ok(Self::Q4K),
            13 => Ok(Self::Q5K),
            14 => Ok(Self::Q6K),
            30 => Ok(Self::Bf16),
            other => Err(WeightsError::Unsupported(format!(
                "its tensors have ggml type {other}; F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K and Q6_K are read"
            ))),
        }
    }

    /// The name that ggml gives it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::F32 => "F32",
            Self::F16 => "F16",
            Self::Bf16 => "BF16",
            Self::Q4_0 => "Q4_0",
            Self::Q4_1 => "Q4_1",
            Self::Q5_0 => "Q5_0",
            Self::Q5_1 => "Q5_1",
            Self::Q8_0 => "Q8_0",
            Self::Q4K => "Q4_K",
            Self::Q5K => "Q5_K",
            Self::Q6K => "Q6_K",
        }
    }

    /// Whether every weight in these bytes is a finite number: in the quantised types, whether the scales and minima are.
    #[must_use]
    pub fn is_finite(self, bytes: &[u8]) -> bool {
        // In calls, so that a browser can take optimised code for all but the first.
        bytes.chunks(FINITE_BLOCKS * self.block_bytes()).all(|bytes| self.all_finite(bytes))
    }

    #[inline(never)]
    fn all_finite(self, bytes: &[u8]) -> bool {
        let half = |block: &[u8], at: usize| f16::from_le_bytes([block[at], block[at + 1]]).is_finite();
        let mut blocks = bytes.chunks_exact(self.block_bytes());
        match self {
            Self::F32 => blocks.all(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]).is_finite()),
            Self::Bf16 => blocks.all(|b| bf16::from_le_bytes([b[0], b[1]]).is_finite()),
            Self::F16 | Self::Q4_0 | Self::Q5_0 | Self::Q8_0 => blocks.all(|block| half(block, 0)),
            Self::Q4_1 | Self::Q5_1 | Self::Q4K | Self::Q5K => blocks.all(|block| half(block, 0) && half(block, 2)),
            Self::Q6K => blocks.all(|block| half(block, block.len() - 2)),
        }
    }

    /// Whether the weights are whole numbers that share scales.
    #[must_use]
    pub const fn is_quantised(self) -> bool {
        self.block_weights() > 1
    }

    /// Weights per block.
    #[must_use]
    pub const fn block_weights(self) -> usize {
        match self {
            Self::F32 | Self::F16 | Self::Bf16 => 1,
            Self::Q4_0 | Self::Q4_1 | Self::Q5_0 | Self::Q5_1 | Self::Q8_0 => BLOCK,
            Self::Q4K | Self::Q5K | Self::Q6K => quants::SUPER_BLOCK,
        }
    }

    /// Bytes per block.
    #[must_use]
    pub const fn block_bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
            Self::Q4_0 => 18,
            Self::Q4_1 => 20,
            Self::Q5_0 => 22,
            Self::Q5_1 => 24,
            Self::Q8_0 => 34,
            Self::Q4K => 144,
            Self::Q5K => 176,
            Self::Q6K => 210,
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
        match self {
            Self::F32 => weights.extend(bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes))),
            Self::F16 => weights.extend(bytes.as_chunks().0.iter().map(|bytes| f16::from_le_bytes(*bytes).to_f32())),
            Self::Bf16 => weights.extend(bytes.as_chunks().0.iter().map(|bytes| bf16::from_le_bytes(*bytes).to_f32())),
            _ => quants::each_group(self, bytes, |group| {
                weights.extend(group.quants.iter().map(|q| group.scale * f32::from(*q) + group.minimum));
            }),
        }
        weights
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn floats_of_every_width_are_read() {
        assert_eq!(TensorType::F32.dequantise(&(-1.5f32).to_le_bytes()), [-1.5]);
        assert_eq!(TensorType::F16.dequantise(&f16::from_f32(0.25).to_le_bytes()), [0.25]);
        assert_eq!(TensorType::Bf16.dequantise(&[0x80, 0x3F, 0x00, 0xC0]), [1.0, -2.0]);
    }

    #[test]
    fn weights_that_do_not_fill_blocks_have_no_size() {
        assert_eq!(TensorType::Q4_1.size_bytes(33), None);
        assert_eq!(TensorType::Q4_1.size_bytes(64), Some(40));
        assert_eq!(TensorType::Q6K.size_bytes(128), None);
        assert_eq!(TensorType::Q8_0.size_bytes(usize::MAX & !31), None);
    }

    #[test]
    fn types_of_other_files_are_named() {
        let error = TensorType::from_ggml(16).unwrap_err();
        assert!(error.to_string().contains("16"), "{error}");
    }

    proptest! {
        #[test]
        fn bytes_are_finite_where_their_weights_are(
            number in prop::sample::select(vec![0, 1, 2, 3, 6, 7, 8, 12, 13, 14, 30]),
            random in proptest::collection::vec(any::<u8>(), 420),
        ) {
            let kind = TensorType::from_ggml(number).unwrap();
            let bytes = &random[..random.len() / kind.block_bytes() * kind.block_bytes()];
            let all = kind.dequantise(bytes).into_iter().all(f32::is_finite);
            prop_assert_eq!(kind.is_finite(bytes), all, "{}", kind.name());
            let one = &bytes[..kind.block_bytes()];
            prop_assert_eq!(kind.is_finite(one), kind.dequantise(one).into_iter().all(f32::is_finite), "{}", kind.name());
        }
    }
}

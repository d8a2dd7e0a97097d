//! Random rows of every type, for tests of what reads them.

use half::{bf16, f16};

use crate::TensorType;

/// The types of whole numbers.
pub const QUANTISED: [TensorType; 8] = [
    TensorType::Q4_0,
    TensorType::Q4_1,
    TensorType::Q5_0,
    TensorType::Q5_1,
    TensorType::Q8_0,
    TensorType::Q4K,
    TensorType::Q5K,
    TensorType::Q6K,
];

/// The types of floats.
pub const FLOATS: [TensorType; 3] = [TensorType::F32, TensorType::F16, TensorType::Bf16];

/// Numbers that depend on a seed alone (Marsaglia 2003).
pub struct Random(u64);

impl Random {
    /// Numbers from a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// From -1 up to 1.
    pub fn float(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }

    /// So many of them, from -1 up to 1.
    pub fn floats(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.float()).collect()
    }

    /// Bytes of `weights` weights, a whole number of blocks: all quants, with scales and minima that are small finite
    /// numbers; floats up to 1.
    pub fn tensor(&mut self, kind: TensorType, weights: usize) -> Vec<u8> {
        let floats_at: &[usize] = match kind {
            TensorType::F32 => return self.floats(weights).into_iter().flat_map(f32::to_le_bytes).collect(),
            TensorType::F16 => {
                return self.floats(weights).into_iter().flat_map(|value| f16::from_f32(value).to_le_bytes()).collect();
            }
            TensorType::Bf16 => {
                return self
                    .floats(weights)
                    .into_iter()
                    .flat_map(|value| bf16::from_f32(value).to_le_bytes())
                    .collect();
            }
            TensorType::Q4_1 | TensorType::Q5_1 | TensorType::Q4K | TensorType::Q5K => &[0, 2],
            TensorType::Q6K => &[208],
            TensorType::Q4_0 | TensorType::Q5_0 | TensorType::Q8_0 => &[0],
        };
        let mut bytes = Vec::new();
        for _ in 0..weights / kind.block_weights() {
            let mut block: Vec<u8> = (0..kind.block_bytes()).map(|_| (self.next() >> 24) as u8).collect();
            for at in floats_at {
                block[*at..][..2].copy_from_slice(&f16::from_f32(self.float() * 0.05).to_le_bytes());
            }
            bytes.extend(block);
        }
        bytes
    }
}

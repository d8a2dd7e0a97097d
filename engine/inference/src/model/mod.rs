//! The networks. Float weights multiply on Burn, quantised ones in [`crate::kernels`].
//!
//! Every dimension is compared with the file when a model is loaded; after that no shape can surprise.

mod attention;
pub mod bert;
pub mod cache;
pub mod config;
pub mod decoder;
mod layer;
pub mod linear;
pub mod rope;
mod rows;

pub use bert::{Bert, BertConfig};
pub use cache::KvCache;
pub use config::{DecoderConfig, Family};
pub use decoder::{Decoder, Precision};
pub use linear::{Linear, Projection};

use burn::tensor::{Device, Tensor, TensorData};

/// A tensor from row-major values.
pub(crate) fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// The row-major values of a tensor.
///
/// # Panics
/// Never on the CPU device: every tensor of this crate holds 32-bit floats, and reading one back cannot fail there.
#[allow(clippy::expect_used, reason = "see Panics")]
pub(crate) fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec::<f32>().expect("tensors of this crate hold 32-bit floats")
}

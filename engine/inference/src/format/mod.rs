//! Model files: GGUF and safetensors. [`crate::kernels`] has the block formats of their tensors.

pub mod directory;
pub mod gguf;
mod pieces;
pub mod safetensors;

pub use crate::kernels::TensorType;
pub use directory::{Directory, StoredTensor};
pub use gguf::{Gguf, Value};

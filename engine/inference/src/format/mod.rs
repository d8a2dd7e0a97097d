//! Model files: GGUF with the block formats of its tensors, and safetensors.

pub mod block;
pub mod directory;
pub mod gguf;
mod pieces;
pub mod quants;
pub mod safetensors;
#[cfg(test)]
pub(crate) mod samples;

pub use block::TensorType;
pub use directory::{Directory, StoredTensor};
pub use gguf::{Gguf, Value};

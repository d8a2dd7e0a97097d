//! Model files: GGUF and the block formats of its tensors.

pub mod block;
pub mod gguf;
mod pieces;
pub mod quants;

pub use block::TensorType;
pub use gguf::{Gguf, GgufTensor, Value};

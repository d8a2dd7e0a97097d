//! Model files: GGUF and the block formats of its tensors.

pub mod block;
pub mod gguf;

pub use block::TensorType;
pub use gguf::{Gguf, GgufTensor, Value};

//! Model files: GGUF and safetensors. [`crate::kernels`] has the block formats of their tensors.

pub mod directory;
pub mod gguf;
pub mod pieces;
pub mod safetensors;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

pub use crate::kernels::TensorType;
pub use directory::{Directory, StoredTensor};
pub use gguf::{Gguf, Value};
pub use pieces::{PieceSource, Pieces};

/// What comes of reading a file that is in memory as a whole, which never makes anybody wait.
pub(crate) fn at_once<T>(read: impl Future<Output = T>) -> T {
    match pin!(read).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("its bytes are there"),
    }
}

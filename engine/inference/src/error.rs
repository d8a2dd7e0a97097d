//! Why a model cannot be loaded or used.

use conclave_ports::Cancelled;
use thiserror::Error;

use crate::gpu::GpuError;
use crate::kernels::WeightsError;

/// What goes wrong in this crate. Every message is a plain sentence about the model, never about the text it was given.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum InferenceError {
    /// The file is not what its format promises. Fetch the model again.
    #[error("the model file is damaged: {0}")]
    Damaged(String),
    /// One of the model's files was not given. Give all of them.
    #[error("the model's file {file} is missing")]
    Incomplete {
        /// Its name.
        file: String,
    },
    /// The file is sound, but needs something that this engine does not have. Choose another model or quantisation.
    #[error("the model cannot be used here: {0}")]
    Unsupported(String),
    /// The tokenizer's vocabulary or the chat template cannot be used. Choose another model.
    #[error("the model's tokenizer or chat template cannot be used: {0}")]
    Tokenizer(String),
    /// The prompt leaves no room in the model's context. Ask with less text.
    #[error("the prompt has {tokens} tokens, the model reads at most {limit}")]
    TooLong {
        /// Tokens of the prompt.
        tokens: usize,
        /// Tokens that fit.
        limit: usize,
    },
    /// A number of the request is outside of its range.
    #[error("{field} is {value}; it must be {range}")]
    Request {
        /// The field of the request.
        field: &'static str,
        /// What it may be.
        range: &'static str,
        /// What it is.
        value: f32,
    },
    /// The graphics processor does not do what is asked. See [`GpuError`] for what then.
    #[error("{0}")]
    Gpu(#[from] GpuError),
    /// The form that an answer shall have cannot be held to. Ask for another form, or a simpler one.
    #[error("the form of the answer cannot be used: {0}")]
    Constraint(String),
    /// A piece of the file cannot be had. Where it should have come from says why ([`crate::format::PieceSource`]).
    #[error("a part of the model cannot be read")]
    Unread,
    /// The caller cancelled; nothing is wrong.
    #[error("cancelled")]
    Cancelled,
}

impl From<WeightsError> for InferenceError {
    fn from(error: WeightsError) -> Self {
        match error {
            WeightsError::Damaged(what) => Self::Damaged(what),
            WeightsError::Unsupported(what) => Self::Unsupported(what),
        }
    }
}

impl From<Cancelled> for InferenceError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

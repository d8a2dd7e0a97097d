//! What a decoder is made from, whichever files it comes in: one GGUF file, or a folder as Hugging Face has it.
//!
//! Tensors have llama.cpp's names here ([`Gguf`] has them so); [`Folder`] translates.

mod folder;
mod hub_config;
mod names;

use std::ops::Range;

use conclave_ports::LocalFuture;

pub use folder::{Files, Folder};

use crate::InferenceError;
use crate::format::{Gguf, StoredTensor};
use crate::model::DecoderConfig;
use crate::text::{ChatTemplate, Vocabulary};

/// The files of a decoder.
pub trait Checkpoint {
    /// Its dimensions, for contexts of at most `context` tokens.
    ///
    /// # Errors
    /// [`InferenceError`] where an entry is missing or out of range, or the model needs what is not there.
    fn config(&self, context: usize) -> LocalFuture<'_, Result<DecoderConfig, InferenceError>>;

    /// Its tokens.
    ///
    /// # Errors
    /// [`InferenceError`] where entries are missing or the tokenizer is of another kind.
    fn vocabulary(&self) -> Result<Vocabulary, InferenceError>;

    /// Its chat template.
    ///
    /// # Errors
    /// [`InferenceError`] where there is none (it is no model for chats), or one that is not valid.
    fn template(&self) -> Result<ChatTemplate, InferenceError>;

    /// Whether there is a tensor of this name of llama.cpp's.
    fn has(&self, name: &str) -> bool;

    /// That tensor with exactly this shape.
    ///
    /// # Errors
    /// [`InferenceError`] with the tensor's name in the file, where it is missing, has another shape or type, or holds weights
    /// that are not finite; where the file is in pieces, what reading them says.
    fn read<'files: 'call, 'call>(
        &'files self,
        name: &'call str,
        shape: &'call [usize],
    ) -> LocalFuture<'call, Result<StoredTensor<'files>, InferenceError>>;

    /// Some rows of that matrix, which has exactly the shape `[rows, columns]`.
    ///
    /// # Errors
    /// See [`Checkpoint::read`].
    fn read_rows<'files: 'call, 'call>(
        &'files self,
        name: &'call str,
        shape: [usize; 2],
        rows: Range<usize>,
    ) -> LocalFuture<'call, Result<StoredTensor<'files>, InferenceError>>;
}

impl Checkpoint for Gguf<'_> {
    fn config(&self, context: usize) -> LocalFuture<'_, Result<DecoderConfig, InferenceError>> {
        Box::pin(async move { DecoderConfig::from_gguf(self)?.with_factors(self, context).await })
    }

    fn vocabulary(&self) -> Result<Vocabulary, InferenceError> {
        Vocabulary::from_gguf(self)
    }

    fn template(&self) -> Result<ChatTemplate, InferenceError> {
        ChatTemplate::from_gguf(self)
    }

    fn has(&self, name: &str) -> bool {
        self.tensors().has(name)
    }

    fn read<'files: 'call, 'call>(
        &'files self,
        name: &'call str,
        shape: &'call [usize],
    ) -> LocalFuture<'call, Result<StoredTensor<'files>, InferenceError>> {
        Box::pin(self.tensors().read(name, shape))
    }

    fn read_rows<'files: 'call, 'call>(
        &'files self,
        name: &'call str,
        shape: [usize; 2],
        rows: Range<usize>,
    ) -> LocalFuture<'call, Result<StoredTensor<'files>, InferenceError>> {
        Box::pin(self.tensors().read_rows(name, shape, rows))
    }
}

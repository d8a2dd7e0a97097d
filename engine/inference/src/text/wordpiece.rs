//! WordPiece (Wu et al. 2016) from a `tokenizer.json`.

use tokenizers::{Tokenizer, TruncationParams};

use super::vocabulary::tokenizer_error;
use crate::InferenceError;

/// Bytes of a text that are looked at. 256 tokens of at most 100 characters (WordPiece's longest word) fit; cutting before
/// tokenising keeps the time of a huge text bounded.
const MAX_BYTES: usize = 32 * 1024;

/// The tokens of an encoder.
pub struct WordPieces {
    tokenizer: Tokenizer,
}

impl WordPieces {
    /// Reads a `tokenizer.json`; texts are cut after `max_tokens` tokens, special ones included.
    ///
    /// # Errors
    /// [`InferenceError::Tokenizer`].
    pub fn from_json(json: &[u8], max_tokens: usize) -> Result<Self, InferenceError> {
        let mut tokenizer = Tokenizer::from_bytes(json).map_err(tokenizer_error)?;
        let truncation = TruncationParams { max_length: max_tokens, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(truncation)).map_err(tokenizer_error)?;
        tokenizer.with_padding(None);
        Ok(Self { tokenizer })
    }

    /// The tokens of a text, with the special ones around them.
    ///
    /// # Errors
    /// [`InferenceError::Tokenizer`].
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, InferenceError> {
        let cut = text.floor_char_boundary(MAX_BYTES);
        let encoding = self.tokenizer.encode_fast(&text[..cut], true).map_err(tokenizer_error)?;
        Ok(encoding.get_ids().to_vec())
    }
}

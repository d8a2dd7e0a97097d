//! [`Encoder`] over a BERT model.

use std::rc::Rc;

use conclave_ports::LocalFuture;

use crate::format::{Directory, at_once, safetensors};
use crate::kernels::Team;
use crate::model::{Bert, BertConfig};
use crate::text::WordPieces;
use crate::{Encoder, InferenceError, Pulse};

/// Tokens of a text that are read: `max_seq_length` of all-MiniLM-L6-v2.
const MAX_TOKENS: usize = 256;

/// A loaded encoder.
pub struct BertEncoder {
    name: String,
    model: Bert,
    pieces: WordPieces,
}

impl BertEncoder {
    /// Loads a model from its three files. The bytes can be dropped afterwards.
    ///
    /// # Errors
    /// [`InferenceError`] where a file is damaged or needs something that is not there.
    pub fn from_files(
        name: &str,
        weights: &[u8],
        tokenizer: &[u8],
        config: BertConfig,
    ) -> Result<Self, InferenceError> {
        at_once(Self::load(name, &safetensors::parse(weights)?, tokenizer, config))
    }

    /// The same with weights that may come in pieces.
    ///
    /// # Errors
    /// See [`BertEncoder::from_files`].
    pub async fn load(
        name: &str,
        weights: &Directory<'_>,
        tokenizer: &[u8],
        config: BertConfig,
    ) -> Result<Self, InferenceError> {
        let max_tokens = MAX_TOKENS.min(config.max_position_embeddings);
        Ok(Self {
            name: name.to_owned(),
            pieces: WordPieces::from_json(tokenizer, max_tokens)?,
            model: Bert::load(weights, config).await?,
        })
    }

    /// Lets helpers do their share of the products from now on.
    pub fn lend(&mut self, team: &Rc<Team>) {
        self.model.lend(team);
    }

    /// The tokens of a text, with the special ones around them.
    ///
    /// # Errors
    /// [`InferenceError::Tokenizer`].
    pub fn tokens(&self, text: &str) -> Result<Vec<u32>, InferenceError> {
        self.pieces.encode(text)
    }
}

impl Encoder for BertEncoder {
    fn name(&self) -> &str {
        &self.name
    }

    fn dim(&self) -> usize {
        self.model.config().hidden_size
    }

    fn embed<'a>(
        &'a self,
        texts: &'a [&'a str],
        pulse: &'a Pulse,
    ) -> LocalFuture<'a, Result<Vec<Vec<f32>>, InferenceError>> {
        Box::pin(async move {
            let mut vectors = Vec::with_capacity(texts.len());
            for text in texts {
                pulse.beat().await?;
                vectors.push(self.model.embed(&self.pieces.encode(text)?)?);
            }
            Ok(vectors)
        })
    }
}

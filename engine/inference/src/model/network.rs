//! A decoder on the processor that it was loaded for.

use super::cache::KvCache;
use super::config::DecoderConfig;
use super::decoder::Decoder;
use crate::InferenceError;
use crate::gpu::{Best, GpuCache, GpuDecoder};

/// Tokens of a prompt read between two looks at the cancellation flag: on the processor about a third of a second in a
/// browser, on a graphics processor less.
const BLOCKS: [usize; 2] = [32, 256];

/// A loaded decoder.
pub enum Network {
    /// On the processor.
    Cpu(Box<Decoder>),
    /// On the graphics processor.
    Gpu(Box<GpuDecoder>),
}

/// Keys and values of the tokens that a [`Network`] has read.
pub enum Cache {
    /// In memory.
    Cpu(KvCache),
    /// In the graphics processor's.
    Gpu(GpuCache),
}

/// What a network says of the next token.
#[derive(Debug, Clone, PartialEq)]
pub enum Scores {
    /// Every logit, `[vocabulary]`.
    All(Vec<f32>),
    /// The largest ones.
    Best(Best),
}

impl Cache {
    /// Tokens held.
    #[must_use]
    pub const fn length(&self) -> usize {
        match self {
            Self::Cpu(cache) => cache.length(),
            Self::Gpu(cache) => cache.length(),
        }
    }

    /// Tokens that fit.
    #[must_use]
    pub const fn capacity(&self) -> usize {
        match self {
            Self::Cpu(cache) => cache.capacity(),
            Self::Gpu(cache) => cache.capacity(),
        }
    }

    /// Forgets every token after the first `length`.
    pub fn truncate(&mut self, length: usize) {
        match self {
            Self::Cpu(cache) => cache.truncate(length),
            Self::Gpu(cache) => cache.truncate(length),
        }
    }
}

impl Network {
    /// The model's dimensions.
    #[must_use]
    pub const fn config(&self) -> &DecoderConfig {
        match self {
            Self::Cpu(model) => model.config(),
            Self::Gpu(model) => model.config(),
        }
    }

    /// Tokens of context that a cache holds.
    #[must_use]
    pub const fn context(&self) -> usize {
        match self {
            Self::Cpu(model) => model.context(),
            Self::Gpu(model) => model.context(),
        }
    }

    /// Tokens of a prompt to read between two looks at the cancellation flag.
    #[must_use]
    pub const fn block(&self) -> usize {
        match self {
            Self::Cpu(_) => BLOCKS[0],
            Self::Gpu(_) => BLOCKS[1],
        }
    }

    /// An empty cache.
    #[must_use]
    pub fn new_cache(&self) -> Cache {
        match self {
            Self::Cpu(model) => Cache::Cpu(model.new_cache()),
            Self::Gpu(model) => Cache::Gpu(model.new_cache()),
        }
    }

    /// Reads `tokens` after those in `cache`, one of this network's.
    ///
    /// # Errors
    /// See [`Decoder::next_logits`] and [`GpuDecoder::read`].
    pub async fn read(&self, tokens: &[u32], cache: &mut Cache) -> Result<(), InferenceError> {
        match (self, cache) {
            (Self::Cpu(model), Cache::Cpu(cache)) => model.read(tokens, cache),
            (Self::Gpu(model), Cache::Gpu(cache)) => model.read(tokens, cache).await,
            _ => Err(foreign_cache()),
        }
    }

    /// Reads `tokens` after those in `cache`, one of this network's, and scores what follows the last of them.
    ///
    /// # Errors
    /// See [`Network::read`].
    pub async fn next(&self, tokens: &[u32], cache: &mut Cache) -> Result<Scores, InferenceError> {
        match (self, cache) {
            (Self::Cpu(model), Cache::Cpu(cache)) => Ok(Scores::All(model.next_logits(tokens, cache)?)),
            (Self::Gpu(model), Cache::Gpu(cache)) => Ok(Scores::Best(model.next_best(tokens, cache).await?)),
            _ => Err(foreign_cache()),
        }
    }

    /// Reads `tokens` after those in `cache`, one of this network's, and gives the logits after each of them,
    /// `[tokens, vocabulary]`.
    ///
    /// # Errors
    /// See [`Network::read`].
    pub async fn all_logits(&self, tokens: &[u32], cache: &mut Cache) -> Result<Vec<f32>, InferenceError> {
        match (self, cache) {
            (Self::Cpu(model), Cache::Cpu(cache)) => model.all_logits(tokens, cache),
            (Self::Gpu(model), Cache::Gpu(cache)) => {
                let mut logits = Vec::new();
                for token in tokens {
                    model.next_best(&[*token], cache).await?;
                    logits.extend(model.all_logits().await?);
                }
                Ok(logits)
            }
            _ => Err(foreign_cache()),
        }
    }

    /// Every logit behind `scores`, the last that this network gave.
    ///
    /// # Errors
    /// [`InferenceError::Gpu`] where the device fails.
    pub async fn all(&self, scores: Scores) -> Result<Vec<f32>, InferenceError> {
        match (self, scores) {
            (Self::Gpu(model), Scores::Best(_)) => model.all_logits().await,
            (_, Scores::All(logits)) => Ok(logits),
            (Self::Cpu(_), Scores::Best(_)) => Err(foreign_cache()),
        }
    }
}

fn foreign_cache() -> InferenceError {
    InferenceError::Unsupported("its cache belongs to another processor".to_owned())
}

//! A decoder on the processor that it was loaded for, and what it has read.

use std::rc::Rc;

use super::cache::{Fill, KvCache};
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
    Cpu(Rc<Decoder>),
    /// On the graphics processor.
    Gpu(Rc<GpuDecoder>),
}

impl Network {
    /// The model's dimensions.
    #[must_use]
    pub fn config(&self) -> &DecoderConfig {
        match self {
            Self::Cpu(model) => model.config(),
            Self::Gpu(model) => model.config(),
        }
    }

    /// Most tokens that a reading holds.
    #[must_use]
    pub fn context(&self) -> usize {
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

    /// An empty context.
    #[must_use]
    pub fn begin(&self) -> Reading {
        let held = match self {
            Self::Cpu(model) => Held::Cpu(model.clone(), model.new_cache()),
            Self::Gpu(model) => Held::Gpu(model.clone(), model.new_cache()),
        };
        Reading { tokens: Vec::new(), held }
    }
}

/// What a network says of the next token.
pub enum Scores {
    /// Every logit, `[vocabulary]`.
    All(Vec<f32>),
    /// The largest ones, by a model that has all of them until it is asked for others.
    Best(Best, Rc<GpuDecoder>),
}

impl Scores {
    /// Every logit, `[vocabulary]`; to be asked for before the model reads on.
    ///
    /// # Errors
    /// [`InferenceError::Gpu`] where the device fails.
    pub async fn all(self) -> Result<Vec<f32>, InferenceError> {
        match self {
            Self::All(logits) => Ok(logits),
            Self::Best(_, model) => model.all_logits().await,
        }
    }
}

/// Tokens that a network has read, and what it keeps of them.
pub struct Reading {
    tokens: Vec<u32>,
    held: Held,
}

/// Keys and values, in the memory of the processor that made them.
enum Held {
    Cpu(Rc<Decoder>, KvCache),
    Gpu(Rc<GpuDecoder>, GpuCache),
}

impl Reading {
    /// How many tokens were read, and how many can be.
    #[must_use]
    pub const fn fill(&self) -> Fill {
        match &self.held {
            Held::Cpu(_, cache) => cache.fill,
            Held::Gpu(_, cache) => cache.fill,
        }
    }

    /// Goes back to the beginning that `prompt` shares; returns its length. The prompt's last token is always left to read,
    /// for the logits after it.
    pub fn rewind(&mut self, prompt: &[u32]) -> usize {
        // A reading that failed half-way may have noted fewer tokens than it holds, never more.
        let most = prompt.len().saturating_sub(1).min(self.fill().length());
        let shared = prompt[..most].iter().zip(&self.tokens).take_while(|(a, b)| a == b).count();
        self.tokens.truncate(shared);
        match &mut self.held {
            Held::Cpu(_, cache) => cache.fill.truncate(shared),
            Held::Gpu(_, cache) => cache.fill.truncate(shared),
        }
        shared
    }

    /// Reads on.
    ///
    /// # Errors
    /// See [`Decoder::read`] and [`GpuDecoder::read`].
    pub async fn read(&mut self, tokens: &[u32]) -> Result<(), InferenceError> {
        match &mut self.held {
            Held::Cpu(model, cache) => model.read(tokens, cache)?,
            Held::Gpu(model, cache) => model.read(tokens, cache).await?,
        }
        self.tokens.extend_from_slice(tokens);
        Ok(())
    }

    /// Reads on, and scores what follows the last of `tokens`.
    ///
    /// # Errors
    /// See [`Reading::read`].
    pub async fn next(&mut self, tokens: &[u32]) -> Result<Scores, InferenceError> {
        let scores = match &mut self.held {
            Held::Cpu(model, cache) => Scores::All(model.next_logits(tokens, cache)?),
            Held::Gpu(model, cache) => Scores::Best(model.next_best(tokens, cache).await?, model.clone()),
        };
        self.tokens.extend_from_slice(tokens);
        Ok(scores)
    }

    /// Reads on, and gives the logits after each of `tokens`, `[tokens, vocabulary]`.
    ///
    /// # Errors
    /// See [`Reading::read`].
    pub async fn all_logits(&mut self, tokens: &[u32]) -> Result<Vec<f32>, InferenceError> {
        let logits = match &mut self.held {
            Held::Cpu(model, cache) => model.all_logits(tokens, cache)?,
            Held::Gpu(model, cache) => {
                let mut logits = Vec::new();
                for token in tokens {
                    model.next_best(&[*token], cache).await?;
                    logits.extend(model.all_logits().await?);
                }
                logits
            }
        };
        self.tokens.extend_from_slice(tokens);
        Ok(logits)
    }
}

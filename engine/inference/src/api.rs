//! The two traits that the rest of the engine uses.

use std::num::NonZeroUsize;
use std::rc::Rc;

use conclave_ports::{Cancel, LocalFuture, NoYield, Yield};
use serde::{Deserialize, Serialize};

use crate::{Constraint, InferenceError};

/// What long work needs from its caller: a flag to stop at, and a way to let other work run.
#[derive(Clone)]
pub struct Pulse {
    cancel: Cancel,
    yields: Rc<dyn Yield>,
}

impl Pulse {
    /// A pulse that stops at `cancel` and gives way through `yields`.
    #[must_use]
    pub fn new(cancel: Cancel, yields: Rc<dyn Yield>) -> Self {
        Self { cancel, yields }
    }

    /// A pulse that never stops and never gives way (native programs).
    #[must_use]
    pub fn none() -> Self {
        Self::new(Cancel::new(), Rc::new(NoYield))
    }

    /// Gives way, then looks at the flag.
    ///
    /// # Errors
    /// [`InferenceError::Cancelled`] once the flag is up.
    pub async fn beat(&self) -> Result<(), InferenceError> {
        self.yields.yield_now().await;
        self.cancel.check()?;
        Ok(())
    }

    /// The flag.
    #[must_use]
    pub const fn cancel(&self) -> &Cancel {
        &self.cancel
    }
}

/// Who speaks in a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Instructions for the whole chat.
    System,
    /// The person.
    User,
    /// The model.
    Assistant,
}

impl Role {
    /// The name that chat templates use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// One message of a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: String,
}

impl ChatMessage {
    /// A message.
    pub fn new(role: Role, content: impl Into<String>) -> Self {
        Self { role, content: content.into() }
    }
}

/// How the next token is chosen. The steps apply in the order of the fields, as in `transformers`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sampling {
    /// Logits of the last 64 written tokens are divided (where negative, multiplied) by it (Keskar et al. 2019): small
    /// models run in circles without. 1 changes nothing, 1.1 to 1.3 is usual.
    pub repetition_penalty: f32,
    /// Logits are divided by it. At 0 the most probable token is taken, and the fields below say nothing.
    pub temperature: f32,
    /// Only so many of the most probable tokens can be chosen.
    pub top_k: Option<NonZeroUsize>,
    /// Only the most probable tokens that together have this mass can be chosen (Holtzman et al. 2020); in (0, 1].
    pub top_p: f32,
    /// Only tokens with at least this share of the most probable one's probability can be chosen (Nguyen et al. 2024);
    /// in [0, 1].
    pub min_p: f32,
    /// Same seed, same text.
    pub seed: u64,
}

impl Sampling {
    /// The most probable token, always.
    pub const GREEDY: Self =
        Self { repetition_penalty: 1.0, temperature: 0.0, top_k: None, top_p: 1.0, min_p: 0.0, seed: 0 };

    /// Checks the fields' ranges.
    ///
    /// # Errors
    /// [`InferenceError::Request`] names the field.
    pub fn check(&self) -> Result<(), InferenceError> {
        let Self { repetition_penalty, temperature, top_p, min_p, .. } = *self;
        let wrong = |field, range, value| Err(InferenceError::Request { field, range, value });
        match () {
            () if !(repetition_penalty > 0.0 && repetition_penalty.is_finite()) => {
                wrong("repetition_penalty", "above 0", repetition_penalty)
            }
            () if !(temperature >= 0.0 && temperature.is_finite()) => wrong("temperature", "0 or more", temperature),
            () if !(top_p > 0.0 && top_p <= 1.0) => wrong("top_p", "above 0 and at most 1", top_p),
            () if !(0.0..=1.0).contains(&min_p) => wrong("min_p", "from 0 to 1", min_p),
            () => Ok(()),
        }
    }
}

/// What to write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GenerateRequest {
    /// The chat; the model's own template turns it into a prompt.
    pub messages: Vec<ChatMessage>,
    /// Most tokens to write.
    pub max_tokens: usize,
    /// How tokens are chosen.
    pub sampling: Sampling,
    /// Texts that end the answer where the first of them is complete; they are not part of it.
    pub stop: Vec<String>,
    /// The form that the answer has, where it has to have one. It applies before the rules of [`Sampling`].
    #[serde(default)]
    pub constraint: Option<Constraint>,
}

impl GenerateRequest {
    /// The most probable answer.
    #[must_use]
    pub const fn greedy(messages: Vec<ChatMessage>, max_tokens: usize) -> Self {
        Self { messages, max_tokens, sampling: Sampling::GREEDY, stop: Vec::new(), constraint: None }
    }
}

/// Why generation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finish {
    /// The model ended its message, or nothing may follow by [`GenerateRequest::constraint`].
    Stop,
    /// One of [`GenerateRequest::stop`] was written.
    StopText,
    /// `max_tokens` or the end of the context was reached.
    Length,
}

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Generated {
    /// The text, without the token or the text that ends it.
    pub text: String,
    /// All tokens that were written, those of a stop text too.
    pub tokens: Vec<u32>,
    /// Natural logarithm of each token's probability under the model, before any rule of [`Sampling`].
    pub log_probabilities: Vec<f32>,
    /// The prompt exactly as the model read it.
    pub prompt: String,
    /// Its length in tokens.
    pub prompt_tokens: usize,
    /// So many of them, at the beginning, were still there from the prompt and answer before, and were not read again.
    pub reused_tokens: usize,
    /// Why it ended.
    pub finish: Finish,
}

/// A decoder that writes text.
pub trait Generator {
    /// The model's name.
    fn name(&self) -> &str;

    /// Tokens of prompt and answer together that the model can hold.
    fn context_tokens(&self) -> usize;

    /// How many tokens `text` has; for budgeting a prompt.
    ///
    /// # Errors
    /// [`InferenceError::Tokenizer`].
    fn count_tokens(&self, text: &str) -> Result<usize, InferenceError>;

    /// Writes. A prompt that leaves no room for a token in the context is refused; an answer that fills the context ends
    /// there, with [`Finish::Length`]. `on_text` gets each piece as soon as it is whole characters; the pieces together are [`Generated::text`].
    /// Gives way between tokens (and between blocks of the prompt); a cancellation takes effect there.
    ///
    /// # Errors
    /// [`InferenceError`]; `Cancelled` when the pulse stopped it.
    fn generate<'a>(
        &'a self,
        request: &'a GenerateRequest,
        pulse: &'a Pulse,
        on_text: &'a mut dyn FnMut(&str),
    ) -> LocalFuture<'a, Result<Generated, InferenceError>>;
}

/// An encoder that turns texts into vectors of length 1, so that a dot product is their cosine.
pub trait Encoder {
    /// The model's name.
    fn name(&self) -> &str;

    /// Length of the vectors.
    fn dim(&self) -> usize;

    /// One vector per text, in order. A text longer than the model reads (256 tokens for MiniLM) counts with its beginning.
    /// Gives way between texts.
    ///
    /// # Errors
    /// [`InferenceError`]; `Cancelled` when the pulse stopped it.
    fn embed<'a>(
        &'a self,
        texts: &'a [&'a str],
        pulse: &'a Pulse,
    ) -> LocalFuture<'a, Result<Vec<Vec<f32>>, InferenceError>>;
}

//! The two traits that the rest of the engine uses.

use std::rc::Rc;

use conclave_ports::{Cancel, LocalFuture, NoYield, Yield};
use serde::{Deserialize, Serialize};

use crate::InferenceError;

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

/// How the next token is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Sampling {
    /// The most probable token, always.
    Greedy,
    /// The most probable token after the logits of the last 64 written tokens were divided (or, where negative,
    /// multiplied) by `penalty` (Keskar et al. 2019): small models run in circles without.
    Penalised {
        /// 1 is greedy; 1.1 to 1.3 is usual.
        penalty: f32,
    },
    /// Nucleus sampling (Holtzman et al. 2020) after scaling the logits by `1 / temperature`.
    TopP {
        /// Above 0; 0 is greedy.
        temperature: f32,
        /// Smallest probability mass that the candidates cover, in (0, 1].
        top_p: f32,
        /// Same seed, same text.
        seed: u64,
    },
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
}

/// Why generation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finish {
    /// The model ended its message.
    Stop,
    /// `max_tokens` or the end of the context was reached.
    Length,
}

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Generated {
    /// The text, without the token that ends it.
    pub text: String,
    /// Its tokens.
    pub tokens: Vec<u32>,
    /// The prompt exactly as the model read it.
    pub prompt: String,
    /// Its length in tokens.
    pub prompt_tokens: usize,
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

    /// Writes. `on_text` gets each piece as soon as it is whole characters; the pieces together are [`Generated::text`].
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

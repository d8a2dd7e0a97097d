//! The seat's side of the table: what an agent is, and what it may say.

use conclave_inference::InferenceError;
use conclave_ports::LocalFuture;
use conclave_protocol::{EvidenceRef, Position, Seat};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::deliberation::Deliberation;
use super::draft::Draft;
use super::intent::Intent;
use super::question::Question;

/// One seat of the council. Implementations are replaceable; [`super::conformance`] holds what every one must keep.
pub trait Agent {
    /// Which seat this is.
    fn seat(&self) -> Seat;

    /// Name of the implementation, such as `rules 1` or `retrieving smollm2-135m-instruct`.
    fn implementation(&self) -> String;

    /// Says what this seat makes of the question, given what has been said.
    ///
    /// # Errors
    /// [`AgentError`]; `Cancelled` when the pulse of `so_far` stopped it.
    fn consider<'a>(
        &'a self,
        question: &'a Question,
        so_far: &'a Deliberation,
    ) -> LocalFuture<'a, Result<Opinion, AgentError>>;
}

/// Why an agent has no opinion.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum AgentError {
    /// The person pressed Stop; nothing is wrong.
    #[error("cancelled")]
    Cancelled,
    /// The model failed; the message says how. Ask again, or choose another model.
    #[error("the model failed: {0}")]
    Model(InferenceError),
    /// The task needs a generator, and none is loaded. Wait until it is, and ask again.
    #[error("the model that writes is not loaded")]
    NeedsGenerator,
    /// The seat spoke before the one that it depends on. A fault of the program; report it.
    #[error("{0} spoke too early")]
    OutOfTurn(&'static str),
}

impl From<InferenceError> for AgentError {
    fn from(error: InferenceError) -> Self {
        match error {
            InferenceError::Cancelled => Self::Cancelled,
            other => Self::Model(other),
        }
    }
}

/// What one seat says in one round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opinion {
    /// Where the seat stands.
    pub position: Position,
    /// Why, plain sentences, strongest first.
    pub reasons: Vec<String>,
    /// Evidence that the seat names.
    pub evidence: Vec<EvidenceRef>,
    /// Calibrated probability that this seat's check holds. `None` until a calibration exists: no seat reports a
    /// confidence that was not fitted on data.
    pub score: Option<f32>,
    /// What the seat contributes beside its position.
    pub finding: Finding,
    /// What it cost.
    pub cost: Cost,
}

impl Opinion {
    /// A supporting opinion.
    #[must_use]
    pub fn support(finding: Finding, reasons: Vec<String>) -> Self {
        Self::new(Position::Support, finding, reasons)
    }

    /// An objection; another round may meet it.
    #[must_use]
    pub fn object(finding: Finding, reasons: Vec<String>) -> Self {
        Self::new(Position::Object, finding, reasons)
    }

    /// A veto.
    #[must_use]
    pub fn veto(reasons: Vec<String>) -> Self {
        Self::new(Position::Veto, Finding::Judgement, reasons)
    }

    fn new(position: Position, finding: Finding, reasons: Vec<String>) -> Self {
        Self { position, reasons, evidence: Vec::new(), score: None, finding, cost: Cost::default() }
    }

    /// The same opinion with evidence.
    #[must_use]
    pub fn with_evidence(mut self, evidence: Vec<EvidenceRef>) -> Self {
        self.evidence = evidence;
        self
    }
}

/// What a seat contributes beside its position.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Finding {
    /// What the person wants (Pathos, first round).
    Intent(Intent),
    /// A draft (Logos).
    Draft(Draft),
    /// The evidence does not answer the question (Logos or Ethos).
    NotAnswered,
    /// A judgement of the draft, and nothing else.
    Judgement,
}

/// What an opinion cost.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cost {
    /// Tokens of a model's prompt.
    pub tokens_in: u32,
    /// Tokens that a model wrote.
    pub tokens_out: u32,
    /// So many of `tokens_in` were still known from the prompt before, and were not read again.
    #[serde(default)]
    pub tokens_reused: u32,
    /// Wall time in milliseconds; the council measures it.
    pub took_ms: u64,
    /// The prompt exactly as a model read it.
    pub prompt: Option<String>,
}

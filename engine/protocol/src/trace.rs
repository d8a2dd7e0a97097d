//! The council's work as the trace panel shows it.

use serde::{Deserialize, Serialize};

use crate::id::Span;
use crate::{DocumentId, answer::Verdict};

/// The three agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Seat {
    /// Intent: what is asked, and what an answer must do.
    Pathos,
    /// Reason: finds the evidence and phrases the answer.
    Logos,
    /// Truth: checks the answer against the evidence; may veto.
    Ethos,
}

impl Seat {
    /// The seat's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pathos => "Pathos",
            Self::Logos => "Logos",
            Self::Ethos => "Ethos",
        }
    }
}

/// Where a seat stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Position {
    /// Supports the draft.
    Support,
    /// Objects: another round may meet the objection.
    Object,
    /// Vetoes: the draft must not be shown.
    Veto,
}

/// Evidence that a seat names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvidenceRef {
    /// The document.
    pub document: DocumentId,
    /// Its title.
    pub title: String,
    /// Place in the canonical text.
    pub span: Span,
    /// The text there.
    pub quote: String,
}

/// What one seat said in one round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeatReport {
    /// Who.
    pub seat: Seat,
    /// Which implementation, such as `rules` or `smollm2-135m-instruct-q4_1`.
    pub implementation: String,
    /// Round, from 1.
    pub round: u32,
    /// Position.
    pub position: Position,
    /// Reasons, plain sentences, strongest first.
    pub reasons: Vec<String>,
    /// The draft that the seat wrote or judged; not an answer.
    pub draft: Option<String>,
    /// Evidence named.
    pub evidence: Vec<EvidenceRef>,
    /// The exact prompt, where a model was asked.
    pub prompt: Option<String>,
    /// Tokens of a model's prompt, and tokens that it wrote.
    pub tokens_in: u32,
    /// See `tokens_in`.
    pub tokens_out: u32,
    /// So many of `tokens_in` were still known from the prompt before.
    #[serde(default)]
    pub tokens_reused: u32,
    /// Wall time in milliseconds.
    pub took_ms: u64,
}

/// Where a turn stands; the reading column shows this until the verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum TurnPhase {
    /// Looking for passages.
    Searching,
    /// Waiting until a model has loaded.
    WaitingForModels,
    /// Waiting until the questions before it are answered, in this tab or another.
    WaitingForTurn,
    /// A seat is at work.
    Considering {
        /// Which.
        seat: Seat,
        /// Round, from 1.
        round: u32,
    },
    /// The gate decides.
    Deciding,
}

/// One step of the council's work, sent while it happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum TraceEvent {
    /// The turn entered a phase.
    Phase(TurnPhase),
    /// A piece of a draft, as the generator writes it. Shown in the trace only.
    DraftText {
        /// The seat that writes.
        seat: Seat,
        /// Round, from 1.
        round: u32,
        /// The next piece.
        text: String,
    },
    /// A seat has spoken.
    Report(SeatReport),
    /// The gate has decided; the answer follows in its own message.
    Decided {
        /// `None` where nothing was approved.
        verdict: Option<Verdict>,
        /// What decided it, one plain sentence.
        reason: String,
    },
}

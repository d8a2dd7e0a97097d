//! Conversations.

use serde::{Deserialize, Serialize};

use crate::answer::Answer;
use crate::document::Passage;
use crate::id::{ManifestId, ThreadId, TurnId};
use crate::problem::Problem;
use crate::trace::SeatReport;

/// What the page lists about a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadInfo {
    /// Identity.
    pub id: ThreadId,
    /// The first question, shortened, or the name that a person gave.
    pub title: String,
    /// Time of the last change, Unix milliseconds.
    pub changed_ms: u64,
    /// Number of turns.
    pub turns: u32,
}

/// How a turn ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// Stored before the council began; stays when the tab was killed in the middle.
    Unfinished,
    /// An answer passed the gate.
    Answered(Answer),
    /// The documents do not say; the nearest passages stand in [`Turn::passages`].
    Abstained {
        /// Why, one plain sentence.
        reason: String,
        /// The run's manifest.
        manifest: ManifestId,
    },
    /// A seat vetoed, or no agreement was reached.
    Vetoed {
        /// The rule, one plain sentence.
        rule: String,
        /// The run's manifest.
        manifest: ManifestId,
    },
    /// The person pressed Stop.
    Stopped,
    /// Something broke.
    Failed(Problem),
}

/// One question with what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// Identity.
    pub id: TurnId,
    /// The thread.
    pub thread: ThreadId,
    /// The question as asked.
    pub question: String,
    /// Time of asking, Unix milliseconds.
    pub asked_ms: u64,
    /// Passages found for it, best first.
    pub passages: Vec<Passage>,
    /// How it ended.
    pub outcome: Outcome,
    /// The seats' reports, in the order in which they spoke.
    pub reports: Vec<SeatReport>,
    /// Wall time of the council in milliseconds; 0 while unfinished.
    pub took_ms: u64,
}

//! Why a deliberation ended without a ruling.

use conclave_protocol::Seat;
use thiserror::Error;

use super::agent::AgentError;

/// What goes wrong in a deliberation. No message carries content.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum CouncilError {
    /// The question is empty. Write one.
    #[error("the question is empty")]
    EmptyQuestion,
    /// The person pressed Stop; nothing is wrong.
    #[error("cancelled")]
    Cancelled,
    /// A general question or a task needs the generator, and it is not loaded. Wait until it is, and ask again.
    #[error("the model that writes is not loaded")]
    NeedsGenerator,
    /// A seat failed. Ask again; where it fails again, load the model anew.
    #[error("{} failed: {source}", seat.name())]
    SeatFailed {
        /// Which.
        seat: Seat,
        /// Why.
        source: AgentError,
    },
}

//! State of the local models.

use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// Steps in which a model becomes usable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ModelPhase {
    /// Nothing has been asked for yet, or loading was cancelled.
    Idle,
    /// Parts come over the network; counts bytes.
    Downloading,
    /// Stored parts are read and their SHA-256 compared; counts bytes.
    Verifying,
    /// Weights are laid out for computing.
    Preparing,
    /// A first pass runs, so that the first answer does not pay for it.
    WarmingUp,
    /// Ready to use.
    Ready,
    /// Loading failed; the rest goes on working.
    Failed(Problem),
}

/// State of one model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelStatus {
    /// Name of the pack.
    pub name: String,
    /// What it does, in a word or two ("writes answers", "finds passages").
    pub role: String,
    /// Current step.
    pub phase: ModelPhase,
    /// Bytes done in this step.
    pub done_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
}

/// State of both models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelsStatus {
    /// The encoder that finds passages.
    pub encoder: ModelStatus,
    /// The generator that writes.
    pub generator: ModelStatus,
}

//! The local models: their state, and those that a person added.

use serde::{Deserialize, Serialize};

use crate::id::ModelId;
use crate::problem::Problem;

/// Steps in which a model becomes usable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ModelPhase {
    /// Nothing has been asked for yet, or loading was cancelled.
    Idle,
    /// Parts come over the network, are checked and laid out for computing; counts bytes.
    Downloading,
    /// The same with parts that are stored here; counts bytes.
    Reading,
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
    /// Whether it runs, or is about to run, on the graphics processor.
    pub on_gpu: bool,
}

/// State of both models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelsStatus {
    /// The encoder that finds passages.
    pub encoder: ModelStatus,
    /// The generator that writes.
    pub generator: ModelStatus,
}

/// A generator that a person added, from a file or by a download.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnModel {
    /// Identity on this device.
    pub id: ModelId,
    /// Its name, as its file says, else that of the file.
    pub name: String,
    /// Its licence, where the file names one.
    pub licence: Option<String>,
    /// Weights.
    pub parameters: u64,
    /// How most of the weights are stored: `Q4_K` and its like.
    pub stored_as: String,
    /// Size of the file.
    pub size_bytes: u64,
    /// Where it was downloaded from; `None` where the file was given.
    #[serde(default)]
    pub address: Option<String>,
}

/// Progress of a model that is copied into the browser's storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyProgress {
    /// Bytes done.
    pub done: u64,
    /// Bytes in all.
    pub total: u64,
}

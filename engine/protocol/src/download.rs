//! Models that can be downloaded, and downloads that are under way.

use serde::{Deserialize, Serialize};

use crate::id::ModelId;

/// The host that model files are asked of.
pub const MODEL_HOST: &str = "huggingface.co";

/// What the engine's worker may connect to beside its own origin, as sources of a Content-Security-Policy: the host, and
/// the network that it sends a browser on to for the bytes (`us.aws.cdn.hf.co`, `cas-bridge.xethub.hf.co`,
/// `cdn-lfs-us-1.hf.co`; Hugging Face documents the names and changes them).
pub const MODEL_SOURCES: [&str; 2] = ["https://huggingface.co", "https://*.hf.co"];

/// A model that is known beforehand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueModel {
    /// Where its file is; `None` for the model that comes with Conclave.
    pub address: Option<String>,
    /// Its name.
    pub name: String,
    /// Its licence.
    pub licence: String,
    /// How most of the weights are stored: `Q4_K_M` and its like.
    pub stored_as: String,
    /// Size of the file. What the server tells counts once it has told.
    pub size_bytes: u64,
    /// Memory that it takes while it writes.
    pub memory_bytes: u64,
    /// Tokens of context that the engine gives it.
    pub context_tokens: u32,
    /// Tokens of context that it was made for.
    pub most_context_tokens: u32,
    /// Whether it runs on a graphics processor alone, because a tab cannot hold it.
    pub needs_gpu: bool,
}

/// A download that has begun and has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Download {
    /// The model that it becomes.
    pub id: ModelId,
    /// Where the file is.
    pub address: String,
    /// The model's name, as its file says.
    pub name: String,
    /// Bytes that are on this device.
    pub done_bytes: u64,
    /// Bytes in all.
    pub size_bytes: u64,
}

/// What a download does at the moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DownloadStep {
    /// Another download goes first.
    Queued,
    /// The beginning is fetched, and looked at.
    Checking,
    /// Parts come over the network.
    Fetching,
    /// Parts that are here already are compared with their SHA-256.
    Verifying,
    /// The connection failed; it is tried again soon.
    Retrying {
        /// What happened, in words.
        reason: String,
    },
}

/// How far a download is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DownloadProgress {
    /// The address as the engine writes it.
    pub address: String,
    /// What it does.
    pub step: DownloadStep,
    /// Bytes done.
    pub done_bytes: u64,
    /// Bytes in all; 0 as long as nobody has told.
    pub size_bytes: u64,
}

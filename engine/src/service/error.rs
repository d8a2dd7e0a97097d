//! What goes wrong in the service, and the one place where it becomes words for a person.

use conclave_inference::InferenceError;
use conclave_inference::gpu::GpuError;
use conclave_knowledge::KnowledgeError;
use conclave_ports::{Cancelled, EntropyError, FetchError, LockError, ModelUrlError, RangeError, StoreError};
use conclave_protocol::{Problem, ProblemCode, pack::PackError};
use thiserror::Error;

use super::placing::CPU_MAX_BYTES;
use crate::council::{AgentError, CouncilError};

/// Why a request failed. Each variant's next step stands in the [`Problem`] that it becomes.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ServiceError {
    /// The person cancelled; nothing is wrong.
    #[error("cancelled")]
    Cancelled,
    /// Documents, their index, or storage.
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
    /// The council ended without a ruling.
    #[error(transparent)]
    Council(#[from] CouncilError),
    /// A model cannot be loaded or used.
    #[error("{model}: {source}")]
    Model {
        /// Name of the pack.
        model: String,
        /// Why.
        source: InferenceError,
    },
    /// A file that a person gave as a model is none that can be used.
    #[error("the model {file} cannot be used: {source}")]
    Refused {
        /// Name of the file.
        file: String,
        /// Why.
        source: InferenceError,
    },
    /// The stored bytes of an added model are gone or changed.
    #[error("a part of {model} is missing from the storage of this device, or was changed there")]
    Lost {
        /// Name of the model.
        model: String,
    },
    /// A model's manifest cannot be used.
    #[error("{model}: {source}")]
    Pack {
        /// Name of the pack.
        model: String,
        /// Why.
        source: PackError,
    },
    // Of hashes 16 digits are shown, as in the names of parts: enough to compare, and a person can read on.
    /// The server's manifest of a model is not the one that this version is pinned to.
    #[error(
        "the server's list of the parts of {model} is not the one that belongs to this version \
         (SHA-256 {found:.16}…, expected {expected:.16}…)"
    )]
    WrongManifest {
        /// Name of the pack.
        model: String,
        /// The pinned one.
        expected: String,
        /// Of the bytes.
        found: String,
    },
    /// A model's manifest is no manifest.
    #[error("the manifest of {model} cannot be read: {reason}")]
    Manifest {
        /// Name of the pack.
        model: String,
        /// Where it stops making sense.
        reason: String,
    },
    /// A part of a model came over the network with a wrong SHA-256.
    #[error("{part} of {model} arrived changed (SHA-256 {found:.16}…, expected {expected:.16}…)")]
    WrongHash {
        /// Name of the pack.
        model: String,
        /// Name of the part.
        part: String,
        /// From the manifest.
        expected: String,
        /// Of the bytes.
        found: String,
    },
    /// A download failed.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// An address is none that models are fetched from.
    #[error(transparent)]
    Address(#[from] ModelUrlError),
    /// A model's file cannot be had from its host.
    #[error("{name} cannot be downloaded: {source}")]
    Remote {
        /// Name of the model, or of its file.
        name: String,
        /// Why.
        source: RangeError,
    },
    /// The host does not say how large a file is.
    #[error("the server does not say how large {name} is")]
    Unsized {
        /// Name of the file.
        name: String,
    },
    /// The file at an address is not what it was, or what the catalogue says.
    #[error("the file of {name} is not the one that was expected: {reason}")]
    Changed {
        /// Name of the model, or of its file.
        name: String,
        /// What differs.
        reason: String,
    },
    /// A whole file was downloaded and has another SHA-256 than the catalogue says.
    #[error(
        "{name} arrived complete, but is another file than the catalogue's (SHA-256 {found:.16}…, expected {expected:.16}…)"
    )]
    WrongFile {
        /// Name of the model.
        name: String,
        /// From the catalogue.
        expected: String,
        /// Of the bytes.
        found: String,
    },
    /// A model does not fit into memory.
    #[error("{model} needs {bytes} bytes of memory")]
    OutOfMemory {
        /// Name of the pack.
        model: String,
        /// What could not be had.
        bytes: u64,
    },
    /// A model is too large for the processor's memory here, and there is no graphics processor for it.
    #[error("{model} needs a graphics processor: a browser tab holds models of up to {megabytes} MB", megabytes = CPU_MAX_BYTES / 1_000_000)]
    NeedsGpu {
        /// Name of the model.
        model: String,
    },
    /// No randomness for an identifier.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// A stored record cannot be read back.
    #[error("the stored {0} cannot be read")]
    Unreadable(&'static str),
    /// A record cannot be written down; a fault of ours.
    #[error("the {0} cannot be written down")]
    Unwritable(&'static str),
    /// What was asked for is not there.
    #[error("{0} does not exist")]
    NotFound(&'static str),
    /// A problem that already has its words.
    #[error(transparent)]
    Said(#[from] Problem),
}

impl From<Cancelled> for ServiceError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        Self::Knowledge(error.into())
    }
}

impl From<LockError> for ServiceError {
    fn from(error: LockError) -> Self {
        Self::Knowledge(error.into())
    }
}

impl ServiceError {
    /// Whether it is a cancellation, wherever it was noticed.
    #[must_use]
    pub const fn is_cancelled(&self) -> bool {
        matches!(
            self,
            Self::Cancelled
                | Self::Council(CouncilError::Cancelled)
                | Self::Fetch(FetchError::Cancelled)
                | Self::Remote { source: RangeError::Cancelled, .. }
                | Self::Model { source: InferenceError::Cancelled, .. }
        )
    }

    /// What the graphics processor did, where that is why.
    pub(super) const fn gpu_fault(&self) -> Option<&GpuError> {
        match self {
            Self::Model { source: InferenceError::Gpu(fault), .. }
            | Self::Council(CouncilError::SeatFailed {
                source: AgentError::Model(InferenceError::Gpu(fault)), ..
            }) => Some(fault),
            _ => None,
        }
    }

    pub(super) fn model(model: &str, source: InferenceError) -> Self {
        match source {
            InferenceError::Cancelled => Self::Cancelled,
            source => Self::Model { model: model.to_owned(), source },
        }
    }
}

const LOAD_AGAIN: &str = "Load the models again; the parts that are already here are kept.";

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        use ProblemCode as Code;
        let what = error.to_string();
        match error {
            ServiceError::Said(problem) => problem,
            ServiceError::Knowledge(error) => error.into(),
            ServiceError::Council(error) => council(&error, what),
            ServiceError::Cancelled => Self::new(Code::Internal, "It was stopped.", "Try again when you like."),
            ServiceError::Model { source, .. } => inference(&source, what),
            ServiceError::Refused { source: InferenceError::Damaged(_), .. } => {
                Self::new(Code::BadModel, what, "Download the file again, then add it again.")
            }
            ServiceError::Refused { source: InferenceError::Incomplete { .. }, .. } => {
                let next = "Add all files of the model at once: its folder, or config.json, tokenizer.json, tokenizer_config.json and every .safetensors file.";
                Self::new(Code::BadModel, what, next)
            }
            ServiceError::Refused { .. } => {
                Self::new(Code::UnsupportedType, what, "Choose another model, or the same one in another format.")
            }
            ServiceError::Lost { .. } => {
                Self::new(Code::Corrupt, what, "Remove the model in the settings, then add its file again.")
            }
            ServiceError::Pack { .. } | ServiceError::Manifest { .. } => Self::new(
                Code::BadModel,
                what,
                "Load the page again; if it stays, the server has to make its models anew.",
            ),
            ServiceError::WrongManifest { .. } => Self::new(
                Code::WrongHash,
                what,
                "Load the page again, so that page and models are of one version; if it stays, tell who runs the server.",
            ),
            ServiceError::WrongHash { .. } => Self::new(
                Code::WrongHash,
                what,
                "The server or the connection changed the file. Load the models again; if it stays, tell who runs the server.",
            ),
            ServiceError::Fetch(FetchError::Connection(_)) => Self::new(
                Code::Network,
                what,
                "Check the connection, then load the models again; what is already here is kept.",
            ),
            ServiceError::Fetch(_) => Self::new(Code::Network, what, LOAD_AGAIN),
            ServiceError::Address(_) => Self::new(
                Code::BadRequest,
                what,
                "Copy the address of a .gguf file from a model's page at huggingface.co; any other file can be downloaded in a browser, then added.",
            ),
            ServiceError::Remote { source, .. } => remote(&source, what),
            ServiceError::Unsized { .. } => Self::new(Code::UnsupportedType, what, BY_HAND),
            ServiceError::Changed { .. } => Self::new(
                Code::Changed,
                what,
                "Nothing was mixed. Remove the unfinished download where there is one, then begin it anew.",
            ),
            ServiceError::WrongFile { .. } => Self::new(
                Code::WrongHash,
                what,
                "It was taken off this device again. Something changed it on the way: download it over another connection.",
            ),
            ServiceError::OutOfMemory { .. } => {
                Self::new(Code::OutOfMemory, what, "Close other tabs or programs, then load the models again.")
            }
            ServiceError::NeedsGpu { .. } => Self::new(
                Code::OutOfMemory,
                what,
                "Choose a smaller model, or a device whose browser has WebGPU; the settings say what runs the models.",
            ),
            ServiceError::Entropy(_) => Self::new(Code::Internal, what, "Load the page again."),
            ServiceError::Unreadable(_) => {
                Self::new(Code::Corrupt, what, "Delete it if you do not need it; everything else is intact.")
            }
            ServiceError::Unwritable(_) => Self::new(Code::Internal, what, "Report this; nothing was changed."),
            ServiceError::NotFound(_) => Self::new(
                Code::NotFound,
                what,
                "It may have been deleted in another tab. Load the page again to see what is there.",
            ),
        }
    }
}

const BY_HAND: &str = "Download the file in a browser, then add it here.";

fn remote(error: &RangeError, what: String) -> Problem {
    let (code, next) = match error {
        RangeError::Status { status: 401 | 403 } => (
            ProblemCode::NotAllowed,
            "Its licence may have to be accepted first: open the model's page, sign in and download the file in a browser, then add it here.",
        ),
        RangeError::Status { status: 404 | 410 } => {
            (ProblemCode::NotFound, "Nothing is at this address any more. Check it, or choose another model.")
        }
        RangeError::Status { status: 408 | 429 | 500.. } => {
            (ProblemCode::Network, "The host is busy. Resume the download later; what is already here is kept.")
        }
        RangeError::Page => (
            ProblemCode::BadModel,
            "Where this network wants to be agreed with first, do that in another tab, then resume; else download the file in a browser and add it here.",
        ),
        RangeError::Connection(_) => {
            (ProblemCode::Network, "Check the connection, then resume the download; what is already here is kept.")
        }
        RangeError::Status { .. } | RangeError::Whole | RangeError::WrongPart | RangeError::Elsewhere => {
            (ProblemCode::UnsupportedType, BY_HAND)
        }
        RangeError::Cancelled => (ProblemCode::Internal, "Try again when you like."),
    };
    Problem::new(code, what, next)
}

fn council(error: &CouncilError, what: String) -> Problem {
    match error {
        CouncilError::EmptyQuestion => {
            Problem::new(ProblemCode::BadRequest, "The question is empty.", "Write a question.")
        }
        CouncilError::Cancelled => ServiceError::Cancelled.into(),
        CouncilError::NeedsGenerator => Problem::new(
            ProblemCode::ModelNotReady,
            "This question needs the model that writes, and it is not loaded.",
            "Load the models and ask again.",
        ),
        CouncilError::SeatFailed { source: AgentError::Model(source), .. } => inference(source, what),
        CouncilError::SeatFailed { .. } => {
            Problem::new(ProblemCode::Internal, what, "Ask again; report this if it happens again.")
        }
    }
}

fn inference(error: &InferenceError, what: String) -> Problem {
    match error {
        InferenceError::TooLong { .. } => {
            Problem::new(ProblemCode::BadRequest, what, "Ask a shorter question, or put the long text into a document.")
        }
        InferenceError::Damaged(_) => Problem::new(ProblemCode::BadModel, what, LOAD_AGAIN),
        _ => Problem::new(ProblemCode::BadModel, what, "Load the page again; if it stays, report this."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_plain_sentences() {
        let name = || "model".to_owned();
        let errors = [
            ServiceError::Cancelled,
            ServiceError::Council(CouncilError::NeedsGenerator),
            ServiceError::Model { model: name(), source: InferenceError::Damaged("x".into()) },
            ServiceError::Refused { file: name(), source: InferenceError::Damaged("x".into()) },
            ServiceError::Refused { file: name(), source: InferenceError::Unsupported("x".into()) },
            ServiceError::Refused { file: name(), source: InferenceError::Incomplete { file: "x".into() } },
            ServiceError::Lost { model: name() },
            ServiceError::Pack { model: name(), source: PackError::Format { found: 2 } },
            ServiceError::Manifest { model: name(), reason: "line 1".into() },
            ServiceError::WrongManifest { model: name(), expected: "a".into(), found: "b".into() },
            ServiceError::WrongHash { model: name(), part: "p".into(), expected: "a".into(), found: "b".into() },
            ServiceError::Fetch(FetchError::Connection("x".into())),
            ServiceError::Fetch(FetchError::Status { path: "/x".into(), status: 500 }),
            ServiceError::Address(ModelUrlError::Scheme),
            ServiceError::Address(ModelUrlError::Host { host: "example.com".into() }),
            ServiceError::Remote { name: name(), source: RangeError::Page },
            ServiceError::Remote { name: name(), source: RangeError::Whole },
            ServiceError::Remote { name: name(), source: RangeError::Status { status: 403 } },
            ServiceError::Remote { name: name(), source: RangeError::Status { status: 404 } },
            ServiceError::Remote { name: name(), source: RangeError::Status { status: 503 } },
            ServiceError::Remote { name: name(), source: RangeError::Connection("x".into()) },
            ServiceError::Unsized { name: name() },
            ServiceError::Changed { name: name(), reason: "its size".into() },
            ServiceError::WrongFile { name: name(), expected: "a".into(), found: "b".into() },
            ServiceError::OutOfMemory { model: name(), bytes: 1 },
            ServiceError::NeedsGpu { model: name() },
            ServiceError::Unreadable("thread"),
            ServiceError::Unwritable("thread"),
            ServiceError::NotFound("the thread"),
        ];
        for error in errors {
            let problem = Problem::from(error);
            for text in [&problem.what, &problem.next] {
                assert!(text.ends_with('.') && text.starts_with(char::is_uppercase), "{text}");
            }
        }
    }

    #[test]
    fn a_wrong_hash_names_both() {
        let error = ServiceError::WrongHash {
            model: "m".into(),
            part: "p".into(),
            expected: "aaaa".into(),
            found: "bbbb".into(),
        };
        let problem = Problem::from(error);
        assert!(problem.what.contains("aaaa") && problem.what.contains("bbbb"));
    }
}

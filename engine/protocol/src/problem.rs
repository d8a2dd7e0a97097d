//! What went wrong, in words for a person.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Kind of a problem; what code may decide on. The words are in [`Problem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ProblemCode {
    /// The file holds no text.
    EmptyFile,
    /// The file is not text of a kind that can be imported.
    NotText,
    /// The file or its text is over the limit.
    TooLarge,
    /// The file type is not supported.
    UnsupportedType,
    /// The file is locked by a password.
    Encrypted,
    /// The file's bytes are not what its format says.
    DamagedFile,
    /// The file's pages are pictures.
    NoTextLayer,
    /// The file is made to do harm.
    Harmful,
    /// A model's manifest or part does not have the expected SHA-256.
    WrongHash,
    /// A download failed.
    Network,
    /// The server wants to know who asks (a licence that has to be accepted, say).
    NotAllowed,
    /// What is at an address is not what was there, or what is expected there.
    Changed,
    /// The device's storage is full.
    StorageFull,
    /// Storage cannot be opened, or was deleted while in use.
    StorageUnavailable,
    /// Stored data cannot be read back.
    Corrupt,
    /// The device's key is gone that opens what is stored.
    KeyLost,
    /// Not enough memory.
    OutOfMemory,
    /// The named document, thread or turn does not exist (any more).
    NotFound,
    /// A model that is needed is not loaded.
    ModelNotReady,
    /// A model file cannot be used.
    BadModel,
    /// The request itself is not acceptable (an empty question, say).
    BadRequest,
    /// The worker stopped and was started again.
    WorkerCrashed,
    /// Page and worker are of different versions.
    VersionMismatch,
    /// A fault of ours.
    Internal,
}

/// A problem as shown to a person: what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Error)]
#[error("{what} {next}")]
pub struct Problem {
    /// Kind.
    pub code: ProblemCode,
    /// What happened, one plain sentence.
    pub what: String,
    /// The next step, one plain sentence.
    pub next: String,
}

impl Problem {
    /// A problem from its parts. `what` may be an error's message: it becomes a sentence here, with a capital and a full stop.
    pub fn new(code: ProblemCode, what: impl AsRef<str>, next: impl Into<String>) -> Self {
        Self { code, what: sentence(what.as_ref()), next: next.into() }
    }
}

fn sentence(message: &str) -> String {
    let mut chars = message.chars();
    // Our own messages begin with ASCII; the tables for the rest would be a part of every program.
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    let mut text: String = first.into_iter().chain(chars).collect();
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_becomes_a_sentence_and_a_sentence_stays() {
        let what = |text: &str| Problem::new(ProblemCode::Internal, text, "Load the page again.").what;
        assert_eq!(what("the disk is full"), "The disk is full.");
        assert_eq!(what("Is the disk full?"), "Is the disk full?");
    }
}

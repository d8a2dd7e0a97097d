//! What can go wrong, and what to tell a person about it.

use conclave_ports::{LockError, RecordFault, StoreError};
use conclave_protocol::{Problem, ProblemCode};
use thiserror::Error;

use crate::index::SegmentError;

/// What goes wrong in this crate. No message holds text of a document.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum KnowledgeError {
    /// Storage failed; nothing was changed. Free space (full), or open the page again (unavailable).
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The one-writer lock cannot be had. Close the other tabs, or open the page again.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// No document has this id (any more). List the documents again.
    #[error("the document does not exist")]
    NotFound,
    /// The document's text or listing cannot be read back. Remove the document and import its file again.
    #[error("the stored {record} of \u{201c}{name}\u{201d} is damaged")]
    Corrupt {
        /// Which record: `text`, `listing`.
        record: &'static str,
        /// The document's file name, or its id where the name is lost.
        name: String,
    },
    /// Documents' index segments cannot be used. [`Library::reindex`](crate::Library::reindex) makes new ones from the texts.
    #[error("the index of {documents} {} cannot be used: {source}", if *documents == 1 { "document" } else { "documents" })]
    Segment {
        /// How many documents.
        documents: usize,
        /// What is wrong with the bytes.
        source: SegmentError,
    },
    /// The store was written by a newer version of this program. Load the page again to get that version.
    #[error("the library was written by a newer version (format {found}, this program reads {known})")]
    Newer {
        /// The stored format.
        found: u32,
        /// The newest format that this program reads.
        known: u32,
    },
    /// The vectors do not fit the passages. Embed [`Library::texts_to_embed`](crate::Library::texts_to_embed) again, all of one length, finite.
    #[error("{rows} vectors of length {dim} do not fit {passages} passages")]
    Vectors {
        /// Vectors given.
        rows: usize,
        /// Their promised length.
        dim: usize,
        /// Passages of the document.
        passages: usize,
    },
}

impl From<KnowledgeError> for Problem {
    fn from(error: KnowledgeError) -> Self {
        let what = error.to_string();
        match error {
            KnowledgeError::Store(StoreError::Full) => Self::new(
                ProblemCode::StorageFull,
                "The device's storage is full; nothing was changed.",
                "Remove documents here, or free space on the device, then try again.",
            ),
            KnowledgeError::Store(StoreError::Unavailable(_)) => Self::new(
                ProblemCode::StorageUnavailable,
                "The browser's storage cannot be opened: it is blocked, or was deleted meanwhile.",
                "Allow site data for this page (a private window may forbid it), then load the page again.",
            ),
            KnowledgeError::Store(StoreError::Failed(_)) => Self::new(
                ProblemCode::StorageUnavailable,
                "Storing failed; nothing was changed.",
                "Try again; if it fails again, load the page again.",
            ),
            KnowledgeError::Store(StoreError::KeyLost) => Self::new(
                ProblemCode::KeyLost,
                "The key that opens the documents and threads stored on this device is gone; the browser may have removed a part of this site's data.",
                "Nothing can read them without that key. To start afresh, delete this site's data in the browser's settings, load the page again and add your files again.",
            ),
            KnowledgeError::Store(StoreError::Unreadable(RecordFault::Newer)) => {
                Self::new(ProblemCode::VersionMismatch, what, "Load the page again to get the newer version.")
            }
            KnowledgeError::Store(StoreError::Unreadable(_)) => {
                Self::new(ProblemCode::Corrupt, what, "Everything else is intact; load the page again.")
            }
            KnowledgeError::Lock(_) => Self::new(
                ProblemCode::StorageUnavailable,
                "The browser refused the lock that keeps two tabs from writing at once.",
                "Close other tabs of this page and try again.",
            ),
            KnowledgeError::NotFound => Self::new(
                ProblemCode::NotFound,
                "This document does not exist any more.",
                "It may have been removed in another tab; import its file again if you need it.",
            ),
            KnowledgeError::Corrupt { .. } => {
                Self::new(ProblemCode::Corrupt, what, "Remove the document and import its file again.")
            }
            KnowledgeError::Segment { .. } => Self::new(
                ProblemCode::Corrupt,
                what,
                "They can be read; searching finds them again as soon as they are indexed anew, which happens by itself.",
            ),
            KnowledgeError::Newer { .. } => {
                Self::new(ProblemCode::VersionMismatch, what, "Load the page again to get the newer version.")
            }
            KnowledgeError::Vectors { .. } => Self::new(
                ProblemCode::Internal,
                what,
                "The document is still found by its words; report this if it happens again.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_two_plain_sentences() {
        let errors = [
            KnowledgeError::Store(StoreError::Full),
            KnowledgeError::Store(StoreError::Unavailable("x".into())),
            KnowledgeError::Store(StoreError::Failed("x".into())),
            KnowledgeError::Store(StoreError::KeyLost),
            KnowledgeError::Store(StoreError::Unreadable(RecordFault::Newer)),
            KnowledgeError::Store(StoreError::Unreadable(RecordFault::Damaged)),
            KnowledgeError::Lock(LockError("x".into())),
            KnowledgeError::NotFound,
            KnowledgeError::Corrupt { record: "text", name: "a.txt".into() },
            KnowledgeError::Segment { documents: 1, source: SegmentError::Checksum },
            KnowledgeError::Newer { found: 2, known: 1 },
            KnowledgeError::Vectors { rows: 1, dim: 2, passages: 3 },
        ];
        for error in errors {
            let problem = Problem::from(error);
            for text in [&problem.what, &problem.next] {
                assert!(text.ends_with('.') && !text.starts_with(char::is_lowercase), "{text}");
            }
        }
    }
}

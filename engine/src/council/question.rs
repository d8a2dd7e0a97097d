//! What the council is asked, and what it knows of the library.

use std::collections::BTreeMap;

use conclave_protocol::Passage;
use serde::{Deserialize, Serialize};

/// A question with everything that the seats may use to answer it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Question {
    /// The question as the person wrote it.
    pub text: String,
    /// Earlier turns of the thread, oldest first. The council reads the last [`Question::HISTORY`].
    pub history: Vec<PastTurn>,
    /// Passages that the search found, best first.
    pub passages: Vec<Passage>,
    /// What is known of the whole library.
    pub library: LibraryFacts,
}

impl Question {
    /// Turns of the thread that count. A small model loses the question behind a longer history, and two turns resolve
    /// the pronouns of nearly every follow-up.
    pub const HISTORY: usize = 2;

    /// Most bytes of a question that the seats read. SmolLM2 reads 8,192 tokens; a question of this length still leaves
    /// three quarters of that.
    pub const MAX_BYTES: usize = 8 * 1024;

    /// The text that the seats read: trimmed, at most [`Question::MAX_BYTES`].
    #[must_use]
    pub fn read(&self) -> &str {
        let text = self.text.trim();
        &text[..text.floor_char_boundary(Self::MAX_BYTES)]
    }

    /// The turns that count, oldest first.
    #[must_use]
    pub fn recent(&self) -> &[PastTurn] {
        &self.history[self.history.len().saturating_sub(Self::HISTORY)..]
    }
}

/// An earlier turn of the thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastTurn {
    /// What was asked.
    pub question: String,
    /// What the council answered, without citation marks; `None` where it abstained, vetoed or was stopped.
    pub answer: Option<String>,
    /// Whether that answer rested on documents.
    pub from_documents: bool,
}

/// What is known of the whole library, beyond the passages found.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LibraryFacts {
    /// Number of documents.
    pub documents: u32,
    /// Number of indexed passages.
    pub passages: u32,
    /// For each word of [`super::library_words`] of the question: in how many passages of the library it (or a form of
    /// the same stem) occurs. A word that is missing here counts as found where one of the question's passages holds it.
    pub word_passages: BTreeMap<String, u32>,
}

impl LibraryFacts {
    /// Whether there is anything to ask.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.documents == 0
    }
}

//! The answer that a person may see.
//!
//! Only the gate's `Approved` (crate `conclave-engine`) becomes an [`Answer`]: the fields are private, and the one
//! constructor asks for an [`ApprovedAnswer`], a trait that `Approved` alone implements (`cargo xtask lint` counts the
//! implementations). Reading a stored or received answer back is possible; making one is not.

use serde::{Deserialize, Serialize};

use crate::id::{DocumentId, ManifestId, Span};

/// How the council ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// All seats agreed at once.
    Approved,
    /// All seats agreed after an objection was met.
    ApprovedAfterRevision,
    /// Agreed for a question that needs no documents; labelled so.
    ApprovedWithoutSources,
}

/// Whether an answer rests on documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sourcing {
    /// Every claim carries a citation.
    Cited,
    /// The model's own words, with no source.
    WithoutSources,
}

/// Where a claim of an answer stands in a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Citation {
    /// Number shown in the answer, from 1.
    pub number: u32,
    /// The document.
    pub document: DocumentId,
    /// The document's title at the time of the answer.
    pub title: String,
    /// Place in the canonical text.
    pub span: Span,
    /// The canonical text under `span`, word for word.
    pub quote: String,
}

/// What an answer consists of. Text marks citations as `[1]`, `[2]`, …
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerParts {
    /// The answer, plain text or Markdown.
    pub text: String,
    /// Its citations, ordered by number.
    pub citations: Vec<Citation>,
    /// How the council ended.
    pub verdict: Verdict,
    /// Whether it rests on documents.
    pub sourcing: Sourcing,
    /// The run's manifest, which replays to the same verdict.
    pub manifest: ManifestId,
}

/// What the gate approved. Implemented once, by `conclave_engine::council::Approved`.
pub trait ApprovedAnswer {
    /// The parts of the approved answer.
    fn parts(&self) -> &AnswerParts;
}

/// An answer that passed the gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answer {
    parts: AnswerParts,
}

impl Answer {
    /// The answer that a person sees, made from what the gate approved.
    pub fn new(approved: &impl ApprovedAnswer) -> Self {
        Self { parts: approved.parts().clone() }
    }

    /// What it consists of.
    #[must_use]
    pub fn parts(&self) -> &AnswerParts {
        &self.parts
    }
}

//! The record of a run, from which its verdict can be found again.

use conclave_protocol::ManifestId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::deliberation::Statement;
use super::gate::{Gate, RulingRecord};
use super::question::Question;
use super::reading::Reading;

/// Everything that a run's verdict rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this format.
    pub format: u32,
    /// Identity.
    pub id: ManifestId,
    /// Version of the rules of Pathos, Ethos and the gate.
    pub rules: u32,
    /// Time of the run, Unix milliseconds.
    pub started_ms: u64,
    /// SHA-256 of the question's JSON, hexadecimal.
    pub question_sha256: String,
    /// The question with passages and library facts.
    pub question: Question,
    /// The sentences and what was measured on them.
    pub reading: Reading,
    /// Name of the generator, where one was loaded.
    pub generator: Option<String>,
    /// The gate's settings.
    pub gate: Gate,
    /// Everything said, in order: drafts, prompts, positions, reasons.
    pub statements: Vec<Statement>,
    /// The ruling.
    pub ruling: RulingRecord,
}

impl Manifest {
    /// Version of the format.
    pub const FORMAT: u32 = 1;
    /// Version of the rules; raised with every change that can change a verdict.
    pub const RULES: u32 = 1;

    /// SHA-256 of the question's JSON, hexadecimal.
    #[must_use]
    pub fn hash_of(question: &Question) -> String {
        // Strings, numbers and string-keyed maps always serialise; an empty hash would only fail the comparison.
        serde_json::to_vec(question).map(|json| hex::encode(Sha256::digest(json))).unwrap_or_default()
    }
}

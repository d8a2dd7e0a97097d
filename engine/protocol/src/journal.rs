//! What happened, as it is told in a report about a fault.

use serde::{Deserialize, Serialize};

/// How an entry is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum JournalLevel {
    /// It went as it should.
    News,
    /// Something did not.
    Trouble,
}

/// One entry. Only `conclave_privacy::Journal` writes them, and it redacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// When, in Unix milliseconds; the last time where it happened more than once in a row.
    pub time_ms: u64,
    /// How it is meant.
    pub level: JournalLevel,
    /// The part of the program that says it.
    pub source: String,
    /// What happened, redacted, on one line.
    pub text: String,
    /// How often in a row.
    pub times: u32,
}

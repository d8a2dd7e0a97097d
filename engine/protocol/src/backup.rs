//! The whole vault as one file.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Folder of the origin private file system in which a backup waits, in parts, until it was saved.
pub const BACKUP_FOLDER: &str = "backup";

/// Fewest characters of a passphrase. Whoever has the file can try passphrases for years.
pub const PASSPHRASE_MIN_CHARS: usize = 12;

/// What a person types to protect a backup. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Passphrase(pub String);

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// How far a backup, or what brings one back, is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupProgress {
    /// Records of the vault, or bytes of the file.
    pub done: u64,
    /// Of so many.
    pub of: u64,
}

/// A backup that waits in [`BACKUP_FOLDER`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// Names of its parts there, in the order in which their bytes follow each other.
    pub parts: Vec<String>,
    /// Its size.
    pub size_bytes: u64,
    /// Documents in it.
    pub documents: u32,
    /// Threads in it.
    pub threads: u32,
    /// Records that could not be read and are not in it.
    pub left_out: u32,
}

/// What came back from a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BroughtBack {
    /// Documents that came.
    pub documents: u32,
    /// Documents that were here already, and stayed as they are.
    pub documents_here: u32,
    /// Threads that came.
    pub threads: u32,
    /// Threads that were here already, and stayed as they are.
    pub threads_here: u32,
}

/// What the vault holds, where, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StorageUse {
    /// Documents.
    pub documents: u64,
    /// Characters of their texts. What they take in storage is a little more: most characters are one byte.
    pub chars: u64,
    /// The index over their words.
    pub words_bytes: u64,
    /// The vectors of their passages.
    pub vectors_bytes: u64,
    /// Files of documents that are kept so that their pages can be shown.
    pub originals: u64,
    /// Their bytes.
    pub originals_bytes: u64,
    /// Conversations.
    pub threads: u64,
    /// Files that wait to be read.
    pub waiting: u64,
    /// Their bytes, and those of files that were refused and are kept to be read again.
    pub waiting_bytes: u64,
    /// What the browser counts for this site, where it says so.
    pub used_bytes: Option<u64>,
    /// What it lets this site store.
    pub quota_bytes: Option<u64>,
    /// Whether the browser keeps it when the device runs out of room.
    pub kept: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_not_shown() {
        assert_eq!(format!("{:?}", Passphrase("open sesame".into())), "Passphrase(..)");
    }
}

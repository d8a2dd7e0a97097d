//! The queue of files that are to become documents.

use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// A file of the queue. Numbers grow in the order in which files were given, and are not given again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileId(pub u64);

/// A file that travels beside a message, to be put into the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedFile {
    /// Its name, behind the folders that it was given with: `letters/1998/march.txt`.
    pub path: String,
    /// Its size in bytes.
    pub size_bytes: u64,
}

/// What became of a file, or will.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileState {
    /// Its bytes are kept on this device, and it is read when it is its turn.
    Waiting,
    /// It is being read.
    Reading,
    /// Everything in it was read.
    Done,
    /// A part of it could be read: what is missing, in words for a person.
    Partial(String),
    /// Nothing of it was taken: why, and what to do.
    Refused(Problem),
    /// A person stopped it.
    Stopped,
}

/// A file of the queue as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedFile {
    /// Which.
    pub id: FileId,
    /// Its name, behind the folders that it was given with.
    pub path: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Where it stands.
    pub state: FileState,
    /// Whether its bytes are still here, so that it can be read again.
    pub is_kept: bool,
}

/// What embeds at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Embedding {
    /// Passages that have their vectors, since there were none left to embed.
    pub done: u64,
    /// These, and the ones that lack theirs.
    pub total: u64,
}

/// The queue as a whole.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct QueueStatus {
    /// Files that wait to be read.
    pub waiting: u64,
    /// Their bytes.
    pub waiting_bytes: u64,
    /// The file that is being read.
    pub reading: Option<QueuedFile>,
    /// Files that were read, whole or in part, since the queue was last empty.
    pub done: u64,
    /// Files that were read in part, were refused or stopped, and have not been dismissed.
    pub trouble: u64,
    /// Whether a person paused it.
    pub is_paused: bool,
    /// Why it stands still though nobody paused it (the disk is full, say).
    pub stalled: Option<Problem>,
    /// Files read in a second, over the last minute at most; none before anything can be said.
    pub files_per_second: Option<f64>,
    /// Seconds until nothing waits any more, at that speed, counted in bytes.
    pub seconds_left: Option<u64>,
    /// What is embedded at the moment; none where nothing is.
    pub embedding: Option<Embedding>,
    /// The first files of the list: the one that is read, those in trouble, those that wait.
    pub files: Vec<QueuedFile>,
}

impl QueueStatus {
    /// Files that [`QueueStatus::files`] has at most, unless more are asked for: what a panel shows without scrolling far.
    pub const LISTED: u32 = 50;

    /// Files that the list has in all.
    #[must_use]
    pub const fn listed(&self) -> u64 {
        self.waiting + self.trouble + self.reading.is_some() as u64
    }
}

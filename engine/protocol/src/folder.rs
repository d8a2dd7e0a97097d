//! Folders that are watched: their files become documents, and follow what happens to them.
//!
//! The page asks for a folder and keeps the browser's handle under a [`FolderId`] in a database of its own ([`HANDLES`]);
//! the engine reads it there. A handle is the browser's own object, which only the browser can store: it cannot be sealed.

use serde::{Deserialize, Serialize};

use crate::id::FolderId;
use crate::problem::Problem;

/// The database of IndexedDB with the handles of folders, version 1, and its one table: the browser's
/// `FileSystemDirectoryHandle` by [`FolderId`].
pub const HANDLES: (&str, &str) = ("conclave-folders", "handles");

/// A folder as the page lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderInfo {
    /// Which.
    pub id: FolderId,
    /// Its own name, without the folders that it stands in, which no browser tells.
    pub name: String,
    /// Files that are known in it.
    pub files: u64,
    /// How it stands.
    pub state: FolderState,
    /// The last time that it was looked through; none before the first time is over.
    pub scanned: Option<Scanned>,
}

/// How a folder stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FolderState {
    /// It is looked through when the page is looked at again, and when somebody asks.
    Watched {
        /// Whether the browser tells of changes, too.
        is_told: bool,
    },
    /// It is being looked through.
    Scanning {
        /// Files that were found so far.
        found: u64,
    },
    /// The browser wants the person to allow it again.
    NotAllowed,
    /// It cannot be read: why, and what to do. Its documents stay.
    Unreadable(Problem),
}

/// What looking through a folder found. Counts are of files.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scanned {
    /// When it ended, Unix milliseconds.
    pub at_ms: u64,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// New ones.
    pub added: u64,
    /// Ones with another content than before.
    pub changed: u64,
    /// Ones that have another name or place.
    pub moved: u64,
    /// Ones that are gone.
    pub removed: u64,
    /// Ones of kinds that are not read.
    pub unsupported: u64,
    /// Hidden files and folders, and those of programs and systems, which are passed by.
    pub passed_by: u64,
    /// Ones that changed while they were read: they are read the next time.
    pub unsettled: u64,
    /// Files and folders that could not be read.
    pub unread: u64,
    /// The first of these by their paths.
    pub unread_paths: Vec<String>,
    /// Whether it has more than is looked through.
    pub is_cut: bool,
}

impl Scanned {
    /// Paths that [`Scanned::unread_paths`] has at most.
    pub const NAMED: usize = 20;

    /// Whether nothing is other than the time before.
    #[must_use]
    pub const fn is_same(&self) -> bool {
        self.added + self.changed + self.moved + self.removed == 0
    }
}

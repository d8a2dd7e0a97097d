//! Folders of the device that a person lets the program read.
//!
//! The browser gives a handle for a folder when a person picks one, and keeps what it is allowed to: after a restart it may
//! want to be asked again, which only the page can do. Handles are kept under a [`FolderId`] (`conclave_protocol::folder`).

mod memory;

use std::rc::Rc;

use conclave_protocol::FolderId;
use thiserror::Error;

pub use memory::MemoryFolders;

use crate::{FileBytes, LocalFuture};

/// Why a folder or a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FolderError {
    /// The browser wants the person to allow it again.
    #[error("this browser wants to be asked again whether the folder may be read")]
    NotAllowed,
    /// It is not there (any more).
    #[error("it is not there any more")]
    Gone,
    /// Another failure: the disk is not connected, another program has locked it.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
}

/// Folders whose handles are kept.
pub trait Folders {
    /// The folders whose handles are kept.
    ///
    /// # Errors
    /// [`FolderError::Unreadable`] where what is kept cannot be read.
    fn kept(&self) -> LocalFuture<'_, Result<Vec<FolderId>, FolderError>>;

    /// The folder, where it may be read. Whether it is still there shows when it is used.
    ///
    /// # Errors
    /// [`FolderError::NotAllowed`]; [`FolderError::Gone`] where no handle is kept.
    fn open<'a>(&'a self, folder: &'a FolderId) -> LocalFuture<'a, Result<Rc<dyn Directory>, FolderError>>;

    /// From now on tells of changes below the folder, in the way that the implementation was made with; `false` where it
    /// cannot. Asked again it tells as before.
    fn watch<'a>(&'a self, folder: &'a FolderId) -> LocalFuture<'a, bool>;

    /// Lets the handle go, and tells of changes no more. One that is not kept is no error.
    ///
    /// # Errors
    /// [`FolderError::Unreadable`] where it is still kept.
    fn forget<'a>(&'a self, folder: &'a FolderId) -> LocalFuture<'a, Result<(), FolderError>>;
}

/// A folder, or one inside it.
pub trait Directory {
    /// What stands in it, in no order, at most `most` of it.
    ///
    /// # Errors
    /// [`FolderError`].
    fn entries(&self, most: usize) -> LocalFuture<'_, Result<Entries, FolderError>>;

    /// The file of this name in it, found without what else stands there.
    ///
    /// # Errors
    /// [`FolderError`]; [`FolderError::Gone`] also where the name is a folder's, or one that nothing can have (`..`, `a/b`).
    fn file<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<Rc<dyn FolderFile>, FolderError>>;

    /// The folder of this name in it, in the same way.
    ///
    /// # Errors
    /// [`FolderError`]; [`FolderError::Gone`] also where the name is a file's, or one that nothing can have.
    fn directory<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<Rc<dyn Directory>, FolderError>>;
}

/// What stands in a folder.
#[derive(Default)]
pub struct Entries {
    /// Names, and what they are names of.
    pub entries: Vec<(String, FolderEntry)>,
    /// Whether there is more.
    pub is_cut: bool,
}

/// What a name in a folder is the name of.
pub enum FolderEntry {
    /// A file.
    File(Rc<dyn FolderFile>),
    /// Another folder.
    Directory(Rc<dyn Directory>),
}

/// A file of a folder.
pub trait FolderFile {
    /// The file as it is now.
    ///
    /// # Errors
    /// [`FolderError`].
    fn look(&self) -> LocalFuture<'_, Result<Look, FolderError>>;
}

/// A file as it was when it was looked at. Where it has changed since, its bytes may be those of before, or cannot be read, or
/// are those of now: who reads them looks again afterwards, and takes them only where size and time are the same.
pub struct Look {
    /// Its size.
    pub size_bytes: u64,
    /// When it was changed last, as its file system says, Unix milliseconds.
    pub modified_ms: i64,
    /// Its bytes.
    pub bytes: Box<dyn FileBytes>,
}

impl Look {
    /// Whether nothing tells the file from the one that was looked at before.
    #[must_use]
    pub const fn is_same(&self, size_bytes: u64, modified_ms: i64) -> bool {
        self.size_bytes == size_bytes && self.modified_ms == modified_ms
    }
}

//! Folders that are watched: their files become documents, and follow what happens to them.
//!
//! | file | what it does |
//! |---|---|
//! | `known` | what is known of a folder's files, and how it is stored |
//! | `pass` | what is found compared with what is known: plain state |
//! | `walk` | the way through a folder: which names, how many |
//! | `look` | a look through a folder, a bit at a time |
//! | `read` | what changed is read, and goes into the queue |
//! | `original` | the file of a document, read where it stands |
//! | `settle` | what a look means for the documents: replaced, moved, gone |
//! | `commands` | what a person does with folders, and what is told about them |
//!
//! A look reads what changed and puts it into the queue (`ingest`), in one batch with what is known of it: where the program
//! is killed, either both are stored or neither is, and the next look finds the rest. It is a piece of the queue's work and
//! goes on between two batches of it.
//!
//! A folder that cannot be read keeps its documents. Only a file that is not in a folder that was listed is gone.

mod commands;
mod known;
mod look;
mod original;
mod pass;
mod read;
mod settle;
mod walk;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use conclave_ports::{FolderError, FolderFile, Table, Write};
use conclave_protocol::{FolderId, FolderInfo, FolderState, Problem, ProblemCode, Scanned};
use serde::{Deserialize, Serialize};

use super::error::ServiceError;
use super::{Service, records};
use known::{Known, files_prefix};
use look::Look;
pub(super) use settle::ReadDocument;

/// What keys of folders begin with, in [`Table::Meta`].
const PREFIX: &str = "folder/";

fn folder_key(folder: &FolderId) -> String {
    format!("{PREFIX}{folder}")
}

/// A folder as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FolderRecord {
    name: String,
    /// When it was given, Unix milliseconds.
    added_ms: u64,
    /// Files that are known in it.
    files: u64,
    scanned: Option<Scanned>,
}

/// A folder.
#[derive(Debug)]
struct Watched {
    record: FolderRecord,
    state: FolderState,
    /// Whether it is to be looked through.
    is_due: bool,
    /// When the last look ended, on the clock that does not go back.
    looked_ms: Option<f64>,
    /// How often in a row files changed while they were read.
    unsettled: usize,
    /// Within which it is to be looked through again because of them.
    again_ms: Option<u32>,
}

/// The folders, with what the service adds to them.
#[derive(Default)]
pub(super) struct Folders {
    is_open: Cell<bool>,
    all: RefCell<BTreeMap<FolderId, Watched>>,
    /// What is known of their files, once it was needed.
    known: RefCell<BTreeMap<FolderId, Known>>,
    /// The look that is under way, while nobody works on it.
    look: RefCell<Option<Look>>,
    /// Folders whose changes were told and wait a moment.
    stirring: RefCell<BTreeSet<FolderId>>,
    /// When the page was told last.
    told_ms: Cell<Option<f64>>,
    /// The file whose pages are looked at, and where it was found: the next page is drawn of it too.
    viewed: RefCell<Option<Viewed>>,
}

/// A file of a folder, at a path below it.
struct Viewed {
    folder: FolderId,
    path: String,
    file: Rc<dyn FolderFile>,
}

impl Service {
    /// Reads the stored folders, once.
    pub(super) async fn open_folders(&self) -> Result<(), ServiceError> {
        if self.folders.is_open.get() {
            return Ok(());
        }
        let mut all = BTreeMap::new();
        for record in self.ports.store.scan(Table::Meta, PREFIX).await? {
            // One that cannot be read is as good as none; the person adds it again.
            let Ok(read) = records::scanned::<FolderRecord>("folder", &record) else { continue };
            let id = FolderId(record.0.strip_prefix(PREFIX).unwrap_or_default().to_owned());
            all.insert(id, Watched::new(read));
        }
        if self.folders.is_open.replace(true) {
            return Ok(());
        }
        self.folders.all.borrow_mut().append(&mut all);
        Ok(())
    }

    /// Makes sure that what is known of a folder's files is in memory; `false` where there is no such folder.
    async fn know(&self, folder: &FolderId) -> Result<bool, ServiceError> {
        if !self.folders.all.borrow().contains_key(folder) {
            return Ok(false);
        }
        if !self.folders.known.borrow().contains_key(folder) {
            let stored = self.ports.store.scan(Table::Meta, &files_prefix(folder)).await?;
            self.folders.known.borrow_mut().entry(folder.clone()).or_insert_with(|| Known::restore(&stored));
        }
        Ok(true)
    }

    /// The same for all folders.
    async fn know_all(&self) -> Result<(), ServiceError> {
        let folders: Vec<FolderId> = self.folders.all.borrow().keys().cloned().collect();
        for folder in folders {
            self.know(&folder).await?;
        }
        Ok(())
    }

    /// Stores what changed in what is known of a folder, and the folder itself.
    async fn store_folder(&self, folder: &FolderId) -> Result<(), ServiceError> {
        let mut batch = self.folder_writes(folder)?;
        let record = self.folders.all.borrow().get(folder).map(|watched| watched.record.clone());
        let Some(record) = record else { return Ok(()) };
        batch.push(Write::put(Table::Meta, folder_key(folder), records::encode("folder", &record)?));
        self.commit_folder(folder, batch).await
    }

    /// What brings storage up to date with what is known of a folder.
    fn folder_writes(&self, folder: &FolderId) -> Result<Vec<Write>, ServiceError> {
        self.folders.known.borrow_mut().get_mut(folder).map_or(Ok(Vec::new()), |known| known.take_writes(folder))
    }

    async fn commit_folder(&self, folder: &FolderId, batch: Vec<Write>) -> Result<(), ServiceError> {
        let committed = self.ports.store.commit(batch).await;
        if committed.is_err() {
            // What is in memory is not what is stored.
            self.folders.known.borrow_mut().remove(folder);
        }
        Ok(committed?)
    }

    /// Whether so is the folder's state from now on; tells the page.
    fn set_folder_state(&self, folder: &FolderId, state: FolderState) {
        if let Some(watched) = self.folders.all.borrow_mut().get_mut(folder) {
            watched.state = state;
        }
        self.tell_folders(true);
    }
}

impl Watched {
    fn new(record: FolderRecord) -> Self {
        let state = FolderState::Watched { is_told: false };
        Self { record, state, is_due: false, looked_ms: None, unsettled: 0, again_ms: None }
    }

    fn info(&self, id: &FolderId) -> FolderInfo {
        let FolderRecord { name, files, scanned, .. } = self.record.clone();
        FolderInfo { id: id.clone(), name, files, state: self.state.clone(), scanned }
    }
}

/// That a folder is empty which was not, in words for a person.
fn emptied(name: &str, files: usize) -> Problem {
    Problem::new(
        ProblemCode::NotFound,
        format!(
            "The folder \u{201c}{name}\u{201d} is empty now, and had {files} files. Their documents stay for the moment."
        ),
        "If it is on a disk that is not connected, connect it, then look again. If you emptied it, forget it with its documents.",
    )
}

/// Why a folder cannot be read, in words for a person.
fn unreadable(name: &str, error: &FolderError) -> Problem {
    let next = match error {
        FolderError::Gone => {
            "If it was moved or renamed, forget it here and add it again. Its documents stay until then."
        }
        FolderError::NotAllowed | FolderError::Unreadable(_) => {
            "If it is on a disk that is not connected, connect it, then look again. Its documents stay."
        }
    };
    Problem::new(ProblemCode::NotFound, format!("The folder \u{201c}{name}\u{201d}: {error}"), next)
}

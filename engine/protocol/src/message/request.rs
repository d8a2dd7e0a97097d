//! What the page asks.

use serde::{Deserialize, Serialize};

use crate::backup::Passphrase;
use crate::id::{DocumentId, FolderId, ModelId, RequestId, Span, ThreadId};
use crate::queue::{FileId, OfferedFile};
use crate::settings::Settings;

/// A file of a model that travels beside a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenFile {
    /// Its name.
    pub name: String,
    /// Its size.
    pub size_bytes: u64,
}

/// What the page asks of the engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ToWorker {
    /// Open storage and say what is there. Closes with [`super::FromWorker::Ready`].
    Hello,
    /// Bring both models into memory. [`super::FromWorker::Models`] while it runs; closes with `Done`.
    LoadModels,
    /// Keep the model that travels beside this message, for answers. [`super::FromWorker::Copying`], closes with `ModelAdded`.
    /// [`Settings::generator`] chooses it.
    AddModel {
        /// Name of its file or folder.
        name: String,
        /// The files of a folder as Hugging Face has it, in the order in which their bytes follow each other. Empty where
        /// the model is one GGUF file.
        files: Vec<GivenFile>,
    },
    /// Fetch the model file at this address and keep it, or go on where an earlier download of it ended.
    /// [`super::FromWorker::Downloading`], closes with `ModelAdded`. Stopped, it keeps the parts that are there.
    DownloadModel {
        /// An https address at [`crate::download::MODEL_HOST`].
        address: String,
    },
    /// Give up an unfinished download, in whichever tab it runs, and give its room back. Closes with `Downloads`.
    RemoveDownload {
        /// Which.
        model: ModelId,
    },
    /// Remove an added model from the device. Where it was the chosen one, the settings change too. Closes with
    /// `OwnModels`.
    RemoveModel {
        /// Which.
        model: ModelId,
    },
    /// Put the files that travel beside this message into the queue. Closes with `Done` when their bytes are stored: from then
    /// on they become documents whatever happens to the page.
    AddFiles {
        /// The files, in the order in which their bytes follow each other; 1,000 at most.
        files: Vec<OfferedFile>,
        /// Files of the same drop that follow with later messages.
        left: u64,
    },
    /// Let the queue stand still, or go on. Closes with `Done`.
    PauseQueue {
        /// Whether it stands still.
        is_paused: bool,
    },
    /// Stop a file that waits or is being read; without one all of them. Closes with `Done`.
    StopFiles {
        /// Which.
        file: Option<FileId>,
    },
    /// Read a file again that was refused, read in part or stopped. Closes with `Done`.
    RetryFile {
        /// Which.
        file: FileId,
    },
    /// Take a file that was refused, read in part or stopped off the list; without one all of them. Closes with `Done`.
    DismissFiles {
        /// Which.
        file: Option<FileId>,
    },
    /// Read a file before the others that wait. Closes with `Done`.
    ReadFirst {
        /// Which.
        file: FileId,
    },
    /// From now on tell so many files of the queue. Closes with `Done`.
    ListFiles {
        /// How many; 500 at most.
        count: u32,
    },
    /// Watch a folder whose handle the page has kept ([`crate::folder::HANDLES`]). Closes with `Done` when that is stored;
    /// it is not looked through yet.
    WatchFolder {
        /// The number under which the handle is kept.
        folder: FolderId,
        /// The folder's name.
        name: String,
    },
    /// Look through a folder, or all, for what changed. Closes with `Done` at once; [`super::FromWorker::Folders`] tells the rest.
    ScanFolders {
        /// Which; all without one.
        folder: Option<FolderId>,
        /// Whether a person asked for it: otherwise what was looked through a moment ago is left alone.
        is_asked: bool,
    },
    /// Watch a folder no more. Closes with `Done`.
    ForgetFolder {
        /// Which.
        folder: FolderId,
        /// Whether its documents stay.
        keep_documents: bool,
    },
    /// Remove documents, their texts and their index entries. [`super::FromWorker::Removed`] to every tab; closes with `Done`.
    RemoveDocuments {
        /// Which.
        documents: Vec<DocumentId>,
    },
    /// Give documents tags, and take others off. [`super::FromWorker::Added`] to every tab; closes with `Done`.
    ChangeTags {
        /// Which; those that are gone are left out.
        documents: Vec<DocumentId>,
        /// Tags that each of them gets.
        add: Vec<String>,
        /// Tags that none of them keeps, in any case of letters.
        remove: Vec<String>,
    },
    /// Look for documents that say nearly the same. Closes with `Alike`.
    FindAlike,
    /// Look at what a document takes and at its passages. Closes with `Details`.
    ReadDetails {
        /// Which.
        document: DocumentId,
        /// Number of the first passage that is wanted, from 0; [`crate::DocumentDetails::LISTED_MAX`] are told at most.
        first: u32,
    },
    /// Open a document for reading. Closes with `Document`.
    ReadDocument {
        /// Which.
        document: DocumentId,
    },
    /// Draw a page of a document whose pages can be shown ([`crate::DocumentText::original`]). Closes with `Page`.
    ShowPage {
        /// Which document.
        document: DocumentId,
        /// The page, from 1.
        page: u32,
        /// How wide the picture shall be, in pixels.
        width_px: u32,
        /// The passage whose words on this page are to be marked, in the canonical text.
        cited: Option<Span>,
    },
    /// Search only. Closes with `Found`.
    Search {
        /// Words or a question.
        query: String,
        /// Most passages.
        limit: u32,
    },
    /// Ask the council. `Found`, then `Trace`s, closes with `TurnEnded`.
    Ask {
        /// The thread; created when it does not exist.
        thread: ThreadId,
        /// The question.
        question: String,
    },
    /// Read a thread's turns. Closes with `Thread`.
    ReadThread {
        /// Which.
        thread: ThreadId,
    },
    /// Rename a thread. Closes with `Threads`.
    RenameThread {
        /// Which.
        thread: ThreadId,
        /// New title.
        title: String,
    },
    /// Delete a thread with its turns and manifests. Closes with `Threads`.
    DeleteThread {
        /// Which.
        thread: ThreadId,
    },
    /// Look at the device and measure how fast it computes; takes about two seconds. Closes with `Device`.
    ProbeDevice,
    /// Say what the vault holds. Closes with `Storage`.
    MeasureStorage,
    /// Write the whole vault into one file under a passphrase: documents, index and conversations, no models. `BackingUp` while
    /// it runs; closes with `BackedUp`.
    BackUp {
        /// At least [`crate::PASSPHRASE_MIN_CHARS`] characters.
        passphrase: Passphrase,
    },
    /// Bring back what is in the backup that travels beside this message, and not here. `BackingUp` while it runs; closes with
    /// `BroughtBack`.
    BringBack {
        /// The one that it was made with.
        passphrase: Passphrase,
    },
    /// Store the settings. Closes with `Settings`.
    SaveSettings {
        /// All of them.
        settings: Settings,
    },
    /// Read what happened since the engine started. Closes with `Journal`.
    ReadJournal,
    /// Note where the engine before this one panicked. Closes with `Done`.
    NotePanic {
        /// As [`super::FromWorker::Panicked`] told it.
        place: String,
    },
    /// Stop another request. The other one closes with `Stopped` (or `TurnEnded`, outcome stopped); this one with `Done`.
    Cancel {
        /// The other one.
        request: RequestId,
    },
}

impl ToWorker {
    /// The request's name, without what is in it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Hello => "Hello",
            Self::LoadModels => "LoadModels",
            Self::AddModel { .. } => "AddModel",
            Self::DownloadModel { .. } => "DownloadModel",
            Self::RemoveDownload { .. } => "RemoveDownload",
            Self::RemoveModel { .. } => "RemoveModel",
            Self::AddFiles { .. } => "AddFiles",
            Self::PauseQueue { .. } => "PauseQueue",
            Self::StopFiles { .. } => "StopFiles",
            Self::RetryFile { .. } => "RetryFile",
            Self::DismissFiles { .. } => "DismissFiles",
            Self::ReadFirst { .. } => "ReadFirst",
            Self::ListFiles { .. } => "ListFiles",
            Self::WatchFolder { .. } => "WatchFolder",
            Self::ScanFolders { .. } => "ScanFolders",
            Self::ForgetFolder { .. } => "ForgetFolder",
            Self::RemoveDocuments { .. } => "RemoveDocuments",
            Self::ChangeTags { .. } => "ChangeTags",
            Self::FindAlike => "FindAlike",
            Self::ReadDetails { .. } => "ReadDetails",
            Self::ReadDocument { .. } => "ReadDocument",
            Self::ShowPage { .. } => "ShowPage",
            Self::Search { .. } => "Search",
            Self::Ask { .. } => "Ask",
            Self::ReadThread { .. } => "ReadThread",
            Self::RenameThread { .. } => "RenameThread",
            Self::DeleteThread { .. } => "DeleteThread",
            Self::ProbeDevice => "ProbeDevice",
            Self::MeasureStorage => "MeasureStorage",
            Self::BackUp { .. } => "BackUp",
            Self::BringBack { .. } => "BringBack",
            Self::SaveSettings { .. } => "SaveSettings",
            Self::ReadJournal => "ReadJournal",
            Self::NotePanic { .. } => "NotePanic",
            Self::Cancel { .. } => "Cancel",
        }
    }
}

//! Page ↔ `engine` program.
//!
//! The page sends a [`Request`]; the worker answers with [`Event`]s that carry the same number and ends each request with
//! exactly one closing event ([`FromWorker::is_closing`]). Files travel beside the request as the browser's own `File`
//! objects, by reference, so that the page never reads them.

use serde::{Deserialize, Serialize};

use crate::backup::{Backup, BackupProgress, BroughtBack, Passphrase, StorageUse};
use crate::device::DeviceReport;
use crate::document::{Alike, DocumentDetails, DocumentInfo, DocumentText, Passage};
use crate::download::{CatalogueModel, Download, DownloadProgress};
use crate::folder::FolderInfo;
use crate::id::{DocumentId, FolderId, ModelId, RequestId, Span, ThreadId};
use crate::journal::JournalEntry;
use crate::model::{CopyProgress, ModelsStatus, OwnModel};
use crate::page::PageImage;
use crate::problem::Problem;
use crate::queue::{FileId, OfferedFile, QueueStatus};
use crate::settings::Settings;
use crate::thread::{ThreadInfo, Turn};
use crate::trace::TraceEvent;

/// Version of these messages. Page and worker of different versions do not talk: [`crate::ProblemCode::VersionMismatch`].
pub const PROTOCOL_VERSION: u16 = 12;

/// A numbered request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// [`PROTOCOL_VERSION`] of the sender.
    pub version: u16,
    /// Number, unique in the life of the page.
    pub id: RequestId,
    /// What is asked.
    pub body: ToWorker,
}

impl Request {
    /// A request in this version.
    #[must_use]
    pub const fn new(id: RequestId, body: ToWorker) -> Self {
        Self { version: PROTOCOL_VERSION, id, body }
    }
}

/// An event; `id` is `None` for what no request asked for (another tab changed something, models load).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The request it belongs to.
    pub id: Option<RequestId>,
    /// What happened.
    pub body: FromWorker,
}

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
    /// Open storage and say what is there. Closes with [`FromWorker::Ready`].
    Hello,
    /// Bring both models into memory. [`FromWorker::Models`] while it runs; closes with `Done`.
    LoadModels,
    /// Keep the model that travels beside this message, for answers. [`FromWorker::Copying`], closes with `ModelAdded`.
    /// [`Settings::generator`] chooses it.
    AddModel {
        /// Name of its file or folder.
        name: String,
        /// The files of a folder as Hugging Face has it, in the order in which their bytes follow each other. Empty where
        /// the model is one GGUF file.
        files: Vec<GivenFile>,
    },
    /// Fetch the model file at this address and keep it, or go on where an earlier download of it ended.
    /// [`FromWorker::Downloading`], closes with `ModelAdded`. Stopped, it keeps the parts that are there.
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
    /// Look through a folder, or all, for what changed. Closes with `Done` at once; [`FromWorker::Folders`] tells the rest.
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
    /// Remove documents, their texts and their index entries. [`FromWorker::Removed`] to every tab; closes with `Done`.
    RemoveDocuments {
        /// Which.
        documents: Vec<DocumentId>,
    },
    /// Give documents tags, and take others off. [`FromWorker::Added`] to every tab; closes with `Done`.
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
        /// Number of the first passage that is wanted, from 0; [`DocumentDetails::LISTED_MAX`] are told at most.
        first: u32,
    },
    /// Open a document for reading. Closes with `Document`.
    ReadDocument {
        /// Which.
        document: DocumentId,
    },
    /// Draw a page of a document whose pages can be shown ([`DocumentText::original`]). Closes with `Page`.
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
        /// As [`FromWorker::Panicked`] told it.
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

/// What is stored, at the start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The newest documents, newest first. The others follow as [`FromWorker::Added`].
    pub documents: Vec<DocumentInfo>,
    /// The queue of files.
    pub queue: QueueStatus,
    /// Threads, last changed first.
    pub threads: Vec<ThreadInfo>,
    /// Settings.
    pub settings: Settings,
    /// Models.
    pub models: ModelsStatus,
    /// Models that were added, in that order.
    pub own_models: Vec<OwnModel>,
    /// Models that can be had, the smallest first.
    pub catalogue: Vec<CatalogueModel>,
    /// Downloads that have not ended, in the order in which they began.
    pub downloads: Vec<Download>,
    /// What a person should know (something stored could not be read, say); empty when all is well.
    pub problems: Vec<Problem>,
}

/// What the engine tells the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromWorker {
    /// The program runs and takes messages; sent once, unasked, before anything else.
    Started {
        /// [`PROTOCOL_VERSION`] of the worker.
        version: u16,
    },
    /// Answer to [`ToWorker::Hello`].
    Ready(Box<Snapshot>),
    /// The models' state changed.
    Models(ModelsStatus),
    /// A model file was checked and stored.
    ModelAdded(OwnModel),
    /// All models that were added, in that order (also unasked, when another tab changed them).
    OwnModels(Vec<OwnModel>),
    /// Progress of a download.
    Downloading(DownloadProgress),
    /// All unfinished downloads, in the order in which they began (also unasked, when one began or ended).
    Downloads(Vec<Download>),
    /// Progress of a model that is copied.
    Copying(CopyProgress),
    /// How the queue stands; unasked, a few times a second at most.
    Queue(Box<QueueStatus>),
    /// All folders that are watched, in the order in which they were given; unasked.
    Folders(Vec<FolderInfo>),
    /// Documents that are new or changed; unasked.
    Added(Vec<DocumentInfo>),
    /// Documents that are gone; unasked.
    Removed(Vec<DocumentId>),
    /// A document's text.
    Document(DocumentText),
    /// A page of a document.
    Page(PageImage),
    /// What a document takes, and some of its passages.
    Details(DocumentDetails),
    /// Groups of documents that say nearly the same, the oldest of each group first.
    Alike(Vec<Vec<Alike>>),
    /// Passages found, best first.
    Found(Vec<Passage>),
    /// The turn was stored and its work begins.
    TurnStarted(Turn),
    /// A step of the council.
    Trace(TraceEvent),
    /// The turn as stored at its end.
    TurnEnded(Turn),
    /// A thread's turns, oldest first.
    Thread {
        /// Its listing.
        info: ThreadInfo,
        /// Its turns.
        turns: Vec<Turn>,
    },
    /// All threads, last changed first (also unasked).
    Threads(Vec<ThreadInfo>),
    /// What the device offers and how fast it is.
    Device(DeviceReport),
    /// What the vault holds.
    Storage(StorageUse),
    /// Progress of a backup, or of what brings one back.
    BackingUp(BackupProgress),
    /// A backup waits to be saved.
    BackedUp(Backup),
    /// What came back.
    BroughtBack(BroughtBack),
    /// The settings as stored.
    Settings(Settings),
    /// What happened, the newest last.
    Journal(Vec<JournalEntry>),
    /// The program's last word: it panicked, and ends.
    Panicked {
        /// File and line of the source. Never the panic's text, which may quote what a person wrote.
        place: String,
    },
    /// The request is done and has nothing more to say.
    Done,
    /// The request was cancelled.
    Stopped,
    /// The request failed.
    Failed(Problem),
}

impl FromWorker {
    /// Whether this event ends its request.
    #[must_use]
    pub const fn is_closing(&self, request: &ToWorker) -> bool {
        match self {
            Self::Ready(_)
            | Self::ModelAdded(_)
            | Self::Document(_)
            | Self::Page(_)
            | Self::Details(_)
            | Self::Alike(_)
            | Self::TurnEnded(_)
            | Self::Thread { .. }
            | Self::Device(_)
            | Self::Storage(_)
            | Self::BackedUp(_)
            | Self::BroughtBack(_)
            | Self::Settings(_)
            | Self::Journal(_)
            | Self::Done
            | Self::Stopped
            | Self::Failed(_) => true,
            Self::Found(_) => matches!(request, ToWorker::Search { .. }),
            Self::OwnModels(_) => matches!(request, ToWorker::RemoveModel { .. }),
            Self::Downloads(_) => matches!(request, ToWorker::RemoveDownload { .. }),
            Self::Threads(_) => {
                matches!(request, ToWorker::RenameThread { .. } | ToWorker::DeleteThread { .. })
            }
            Self::Started { .. }
            | Self::Panicked { .. }
            | Self::Models(_)
            | Self::Downloading(_)
            | Self::Copying(_)
            | Self::BackingUp(_)
            | Self::Queue(_)
            | Self::Folders(_)
            | Self::Added(_)
            | Self::Removed(_)
            | Self::TurnStarted(_)
            | Self::Trace(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_close_a_search_but_not_a_question() {
        let found = FromWorker::Found(Vec::new());
        assert!(found.is_closing(&ToWorker::Search { query: "x".into(), limit: 1 }));
        let ask = ToWorker::Ask { thread: ThreadId("t".into()), question: "x".into() };
        assert!(!found.is_closing(&ask));
    }

    #[test]
    fn a_request_survives_the_trip_through_json() {
        let request = Request::new(RequestId(7), ToWorker::ListFiles { count: 7 });
        let json = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<Request>(&json).unwrap(), request);
    }
}

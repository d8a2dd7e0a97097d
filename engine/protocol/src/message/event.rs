//! What the engine tells.

use serde::{Deserialize, Serialize};

use super::ToWorker;
use crate::backup::{Backup, BackupProgress, BroughtBack, StorageUse};
use crate::device::DeviceReport;
use crate::document::{Alike, DocumentDetails, DocumentInfo, DocumentText, Passage};
use crate::download::{CatalogueModel, Download, DownloadProgress};
use crate::folder::FolderInfo;
use crate::id::DocumentId;
use crate::journal::JournalEntry;
use crate::model::{CopyProgress, ModelsStatus, OwnModel};
use crate::page::PageImage;
use crate::problem::Problem;
use crate::queue::QueueStatus;
use crate::settings::Settings;
use crate::thread::{ThreadInfo, Turn};
use crate::trace::TraceEvent;

/// What is stored, at the start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The newest documents, newest first. The others follow as [`FromWorker::Added`].
    pub documents: Vec<DocumentInfo>,
    /// How many documents there are, those that follow included.
    pub documents_total: u64,
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
        /// [`super::PROTOCOL_VERSION`] of the worker.
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

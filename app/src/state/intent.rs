//! What a person (or the browser on their behalf) does.

use conclave_protocol::{DocumentId, FileId, FromRedact, ModelId, Passage, Settings, Span, ThreadId, TurnId};

use super::command::Command;
use super::downloads::Ending;
use super::effect::Ticket;
use super::folders::FolderIntent;
use super::given::Given;
use super::layout::{Dialog, PanelTab};
use super::pages::PagesIntent;
use super::private_copy::CopyIntent;
use super::rules::RuleEdit;
use super::shelf::ShelfIntent;
use super::vault::VaultIntent;

/// One thing that happened on the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    /// The page was opened; start the workers.
    Open,
    /// Do what a menu entry, a key or the palette names.
    Run(Command),
    /// Escape was pressed: close what lies on top, else stop the question.
    Escape,
    /// Open a thread.
    OpenThread(ThreadId),
    /// Name a thread.
    RenameThread {
        /// Which.
        thread: ThreadId,
        /// The new title.
        title: String,
    },
    /// Delete a thread, confirmed.
    DeleteThread(ThreadId),
    /// The composer's text changed.
    Compose(String),
    /// Typing paused: look for private values.
    MarkNow,
    /// Ask the composer's text.
    Ask,
    /// Ask the question of an ended turn again.
    AskAgain(TurnId),
    /// Stop the live question; a second time, after a while, end the worker.
    StopAsking,
    /// Files were dropped or picked.
    AddFiles(Vec<Given>),
    /// Stop or withdraw an import.
    CancelImport(Ticket),
    /// Take a failed or stopped import off the list.
    DismissImport(Ticket),
    /// Try a failed or stopped import again.
    RetryImport(Ticket),
    /// Let the queue stand still, or go on.
    PauseQueue(bool),
    /// Stop a file of the queue, or all.
    StopFiles(Option<FileId>),
    /// Read a file of the queue again.
    RetryFile(FileId),
    /// Take a file of the queue off the list, or all that are in trouble.
    DismissFiles(Option<FileId>),
    /// Read a file of the queue before the others.
    ReadFirst(FileId),
    /// Show more files of the queue.
    ShowMoreFiles,
    /// Something with folders that are watched.
    InFolders(FolderIntent),
    /// Remove documents, confirmed.
    RemoveDocuments(Vec<DocumentId>),
    /// Open a document, at a passage where one is given.
    OpenDocument {
        /// Which.
        document: DocumentId,
        /// Its title, shown while it loads.
        title: String,
        /// The passage.
        span: Option<Span>,
        /// What stood there when it was found or cited.
        quote: Option<String>,
    },
    /// Show more of the open document, above or below.
    WidenReader {
        /// Above the window, not below.
        above: bool,
    },
    /// Go to a page, row or line of the open document, as it counts them.
    GoToPlace(u64),
    /// Go to a byte of the open document's text.
    GoToByte(usize),
    /// Something with the pages of the open document.
    InPages(PagesIntent),
    /// Close the open document.
    CloseReader,
    /// On the library page.
    Shelf(ShelfIntent),
    /// Search the documents.
    Search(String),
    /// Forget the last search.
    ClearSearch,
    /// Download a model, or go on with it.
    Download(String),
    /// Pause a download, or give it up.
    EndDownload {
        /// Where the file is.
        address: String,
        /// Which of the two.
        ending: Ending,
    },
    /// Remove an added model, confirmed.
    RemoveModel(ModelId),
    /// Measure the device (again).
    MeasureDevice,
    /// Copy what happened.
    CopyJournal,
    /// The browser copied it, or refused to.
    JournalCopied(bool),
    /// In the dialog about storage and backups.
    InVault(VaultIntent),
    /// Store these settings.
    Save(Settings),
    /// Load the models.
    LoadModels,
    /// Stop loading the models.
    CancelModels,
    /// Show the trace of a turn.
    ShowTrace(TurnId),
    /// Show a tab of the panel.
    ShowTab(PanelTab),
    /// Open a dialog.
    OpenDialog(Dialog),
    /// Close the open dialog.
    CloseDialog,
    /// Close the panel, or the thread list where it lies over the page.
    CloseSheets,
    /// The page became so narrow that panels lie over it, or wide again.
    Narrow(bool),
    /// Take a problem off the page.
    DismissProblem(u32),
    /// The network went or came.
    Offline(bool),
    /// The engine worker died, or could not be started.
    EngineCrashed,
    /// The tab that ran the engine was closed, or the engine died there: another tab runs it now, perhaps this one.
    EngineMoved,
    /// Another tab took the engine, because this one was asleep: from here on that one runs it.
    EngineTaken,
    /// A message of the engine could not be read.
    EngineGarbled,
    /// In the dialog of the private copy.
    InPrivateCopy(CopyIntent),
    /// Change a rule of what is hidden.
    EditRule(RuleEdit),
    /// The redact worker says something.
    Redactor(FromRedact),
    /// The redact worker died, or could not be started.
    RedactCrashed,
}

impl Intent {
    /// Opens a passage's document at the passage.
    #[must_use]
    pub fn open_passage(passage: &Passage) -> Self {
        Self::OpenDocument {
            document: passage.document.clone(),
            title: passage.title.clone(),
            span: Some(passage.span),
            quote: Some(passage.text.clone()),
        }
    }

    /// Opens a document at its beginning.
    #[must_use]
    pub fn open_whole(document: DocumentId, title: String) -> Self {
        Self::OpenDocument { document, title, span: None, quote: None }
    }
}

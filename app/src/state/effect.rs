//! What the state asks of the world.

use conclave_protocol::{Request, Theme, ThreadId, ToRedact};

use super::folders::FolderEffect;
use super::private_copy::Copying;
use super::section::Sections;

/// Number of a file, or of several that belong together, that the browser holds; the state never sees the files themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u32);

/// What a reducer may know about the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Env {
    /// Unix time in milliseconds.
    pub now_ms: u64,
    /// Sixteen fresh random bytes, for one identifier.
    pub random: [u8; 16],
}

/// One thing to do outside the state.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Send this to the engine, with the files of that ticket beside it.
    Send {
        /// The message.
        request: Request,
        /// The files.
        file: Option<Ticket>,
    },
    /// Drop the files; nothing needs them any more.
    ForgetFile(Ticket),
    /// End the engine worker if there is one and start a new one.
    StartEngine,
    /// End the engine worker.
    StopEngine,
    /// Start the redact worker (again).
    StartRedact,
    /// Dispatch [`super::Intent::MarkNow`] once typing pauses.
    ScheduleMarks,
    /// Dispatch [`super::CopyIntent::AskNow`] once typing pauses.
    ScheduleReview,
    /// Dispatch [`super::PagesIntent::LookAgain`] after so long.
    LookAtDrawing {
        /// In milliseconds.
        in_ms: u64,
    },
    /// Put this into the clipboard, and dispatch [`super::CopyIntent::Copied`].
    Copy {
        /// What it is.
        what: Copying,
        /// The text.
        text: String,
    },
    /// Send this to the redact worker.
    Redact(ToRedact),
    /// Show this colour scheme.
    ApplyTheme(Theme),
    /// Keep the open thread's identity in the page's address; `None` for a thread with nothing stored.
    RememberThread(Option<ThreadId>),
    /// Move the focus into the composer.
    FocusComposer,
    /// Move the focus to the search field.
    FocusSearch,
    /// Ask the browser to keep what is stored when the device runs out of room, then dispatch
    /// [`super::VaultIntent::Measure`] where that is shown.
    KeepStorage,
    /// Put what happened into the clipboard, and dispatch [`super::Intent::JournalCopied`].
    CopyJournal(String),
    /// Something with folders.
    InFolders(FolderEffect),
    /// Let the person save a backup, whose parts have these names; where that cannot be, dispatch
    /// [`super::VaultIntent::NotSaved`].
    SaveBackup(Vec<String>),
    /// Open the browser's file picker.
    PickFiles,
    /// Load the page again.
    Reload,
}

/// What a reducer changed and wants done.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Update {
    /// What changed.
    pub sections: Sections,
    /// What to do, in order.
    pub effects: Vec<Effect>,
}

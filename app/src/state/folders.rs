//! Folders that are watched: what a person does with them, and what is said about them.

use conclave_protocol::{FolderId, FolderInfo, FolderState, Problem, Scanned, ToWorker};

use super::AppState;
use super::effect::Effect;
use super::format::{ago, count};
use super::layout::{Dialog, PanelTab};
use super::section::Section;

/// How this browser gives folders to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FolderAccess {
    /// A page may keep a folder, and read it again.
    Kept,
    /// A page gets the files that are in a folder now, and no more.
    #[default]
    Once,
}

/// The folders.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folders {
    /// In the order in which they were given.
    pub list: Vec<FolderInfo>,
    /// How this browser gives them.
    pub access: FolderAccess,
}

/// One thing that happens with folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FolderIntent {
    /// The browser gives folders in this way.
    Access(FolderAccess),
    /// Add a folder.
    Pick,
    /// The page keeps the handle of a folder that was picked or dropped.
    Given {
        /// The number under which it is kept.
        folder: FolderId,
        /// The folder's name.
        name: String,
    },
    /// A folder was picked, and cannot be kept.
    NotGiven(Problem),
    /// Look through a folder, or all.
    Look(Option<FolderId>),
    /// The page is looked at again: something may have changed meanwhile.
    Shown,
    /// Ask the browser to allow a folder again.
    Allow(FolderId),
    /// What came of it.
    Allowed {
        /// Which.
        folder: FolderId,
        /// Whether it may be read.
        is_allowed: bool,
    },
    /// Watch a folder no more, confirmed.
    Forget {
        /// Which.
        folder: FolderId,
        /// Whether its documents stay.
        keep_documents: bool,
    },
}

/// What folders need of the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FolderEffect {
    /// Ask for a folder, keep its handle, and dispatch [`FolderIntent::Given`].
    Pick,
    /// Ask for the files of a folder, and add them.
    PickOnce,
    /// Have the person asked whether a folder may be read, and dispatch [`FolderIntent::Allowed`].
    Allow(FolderId),
}

impl AppState {
    pub(super) fn in_folders(&mut self, intent: FolderIntent) {
        match intent {
            FolderIntent::Access(access) => {
                self.folders.access = access;
                self.touch(Section::Folders);
            }
            FolderIntent::Pick => self.effect(Effect::InFolders(match self.folders.access {
                FolderAccess::Kept => FolderEffect::Pick,
                FolderAccess::Once => FolderEffect::PickOnce,
            })),
            FolderIntent::Given { folder, name } => {
                // Now there is something to lose, and a person to ask.
                self.effect(Effect::KeepStorage);
                self.layout.show_tab(PanelTab::Sources);
                self.touch(Section::Layout);
                self.request(ToWorker::WatchFolder { folder, name }, None);
            }
            FolderIntent::NotGiven(problem) => self.report(problem, None),
            FolderIntent::Look(folder) => drop(self.request(ToWorker::ScanFolders { folder, is_asked: true }, None)),
            FolderIntent::Shown => self.look_at_folders(),
            FolderIntent::Allow(folder) => self.effect(Effect::InFolders(FolderEffect::Allow(folder))),
            FolderIntent::Allowed { folder, is_allowed: true } => {
                self.request(ToWorker::ScanFolders { folder: Some(folder), is_asked: true }, None);
            }
            FolderIntent::Allowed { is_allowed: false, .. } => {
                self.announce("The folder was not allowed. Its documents stay as they are.");
            }
            FolderIntent::Forget { folder, keep_documents } => {
                self.close_dialog();
                self.request(ToWorker::ForgetFolder { folder, keep_documents }, None);
            }
        }
    }

    /// Has all folders looked through, where that was not done a moment ago.
    pub(super) fn look_at_folders(&mut self) {
        let is_asked_for = self.pending.find(|body| matches!(body, ToWorker::ScanFolders { .. })).is_some();
        if self.connection.is_ready() && !self.folders.list.is_empty() && !is_asked_for {
            self.request(ToWorker::ScanFolders { folder: None, is_asked: false }, None);
        }
    }

    /// The engine watches a folder, and has not looked through it.
    pub(super) fn on_folder_watched(&mut self, folder: FolderId) {
        self.request(ToWorker::ScanFolders { folder: Some(folder), is_asked: true }, None);
    }

    /// Takes over how the folders stand; says what changed in them.
    pub(super) fn on_folders(&mut self, list: Vec<FolderInfo>) {
        let words = list.iter().find_map(|info| {
            let before = self.folders.list.iter().find(|before| before.id == info.id)?;
            let ended = matches!(before.state, FolderState::Scanning { .. }) && info.state != before.state;
            match &info.state {
                FolderState::Scanning { .. } => None,
                FolderState::Watched { .. } if ended => {
                    let scanned = info.scanned.as_ref().filter(|scanned| !scanned.is_same())?;
                    Some(format!("{}: {}.", info.name, changes_words(scanned)))
                }
                FolderState::Watched { .. } => None,
                FolderState::NotAllowed | FolderState::Unreadable(_) if before.state == info.state => None,
                FolderState::NotAllowed => Some(format!("{}: {NOT_ALLOWED}", info.name)),
                FolderState::Unreadable(problem) => Some(problem.to_string()),
            }
        });
        self.folders.list = list;
        self.touch(Section::Folders);
        if let Some(words) = words {
            self.announce(words);
        }
    }

    /// The dialog that asks whether a folder's documents stay.
    #[must_use]
    pub fn forget_dialog(info: &FolderInfo) -> Dialog {
        Dialog::ForgetFolder { folder: info.id.clone(), name: info.name.clone(), files: info.files }
    }
}

/// What stands in place of a folder's figures while it may not be read.
const NOT_ALLOWED: &str = "This browser wants to be asked again before the folder may be read. Its documents stay.";

/// How a folder stands.
#[must_use]
pub fn folder_words(info: &FolderInfo, now_ms: u64) -> String {
    match (&info.state, &info.scanned) {
        (FolderState::Scanning { found: 0 }, _) => "Looking through it…".to_owned(),
        (FolderState::Scanning { found }, _) => format!("Looking through it, {} so far", files_words(*found)),
        (FolderState::NotAllowed, _) => NOT_ALLOWED.to_owned(),
        (FolderState::Unreadable(problem), _) => problem.to_string(),
        (FolderState::Watched { .. }, None) => "Not looked through yet".to_owned(),
        (FolderState::Watched { .. }, Some(scanned)) => {
            let when = match ago(scanned.at_ms, now_ms) {
                now if now == "now" => "just now".to_owned(),
                yesterday if yesterday == "yesterday" => yesterday,
                then => format!("{then} ago"),
            };
            let changes = if scanned.is_same() { "nothing new".to_owned() } else { changes_words(scanned) };
            format!("{}, looked through {when}: {changes}", files_words(info.files))
        }
    }
}

/// What a look left out, each as a sentence; empty when all is well.
#[must_use]
pub fn folder_notes(info: &FolderInfo) -> Vec<String> {
    let Some(scanned) = &info.scanned else { return Vec::new() };
    let mut notes = Vec::new();
    if scanned.is_cut {
        notes.push(
            "It has more than is looked through: the rest is left out, and nothing of it counts as deleted.".to_owned(),
        );
    }
    if scanned.unread > 0 {
        let named = scanned.unread_paths.join(", ");
        let more = scanned.unread - scanned.unread_paths.len() as u64;
        let more = if more > 0 { format!(" and {} more", count(more)) } else { String::new() };
        notes.push(format!("Could not be read: {named}{more}. What is known of it stays."));
    }
    if scanned.unsettled > 0 {
        let words = files_words(scanned.unsettled);
        notes.push(format!("{words} changed while being read, and will be read again."));
    }
    if scanned.unsupported > 0 {
        notes.push(format!("{} of kinds that are not read.", files_words(scanned.unsupported)));
    }
    notes
}

/// What changed: `3 new, 1 changed`.
fn changes_words(scanned: &Scanned) -> String {
    let kinds =
        [(scanned.added, "new"), (scanned.changed, "changed"), (scanned.moved, "moved"), (scanned.removed, "gone")];
    let some = kinds.into_iter().filter(|(files, _)| *files > 0);
    some.map(|(files, word)| format!("{} {word}", count(files))).collect::<Vec<_>>().join(", ")
}

fn files_words(files: u64) -> String {
    match files {
        1 => "1 file".to_owned(),
        files => format!("{} files", count(files)),
    }
}

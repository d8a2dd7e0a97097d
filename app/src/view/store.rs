//! The state with its signals: what a section's readers see, and the effects that changes ask for.

use std::time::Duration;

use conclave_protocol::{FolderId, TabId};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::link::{self, EngineLink, EngineSays, Files, PickedFile, RedactLink, RedactSays};
use crate::state::{
    AppState, CopyIntent, Dialog, Effect, FolderEffect, FolderIntent, Intent, PagesIntent, Section, Ticket, Update,
    VaultIntent,
};

/// Pause in typing after which the composer's text is looked through. Below 100 ms a mark seems to come at once.
const MARK_AFTER: Duration = Duration::from_millis(80);

/// Pause in typing after which a text for another AI is reviewed: its columns follow what is written, and a long one is not
/// looked through at every key.
const REVIEW_AFTER: Duration = Duration::from_millis(150);

/// Identities of elements that take the focus by name.
pub mod ids {
    /// The composer.
    pub const COMPOSER: &str = "composer";
    /// The search field of the sources.
    pub const SEARCH: &str = "search";
    /// The library's heading.
    pub const LIBRARY: &str = "library";
    /// Its list of documents.
    pub const LIBRARY_LIST: &str = "library-list";
    /// The heading of what lies over that list.
    pub const SHELF_PART: &str = "shelf-part";
    /// The file picker.
    pub const PICKER: &str = "picker";
    /// The picker of a folder whose files are added once.
    pub const FOLDER_PICKER: &str = "folder-picker";
    /// The thread list.
    pub const THREADS: &str = "threads";
    /// The button that shows and hides the thread list.
    pub const THREADS_TOGGLE: &str = "threads-toggle";
    /// The right panel.
    pub const PANEL: &str = "panel";
    /// The text for another AI.
    pub const ORIGINAL: &str = "original";
    /// The other AI's answer.
    pub const ANSWER: &str = "answer";
    /// The button that shows and hides the right panel.
    pub const PANEL_TOGGLE: &str = "panel-toggle";
}

struct Inner {
    state: AppState,
    triggers: [ArcTrigger; Section::ALL.len()],
    engine: Option<EngineLink>,
    redact: Option<RedactLink>,
    files: Files,
    mark_timer: Option<TimeoutHandle>,
    review_timer: Option<TimeoutHandle>,
    drawing_timer: Option<TimeoutHandle>,
}

/// A handle to the state; copied into every component.
#[derive(Clone, Copy)]
pub struct Store(StoredValue<Inner, LocalStorage>);

impl Store {
    /// The state of a page just opened. Nothing runs yet.
    pub fn new() -> Self {
        Self(StoredValue::new_local(Inner {
            state: AppState::new(link::remembered_thread(), &link::env()),
            triggers: std::array::from_fn(|_| ArcTrigger::new()),
            engine: None,
            redact: None,
            files: Files::default(),
            mark_timer: None,
            review_timer: None,
            drawing_timer: None,
        }))
    }

    /// The store of the page that this component belongs to.
    pub fn here() -> Self {
        expect_context()
    }

    /// Reads the state; the caller is run again when one of the sections changes.
    pub fn read<T>(self, sections: &[Section], read: impl FnOnce(&AppState) -> T) -> T {
        self.0.with_value(|inner| {
            for section in sections {
                inner.triggers[section.index()].track();
            }
            read(&inner.state)
        })
    }

    /// Reads the state as it is now.
    pub fn peek<T>(self, read: impl FnOnce(&AppState) -> T) -> T {
        self.0.with_value(|inner| read(&inner.state))
    }

    /// A value of the state that tells its readers only when it differs.
    pub fn memo<T>(self, sections: &'static [Section], read: impl Fn(&AppState) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| self.read(sections, &read))
    }

    /// Does what a person (or the browser) wants.
    pub fn dispatch(self, intent: Intent) {
        self.change(|state| state.dispatch(intent, &link::env()));
    }

    /// Takes files that were dropped or picked.
    pub fn add_files(self, picked: &[PickedFile]) {
        let mut taken = Vec::new();
        self.0.update_value(|inner| taken = inner.files.take(picked));
        if !taken.is_empty() {
            self.dispatch(Intent::AddFiles(taken));
        }
    }

    /// Keeps a folder that was picked or dropped.
    pub async fn keep_folder(self, handle: link::FolderHandle) {
        let fresh = FolderId::from_random(link::env().random);
        self.dispatch(Intent::InFolders(match link::keep_folder(&handle, fresh).await {
            Ok((folder, name)) => FolderIntent::Given { folder, name },
            Err(problem) => FolderIntent::NotGiven(problem),
        }));
    }

    fn with_folders(self, effect: FolderEffect) {
        match effect {
            FolderEffect::Pick => {
                let picking = link::ask_for_folder();
                spawn_local(async move {
                    match picking.await {
                        Ok(Some(handle)) => self.keep_folder(handle).await,
                        Ok(None) => {}
                        Err(problem) => self.dispatch(Intent::InFolders(FolderIntent::NotGiven(problem))),
                    }
                });
            }
            FolderEffect::PickOnce => link::press(ids::FOLDER_PICKER),
            FolderEffect::Allow(folder) => spawn_local(async move {
                let is_allowed = link::allow_folder(folder.clone()).await;
                self.dispatch(Intent::InFolders(FolderIntent::Allowed { folder, is_allowed }));
            }),
        }
    }

    /// Holds one file for a request of its own.
    pub fn hold(self, file: web_sys::File) -> Option<Ticket> {
        self.0.try_update_value(|inner| inner.files.hold(file))
    }

    fn change(self, reduce: impl FnOnce(&mut AppState) -> Update) {
        let mut update = Update::default();
        self.0.update_value(|inner| update = reduce(&mut inner.state));
        let triggers: Vec<ArcTrigger> = self.0.with_value(|inner| {
            update.sections.iter().map(|section| inner.triggers[section.index()].clone()).collect()
        });
        for trigger in triggers {
            trigger.notify();
        }
        for effect in update.effects {
            self.carry_out(effect);
        }
    }

    fn carry_out(self, effect: Effect) {
        match effect {
            Effect::Send { request, file } => {
                let sent = self.0.with_value(|inner| {
                    let files = file.map_or(&[][..], |ticket| inner.files.get(ticket));
                    inner.engine.as_ref().is_some_and(|engine| engine.send(&request, files))
                });
                if !sent {
                    self.dispatch(Intent::EngineCrashed);
                }
            }
            Effect::ForgetFile(ticket) => self.0.update_value(|inner| inner.files.forget(ticket)),
            Effect::StartEngine => {
                // The old worker ends before the new one starts: both would write to the same storage.
                self.0.update_value(|inner| inner.engine = None);
                let tab = TabId::from_random(link::env().random);
                let engine = EngineLink::start(tab, move |says| self.heard_engine(says));
                self.0.update_value(|inner| inner.engine = Some(engine));
            }
            Effect::StopEngine => self.0.update_value(|inner| inner.engine = None),
            Effect::StartRedact => {
                self.0.update_value(|inner| inner.redact = None);
                let redact = RedactLink::start(move |says| self.heard_redact(says));
                let started = redact.is_some();
                self.0.update_value(|inner| inner.redact = redact);
                if !started {
                    self.dispatch(Intent::RedactCrashed);
                }
            }
            Effect::ScheduleMarks => self.after(MARK_AFTER, Intent::MarkNow, |inner| &mut inner.mark_timer),
            Effect::ScheduleReview => {
                self.after(REVIEW_AFTER, Intent::InPrivateCopy(CopyIntent::AskNow), |inner| &mut inner.review_timer);
            }
            Effect::LookAtDrawing { in_ms } => {
                let look = Intent::InPages(PagesIntent::LookAgain);
                self.after(Duration::from_millis(in_ms), look, |inner| &mut inner.drawing_timer);
            }
            Effect::Copy { what, text } => link::copy(&text, move |done| {
                self.dispatch(Intent::InPrivateCopy(CopyIntent::Copied { what, done }));
            }),
            Effect::Redact(message) => {
                let sent = self.0.with_value(|inner| inner.redact.as_ref().is_some_and(|redact| redact.send(&message)));
                if !sent {
                    self.dispatch(Intent::RedactCrashed);
                }
            }
            Effect::ApplyTheme(theme) => link::apply_theme(theme),
            Effect::RememberThread(thread) => link::remember_thread(thread.as_ref()),
            Effect::FocusComposer => {
                // At once, so that no key is lost, and when what may still cover it is gone.
                link::focus(ids::COMPOSER);
                request_animation_frame(|| link::focus(ids::COMPOSER));
            }
            Effect::FocusSearch => request_animation_frame(|| link::focus(ids::SEARCH)),
            Effect::KeepStorage => link::ask_to_keep_storage(move || {
                if self.peek(|state| state.layout.dialog == Some(Dialog::Vault)) {
                    self.dispatch(Intent::InVault(VaultIntent::Measure));
                }
            }),
            Effect::SaveBackup(parts) => {
                link::save_backup(parts, move || self.dispatch(Intent::InVault(VaultIntent::NotSaved)));
            }
            Effect::CopyJournal(text) => link::copy(&text, move |done| self.dispatch(Intent::JournalCopied(done))),
            Effect::InFolders(effect) => self.with_folders(effect),
            Effect::PickFiles => link::press(ids::PICKER),
            Effect::Reload => link::reload(),
        }
    }

    /// Dispatches an intent after a pause; one that waits in the same place is put off.
    fn after(self, pause: Duration, intent: Intent, place: fn(&mut Inner) -> &mut Option<TimeoutHandle>) {
        let timer = set_timeout_with_handle(move || self.dispatch(intent), pause).ok();
        let mut before = None;
        self.0.update_value(|inner| before = std::mem::replace(place(inner), timer));
        if let Some(before) = before {
            before.clear();
        }
    }

    fn heard_engine(self, says: EngineSays) {
        match says {
            EngineSays::Event(event) => self.change(|state| state.apply(*event, &link::env())),
            // As below: the worker goes, and with it who calls this.
            EngineSays::Taken => set_timeout(move || self.dispatch(Intent::EngineTaken), Duration::ZERO),
            EngineSays::Moved => self.dispatch(Intent::EngineMoved),
            EngineSays::Garbled => self.dispatch(Intent::EngineGarbled),
            // The listener that calls this belongs to the worker that will be dropped: let it return first.
            EngineSays::Died => set_timeout(move || self.dispatch(Intent::EngineCrashed), Duration::ZERO),
        }
    }

    fn heard_redact(self, says: RedactSays) {
        match says {
            RedactSays::Message(message) => self.dispatch(Intent::Redactor(message)),
            RedactSays::Died => set_timeout(move || self.dispatch(Intent::RedactCrashed), Duration::ZERO),
        }
    }
}

//! What the page knows, as plain Rust: no views, no browser, no clock and no randomness of its own.
//!
//! Two doors lead in: [`AppState::apply`] takes what the engine says, [`AppState::dispatch`] what a person does. Both
//! return an [`Update`]: the sections that changed (so that views re-read only those) and the effects that the caller
//! must carry out (messages to send, workers to start). The same events and intents always give the same state.

mod asking;
mod categories;
mod command;
mod composer;
mod connection;
mod crash;
mod device;
mod documents;
mod downloads;
mod effect;
mod engine_events;
mod folders;
mod format;
mod given;
mod imports;
mod intent;
mod intents;
mod journal;
mod layout;
mod library;
mod live;
mod markdown;
mod model_lines;
mod models;
mod own_models;
mod page_keys;
mod pages;
mod palette;
mod passages;
mod pending;
mod places;
mod private_copy;
mod problems;
mod reader;
mod recognition;
mod redactor;
mod rules;
mod run;
mod section;
mod segments;
mod shelf;
mod shortcut;
mod threads;
mod vault;
mod viewer;
mod words;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use conclave_protocol::{
    OwnModel, Passage, Problem, RequestId, Settings, ThreadId, ThreadInfo, ToWorker, Turn, TurnId,
};

pub use categories::{CategoryGroup, category_heading, category_noun, category_words, counted_all};
pub use command::{Command, Group};
pub use composer::Composer;
pub use connection::{Connection, RESTARTS_PER_MINUTE, Stage};
pub use device::{DeviceLook, advice_words, device_lines};
pub use downloads::{Downloads, Ending};
pub use effect::{Effect, Env, Ticket, Update};
pub use folders::{FolderAccess, FolderEffect, FolderIntent, Folders, folder_notes, folder_words};
pub use format::{ago, bytes, count, duration, excerpt, shorten, time_left, weights};
pub use given::{Given, GivenKind, Loose, is_weights, sort as sort_given};
pub use imports::{ImportItem, ImportStage, Imports, can_read_again, trouble_words};
pub use intent::Intent;
pub use journal::{Journal, entry_words, journal_text, time_of_day};
pub use layout::{Confirm, Dialog, Layout, PanelTab, Sheet};
pub use library::Documents;
pub use live::{Decision, Draft, Live};
pub use markdown::{Block, Inline, parse as parse_markdown};
pub use model_lines::{Action, ModelLine, model_lines};
pub use models::{Models, Progress, Rate};
pub use page_keys::{InRoom, pages_turned};
pub use pages::{PageShown, Pages, PagesIntent, ReadAs, Room, Zoom, original_by_now};
pub use palette::{Entry, entries, matching};
pub use passages::{Piece, shown_pieces};
pub use pending::Pending;
pub use places::{kind_words, origin_words, place_words};
pub use private_copy::{
    Blocked, Confirming, CopyIntent, CopyStep, Copying, DRAFT, Destination, FoundGroup, FoundValue, MOST_LISTED,
    PrivateCopy, doubts_words, findings, hidden_words, kept_words, policy_words,
};
pub use problems::{Problems, Remedy, Toast};
pub use reader::{Asked, Reader, ReaderBody, Standing, Window};
pub use redactor::{RedactStatus, Redactor};
pub use rules::{DESTINATION_CHARS, DESTINATIONS_MAX, RuleEdit, rules_of};
pub use section::{Section, Sections};
pub use segments::{Segment, pieces, segments, span_of_utf16};
pub use shelf::{
    AlikeLook, Details, DetailsBody, Only, Rows, Shelf, ShelfIntent, Sort, kinds_in, rows_shown, step_to, tags_in,
};
pub use shortcut::{KeyPress, Shortcut};
pub use vault::{
    BackupStage, Vault, VaultIntent, came_words, kept_storage_words, passphrase_of, passphrase_trouble,
    removal_question, storage_lines,
};
pub use viewer::{TextPiece, Unit, find_place, text_pieces, unit};
pub use words::{model_words, outcome_words, phase_words, position_words, reason_words, verdict_words};

/// Everything that the page knows.
#[derive(Debug)]
pub struct AppState {
    /// The engine worker's life.
    pub connection: Connection,
    /// Whether the browser says that there is no network.
    pub offline: bool,
    /// All threads, last changed first.
    pub threads: Vec<ThreadInfo>,
    /// The thread that is open; a new one is not in `threads` until its first question is stored.
    pub current: ThreadId,
    /// Whether the open thread's turns are on their way.
    pub reading_thread: bool,
    /// The open thread's turns, oldest first.
    pub turns: Vec<Arc<Turn>>,
    /// What the gate said about turns of this visit; stored turns carry only their outcome.
    pub decisions: HashMap<TurnId, Decision>,
    /// The question that the council works on now.
    pub live: Option<Live>,
    /// All documents, newest first.
    pub documents: Documents,
    /// Files on their way.
    pub imports: Imports,
    /// Folders that are watched.
    pub folders: Folders,
    /// The models, once the engine has told about them.
    pub models: Option<Models>,
    /// Models that were added, in that order.
    pub own_models: Vec<OwnModel>,
    /// Models that can be had, and downloads of them.
    pub downloads: Downloads,
    /// What is known of the device.
    pub device: DeviceLook,
    /// What happened.
    pub journal: Journal,
    /// What is stored, and backups of it.
    pub vault: Vault,
    /// The document that is open for reading.
    pub reader: Option<Reader>,
    /// Its pages.
    pub pages: Pages,
    /// The last search in the documents.
    pub search: Search,
    /// The library page.
    pub shelf: Shelf,
    /// The text being written and what is private in it.
    pub composer: Composer,
    /// The redact worker.
    pub redactor: Redactor,
    /// The text on its way to another AI, kept while its dialog is closed.
    pub private_copy: Option<PrivateCopy>,
    /// What went wrong and has not been dismissed.
    pub problems: Problems,
    /// Settings of this device, as the person chose them.
    pub settings: Settings,
    stored_settings: Settings,
    /// Panels and dialogs.
    pub layout: Layout,
    /// The latest sentence for screen readers.
    pub announcement: String,
    want_models: bool,
    pending: Pending,
    /// The time of what is being handled (Unix, milliseconds).
    now_ms: u64,
    update: Update,
}

/// A search in the documents.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Search {
    /// Nothing was searched for.
    #[default]
    Idle,
    /// The engine searches.
    Running {
        /// The request.
        request: RequestId,
        /// The words.
        query: String,
    },
    /// Passages, best first.
    Found {
        /// The words.
        query: String,
        /// The passages.
        passages: Vec<Passage>,
    },
    /// It failed.
    Failed(Problem),
}

impl AppState {
    /// Most passages that a search from the panel asks for: about three screens of a laptop.
    pub const SEARCH_LIMIT: u32 = 12;

    /// The state before the engine has said anything; `remembered` is the thread that was open before a reload.
    #[must_use]
    pub fn new(remembered: Option<ThreadId>, env: &Env) -> Self {
        Self {
            connection: Connection::default(),
            offline: false,
            threads: Vec::new(),
            reading_thread: remembered.is_some(),
            current: remembered.unwrap_or_else(|| ThreadId::from_random(env.random)),
            turns: Vec::new(),
            decisions: HashMap::new(),
            live: None,
            documents: Documents::default(),
            imports: Imports::default(),
            folders: Folders::default(),
            models: None,
            own_models: Vec::new(),
            downloads: Downloads::default(),
            device: DeviceLook::default(),
            journal: Journal::default(),
            vault: Vault::default(),
            reader: None,
            pages: Pages::default(),
            search: Search::default(),
            shelf: Shelf::default(),
            composer: Composer::default(),
            redactor: Redactor::default(),
            private_copy: None,
            problems: Problems::default(),
            settings: Settings::default(),
            stored_settings: Settings::default(),
            layout: Layout::default(),
            announcement: String::new(),
            want_models: false,
            pending: Pending::default(),
            now_ms: env.now_ms,
            update: Update::default(),
        }
    }

    /// The open thread's listing; `None` for a new one.
    #[must_use]
    pub fn current_thread(&self) -> Option<&ThreadInfo> {
        self.threads.iter().find(|thread| thread.id == self.current)
    }

    /// The live question, where it belongs to the open thread.
    #[must_use]
    pub fn live_here(&self) -> Option<&Live> {
        self.live.as_ref().filter(|live| live.thread == self.current)
    }

    /// The request that loads the models, while it runs.
    #[must_use]
    pub fn loading_models(&self) -> Option<RequestId> {
        self.pending.find(|body| matches!(body, ToWorker::LoadModels))
    }

    /// The turn with this identity in the open thread.
    #[must_use]
    pub fn turn(&self, id: &TurnId) -> Option<&Arc<Turn>> {
        self.turns.iter().find(|turn| turn.id == *id)
    }

    /// The turn that the trace panel shows while no question is live: the chosen one, or the last.
    #[must_use]
    pub fn traced_turn(&self) -> Option<&Arc<Turn>> {
        let chosen = self.layout.traced.as_ref().and_then(|id| self.turn(id));
        chosen.or_else(|| self.turns.last())
    }

    fn touch(&mut self, section: Section) {
        self.update.sections.insert(section);
    }

    fn effect(&mut self, effect: Effect) {
        self.update.effects.push(effect);
    }

    fn announce(&mut self, sentence: impl Into<String>) {
        self.announcement = sentence.into();
        self.touch(Section::Announcement);
    }

    fn report(&mut self, problem: Problem, remedy: Option<Remedy>) {
        self.announce(problem.to_string());
        self.problems.add(problem, remedy);
        self.touch(Section::Problems);
    }

    /// Numbers a request and sends it, now or as soon as the engine is ready.
    fn request(&mut self, body: ToWorker, file: Option<Ticket>) -> RequestId {
        let at_once = self.connection.takes(&body);
        let (id, request) = self.pending.add(body, file, at_once);
        if let Some(request) = request {
            self.effect(Effect::Send { request, file });
        }
        id
    }

    /// Sends what was asked for while the engine was away.
    fn flush(&mut self) {
        for (request, file) in self.pending.take_waiting() {
            self.effect(Effect::Send { request, file });
        }
    }

    fn finish(&mut self) -> Update {
        std::mem::take(&mut self.update)
    }
}

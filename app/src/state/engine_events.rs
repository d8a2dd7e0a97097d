//! What the engine says: events in, state changed.

use conclave_protocol::{
    Event, FromWorker, PROTOCOL_VERSION, Passage, Problem, ProblemCode, RequestId, Settings, Snapshot, ToWorker,
};

use super::command::Command;
use super::connection::{Connection, Stage};
use super::effect::{Effect, Env, Update};
use super::imports::ImportStage;
use super::layout::Dialog;
use super::library::Documents;
use super::models::Models;
use super::problems::Remedy;
use super::section::Section;
use super::vault::VaultIntent;
use super::words::phase_words;
use super::{AppState, Search};

impl AppState {
    /// Takes one event of the engine.
    pub fn apply(&mut self, event: Event, env: &Env) -> Update {
        self.now_ms = env.now_ms;
        let closed = event.id.and_then(|id| self.pending.close(id, &event.body));
        match event.body {
            FromWorker::Started { version } => self.on_started(version),
            FromWorker::Ready(snapshot) => self.on_ready(*snapshot, env),
            FromWorker::Models(status) => {
                match &mut self.models {
                    Some(models) => models.update(status, env.now_ms),
                    None => self.models = Some(Models::new(status, env.now_ms)),
                }
                self.touch(Section::Models);
            }
            FromWorker::Copying(progress) => self.on_copying(event.id, progress, env),
            FromWorker::Queue(status) => self.on_queue(*status, env),
            FromWorker::Folders(folders) => self.on_folders(folders),
            FromWorker::Added(documents) => self.on_added(documents),
            FromWorker::Removed(documents) => self.on_removed(&documents),
            FromWorker::ModelAdded(model) if matches!(closed, Some(ToWorker::DownloadModel { .. })) => {
                self.on_downloaded(event.id, model);
            }
            FromWorker::ModelAdded(model) => self.on_model_added(event.id, model),
            FromWorker::Downloading(progress) => self.on_downloading(event.id, progress, env),
            FromWorker::Downloads(downloads) => self.on_downloads(downloads),
            FromWorker::Device(report) => self.on_device(report),
            FromWorker::Storage(storage) => self.on_storage(storage),
            FromWorker::BackingUp(progress) => self.on_backing_up(event.id, progress),
            FromWorker::BackedUp(backup) => self.on_backed_up(event.id, backup),
            FromWorker::BroughtBack(came) => self.on_brought_back(event.id, came),
            FromWorker::Journal(entries) => self.on_journal(entries),
            FromWorker::Panicked { place } => self.engine_panicked(place),
            FromWorker::OwnModels(models) => self.on_own_models(models),
            FromWorker::Document(text) => self.on_document(text),
            FromWorker::Page(picture) => self.on_page(event.id, picture),
            FromWorker::Details(details) => self.on_details(event.id, details),
            FromWorker::Alike(groups) => self.on_alike(event.id, groups),
            FromWorker::Found(passages) => self.on_found(event.id, passages),
            FromWorker::TurnStarted(turn) => self.on_turn_started(event.id, turn),
            FromWorker::Trace(step) => {
                let Some(live) = self.live.as_mut().filter(|live| Some(live.request) == event.id) else {
                    return self.finish();
                };
                let moved = live.take(step);
                let words = live.phase.as_ref().filter(|_| moved).map(phase_words);
                self.touch(Section::Trace);
                if let Some(words) = words {
                    self.touch(Section::Live);
                    self.announce(words);
                }
            }
            FromWorker::TurnEnded(turn) => self.on_turn_ended(event.id, turn),
            FromWorker::Thread { info, turns } => self.on_thread(&info, turns),
            FromWorker::Threads(threads) => {
                self.on_threads(threads, env);
                if let Some(ToWorker::DeleteThread { thread }) = closed {
                    self.forget_values(thread);
                    self.announce("The thread was deleted.");
                }
            }
            FromWorker::Settings(settings) => {
                let switched = settings.generator != self.stored_settings.generator;
                self.take_settings(settings);
                if self.layout.dialog == Some(Dialog::Vault) {
                    self.in_vault(VaultIntent::Measure);
                }
                if switched && matches!(closed, Some(ToWorker::SaveSettings { .. })) {
                    self.load_models();
                }
            }
            FromWorker::Done => match (closed, event.id) {
                (Some(ToWorker::LoadModels), _) => {
                    self.touch(Section::Models);
                    self.announce("The models are ready.");
                }
                (Some(ToWorker::AddFiles { .. }), Some(id)) => self.on_files_added(id),
                (Some(ToWorker::WatchFolder { folder, .. }), _) => self.on_folder_watched(folder),
                _ => {}
            },
            FromWorker::Stopped => self.on_stopped(event.id, closed),
            // A panic in the middle of asynchronous work does not reach the worker's `error` event: the last word of the
            // engine is a problem that no request asked for.
            FromWorker::Failed(problem) if event.id.is_none() && problem.code == ProblemCode::Internal => {
                self.engine_crashed(env);
            }
            FromWorker::Failed(problem) => self.on_failed(event.id, closed, problem),
        }
        self.finish()
    }

    fn on_started(&mut self, version: u16) {
        if self.connection.stage != Stage::Starting {
            return;
        }
        self.touch(Section::Connection);
        if version == PROTOCOL_VERSION {
            self.connection.stage = Stage::Opening;
            // It tells those that it watches.
            self.folders.list.clear();
            self.touch(Section::Folders);
            self.request(ToWorker::Hello, None);
        } else {
            self.connection.stage = Stage::Down(Connection::mismatch());
            self.effect(Effect::StopEngine);
            self.announce(Connection::mismatch().to_string());
        }
    }

    fn on_ready(&mut self, snapshot: Snapshot, env: &Env) {
        let first = !self.connection.was_ready;
        self.connection.stage = Stage::Ready;
        self.connection.was_ready = true;
        self.take_settings(snapshot.settings);
        if first && !self.layout.narrow {
            self.layout.panel_open = self.settings.show_trace;
        }
        self.documents = Documents::greeted(snapshot.documents, snapshot.documents_total);
        self.imports.see_queue(snapshot.queue, env.now_ms);
        self.touch(Section::Imports);
        self.threads = snapshot.threads;
        self.models = Some(Models::new(snapshot.models, env.now_ms));
        self.own_models = snapshot.own_models;
        self.downloads.catalogue = snapshot.catalogue;
        self.downloads.unfinished = snapshot.downloads;
        for section in [Section::Connection, Section::Layout, Section::Threads, Section::Models] {
            self.touch(section);
        }
        self.documents_changed();
        for problem in snapshot.problems {
            self.report(problem, None);
        }
        if first {
            self.say_what_is_unfinished();
        }
        self.hand_on_panic();
        self.draw_anew();
        self.flush();
        self.pump_imports();
        self.look_at_folders();
        if self.current_thread().is_some() {
            self.read_current();
        } else {
            self.reading_thread = false;
            self.touch(Section::Turns);
            if self.live.is_none() {
                self.effect(Effect::RememberThread(None));
            }
        }
        if self.want_models || (first && self.settings.load_models_at_start) {
            self.load_models();
        }
    }

    /// Takes the stored settings, except where a newer choice is on its way: what the person chose last stands.
    fn take_settings(&mut self, settings: Settings) {
        self.stored_settings = settings.clone();
        self.touch(Section::Settings);
        if self.pending.find(|body| matches!(body, ToWorker::SaveSettings { .. })).is_none() {
            self.effect(Effect::ApplyTheme(settings.theme));
            self.settings = settings;
        }
        self.tell_rules();
    }

    fn on_found(&mut self, id: Option<RequestId>, passages: Vec<Passage>) {
        if let Some(live) = self.live.as_mut().filter(|live| Some(live.request) == id) {
            live.passages = Some(passages);
            self.touch(Section::Live);
        } else if let Search::Running { request, query } = &self.search
            && Some(*request) == id
        {
            let words = match passages.len() {
                0 => "No passages found.".to_owned(),
                1 => "1 passage found.".to_owned(),
                count => format!("{count} passages found."),
            };
            self.search = Search::Found { query: query.clone(), passages };
            self.touch(Section::Search);
            self.announce(words);
        }
    }

    fn on_stopped(&mut self, id: Option<RequestId>, closed: Option<ToWorker>) {
        match closed {
            Some(ToWorker::AddFiles { .. } | ToWorker::AddModel { .. }) => {
                if let Some(item) = id.and_then(|id| self.imports.by_request(id)) {
                    item.stage = ImportStage::Stopped;
                    let words = format!("Stopped adding {}.", item.given.name);
                    self.touch(Section::Imports);
                    self.announce(words);
                }
                self.pump_imports();
            }
            Some(ToWorker::DownloadModel { .. }) => self.on_download_stopped(id),
            Some(ToWorker::Ask { .. }) => {
                self.drop_live(None);
            }
            Some(ToWorker::Search { .. }) => {
                self.search = Search::Idle;
                self.touch(Section::Search);
            }
            Some(ToWorker::LoadModels) => {
                self.touch(Section::Models);
                self.announce("Stopped loading the models.");
            }
            _ => {}
        }
    }

    fn on_failed(&mut self, id: Option<RequestId>, closed: Option<ToWorker>, problem: Problem) {
        match closed {
            Some(ToWorker::Hello) => {
                self.announce(problem.to_string());
                self.connection.stage = Stage::Down(problem);
                self.touch(Section::Connection);
                self.give_back_waiting();
            }
            Some(ToWorker::AddFiles { .. } | ToWorker::AddModel { .. }) => {
                if let Some(item) = id.and_then(|id| self.imports.by_request(id)) {
                    let words = format!("{}: {problem}", item.given.name);
                    item.stage = ImportStage::Failed(problem);
                    self.touch(Section::Imports);
                    self.announce(words);
                }
                self.pump_imports();
            }
            Some(ToWorker::ReadDocument { document }) => self.fail_reader(&document, problem),
            Some(ToWorker::ShowPage { .. }) => self.on_page_failed(id, problem),
            Some(ToWorker::ReadDetails { .. }) => self.fail_details(id, problem),
            Some(ToWorker::FindAlike) => self.fail_alike(problem),
            Some(ToWorker::Search { .. }) => {
                self.announce(problem.to_string());
                self.search = Search::Failed(problem);
                self.touch(Section::Search);
            }
            Some(ToWorker::Ask { .. }) => {
                self.drop_live(Some(&problem));
                self.report(problem, None);
            }
            Some(ToWorker::ProbeDevice) => self.fail_device(problem),
            Some(ToWorker::BackUp { .. } | ToWorker::BringBack { .. }) => self.on_backup_failed(id, problem),
            Some(ToWorker::DownloadModel { .. }) => self.fail_download(id, problem),
            Some(ToWorker::ReadThread { thread }) => {
                if thread == self.current {
                    self.reading_thread = false;
                    self.touch(Section::Turns);
                }
                self.report(problem, None);
            }
            Some(ToWorker::LoadModels) => {
                self.touch(Section::Models);
                // The strip of the models says it already where one of them failed.
                if self.models.as_ref().is_none_or(|models| !models.have_failed()) {
                    self.report(problem, Some(Remedy(Command::LoadModels)));
                }
            }
            // The other request had ended before: nothing was left to stop.
            Some(ToWorker::Cancel { .. }) if problem.code == ProblemCode::NotFound => {}
            _ => self.report(problem, None),
        }
    }
}

//! What the engine says: events in, state changed.

use std::sync::Arc;

use conclave_protocol::{
    DocumentInfo, DocumentText, Event, FromWorker, Outcome, PROTOCOL_VERSION, Passage, Problem, ProblemCode, RequestId,
    Settings, Snapshot, ThreadInfo, ToWorker, Turn,
};

use super::connection::{Connection, Stage};
use super::effect::{Effect, Env, Update};
use super::format::shorten;
use super::imports::ImportStage;
use super::live::Live;
use super::models::{Models, Rate};
use super::problems::Remedy;
use super::reader::{ReaderBody, Window};
use super::section::Section;
use super::words::{import_words, outcome_words, phase_words};
use super::{AppState, Command, Search};

/// Longest title made from a first question, in characters: two lines of the thread list.
const TITLE_CHARS: usize = 60;

impl AppState {
    /// Takes one event of the engine.
    pub fn apply(&mut self, event: Event, env: &Env) -> Update {
        let closed = event.id.and_then(|id| self.pending.close(id, &event.body));
        match event.body {
            FromWorker::Started { version } => self.on_started(version),
            FromWorker::Ready(snapshot) => self.on_ready(snapshot, env),
            FromWorker::Models(status) => {
                match &mut self.models {
                    Some(models) => models.update(status, env.now_ms),
                    None => self.models = Some(Models::new(status, env.now_ms)),
                }
                self.touch(Section::Models);
            }
            FromWorker::Importing(progress) => self.on_importing(event.id, progress, env),
            FromWorker::Imported(info) => self.on_imported(event.id, info),
            FromWorker::Documents(documents) => self.on_documents(documents),
            FromWorker::Document(text) => self.on_document(text),
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
            FromWorker::Threads(threads) => self.on_threads(threads, env),
            FromWorker::Settings(settings) => self.take_settings(settings),
            FromWorker::Done => {
                if closed == Some(ToWorker::LoadModels) {
                    self.touch(Section::Models);
                    self.announce("The models are ready.");
                }
            }
            FromWorker::Stopped => self.on_stopped(event.id, closed),
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
        self.documents = snapshot.documents;
        self.threads = snapshot.threads;
        self.models = Some(Models::new(snapshot.models, env.now_ms));
        for section in [
            Section::Connection,
            Section::Settings,
            Section::Layout,
            Section::Documents,
            Section::Threads,
            Section::Models,
        ] {
            self.touch(section);
        }
        for problem in snapshot.problems {
            self.report(problem, None);
        }
        self.flush();
        self.pump_imports();
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
        if self.pending.find(|body| matches!(body, ToWorker::SaveSettings { .. })).is_none() {
            self.effect(Effect::ApplyTheme(settings.theme));
            self.settings = settings;
            self.touch(Section::Settings);
        }
    }

    pub(super) fn read_current(&mut self) {
        let thread = self.current.clone();
        let asked = |body: &ToWorker| *body == ToWorker::ReadThread { thread: thread.clone() };
        if self.pending.find(asked).is_none() {
            self.request(ToWorker::ReadThread { thread: thread.clone() }, None);
        }
    }

    fn on_importing(&mut self, id: Option<RequestId>, now: conclave_protocol::ImportProgress, env: &Env) {
        let Some(item) = id.and_then(|id| self.imports.by_request(id)) else { return };
        let ImportStage::Running { progress, .. } = &mut item.stage else { return };
        let same_phase = progress.as_ref().is_some_and(|before| before.phase == now.phase);
        if same_phase {
            item.rate.see(now.done, env.now_ms);
        } else {
            item.rate = Rate::begin(now.done, env.now_ms);
        }
        let words = (!same_phase).then(|| format!("{}: {}", item.name, import_words(now.phase)));
        *progress = Some(now);
        self.touch(Section::Imports);
        if let Some(words) = words {
            self.announce(words);
        }
    }

    fn on_imported(&mut self, id: Option<RequestId>, info: DocumentInfo) {
        if let Some(ticket) = id.and_then(|id| self.imports.by_request(id)).map(|item| item.ticket) {
            self.imports.remove(ticket);
            self.effect(Effect::ForgetFile(ticket));
            self.touch(Section::Imports);
        }
        self.announce(format!("Added {}, {} passages.", info.name, info.passages));
        self.documents.retain(|document| document.id != info.id);
        self.documents.insert(0, info);
        self.touch(Section::Documents);
        self.pump_imports();
    }

    fn on_documents(&mut self, documents: Vec<DocumentInfo>) {
        self.documents = documents;
        self.touch(Section::Documents);
        let gone = self.reader.as_ref().is_some_and(|reader| self.documents.iter().all(|d| d.id != reader.document));
        if gone {
            self.reader = None;
            self.touch(Section::Reader);
        }
    }

    fn on_document(&mut self, text: DocumentText) {
        let Some(reader) = self.reader.as_mut().filter(|reader| reader.document == text.info.id) else { return };
        reader.title.clone_from(&text.info.title);
        let window = Window::around(&text.text, reader.span);
        reader.body = ReaderBody::Open { text: Arc::new(text), window };
        self.touch(Section::Reader);
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

    fn on_turn_started(&mut self, id: Option<RequestId>, turn: Turn) {
        let Some(live) = self.live.as_mut().filter(|live| Some(live.request) == id) else { return };
        if live.passages.is_none() && !turn.passages.is_empty() {
            live.passages = Some(turn.passages.clone());
        }
        let is_current = turn.thread == self.current;
        match self.threads.iter().position(|thread| thread.id == turn.thread) {
            Some(at) => {
                let mut info = self.threads.remove(at);
                info.changed_ms = turn.asked_ms;
                info.turns += 1;
                self.threads.insert(0, info);
            }
            None => self.threads.insert(
                0,
                ThreadInfo {
                    id: turn.thread.clone(),
                    title: shorten(&turn.question, TITLE_CHARS),
                    changed_ms: turn.asked_ms,
                    turns: 1,
                },
            ),
        }
        let thread = turn.thread.clone();
        live.turn = Some(turn);
        if is_current {
            self.effect(Effect::RememberThread(Some(thread)));
        }
        self.touch(Section::Live);
        self.touch(Section::Threads);
    }

    fn on_turn_ended(&mut self, id: Option<RequestId>, turn: Turn) {
        if let Some(live) = self.live.take_if(|live| Some(live.request) == id) {
            if let Some(decision) = live.decision {
                self.decisions.insert(turn.id.clone(), decision);
            }
            self.touch(Section::Live);
            self.touch(Section::Trace);
            // The sidebar's mark of the running thread goes.
            self.touch(Section::Threads);
        }
        self.announce(format!("{}.", outcome_words(&turn.outcome)));
        if turn.thread == self.current {
            self.put_turn(turn);
        }
    }

    fn put_turn(&mut self, turn: Turn) {
        let turn = Arc::new(turn);
        match self.turns.iter_mut().find(|known| known.id == turn.id) {
            Some(known) => *known = turn,
            None => self.turns.push(turn),
        }
        self.touch(Section::Turns);
    }

    fn on_thread(&mut self, info: &ThreadInfo, turns: Vec<Turn>) {
        if info.id != self.current {
            return;
        }
        self.reading_thread = false;
        // The live turn is stored as unfinished; it is shown as what it is.
        let live = self.live.as_ref().and_then(|live| live.turn.as_ref()).map(|turn| turn.id.clone());
        self.turns = turns.into_iter().filter(|turn| Some(&turn.id) != live.as_ref()).map(Arc::new).collect();
        self.touch(Section::Turns);
        self.touch(Section::Threads);
    }

    fn on_threads(&mut self, threads: Vec<ThreadInfo>, env: &Env) {
        let was_listed = self.current_thread().is_some();
        self.threads = threads;
        self.touch(Section::Threads);
        match self.current_thread() {
            None if was_listed && self.live_here().is_none() => self.begin_thread(env),
            Some(info) => {
                let known = self.turns.len() + usize::from(self.live_here().is_some_and(|live| live.turn.is_some()));
                // Another tab asked in this thread.
                if !self.reading_thread && info.turns as usize > known {
                    self.read_current();
                }
            }
            None => {}
        }
    }

    fn on_stopped(&mut self, id: Option<RequestId>, closed: Option<ToWorker>) {
        match closed {
            Some(ToWorker::Import { .. }) => {
                if let Some(item) = id.and_then(|id| self.imports.by_request(id)) {
                    item.stage = ImportStage::Stopped;
                    let words = format!("Stopped importing {}.", item.name);
                    self.touch(Section::Imports);
                    self.announce(words);
                }
                self.pump_imports();
            }
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
            Some(ToWorker::Import { .. }) => {
                if let Some(item) = id.and_then(|id| self.imports.by_request(id)) {
                    let words = format!("{}: {problem}", item.name);
                    item.stage = ImportStage::Failed(problem);
                    self.touch(Section::Imports);
                    self.announce(words);
                }
                self.pump_imports();
            }
            Some(ToWorker::ReadDocument { document }) => self.fail_reader(&document, problem),
            Some(ToWorker::Search { .. }) => {
                self.announce(problem.to_string());
                self.search = Search::Failed(problem);
                self.touch(Section::Search);
            }
            Some(ToWorker::Ask { .. }) => {
                self.drop_live(Some(&problem));
                self.report(problem, None);
            }
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

    pub(super) fn fail_reader(&mut self, document: &conclave_protocol::DocumentId, problem: Problem) {
        if let Some(reader) = self.reader.as_mut().filter(|reader| reader.document == *document) {
            reader.body = ReaderBody::Failed(problem);
            self.touch(Section::Reader);
        }
    }

    /// The live question ends without a stored turn's end. A question that was never stored goes back into the composer;
    /// a stored one stays in the thread as failed, or as stopped where there is no problem.
    pub(super) fn drop_live(&mut self, problem: Option<&Problem>) -> Option<Kept> {
        let Live { turn, question, passages, reports, .. } = self.live.take()?;
        for section in [Section::Live, Section::Trace, Section::Threads] {
            self.touch(section);
        }
        match turn {
            Some(turn) => {
                let outcome = problem.map_or(Outcome::Stopped, |problem| Outcome::Failed(problem.clone()));
                let passages = passages.unwrap_or_default();
                if turn.thread == self.current {
                    self.put_turn(Turn { outcome, passages, reports, ..turn });
                }
                Some(Kept::InThread)
            }
            None => {
                self.restore_question(&question);
                Some(Kept::InComposer)
            }
        }
    }

    pub(super) fn restore_question(&mut self, question: &str) {
        let text = if self.composer.text.trim().is_empty() {
            question.to_owned()
        } else {
            format!("{question}\n\n{}", self.composer.text)
        };
        self.set_composer(text);
        self.touch(Section::Composer);
    }
}

/// Where the words of an ended question are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// In a turn of its thread.
    InThread,
    /// Back in the composer.
    InComposer,
}

//! What a person does: intents in, state changed and messages out.

use conclave_protocol::{DocumentId, ProblemCode, RequestId, Settings, Span, Theme, ThreadId, ToWorker};

use super::composer::RedactStatus;
use super::connection::Stage;
use super::effect::{Effect, Env, Ticket, Update};
use super::imports::ImportStage;
use super::intent::Intent;
use super::layout::{Confirm, Dialog, PanelTab};
use super::live::Live;
use super::reader::{Reader, ReaderBody, Window};
use super::section::Section;
use super::{AppState, Command, Problems, Search};

/// How long a stopped question may take to end before a second press ends the worker. Between two tokens, or within
/// one encoder batch, the engine looks for cancellation; both are below a second on a weak laptop.
pub const STOP_PATIENCE_MS: u64 = 3_000;

/// Longest title that a person can give, in characters.
const TITLE_MOST_CHARS: usize = 120;

impl AppState {
    /// Does what a person (or the browser) wants.
    pub fn dispatch(&mut self, intent: Intent, env: &Env) -> Update {
        match intent {
            Intent::Open => {
                self.start_engine();
                self.effect(Effect::StartRedact);
            }
            Intent::Run(command) => self.run(command, env),
            Intent::Escape => self.escape(env),
            Intent::OpenThread(thread) => self.open_thread(thread),
            Intent::RenameThread { thread, title } => self.rename_thread(thread, &title),
            Intent::DeleteThread(thread) => self.delete_thread(thread, env),
            Intent::Compose(text) => {
                self.set_composer(text);
                self.touch(Section::Composer);
            }
            Intent::MarkNow => self.mark_now(),
            Intent::Ask => {
                let question = self.composer.text.trim().to_owned();
                if self.ask(question, env) {
                    self.set_composer(String::new());
                    self.touch(Section::Composer);
                }
            }
            Intent::AskAgain(turn) => {
                if let Some(question) = self.turn(&turn).map(|turn| turn.question.clone()) {
                    self.ask(question, env);
                }
            }
            Intent::StopAsking => self.stop_asking(env),
            Intent::AddFiles(files) => {
                for (ticket, name, size_bytes) in files {
                    self.imports.add(ticket, name, size_bytes);
                }
                self.reader = None;
                self.layout.show_tab(PanelTab::Sources);
                for section in [Section::Imports, Section::Layout, Section::Reader] {
                    self.touch(section);
                }
                self.pump_imports();
            }
            Intent::CancelImport(ticket) => self.cancel_import(ticket),
            Intent::DismissImport(ticket) => {
                self.imports.remove(ticket);
                self.effect(Effect::ForgetFile(ticket));
                self.touch(Section::Imports);
            }
            Intent::RetryImport(ticket) => {
                if let Some(item) = self.imports.by_ticket(ticket).filter(|item| item.is_over()) {
                    item.stage = ImportStage::Waiting;
                    self.touch(Section::Imports);
                    self.pump_imports();
                }
            }
            Intent::RemoveDocument(document) => {
                self.close_dialog();
                self.request(ToWorker::RemoveDocument { document }, None);
            }
            Intent::OpenDocument { document, title, span } => self.open_document(document, title, span),
            Intent::WidenReader { above } => {
                if let Some(Reader { body: ReaderBody::Open { text, window }, .. }) = &mut self.reader {
                    window.widen(&text.text, above);
                    self.touch(Section::Reader);
                }
            }
            Intent::CloseReader => self.close_reader(),
            Intent::Search(query) => self.search_for(query.trim()),
            Intent::ClearSearch => {
                self.search = Search::Idle;
                self.touch(Section::Search);
            }
            Intent::Save(settings) => self.save(settings),
            Intent::LoadModels => self.load_models(),
            Intent::CancelModels => {
                if let Some(request) = self.loading_models() {
                    self.want_models = false;
                    self.cancel(request);
                    self.touch(Section::Models);
                }
            }
            Intent::ShowTrace(turn) => {
                self.layout.traced = Some(turn);
                self.touch(Section::Trace);
                self.show_tab(PanelTab::Trace);
            }
            Intent::ShowTab(tab) => self.show_tab(tab),
            Intent::OpenDialog(dialog) => {
                self.layout.dialog = Some(dialog);
                self.touch(Section::Layout);
            }
            Intent::CloseDialog => self.close_dialog(),
            Intent::CloseSheets => {
                if self.layout.close_sheets() {
                    self.touch(Section::Layout);
                }
            }
            Intent::Narrow(narrow) => {
                let wanted = self.settings.show_trace;
                self.layout.set_narrow(narrow, wanted);
                self.touch(Section::Layout);
            }
            Intent::DismissProblem(id) => {
                Problems::dismiss(&mut self.problems, id);
                self.touch(Section::Problems);
            }
            Intent::Offline(offline) => {
                self.offline = offline;
                self.touch(Section::Connection);
            }
            Intent::EngineCrashed => self.engine_crashed(env),
            Intent::EngineGarbled => {
                self.report(
                    conclave_protocol::Problem::new(
                        ProblemCode::VersionMismatch,
                        "The engine said something that this page does not understand.",
                        "Load the page again.",
                    ),
                    Some(super::Remedy(Command::Reload)),
                );
            }
            Intent::RedactReady => {
                self.composer.redact = RedactStatus::Ready;
                self.touch(Section::Marks);
                self.mark_now();
            }
            Intent::RedactMarks { id, marks } => {
                if self.composer.take_marks(id, &marks) {
                    self.touch(Section::Marks);
                }
            }
            Intent::RedactCrashed => {
                if self.composer.redact_crashed() {
                    self.effect(Effect::StartRedact);
                }
                self.touch(Section::Marks);
            }
        }
        self.finish()
    }

    fn run(&mut self, command: Command, env: &Env) {
        // Every command closes the palette that it was chosen in.
        self.close_dialog();
        if !command.is_available(self) {
            return;
        }
        match command {
            Command::Palette => self.open(Dialog::Palette),
            Command::NewThread => {
                self.begin_thread(env);
                self.effect(Effect::FocusComposer);
            }
            Command::NextThread => self.step_thread(1),
            Command::PreviousThread => self.step_thread(-1),
            Command::RenameThread => {
                if let Some(thread) = self.current_thread() {
                    let dialog = Dialog::Rename { thread: thread.id.clone(), title: thread.title.clone() };
                    self.open(dialog);
                }
            }
            Command::DeleteThread => {
                if let Some(info) = self.current_thread() {
                    let confirm =
                        Confirm::DeleteThread { thread: info.id.clone(), title: info.title.clone(), turns: info.turns };
                    self.open(Dialog::Confirm(confirm));
                }
            }
            Command::FocusComposer => {
                self.layout.close_sheets();
                self.touch(Section::Layout);
                self.effect(Effect::FocusComposer);
            }
            Command::Stop => self.stop_asking(env),
            Command::AddDocuments => self.effect(Effect::PickFiles),
            Command::SearchDocuments => {
                self.show_tab(PanelTab::Sources);
                self.effect(Effect::FocusSearch);
            }
            Command::ShowSources => self.show_tab(PanelTab::Sources),
            Command::ShowTrace => self.show_tab(PanelTab::Trace),
            Command::ToggleThreads => {
                self.layout.toggle_threads();
                self.touch(Section::Layout);
            }
            Command::TogglePanel => {
                if self.layout.panel_open {
                    self.layout.panel_open = false;
                } else {
                    let tab = self.layout.tab;
                    self.layout.show_tab(tab);
                }
                self.touch(Section::Layout);
            }
            Command::LoadModels => self.load_models(),
            Command::CancelModels => {
                self.want_models = false;
                if let Some(request) = self.loading_models() {
                    self.cancel(request);
                }
            }
            Command::OpenSettings => self.open(Dialog::Settings),
            Command::ThemeSystem => self.save(Settings { theme: Theme::System, ..self.settings.clone() }),
            Command::ThemeLight => self.save(Settings { theme: Theme::Light, ..self.settings.clone() }),
            Command::ThemeDark => self.save(Settings { theme: Theme::Dark, ..self.settings.clone() }),
            Command::Help => self.open(Dialog::Help),
            Command::RestartEngine => {
                self.connection.forgive();
                self.start_engine();
            }
            Command::Reload => self.effect(Effect::Reload),
        }
    }

    fn open(&mut self, dialog: Dialog) {
        self.layout.dialog = Some(dialog);
        self.touch(Section::Layout);
    }

    fn close_dialog(&mut self) {
        if self.layout.dialog.take().is_some() {
            self.touch(Section::Layout);
        }
    }

    fn escape(&mut self, env: &Env) {
        if self.layout.dialog.is_some() {
            self.close_dialog();
        } else if self.live.is_some() {
            self.stop_asking(env);
        } else if self.reader.is_some() {
            self.close_reader();
        } else if self.layout.close_sheets() {
            self.touch(Section::Layout);
        }
    }

    fn close_reader(&mut self) {
        self.reader = None;
        self.touch(Section::Reader);
        self.touch(Section::Layout);
    }

    fn show_tab(&mut self, tab: PanelTab) {
        self.layout.show_tab(tab);
        self.reader = None;
        self.touch(Section::Reader);
        self.touch(Section::Layout);
    }

    /// Leaves the open thread for a new, empty one.
    pub(super) fn begin_thread(&mut self, env: &Env) {
        self.switch_to(ThreadId::from_random(env.random));
        self.reading_thread = false;
        self.effect(Effect::RememberThread(None));
    }

    fn switch_to(&mut self, thread: ThreadId) {
        self.current = thread;
        self.turns.clear();
        self.layout.traced = None;
        self.layout.close_sheets();
        for section in [Section::Threads, Section::Turns, Section::Live, Section::Trace, Section::Layout] {
            self.touch(section);
        }
    }

    fn open_thread(&mut self, thread: ThreadId) {
        self.close_dialog();
        if thread == self.current || self.threads.iter().all(|known| known.id != thread) {
            if self.layout.close_sheets() {
                self.touch(Section::Layout);
            }
            return;
        }
        self.switch_to(thread.clone());
        self.reading_thread = true;
        self.effect(Effect::RememberThread(Some(thread)));
        self.read_current();
    }

    fn step_thread(&mut self, step: isize) {
        let count = self.threads.len();
        let at = self.threads.iter().position(|thread| thread.id == self.current);
        let next = match at {
            Some(at) => (at + count).saturating_add_signed(step) % count.max(1),
            None => 0,
        };
        if let Some(thread) = self.threads.get(next) {
            self.open_thread(thread.id.clone());
        }
    }

    fn rename_thread(&mut self, thread: ThreadId, title: &str) {
        self.close_dialog();
        let title: String = title.trim().chars().take(TITLE_MOST_CHARS).collect();
        if title.is_empty() {
            return;
        }
        if let Some(info) = self.threads.iter_mut().find(|info| info.id == thread) {
            info.title.clone_from(&title);
            self.touch(Section::Threads);
        }
        self.request(ToWorker::RenameThread { thread, title }, None);
    }

    fn delete_thread(&mut self, thread: ThreadId, env: &Env) {
        self.close_dialog();
        self.threads.retain(|info| info.id != thread);
        self.touch(Section::Threads);
        if thread == self.current {
            self.begin_thread(env);
        }
        self.announce("The thread was deleted.");
        self.request(ToWorker::DeleteThread { thread }, None);
    }

    pub(super) fn set_composer(&mut self, text: String) {
        if self.composer.set_text(text) {
            self.touch(Section::Marks);
            self.effect(Effect::ScheduleMarks);
        }
    }

    fn mark_now(&mut self) {
        let had = !self.composer.marks.is_empty();
        if let Some(message) = self.composer.ask_for_marks() {
            self.effect(Effect::Redact(message));
        }
        if had != !self.composer.marks.is_empty() {
            self.touch(Section::Marks);
        }
    }

    /// Asks the council; `false` where it cannot be asked now.
    fn ask(&mut self, question: String, env: &Env) -> bool {
        if question.is_empty() {
            return false;
        }
        if self.live.is_some() {
            self.announce("One question at a time: stop the running one first.");
            return false;
        }
        if let Stage::Down(problem) = &self.connection.stage {
            let words = problem.to_string();
            self.announce(words);
            return false;
        }
        // Models that were not loaded at the start are needed now.
        if self.models.as_ref().is_some_and(|models| !models.are_ready()) {
            self.load_models();
        }
        let thread = self.current.clone();
        let request = self.request(ToWorker::Ask { thread: thread.clone(), question: question.clone() }, None);
        self.live = Some(Live::new(request, thread, question, env.now_ms));
        self.layout.traced = None;
        if self.layout.panel_open && !self.layout.narrow && self.reader.is_none() {
            self.layout.tab = PanelTab::Trace;
        }
        for section in [Section::Live, Section::Trace, Section::Layout, Section::Threads] {
            self.touch(section);
        }
        true
    }

    fn stop_asking(&mut self, env: &Env) {
        let Some(live) = &mut self.live else { return };
        let request = live.request;
        if self.pending.withdraw(request) {
            self.drop_live(None);
            return;
        }
        match live.stopping_ms {
            None => {
                live.stopping_ms = Some(env.now_ms);
                self.touch(Section::Live);
                self.announce("Stopping…");
                self.request(ToWorker::Cancel { request }, None);
            }
            Some(since) if env.now_ms.saturating_sub(since) >= STOP_PATIENCE_MS => self.end_worker(),
            Some(_) => {}
        }
    }

    fn cancel(&mut self, request: RequestId) {
        if !self.pending.withdraw(request) {
            self.request(ToWorker::Cancel { request }, None);
        }
    }

    /// Starts the next import where none runs.
    pub(super) fn pump_imports(&mut self) {
        if let Some((ticket, name)) = self.imports.next() {
            let request = self.request(ToWorker::Import { name }, Some(ticket));
            if let Some(item) = self.imports.by_ticket(ticket) {
                item.stage = ImportStage::Running { request, progress: None, stopping: false };
            }
            self.touch(Section::Imports);
        }
    }

    fn cancel_import(&mut self, ticket: Ticket) {
        let Some(item) = self.imports.by_ticket(ticket) else { return };
        self.update.sections.insert(Section::Imports);
        match &mut item.stage {
            ImportStage::Running { request, stopping, .. } => {
                let request = *request;
                if self.pending.withdraw(request) {
                    item.stage = ImportStage::Stopped;
                    self.pump_imports();
                } else if !*stopping {
                    *stopping = true;
                    self.request(ToWorker::Cancel { request }, None);
                }
            }
            ImportStage::Waiting => item.stage = ImportStage::Stopped,
            ImportStage::Failed(_) | ImportStage::Stopped => {}
        }
    }

    fn open_document(&mut self, document: DocumentId, title: String, span: Option<Span>) {
        self.close_dialog();
        self.layout.panel_open = true;
        if self.layout.narrow {
            self.layout.threads_open = false;
        }
        self.touch(Section::Layout);
        self.touch(Section::Reader);
        let visit = self.reader.as_ref().map_or(0, |reader| reader.visit) + 1;
        if let Some(reader) = self.reader.as_mut().filter(|reader| reader.document == document) {
            reader.visit = visit;
            reader.span = span;
            match &mut reader.body {
                ReaderBody::Open { text, window } => {
                    *window = Window::around(&text.text, span);
                    return;
                }
                ReaderBody::Loading(_) => return,
                ReaderBody::Failed(_) => {}
            }
        }
        let request = self.request(ToWorker::ReadDocument { document: document.clone() }, None);
        self.reader = Some(Reader { document, title, span, visit, body: ReaderBody::Loading(request) });
    }

    fn search_for(&mut self, query: &str) {
        if query.is_empty() {
            self.search = Search::Idle;
        } else {
            if let Search::Running { request, .. } = self.search {
                self.cancel(request);
            }
            let body = ToWorker::Search { query: query.to_owned(), limit: Self::SEARCH_LIMIT };
            let request = self.request(body, None);
            self.search = Search::Running { request, query: query.to_owned() };
        }
        self.touch(Section::Search);
    }

    fn save(&mut self, settings: Settings) {
        let settings = settings.clamped();
        if settings == self.settings {
            return;
        }
        if settings.show_trace != self.settings.show_trace && !self.layout.narrow {
            self.layout.panel_open = settings.show_trace;
            self.touch(Section::Layout);
        }
        self.effect(Effect::ApplyTheme(settings.theme));
        self.settings = settings.clone();
        self.touch(Section::Settings);
        self.request(ToWorker::SaveSettings { settings }, None);
    }

    pub(super) fn load_models(&mut self) {
        self.want_models = true;
        if self.loading_models().is_none() {
            self.request(ToWorker::LoadModels, None);
            self.touch(Section::Models);
        }
    }
}

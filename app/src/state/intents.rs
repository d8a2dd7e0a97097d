//! What a person does: intents in, state changed and messages out.

use conclave_protocol::{Problem, ProblemCode, RequestId, Settings, ToWorker};

use super::command::Command;
use super::composer::Marking;
use super::effect::{Effect, Env, Update};
use super::imports::ImportStage;
use super::intent::Intent;
use super::layout::PanelTab;
use super::problems::{Problems, Remedy};
use super::reader::{Asked, Reader, ReaderBody};
use super::section::Section;
use super::viewer::find_place;
use super::{AppState, Search};

impl AppState {
    /// Does what a person (or the browser) wants.
    pub fn dispatch(&mut self, intent: Intent, env: &Env) -> Update {
        self.now_ms = env.now_ms;
        match intent {
            Intent::Open => {
                self.start_engine();
                self.effect(Effect::StartRedact);
            }
            Intent::Run(command) => self.run(command, env),
            Intent::Escape => self.escape(env),
            Intent::OpenThread(thread) => self.open_thread(thread),
            Intent::RenameThread { thread, title } => self.rename_thread(thread, &title),
            Intent::DeleteThread(thread) => self.delete_thread(thread),
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
                files.into_iter().for_each(|given| self.imports.add(given));
                // Now there is something to lose, and a person to ask.
                self.effect(Effect::KeepStorage);
                self.drop_reader();
                self.layout.show_tab(PanelTab::Sources);
                for section in [Section::Imports, Section::Layout] {
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
                if let Some(item) = self.imports.by_ticket(ticket).filter(|item| item.can_retry()) {
                    item.stage = ImportStage::Waiting;
                    self.touch(Section::Imports);
                    self.pump_imports();
                }
            }
            Intent::PauseQueue(is_paused) => drop(self.request(ToWorker::PauseQueue { is_paused }, None)),
            Intent::StopFiles(file) => self.stop_files(file),
            Intent::RetryFile(file) => drop(self.request(ToWorker::RetryFile { file }, None)),
            Intent::DismissFiles(file) => drop(self.request(ToWorker::DismissFiles { file }, None)),
            Intent::ReadFirst(file) => drop(self.request(ToWorker::ReadFirst { file }, None)),
            Intent::ShowMoreFiles => self.show_more_files(),
            Intent::InFolders(intent) => self.in_folders(intent),
            Intent::RemoveDocuments(documents) => {
                self.close_dialog();
                self.request(ToWorker::RemoveDocuments { documents }, None);
            }
            Intent::OpenDocument { document, title, span, quote } => {
                self.open_document(document, title, Asked { span, quote });
            }
            Intent::WidenReader { above } => {
                if let Some(Reader { body: ReaderBody::Open { text, window, .. }, .. }) = &mut self.reader {
                    window.widen(&text.text, above);
                    self.touch(Section::Reader);
                }
            }
            Intent::GoToPlace(number) => {
                self.go_to(|text, near| find_place(text, number, near));
                self.turn_to(u32::try_from(number).unwrap_or(u32::MAX));
            }
            Intent::GoToByte(byte) => {
                self.go_to(|_, _| byte);
                self.turn_to_byte(byte);
            }
            Intent::InPages(intent) => self.in_pages(intent),
            Intent::CloseReader => self.close_reader(),
            Intent::Shelf(intent) => self.on_shelf(intent),
            Intent::Search(query) => self.search_for(query.trim()),
            Intent::ClearSearch => {
                self.search = Search::Idle;
                self.touch(Section::Search);
            }
            Intent::Download(address) => self.download(&address),
            Intent::EndDownload { address, ending } => self.end_download(&address, ending),
            Intent::RemoveModel(model) => self.remove_model(model),
            Intent::MeasureDevice => self.measure_device(),
            Intent::CopyJournal => self.copy_journal(),
            Intent::JournalCopied(done) => self.journal_copied(done),
            Intent::InVault(intent) => self.in_vault(intent),
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
                if !offline {
                    self.resume_downloads();
                }
            }
            Intent::EngineCrashed => self.engine_crashed(env),
            Intent::EngineMoved => self.engine_moved(),
            Intent::EngineTaken => {
                self.engine_moved();
                self.start_engine();
            }
            Intent::EngineGarbled => {
                self.report(
                    Problem::new(
                        ProblemCode::VersionMismatch,
                        "The engine said something that this page does not understand.",
                        "Load the page again.",
                    ),
                    Some(Remedy(Command::Reload)),
                );
            }
            Intent::InPrivateCopy(intent) => self.in_private_copy(intent),
            Intent::EditRule(edit) => self.edit_rule(edit),
            Intent::Redactor(message) => self.hear_redactor(message),
            Intent::RedactCrashed => self.redactor_crashed(),
        }
        self.finish()
    }

    pub(super) fn set_composer(&mut self, text: String) {
        if self.composer.set_text(text) {
            self.touch(Section::Marks);
            self.mark();
        }
    }

    /// Has the composer's text looked through: at once, or once typing pauses where that takes long.
    pub(super) fn mark(&mut self) {
        match self.composer.marking(&mut self.redactor, self.now_ms) {
            Marking::Rest => {}
            Marking::Ask(message) => self.effect(Effect::Redact(message)),
            Marking::Pause => self.effect(Effect::ScheduleMarks),
        }
    }

    pub(super) fn mark_now(&mut self) {
        let had_none = self.composer.marks.is_empty();
        if let Some(message) = self.composer.ask_for_marks(&mut self.redactor, self.now_ms) {
            self.effect(Effect::Redact(message));
        }
        if had_none != self.composer.marks.is_empty() {
            self.touch(Section::Marks);
        }
    }

    pub(super) fn cancel(&mut self, request: RequestId) {
        if !self.pending.withdraw(request) {
            self.request(ToWorker::Cancel { request }, None);
        }
    }

    pub(super) fn save(&mut self, settings: Settings) {
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
        self.tell_rules();
        self.request(ToWorker::SaveSettings { settings }, None);
    }

    /// Whether the settings are on the disk as they stand.
    #[must_use]
    pub fn settings_are_stored(&self) -> bool {
        self.settings == self.stored_settings
    }

    pub(super) fn load_models(&mut self) {
        self.want_models = true;
        if self.loading_models().is_none() {
            self.request(ToWorker::LoadModels, None);
            self.touch(Section::Models);
        }
    }
}

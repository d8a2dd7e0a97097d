//! The engine worker dies, is ended or cannot start: nothing that a person wrote gets lost.

use conclave_protocol::{Problem, ProblemCode, RequestId, ToWorker};

use super::asking::Kept;
use super::connection::{Connection, Stage};
use super::effect::{Effect, Env};
use super::imports::ImportStage;
use super::section::Section;
use super::{AppState, Search};

impl AppState {
    /// The worker died by itself.
    pub(super) fn engine_crashed(&mut self, env: &Env) {
        if matches!(self.connection.stage, Stage::Down(_)) {
            return;
        }
        let was_ready = self.connection.is_ready();
        // From here on nothing is sent: what is asked meanwhile waits for the next worker.
        self.connection.stage = Stage::Starting;
        self.touch(Section::Connection);
        let lost = self.fail_sent();
        if self.connection.may_restart(env.now_ms) {
            self.start_engine();
            // A start that failed is tried again in silence; a person hears of it when it keeps failing.
            if was_ready {
                self.report(crash_problem("The engine stopped and was started again.", lost), None);
            }
        } else {
            self.connection.stage = Stage::Down(Connection::gave_up());
            self.effect(Effect::StopEngine);
            self.give_back_waiting();
            self.announce(Connection::gave_up().to_string());
        }
    }

    /// Another run of the engine takes over, here or in another tab. It will say that it started.
    pub(super) fn engine_moved(&mut self) {
        if !matches!(self.connection.stage, Stage::Opening | Stage::Ready) {
            return;
        }
        self.connection.stage = Stage::Starting;
        self.touch(Section::Connection);
        let lost = self.fail_sent();
        if lost.is_some() {
            self.report(crash_problem("The engine stopped and was started again.", lost), None);
        }
    }

    /// A person ends a worker that does not listen.
    pub(super) fn end_worker(&mut self) {
        self.connection.stage = Stage::Starting;
        let lost = self.fail_sent();
        self.start_engine();
        self.report(crash_problem("The engine did not answer and was started again.", lost), None);
    }

    /// Starts the worker (again); requests made meanwhile wait for it.
    pub(super) fn start_engine(&mut self) {
        self.connection.stage = Stage::Starting;
        self.touch(Section::Connection);
        self.effect(Effect::StartEngine);
    }

    /// Everything that the dead worker had is over.
    fn fail_sent(&mut self) -> Option<Kept> {
        let mut kept = None;
        for (id, body) in self.pending.take_sent() {
            kept = kept.or(self.fail_one(id, body));
        }
        kept
    }

    /// Requests that were not sent, when there will be no worker: questions go back into the composer, files can be
    /// tried again.
    pub(super) fn give_back_waiting(&mut self) {
        for (request, _) in self.pending.take_waiting() {
            self.pending.forget(request.id);
            self.fail_one(request.id, request.body);
        }
    }

    fn fail_one(&mut self, id: RequestId, body: ToWorker) -> Option<Kept> {
        let problem = crash_problem("The engine stopped.", None);
        match body {
            ToWorker::Ask { .. } => return self.drop_live(Some(&problem)),
            ToWorker::AddFiles { .. } | ToWorker::AddModel { .. } => {
                if let Some(item) = self.imports.by_request(id) {
                    item.stage = ImportStage::Failed(problem);
                    self.touch(Section::Imports);
                }
            }
            ToWorker::ReadDocument { document } => self.fail_reader(&document, problem),
            ToWorker::ShowPage { .. } => self.on_page_failed(Some(id), problem),
            ToWorker::Search { .. } => {
                self.search = Search::Failed(problem);
                self.touch(Section::Search);
            }
            ToWorker::ProbeDevice => self.fail_device(problem),
            ToWorker::BackUp { .. } | ToWorker::BringBack { .. } => self.on_backup_failed(Some(id), problem),
            ToWorker::DownloadModel { .. } => self.fail_download(Some(id), problem),
            ToWorker::LoadModels => {
                self.want_models = true;
                self.touch(Section::Models);
            }
            // These are made again when the worker is ready: the thread is read, the listings are in its greeting, and
            // what a person set stands in this state.
            ToWorker::SaveSettings { settings } => {
                self.request(ToWorker::SaveSettings { settings }, None);
            }
            // The next engine is asked, and told.
            ToWorker::ReadJournal => {
                self.request(ToWorker::ReadJournal, None);
            }
            // The handle is kept already.
            ToWorker::WatchFolder { folder, name } => {
                self.request(ToWorker::WatchFolder { folder, name }, None);
            }
            ToWorker::MeasureStorage => {
                self.request(ToWorker::MeasureStorage, None);
            }
            ToWorker::NotePanic { place } => {
                self.request(ToWorker::NotePanic { place }, None);
            }
            ToWorker::Hello
            | ToWorker::ReadThread { .. }
            | ToWorker::RemoveDocuments { .. }
            | ToWorker::ChangeTags { .. }
            | ToWorker::FindAlike
            | ToWorker::ReadDetails { .. }
            | ToWorker::PauseQueue { .. }
            | ToWorker::StopFiles { .. }
            | ToWorker::RetryFile { .. }
            | ToWorker::DismissFiles { .. }
            | ToWorker::ReadFirst { .. }
            | ToWorker::ListFiles { .. }
            | ToWorker::ScanFolders { .. }
            | ToWorker::ForgetFolder { .. }
            | ToWorker::RemoveModel { .. }
            | ToWorker::RemoveDownload { .. }
            | ToWorker::RenameThread { .. }
            | ToWorker::DeleteThread { .. }
            | ToWorker::Cancel { .. } => {}
        }
        None
    }
}

fn crash_problem(what: &str, kept: Option<Kept>) -> Problem {
    let next = match kept {
        Some(Kept::InComposer) => "Your question is back in the composer: ask it again.",
        Some(Kept::InThread) => "Your question is kept in its thread: ask it again.",
        None => "What was stored is safe. Try again.",
    };
    Problem::new(ProblemCode::WorkerCrashed, what, next)
}

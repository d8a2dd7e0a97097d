//! The service: takes requests, works through ports, emits events. The worker program is a thin shell around it.
//!
//! | file | what it does |
//! |---|---|
//! | [`ports`] | what the service is given |
//! | `exchange` | several tabs on one service |
//! | `greeting` | what a page is told when it opens |
//! | `requests` | which requests run, and how they are stopped |
//! | `documents` | reading, search, tags, removal |
//! | `ingest` | files on their way into the library |
//! | `folders` | folders that are watched |
//! | `originals`, `pages` | files that are kept with their documents; their pages as they look |
//! | `threads`, `settings`, `records` | conversations and settings in storage |
//! | [`models`], [`pack`], [`runtime`] | model files, checked; models in memory |
//! | `backup` | the whole vault as one file, and back |
//! | `storage` | what the vault holds, and how much of the device it takes |
//! | `device` | what the device offers, measured |
//! | `placing` | what runs the model that writes |
//! | `own_models`, `choosing` | models that a person added, and which one writes |
//! | [`catalogue`], `downloads`, `downloading` | models that can be had, and how they come here |
//! | `ask` | one question from the search to the stored turn |
//! | [`error`] | what goes wrong, and the words for it |
//! | `notes` | what happened, for a report about a fault |
//!
//! Requests run side by side on one thread: an import can be under way while a question is asked. Imports wait for each
//! other, and so do questions, because there is one generator.

pub mod adding;
mod ask;
mod backup;
mod catalogue;
mod choosing;
mod device;
mod documents;
mod downloading;
mod downloads;
pub mod error;
mod exchange;
mod folders;
mod greeting;
mod ingest;
pub mod models;
mod notes;
mod originals;
mod own_models;
pub mod pack;
mod pages;
mod placing;
pub mod ports;
mod priority;
mod records;
mod requests;
pub mod runtime;
mod settings;
mod storage;
#[cfg(test)]
mod tests;
mod threads;

pub use error::ServiceError;
pub use exchange::{Caller, Exchange};
pub use models::Runtime;
pub use placing::Place;
pub use ports::{Change, Ports};
pub use runtime::DefaultRuntime;

use std::cell::Cell;
use std::rc::Rc;

use conclave_inference::Pulse;
use conclave_knowledge::News;
use conclave_ports::{Cancel, FileBytes, Lock, LockGuard, MemoryLock};
use conclave_privacy::Part;
use conclave_protocol::{Event, FromWorker, PROTOCOL_VERSION, Problem, ProblemCode, Request, RequestId, ToWorker};

use documents::Documents;
use folders::Folders;
use greeting::FIRST_DOCUMENTS;
use ingest::Ingest;
use models::Models;
use notes::Notes;
use originals::Originals;
use priority::{AfterQuestions, Priority};
use requests::Requests;
use threads::Threads;

/// Where events go.
pub type Emit = Rc<dyn Fn(Event)>;

/// Where changes go that other tabs have to know about.
pub type Announce = Rc<dyn Fn(Change)>;

/// Most passages that one search may return.
const SEARCH_LIMIT_MAX: u32 = 100;

/// The service.
pub struct Service {
    ports: Ports,
    emit: Emit,
    announce: Announce,
    requests: Requests,
    documents: Documents,
    ingest: Ingest,
    folders: Folders,
    originals: Originals,
    threads: Threads,
    models: Models,
    /// Queues of this tab: `import`, `ask`, `models`. Fair, and left when the wait is given up.
    queues: MemoryLock,
    priority: Rc<Priority>,
    notes: Rc<Notes>,
    /// Whether a page was greeted in this run.
    has_greeted: Cell<bool>,
    /// Helpers that the journal knows to be lost.
    lost_helpers: Cell<usize>,
}

impl Service {
    /// A service on these ports. Storage is opened and unlocked at the first request; what it stores is sealed.
    #[must_use]
    pub fn new(ports: Ports, runtime: Rc<dyn Runtime>, emit: Emit, announce: Announce) -> Self {
        let ports = ports.sealed();
        let to_page = Rc::clone(&emit);
        let tell = Rc::new(move |status| to_page(Event { id: None, body: FromWorker::Models(status) }));
        let notes = Notes::new(Rc::clone(&ports.clock));
        Self {
            documents: Documents::new(&ports),
            ingest: Ingest::default(),
            folders: Folders::default(),
            originals: Originals::default(),
            threads: Threads::new(Rc::clone(&ports.store), Rc::clone(&ports.lock)),
            models: Models::new(runtime, tell, Rc::clone(&notes)),
            requests: Requests::default(),
            queues: MemoryLock::default(),
            priority: Rc::default(),
            notes,
            has_greeted: Cell::default(),
            lost_helpers: Cell::default(),
            ports,
            emit,
            announce,
        }
    }

    /// Answers a request: emits its events, the closing one last. Work that nobody waits for (reading what is in the queue,
    /// embedding what was read) may follow; the future ends after it.
    pub async fn handle(&self, request: Request, file: Option<Box<dyn FileBytes>>) {
        let Request { version, id, body } = request;
        let closing = if version == PROTOCOL_VERSION {
            let running = self.requests.enter(id);
            let name = body.name();
            self.answer(id, body, file, &running.cancel).await.unwrap_or_else(|error| {
                self.notes.failure("requests", name, &error);
                if error.is_cancelled() { FromWorker::Stopped } else { FromWorker::Failed(error.into()) }
            })
        } else {
            let parts = [Part::Words("a page of version "), Part::Number(version.into()), Part::Words(" asked")];
            self.notes.trouble("requests", &parts);
            FromWorker::Failed(Problem::new(
                ProblemCode::VersionMismatch,
                "The page and its engine are of different versions.",
                "Load the page again.",
            ))
        };
        self.tell(Some(id), closing);
        self.tell_the_rest().await;
        self.work().await;
        self.look_again().await;
        self.note_lost_helpers();
    }

    /// Another tab changed something: reads it again and tells the page.
    pub async fn refresh(&self, change: Change) {
        let news = match change {
            Change::Documents => return self.follow_documents().await,
            Change::Threads => self.threads.list().await.map(|(threads, _)| FromWorker::Threads(threads)),
            Change::Settings => self.follow_settings().await.map(FromWorker::Settings),
            Change::OwnModels => self.own_models().await.map(FromWorker::OwnModels),
            Change::Downloads => self.downloads().await.map(FromWorker::Downloads),
        };
        match news {
            Ok(news) => self.tell(None, news),
            // What cannot be read now shows as a problem when the person uses it.
            Err(error) => self.notes.failure("other tabs", "reading again what one changed", &error),
        }
    }

    /// Opens the library before anybody asks for it: a page takes about as long to start. What is wrong is told in the greeting,
    /// which goes before the vectors: they are read after it.
    pub async fn open_library(&self) {
        drop(self.documents.library().await);
    }

    /// Another tab changed documents: takes it over, and tells the page what it was.
    async fn follow_documents(&self) {
        match self.documents.refresh().await {
            Ok(News { changed, removed }) => {
                for some in removed.chunks(FIRST_DOCUMENTS) {
                    self.tell(None, FromWorker::Removed(some.to_vec()));
                }
                self.ingest.follow(changed.into_iter().map(|info| info.id));
                self.tell_the_rest().await;
            }
            Err(error) => self.notes.failure("other tabs", "reading again what one changed", &error),
        }
    }

    async fn answer(
        &self,
        id: RequestId,
        body: ToWorker,
        file: Option<Box<dyn FileBytes>>,
        cancel: &Cancel,
    ) -> Result<FromWorker, ServiceError> {
        match body {
            ToWorker::Hello => self.hello().await,
            ToWorker::LoadModels => {
                self.load_models(cancel).await?;
                Ok(FromWorker::Done)
            }
            ToWorker::AddModel { name, files } => {
                self.add_model(id, (&name, &files), file, cancel).await.map(FromWorker::ModelAdded)
            }
            ToWorker::DownloadModel { address } => {
                self.download(id, &address, cancel).await.map(FromWorker::ModelAdded)
            }
            ToWorker::RemoveDownload { model } => self.remove_download(&model).await.map(FromWorker::Downloads),
            ToWorker::RemoveModel { model } => self.remove_model(&model).await.map(FromWorker::OwnModels),
            ToWorker::AddFiles { files, left } => {
                self.add_files(files, left, file, cancel).await?;
                Ok(FromWorker::Done)
            }
            ToWorker::PauseQueue { is_paused } => done(self.pause_queue(is_paused).await),
            ToWorker::StopFiles { file } => done(self.stop_files(file).await),
            ToWorker::RetryFile { file } => done(self.retry_file(file).await),
            ToWorker::DismissFiles { file } => done(self.dismiss_files(file).await),
            ToWorker::ReadFirst { file } => done(self.read_first(file).await),
            ToWorker::ListFiles { count } => {
                self.list_files(count);
                Ok(FromWorker::Done)
            }
            ToWorker::WatchFolder { folder, name } => done(self.watch_folder(folder, name).await),
            ToWorker::ScanFolders { folder, is_asked } => done(self.scan_folders(folder.as_ref(), is_asked).await),
            ToWorker::ForgetFolder { folder, keep_documents } => {
                done(self.forget_folder(&folder, keep_documents).await)
            }
            ToWorker::RemoveDocuments { documents } => done(self.remove_documents(&documents).await),
            ToWorker::ChangeTags { documents, add, remove } => done(self.change_tags(&documents, &add, &remove).await),
            ToWorker::FindAlike => self.documents.alike().await.map(FromWorker::Alike),
            ToWorker::ReadDetails { document, first } => {
                self.documents.details(&document, first).await.map(FromWorker::Details)
            }
            ToWorker::ReadDocument { document } => {
                self.want_documents(std::iter::once(&document));
                self.read_document(&document).await.map(FromWorker::Document)
            }
            ToWorker::ShowPage { document, page, width_px, cited } => {
                self.show_page(&document, page, width_px, cited, cancel).await.map(FromWorker::Page)
            }
            ToWorker::Search { query, limit } => {
                let limit = limit.min(SEARCH_LIMIT_MAX) as usize;
                self.look_up(&query, limit, cancel).await.map(FromWorker::Found)
            }
            ToWorker::Ask { thread, question } => {
                self.ask(id, thread, question, cancel).await.map(FromWorker::TurnEnded)
            }
            ToWorker::ReadThread { thread } => {
                let (info, turns) = self.threads.read(&thread).await?;
                Ok(FromWorker::Thread { info, turns })
            }
            ToWorker::RenameThread { thread, title } => {
                self.threads.rename(&thread, &title).await?;
                self.threads_changed().await
            }
            ToWorker::DeleteThread { thread } => {
                self.threads.delete(&thread).await?;
                self.threads_changed().await
            }
            ToWorker::ProbeDevice => self.probe_device(cancel).await.map(FromWorker::Device),
            ToWorker::MeasureStorage => self.measure_storage().await.map(FromWorker::Storage),
            ToWorker::BackUp { passphrase } => self.back_up(id, &passphrase, cancel).await.map(FromWorker::BackedUp),
            ToWorker::BringBack { passphrase } => {
                let file = ports::file_sent(file)?;
                self.bring_back(id, &passphrase, file, cancel).await.map(FromWorker::BroughtBack)
            }
            ToWorker::SaveSettings { settings } => self.save_settings(settings).await.map(FromWorker::Settings),
            ToWorker::ReadJournal => Ok(FromWorker::Journal(self.notes.entries())),
            ToWorker::NotePanic { place } => {
                self.notes.trouble("engine", &[Part::Words("the one before panicked at "), Part::Text(&place)]);
                Ok(FromWorker::Done)
            }
            ToWorker::Cancel { request } => {
                self.requests.cancel(request);
                Ok(FromWorker::Done)
            }
        }
    }

    /// Helpers are lost in the middle of a product, where nobody is told.
    fn note_lost_helpers(&self) {
        let lost = self.models.runtime().lost_helpers();
        if lost > self.lost_helpers.replace(lost) {
            self.notes.trouble("helpers", &[Part::Number(lost as u64), Part::Words(" lost")]);
        }
    }

    async fn threads_changed(&self) -> Result<FromWorker, ServiceError> {
        (self.announce)(Change::Threads);
        Ok(FromWorker::Threads(self.threads.list().await?.0))
    }

    /// Loads what is not loaded yet; one request does, the others wait for it.
    async fn load_models(&self, cancel: &Cancel) -> Result<(), ServiceError> {
        let _turn = self.queue("models", cancel).await?;
        let is_awaited = || self.priority.is_awaited();
        if let Some(problem) = self.models.load(&self.ports, &self.pulse(cancel), &is_awaited).await? {
            self.tell(None, FromWorker::Failed(problem));
        }
        Ok(())
    }

    /// Waits for the place at the head of one of this tab's queues.
    async fn queue(&self, name: &str, cancel: &Cancel) -> Result<LockGuard, ServiceError> {
        Ok(self.requests.until(cancel, self.queues.acquire(name)).await??)
    }

    fn pulse(&self, cancel: &Cancel) -> Pulse {
        Pulse::new(cancel.clone(), Rc::clone(&self.ports.yields))
    }

    /// A pulse for work that stands still while a question is being answered.
    fn patient_pulse(&self, cancel: &Cancel) -> Pulse {
        let yields = AfterQuestions { yields: Rc::clone(&self.ports.yields), priority: Rc::clone(&self.priority) };
        Pulse::new(cancel.clone(), Rc::new(yields))
    }

    fn random_id(&self) -> Result<[u8; 16], ServiceError> {
        let mut bytes = [0; 16];
        self.ports.entropy.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn tell(&self, id: Option<RequestId>, body: FromWorker) {
        (self.emit)(Event { id, body });
    }
}

/// What a request answers that has nothing to say.
fn done(did: Result<(), ServiceError>) -> Result<FromWorker, ServiceError> {
    did.map(|()| FromWorker::Done)
}

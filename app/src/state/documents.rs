//! Documents: imports, reading, search.

use std::sync::Arc;

use conclave_protocol::{
    CopyProgress, DocumentId, DocumentInfo, DocumentText, FileId, Original, Problem, QueueStatus, RequestId, ToWorker,
};

use super::effect::{Effect, Env, Ticket};
use super::imports::ImportStage;
use super::models::Rate;
use super::reader::{Asked, Reader, ReaderBody, Window};
use super::section::Section;
use super::{AppState, Search};

impl AppState {
    /// Starts the next import where none runs.
    pub(super) fn pump_imports(&mut self) {
        if let Some((ticket, body)) = self.imports.next() {
            let request = self.request(body, Some(ticket));
            if let Some(item) = self.imports.by_ticket(ticket) {
                item.stage = ImportStage::Running { request, progress: None, stopping: false };
            }
            self.touch(Section::Imports);
        }
    }

    pub(super) fn cancel_import(&mut self, ticket: Ticket) {
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

    pub(super) fn open_document(&mut self, document: DocumentId, title: String, asked: Asked) {
        self.close_dialog();
        let opens_sheet = self.layout.narrow && !self.layout.panel_open;
        self.layout.panel_open = true;
        if self.layout.narrow {
            self.layout.threads_open = false;
        }
        self.touch(Section::Layout);
        self.touch(Section::Reader);
        let visit = self.reader.as_ref().map_or(0, |reader| reader.visit) + 1;
        if let Some(reader) = self.reader.as_mut().filter(|reader| reader.document == document) {
            reader.visit = visit;
            reader.asked.clone_from(&asked);
            reader.opened_sheet = opens_sheet;
            match &mut reader.body {
                // Where a file was missing it may have come meanwhile.
                ReaderBody::Open { text, window, standing }
                    if !matches!(text.original, Original::Missing | Original::Unwanted) =>
                {
                    (*window, *standing) = Window::of(&text.text, &reader.asked);
                    return self.open_pages(false);
                }
                ReaderBody::Loading(_) => return,
                ReaderBody::Open { .. } | ReaderBody::Failed(_) => {}
            }
        }
        self.forget_pages();
        let request = self.request(ToWorker::ReadDocument { document: document.clone() }, None);
        let body = ReaderBody::Loading(request);
        self.reader = Some(Reader { document, title, asked, visit, opened_sheet: opens_sheet, body });
    }

    /// Goes to a place of the open document; `find` gets what is looked at now.
    pub(super) fn go_to(&mut self, find: impl FnOnce(&DocumentText, usize) -> usize) {
        let Some(reader) = &mut self.reader else { return };
        let ReaderBody::Open { text, window, .. } = &mut reader.body else { return };
        let near = window.target.or(window.hit.as_ref().map(|hit| hit.start)).unwrap_or(window.range().start);
        let byte = find(text, near);
        window.go_to(&text.text, byte);
        reader.visit += 1;
        self.touch(Section::Reader);
    }

    pub(super) fn close_reader(&mut self) {
        if self.drop_reader().is_some_and(|reader| reader.opened_sheet) {
            self.layout.close_sheets();
        }
        self.touch(Section::Layout);
    }

    /// No document is open any more, whatever the panel shows instead.
    pub(super) fn drop_reader(&mut self) -> Option<Reader> {
        self.forget_pages();
        self.touch(Section::Reader);
        self.reader.take()
    }

    pub(super) fn search_for(&mut self, query: &str) {
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

    pub(super) fn on_copying(&mut self, id: Option<RequestId>, now: CopyProgress, env: &Env) {
        let Some(item) = id.and_then(|id| self.imports.by_request(id)) else { return };
        let ImportStage::Running { progress, .. } = &mut item.stage else { return };
        if progress.is_some() {
            item.rate.see(now.done, env.now_ms);
        } else {
            item.rate = Rate::begin(now.done, env.now_ms);
        }
        let words = progress.is_none().then(|| format!("Copying {}.", item.given.name));
        *progress = Some(now);
        self.touch(Section::Imports);
        if let Some(words) = words {
            self.announce(words);
        }
    }

    pub(super) fn on_queue(&mut self, status: QueueStatus, env: &Env) {
        let words = self.imports.see_queue(status, env.now_ms);
        self.touch(Section::Imports);
        if let Some(words) = words {
            self.announce(words);
        }
    }

    /// The engine has the files of this request.
    pub(super) fn on_files_added(&mut self, id: RequestId) {
        self.end_import(Some(id));
        self.pump_imports();
    }

    /// Shows more files of the queue.
    pub(super) fn show_more_files(&mut self) {
        let shown = self.imports.shown.max(QueueStatus::LISTED) + QueueStatus::LISTED;
        self.imports.shown = shown;
        self.request(ToWorker::ListFiles { count: shown }, None);
    }

    /// Stops a file of the queue, or all of them; those that the page still has are not handed over any more.
    pub(super) fn stop_files(&mut self, file: Option<FileId>) {
        if file.is_none() {
            let waiting: Vec<Ticket> = self.imports.items.iter().map(|item| item.given.ticket).collect();
            waiting.into_iter().for_each(|ticket| self.cancel_import(ticket));
        }
        self.request(ToWorker::StopFiles { file }, None);
    }

    /// Takes a file off the list that is where it should be.
    pub(super) fn end_import(&mut self, id: Option<RequestId>) {
        if let Some(ticket) = id.and_then(|id| self.imports.by_request(id)).map(|item| item.given.ticket) {
            self.imports.remove(ticket);
            self.effect(Effect::ForgetFile(ticket));
            self.touch(Section::Imports);
        }
    }

    pub(super) fn on_added(&mut self, documents: Vec<DocumentInfo>) {
        let changed: Vec<DocumentId> = documents.iter().map(|info| info.id.clone()).collect();
        self.documents.add(documents);
        self.documents_changed();
        self.renew_details(|id| changed.contains(id));
    }

    pub(super) fn on_removed(&mut self, documents: &[DocumentId]) {
        self.documents.remove(documents);
        self.documents_changed();
        self.close_removed();
    }

    /// Closes the reader where its document is gone.
    fn close_removed(&mut self) {
        if self.reader.as_ref().is_some_and(|reader| !self.documents.has(&reader.document)) {
            self.drop_reader();
        }
    }

    pub(super) fn on_document(&mut self, text: DocumentText) {
        let Some(reader) = self.reader.as_mut().filter(|reader| reader.document == text.info.id) else { return };
        reader.title.clone_from(&text.info.title);
        let (window, standing) = Window::of(&text.text, &reader.asked);
        reader.body = ReaderBody::Open { text: Arc::new(text), window, standing };
        self.touch(Section::Reader);
        self.open_pages(true);
    }

    pub(super) fn fail_reader(&mut self, document: &DocumentId, problem: Problem) {
        if let Some(reader) = self.reader.as_mut().filter(|reader| reader.document == *document) {
            reader.body = ReaderBody::Failed(problem);
            self.touch(Section::Reader);
        }
    }
}

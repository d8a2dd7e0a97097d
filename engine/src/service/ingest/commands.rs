//! What a person does with the queue, and what is told about it.

use conclave_protocol::{DocumentId, DocumentInfo, FileId, FolderId, FromWorker, Problem, ProblemCode, QueueStatus};

use crate::service::error::ServiceError;
use crate::service::{Change, Service};

/// Least time between two events about the queue: the page draws each, and a person reads no faster.
const TELL_MS: f64 = 200.0;

/// Most files that the page is told of: further ones are as many more lines to look at, and nobody does.
const LISTED_MAX: u32 = 500;

/// Most documents of one event: what the page takes in within a few milliseconds.
const TOLD_AT_ONCE: usize = 250;

/// Most documents that are remembered as wanted: what is on the page at once.
const WANTED_MAX: usize = 16;

impl Service {
    /// Pauses the queue, or lets it go on. What is being read is read to its end.
    pub(in crate::service) async fn pause_queue(&self, is_paused: bool) -> Result<(), ServiceError> {
        self.open_queue().await?;
        {
            let mut queue = self.ingest.queue.borrow_mut();
            queue.settings.is_paused = is_paused;
            if !is_paused {
                queue.stalled = None;
            }
        }
        self.requests.wake();
        self.tell_queue(true);
        self.store_settings().await
    }

    /// Stops a file that waits or is being read, or all of them.
    pub(in crate::service) async fn stop_files(&self, file: Option<FileId>) -> Result<(), ServiceError> {
        self.open_queue().await?;
        self.ingest.queue.borrow_mut().stop(file);
        let stops_current = |id: FileId| file.is_none_or(|file| file == id);
        if let Some((id, cancel)) = &*self.ingest.current.borrow()
            && stops_current(*id)
        {
            cancel.cancel();
        }
        self.requests.wake();
        self.after_command().await
    }

    /// Reads a file in trouble again.
    pub(in crate::service) async fn retry_file(&self, file: FileId) -> Result<(), ServiceError> {
        self.open_queue().await?;
        if !self.ingest.queue.borrow_mut().retry(file) {
            let what = "The copy of this file is not kept any more.";
            return Err(Problem::new(ProblemCode::NotFound, what, "Drop the file again.").into());
        }
        self.after_command().await
    }

    /// Takes files in trouble off the list: one, or all.
    pub(in crate::service) async fn dismiss_files(&self, file: Option<FileId>) -> Result<(), ServiceError> {
        self.open_queue().await?;
        self.ingest.queue.borrow_mut().dismiss(file);
        self.after_command().await
    }

    /// Reads a file before the others.
    pub(in crate::service) async fn read_first(&self, file: FileId) -> Result<(), ServiceError> {
        self.open_queue().await?;
        self.ingest.queue.borrow_mut().want(file);
        Ok(())
    }

    /// From now on the page is told of so many files.
    pub(in crate::service) fn list_files(&self, count: u32) {
        self.ingest.listed.set(count.min(LISTED_MAX));
        self.tell_queue(true);
    }

    /// Documents that a person looks at or asks about: these are embedded before the others.
    pub(in crate::service) fn want_documents<'a>(&self, documents: impl Iterator<Item = &'a DocumentId>) {
        let mut wanted = self.ingest.wanted.borrow_mut();
        for document in documents {
            wanted.retain(|other| other != document);
            wanted.push_front(document.clone());
        }
        wanted.truncate(WANTED_MAX);
    }

    async fn after_command(&self) -> Result<(), ServiceError> {
        self.tell_queue(true);
        self.store_changes().await
    }

    /// The queue as the page shows it.
    pub(in crate::service) fn queue_status(&self) -> QueueStatus {
        let queue = self.ingest.queue.borrow();
        let mut status = queue.status();
        let listed = self.ingest.listed.get();
        if listed > QueueStatus::LISTED {
            status.files = queue.list(0, listed);
        }
        status.embedding = self.ingest.embedding.get();
        status
    }

    /// Tells the page how the queue stands; not too often, unless `now`.
    pub(super) fn tell_queue(&self, now: bool) {
        let at = self.ports.clock.monotonic_ms();
        let is_due = self.ingest.told_ms.get().is_none_or(|told| at - told >= TELL_MS);
        if now || is_due {
            self.ingest.told_ms.set(Some(at));
            self.tell(None, FromWorker::Queue(Box::new(self.queue_status())));
            self.tell_news(true);
        }
    }

    /// Notes documents that the page does not know as they are now.
    pub(super) fn note_news(&self, documents: Vec<DocumentInfo>) {
        let mut news = self.ingest.news.borrow_mut();
        news.extend(documents.into_iter().map(|info| (info.id.clone(), info)));
    }

    /// Tells the page of them; a few only when there are many.
    pub(super) fn tell_news(&self, now: bool) {
        let mut news = self.ingest.news.borrow_mut();
        if !now && news.len() < TOLD_AT_ONCE {
            return;
        }
        let news: Vec<DocumentInfo> = std::mem::take(&mut *news).into_values().collect();
        self.tell_documents(&news);
    }

    /// Tells the page of documents, a few at a time.
    pub(in crate::service) fn tell_documents(&self, documents: &[DocumentInfo]) {
        for some in documents.chunks(TOLD_AT_ONCE) {
            self.tell(None, FromWorker::Added(some.to_vec()));
        }
    }

    /// A folder is not watched any more: its files that wait are read like any others, or not at all.
    pub(in crate::service) async fn release_files(&self, folder: &FolderId, keep: bool) -> Result<(), ServiceError> {
        self.ingest.queue.borrow_mut().release(folder, keep);
        self.after_command().await
    }

    /// These documents are gone: nothing is told of them any more.
    pub(in crate::service) fn forget_news(&self, documents: &[DocumentId]) {
        let mut news = self.ingest.news.borrow_mut();
        for document in documents {
            news.remove(document);
        }
    }

    /// Removes documents, and tells every tab.
    pub(in crate::service) async fn remove_documents(&self, documents: &[DocumentId]) -> Result<(), ServiceError> {
        self.documents.remove(documents).await?;
        self.forget_news(documents);
        self.tell(None, FromWorker::Removed(documents.to_vec()));
        (self.announce)(Change::Documents);
        Ok(())
    }

    /// Gives documents tags and takes others off, and tells every tab.
    pub(in crate::service) async fn change_tags(
        &self,
        documents: &[DocumentId],
        add: &[String],
        remove: &[String],
    ) -> Result<(), ServiceError> {
        let changed = self.documents.change_tags(documents, add, remove).await?;
        if !changed.is_empty() {
            self.tell_documents(&changed);
            (self.announce)(Change::Documents);
        }
        Ok(())
    }
}

//! What a page is told when it opens, and what follows because it is too much for one message.

use conclave_protocol::{FromWorker, Problem, ProblemCode, Snapshot};

use super::error::ServiceError;
use super::{Service, settings};

/// Documents that the page is told in the greeting: more than it shows at once.
pub(super) const FIRST_DOCUMENTS: usize = 250;

/// How long the next documents wait where somebody waits for an answer: encoding them takes some milliseconds, of which a tenth
/// may come between.
const TOLD_LATER_MS: u32 = 30;

impl Service {
    /// Opens what is stored and says what is there: the answer to [`ToWorker::Hello`](conclave_protocol::ToWorker::Hello).
    pub(super) async fn hello(&self) -> Result<FromWorker, ServiceError> {
        if !self.has_greeted.replace(true)
            && let Err(error) = self.forget_backup().await
        {
            // It only takes room, and goes with the next one.
            self.notes.failure("storage", "removing a backup that nobody saved", &error);
        }
        let mut problems = self.documents.open().await?;
        problems.extend(self.open_queue().await?);
        self.open_folders().await?;
        if !self.list_folders().is_empty() {
            self.tell_folders(true);
        }
        let (threads, unreadable) = self.threads.list().await?;
        if unreadable > 0 {
            problems.push(Problem::new(
                ProblemCode::Corrupt,
                format!("{unreadable} stored threads cannot be read and are not listed."),
                "The others are intact. Nothing was deleted; a newer version may read them.",
            ));
        }
        let settings = settings::read(&*self.ports.store).await.unwrap_or_else(|error| {
            self.notes.failure("storage", "reading the settings", &error);
            problems.push(error.into());
            conclave_protocol::Settings::default()
        });
        self.models.run_on(settings.processor);
        let (settings, problem) = self.settle_generator(settings).await?;
        problems.extend(problem);
        let (own_models, downloads) = (self.own_models().await?, self.downloads().await?);
        let mut ids = self.documents.ids();
        self.notes.greeted(ids.len(), threads.len(), &problems);
        let documents_total = ids.len() as u64;
        // The page takes the first ones at once, and the others after it is ready.
        let others = ids.split_off(ids.len().min(FIRST_DOCUMENTS));
        let documents = self.documents.infos(&ids);
        if self.documents.opened().is_some_and(|library| !library.is_complete()) {
            // Whether they are embedded is not known yet.
            self.ingest.follow(ids);
        }
        self.ingest.follow(others);
        let queue = self.queue_status();
        let (models, catalogue) = (self.models.status(), self.models.runtime().catalogue());
        Ok(FromWorker::Ready(Box::new(Snapshot {
            documents,
            documents_total,
            queue,
            threads,
            settings,
            models,
            own_models,
            catalogue,
            downloads,
            problems,
        })))
    }

    /// Reads the vectors that opening the library has left; `false` where they cannot be read now.
    pub(super) async fn complete_library(&self) -> bool {
        let Some(library) = self.documents.opened() else { return true };
        let completed = library.complete().await;
        completed.map_err(|error| self.notes.failure("documents", "reading the vectors", &error.into())).is_ok()
    }

    /// Tells what was too much for one message, or not known yet, as it is by now.
    pub(super) async fn tell_the_rest(&self) {
        let following = self.ingest.take_following();
        if !following.is_empty() {
            self.complete_library().await;
        }
        for some in following.chunks(FIRST_DOCUMENTS) {
            self.tell_documents(&self.documents.infos(some));
            self.ports.yields.yield_now().await;
            if self.priority.is_awaited() {
                self.ports.clock.sleep(TOLD_LATER_MS).await;
            }
        }
    }
}

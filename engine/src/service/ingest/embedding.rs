//! Vectors for what is in the library, when nothing waits to be read.
//!
//! Each batch of passages is stored as soon as it is done, so a killed program embeds one batch again. A document that a
//! person looks at or asks about comes first.

use std::collections::VecDeque;

use conclave_inference::Encoder;
use conclave_knowledge::index::vectors::Upkeep;
use conclave_knowledge::{Library, Missing, PassageVectors};
use conclave_ports::Cancel;
use conclave_protocol::{DocumentId, Embedding};

use crate::service::error::ServiceError;
use crate::service::{Change, Service};

/// Passages that are embedded and stored together: about a second in a browser.
const BATCH: usize = 16;

/// Documents that are indexed again together, in one commit.
const INDEXED_TOGETHER: usize = 64;

/// Comparisons of vectors in one piece of work on the graph: about 10 ms in a browser.
const GRAPH_WORK: u64 = 100_000;

/// Name of the lock under which one tab embeds.
const LOCK: &str = "embedding";

/// Documents that lack vectors, as they were counted when the last one was known to be done.
#[derive(Default)]
pub(in crate::service) struct Lacking {
    documents: VecDeque<DocumentId>,
    /// The library's generation then, and for which encoder.
    counted: Option<(u64, String)>,
}

impl Service {
    /// Embeds some passages, or makes the index of a damaged document anew; `false` where nothing is left.
    pub(super) async fn embed_next_batch(&self) -> bool {
        let Some(library) = self.documents.opened() else { return false };
        if self.ingest.queue.borrow().settings.is_paused || !self.complete_library().await {
            return false;
        }
        let documents = self.next_unsearchable(&library);
        if !documents.is_empty() {
            let indexed = self.index_again(&library, &documents).await;
            let left: Vec<DocumentId> =
                library.unsearchable().into_iter().filter(|id| documents.contains(id)).collect();
            self.unless(indexed, &left);
            // A damaged text has no index, whatever else went well.
            self.documents.given_up.borrow_mut().extend(left);
            return true;
        }
        let encoder = self.models.encoder();
        let was_idle = self.ingest.embedding.get().is_none();
        let batch = encoder.as_ref().map(|encoder| self.next_passages(&library, &**encoder)).unwrap_or_default();
        let (Some(encoder), false) = (encoder, batch.is_empty()) else {
            if self.ingest.embedding.take().is_some() {
                self.tell_queue(true);
                (self.announce)(Change::Documents);
            }
            return false;
        };
        if was_idle {
            self.tell_queue(true);
        }
        let embedded = self.embed(&library, &*encoder, &batch).await;
        let documents: Vec<DocumentId> = batch.iter().map(|missing| missing.document.clone()).collect();
        self.unless(embedded, &documents);
        self.tell_queue(false);
        true
    }

    /// Makes the library's register where it lacks one. Then does a piece of work on the graph over the vectors, and stores it when
    /// nothing is due; `false` then.
    pub(super) async fn tend_graph(&self) -> bool {
        let Some(library) = self.documents.opened() else { return false };
        if self.ingest.queue.borrow().settings.is_paused {
            return false;
        }
        if let Err(error) = library.keep_register().await {
            self.notes.failure("documents", "storing the register of documents", &error.into());
            return false;
        }
        if library.upkeep(GRAPH_WORK) == Upkeep::Idle {
            if let Err(error) = library.keep_graph().await {
                self.notes.failure("documents", "storing the graph over vectors", &error.into());
            }
            return false;
        }
        // Nothing cancels this; a question holds it up.
        self.patient_pulse(&Cancel::new()).beat().await.is_ok()
    }

    /// Documents with which something fails are left alone until the page is loaded again.
    fn unless(&self, done: Result<(), ServiceError>, documents: &[DocumentId]) {
        if let Err(error) = done {
            self.notes.failure("documents", "embedding or indexing again", &error);
            self.documents.given_up.borrow_mut().extend(documents.iter().cloned());
        }
    }

    fn next_unsearchable(&self, library: &Library) -> Vec<DocumentId> {
        let given_up = self.documents.given_up.borrow();
        let all = library.unsearchable().into_iter();
        all.filter(|document| !given_up.contains(document)).take(INDEXED_TOGETHER).collect()
    }

    async fn index_again(&self, library: &Library, documents: &[DocumentId]) -> Result<(), ServiceError> {
        let _guard = self.ports.lock.acquire(LOCK).await?;
        library.refresh().await?;
        let damaged: Vec<DocumentId> =
            library.unsearchable().into_iter().filter(|document| documents.contains(document)).collect();
        library.reindex(&damaged).await?;
        self.note_news(damaged.iter().filter_map(|document| library.info(document)).collect());
        Ok(())
    }

    async fn embed(&self, library: &Library, encoder: &dyn Encoder, batch: &[Missing]) -> Result<(), ServiceError> {
        // One tab embeds; the others wait here, then find that it is done.
        let _guard = self.ports.lock.acquire(LOCK).await?;
        if library.refresh().await? {
            return Ok(());
        }
        let mut texts = Vec::new();
        for missing in batch {
            texts.extend(library.texts_to_embed(missing).await?);
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let rows = encoder.embed(&texts, &self.patient_pulse(&Cancel::new())).await;
        let mut rows = rows.map_err(|error| ServiceError::model(encoder.name(), error))?.into_iter();
        let rows = batch.iter().map(|missing| {
            let of_document = rows.by_ref().take(missing.passages.len()).collect();
            (missing.document.clone(), missing.passages.start, of_document)
        });
        let vectors = PassageVectors { encoder: encoder.name().to_owned(), dim: encoder.dim(), rows: rows.collect() };
        library.attach(&vectors).await?;
        self.count_embedded(library, batch);
        Ok(())
    }

    /// The next passages without vectors, of one document or of several small ones.
    fn next_passages(&self, library: &Library, encoder: &dyn Encoder) -> Vec<Missing> {
        let mut lacking = self.documents.lacking.borrow_mut();
        let now = (library.generation(), encoder.name().to_owned());
        if lacking.documents.is_empty() && lacking.counted.as_ref() != Some(&now) {
            let given_up = self.documents.given_up.borrow();
            let missing = library.missing_vectors(encoder.name()).into_iter();
            lacking.documents = missing.filter(|document| !given_up.contains(document)).collect();
            lacking.counted = Some(now);
            let total: usize = lacking.documents.iter().map(|document| library.lacking(document, encoder.name())).sum();
            if total > 0 {
                self.ingest.embedding.set(Some(Embedding { done: 0, total: total as u64 }));
            }
        }
        let mut batch: Vec<Missing> = Vec::new();
        let mut room = BATCH;
        let wanted = self.ingest.wanted.borrow().clone();
        let given_up = self.documents.given_up.borrow();
        for document in wanted.into_iter().filter(|document| !given_up.contains(document)) {
            take_missing(library, encoder, document, &mut room, &mut batch);
        }
        while room > 0
            && let Some(document) = lacking.documents.front()
        {
            let before = room;
            if batch.iter().all(|missing| missing.document != *document) {
                take_missing(library, encoder, document.clone(), &mut room, &mut batch);
            }
            // One that took the last room may lack more.
            if before == room || room > 0 {
                lacking.documents.pop_front();
            }
        }
        batch
    }

    fn count_embedded(&self, library: &Library, batch: &[Missing]) {
        let done: usize = batch.iter().map(|missing| missing.passages.len()).sum();
        let mut embedding = self.ingest.embedding.get().unwrap_or_default();
        embedding.done += done as u64;
        embedding.total = embedding.total.max(embedding.done);
        self.ingest.embedding.set(Some(embedding));
        let whole = batch.iter().filter_map(|missing| library.info(&missing.document)).filter(|info| info.embedded);
        self.note_news(whole.collect());
    }
}

fn take_missing(
    library: &Library,
    encoder: &dyn Encoder,
    document: DocumentId,
    room: &mut usize,
    batch: &mut Vec<Missing>,
) {
    if *room > 0
        && let Some(missing) = library.next_missing(&document, encoder.name(), *room)
    {
        *room -= missing.passages.len();
        batch.push(missing);
    }
}

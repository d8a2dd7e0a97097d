//! Documents: import, embedding, search, removal.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use conclave_import::{Limits, import};
use conclave_inference::{Encoder, InferenceError, Pulse};
use conclave_knowledge::{Library, PassageVectors, Prepared, Query, QueryVector};
use conclave_ports::{Cancel, Lock, Store};
use conclave_protocol::imported::{Imported, Outcome};
use conclave_protocol::{
    DocumentId, DocumentInfo, DocumentText, FromWorker, ImportPhase, ImportProgress, Passage, Problem, RequestId,
};

use super::Service;
use super::error::ServiceError;
use super::ports::{Change, FileBytes, Ports, file_sent};
use crate::council::{LibraryFacts, library_words};

/// Passages embedded between two reports of progress and stored together: about half a second in a browser, which is what a
/// killed tab loses.
const BATCH: usize = 16;

/// Name of the lock under which one tab embeds what was imported without an encoder.
const EMBEDDING_LOCK: &str = "embedding";

/// The library with what the service adds to it.
pub(super) struct Documents {
    store: Rc<dyn Store>,
    lock: Rc<dyn Lock>,
    library: RefCell<Option<Rc<Library>>>,
    limits: Limits,
    /// Whether this tab embeds at the moment.
    embedding: Cell<bool>,
    /// Documents that could not be embedded or indexed again; they are left alone until the page is loaded again.
    given_up: RefCell<HashSet<DocumentId>>,
}

impl Documents {
    pub(super) fn new(ports: &Ports) -> Self {
        Self {
            store: Rc::clone(&ports.store),
            lock: Rc::clone(&ports.lock),
            library: RefCell::default(),
            limits: Limits::default(),
            embedding: Cell::new(false),
            given_up: RefCell::default(),
        }
    }

    /// The library, opened at its first use.
    async fn library(&self) -> Result<Rc<Library>, ServiceError> {
        if let Some(library) = self.library.borrow().as_ref() {
            return Ok(Rc::clone(library));
        }
        let opened = Rc::new(Library::open(Rc::clone(&self.store), Rc::clone(&self.lock)).await?);
        // Two requests may have opened it at once; all use the first one.
        Ok(Rc::clone(self.library.borrow_mut().get_or_insert(opened)))
    }

    /// Opens the library; returns what could not be read.
    pub(super) async fn open(&self) -> Result<Vec<Problem>, ServiceError> {
        Ok(self.library().await?.problems().into_iter().map(Problem::from).collect())
    }

    /// All documents, newest first; none before the library is open.
    pub(super) fn list(&self) -> Vec<DocumentInfo> {
        self.library.borrow().as_ref().map(|library| library.list()).unwrap_or_default()
    }

    /// Takes over what another tab changed.
    pub(super) async fn refresh(&self) -> Result<(), ServiceError> {
        self.library().await?.refresh().await?;
        Ok(())
    }

    pub(super) async fn read(&self, id: &DocumentId) -> Result<DocumentText, ServiceError> {
        Ok(self.library().await?.text(id).await?)
    }

    pub(super) async fn remove(&self, id: &DocumentId) -> Result<(), ServiceError> {
        Ok(self.library().await?.remove(id).await?)
    }

    /// Passages for a query, best first: by words, and by meaning where there is an encoder.
    pub(super) async fn search(
        &self,
        query: &str,
        encoder: Option<&dyn Encoder>,
        limit: usize,
        pulse: &Pulse,
    ) -> Result<Vec<Passage>, ServiceError> {
        let library = self.library().await?;
        let embedded = match encoder {
            Some(encoder) => match encoder.embed(&[query], pulse).await {
                Ok(mut rows) => rows.pop().map(|row| (encoder.name(), row)),
                Err(InferenceError::Cancelled) => return Err(ServiceError::Cancelled),
                // A broken encoder says so in its status; words still find.
                Err(_) => None,
            },
            None => None,
        };
        let vector = embedded.as_ref().map(|(encoder, values)| QueryVector { encoder, values });
        Ok(library.search(&Query { text: query, vector }, limit).await?)
    }

    /// What is known of the whole library for a question.
    pub(super) fn facts(&self, question: &str) -> LibraryFacts {
        let Some(library) = self.library.borrow().clone() else { return LibraryFacts::default() };
        let listed = library.list();
        let passages: u32 = listed.iter().map(|info| info.passages).sum();
        let word_passages: BTreeMap<String, u32> = library_words(question)
            .into_iter()
            .filter_map(|word| {
                let coverage = library.coverage(&word);
                // A word that the index reads as none (a stop word there) says nothing.
                let term = coverage.terms.first()?;
                Some((word, if term.found { holding(term.idf, passages) } else { 0 }))
            })
            .collect();
        LibraryFacts { documents: u32::try_from(listed.len()).unwrap_or(u32::MAX), passages, word_passages }
    }
}

/// The number of passages that hold a word, from its idf: `idf = ln(1 + (N - n + 1/2) / (n + 1/2))`, solved for `n`.
fn holding(idf: f32, passages: u32) -> u32 {
    let n = (f64::from(passages) + 1.0) / f64::from(idf).exp() - 0.5;
    // A float-to-integer cast saturates.
    (n.round() as u32).clamp(1, passages.max(1))
}

/// Who is told about the progress of a file.
struct Report<'a> {
    service: &'a Service,
    id: Option<RequestId>,
    name: &'a str,
}

impl Report<'_> {
    fn say(&self, phase: ImportPhase, done: usize, total: usize) {
        self.bytes(phase, done as u64, total as u64);
    }

    fn bytes(&self, phase: ImportPhase, done: u64, total: u64) {
        let progress = ImportProgress { name: self.name.to_owned(), phase, done, total };
        self.service.tell(self.id, FromWorker::Importing(progress));
    }
}

impl Service {
    /// Imports a file: reads, extracts, embeds where the encoder is loaded, stores. Of a file that holds several documents
    /// the listing of the first is returned.
    pub(super) async fn import(
        &self,
        id: RequestId,
        name: &str,
        file: Option<Box<dyn FileBytes>>,
        cancel: &Cancel,
    ) -> Result<DocumentInfo, ServiceError> {
        let file = file_sent(file)?;
        let size_bytes = file.size_bytes();
        self.documents.limits.check_file(name, size_bytes).map_err(Problem::from)?;
        let _turn = self.queue("import", cancel).await?;
        let library = self.documents.library().await?;
        let pulse = self.pulse(cancel);
        let report = Report { service: self, id: Some(id), name };
        report.bytes(ImportPhase::Reading, 0, size_bytes);
        let bytes = self.requests.until(cancel, file.read()).await??;
        report.bytes(ImportPhase::Extracting, 0, size_bytes);
        beat(&pulse).await?;
        let mut documents = Vec::new();
        let outcome = import(name, &bytes, &self.documents.limits, &mut |imported| documents.push(imported)).outcome;
        drop(bytes);
        report.bytes(ImportPhase::Extracting, size_bytes, size_bytes);
        if let Outcome::Refused(problem) = outcome {
            return Err(problem.into());
        }
        let mut first = None;
        for imported in documents {
            beat(&pulse).await?;
            let info = self.keep(imported, &library, cancel, &report).await?;
            first.get_or_insert(info);
        }
        first.ok_or(ServiceError::NotFound("text in this file"))
    }

    /// Embeds a document where the encoder is loaded, and stores it.
    async fn keep(
        &self,
        imported: Imported,
        library: &Library,
        cancel: &Cancel,
        report: &Report<'_>,
    ) -> Result<DocumentInfo, ServiceError> {
        let pulse = self.pulse(cancel);
        let prepared = Prepared::new(imported);
        let passages = prepared.chunks().len();
        report.say(ImportPhase::Saving, 0, passages);
        beat(&pulse).await?;
        let known = library.passages(&prepared.id()) > 0;
        let mut info = library.add(&prepared, self.ports.clock.unix_ms()).await?;
        report.say(ImportPhase::Saving, passages, passages);
        if let Some(encoder) = self.models.encoder() {
            // A question may hold this up, so the flag is looked at meanwhile.
            let pulse = self.patient_pulse(cancel);
            let embedded = self.requests.until(cancel, embed(library, &*encoder, &info.id, &pulse, report)).await;
            match embedded.unwrap_or_else(|stopped| Err(stopped.into())) {
                // What is stopped leaves nothing, but of a document that was there before.
                Err(error) if error.is_cancelled() => {
                    if !known {
                        library.remove(&info.id).await?;
                    }
                    return Err(error);
                }
                // Found by its words at least; `embedded` says that the vectors are missing.
                Err(error) => self.notes.failure("documents", "embedding one that is imported", &error),
                Ok(()) => info.embedded = true,
            }
        }
        (self.announce)(Change::Documents);
        Ok(info)
    }

    /// Indexes again what was damaged and embeds what was imported before the encoder was there, one document after the
    /// other. Nobody waits for it; what fails is left as it is until the page is loaded again.
    pub(super) async fn embed_pending(&self) {
        if self.documents.embedding.replace(true) {
            return;
        }
        while let Some(document) = self.next_pending() {
            if let Err(error) = self.repair_or_embed(&document).await {
                self.notes.failure("documents", "embedding or indexing one again", &error);
                self.documents.given_up.borrow_mut().insert(document);
                continue;
            }
            (self.announce)(Change::Documents);
            self.tell(None, FromWorker::Documents(self.documents.list()));
        }
        self.documents.embedding.set(false);
    }

    fn next_pending(&self) -> Option<DocumentId> {
        let library = self.documents.library.borrow().clone()?;
        let missing = self.models.encoder().map(|encoder| library.missing_vectors(encoder.name()));
        let given_up = self.documents.given_up.borrow();
        library.unsearchable().into_iter().chain(missing.into_iter().flatten()).find(|id| !given_up.contains(id))
    }

    async fn repair_or_embed(&self, document: &DocumentId) -> Result<(), ServiceError> {
        let library = self.documents.library().await?;
        // One tab embeds; the others wait here, then find that it is done.
        let _guard = self.ports.lock.acquire(EMBEDDING_LOCK).await?;
        library.refresh().await?;
        if library.unsearchable().contains(document) {
            library.reindex(std::slice::from_ref(document)).await?;
            return Ok(());
        }
        let Some(encoder) = self.models.encoder() else { return Ok(()) };
        if !library.missing_vectors(encoder.name()).contains(document) {
            return Ok(());
        }
        let name =
            library.list().into_iter().find(|info| info.id == *document).map(|info| info.name).unwrap_or_default();
        let report = Report { service: self, id: None, name: &name };
        embed(&library, &*encoder, document, &self.patient_pulse(&Cancel::new()), &report).await
    }
}

/// Embeds a document's passages in batches, each stored as soon as it is done; the flag is looked at between any two passages.
async fn embed(
    library: &Library,
    encoder: &dyn Encoder,
    document: &DocumentId,
    pulse: &Pulse,
    report: &Report<'_>,
) -> Result<(), ServiceError> {
    let passages = library.passages(document);
    while let Some(missing) = library.next_missing(document, encoder.name(), BATCH) {
        report.say(ImportPhase::Indexing, missing.passages.start, passages);
        let texts = library.texts_to_embed(&missing).await?;
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let rows = encoder.embed(&texts, pulse).await.map_err(|error| ServiceError::model(encoder.name(), error))?;
        let rows = vec![(missing.document, missing.passages.start, rows)];
        library.attach(&PassageVectors { encoder: encoder.name().to_owned(), dim: encoder.dim(), rows }).await?;
    }
    report.say(ImportPhase::Indexing, passages, passages);
    Ok(())
}

async fn beat(pulse: &Pulse) -> Result<(), ServiceError> {
    pulse.beat().await.map_err(|_| ServiceError::Cancelled)
}

#[cfg(test)]
mod unit {
    use super::holding;

    #[test]
    fn the_number_of_passages_is_found_again() {
        for (all, n) in [(1u32, 1u32), (10, 3), (1000, 1), (25_000, 12_345)] {
            let idf = (1.0 + (f64::from(all - n) + 0.5) / (f64::from(n) + 0.5)).ln() as f32;
            // 32-bit floats carry seven digits, so large counts may be off by a few.
            assert!(holding(idf, all).abs_diff(n) <= all / 10_000, "{n} of {all}");
        }
    }
}

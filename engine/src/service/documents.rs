//! Documents: reading, search, tags, removal.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use conclave_inference::{Encoder, InferenceError, Pulse};
use conclave_knowledge::index::parse;
use conclave_knowledge::{Library, News, Query, QueryVector};
use conclave_ports::{Lock, MemoryLock, Store};
use conclave_protocol::{Alike, DocumentDetails, DocumentId, DocumentInfo, DocumentText, Passage, Problem};

use super::error::ServiceError;
use super::ingest::Lacking;
use super::ports::Ports;
use crate::council::{LibraryFacts, library_words};

/// The library with what the service adds to it.
pub(super) struct Documents {
    store: Rc<dyn Store>,
    lock: Rc<dyn Lock>,
    library: RefCell<Option<Rc<Library>>>,
    /// Requests that come while it is opened wait for it: opening it twice takes twice as long.
    opening: MemoryLock,
    /// Documents that could not be embedded or indexed again; they are left alone until the page is loaded again.
    pub(super) given_up: RefCell<HashSet<DocumentId>>,
    /// Documents that wait for their vectors.
    pub(super) lacking: RefCell<Lacking>,
}

impl Documents {
    pub(super) fn new(ports: &Ports) -> Self {
        Self {
            store: Rc::clone(&ports.store),
            lock: Rc::clone(&ports.lock),
            library: RefCell::default(),
            opening: MemoryLock::default(),
            given_up: RefCell::default(),
            lacking: RefCell::default(),
        }
    }

    /// The library, opened at its first use; its vectors may still be on their way ([`Library::complete`]).
    pub(super) async fn library(&self) -> Result<Rc<Library>, ServiceError> {
        if let Some(library) = self.opened() {
            return Ok(library);
        }
        let _turn = self.opening.acquire("library").await?;
        if let Some(library) = self.opened() {
            return Ok(library);
        }
        let opened = Rc::new(Library::open_words(Rc::clone(&self.store), Rc::clone(&self.lock)).await?);
        self.library.replace(Some(Rc::clone(&opened)));
        Ok(opened)
    }

    /// The library, where it was opened.
    pub(super) fn opened(&self) -> Option<Rc<Library>> {
        self.library.borrow().clone()
    }

    /// Opens the library; returns what could not be read.
    pub(super) async fn open(&self) -> Result<Vec<Problem>, ServiceError> {
        Ok(self.library().await?.problems().into_iter().map(Problem::from).collect())
    }

    /// The ids of all documents, newest first; none before the library is open.
    pub(super) fn ids(&self) -> Vec<DocumentId> {
        self.opened().map(|library| library.ids()).unwrap_or_default()
    }

    /// Those of these documents that are there, as they are listed.
    pub(super) fn infos(&self, ids: &[DocumentId]) -> Vec<DocumentInfo> {
        let library = self.opened();
        library.map(|library| ids.iter().filter_map(|id| library.info(id)).collect()).unwrap_or_default()
    }

    /// Takes over what another tab changed, and says what it was.
    pub(super) async fn refresh(&self) -> Result<News, ServiceError> {
        let library = self.library().await?;
        library.refresh().await?;
        Ok(library.news())
    }

    pub(super) async fn read(&self, id: &DocumentId) -> Result<DocumentText, ServiceError> {
        Ok(self.library().await?.text(id).await?)
    }

    /// What a document takes, and its passages from number `first` on.
    pub(super) async fn details(&self, id: &DocumentId, first: u32) -> Result<DocumentDetails, ServiceError> {
        Ok(self.library().await?.details(id, first).await?)
    }

    /// Groups of documents that say nearly the same.
    pub(super) async fn alike(&self) -> Result<Vec<Vec<Alike>>, ServiceError> {
        Ok(self.library().await?.duplicates().await?)
    }

    pub(super) async fn change_tags(
        &self,
        ids: &[DocumentId],
        add: &[String],
        remove: &[String],
    ) -> Result<Vec<DocumentInfo>, ServiceError> {
        Ok(self.library().await?.change_tags(ids, add, remove).await?)
    }

    pub(super) async fn remove(&self, ids: &[DocumentId]) -> Result<(), ServiceError> {
        Ok(self.library().await?.remove_all(ids).await?)
    }

    /// Passages for a question, best first: by words, and by meaning where there is an encoder.
    pub(super) async fn search(
        &self,
        question: &str,
        encoder: Option<&dyn Encoder>,
        limit: usize,
        pulse: &Pulse,
    ) -> Result<Vec<Passage>, ServiceError> {
        let library = self.library().await?;
        let embedded = embedded(question, encoder, pulse).await?;
        let vector = embedded.as_ref().map(|(encoder, values)| QueryVector { encoder, values });
        let mut passages = library.search(&Query { text: question, vector }, limit).await?;
        library.mark(question, passages.iter_mut());
        Ok(passages)
    }

    /// Excerpts for a query in the query language, best first.
    pub(super) async fn look_up(
        &self,
        query: &str,
        encoder: Option<&dyn Encoder>,
        limit: usize,
        pulse: &Pulse,
    ) -> Result<Vec<Passage>, ServiceError> {
        let library = self.library().await?;
        let words = parse(query).text;
        let embedded = if words.trim().is_empty() { None } else { embedded(&words, encoder, pulse).await? };
        let vector = embedded.as_ref().map(|(encoder, values)| QueryVector { encoder, values });
        let found = library.look_up(query, vector, limit).await?;
        Ok(found.into_iter().map(|found| found.passage).collect())
    }

    /// What is known of the whole library for a question.
    pub(super) fn facts(&self, question: &str) -> LibraryFacts {
        let Some(library) = self.opened() else { return LibraryFacts::default() };
        let (documents, passages) = library.counts();
        let passages = u32::try_from(passages).unwrap_or(u32::MAX);
        let word_passages: BTreeMap<String, u32> = library_words(question)
            .into_iter()
            .filter_map(|word| {
                let coverage = library.coverage(&word);
                // A word that the index reads as none (a stop word there) says nothing.
                let term = coverage.terms.first()?;
                Some((word, if term.found { holding(term.idf, passages) } else { 0 }))
            })
            .collect();
        LibraryFacts { documents: u32::try_from(documents).unwrap_or(u32::MAX), passages, word_passages }
    }
}

/// The embedding of a query with its encoder's name, where there is one.
async fn embedded<'a>(
    text: &str,
    encoder: Option<&'a dyn Encoder>,
    pulse: &Pulse,
) -> Result<Option<(&'a str, Vec<f32>)>, ServiceError> {
    let Some(encoder) = encoder else { return Ok(None) };
    match encoder.embed(&[text], pulse).await {
        Ok(mut rows) => Ok(rows.pop().map(|row| (encoder.name(), row))),
        Err(InferenceError::Cancelled) => Err(ServiceError::Cancelled),
        // A broken encoder says so in its status; words still find.
        Err(_) => Ok(None),
    }
}

/// The number of passages that hold a word, from its idf: `idf = ln(1 + (N - n + 1/2) / (n + 1/2))`, solved for `n`.
fn holding(idf: f32, passages: u32) -> u32 {
    let n = (f64::from(passages) + 1.0) / f64::from(idf).exp() - 0.5;
    // A float-to-integer cast saturates.
    (n.round() as u32).clamp(1, passages.max(1))
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

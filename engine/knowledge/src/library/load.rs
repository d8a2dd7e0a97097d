//! From storage to memory.

use std::collections::BTreeSet;

use conclave_ports::{RecordFault, StoreError, Table};
use conclave_protocol::DocumentId;
use futures_util::stream::{self, Stream, StreamExt as _};

use super::records::{
    FORMAT, FormatOnly, Listing, MANIFEST_KEY, Manifest, PIECES, StoredGraph, VECTORS, WORDS, number_in, piece_key,
    vectors_key, words_key,
};
use super::{Awaited, Library, State, StoredVectors};
use crate::error::KnowledgeError;
use crate::index::{Embeddings, Segment, SegmentError, SegmentId};

/// Name of the library as a whole in messages.
const WHOLE: &str = "the library";

/// Segments that are asked for at once, of 8 MB at most each.
const READ_AHEAD: usize = 3;

/// What is known of a stored record: its bytes, or why it cannot be used.
type Stored<T> = Result<T, SegmentError>;

impl Library {
    /// Takes over what other tabs changed. Reads one small record where nothing did. Says whether anything changed.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`] when storage fails, [`KnowledgeError::Newer`] when a newer program wrote it.
    pub async fn refresh(&self) -> Result<bool, KnowledgeError> {
        let _turn = self.reading.lock().await;
        let has_changed = self.read_words().await?;
        Ok(self.read_vectors().await? || has_changed)
    }

    /// Reads the vectors where [`Library::open_words`] has left them. Until they are here everything is found by its words, and
    /// every document counts as embedded: nobody knows better, and for the most of them it is so.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`] when storage fails: what is not here yet is read the next time.
    pub async fn complete(&self) -> Result<(), KnowledgeError> {
        if !self.is_complete() {
            let _turn = self.reading.lock().await;
            self.read_vectors().await?;
        }
        Ok(())
    }

    /// Whether the vectors are here.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.state.borrow().awaited == Awaited::Nothing
    }

    /// Reads manifest, listings and words, as far as they are others than in memory; says whether they are.
    pub(super) async fn read_words(&self) -> Result<bool, KnowledgeError> {
        let (manifest, problem) = match self.stored_manifest().await? {
            Ok(manifest) => (manifest, None),
            Err(damage) => (self.manifest_from_keys().await?, Some(damage)),
        };
        let known = self.state.borrow().manifest.clone();
        if manifest == known && problem.is_none() {
            return Ok(false);
        }
        // Those of format 1; a change that named them is none of ours.
        let stale = if known == Manifest::default() { self.unnamed(&manifest).await? } else { Vec::new() };
        let listings = self.stored_listings(manifest.register.as_ref()).await?;
        {
            let mut state = self.state.borrow_mut();
            state.note_changed(&listings);
            state.take_listings(listings);
            state.problems.extend(problem.map(|problem| (None, problem)));
        }
        let new_words: Vec<u64> = manifest.words.difference(&known.words).copied().collect();
        let mut segments = self.all_stored(&new_words, words_key, Segment::from_bytes);
        while let Some((number, segment)) = segments.next().await {
            self.state.borrow_mut().take_words(number, segment?);
        }
        let mut state = self.state.borrow_mut();
        for number in known.words.difference(&manifest.words) {
            state.drop_words(*number);
        }
        for number in known.vectors.difference(&manifest.vectors) {
            state.vectors.remove(number);
        }
        let unlisted: Vec<DocumentId> =
            state.index.documents().filter(|id| !state.listings.contains_key(*id)).cloned().collect();
        unlisted.iter().for_each(|id| state.index.forget(id));
        if !manifest.vectors.is_subset(&known.vectors) && state.awaited == Awaited::Nothing {
            state.awaited = if state.is_open { Awaited::News } else { Awaited::All };
        }
        state.manifest = manifest;
        state.stale.extend(stale);
        drop(state);
        self.texts.clear();
        Ok(true)
    }

    /// Reads the vectors that the manifest names and memory lacks, and the graph over them where they are the first ones; says
    /// whether there were any.
    async fn read_vectors(&self) -> Result<bool, KnowledgeError> {
        if self.is_complete() {
            return Ok(false);
        }
        let (new, graph, are_news) = {
            let state = self.state.borrow();
            let lacks = |number: &&u64| {
                !state.vectors.contains_key(number) && !state.damaged.contains_key(&vectors_key(**number))
            };
            let new: Vec<u64> = state.manifest.vectors.iter().filter(lacks).copied().collect();
            // The first time, rows get the numbers that the graph knows.
            let graph = state.manifest.graph.clone().filter(|_| state.vectors.is_empty() || state.is_arranged);
            (new, graph, state.awaited == Awaited::News)
        };
        if let Some(graph) = graph.as_ref().filter(|_| self.state.borrow().vectors.is_empty()) {
            let is_arranged = self.arrange(graph).await?;
            self.state.borrow_mut().is_arranged = is_arranged;
        }
        let mut segments = self.all_stored(&new, vectors_key, |bytes| Embeddings::from_bytes(&bytes));
        while let Some((number, embeddings)) = segments.next().await {
            let embeddings = embeddings?;
            let mut state = self.state.borrow_mut();
            if are_news && let Ok(embeddings) = &embeddings {
                state.note_before(embeddings.runs().iter().map(|run| &run.document));
            }
            state.take_vectors(number, embeddings);
        }
        if let Some(graph) = graph.filter(|_| self.state.borrow().is_arranged) {
            self.adopt(&graph).await?;
        }
        let mut state = self.state.borrow_mut();
        (state.is_arranged, state.awaited) = (false, Awaited::Nothing);
        Ok(true)
    }

    /// The stored manifest; `Err` inside where it is damaged.
    async fn stored_manifest(&self) -> Result<Result<Manifest, KnowledgeError>, KnowledgeError> {
        let damage = || KnowledgeError::Corrupt { record: "manifest", name: WHOLE.to_owned() };
        let bytes = match self.store.get(Table::Meta, MANIFEST_KEY).await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(Ok(Manifest::default())),
            Err(error @ StoreError::Unreadable(RecordFault::Newer)) => return Err(error.into()),
            Err(StoreError::Unreadable(_)) => return Ok(Err(damage())),
            Err(error) => return Err(error.into()),
        };
        match serde_json::from_slice(&bytes) {
            Ok(FormatOnly { format }) if format > FORMAT => Err(KnowledgeError::Newer { found: format, known: FORMAT }),
            // Its segments are of another format: what is listed is indexed again.
            Ok(FormatOnly { format }) if format < FORMAT => {
                Ok(Ok(Manifest { generation: 1, register: None, ..Manifest::default() }))
            }
            Ok(_) => Ok(serde_json::from_slice(&bytes).map_err(|_| damage())),
            Err(_) => Ok(Err(damage())),
        }
    }

    /// Keys of stored segments that the manifest does not name.
    async fn unnamed(&self, manifest: &Manifest) -> Result<Vec<String>, KnowledgeError> {
        let words = manifest.words.iter().map(|number| words_key(*number));
        let vectors = manifest.vectors.iter().map(|number| vectors_key(*number));
        let graph = manifest.graph.iter().flat_map(StoredGraph::keys);
        let pieces = manifest.register.iter().flatten().map(|(number, _)| piece_key(*number));
        let named: BTreeSet<String> = words.chain(vectors).chain(graph).chain(pieces).collect();
        let keys = self.store.list(Table::Segments, "").await?;
        Ok(keys.into_iter().filter(|key| !named.contains(key)).collect())
    }

    /// Segments, or why they cannot be used, in the order of `numbers`. While one is taken in, storage looks for the next ones: few
    /// at a time, because together they may be half of what a tab may hold.
    fn all_stored<'a, T: 'a>(
        &'a self,
        numbers: &'a [u64],
        key: fn(u64) -> String,
        parse: impl Fn(Vec<u8>) -> Stored<T> + Copy + 'a,
    ) -> impl Stream<Item = (u64, Result<Stored<T>, KnowledgeError>)> + Unpin + 'a {
        let read = move |number: u64| async move {
            let segment = match self.store.get(Table::Segments, &key(number)).await {
                Ok(Some(bytes)) => Ok(parse(bytes)),
                Ok(None) => Ok(Err(SegmentError::Truncated)),
                Err(StoreError::Unreadable(_)) => Ok(Err(SegmentError::Checksum)),
                Err(error) => Err(error.into()),
            };
            (number, segment)
        };
        Box::pin(stream::iter(numbers.iter().copied()).map(read).buffered(READ_AHEAD))
    }

    /// A manifest of every segment that is stored. A change is one commit, so that no segment is there that it did not name.
    async fn manifest_from_keys(&self) -> Result<Manifest, KnowledgeError> {
        let keys = self.store.list(Table::Segments, "").await?;
        let words: BTreeSet<u64> = keys.iter().filter_map(|key| number_in(key, WORDS)).collect();
        let vectors: BTreeSet<u64> = keys.iter().filter_map(|key| number_in(key, VECTORS)).collect();
        let last_piece = keys.iter().filter_map(|key| number_in(key, PIECES)).max();
        let last = words.last().max(vectors.last()).copied().max(last_piece).unwrap_or(0);
        // Other tabs take it over, whatever generation they know.
        let generation = self.state.borrow().manifest.generation.max(last).saturating_add(1);
        let (next, graph, register) = (last.saturating_add(1), None, None);
        Ok(Manifest { format: FORMAT, generation, next, words, vectors, graph, register })
    }
}

impl State {
    /// Takes a segment of words in, or notes why it cannot be used.
    pub(super) fn take_words(&mut self, number: u64, segment: Stored<Segment>) {
        match segment {
            Ok(segment) => self.index.insert(SegmentId(number), segment),
            Err(error) => {
                self.damaged.insert(words_key(number), error);
            }
        }
    }

    /// Drops a segment of words.
    pub(super) fn drop_words(&mut self, number: u64) {
        self.index.remove(SegmentId(number));
        self.damaged.remove(&words_key(number));
    }

    /// Takes vectors in. Lost ones are no damage that a person has to know of: they are made again.
    pub(super) fn take_vectors(&mut self, number: u64, embeddings: Stored<Embeddings>) {
        match embeddings {
            Ok(embeddings) => {
                self.vectors.insert(number, StoredVectors::of(&embeddings));
                self.index.insert_vectors(&embeddings);
            }
            Err(error) => {
                self.damaged.insert(vectors_key(number), error);
            }
        }
    }
}

pub(super) fn parse_listing(id: &DocumentId, bytes: Option<&[u8]>) -> Result<Listing, KnowledgeError> {
    bytes
        .and_then(|bytes| serde_json::from_slice::<Listing>(bytes).ok())
        .filter(|listing| listing.info.id == *id)
        .map(|mut listing| {
            listing.info.kind = listing.kind.take().unwrap_or(listing.info.kind);
            listing
        })
        .ok_or_else(|| KnowledgeError::Corrupt { record: "listing", name: id.to_string() })
}

//! From storage to memory.

use std::collections::{BTreeMap, BTreeSet};

use conclave_ports::{RecordFault, StoreError, Table};
use conclave_protocol::DocumentId;

use super::records::{
    FORMAT, FormatOnly, Listing, MANIFEST_KEY, Manifest, StoredGraph, VECTORS, WORDS, number_in, vectors_key, words_key,
};
use super::{Library, State, StoredVectors};
use crate::error::KnowledgeError;
use crate::index::{Embeddings, Segment, SegmentError, SegmentId};

/// Name of the library as a whole in messages.
const WHOLE: &str = "the library";

/// What is known of a stored record: its bytes, or why it cannot be used.
type Stored<T> = Result<T, SegmentError>;

impl Library {
    /// Takes over what other tabs changed. Reads one small record where nothing did. Says whether anything changed.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`] when storage fails, [`KnowledgeError::Newer`] when a newer program wrote it.
    pub async fn refresh(&self) -> Result<bool, KnowledgeError> {
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
        let (listings, mut problems) = self.stored_listings().await?;
        problems.extend(problem.map(|problem| (None, problem)));
        let mut words = Vec::new();
        for number in manifest.words.difference(&known.words) {
            words.push((*number, self.stored(&words_key(*number), Segment::from_bytes).await?));
        }
        {
            let mut state = self.state.borrow_mut();
            state.listings = listings;
            state.problems = problems;
            for (number, segment) in words {
                state.take_words(number, segment);
            }
            for number in known.words.difference(&manifest.words) {
                state.drop_words(*number);
            }
            for number in known.vectors.difference(&manifest.vectors) {
                state.vectors.remove(number);
            }
        }
        // The first time, rows get the numbers that the graph knows.
        let graph = manifest.graph.as_ref().filter(|_| known.vectors.is_empty());
        let arranged = match graph {
            Some(graph) => self.arrange(graph).await?,
            None => false,
        };
        // One after the other: together they may be half of what a tab may hold.
        for number in manifest.vectors.difference(&known.vectors) {
            let parse = |bytes: Vec<u8>| Embeddings::from_bytes(&bytes);
            let embeddings = self.stored(&vectors_key(*number), parse).await?;
            self.state.borrow_mut().take_vectors(*number, embeddings);
        }
        if let Some(graph) = graph.filter(|_| arranged) {
            self.adopt(graph).await?;
        }
        let mut state = self.state.borrow_mut();
        let unlisted: Vec<DocumentId> =
            state.index.documents().filter(|id| !state.listings.contains_key(*id)).cloned().collect();
        unlisted.iter().for_each(|id| state.index.forget(id));
        state.manifest = manifest;
        state.stale.extend(stale);
        drop(state);
        self.texts.clear();
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
            Ok(FormatOnly { format }) if format < FORMAT => Ok(Ok(Manifest { generation: 1, ..Manifest::default() })),
            Ok(_) => Ok(serde_json::from_slice(&bytes).map_err(|_| damage())),
            Err(_) => Ok(Err(damage())),
        }
    }

    /// Keys of stored segments that the manifest does not name.
    async fn unnamed(&self, manifest: &Manifest) -> Result<Vec<String>, KnowledgeError> {
        let words = manifest.words.iter().map(|number| words_key(*number));
        let vectors = manifest.vectors.iter().map(|number| vectors_key(*number));
        let graph = manifest.graph.iter().flat_map(StoredGraph::keys);
        let named: BTreeSet<String> = words.chain(vectors).chain(graph).collect();
        let keys = self.store.list(Table::Segments, "").await?;
        Ok(keys.into_iter().filter(|key| !named.contains(key)).collect())
    }

    /// A segment, or why it cannot be used.
    async fn stored<T>(
        &self,
        key: &str,
        parse: impl FnOnce(Vec<u8>) -> Stored<T>,
    ) -> Result<Stored<T>, KnowledgeError> {
        match self.store.get(Table::Segments, key).await {
            Ok(Some(bytes)) => Ok(parse(bytes)),
            Ok(None) => Ok(Err(SegmentError::Truncated)),
            Err(StoreError::Unreadable(_)) => Ok(Err(SegmentError::Checksum)),
            Err(error) => Err(error.into()),
        }
    }

    /// All listings, and what is wrong with those that cannot be read.
    #[allow(clippy::type_complexity, reason = "two maps by document")]
    async fn stored_listings(
        &self,
    ) -> Result<(BTreeMap<DocumentId, Listing>, BTreeMap<Option<DocumentId>, KnowledgeError>), KnowledgeError> {
        let (mut listings, mut problems) = (BTreeMap::new(), BTreeMap::new());
        for (key, bytes) in self.store.scan(Table::Documents, "").await? {
            let id = DocumentId(key);
            match parse_listing(&id, bytes.as_deref().ok()) {
                Ok(listing) => {
                    listings.insert(id, listing);
                }
                Err(error) => {
                    problems.insert(Some(id), error);
                }
            }
        }
        Ok((listings, problems))
    }

    /// A manifest of every segment that is stored. A change is one commit, so that no segment is there that it did not name.
    async fn manifest_from_keys(&self) -> Result<Manifest, KnowledgeError> {
        let keys = self.store.list(Table::Segments, "").await?;
        let words: BTreeSet<u64> = keys.iter().filter_map(|key| number_in(key, WORDS)).collect();
        let vectors: BTreeSet<u64> = keys.iter().filter_map(|key| number_in(key, VECTORS)).collect();
        let last = words.last().max(vectors.last()).copied().unwrap_or(0);
        // Other tabs take it over, whatever generation they know.
        let generation = self.state.borrow().manifest.generation.max(last).saturating_add(1);
        Ok(Manifest { format: FORMAT, generation, next: last.saturating_add(1), words, vectors, graph: None })
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

//! Changes: each one atomic commit under the lock.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use conclave_ports::{Table, Write};
use conclave_protocol::{DocumentId, DocumentInfo};

use super::meaning::PassageVectors;
use super::records::{
    Listing, MANIFEST_KEY, Manifest, StoredGraph, Structure, VECTORS, WORDS, number_in, piece_key, vectors_key,
    words_key,
};
use super::sketch::sketch;
use super::texts::Canonical;
use super::{LOCK, Library, Prepared, StoredVectors};
use crate::chunk::Chunk;
use crate::error::KnowledgeError;
use crate::index::{Embeddings, PassageEntry, Segment, SegmentBuilder, SegmentId};

/// A change that is being put together: what is written, and what memory takes over once it is stored.
pub(super) struct Change {
    pub manifest: Manifest,
    pub writes: Vec<Write>,
    /// Documents whose listings change, as they are afterwards; `None` for those that go.
    pub listed: BTreeMap<DocumentId, Option<DocumentInfo>>,
    /// Pieces of the register that become one.
    pub merged: Vec<u64>,
    words: Vec<(u64, Segment)>,
    /// Vectors, and whether memory does not have them yet.
    vectors: Vec<(u64, Embeddings, bool)>,
    /// Documents whose vectors are those of other passages.
    outdated: Vec<DocumentId>,
    dropped_words: Vec<u64>,
    dropped_vectors: Vec<u64>,
}

impl Change {
    fn of(manifest: Manifest) -> Self {
        let (words, vectors, outdated) = (Vec::new(), Vec::new(), Vec::new());
        let (dropped_words, dropped_vectors) = (Vec::new(), Vec::new());
        let (writes, listed, merged) = (Vec::new(), BTreeMap::new(), Vec::new());
        Self { manifest, writes, listed, merged, words, vectors, outdated, dropped_words, dropped_vectors }
    }

    /// Stores a document's listing.
    pub fn list(&mut self, listing: &Listing) {
        let id = &listing.info.id;
        self.writes.push(Write::put(Table::Documents, id.as_str(), encode(listing)));
        self.listed.insert(id.clone(), Some(listing.info.clone()));
    }

    /// Removes the records of a document.
    pub fn unlist(&mut self, id: &DocumentId) {
        for table in [Table::Documents, Table::Structures, Table::Texts] {
            self.writes.push(Write::delete(table, id.as_str()));
        }
        self.listed.insert(id.clone(), None);
    }

    /// Does without the register until [`Library::keep_register`] makes it anew.
    pub fn drop_register(&mut self) {
        let pieces = self.manifest.register.take().unwrap_or_default();
        self.writes.extend(pieces.keys().map(|number| Write::delete(Table::Segments, piece_key(*number))));
    }

    /// Stores a segment of words.
    pub fn put_words(&mut self, segment: Segment) {
        let number = self.manifest.take_number();
        self.manifest.words.insert(number);
        self.writes.push(Write::put(Table::Segments, words_key(number), segment.as_bytes()));
        self.words.push((number, segment));
    }

    /// Stores a segment of vectors, new ones or others than before together.
    pub fn put_vectors(&mut self, embeddings: Embeddings, are_new: bool) {
        let number = self.manifest.take_number();
        self.manifest.vectors.insert(number);
        self.writes.push(Write::put(Table::Segments, vectors_key(number), embeddings.to_bytes()));
        self.vectors.push((number, embeddings, are_new));
    }

    /// Removes a segment of words.
    pub fn drop_words(&mut self, number: u64) {
        self.manifest.words.remove(&number);
        self.writes.push(Write::delete(Table::Segments, words_key(number)));
        self.dropped_words.push(number);
    }

    /// Removes the stored graph.
    pub fn drop_graph(&mut self) {
        let graph = self.manifest.graph.take();
        self.writes.extend(graph.iter().flat_map(StoredGraph::keys).map(|key| Write::delete(Table::Segments, key)));
    }

    /// Removes a segment of vectors.
    pub fn drop_vectors(&mut self, number: u64) {
        self.manifest.vectors.remove(&number);
        self.writes.push(Write::delete(Table::Segments, vectors_key(number)));
        self.dropped_vectors.push(number);
    }
}

impl Library {
    /// Stores and indexes documents, all of them or none. The same file again (by its bytes) replaces the earlier import: one
    /// document, same id, time of import and name as now given, and the vectors that it had where its passages are the
    /// same. Without vectors a document is found by its words.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`] and [`KnowledgeError::Lock`] when nothing could be stored, and then nothing was changed.
    pub async fn add_all(&self, documents: &[Prepared], now_ms: u64) -> Result<Vec<DocumentInfo>, KnowledgeError> {
        // The last of those that are one document.
        let unique: BTreeMap<DocumentId, &Prepared> =
            documents.iter().map(|prepared| (prepared.id(), prepared)).collect();
        let _guard = self.lock.acquire(LOCK).await?;
        self.refresh().await?;
        let mut change = self.change();
        let chunks = unique.iter().map(|(id, prepared)| (id, prepared.chunks.as_slice())).collect();
        self.make_room(chunks, &mut change).await?;
        let mut builder = SegmentBuilder::new();
        for (id, prepared) in &unique {
            let imported = &prepared.imported;
            builder.add(id, &imported.title, &imported.text, &prepared.chunks);
            let info = DocumentInfo {
                id: id.clone(),
                name: imported.name.clone(),
                title: imported.title.clone(),
                kind: imported.kind,
                language: imported.language.clone(),
                path: imported.path.clone(),
                date_ms: imported.date_ms,
                partial: imported.partial.clone(),
                tags: self.tags(id),
                size_bytes: imported.size_bytes,
                chars: imported.text.chars().count() as u64,
                passages: u32::try_from(prepared.chunks.len()).unwrap_or(u32::MAX),
                added_ms: now_ms,
                notes: imported.notes.clone(),
                embedded: false,
            };
            let listing = Listing { info, sketch: sketch(&imported.text), kind: None, outline: Vec::new() };
            let structure = Structure { outline: imported.outline.clone(), anchors: imported.anchors.clone() };
            change.list(&listing);
            change.writes.push(Write::put(Table::Structures, id.as_str(), encode(&structure)));
            change.writes.push(Write::put(Table::Texts, id.as_str(), imported.text.as_bytes()));
        }
        if !builder.is_empty() {
            change.put_words(builder.finish());
        }
        self.apply(change).await?;
        let added: Vec<DocumentId> = unique.keys().cloned().collect();
        for (id, prepared) in unique {
            self.texts.put(id, Rc::new(Canonical::of(&prepared.imported)));
        }
        let infos = {
            let mut state = self.state.borrow_mut();
            for id in &added {
                state.problems.remove(&Some(id.clone()));
            }
            added.iter().filter_map(|id| state.listings.get(id)).map(|listed| state.info(listed)).collect()
        };
        self.merge_small().await;
        Ok(infos)
    }

    /// Stores and indexes one document; see [`Library::add_all`].
    ///
    /// # Errors
    /// As for [`Library::add_all`].
    pub async fn add(&self, prepared: &Prepared, now_ms: u64) -> Result<DocumentInfo, KnowledgeError> {
        let added = self.add_all(std::slice::from_ref(prepared), now_ms).await?;
        added.into_iter().next().ok_or(KnowledgeError::NotFound)
    }

    /// Removes documents with their files, texts, words and vectors. Those that do not exist (any more) are no error.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`] and [`KnowledgeError::Lock`]; then nothing was changed.
    pub async fn remove_all(&self, ids: &[DocumentId]) -> Result<(), KnowledgeError> {
        let _guard = self.lock.acquire(LOCK).await?;
        self.refresh().await?;
        let gone: BTreeSet<DocumentId> = ids.iter().cloned().collect();
        let mut change = self.change();
        gone.iter().for_each(|id| change.unlist(id));
        change.writes.extend(self.without_originals(&gone).await?);
        self.without_words(&gone, &mut change);
        self.without_vectors(&gone, &mut change).await?;
        self.apply(change).await?;
        let mut state = self.state.borrow_mut();
        for id in gone {
            self.texts.forget(&id);
            state.problems.remove(&Some(id));
        }
        Ok(())
    }

    /// Removes one document; see [`Library::remove_all`].
    ///
    /// # Errors
    /// As for [`Library::remove_all`].
    pub async fn remove(&self, id: &DocumentId) -> Result<(), KnowledgeError> {
        self.remove_all(std::slice::from_ref(id)).await
    }

    /// Makes the index of documents anew from their stored texts, by words; vectors follow as after an import. One whose text is
    /// damaged stays unsearchable, which [`Library::problems`] says.
    ///
    /// # Errors
    /// Storage as for `add_all`.
    pub async fn reindex(&self, ids: &[DocumentId]) -> Result<(), KnowledgeError> {
        let mut builder = SegmentBuilder::new();
        let mut listings = Vec::new();
        let mut structures = Vec::new();
        let mut chunks = BTreeMap::new();
        for id in ids {
            let prepared = match self.prepared(id).await {
                Err(KnowledgeError::NotFound) => continue,
                Err(error @ KnowledgeError::Corrupt { .. }) => {
                    self.state.borrow_mut().problems.insert(Some(id.clone()), error);
                    continue;
                }
                prepared => prepared?,
            };
            let imported = &prepared.imported;
            builder.add(id, &imported.title, &imported.text, &prepared.chunks);
            structures.push(Structure { outline: imported.outline.clone(), anchors: imported.anchors.clone() });
            let passages = u32::try_from(prepared.chunks.len()).unwrap_or(u32::MAX);
            let info = DocumentInfo { passages, ..self.listed(id)? };
            listings.push(Listing { info, sketch: sketch(&imported.text), kind: None, outline: Vec::new() });
            chunks.insert(id, prepared.chunks);
        }
        let _guard = self.lock.acquire(LOCK).await?;
        self.refresh().await?;
        let mut change = self.change();
        let chunks = chunks.iter().map(|(id, chunks)| (*id, chunks.as_slice())).collect();
        self.make_room(chunks, &mut change).await?;
        for (listing, structure) in listings.iter().zip(&structures) {
            change.list(listing);
            change.writes.push(Write::put(Table::Structures, listing.info.id.as_str(), encode(structure)));
        }
        if !builder.is_empty() {
            change.put_words(builder.finish());
        }
        self.apply(change).await?;
        self.merge_small().await;
        Ok(())
    }

    /// An empty change of what is stored now. The lock is held until [`Library::apply`].
    pub(super) fn change(&self) -> Change {
        let mut manifest = self.state.borrow().manifest.clone();
        manifest.generation = manifest.generation.saturating_add(1);
        let mut change = Change::of(manifest);
        // Whatever changes, what is of no use goes.
        let state = self.state.borrow();
        if state.register.is_none() {
            change.drop_register();
        }
        change.writes.extend(state.stale.iter().map(|key| Write::delete(Table::Segments, key)));
        for key in state.damaged.keys() {
            change.writes.push(Write::delete(Table::Segments, key));
            number_in(key, WORDS).map(|number| change.manifest.words.remove(&number));
            number_in(key, VECTORS).map(|number| change.manifest.vectors.remove(&number));
        }
        change
    }

    /// Leaves out what is stored of documents that are indexed again: their words, and their vectors where the passages are
    /// others now.
    async fn make_room(
        &self,
        chunks: BTreeMap<&DocumentId, &[Chunk]>,
        change: &mut Change,
    ) -> Result<(), KnowledgeError> {
        let outdated: BTreeSet<DocumentId> = {
            let state = self.state.borrow();
            let differ = |id: &DocumentId, chunks: &[Chunk]| {
                let before = state.index.indexed(id)?.passages();
                Some(!before.iter().map(PassageEntry::span).eq(chunks.iter().map(|chunk| chunk.span)))
            };
            // Where nothing is known of a document, whatever vectors are stored may be of other passages.
            chunks
                .iter()
                .filter(|(id, chunks)| differ(id, chunks).unwrap_or(true))
                .map(|(id, _)| (*id).clone())
                .collect()
        };
        self.without_words(&chunks.into_keys().cloned().collect(), change);
        self.without_vectors(&outdated, change).await?;
        change.outdated.extend(outdated);
        Ok(())
    }

    /// Writes the segments of words that hold any of `gone` anew without them.
    fn without_words(&self, gone: &BTreeSet<DocumentId>, change: &mut Change) {
        let state = self.state.borrow();
        let keep = |id: &DocumentId| !gone.contains(id);
        let holding: BTreeSet<SegmentId> = gone.iter().filter_map(|id| state.index.segment_of(id)).collect();
        for id in holding {
            let Some(segment) = state.index.segment(id) else { continue };
            change.drop_words(id.0);
            if segment.documents().iter().any(|document| keep(&document.id)) {
                change.put_words(Segment::merge(&[segment], |_, id| keep(id)));
            }
        }
    }

    /// Writes the segments of vectors that hold any of `gone` anew without them.
    async fn without_vectors(&self, gone: &BTreeSet<DocumentId>, change: &mut Change) -> Result<(), KnowledgeError> {
        let keep = |id: &DocumentId| !gone.contains(id);
        if !self.state.borrow().in_graph.is_disjoint(gone) {
            // It names them. The one in memory goes on, and is stored again when there is time.
            change.drop_graph();
        }
        let holding: Vec<(u64, bool)> = {
            let state = self.state.borrow();
            let holding = state.vectors.iter().filter(|(_, stored)| stored.runs.iter().any(|run| !keep(&run.document)));
            holding.map(|(number, stored)| (*number, stored.runs.iter().any(|run| keep(&run.document)))).collect()
        };
        for (number, holds_others) in holding {
            change.drop_vectors(number);
            if holds_others && let Some(embeddings) = self.stored_vectors(number).await? {
                change.put_vectors(Embeddings::merge(&[&embeddings], keep), false);
            }
        }
        Ok(())
    }

    /// Commits a change, then takes it into memory. The lock is held.
    pub(super) async fn apply(&self, mut change: Change) -> Result<(), KnowledgeError> {
        let placed = self.register(&mut change);
        let Change { manifest, mut writes, listed, words, vectors, outdated, dropped_words, dropped_vectors, .. } =
            change;
        writes.push(Write::put(Table::Meta, MANIFEST_KEY, encode(&manifest)));
        self.store.commit(writes).await?;
        let mut state = self.state.borrow_mut();
        state.take_listed(listed, &placed, manifest.register.as_ref());
        // New ones first: what stands in both keeps its vectors.
        for (number, segment) in words {
            state.take_words(number, Ok(segment));
        }
        dropped_words.into_iter().for_each(|number| state.drop_words(number));
        outdated.iter().for_each(|id| state.index.forget_vectors(id));
        for number in dropped_vectors {
            state.vectors.remove(&number);
        }
        for (number, embeddings, are_new) in vectors {
            state.vectors.insert(number, StoredVectors::of(&embeddings));
            if are_new {
                state.index.insert_vectors(&embeddings);
            }
        }
        state.damaged.clear();
        state.stale.clear();
        state.manifest = manifest;
        // A damaged manifest has been replaced.
        state.problems.remove(&None);
        Ok(())
    }

    /// Gives passages their vectors, all of them in one commit. Those of documents that were removed meanwhile are left out.
    ///
    /// # Errors
    /// [`KnowledgeError::Vectors`] for vectors that do not fit; storage as for `add_all`.
    pub async fn attach(&self, vectors: &PassageVectors) -> Result<(), KnowledgeError> {
        let _guard = self.lock.acquire(LOCK).await?;
        self.refresh().await?;
        let embeddings = self.fitting(vectors)?;
        if embeddings.is_empty() {
            return Ok(());
        }
        let mut change = self.change();
        let of_other: Vec<u64> = {
            let state = self.state.borrow();
            let same = state.index.encoder() == Some(vectors.encoder.as_str());
            state.vectors.keys().filter(|_| !same).copied().collect()
        };
        // Another encoder made the ones that are here: they compare with nothing any more.
        if !of_other.is_empty() {
            change.drop_graph();
        }
        of_other.into_iter().for_each(|number| change.drop_vectors(number));
        change.put_vectors(embeddings, true);
        self.apply(change).await?;
        self.merge_small().await;
        Ok(())
    }
}

/// JSON of a record. Our records have string keys and finite numbers only, so that encoding them cannot fail.
pub(super) fn encode(record: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(record).unwrap_or_default()
}

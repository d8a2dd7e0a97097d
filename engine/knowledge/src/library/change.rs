//! Changes: each one atomic commit under the lock.

use std::rc::Rc;

use conclave_ports::{Table, Write};
use conclave_protocol::{DocumentId, DocumentInfo};

use super::records::{Listing, MANIFEST_KEY, Manifest, segment_key};
use super::{LOCK, Library, Prepared};
use crate::error::KnowledgeError;
use crate::index::{Segment, Vectors};

impl Library {
    /// Stores and indexes a document. The same file again (by its bytes) replaces the earlier import: one document, same
    /// id, time of import and name as now given. Without vectors it is found by its words until
    /// [`Library::attach_vectors`].
    ///
    /// # Errors
    /// [`KnowledgeError::Vectors`] for vectors that do not fit; [`KnowledgeError::Store`] and [`KnowledgeError::Lock`]
    /// when nothing could be stored, and then nothing was changed.
    pub async fn add(
        &self,
        prepared: &Prepared,
        vectors: Option<&Vectors>,
        now_ms: u64,
    ) -> Result<DocumentInfo, KnowledgeError> {
        let id = prepared.id();
        let imported = &prepared.imported;
        let segment = build(prepared, vectors)?;
        let _guard = self.lock.acquire(LOCK).await?;
        self.refresh().await?;
        let info = DocumentInfo {
            id: id.clone(),
            name: imported.name.clone(),
            title: imported.title.clone(),
            size_bytes: imported.size_bytes,
            chars: imported.text.chars().count() as u64,
            passages: u32::try_from(prepared.chunks.len()).unwrap_or(u32::MAX),
            added_ms: now_ms,
            notes: imported.notes.clone(),
            embedded: segment.encoder().is_some(),
        };
        let text = Write::put(Table::Texts, id.as_str(), imported.text.as_bytes());
        self.replace(info, prepared, segment, Some(text)).await
    }

    /// Removes a document with its text and index. One that does not exist (any more) is no error.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`] and [`KnowledgeError::Lock`]; then nothing was changed.
    pub async fn remove(&self, id: &DocumentId) -> Result<(), KnowledgeError> {
        let _guard = self.lock.acquire(LOCK).await?;
        self.refresh().await?;
        let mut manifest = self.next_manifest();
        let mut batch = vec![Write::delete(Table::Documents, id.as_str()), Write::delete(Table::Texts, id.as_str())];
        if let Some(key) = manifest.segments.remove(id) {
            batch.push(Write::delete(Table::Segments, key));
        }
        batch.push(Write::put(Table::Meta, MANIFEST_KEY, encode(&manifest)));
        self.store.commit(batch).await?;
        self.texts.forget(id);
        let mut state = self.state.borrow_mut();
        state.forget(id);
        state.commit_manifest(manifest);
        Ok(())
    }

    /// Gives a document that was indexed by words its vectors, one per passage of [`Library::prepared`].
    ///
    /// # Errors
    /// [`KnowledgeError::NotFound`] when it was removed meanwhile; [`KnowledgeError::Vectors`]; storage as for `add`.
    pub async fn attach_vectors(&self, prepared: &Prepared, vectors: &Vectors) -> Result<DocumentInfo, KnowledgeError> {
        self.index_again(prepared, Some(vectors)).await
    }

    /// Makes a document's segment anew from its stored text, by words; vectors follow as after an import.
    ///
    /// # Errors
    /// [`KnowledgeError::NotFound`]; [`KnowledgeError::Corrupt`] when the text is damaged; storage as for `add`.
    pub async fn reindex(&self, id: &DocumentId) -> Result<DocumentInfo, KnowledgeError> {
        let prepared = self.prepared(id).await?;
        self.index_again(&prepared, None).await
    }

    async fn index_again(
        &self,
        prepared: &Prepared,
        vectors: Option<&Vectors>,
    ) -> Result<DocumentInfo, KnowledgeError> {
        let id = prepared.id();
        let segment = build(prepared, vectors)?;
        let _guard = self.lock.acquire(LOCK).await?;
        self.refresh().await?;
        let listed = self.state.borrow().listings.get(&id).map(|listing| listing.info.clone());
        let mut info = listed.ok_or(KnowledgeError::NotFound)?;
        info.passages = u32::try_from(prepared.chunks.len()).unwrap_or(u32::MAX);
        info.embedded = segment.encoder().is_some();
        self.replace(info, prepared, segment, None).await
    }

    /// Commits listing, segment and manifest (and the text, where given), then takes them into memory. The lock is held.
    async fn replace(
        &self,
        info: DocumentInfo,
        prepared: &Prepared,
        segment: Segment,
        text: Option<Write>,
    ) -> Result<DocumentInfo, KnowledgeError> {
        let id = info.id.clone();
        let mut manifest = self.next_manifest();
        let key = segment_key(&id, manifest.generation);
        let listing = Listing {
            info: info.clone(),
            kind: prepared.imported.kind,
            outline: prepared.imported.outline.clone(),
            segment: key.clone(),
        };
        let old = manifest.segments.insert(id.clone(), key.clone());
        let mut batch: Vec<Write> = text.into_iter().collect();
        batch.extend(old.map(|old| Write::delete(Table::Segments, old)));
        batch.push(Write::put(Table::Documents, id.as_str(), encode(&listing)));
        batch.push(Write::put(Table::Segments, key, segment.to_bytes()));
        batch.push(Write::put(Table::Meta, MANIFEST_KEY, encode(&manifest)));
        self.store.commit(batch).await?;
        self.texts.put(id.clone(), Rc::from(prepared.imported.text.as_str()));
        let mut state = self.state.borrow_mut();
        state.forget(&id);
        state.listings.insert(id.clone(), listing);
        state.index.insert(id, segment);
        state.commit_manifest(manifest);
        Ok(info)
    }

    fn next_manifest(&self) -> Manifest {
        let mut manifest = self.state.borrow().manifest.clone();
        manifest.generation = manifest.generation.saturating_add(1);
        manifest
    }
}

impl super::State {
    /// Takes over a manifest that was just stored; a damaged one has been replaced by it.
    fn commit_manifest(&mut self, manifest: Manifest) {
        self.manifest = manifest;
        self.problems.remove(&None);
    }
}

fn build(prepared: &Prepared, vectors: Option<&Vectors>) -> Result<Segment, KnowledgeError> {
    let imported = &prepared.imported;
    let segment = Segment::build(&imported.title, &imported.text, &prepared.chunks, vectors);
    match vectors {
        Some(given) if segment.encoder().is_none() && !prepared.chunks.is_empty() => {
            Err(KnowledgeError::Vectors { rows: given.rows.len(), dim: given.dim, passages: prepared.chunks.len() })
        }
        _ => Ok(segment),
    }
}

/// JSON of a record. Our records have string keys and finite numbers only, so that encoding them cannot fail.
fn encode(record: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(record).unwrap_or_default()
}

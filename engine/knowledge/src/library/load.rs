//! From storage to memory.

use std::collections::BTreeMap;

use conclave_ports::{RecordFault, StoreError, Table};
use conclave_protocol::DocumentId;

use super::records::{FORMAT, FormatOnly, Listing, MANIFEST_KEY, Manifest};
use super::{Library, State};
use crate::error::KnowledgeError;
use crate::index::{Segment, SegmentError};

/// Name of the library as a whole in messages.
const WHOLE: &str = "the library";

impl Library {
    /// Takes over what other tabs changed. Reads one small record where nothing did. Says whether anything changed.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`] when storage fails, [`KnowledgeError::Newer`] when a newer program wrote it.
    pub async fn refresh(&self) -> Result<bool, KnowledgeError> {
        let manifest = match self.stored_manifest().await? {
            Ok(manifest) => manifest,
            Err(damage) => {
                let rebuilt = self.manifest_from_listings().await?;
                self.state.borrow_mut().problems.insert(None, damage);
                rebuilt
            }
        };
        let known = self.state.borrow().manifest.clone();
        if manifest == known {
            return Ok(false);
        }
        for id in known.segments.keys().filter(|id| !manifest.segments.contains_key(*id)) {
            self.state.borrow_mut().forget(id);
            self.texts.forget(id);
        }
        let mut loaded = Vec::new();
        for (id, key) in manifest.segments.iter().filter(|(id, key)| known.segments.get(*id) != Some(*key)) {
            self.texts.forget(id);
            let listing = self.readable(Table::Documents, id.as_str()).await?;
            let segment = self.readable(Table::Segments, key).await?;
            loaded.push((id.clone(), parse_listing(id, listing.as_deref()), segment));
        }
        let mut state = self.state.borrow_mut();
        for (id, listing, segment) in loaded {
            state.forget(&id);
            match listing {
                Ok(listing) => {
                    let bytes = segment.as_deref().ok_or(SegmentError::Truncated);
                    match bytes.and_then(Segment::from_bytes) {
                        Ok(segment) => state.index.insert(id.clone(), segment),
                        Err(source) => {
                            let name = listing.info.name.clone();
                            state.problems.insert(Some(id.clone()), KnowledgeError::Segment { name, source });
                        }
                    }
                    state.listings.insert(id, listing);
                }
                Err(error) => {
                    state.problems.insert(Some(id), error);
                }
            }
        }
        state.manifest = manifest;
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
        if let Ok(FormatOnly { format }) = serde_json::from_slice(&bytes)
            && format > FORMAT
        {
            return Err(KnowledgeError::Newer { found: format, known: FORMAT });
        }
        Ok(serde_json::from_slice(&bytes).map_err(|_| damage()))
    }

    /// The record; one that cannot be read is as good as none, and is told as its document's damage.
    async fn readable(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, KnowledgeError> {
        match self.store.get(table, key).await {
            Err(StoreError::Unreadable(_)) => Ok(None),
            read => Ok(read?),
        }
    }

    /// A manifest of every listing that can be read. Its generation is above that of every segment it names.
    async fn manifest_from_listings(&self) -> Result<Manifest, KnowledgeError> {
        let mut segments = BTreeMap::new();
        let mut generation = 0;
        for (key, bytes) in self.store.scan(Table::Documents, "").await? {
            let id = DocumentId(key);
            if let Ok(listing) = parse_listing(&id, bytes.as_deref().ok()) {
                let suffix = listing.segment.rsplit('-').next().and_then(|digits| digits.parse().ok());
                generation = generation.max(suffix.unwrap_or(0u64));
                segments.insert(id, listing.segment);
            }
        }
        Ok(Manifest { format: FORMAT, generation: generation.saturating_add(1), segments })
    }
}

impl State {
    /// Drops what is known of a document.
    pub(super) fn forget(&mut self, id: &DocumentId) {
        self.listings.remove(id);
        self.index.remove(id);
        self.problems.remove(&Some(id.clone()));
    }
}

fn parse_listing(id: &DocumentId, bytes: Option<&[u8]>) -> Result<Listing, KnowledgeError> {
    bytes
        .and_then(|bytes| serde_json::from_slice::<Listing>(bytes).ok())
        .filter(|listing| listing.info.id == *id)
        .ok_or_else(|| KnowledgeError::Corrupt { record: "listing", name: id.to_string() })
}

//! The files that documents were read from, where they are kept: so that their pages can be shown.
//!
//! A file is stored in pieces, in several commits: before its document is listed, or beside one that is here already. So there may be
//! pieces of a document that is not listed (yet, or any more), and a document may have some of its pieces: nothing counts as kept but
//! all of them ([`Library::has_original`]), and [`Library::drop_lost_originals`] takes away the rest. Whoever calls that sees to it that
//! nobody is storing pieces meanwhile, here or in another tab. Whoever removes a document removes what there is of its file in the
//! same commit; whoever stores pieces asks afterwards whether the document is still there ([`Library::drop_lost_originals_of`]).

use std::collections::{BTreeMap, BTreeSet};

use conclave_ports::{Table, Write};
use conclave_protocol::{DocumentId, DocumentInfo};

use super::{LOCK, Library};
use crate::error::KnowledgeError;

/// Bytes of a piece: what is sealed, and in memory, at once.
pub const ORIGINAL_PIECE_BYTES: u64 = 1 << 20;

/// Documents that are looked for one by one; the keys of more are quicker read all at once.
const FEW: usize = 8;

/// Keys that are deleted at once.
const DELETED_AT_ONCE: usize = 1_000;

/// The key of a piece of a document's file. Numbers are padded, so that keys are ordered as numbers are.
#[must_use]
pub fn original_key(document: &DocumentId, piece: u64) -> String {
    format!("{document}/{piece:06}")
}

/// The document in such a key.
fn document_of(key: &str) -> &str {
    key.split_once('/').map_or(key, |(document, _)| document)
}

/// How many pieces a file of this size has.
const fn pieces_of(size_bytes: u64) -> u64 {
    size_bytes.div_ceil(ORIGINAL_PIECE_BYTES)
}

/// The documents in these keys, and how many pieces each has.
fn by_document(keys: &[String]) -> BTreeMap<&str, u64> {
    let mut pieces = BTreeMap::new();
    for key in keys {
        *pieces.entry(document_of(key)).or_default() += 1;
    }
    pieces
}

impl Library {
    /// Whether the whole file of a document is kept.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`].
    pub async fn has_original(&self, info: &DocumentInfo) -> Result<bool, KnowledgeError> {
        let pieces = self.store.list(Table::Originals, &format!("{}/", info.id)).await?.len() as u64;
        Ok(pieces > 0 && pieces == pieces_of(info.size_bytes))
    }

    /// How many files are kept, and their bytes. One of which only some pieces are there is none.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`].
    pub async fn originals(&self) -> Result<(u64, u64), KnowledgeError> {
        let keys = self.store.list(Table::Originals, "").await?;
        let state = self.state.borrow();
        let sizes = by_document(&keys).into_iter().filter_map(|(id, pieces)| {
            let size_bytes = state.listings.get(&DocumentId(id.into()))?.info.size_bytes;
            (pieces == pieces_of(size_bytes)).then_some(size_bytes)
        });
        Ok(sizes.fold((0, 0), |(count, bytes), size_bytes| (count + 1, bytes + size_bytes)))
    }

    /// Removes all files that are kept; documents and texts stay.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`]; then some may be left.
    pub async fn drop_originals(&self) -> Result<(), KnowledgeError> {
        let keys = self.store.list(Table::Originals, "").await?;
        self.delete_originals(keys).await
    }

    /// Removes what is kept of the files of these documents; they and their texts stay.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`]; then some may be left.
    pub async fn drop_originals_of(&self, documents: &[DocumentId]) -> Result<(), KnowledgeError> {
        let keys = self.keys_of(documents).await?;
        self.delete_originals(keys).await
    }

    /// Removes what is kept of files whose documents are not there, and of files that are not whole: the program ended, or a document
    /// went, while they were being stored.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`] and [`KnowledgeError::Lock`]; then some may be left.
    pub async fn drop_lost_originals(&self) -> Result<(), KnowledgeError> {
        // No document comes or goes while this looks which are there.
        let _guard = self.lock.acquire(LOCK).await?;
        let keys = self.store.list(Table::Originals, "").await?;
        self.delete_lost(keys).await
    }

    /// As [`Library::drop_lost_originals`], for these documents alone.
    ///
    /// # Errors
    /// As there.
    pub async fn drop_lost_originals_of(&self, documents: &[DocumentId]) -> Result<(), KnowledgeError> {
        let _guard = self.lock.acquire(LOCK).await?;
        let keys = self.keys_of(documents).await?;
        self.delete_lost(keys).await
    }

    async fn keys_of(&self, documents: &[DocumentId]) -> Result<Vec<String>, KnowledgeError> {
        let mut keys = Vec::new();
        for id in documents {
            keys.extend(self.store.list(Table::Originals, &format!("{id}/")).await?);
        }
        Ok(keys)
    }

    /// Deletes those of these pieces that are of no whole file of a document that is there. The lock is held.
    async fn delete_lost(&self, mut keys: Vec<String>) -> Result<(), KnowledgeError> {
        if keys.is_empty() {
            return Ok(());
        }
        // What another tab has listed or removed meanwhile.
        self.refresh().await?;
        let (whole, unlisted) = {
            let state = self.state.borrow();
            let (mut whole, mut unlisted) = (BTreeSet::new(), BTreeSet::new());
            for (id, pieces) in by_document(&keys) {
                match state.listings.get(&DocumentId(id.into())) {
                    Some(listing) if pieces == pieces_of(listing.info.size_bytes) => drop(whole.insert(id.to_owned())),
                    Some(_) => {}
                    None => drop(unlisted.insert(id.to_owned())),
                }
            }
            (whole, unlisted)
        };
        // A document whose record cannot be read is there all the same, and nobody knows how large its file is.
        let stored: BTreeSet<String> = if unlisted.is_empty() {
            BTreeSet::new()
        } else {
            self.store.list(Table::Documents, "").await?.into_iter().filter(|id| unlisted.contains(id)).collect()
        };
        keys.retain(|key| !whole.contains(document_of(key)) && !stored.contains(document_of(key)));
        self.delete_originals(keys).await
    }

    async fn delete_originals(&self, keys: Vec<String>) -> Result<(), KnowledgeError> {
        for some in keys.chunks(DELETED_AT_ONCE) {
            self.store.commit(some.iter().map(|key| Write::delete(Table::Originals, key)).collect()).await?;
        }
        Ok(())
    }

    /// What removes the files of documents.
    pub(super) async fn without_originals(&self, gone: &BTreeSet<DocumentId>) -> Result<Vec<Write>, KnowledgeError> {
        let keys = if gone.len() <= FEW {
            self.keys_of(&gone.iter().cloned().collect::<Vec<_>>()).await?
        } else {
            let is_gone = |key: &String| gone.contains(&DocumentId(document_of(key).into()));
            self.store.list(Table::Originals, "").await?.into_iter().filter(is_gone).collect()
        };
        Ok(keys.into_iter().map(|key| Write::delete(Table::Originals, key)).collect())
    }
}

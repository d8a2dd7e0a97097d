//! The files that documents were read from, where they are kept: so that their pages can be shown.
//!
//! A file is stored in pieces before its document is listed, so a document that is there has all of them or was never given any; what a
//! killed program left is taken away by [`Library::drop_lost_originals`]. Whoever removes the document removes them in the same commit.

use std::collections::BTreeSet;

use conclave_ports::{Table, Write};
use conclave_protocol::{DocumentId, DocumentInfo};

use super::Library;
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

impl Library {
    /// Whether the whole file of a document is kept.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`].
    pub async fn has_original(&self, info: &DocumentInfo) -> Result<bool, KnowledgeError> {
        let pieces = self.store.list(Table::Originals, &format!("{}/", info.id)).await?.len() as u64;
        Ok(pieces > 0 && pieces == info.size_bytes.div_ceil(ORIGINAL_PIECE_BYTES))
    }

    /// How many files are kept, and their bytes.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`].
    pub async fn originals(&self) -> Result<(u64, u64), KnowledgeError> {
        let keys = self.store.list(Table::Originals, "").await?;
        let documents: BTreeSet<&str> = keys.iter().map(|key| document_of(key)).collect();
        let state = self.state.borrow();
        let sizes = documents.into_iter().filter_map(|id| state.listings.get(&DocumentId(id.to_owned())));
        Ok(sizes.fold((0, 0), |(count, bytes), listing| (count + 1, bytes + listing.info.size_bytes)))
    }

    /// Removes all files that are kept; documents and texts stay.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`]; then some may be left.
    pub async fn drop_originals(&self) -> Result<(), KnowledgeError> {
        let keys = self.store.list(Table::Originals, "").await?;
        self.delete_originals(keys).await
    }

    /// Removes what is kept of files whose documents are not there: the program ended between the two.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`]; then some may be left.
    pub async fn drop_lost_originals(&self) -> Result<(), KnowledgeError> {
        let mut keys = self.store.list(Table::Originals, "").await?;
        {
            let state = self.state.borrow();
            keys.retain(|key| !state.listings.contains_key(&DocumentId(document_of(key).to_owned())));
        }
        if keys.is_empty() {
            return Ok(());
        }
        // One whose record cannot be read is there all the same.
        let stored: BTreeSet<String> = self.store.list(Table::Documents, "").await?.into_iter().collect();
        keys.retain(|key| !stored.contains(document_of(key)));
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
        let mut keys = Vec::new();
        if gone.len() <= FEW {
            for id in gone {
                keys.extend(self.store.list(Table::Originals, &format!("{id}/")).await?);
            }
        } else {
            let is_gone = |key: &String| gone.contains(&DocumentId(document_of(key).to_owned()));
            keys = self.store.list(Table::Originals, "").await?.into_iter().filter(is_gone).collect();
        }
        Ok(keys.into_iter().map(|key| Write::delete(Table::Originals, key)).collect())
    }
}

//! Vectors of passages: which are missing, which text to embed, and taking them in.

use std::ops::Range;

use conclave_ports::{StoreError, Table};
use conclave_protocol::DocumentId;

use super::records::vectors_key;
use super::{Library, prepare::join};
use crate::error::KnowledgeError;
use crate::index::{Embeddings, Indexed};

/// Passages of a document that follow each other and have no vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The document.
    pub document: DocumentId,
    /// Numbers of the passages in it.
    pub passages: Range<usize>,
}

/// Vectors of passages.
#[derive(Debug, Clone, PartialEq)]
pub struct PassageVectors {
    /// Name of the encoder that made them.
    pub encoder: String,
    /// Length of each.
    pub dim: usize,
    /// For passages that follow each other: document, number of the first, one vector of length 1 for each.
    pub rows: Vec<(DocumentId, usize, Vec<Vec<f32>>)>,
}

impl Library {
    /// Documents that lack vectors of the encoder called `encoder`: imported before it was ready, or embedded by another one.
    #[must_use]
    pub fn missing_vectors(&self, encoder: &str) -> Vec<DocumentId> {
        let state = self.state.borrow();
        let other = state.index.encoder() != Some(encoder);
        let lacks = |id: &&DocumentId| {
            state
                .index
                .indexed(id)
                .is_some_and(|indexed| !indexed.passages().is_empty() && (other || !indexed.is_embedded()))
        };
        state.listings.keys().filter(lacks).cloned().collect()
    }

    /// How many passages a document has in the index.
    #[must_use]
    pub fn passages(&self, document: &DocumentId) -> usize {
        self.state.borrow().index.indexed(document).map_or(0, |indexed| indexed.passages().len())
    }

    /// How many passages of a document lack a vector of this encoder.
    #[must_use]
    pub fn lacking(&self, document: &DocumentId, encoder: &str) -> usize {
        let state = self.state.borrow();
        let is_other = state.index.encoder() != Some(encoder);
        let lacking = |indexed: Indexed<'_>| if is_other { indexed.passages().len() } else { indexed.lacking() };
        state.index.indexed(document).map_or(0, lacking)
    }

    /// The next passages of a document without a vector of this encoder, `most` at the most; `None` where all have one.
    #[must_use]
    pub fn next_missing(&self, document: &DocumentId, encoder: &str, most: usize) -> Option<Missing> {
        let state = self.state.borrow();
        let indexed = state.index.indexed(document)?;
        let passages = if state.index.encoder() == Some(encoder) {
            indexed.without_vector(most)
        } else {
            0..indexed.passages().len().min(most)
        };
        (!passages.is_empty()).then(|| Missing { document: document.clone(), passages })
    }

    /// The text to embed for each of the passages, in order.
    ///
    /// # Errors
    /// [`KnowledgeError::NotFound`] when the document was removed; [`KnowledgeError::Corrupt`], [`KnowledgeError::Store`].
    pub async fn texts_to_embed(&self, missing: &Missing) -> Result<Vec<String>, KnowledgeError> {
        let canonical = self.canonical(&missing.document).await?;
        let state = self.state.borrow();
        let listing = state.listings.get(&missing.document).ok_or(KnowledgeError::NotFound)?;
        let indexed = state.index.indexed(&missing.document).ok_or(KnowledgeError::NotFound)?;
        let passages = indexed.passages().get(missing.passages.clone()).ok_or(KnowledgeError::NotFound)?;
        let texts = passages.iter().map(|passage| {
            join(&listing.info.title, indexed.heading(passage), passage.span().of(&canonical.text).unwrap_or(""))
        });
        Ok(texts.collect())
    }

    /// The vectors as they are stored, without those of documents or passages that are not there.
    pub(super) fn fitting(&self, vectors: &PassageVectors) -> Result<Embeddings, KnowledgeError> {
        let state = self.state.borrow();
        let mut embeddings = Embeddings::new(vectors.encoder.clone(), vectors.dim);
        for (document, first, rows) in &vectors.rows {
            let Some(indexed) = state.index.indexed(document) else { continue };
            let passages = indexed.passages().len();
            let fits = first.checked_add(rows.len()).is_some_and(|end| end <= passages);
            let sound = fits && u32::try_from(*first).is_ok_and(|first| embeddings.push(document, first, rows));
            if !sound {
                return Err(KnowledgeError::Vectors { rows: rows.len(), dim: vectors.dim, passages });
            }
        }
        Ok(embeddings)
    }

    /// A stored segment of vectors; `None` where it cannot be read: they are made again.
    pub(super) async fn stored_vectors(&self, number: u64) -> Result<Option<Embeddings>, KnowledgeError> {
        match self.store.get(Table::Segments, &vectors_key(number)).await {
            Ok(bytes) => Ok(bytes.and_then(|bytes| Embeddings::from_bytes(&bytes).ok())),
            Err(StoreError::Unreadable(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

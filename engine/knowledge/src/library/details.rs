//! What a document takes, and its passages.

use conclave_protocol::{DocumentDetails, DocumentId, IndexedPassage};

use super::Library;
use crate::error::KnowledgeError;
use crate::index::Hit;
use crate::index::vectors::packed_len;

impl Library {
    /// What a document takes, and its passages from number `first` on, [`DocumentDetails::LISTED_MAX`] at the most.
    ///
    /// # Errors
    /// As [`Library::text`].
    pub async fn details(&self, document: &DocumentId, first: u32) -> Result<DocumentDetails, KnowledgeError> {
        self.complete().await?;
        let canonical = self.canonical(document).await?;
        let mut details = DocumentDetails {
            document: document.clone(),
            text_bytes: canonical.text.len() as u64,
            words_bytes: 0,
            vectors_bytes: 0,
            passages: 0,
            embedded: 0,
            first,
            listed: Vec::new(),
        };
        let wanted: Vec<(usize, bool)> = {
            let state = self.state.borrow();
            // A document whose segment is damaged has none until it is indexed again.
            let Some(indexed) = state.index.indexed(document) else { return Ok(details) };
            let all = indexed.passages().len();
            let embedded = (0..all).filter(|passage| indexed.has_vector(*passage)).count();
            details.passages = number(all);
            details.embedded = number(embedded);
            details.words_bytes = indexed.words_bytes();
            // As they are stored; what names them is shared.
            details.vectors_bytes = (embedded * packed_len(state.index.dim())) as u64;
            let some = (first as usize..all).take(DocumentDetails::LISTED_MAX as usize);
            some.map(|passage| (passage, indexed.has_vector(passage))).collect()
        };
        let listed = wanted.into_iter().filter_map(|(passage, embedded)| {
            let hit = Hit { document: document.clone(), passage, score: 0.0, words: 0.0, similarity: None };
            Some(IndexedPassage { passage: self.found(hit, &canonical)?.passage, embedded })
        });
        details.listed = listed.collect();
        Ok(details)
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

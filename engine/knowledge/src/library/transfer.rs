//! Documents that another library stored, and what this one takes.

use conclave_ports::{Table, Write};
use conclave_protocol::DocumentId;

use super::load::parse_listing;
use super::{LOCK, Library};
use crate::error::KnowledgeError;
use crate::index::SegmentId;

/// What a library takes, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sizes {
    /// Documents.
    pub documents: u64,
    /// Characters of their texts.
    pub chars: u64,
    /// Segments of words.
    pub words_bytes: u64,
    /// Vectors.
    pub vectors_bytes: u64,
}

impl Library {
    /// Takes over whole documents as another library stored them: records of texts, structures and listings. They are indexed like
    /// those whose index is damaged, from their texts ([`Library::unsearchable`]). Documents that are here stay as they are; a listing
    /// that cannot be read is left out with its document.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`] and [`KnowledgeError::Lock`]; then nothing was changed.
    pub async fn take_over(&self, records: Vec<Write>) -> Result<(), KnowledgeError> {
        let _guard = self.lock.acquire(LOCK).await?;
        self.refresh().await?;
        let listings: Vec<_> = {
            let state = self.state.borrow();
            let listing = |record: &Write| {
                let Write::Put { table: Table::Documents, key, value } = record else { return None };
                parse_listing(&DocumentId(key.as_str().into()), Some(value)).ok()
            };
            let is_new = |id: &DocumentId| !state.listings.contains_key(id);
            records.iter().filter_map(listing).filter(|listing| is_new(&listing.info.id)).collect()
        };
        let is_taken = |key: &str| listings.iter().any(|listing| key.starts_with(listing.info.id.as_str()));
        let mut change = self.change();
        change.writes.extend(records.into_iter().filter(|record| match record {
            Write::Put { table: Table::Texts | Table::Structures | Table::Documents, key, .. } => is_taken(key),
            _ => false,
        }));
        // What comes from a backup may come in many portions, and an index with a manifest of its own after them.
        change.drop_register();
        change.listed = listings.into_iter().map(|listing| (listing.info.id.clone(), Some(listing.info))).collect();
        self.apply(change).await
    }

    /// Whether anything is indexed.
    #[must_use]
    pub fn has_index(&self) -> bool {
        let state = self.state.borrow();
        !state.manifest.words.is_empty() || !state.manifest.vectors.is_empty()
    }

    /// What the library takes. Costs a look at each document, no storage is read.
    #[must_use]
    pub fn sizes(&self) -> Sizes {
        let state = self.state.borrow();
        let segment_bytes =
            |number: &u64| state.index.segment(SegmentId(*number)).map_or(0, |segment| segment.as_bytes().len());
        Sizes {
            documents: state.listings.len() as u64,
            chars: state.listings.values().map(|listing| listing.info.chars).sum(),
            words_bytes: state.manifest.words.iter().map(segment_bytes).sum::<usize>() as u64,
            vectors_bytes: state.vectors.values().map(|stored| stored.bytes).sum::<usize>() as u64,
        }
    }
}

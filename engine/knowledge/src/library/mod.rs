//! The library: documents, their texts and their index, kept in storage and searched in memory.
//!
//! | table | key | record |
//! |---|---|---|
//! | meta | `library` | the manifest: which documents there are, and each one's segment (JSON) |
//! | documents | document id | listing and outline (JSON) |
//! | texts | document id | canonical text (UTF-8) |
//! | segments | `<document id>-<generation>` | index segment (binary) |
//!
//! Every change is one atomic commit that raises the manifest's generation, made under the lock [`LOCK`] after reading
//! the manifest again; so tabs cannot undo each other's changes, and a killed tab leaves the old state or the new one.
//! Other tabs call [`Library::refresh`]. What cannot be read back is said in [`Library::problems`]; the rest works.

mod change;
mod load;
mod prepare;
mod read;
mod records;
mod texts;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use conclave_ports::{Lock, Store};
use conclave_protocol::{DocumentId, DocumentInfo};

use crate::error::KnowledgeError;
use crate::index::Index;
use records::{Listing, Manifest};
use texts::TextCache;

pub use prepare::{Prepared, text_to_embed};
pub use read::Found;

/// Name of the lock that every change holds.
pub const LOCK: &str = "conclave-library";

/// The documents of this device. All methods take `&self`; share it as `Rc<Library>`.
pub struct Library {
    store: Rc<dyn Store>,
    lock: Rc<dyn Lock>,
    state: RefCell<State>,
    texts: TextCache,
}

/// What is in memory. Never borrowed across an `await`.
#[derive(Default)]
struct State {
    manifest: Manifest,
    listings: BTreeMap<DocumentId, Listing>,
    index: Index,
    /// What could not be read, by document; `None` for the library as a whole.
    problems: BTreeMap<Option<DocumentId>, KnowledgeError>,
}

impl Library {
    /// Opens the library: reads manifest, listings and segments. What is damaged is left out and said in
    /// [`Library::problems`]; a damaged manifest is made anew from the listings.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`] when storage fails, [`KnowledgeError::Newer`] when a newer program wrote it.
    pub async fn open(store: Rc<dyn Store>, lock: Rc<dyn Lock>) -> Result<Self, KnowledgeError> {
        let library = Self { store, lock, state: RefCell::default(), texts: TextCache::default() };
        library.refresh().await?;
        Ok(library)
    }

    /// The documents, newest first.
    #[must_use]
    pub fn list(&self) -> Vec<DocumentInfo> {
        let mut all: Vec<DocumentInfo> =
            self.state.borrow().listings.values().map(|listing| listing.info.clone()).collect();
        all.sort_by(|a, b| b.added_ms.cmp(&a.added_ms).then_with(|| a.name.cmp(&b.name)).then_with(|| a.id.cmp(&b.id)));
        all
    }

    /// What could not be read back when the library was opened or refreshed; empty when all is well.
    #[must_use]
    pub fn problems(&self) -> Vec<KnowledgeError> {
        self.state.borrow().problems.values().cloned().collect()
    }

    /// Documents that are listed but cannot be searched because their segment is damaged or of an older version.
    /// [`Library::reindex`] repairs each.
    #[must_use]
    pub fn unsearchable(&self) -> Vec<DocumentId> {
        let state = self.state.borrow();
        state.listings.keys().filter(|id| state.index.segment(id).is_none()).cloned().collect()
    }

    /// Documents that the encoder called `encoder` has not embedded: imported before it was ready, or by another one.
    /// For each: embed [`Prepared::texts_to_embed`] of [`Library::prepared`], then [`Library::attach_vectors`].
    #[must_use]
    pub fn missing_vectors(&self, encoder: &str) -> Vec<DocumentId> {
        let state = self.state.borrow();
        let lacks = |id: &&DocumentId| {
            let segment = state.index.segment(id);
            segment.is_some_and(|segment| !segment.chunks().is_empty() && segment.encoder() != Some(encoder))
        };
        state.listings.keys().filter(lacks).cloned().collect()
    }

    /// The manifest's generation: it grows with every change, in every tab.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.state.borrow().manifest.generation
    }
}

#[cfg(test)]
mod tests;

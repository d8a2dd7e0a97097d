//! The library: documents, their texts and their index, kept in storage and searched in memory.
//!
//! | table | key | record |
//! |---|---|---|
//! | meta | `library` | the manifest: which segments there are (JSON) |
//! | documents | document id | listing (JSON) |
//! | structures | document id | headings (JSON) |
//! | texts | document id | canonical text (UTF-8) |
//! | segments | `w-<number>` | words and passages of many documents ([`Segment`](crate::Segment)) |
//! | segments | `v-<number>` | vectors of passages ([`Embeddings`](crate::Embeddings)) |
//! | segments | `g-<number>` | which row of the graph over the vectors is which passage (JSON) |
//! | segments | `g-<number>-<part>` | the graph ([`vectors`](crate::index::vectors)) |
//!
//! Every change is one atomic commit that raises the manifest's generation, made under the lock [`LOCK`] after reading
//! the manifest again; so tabs cannot undo each other's changes, and a killed tab leaves the old state or the new one.
//! Other tabs call [`Library::refresh`]. What cannot be read back is said in [`Library::problems`]; the rest works.
//!
//! Segments are immutable. Documents that come together make one; when there are many small ones they are merged into larger
//! ones, up to [`merge::LARGEST_BYTES`]. What removes a document writes its segments anew without it: nothing of it stays behind.

mod catalog;
mod change;
mod details;
mod graph;
mod load;
mod look;
mod meaning;
mod merge;
mod prepare;
mod read;
mod records;
mod relevance;
mod sketch;
mod sketch_text;
mod texts;
mod transfer;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use conclave_ports::{Lock, Store};
use conclave_protocol::{DocumentId, DocumentInfo};

use crate::error::KnowledgeError;
use crate::index::vectors::packed_len;
use crate::index::{Embeddings, Index, Run, SegmentError};
use records::{Listing, Manifest};
use texts::TextCache;

pub use catalog::Relocation;
pub use meaning::{Missing, PassageVectors};
pub use prepare::{Prepared, text_to_embed};
pub use read::Found;
pub use records::MANIFEST_KEY;
pub use transfer::Sizes;

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
    /// Whose vectors each stored segment holds.
    vectors: BTreeMap<u64, StoredVectors>,
    /// Documents that the stored graph names.
    in_graph: BTreeSet<DocumentId>,
    /// Segments that cannot be used. The next change removes them; their documents are indexed again.
    damaged: BTreeMap<String, SegmentError>,
    /// Keys of segments that belong to nothing. The next change removes them.
    stale: Vec<String>,
    /// What else could not be read, by document; `None` for the library as a whole.
    problems: BTreeMap<Option<DocumentId>, KnowledgeError>,
}

/// A stored segment of vectors, without the vectors.
struct StoredVectors {
    runs: Vec<Run>,
    bytes: usize,
}

impl StoredVectors {
    fn of(embeddings: &Embeddings) -> Self {
        Self { runs: embeddings.runs().to_vec(), bytes: embeddings.len() * packed_len(embeddings.dim()) }
    }
}

impl Library {
    /// Opens the library: reads manifest, listings and segments. What is damaged is left out and said in
    /// [`Library::problems`]; a damaged manifest is made anew from what is stored.
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
        let state = self.state.borrow();
        let mut all: Vec<DocumentInfo> = state.listings.values().map(|listing| state.info(listing)).collect();
        all.sort_by(|a, b| b.added_ms.cmp(&a.added_ms).then_with(|| a.name.cmp(&b.name)).then_with(|| a.id.cmp(&b.id)));
        all
    }

    /// A document, where it is there.
    #[must_use]
    pub fn info(&self, document: &DocumentId) -> Option<DocumentInfo> {
        let state = self.state.borrow();
        state.listings.get(document).map(|listing| state.info(listing))
    }

    /// What could not be read back when the library was opened or refreshed; empty when all is well.
    #[must_use]
    pub fn problems(&self) -> Vec<KnowledgeError> {
        let state = self.state.borrow();
        let documents = state.unsearchable().count();
        let segments = state.damaged.values().next().filter(|_| documents > 0);
        let index = segments.map(|source| KnowledgeError::Segment { documents, source: source.clone() });
        state.problems.values().cloned().chain(index).collect()
    }

    /// Documents that are listed but cannot be searched because their segment is damaged or of an older version.
    /// [`Library::reindex`] repairs them.
    #[must_use]
    pub fn unsearchable(&self) -> Vec<DocumentId> {
        self.state.borrow().unsearchable().cloned().collect()
    }

    /// The manifest's generation: it grows with every change, in every tab.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.state.borrow().manifest.generation
    }
}

impl State {
    fn unsearchable(&self) -> impl Iterator<Item = &DocumentId> {
        self.listings.keys().filter(|id| self.index.segment_of(id).is_none())
    }

    /// A listing with what only the index knows.
    fn info(&self, listing: &Listing) -> DocumentInfo {
        let embedded = self.index.indexed(&listing.info.id).is_some_and(|indexed| indexed.is_embedded());
        DocumentInfo { embedded, ..listing.info.clone() }
    }
}

#[cfg(test)]
mod tests;

//! The library: documents, their texts and their index, kept in storage and searched in memory.
//!
//! | table | key | record |
//! |---|---|---|
//! | meta | `library` | the manifest: which segments there are (JSON) |
//! | documents | document id | listing (JSON) |
//! | segments | `r-<number>` | the register: listings of many documents ([`register`]) |
//! | structures | document id | headings (JSON) |
//! | texts | document id | canonical text (UTF-8) |
//! | originals | document id, number | the file, in pieces, where it is kept |
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
mod news;
mod originals;
mod prepare;
mod read;
mod records;
mod register;
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
use futures_util::lock::Mutex;

use crate::error::KnowledgeError;
use crate::index::analyzer::Analyzer;
use crate::index::vectors::packed_len;
use crate::index::{Embeddings, Index, Run, SegmentError};
use records::Manifest;
use texts::TextCache;

pub use catalog::Relocation;
pub use meaning::{Missing, PassageVectors};
pub use news::News;
pub use originals::{ORIGINAL_PIECE_BYTES, original_key};
pub use prepare::{Prepared, text_to_embed};
pub use read::Found;
pub use records::{MANIFEST_KEY, is_of_register};
pub use transfer::Sizes;

/// Name of the lock that every change holds.
pub const LOCK: &str = "conclave-library";

/// The documents of this device. All methods take `&self`; share it as `Rc<Library>`.
pub struct Library {
    store: Rc<dyn Store>,
    lock: Rc<dyn Lock>,
    state: RefCell<State>,
    /// Held while memory takes over what is stored: two that read the same would take it in twice.
    reading: Mutex<()>,
    texts: TextCache,
    /// For excerpts and marks.
    analyzer: Analyzer,
}

/// What is in memory. Never borrowed across an `await`.
struct State {
    manifest: Manifest,
    listings: BTreeMap<DocumentId, Listed>,
    /// How many documents each piece of the register has; `None` where the listings came from their records.
    register: Option<BTreeMap<u64, usize>>,
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
    /// Whether it has been read once: what changes from then on is news.
    is_open: bool,
    /// Vectors that the manifest names and that are not in memory yet.
    awaited: Awaited,
    /// Whether vectors come into the rows that the stored graph knows, which is read after them.
    is_arranged: bool,
    /// Documents that another tab may have changed, as they were before ([`Library::news`]).
    before: BTreeMap<DocumentId, Option<DocumentInfo>>,
}

impl Default for State {
    fn default() -> Self {
        let (listings, register, index) = (BTreeMap::new(), Some(BTreeMap::new()), Index::default());
        let (vectors, in_graph, damaged, stale) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new(), Vec::new());
        let (manifest, problems, before) = (Manifest::default(), BTreeMap::new(), BTreeMap::new());
        let (is_open, awaited, is_arranged) = (false, Awaited::Nothing, false);
        Self {
            manifest,
            listings,
            register,
            index,
            vectors,
            in_graph,
            damaged,
            stale,
            problems,
            is_open,
            awaited,
            is_arranged,
            before,
        }
    }
}

/// Vectors that are stored and not in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    /// None.
    Nothing,
    /// Those that another tab has added.
    News,
    /// All that there were when the library was opened: nothing that was said so far goes by them.
    All,
}

/// A document in memory.
#[derive(Debug, Clone, PartialEq)]
struct Listed {
    info: DocumentInfo,
    /// The piece of the register that it stands in.
    piece: u64,
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
        let library = Self::open_words(store, lock).await?;
        library.complete().await?;
        Ok(library)
    }

    /// As [`Library::open`] without the vectors, which are most of what is read: documents are listed and found by their words, and
    /// [`Library::complete`] has to follow. What needs vectors, and every change, waits for them.
    ///
    /// # Errors
    /// As for [`Library::open`].
    pub async fn open_words(store: Rc<dyn Store>, lock: Rc<dyn Lock>) -> Result<Self, KnowledgeError> {
        let (state, reading) = (RefCell::default(), Mutex::default());
        let (texts, analyzer) = (TextCache::default(), Analyzer::default());
        let library = Self { store, lock, state, reading, texts, analyzer };
        library.read_words().await?;
        library.state.borrow_mut().is_open = true;
        Ok(library)
    }

    /// The documents, newest first.
    #[must_use]
    pub fn list(&self) -> Vec<DocumentInfo> {
        let state = self.state.borrow();
        state.newest().into_iter().map(|listed| state.info(listed)).collect()
    }

    /// The ids of the documents, newest first: what it takes to list them piece by piece.
    #[must_use]
    pub fn ids(&self) -> Vec<DocumentId> {
        self.state.borrow().newest().into_iter().map(|listed| listed.info.id.clone()).collect()
    }

    /// How many documents there are, and how many passages of them can be searched.
    #[must_use]
    pub fn counts(&self) -> (usize, u64) {
        let state = self.state.borrow();
        (state.listings.len(), state.index.passages())
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
    fn newest(&self) -> Vec<&Listed> {
        let mut all: Vec<&Listed> = self.listings.values().collect();
        let order = |a: &DocumentInfo, b: &DocumentInfo| {
            b.added_ms.cmp(&a.added_ms).then_with(|| a.name.cmp(&b.name)).then_with(|| a.id.cmp(&b.id))
        };
        all.sort_unstable_by(|a, b| order(&a.info, &b.info));
        all
    }

    fn unsearchable(&self) -> impl Iterator<Item = &DocumentId> {
        self.listings.keys().filter(|id| self.index.segment_of(id).is_none())
    }

    /// A listing with what only the index knows.
    fn info(&self, listing: &Listed) -> DocumentInfo {
        let is_embedded = || self.index.indexed(&listing.info.id).is_some_and(|indexed| indexed.is_embedded());
        let embedded = self.awaited == Awaited::All || is_embedded();
        DocumentInfo { embedded, ..listing.info.clone() }
    }
}

#[cfg(test)]
mod tests;

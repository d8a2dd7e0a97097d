//! What is stored beside texts and segments.

use std::collections::{BTreeMap, BTreeSet};

use conclave_protocol::DocumentInfo;
use serde::{Deserialize, Serialize};

use conclave_protocol::imported::{Anchor, Heading, Kind};

/// Key of the manifest in [`conclave_ports::Table::Meta`].
pub const MANIFEST_KEY: &str = "library";

/// Format of manifest and listings. Format 1 had a segment for each document: such a library is indexed again from its texts.
pub(super) const FORMAT: u32 = 2;

/// Which segments there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// [`FORMAT`] of the program that wrote it.
    pub format: u32,
    /// Grows with every change.
    pub generation: u64,
    /// The number that the next segment gets.
    pub next: u64,
    /// Numbers of the segments of words.
    pub words: BTreeSet<u64>,
    /// Numbers of the segments of vectors.
    pub vectors: BTreeSet<u64>,
    /// The graph over the vectors, where one is stored.
    #[serde(default)]
    pub graph: Option<StoredGraph>,
    /// The pieces of the register with their checksums; `None` where there is no register ([`super::register`]).
    #[serde(default)]
    pub register: Option<BTreeMap<u64, u32>>,
}

/// A stored graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredGraph {
    /// Its number.
    pub number: u64,
    /// How many parts it has, beside the arrangement of its rows.
    pub parts: u32,
    /// Rows that it covers.
    pub rows: u32,
}

impl StoredGraph {
    /// Key of the arrangement of its rows.
    pub fn arrangement_key(&self) -> String {
        format!("{GRAPH}{:016x}", self.number)
    }

    /// Key of a part.
    pub fn part_key(&self, part: u32) -> String {
        format!("{GRAPH}{:016x}-{part:04}", self.number)
    }

    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = String> {
        std::iter::once(self.arrangement_key()).chain((0..self.parts).map(|part| self.part_key(part)))
    }
}

impl Default for Manifest {
    fn default() -> Self {
        let (words, vectors) = (BTreeSet::new(), BTreeSet::new());
        // Of no document, and so complete.
        let register = Some(BTreeMap::new());
        Self { format: FORMAT, generation: 0, next: 1, words, vectors, graph: None, register }
    }
}

impl Manifest {
    /// A number that no segment had.
    pub fn take_number(&mut self) -> u64 {
        let number = self.next;
        self.next += 1;
        number
    }
}

/// The format alone, which every version can read.
#[derive(Deserialize)]
pub(super) struct FormatOnly {
    pub format: u32,
}

/// A document's listing, as its record has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Listing {
    /// What the page shows.
    pub info: DocumentInfo,
    /// What tells nearly the same documents ([`super::sketch`]); empty for a short text, and for one of format 1.
    #[serde(default, with = "super::sketch_text")]
    pub sketch: Vec<u32>,
    /// How the file was read, where the listing is of format 1; since then it stands in `info`.
    #[serde(default, skip_serializing)]
    pub kind: Option<Kind>,
    /// Headings, where the listing is of format 1; since then they are a record of their own.
    #[serde(default, skip_serializing)]
    pub outline: Vec<Heading>,
}

/// What a document's text has beside its characters.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Structure {
    /// Headings.
    pub outline: Vec<Heading>,
    /// Places in the file.
    #[serde(default)]
    pub anchors: Vec<Anchor>,
}

impl Structure {
    /// Without what does not lie in the text.
    pub fn fitting(mut self, text: &str) -> Self {
        self.outline.retain(|heading| heading.span.of(text).is_some());
        self.anchors.retain(|anchor| anchor.at <= text.len());
        self
    }
}

/// What keys of segments of words begin with.
pub(super) const WORDS: &str = "w-";

/// What keys of segments of vectors begin with.
pub(super) const VECTORS: &str = "v-";

/// What keys of graphs begin with.
const GRAPH: &str = "g-";

/// What keys of the register's pieces begin with.
pub(super) const PIECES: &str = "r-";

/// Key of a piece of the register.
pub(super) fn piece_key(number: u64) -> String {
    format!("{PIECES}{number:016x}")
}

/// Whether the record under a key of [`conclave_ports::Table::Segments`] can be made again at once from the documents' own records: a
/// backup does without it.
#[must_use]
pub fn is_of_register(key: &str) -> bool {
    number_in(key, PIECES).is_some()
}

/// Key of a segment of words. Segments are immutable: each change makes a new one.
pub(super) fn words_key(id: u64) -> String {
    format!("{WORDS}{id:016x}")
}

/// Key of a segment of vectors.
pub(super) fn vectors_key(id: u64) -> String {
    format!("{VECTORS}{id:016x}")
}

/// The number in a key, where it begins with `kind`.
pub(super) fn number_in(key: &str, kind: &str) -> Option<u64> {
    u64::from_str_radix(key.strip_prefix(kind)?, 16).ok()
}

//! What is stored beside texts and segments.

use std::collections::BTreeMap;

use conclave_protocol::{DocumentId, DocumentInfo};
use serde::{Deserialize, Serialize};

use conclave_protocol::imported::{Heading, Kind};

/// Key of the manifest.
pub(super) const MANIFEST_KEY: &str = "library";

/// Format of manifest and listings.
pub(super) const FORMAT: u32 = 1;

/// Which documents there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// [`FORMAT`] of the program that wrote it.
    pub format: u32,
    /// Grows with every change.
    pub generation: u64,
    /// Key of each document's segment.
    pub segments: BTreeMap<DocumentId, String>,
}

impl Default for Manifest {
    fn default() -> Self {
        Self { format: FORMAT, generation: 0, segments: BTreeMap::new() }
    }
}

/// The format alone, which every version can read.
#[derive(Deserialize)]
pub(super) struct FormatOnly {
    pub format: u32,
}

/// A document's listing, with what indexing it again needs beside its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Listing {
    /// What the page shows.
    pub info: DocumentInfo,
    /// How the file was read.
    pub kind: Kind,
    /// Headings.
    pub outline: Vec<Heading>,
    /// Key of the segment, from which a lost manifest is made anew.
    pub segment: String,
}

/// Key of a document's segment. Segments are immutable: each change makes a new one.
pub(super) fn segment_key(document: &DocumentId, generation: u64) -> String {
    format!("{document}-{generation}")
}

//! Documents, passages and the progress of importing them.

use serde::{Deserialize, Serialize};

use crate::id::{DocumentId, Span};
use crate::imported::{Anchor, Heading, Kind, Place};
use crate::page::Original;

/// What the page lists about a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentInfo {
    /// Identity; stays the same while the document exists.
    pub id: DocumentId,
    /// File name as given, without a path.
    pub name: String,
    /// Title found in the document, or the file name.
    pub title: String,
    /// How it was read.
    #[serde(default)]
    pub kind: Kind,
    /// Language of source code, as highlighters call it; `None` where it is none or is not known.
    #[serde(default)]
    pub language: Option<String>,
    /// Where it stands inside the file or folder that was given, as `export.zip/letters/a.txt`; `None` where it is that file.
    #[serde(default)]
    pub path: Option<String>,
    /// Its own date (sent, created, last message), Unix milliseconds in UTC.
    #[serde(default)]
    pub date_ms: Option<i64>,
    /// Why only a part of it was read, one sentence; `None` where all was.
    #[serde(default)]
    pub partial: Option<String>,
    /// Tags that a person gave it, sorted.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Size of the imported file in bytes.
    pub size_bytes: u64,
    /// Length of the canonical text in characters.
    pub chars: u64,
    /// Number of indexed passages.
    pub passages: u32,
    /// Time of import, Unix milliseconds.
    pub added_ms: u64,
    /// What a person should know about the import (an encoding that had to be guessed, bytes that were replaced); empty when all is well.
    pub notes: Vec<String>,
    /// Whether every passage has an embedding; without, the document is found by its words only.
    pub embedded: bool,
}

/// A document opened for reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentText {
    /// The document's listing.
    pub info: DocumentInfo,
    /// The canonical text, into which citations point.
    pub text: String,
    /// Places in the file (pages, rows, messages), ordered; empty where it has none but lines.
    #[serde(default)]
    pub anchors: Vec<Anchor>,
    /// Headings, ordered by place, without overlaps.
    #[serde(default)]
    pub outline: Vec<Heading>,
    /// Whether its pages can be shown as they look.
    #[serde(default)]
    pub original: Original,
}

/// A passage that a search found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// The document it stands in.
    pub document: DocumentId,
    /// The document's title.
    pub title: String,
    /// Nearest heading above the passage, empty where there is none.
    pub heading: String,
    /// The headings above that one, the highest first.
    #[serde(default)]
    pub above: Vec<String>,
    /// First line of the passage, counted from 1.
    pub line: u32,
    /// Where it begins in the file, as its own program counts; `None` where the file has no places but lines.
    #[serde(default)]
    pub place: Option<Place>,
    /// Place in the canonical text.
    pub span: Span,
    /// The canonical text under `span`.
    pub text: String,
    /// Words of the query in any of their forms, as places in `text`, ordered, without overlaps.
    #[serde(default)]
    pub highlights: Vec<Span>,
    /// The part of `text` that a list shows, with most of these words; empty where nothing was looked for.
    #[serde(default = "nowhere")]
    pub window: Span,
    /// Fused score of words and meaning; comparable within one search only.
    pub score: f32,
}

/// No part of a text.
const fn nowhere() -> Span {
    Span::new(0, 0)
}

/// A passage of a document's index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IndexedPassage {
    /// The passage; its score is 0.
    pub passage: Passage,
    /// Whether it is found by its meaning, not by its words alone.
    pub embedded: bool,
}

/// What a document takes, and some of its passages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentDetails {
    /// The document.
    pub document: DocumentId,
    /// Length of its canonical text in bytes.
    pub text_bytes: u64,
    /// Its share of the index of words, in bytes: documents share segments, so it is reckoned by the words of each.
    pub words_bytes: u64,
    /// Its vectors, in bytes.
    pub vectors_bytes: u64,
    /// How many passages it has.
    pub passages: u32,
    /// So many of them are found by their meaning.
    pub embedded: u32,
    /// Number of the first passage below, from 0.
    pub first: u32,
    /// Passages in the order of the text.
    pub listed: Vec<IndexedPassage>,
}

impl DocumentDetails {
    /// Most passages that are told at once: about 160 KB of text.
    pub const LISTED_MAX: u32 = 200;
}

/// A document that says nearly the same as another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alike {
    /// The document.
    pub document: DocumentId,
    /// The estimated share of its runs of words that both have, from 0 to 1; 1 for the one that the others are compared with.
    pub share: f32,
}

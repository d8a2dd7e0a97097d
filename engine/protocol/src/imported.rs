//! What importing gives: documents with canonical text, and what became of a file.
//!
//! Importing runs in a program of its own (`import`), so that a file that breaks it breaks nothing else; this is what that
//! program sends. One file may hold many documents: an archive, a mailbox, an export of conversations.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::id::Span;
use crate::problem::Problem;

/// Largest file that is read. Its bytes, their decoded form and the text are in the memory of one program at once, about
/// 300 MB at most.
pub const FILE_MAX_BYTES: u64 = 100_000_000;

/// Endings of the names of files that may be documents. Of a folder only these are taken; whether a file can be read is told
/// by its content.
pub const DOCUMENT_ENDINGS: [&str; 66] = [
    ".txt",
    ".text",
    ".md",
    ".markdown",
    ".rst",
    ".adoc",
    ".org",
    ".tex",
    ".log",
    ".html",
    ".htm",
    ".xhtml",
    ".pdf",
    ".docx",
    ".odt",
    ".rtf",
    ".pptx",
    ".odp",
    ".xlsx",
    ".ods",
    ".epub",
    ".csv",
    ".tsv",
    ".json",
    ".jsonl",
    ".ndjson",
    ".xml",
    ".yaml",
    ".yml",
    ".toml",
    ".ini",
    ".eml",
    ".mbox",
    ".srt",
    ".vtt",
    ".zip",
    ".rs",
    ".py",
    ".js",
    ".mjs",
    ".ts",
    ".tsx",
    ".jsx",
    ".java",
    ".kt",
    ".swift",
    ".c",
    ".h",
    ".cpp",
    ".hpp",
    ".cs",
    ".go",
    ".rb",
    ".php",
    ".pl",
    ".lua",
    ".r",
    ".scala",
    ".hs",
    ".ml",
    ".sql",
    ".sh",
    ".css",
    ".scss",
    ".vue",
    ".svelte",
];

/// Whether a file of this name may be a document.
#[must_use]
pub fn is_document(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    DOCUMENT_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// How a document was read, and so what its canonical text looks like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// Text as it stands.
    #[default]
    Plain,
    /// Markdown, kept as its source.
    Markdown,
    /// A web page, reduced to what a reader sees.
    Html,
    /// Source code: lines matter. [`Imported::language`] names the language where it is known.
    Code,
    /// Data that is kept as its source (JSON, YAML, a log): lines matter.
    Data,
    /// Tables (CSV, a workbook): one line for each row, every value behind its column's name.
    Table,
    /// Pages of a PDF.
    Pdf,
    /// A text document (Word, OpenDocument, rich text).
    Word,
    /// Slides of a presentation.
    Slides,
    /// A book (EPUB).
    Book,
    /// An e-mail message.
    Mail,
    /// A conversation with an assistant.
    Chat,
    /// Subtitles, joined into sentences.
    Subtitles,
}

impl Kind {
    /// Whether each line stands for itself: no sentence goes on in the next one.
    #[must_use]
    pub const fn is_by_line(self) -> bool {
        matches!(self, Self::Code | Self::Data | Self::Table)
    }
}

/// A heading of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// Place of its words in the canonical text, without markup.
    pub span: Span,
    /// 1 is the highest.
    pub level: u8,
}

/// Where a stretch of canonical text stands in the file: from `at` up to the next anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// Byte of the canonical text at which the stretch begins. Anchors are ordered; where several begin at one byte all but
    /// the last are empty (blank pages).
    pub at: usize,
    /// The place.
    pub place: Place,
}

/// The place of a byte of the canonical text: that of the last anchor that is not behind it.
#[must_use]
pub fn place_at(anchors: &[Anchor], byte: usize) -> Option<Place> {
    let after = anchors.partition_point(|anchor| anchor.at <= byte);
    after.checked_sub(1).and_then(|at| anchors.get(at)).map(|anchor| anchor.place)
}

/// The bytes of a canonical text of `len` bytes that stand at a place: from its anchor to the next one. None where it has no such
/// place, or where its anchors are not those of this text.
#[must_use]
pub fn place_range(anchors: &[Anchor], place: Place, len: usize) -> Option<Range<usize>> {
    let at = anchors.iter().position(|anchor| anchor.place == place)?;
    let start = anchors.get(at)?.at;
    let end = anchors.get(at + 1).map_or(len, |next| next.at);
    (start <= end && end <= len).then_some(start..end)
}

/// A place in a file, as its own program counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Place {
    /// Page of a PDF, from 1.
    Page(u32),
    /// Slide of a presentation, from 1.
    Slide(u32),
    /// Chapter file of a book in reading order, from 1.
    Chapter(u32),
    /// Row of a table. The sheet's name stands in the outline.
    Row {
        /// Sheet, from 1; 1 where there is one table.
        sheet: u32,
        /// Row as a spreadsheet counts it, from 1, the header included.
        row: u32,
    },
    /// Message of a conversation, from 1.
    Message(u32),
    /// Time at which subtitles are shown, in milliseconds from the start.
    Cue(u64),
}

/// A document that was read from a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// File name without a path.
    pub name: String,
    /// Where the document stands inside the file that was given, as `export.zip/letters/a.txt`; `None` where it is that file.
    pub path: Option<String>,
    /// Title found in the document, or the file name.
    pub title: String,
    /// How it was read.
    pub kind: Kind,
    /// Language of source code, as highlighters call it (`rust`, `python`).
    pub language: Option<String>,
    /// Canonical text: line ends are `\n`, no control characters but tabs. Never empty.
    pub text: String,
    /// Headings, ordered by place, without overlaps.
    pub outline: Vec<Heading>,
    /// Places in the file, ordered; empty where the file has none but lines.
    pub anchors: Vec<Anchor>,
    /// The document's own date (sent, created, last message), Unix milliseconds in UTC.
    pub date_ms: Option<i64>,
    /// Why only a part was read, one sentence; `None` where all was.
    pub partial: Option<String>,
    /// What a person should know; empty when all is well.
    pub notes: Vec<String>,
    /// Size of the document's own bytes.
    pub size_bytes: u64,
    /// SHA-256 of those bytes: the same bytes twice are one document.
    pub sha256: [u8; 32],
}

/// What became of a file, or of a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// All of it was read.
    Ok,
    /// Some of it was read; why not all, one sentence.
    Partial(String),
    /// Nothing was read: what happened, and what to do.
    Refused(Problem),
}

/// A part of a file that was not read whole: a file in an archive, an attachment, a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Where it stands, as [`Imported::path`].
    pub path: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a file and of its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The file as a whole.
    pub outcome: Outcome,
    /// Documents that were read from it.
    pub documents: u32,
    /// Parts that were not read whole, in order.
    pub parts: Vec<Part>,
    /// Further such parts, beyond what a list can show.
    pub parts_omitted: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_ends_where_the_next_begins_and_the_last_with_the_text() {
        let page = |at, page| Anchor { at, place: Place::Page(page) };
        let anchors = [page(0, 1), page(7, 2), page(7, 3)];
        let range = |page, len| place_range(&anchors, Place::Page(page), len);
        assert_eq!([range(1, 20), range(2, 20), range(3, 20)], [Some(0..7), Some(7..7), Some(7..20)]);
        assert_eq!((range(4, 20), place_range(&anchors, Place::Slide(1), 20)), (None, None));
        // Anchors of another text: a damaged record must not lead behind this one's end.
        assert_eq!((range(1, 5), range(3, 5)), (None, None));
        assert_eq!(place_range(&[page(9, 1), page(3, 2)], Place::Page(1), 20), None, "they are not in order");
        assert_eq!([place_at(&anchors, 6), place_at(&anchors, 7)], [Some(Place::Page(1)), Some(Place::Page(3))]);
    }
}

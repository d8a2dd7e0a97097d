//! A document ready to be indexed.

use conclave_protocol::DocumentId;

use crate::chunk::{Chunk, ChunkOptions, chunk};
use conclave_protocol::imported::Imported;

/// An imported document, cut into passages.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    pub(super) imported: Imported,
    pub(super) chunks: Vec<Chunk>,
}

impl Prepared {
    /// Cuts the text into passages of the default size.
    #[must_use]
    pub fn new(imported: Imported) -> Self {
        Self::with_options(imported, &ChunkOptions::default())
    }

    /// Cuts the text into passages.
    #[must_use]
    pub fn with_options(imported: Imported, options: &ChunkOptions) -> Self {
        let chunks = chunk(&imported.text, &imported.outline, imported.kind, options);
        Self { imported, chunks }
    }

    /// The id that the document gets: the first half of the SHA-256 of the file's bytes, so that the same file is one document.
    #[must_use]
    pub fn id(&self) -> DocumentId {
        DocumentId(hex::encode(&self.imported.sha256[..16]).into())
    }

    /// What was imported.
    #[must_use]
    pub const fn imported(&self) -> &Imported {
        &self.imported
    }

    /// The passages.
    #[must_use]
    pub fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }
}

/// The text to embed for a passage: title and heading before it, because a passage seldom repeats what it is about.
#[must_use]
pub fn text_to_embed(title: &str, text: &str, chunk: &Chunk) -> String {
    join(title, &chunk.heading, chunk.span.of(text).unwrap_or(""))
}

pub(super) fn join(title: &str, heading: &str, passage: &str) -> String {
    let mut out = String::with_capacity(title.len() + heading.len() + passage.len() + 4);
    for part in [title, heading] {
        // The title may be the first heading, and a heading may begin its passage.
        let repeated = out.contains(part) || passage.trim_start_matches(['#', ' ']).starts_with(part);
        if !part.is_empty() && !repeated {
            out.push_str(part);
            out.push_str(". ");
        }
    }
    out.push_str(passage);
    out
}

//! Import: a file's bytes in, canonical text with exact offsets out.
//!
//! Canonical text is what passages, citations and the reader point into; it never changes once stored. Line ends are
//! `\n`, control characters are gone. Markdown and other plain files keep their source text; HTML becomes readable text.
//! Every step is linear in the size of the file and bounded in depth, and none panics on any bytes.

mod binary;
mod encoding;
mod error;
mod html;
mod kind;
mod limits;
mod markdown;
mod plain;

pub use error::ImportError;
pub use kind::Kind;
pub use limits::Limits;
pub(crate) use markdown::without_markup as heading_text;

use conclave_protocol::Span;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A heading of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// Place of its words in the canonical text, without markup.
    pub span: Span,
    /// 1 is the highest.
    pub level: u8,
}

/// Most headings that an outline keeps; a 20 MB file of headings alone would hold millions.
pub(crate) const MAX_HEADINGS: usize = 20_000;

/// Longest file name kept, in characters; file systems stop at 255 bytes.
const MAX_NAME_CHARS: usize = 255;

/// Longest title kept, in characters: what a listing can show.
const MAX_TITLE_CHARS: usize = 200;

/// What was read from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// File name without a path.
    pub name: String,
    /// Title found in the document, or the file name.
    pub title: String,
    /// How the file was read.
    pub kind: Kind,
    /// Canonical text.
    pub text: String,
    /// Headings, ordered by place, without overlaps.
    pub outline: Vec<Heading>,
    /// What a person should know; empty when all is well.
    pub notes: Vec<String>,
    /// Size of the file in bytes.
    pub size_bytes: u64,
    /// SHA-256 of the file's bytes: the same file twice is one document.
    pub sha256: [u8; 32],
}

/// Reads a file: refuses what is not text, finds encoding and kind by content first and name second, extracts the text.
///
/// # Errors
/// [`ImportError`]; each variant says what to do.
pub fn import(name: &str, bytes: &[u8], limits: &Limits) -> Result<Imported, ImportError> {
    let name = file_name(name);
    limits.check_file(&name, u64::try_from(bytes.len()).unwrap_or(u64::MAX))?;
    if bytes.is_empty() {
        return Err(ImportError::Empty { name });
    }
    if let Some(format) = binary::format(bytes) {
        return Err(ImportError::Unsupported { name, what: format.what, next: format.next });
    }
    let Some(decoded) = encoding::decode(bytes, kind::may_be_html(&name, bytes)) else {
        return Err(ImportError::Binary { name });
    };
    let mut notes = decoded.notes;
    let kind = kind::detect(&name, &decoded.text, &mut notes);
    let body = match kind {
        Kind::Html => html::extract(&decoded.text, limits.text_bytes),
        Kind::Markdown => markdown::read(decoded.text, &mut notes),
        Kind::Plain => plain::read(decoded.text, &mut notes),
        Kind::Code => plain::read_code(decoded.text, &mut notes),
    };
    if body.text.len() > limits.text_bytes {
        return Err(ImportError::TextTooLarge { name, limit_bytes: limits.text_bytes });
    }
    if !body.text.chars().any(is_visible) {
        return Err(ImportError::Blank { name });
    }
    Ok(Imported {
        title: title_of(&body, &name),
        name,
        kind,
        text: body.text,
        outline: body.outline,
        notes,
        size_bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        sha256: Sha256::digest(bytes).into(),
    })
}

/// What an importer gives back.
pub(crate) struct Body {
    text: String,
    outline: Vec<Heading>,
    title: Option<String>,
}

/// The last part of a path, without control characters and of bounded length.
fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or("");
    let clean: String = last.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect();
    let clean = clean.trim();
    if clean.is_empty() { "unnamed".to_owned() } else { clean.to_owned() }
}

fn title_of(body: &Body, name: &str) -> String {
    let squeezed = body.title.as_deref().map(squeeze).filter(|title| title.chars().any(char::is_alphanumeric));
    squeezed.unwrap_or_else(|| name.to_owned())
}

/// `text` with runs of white space as one space, cut to [`MAX_TITLE_CHARS`].
fn squeeze(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= MAX_TITLE_CHARS {
        return words;
    }
    let cut: String = words.chars().take(MAX_TITLE_CHARS - 1).collect();
    format!("{}\u{2026}", cut.trim_end())
}

/// Whether a reader sees anything of this character: neither white space nor one of the zero-width characters.
fn is_visible(c: char) -> bool {
    !(c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'))
}

#[cfg(test)]
mod tests;

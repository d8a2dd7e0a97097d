//! Import: a file's bytes in, canonical text with exact offsets out.
//!
//! Canonical text is what passages, citations and the reader point into; it never changes once stored. Line ends are
//! `\n`, control characters are gone. Markdown and other plain files keep their source text; HTML becomes readable text;
//! office documents and books become running text with headings, lists and tables.
//! Every step is linear in the size of the file and bounded in depth, and none panics on any bytes.

mod archive;
mod binary;
mod body;
mod book;
mod chat;
mod csv;
mod date;
mod encoding;
mod error;
mod format;
mod html;
mod json;
mod limits;
mod mail;
mod markdown;
mod name;
mod office;
#[cfg(feature = "pdf")]
mod pdf;
mod plain;
mod rtf;
mod run;
mod subtitles;
mod table;
mod writer;
mod xml;

pub use error::ImportError;
pub use limits::Limits;

use conclave_protocol::Problem;
use conclave_protocol::imported::{Imported, Report};

/// Reads a file. Each document in it is handed to `emit` as soon as it is read, so that an archive of thousands is in
/// memory one at a time; the report says what became of the file and of its parts.
///
/// Content decides how a file is read, its name only where content leaves it open.
pub fn import(name: &str, bytes: &[u8], limits: &Limits, emit: &mut dyn FnMut(Imported)) -> Report {
    run::Run::new(limits, emit).read(name, bytes)
}

/// The first document of a file, within the usual limits.
///
/// # Errors
/// Why there is none.
pub fn first(name: &str, bytes: &[u8]) -> Result<Imported, Problem> {
    let mut first = None;
    let report = import(name, bytes, &Limits::default(), &mut |imported| {
        first.get_or_insert(imported);
    });
    match (first, report.outcome) {
        (Some(imported), _) => Ok(imported),
        (None, conclave_protocol::imported::Outcome::Refused(problem)) => Err(problem),
        (None, _) => Err(ImportError::Blank { name: name::file_name(name) }.into()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
mod testing;
#[cfg(test)]
mod tests;

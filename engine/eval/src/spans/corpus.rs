//! Corpora: a file's characters, its canonical text, and the way between them.

use std::path::Path;

use anyhow::{Context, Result, bail};
use conclave_protocol::Span;
use conclave_protocol::imported::Imported;

use super::measures::Range;

/// A corpus.
pub struct Corpus {
    /// Its file's name without extension.
    pub name: String,
    /// What importing gave.
    pub imported: Imported,
    /// For every byte of the canonical text at which a character begins, the number of the file's code points before it;
    /// one more for the end.
    places: Vec<usize>,
}

impl Corpus {
    /// The place of a span of the canonical text in the file, in code points.
    pub fn range(&self, span: Span) -> Range {
        let place = |at: usize| self.places.get(at).copied().unwrap_or(0);
        // A span's end is where its last character ends: what the import dropped behind it does not belong to it.
        let last = self.imported.text.get(span.start..span.end).and_then(|text| text.chars().next_back());
        let end = last.map_or(place(span.start), |last| place(span.end - last.len_utf8()) + 1);
        Range { start: place(span.start), end }
    }
}

/// All Markdown files of a folder, by name.
///
/// # Errors
/// Names the file that cannot be read.
pub fn read_corpora(folder: &Path) -> Result<Vec<Corpus>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("cannot read {}", folder.display()))?.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        bail!("{} has no .md files", folder.display());
    }
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Result<Corpus> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = std::str::from_utf8(&bytes).with_context(|| format!("{} is not UTF-8", path.display()))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let imported = match conclave_import::first(&name, &bytes) {
        Ok(imported) => imported,
        Err(problem) => bail!("{} cannot be imported: {}", path.display(), problem.what),
    };
    let places = align(file, &imported.text)
        .with_context(|| format!("the canonical text of {} has characters that the file has not", path.display()))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Corpus { name, imported, places })
}

/// Places of the canonical text's characters among the file's. Importing a text drops characters (carriage returns, control
/// characters) and writes some as line breaks; it adds and moves none.
fn align(file: &str, canonical: &str) -> Option<Vec<usize>> {
    let mut places = vec![0; canonical.len() + 1];
    let mut rest = file.chars().enumerate().peekable();
    for (at, c) in canonical.char_indices() {
        let same = |other: char| other == c || (c == '\n' && is_line_break(other));
        // A carriage return before a line feed is dropped; alone it is a line break.
        let (place, found) = rest.find(|(_, other)| same(*other))?;
        let is_pair = found == '\r' && rest.peek().is_some_and(|(_, next)| *next == '\n');
        *places.get_mut(at)? = place;
        if is_pair {
            rest.next();
        }
    }
    *places.last_mut()? = rest.peek().map_or_else(|| file.chars().count(), |(place, _)| *place);
    Some(places)
}

const fn is_line_break(c: char) -> bool {
    matches!(c, '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_file() {
        let places = align("\u{feff}é\r\nb\u{1}c\r", "é\nbc\n").unwrap_or_default();
        // é has two bytes.
        assert_eq!(places, [1, 0, 2, 4, 6, 7, 8]);
        assert!(align("abc", "abd").is_none());
    }
}

//! Reading JSONL items and writing JSONL predictions.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The first `limit` items of a JSONL file; empty lines are skipped.
///
/// # Errors
/// Names the file, and the line where one does not parse.
pub fn read_jsonl<T: DeserializeOwned>(path: &Path, limit: Option<usize>) -> Result<Vec<T>> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut items = Vec::new();
    for (index, line) in BufReader::new(file).lines().enumerate() {
        if limit.is_some_and(|limit| items.len() >= limit) {
            break;
        }
        let place = || format!("{} line {}", path.display(), index + 1);
        let line = line.with_context(place)?;
        if !line.trim().is_empty() {
            items.push(serde_json::from_str(&line).with_context(place)?);
        }
    }
    Ok(items)
}

/// Writes one JSON object per item, or nothing where no file was asked for.
pub struct Predictions(Option<BufWriter<File>>);

impl Predictions {
    /// Creates the file.
    ///
    /// # Errors
    /// Where it cannot be created.
    pub fn create(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else {
            return Ok(Self(None));
        };
        let file = File::create(path).with_context(|| format!("cannot create {}", path.display()))?;
        Ok(Self(Some(BufWriter::new(file))))
    }

    /// Adds one item.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&mut self, item: &impl Serialize) -> Result<()> {
        if let Some(file) = &mut self.0 {
            serde_json::to_writer(&mut *file, item)?;
            file.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Writes out what is still in memory.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self) -> Result<()> {
        if let Some(file) = &mut self.0 {
            file.flush()?;
        }
        Ok(())
    }
}

//! What is known of a folder's files, and how it is stored.
//!
//! The records `folder-files/<folder>/<number>` of [`Table::Meta`] are a log: each has files with what is known of them now, or
//! with nothing where they are gone, and a later one outdoes an earlier. So a change of one file among a hundred thousand
//! writes one line. Where the log has become longer than what it says, it is written anew, in one batch.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use conclave_ports::{Record, Table, Write};
use conclave_protocol::{DocumentId, FolderId};
use serde::{Deserialize, Serialize};

use crate::service::error::ServiceError;
use crate::service::records;

/// Lines of one record: 150 KB of JSON.
const LINES: usize = 1_000;

/// What is known of a file. Names are short because there are many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileRecord {
    /// Its size.
    #[serde(rename = "s")]
    pub size_bytes: u64,
    /// When it was changed last, Unix milliseconds.
    #[serde(rename = "m")]
    pub modified_ms: i64,
    /// The first half of its SHA-256: the document that it is, where it is one document.
    #[serde(rename = "h")]
    pub content: DocumentId,
    /// The documents in it that are there because of folders, where it is not one document: an archive, a mailbox.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub documents: Option<Vec<DocumentId>>,
    /// Documents of what it was before. They leave the index when what it is now is in.
    #[serde(rename = "r", default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<DocumentId>,
    /// Whether its document is there because of a folder. One that a person added stays when the file goes.
    #[serde(rename = "o")]
    pub is_ours: bool,
}

impl FileRecord {
    /// The documents that are there because of this file as it is now.
    pub fn documents(&self) -> &[DocumentId] {
        match &self.documents {
            _ if !self.is_ours => &[],
            Some(documents) => documents,
            None => std::slice::from_ref(&self.content),
        }
    }

    /// These, and those of before that are still there.
    pub fn held(&self) -> impl Iterator<Item = &DocumentId> {
        self.documents().iter().chain(&self.replaces)
    }
}

/// A file's path below the folder with what is known of it; nothing where it is gone.
type Line = (String, Option<FileRecord>);

/// The files of a folder, by their paths below it.
#[derive(Debug, Default)]
pub(super) struct Known {
    files: BTreeMap<String, FileRecord>,
    by_content: HashMap<DocumentId, BTreeSet<String>>,
    /// Files that wait for what they are now to be in the index.
    replacing: BTreeSet<String>,
    /// How many files each of the documents waits for that leave when these are in the index.
    leaving: HashMap<DocumentId, u32>,
    /// How many files have each size.
    sizes: HashMap<u64, u32>,
    /// Paths whose line has to be stored.
    dirty: BTreeSet<String>,
    /// Numbers of the stored records, and lines in them.
    stored: Vec<u64>,
    lines: usize,
}

/// What keys of a folder's records begin with.
pub(super) fn files_prefix(folder: &FolderId) -> String {
    format!("folder-files/{folder}/")
}

fn files_key(folder: &FolderId, number: u64) -> String {
    format!("{}{number:010}", files_prefix(folder))
}

fn count_down<K: Eq + std::hash::Hash>(counts: &mut HashMap<K, u32>, of: &K) {
    if let Some(count) = counts.get_mut(of) {
        *count -= 1;
        if *count == 0 {
            counts.remove(of);
        }
    }
}

impl Known {
    /// What was stored. A record that cannot be read is left out: its files are read again, and found to be in the library.
    pub fn restore(records: &[Record]) -> Self {
        let mut known = Self::default();
        for record in records {
            let number: Option<u64> = record.0.rsplit('/').next().and_then(|number| number.parse().ok());
            known.stored.extend(number);
            let Ok(lines) = records::scanned::<Vec<Line>>("folder", record) else { continue };
            known.lines += lines.len();
            for (path, file) in lines {
                match file {
                    Some(file) => drop(known.put(path, file)),
                    None => drop(known.remove(&path)),
                }
            }
        }
        known.dirty.clear();
        known
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// The files in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &FileRecord)> {
        self.files.iter()
    }

    /// A file.
    pub fn get(&self, path: &str) -> Option<&FileRecord> {
        self.files.get(path)
    }

    /// A file with this content, and its path.
    pub fn with_content(&self, content: &DocumentId) -> Option<(&String, &FileRecord)> {
        let path = self.by_content.get(content)?.first()?;
        self.files.get_key_value(path)
    }

    /// The paths of the files with this content.
    pub fn paths_of(&self, content: &DocumentId) -> Vec<String> {
        self.by_content.get(content).map(|paths| paths.iter().cloned().collect()).unwrap_or_default()
    }

    /// Whether any file has this size: without one there is none with the same content either.
    pub fn has_size(&self, size_bytes: u64) -> bool {
        self.sizes.contains_key(&size_bytes)
    }

    /// Whether this document of a folder is in the library still, and leaves it.
    pub fn is_leaving(&self, document: &DocumentId) -> bool {
        self.leaving.contains_key(document)
    }

    /// Files that wait for what they are now to be in the index.
    pub fn replacing(&self) -> Vec<String> {
        self.replacing.iter().cloned().collect()
    }

    /// Puts a file in the place of what was known of this path.
    pub fn put(&mut self, path: String, file: FileRecord) -> Option<FileRecord> {
        let before = self.remove(&path);
        self.by_content.entry(file.content.clone()).or_default().insert(path.clone());
        *self.sizes.entry(file.size_bytes).or_default() += 1;
        if !file.replaces.is_empty() {
            self.replacing.insert(path.clone());
        }
        for document in &file.replaces {
            *self.leaving.entry(document.clone()).or_default() += 1;
        }
        self.files.insert(path, file);
        before
    }

    /// Forgets a file.
    pub fn remove(&mut self, path: &str) -> Option<FileRecord> {
        self.dirty.insert(path.to_owned());
        let before = self.files.remove(path)?;
        self.replacing.remove(path);
        if let Some(paths) = self.by_content.get_mut(&before.content) {
            paths.remove(path);
            if paths.is_empty() {
                self.by_content.remove(&before.content);
            }
        }
        count_down(&mut self.sizes, &before.size_bytes);
        before.replaces.iter().for_each(|document| count_down(&mut self.leaving, document));
        Some(before)
    }

    /// What brings storage up to date. Where it is not stored after all, what is known has to be read again.
    pub fn take_writes(&mut self, folder: &FolderId) -> Result<Vec<Write>, ServiceError> {
        let dirty = std::mem::take(&mut self.dirty);
        if dirty.is_empty() {
            return Ok(Vec::new());
        }
        let mut writes = Vec::new();
        let next = self.stored.last().map_or(0, |last| last + 1);
        let is_long = self.lines + dirty.len() > 2 * self.files.len() + LINES;
        let paths: Vec<String> = if is_long {
            writes.extend(self.stored.drain(..).map(|number| Write::delete(Table::Meta, files_key(folder, number))));
            self.lines = 0;
            self.files.keys().cloned().collect()
        } else {
            dirty.into_iter().collect()
        };
        self.lines += paths.len();
        for (some, number) in paths.chunks(LINES).zip(next..) {
            let lines: Vec<(&String, Option<&FileRecord>)> =
                some.iter().map(|path| (path, self.files.get(path))).collect();
            writes.push(Write::put(Table::Meta, files_key(folder, number), records::encode("folder", &lines)?));
            self.stored.push(number);
        }
        Ok(writes)
    }
}

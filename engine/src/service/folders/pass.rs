//! One pass over a folder: what is found is compared with what is known. Plain state, which reads nothing.
//!
//! A file of the same size and time as before is the same. Any other is read: then its hash says whether it is new, changed,
//! or only touched. At the end, a file that is known and was not found is gone, or was moved: then a new one has its hash.

use std::collections::{BTreeMap, BTreeSet};

use conclave_protocol::DocumentId;

use super::known::{FileRecord, Known};

/// What is to be done about a file that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// It is as it was.
    Same,
    /// It has to be read.
    Read,
}

/// A file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReadFile {
    /// Its path below the folder.
    pub path: String,
    /// Its size.
    pub size_bytes: u64,
    /// When it was changed last.
    pub modified_ms: i64,
    /// The first half of its SHA-256.
    pub content: DocumentId,
}

/// What is known of a file's content apart from this folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Elsewhere {
    /// Whether its document is in the library.
    pub is_in_library: bool,
    /// Whether that is a folder's: of a file that has changed since, or of one that stood at this very path before the folder
    /// was forgotten.
    pub is_folders: bool,
    /// The file of another folder that has the same content.
    pub twin: Option<FileRecord>,
}

/// A pass.
#[derive(Debug, Default)]
pub(super) struct Pass {
    seen: BTreeSet<String>,
    fresh: BTreeSet<String>,
    changed: u64,
    /// Folders that could not be listed, with a slash behind them: nothing is known of what is below.
    closed: Vec<String>,
    /// Whether it ended before everything was found.
    is_cut: bool,
}

/// What a pass found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Files that are gone from their paths: moved ones and removed ones.
    pub gone: Vec<(String, FileRecord)>,
    /// How many files are new.
    pub added: u64,
    /// How many have another content.
    pub changed: u64,
    /// How many have another path.
    pub moved: u64,
    /// How many are no more.
    pub removed: u64,
}

impl Pass {
    /// A file stands at this path.
    pub fn see(&mut self, known: &Known, path: &str, size_bytes: u64, modified_ms: i64) -> Sight {
        self.seen.insert(path.to_owned());
        match known.get(path) {
            Some(file) if file.size_bytes == size_bytes && file.modified_ms == modified_ms => Sight::Same,
            _ => Sight::Read,
        }
    }

    /// A file stands at this path, and nothing can be said of it.
    pub fn put_off(&mut self, path: &str) {
        self.seen.insert(path.to_owned());
    }

    /// How many files were seen.
    pub fn seen(&self) -> usize {
        self.seen.len()
    }

    /// What is below this folder could not be found.
    pub fn close(&mut self, folder: &str) {
        self.closed.push(format!("{folder}/"));
    }

    /// Not everything was found.
    pub fn cut(&mut self) {
        self.is_cut = true;
    }

    /// Whether not everything was found.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// A file was read.
    pub fn take(&mut self, known: &mut Known, file: ReadFile, elsewhere: Elsewhere) {
        let ReadFile { path, size_bytes, modified_ms, content } = file;
        let before = known.get(&path).cloned();
        if let Some(before) = before.as_ref().filter(|before| before.content == content) {
            known.put(path, FileRecord { size_bytes, modified_ms, ..before.clone() });
            return;
        }
        let twin = known.with_content(&content).map(|(_, twin)| twin.clone()).or(elsewhere.twin);
        // What a file was before its last change: its document is a folder's, and has not left the index yet.
        let was_held = known.is_leaving(&content) || elsewhere.is_folders;
        let (documents, is_ours) = match twin {
            Some(twin) => (twin.documents, twin.is_ours),
            None => (None, was_held || !elsewhere.is_in_library),
        };
        let mut replaces: Vec<DocumentId> = Vec::new();
        match before {
            Some(before) => {
                self.changed += 1;
                for document in before.held() {
                    if *document != content && !replaces.contains(document) {
                        replaces.push(document.clone());
                    }
                }
            }
            None => drop(self.fresh.insert(path.clone())),
        }
        known.put(path, FileRecord { size_bytes, modified_ms, content, documents, replaces, is_ours });
    }

    /// Everything was found that can be: forgets what is gone.
    pub fn end(self, known: &mut Known) -> Found {
        let is_gone = |path: &String| {
            !self.is_cut && !self.seen.contains(path) && !self.closed.iter().any(|folder| path.starts_with(folder))
        };
        let paths: Vec<String> = known.iter().map(|(path, _)| path).filter(|path| is_gone(path)).cloned().collect();
        let gone: Vec<(String, FileRecord)> =
            paths.into_iter().filter_map(|path| known.remove(&path).map(|file| (path, file))).collect();
        // New files, by content: each is where one of those went that are gone.
        let mut fresh: BTreeMap<&DocumentId, u64> = BTreeMap::new();
        for file in self.fresh.iter().filter_map(|path| known.get(path)) {
            *fresh.entry(&file.content).or_default() += 1;
        }
        let mut moved = 0;
        for (_, file) in &gone {
            if let Some(left) = fresh.get_mut(&file.content).filter(|left| **left > 0) {
                *left -= 1;
                moved += 1;
            }
        }
        let count = |files: usize| files as u64 - moved;
        let (added, removed) = (count(self.fresh.len()), count(gone.len()));
        Found { gone, added, changed: self.changed, moved, removed }
    }
}

#[cfg(test)]
#[path = "pass_tests.rs"]
mod tests;

//! The way through a folder: which names are looked at, in which order, and how many at most.

use std::collections::VecDeque;
use std::rc::Rc;

use conclave_ports::{Directory, Entries, FolderEntry, FolderFile};
use conclave_protocol::imported::is_document;

/// Most files that are looked at: nobody means a whole disk.
pub(super) const FILES_MAX: usize = 100_000;
/// Most names that are listed: a folder of pictures beside the documents has this many, a disk has more.
const NAMES_MAX: usize = 500_000;
/// Deepest folder that is looked into.
const DEPTH_MAX: usize = 32;

/// Folders and files of programs and systems that hold nothing that a person wrote, beside those whose names begin with a dot.
const PASSED_BY: [&str; 8] = [
    "node_modules",
    "__pycache__",
    "__macosx",
    "$recycle.bin",
    "system volume information",
    "lost+found",
    "thumbs.db",
    "desktop.ini",
];

/// Whether a name is passed by: hidden files, those of systems, and the lock files of Office.
fn is_passed_by(name: &str) -> bool {
    name.starts_with('.') || name.starts_with("~$") || PASSED_BY.contains(&name.to_ascii_lowercase().as_str())
}

/// A folder that waits to be listed.
pub(super) struct Open {
    /// Its path below the folder that is looked through; empty for that one.
    pub path: String,
    depth: usize,
    pub directory: Rc<dyn Directory>,
}

/// Where a way through a folder has come to.
pub(super) struct Walk {
    /// Folders that wait; the last is next.
    folders: Vec<Open>,
    /// Files of the folders that were listed, by their paths.
    files: VecDeque<(String, Rc<dyn FolderFile>)>,
    names: usize,
    found: usize,
    /// Files of kinds that are not read.
    pub unsupported: u64,
    /// Names that were passed by.
    pub passed_by: u64,
}

/// What a folder could not be listed for.
pub(super) enum Beyond {
    /// The folder itself is too deep.
    Folder(String),
    /// There are more names or files than are looked at.
    Rest,
}

impl Walk {
    /// The way from this folder on.
    pub fn from(root: Rc<dyn Directory>) -> Self {
        let open = Open { path: String::new(), depth: 0, directory: root };
        let (folders, files) = (vec![open], VecDeque::new());
        Self { folders, files, names: 0, found: 0, unsupported: 0, passed_by: 0 }
    }

    /// The next files, so many at most. None where a folder has to be listed first.
    pub fn next_files(&mut self, most: usize) -> Vec<(String, Rc<dyn FolderFile>)> {
        self.files.drain(..most.min(self.files.len())).collect()
    }

    /// The next folder to list; none where the way is at its end.
    pub fn next_folder(&mut self) -> Option<Open> {
        self.folders.pop()
    }

    /// Most names that the next folder may have.
    pub fn names_left(&self) -> usize {
        NAMES_MAX - self.names
    }

    /// Whether nothing at all was listed, of no kind.
    pub fn is_bare(&self) -> bool {
        self.names == 0
    }

    /// Takes in what a folder has. Says what is beyond the limits.
    pub fn enter(&mut self, open: &Open, listed: Entries) -> Vec<Beyond> {
        let Entries { mut entries, is_cut } = listed;
        let mut beyond = Vec::new();
        self.names += entries.len();
        let mut is_full = is_cut;
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut inside = Vec::new();
        for (name, entry) in entries {
            if is_passed_by(&name) {
                self.passed_by += 1;
                continue;
            }
            let path = if open.path.is_empty() { name.clone() } else { format!("{}/{name}", open.path) };
            match entry {
                FolderEntry::File(_) if !is_document(&name) => self.unsupported += 1,
                FolderEntry::File(_) if self.found == FILES_MAX => is_full = true,
                FolderEntry::File(file) => {
                    self.found += 1;
                    self.files.push_back((path, file));
                }
                FolderEntry::Directory(_) if open.depth == DEPTH_MAX => beyond.push(Beyond::Folder(path)),
                FolderEntry::Directory(directory) => {
                    inside.push(Open { path, depth: open.depth + 1, directory });
                }
            }
        }
        self.folders.extend(inside.into_iter().rev());
        if is_full {
            beyond.push(Beyond::Rest);
        }
        beyond
    }
}

//! Folders in memory.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use conclave_protocol::{FolderId, Problem, ProblemCode};

use super::{Directory, Entries, FolderEntry, FolderError, FolderFile, Folders, Look};
use crate::{FileBytes, LocalFuture};

/// A file: its bytes, and when they were changed.
type File = (Rc<[u8]>, i64);

/// What is done to a file when it is read, in place of a program that writes it at that moment.
type WhenRead = Box<dyn FnOnce(&MemoryFolders)>;

#[derive(Default)]
struct Tree {
    files: BTreeMap<String, File>,
    /// Folders that cannot be read, by path; the empty path is the folder itself.
    broken: BTreeMap<String, FolderError>,
    is_denied: bool,
}

#[derive(Default)]
struct Inner {
    trees: RefCell<BTreeMap<FolderId, Tree>>,
    kept: RefCell<BTreeSet<FolderId>>,
    watched: RefCell<BTreeSet<FolderId>>,
    when_read: RefCell<BTreeMap<String, WhenRead>>,
    opens: Cell<u64>,
    lists: Cell<u64>,
    looks: Cell<u64>,
    reads: Cell<u64>,
}

/// Folders in memory; clones share them. A folder inside another is there as long as it has files.
#[derive(Clone, Default)]
pub struct MemoryFolders(Rc<Inner>);

impl MemoryFolders {
    /// Keeps the handle of a folder, which has no files if it is new.
    pub fn keep(&self, folder: &FolderId) {
        self.0.trees.borrow_mut().entry(folder.clone()).or_default();
        self.0.kept.borrow_mut().insert(folder.clone());
    }

    /// Writes a file.
    pub fn write(&self, folder: &FolderId, path: &str, bytes: impl Into<Rc<[u8]>>, modified_ms: i64) {
        self.tree(folder, |tree| tree.files.insert(path.to_owned(), (bytes.into(), modified_ms)));
    }

    /// Removes a file.
    pub fn remove(&self, folder: &FolderId, path: &str) {
        self.tree(folder, |tree| tree.files.remove(path));
    }

    /// Gives a file another path; it stays as old as it was.
    pub fn rename(&self, folder: &FolderId, from: &str, to: &str) {
        self.tree(folder, |tree| {
            if let Some(file) = tree.files.remove(from) {
                tree.files.insert(to.to_owned(), file);
            }
        });
    }

    /// Whether a folder may be read.
    pub fn allow(&self, folder: &FolderId, is_allowed: bool) {
        self.tree(folder, |tree| tree.is_denied = !is_allowed);
    }

    /// From now on a folder, or one inside it, cannot be read for this reason; without one it can again.
    pub fn set_broken(&self, folder: &FolderId, path: &str, error: Option<FolderError>) {
        self.tree(folder, |tree| match error {
            Some(error) => drop(tree.broken.insert(path.to_owned(), error)),
            None => drop(tree.broken.remove(path)),
        });
    }

    /// Does this when the file is read the next time, after its bytes were taken.
    pub fn when_read(&self, path: &str, then: impl FnOnce(&Self) + 'static) {
        self.0.when_read.borrow_mut().insert(path.to_owned(), Box::new(then));
    }

    /// Whether changes of this folder would be told.
    #[must_use]
    pub fn is_watched(&self, folder: &FolderId) -> bool {
        self.0.watched.borrow().contains(folder)
    }

    /// How often folders were opened by their handles.
    #[must_use]
    pub fn opens(&self) -> u64 {
        self.0.opens.get()
    }

    /// How often folders were listed.
    #[must_use]
    pub fn lists(&self) -> u64 {
        self.0.lists.get()
    }

    /// How often files were looked at.
    #[must_use]
    pub fn looks(&self) -> u64 {
        self.0.looks.get()
    }

    /// How often files were read.
    #[must_use]
    pub fn reads(&self) -> u64 {
        self.0.reads.get()
    }

    fn tree<T>(&self, folder: &FolderId, with: impl FnOnce(&mut Tree) -> T) -> Option<T> {
        self.0.trees.borrow_mut().get_mut(folder).map(with)
    }

    /// Whether the folder at this path can be read.
    fn check(&self, folder: &FolderId, path: &str) -> Result<(), FolderError> {
        self.tree(folder, |tree| {
            if tree.is_denied {
                return Err(FolderError::NotAllowed);
            }
            tree.broken.get(path).map_or(Ok(()), |error| Err(error.clone()))
        })
        .unwrap_or(Err(FolderError::Gone))
    }
}

impl Folders for MemoryFolders {
    fn kept(&self) -> LocalFuture<'_, Result<Vec<FolderId>, FolderError>> {
        Box::pin(std::future::ready(Ok(self.0.kept.borrow().iter().cloned().collect())))
    }

    fn open<'a>(&'a self, folder: &'a FolderId) -> LocalFuture<'a, Result<Rc<dyn Directory>, FolderError>> {
        self.0.opens.set(self.0.opens.get() + 1);
        let is_kept = self.0.kept.borrow().contains(folder);
        let is_denied = self.tree(folder, |tree| tree.is_denied).unwrap_or_default();
        let opened: Result<Rc<dyn Directory>, _> = match (is_kept, is_denied) {
            (false, _) => Err(FolderError::Gone),
            (true, true) => Err(FolderError::NotAllowed),
            (true, false) => Ok(Rc::new(At { folders: self.clone(), folder: folder.clone(), path: String::new() })),
        };
        Box::pin(std::future::ready(opened))
    }

    fn watch<'a>(&'a self, folder: &'a FolderId) -> LocalFuture<'a, bool> {
        self.0.watched.borrow_mut().insert(folder.clone());
        Box::pin(std::future::ready(true))
    }

    fn forget<'a>(&'a self, folder: &'a FolderId) -> LocalFuture<'a, Result<(), FolderError>> {
        self.0.kept.borrow_mut().remove(folder);
        self.0.watched.borrow_mut().remove(folder);
        Box::pin(std::future::ready(Ok(())))
    }
}

/// A folder or a file at a path.
struct At {
    folders: MemoryFolders,
    folder: FolderId,
    path: String,
}

impl At {
    /// The path of a name in it.
    fn below(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}/{name}", self.path) }
    }

    fn at(&self, name: &str) -> Self {
        Self { folders: self.folders.clone(), folder: self.folder.clone(), path: self.below(name) }
    }

    /// What has this name: a file, or else a folder.
    fn named(&self, name: &str, is_file: bool) -> Result<Self, FolderError> {
        self.folders.check(&self.folder, &self.path)?;
        let found = self.at(name);
        let inside = found.below("");
        let is_it = |tree: &mut Tree| {
            let is_here = |path: &String| if is_file { *path == found.path } else { path.starts_with(&inside) };
            tree.files.keys().any(is_here)
        };
        let can_be = !name.is_empty() && !name.contains('/');
        (can_be && self.folders.tree(&self.folder, is_it).unwrap_or_default()).then_some(found).ok_or(FolderError::Gone)
    }

    fn list(&self, most: usize) -> Result<Entries, FolderError> {
        self.folders.0.lists.set(self.folders.0.lists.get() + 1);
        self.folders.check(&self.folder, &self.path)?;
        let before = self.below("");
        let mut names: BTreeMap<String, bool> = BTreeMap::new();
        self.folders.tree(&self.folder, |tree| {
            for path in tree.files.keys().filter_map(|path| path.strip_prefix(&before)) {
                let (name, is_directory) = path.split_once('/').map_or((path, false), |(name, _)| (name, true));
                names.insert(name.to_owned(), is_directory);
            }
        });
        if names.is_empty() && !before.is_empty() {
            return Err(FolderError::Gone);
        }
        let is_cut = names.len() > most;
        let entry = |(name, is_directory): (String, bool)| {
            let at = self.at(&name);
            (name, if is_directory { FolderEntry::Directory(Rc::new(at)) } else { FolderEntry::File(Rc::new(at)) })
        };
        Ok(Entries { entries: names.into_iter().take(most).map(entry).collect(), is_cut })
    }

    fn glance(&self) -> Result<Look, FolderError> {
        self.folders.0.looks.set(self.folders.0.looks.get() + 1);
        let parent = self.path.rsplit_once('/').map_or("", |(parent, _)| parent);
        self.folders.check(&self.folder, parent)?;
        let file = self.folders.tree(&self.folder, |tree| tree.files.get(&self.path).cloned()).flatten();
        let (bytes, modified_ms) = file.ok_or(FolderError::Gone)?;
        let size_bytes = bytes.len() as u64;
        let bytes = Box::new(Snapshot { folders: self.folders.clone(), path: self.path.clone(), bytes });
        Ok(Look { size_bytes, modified_ms, bytes })
    }
}

impl Directory for At {
    fn entries(&self, most: usize) -> LocalFuture<'_, Result<Entries, FolderError>> {
        Box::pin(std::future::ready(self.list(most)))
    }

    fn file<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<Rc<dyn FolderFile>, FolderError>> {
        Box::pin(std::future::ready(self.named(name, true).map(|at| Rc::new(at) as Rc<dyn FolderFile>)))
    }

    fn directory<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<Rc<dyn Directory>, FolderError>> {
        Box::pin(std::future::ready(self.named(name, false).map(|at| Rc::new(at) as Rc<dyn Directory>)))
    }
}

impl FolderFile for At {
    fn look(&self) -> LocalFuture<'_, Result<Look, FolderError>> {
        Box::pin(std::future::ready(self.glance()))
    }
}

/// The bytes of a file as they were when it was looked at.
struct Snapshot {
    folders: MemoryFolders,
    path: String,
    bytes: Rc<[u8]>,
}

impl FileBytes for Snapshot {
    fn size_bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_range(&self, range: Range<u64>) -> LocalFuture<'_, Result<Vec<u8>, Problem>> {
        let Inner { reads, when_read, .. } = &*self.folders.0;
        reads.set(reads.get() + 1);
        let then = when_read.borrow_mut().remove(&self.path);
        if let Some(then) = then {
            then(&self.folders);
        }
        let at = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX);
        let bytes = self.bytes.get(at(range.start)..at(range.end)).map(<[u8]>::to_vec);
        let gone = || Problem::new(ProblemCode::NotFound, "The file is shorter than it was.", "Try again.");
        Box::pin(std::future::ready(bytes.ok_or_else(gone)))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::{Hand, Verdict, folders};
    use crate::{Clock, ManualClock};

    /// Writes at the clock's time.
    struct Writer {
        folders: MemoryFolders,
        folder: FolderId,
        clock: ManualClock,
    }

    impl Hand for Writer {
        fn write<'a>(&'a self, path: &'a str, text: &'a str) -> LocalFuture<'a, Result<(), String>> {
            let now = i64::try_from(self.clock.unix_ms()).unwrap_or(i64::MAX);
            self.folders.write(&self.folder, path, text.as_bytes(), now);
            Box::pin(std::future::ready(Ok(())))
        }

        fn remove<'a>(&'a self, path: &'a str) -> LocalFuture<'a, Result<(), String>> {
            self.folders.remove(&self.folder, path);
            let below = format!("{path}/");
            self.folders.tree(&self.folder, |tree| tree.files.retain(|path, _| !path.starts_with(&below)));
            Box::pin(std::future::ready(Ok(())))
        }
    }

    fn verdict(kept: &str) -> Verdict {
        let (all, folder) = (MemoryFolders::default(), FolderId("f".to_owned()));
        all.keep(&FolderId(kept.to_owned()));
        let clock = ManualClock::at(1_700_000_000_000);
        let writer = Writer { folders: all.clone(), folder: folder.clone(), clock };
        pollster::block_on(folders(&all, &folder, &writer, &writer.clock))
    }

    #[test]
    fn folders_in_memory_keep_the_rules() {
        assert_eq!(verdict("f"), Ok(()));
        assert!(verdict("another").is_err_and(|rule| rule.contains("whose handle is kept")));
    }
}

//! The suite of [`Folders`].

use conclave_protocol::FolderId;

use super::{Verdict, ensure, said};
use crate::{Clock, Directory, FolderEntry, FolderError, FolderFile, Folders, LocalFuture};

/// Another program, which changes what is in a folder.
pub trait Hand {
    /// Writes a file, and makes the folders above it.
    fn write<'a>(&'a self, path: &'a str, text: &'a str) -> LocalFuture<'a, Result<(), String>>;

    /// Removes a file, or a folder with what is in it.
    fn remove<'a>(&'a self, path: &'a str) -> LocalFuture<'a, Result<(), String>>;
}

/// More than a folder of the suite has.
const ALL: usize = 100;

async fn names(directory: &dyn Directory) -> Result<Vec<String>, String> {
    let mut names: Vec<String> =
        directory.entries(ALL).await.map_err(said)?.entries.into_iter().map(|(name, _)| name).collect();
    names.sort();
    Ok(names)
}

async fn file(directory: &dyn Directory, name: &str) -> Result<std::rc::Rc<dyn FolderFile>, String> {
    let entries = directory.entries(ALL).await.map_err(said)?.entries;
    let found = entries.into_iter().find_map(|(found, entry)| match entry {
        FolderEntry::File(file) if found == name => Some(file),
        _ => None,
    });
    found.ok_or_else(|| format!("a folder names its file {name} as a file"))
}

/// [`Folders`] with the empty folder `folder`, in which `hand` writes: what is written is listed and read, what changes is told
/// from what it was, what is gone is said to be, and a folder that is forgotten is kept no more.
///
/// # Errors
/// The rule that is broken.
pub async fn folders(folders: &dyn Folders, folder: &FolderId, hand: &dyn Hand, clock: &dyn Clock) -> Verdict {
    ensure(folders.kept().await.map_err(said)?.contains(folder), "a folder whose handle is kept is listed")?;
    let unknown = folders.open(&FolderId("conformance-unknown".to_owned())).await;
    ensure(matches!(unknown, Err(FolderError::Gone)), "a folder without a handle is gone")?;
    let root = folders.open(folder).await.map_err(said)?;
    ensure(names(&*root).await?.is_empty(), "an empty folder is no error")?;

    hand.write("a.txt", "one").await?;
    hand.write("inside/deeper/b \u{e4}.txt", "two").await?;
    hand.write("inside/c.txt", "").await?;
    ensure(names(&*root).await? == ["a.txt", "inside"], "a folder lists its files and folders")?;
    let few = root.entries(1).await.map_err(said)?;
    ensure(few.entries.len() == 1 && few.is_cut, "no more is listed than was asked for, and it is said")?;
    ensure(!root.entries(2).await.map_err(said)?.is_cut, "what is whole is not said to be cut")?;
    let mut found = root.entries(ALL).await.map_err(said)?.entries.into_iter();
    let inside = found.find_map(|(_, entry)| match entry {
        FolderEntry::Directory(directory) => Some(directory),
        FolderEntry::File(_) => None,
    });
    let inside = inside.ok_or("a folder in a folder is one")?;
    ensure(names(&*inside).await? == ["c.txt", "deeper"], "a folder in a folder is listed")?;

    let named = root.directory("inside").await.map_err(said)?;
    ensure(names(&*named).await? == ["c.txt", "deeper"], "a folder is found by its name")?;
    let deeper = named.directory("deeper").await.map_err(said)?;
    let b = deeper.file("b \u{e4}.txt").await.map_err(said)?.look().await.map_err(said)?;
    ensure(b.bytes.read().await == Ok(b"two".to_vec()), "a file is found by its name")?;
    for name in ["b.txt", "inside", "inside/c.txt", "..", ""] {
        ensure(matches!(root.file(name).await, Err(FolderError::Gone)), "a name of no file is gone as a file")?;
    }
    for name in ["outside", "a.txt", "inside/deeper", "..", ""] {
        let found = root.directory(name).await;
        ensure(matches!(found, Err(FolderError::Gone)), "a name of no folder is gone as a folder")?;
    }

    let a = file(&*root, "a.txt").await?;
    let first = a.look().await.map_err(said)?;
    ensure(first.size_bytes == 3 && first.bytes.size_bytes() == 3, "a file says its size")?;
    ensure(first.bytes.read().await == Ok(b"one".to_vec()), "a file is read unchanged")?;
    ensure(first.bytes.read_range(1..3).await == Ok(b"ne".to_vec()), "a range of a file is that range")?;
    let same = a.look().await.map_err(said)?;
    ensure(same.is_same(first.size_bytes, first.modified_ms), "a file that nobody touched is the same")?;
    let empty = file(&*inside, "c.txt").await?.look().await.map_err(said)?;
    ensure(empty.bytes.read().await == Ok(Vec::new()), "an empty file is one")?;

    // File systems round times, the coarsest that are in use to two seconds; browsers to a millisecond.
    clock.sleep(20).await;
    hand.write("a.txt", "two").await?;
    let second = a.look().await.map_err(said)?;
    ensure(!second.is_same(first.size_bytes, first.modified_ms), "a file of other bytes is another")?;
    ensure(second.bytes.read().await == Ok(b"two".to_vec()), "a file that changed is read as it is now")?;
    // What was looked at before may be read as it was, or not at all.
    let old = first.bytes.read().await;
    ensure(old.as_ref().map_or(true, |bytes| bytes == b"one"), "a file is not read as another than was looked at")?;

    hand.remove("a.txt").await?;
    ensure(matches!(a.look().await, Err(FolderError::Gone)), "a file that was removed is gone")?;
    ensure(matches!(root.file("a.txt").await, Err(FolderError::Gone)), "a file that was removed is not found")?;
    hand.remove("inside").await?;
    ensure(matches!(inside.entries(ALL).await, Err(FolderError::Gone)), "a folder that was removed is gone")?;
    ensure(matches!(inside.file("c.txt").await, Err(FolderError::Gone)), "nothing is found in a folder that is gone")?;
    ensure(matches!(root.directory("inside").await, Err(FolderError::Gone)), "a folder that is gone is not found")?;
    ensure(names(&*root).await?.is_empty(), "what is gone is not listed")?;

    folders.forget(folder).await.map_err(said)?;
    ensure(!folders.kept().await.map_err(said)?.contains(folder), "a folder that was forgotten is not kept")?;
    ensure(
        matches!(folders.open(folder).await, Err(FolderError::Gone)),
        "a folder that was forgotten cannot be opened",
    )?;
    folders.forget(folder).await.map_err(said)
}

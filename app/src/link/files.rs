//! Files that a person gave, by ticket: held by reference until the engine has them.

use std::collections::HashMap;

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, File, FileList, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

use super::folders::{FolderHandle, dropped_folder, handle_of};
use crate::state::{Given, Loose, Ticket, is_weights, sort_given};

/// A file and the folder that it was given with, empty for one that was given alone.
pub struct PickedFile {
    folder: String,
    file: File,
}

impl PickedFile {
    fn loose(&self) -> Loose {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a size is a whole number below 2^53"
        )]
        let size_bytes = self.file.size() as u64;
        Loose { folder: self.folder.clone(), name: self.file.name(), size_bytes }
    }
}

/// The held files.
#[derive(Default)]
pub struct Files {
    held: HashMap<Ticket, Vec<File>>,
    last: u32,
}

impl Files {
    /// Takes files in; returns what they are.
    pub fn take(&mut self, picked: &[PickedFile]) -> Vec<Given> {
        let loose: Vec<Loose> = picked.iter().map(PickedFile::loose).collect();
        let mut taken = Vec::new();
        for pile in sort_given(&loose) {
            self.last += 1;
            let ticket = Ticket(self.last);
            let size_bytes = pile.files.iter().map(|at| loose[*at].size_bytes).sum();
            self.held.insert(ticket, pile.files.iter().map(|at| picked[*at].file.clone()).collect());
            taken.push(Given { ticket, name: pile.name, size_bytes, kind: pile.kind });
        }
        taken
    }

    /// Takes one file in, whatever it is; returns its ticket.
    pub fn hold(&mut self, file: File) -> Ticket {
        self.last += 1;
        let ticket = Ticket(self.last);
        self.held.insert(ticket, vec![file]);
        ticket
    }

    /// The files of a ticket.
    pub fn get(&self, ticket: Ticket) -> &[File] {
        self.held.get(&ticket).map_or(&[], Vec::as_slice)
    }

    /// Lets the files go.
    pub fn forget(&mut self, ticket: Ticket) {
        self.held.remove(&ticket);
    }
}

/// Files of a list.
pub fn listed(list: &FileList) -> Vec<PickedFile> {
    let files = (0..list.length()).filter_map(|at| list.get(at));
    files.map(|file| PickedFile { folder: String::new(), file }).collect()
}

/// Most files that are taken out of dropped folders, and how deep these are looked into: nobody means a whole disk.
const FILES_MAX: usize = 100_000;
const DEPTH_MAX: usize = 32;

/// The files of a folder that was picked where the browser gives no folders to keep, with their paths.
pub fn listed_in_folder(list: &FileList) -> Vec<PickedFile> {
    let files = (0..list.length()).filter_map(|at| list.get(at)).take(FILES_MAX);
    let placed = files.map(|file| {
        let path = Reflect::get(&file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
        let folder = path.as_deref().and_then(|path| path.rsplit_once('/')).map_or("", |(folder, _)| folder);
        PickedFile { folder: folder.to_owned(), file }
    });
    let is_shown = |picked: &PickedFile| {
        let name = picked.file.name();
        !name.starts_with('.') && !picked.folder.split('/').skip(1).any(|part| part.starts_with('.'))
    };
    placed.filter(is_shown).collect()
}

/// Most names of a dropped folder that are looked at, and how deep, to see whether a model is in it: the folder of a model has
/// a dozen.
const MODEL_NAMES: usize = 1_000;
const MODEL_DEPTH: usize = 3;

/// What was dropped. Folders have to be asked for while the event lasts, and are read after it.
pub struct Dropped {
    entries: Vec<FileSystemEntry>,
    /// The handles of those that are folders, where the browser gives any.
    folders: Vec<(FileSystemEntry, Promise)>,
    /// Where the browser has no entries.
    files: Vec<PickedFile>,
}

impl Dropped {
    /// Of the event that lasts.
    pub fn of(data: &DataTransfer) -> Self {
        let items = data.items();
        let (mut entries, mut folders) = (Vec::new(), Vec::new());
        for item in (0..items.length()).filter_map(|at| items.get(at)) {
            let Some(entry) = item.webkit_get_as_entry().ok().flatten() else { continue };
            match dropped_folder(&item).filter(|_| entry.is_directory()) {
                Some(asked) => folders.push((entry, asked)),
                None => entries.push(entry),
            }
        }
        let is_empty = entries.is_empty() && folders.is_empty();
        let files = if is_empty { data.files().map_or_else(Vec::new, |list| listed(&list)) } else { Vec::new() };
        Self { entries, folders, files }
    }

    /// Takes out the folders that can be kept. The folder of a model is none: its files are copied once.
    pub async fn take_folders(&mut self) -> Vec<FolderHandle> {
        let mut kept = Vec::new();
        for (entry, asked) in std::mem::take(&mut self.folders) {
            let handle = if has_model(&entry).await { None } else { handle_of(asked).await };
            match handle {
                Some(handle) => kept.push(handle),
                None => self.entries.push(entry),
            }
        }
        kept
    }

    /// All files, those in folders with the path of theirs. What cannot be read, and what is hidden, is not among them.
    pub async fn read(self) -> Vec<PickedFile> {
        let mut files = self.files;
        let mut open: Vec<(String, FileSystemEntry)> =
            self.entries.into_iter().rev().map(|entry| (String::new(), entry)).collect();
        while let Some((folder, entry)) = open.pop().filter(|_| files.len() < FILES_MAX) {
            let name = entry.name();
            if name.starts_with('.') && !folder.is_empty() {
                continue;
            }
            if entry.is_file() {
                if let Some(file) = file_of(entry.unchecked_ref()).await {
                    files.push(PickedFile { folder, file });
                }
            } else if folder.split('/').count() < DEPTH_MAX {
                let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                let inside = entries_of(entry.unchecked_ref()).await;
                open.extend(inside.into_iter().rev().map(|entry| (path.clone(), entry)));
            }
        }
        files
    }
}

/// Whether a model is in a folder.
async fn has_model(folder: &FileSystemEntry) -> bool {
    let mut open = vec![(0, folder.clone())];
    let mut names = 0;
    while let Some((depth, folder)) = open.pop().filter(|_| names < MODEL_NAMES) {
        for entry in entries_of(folder.unchecked_ref()).await {
            names += 1;
            if entry.is_file() && is_weights(&entry.name()) {
                return true;
            }
            if entry.is_directory() && depth < MODEL_DEPTH {
                open.push((depth + 1, entry));
            }
        }
    }
    false
}

async fn file_of(entry: &FileSystemFileEntry) -> Option<File> {
    let asked = Promise::new(&mut |done, failed| entry.file_with_callback_and_callback(&done, &failed));
    JsFuture::from(asked).await.ok()?.dyn_into().ok()
}

/// What a folder has, by name.
async fn entries_of(folder: &FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader = folder.create_reader();
    let mut entries: Vec<FileSystemEntry> = Vec::new();
    // They come a hundred at a time, and at last none.
    while entries.len() < FILES_MAX {
        let asked = Promise::new(&mut |done, failed| {
            if let Err(error) = reader.read_entries_with_callback_and_callback(&done, &failed) {
                let _ = failed.call1(&JsValue::UNDEFINED, &error);
            }
        });
        let Some(some) = JsFuture::from(asked).await.ok().and_then(|some| some.dyn_into::<Array>().ok()) else { break };
        if some.length() == 0 {
            break;
        }
        entries.extend(some.iter().map(JsCast::unchecked_into));
    }
    entries.sort_by_key(FileSystemEntry::name);
    entries
}

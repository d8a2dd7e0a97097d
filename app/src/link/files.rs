//! Files that a person gave, by ticket: held by reference until the engine has them.

use std::collections::HashMap;

use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, File, FileList, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

use crate::state::{Given, Loose, Ticket, sort_given};

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

/// What was dropped. Folders have to be asked for while the event lasts, and are read after it.
pub struct Dropped {
    entries: Vec<FileSystemEntry>,
    /// Where the browser has no entries.
    files: Vec<PickedFile>,
}

impl Dropped {
    /// Of the event that lasts.
    pub fn of(data: &DataTransfer) -> Self {
        let items = data.items();
        let entry = |at| items.get(at)?.webkit_get_as_entry().ok().flatten();
        let entries: Vec<FileSystemEntry> = (0..items.length()).filter_map(entry).collect();
        let files =
            if entries.is_empty() { data.files().map_or_else(Vec::new, |list| listed(&list)) } else { Vec::new() };
        Self { entries, files }
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

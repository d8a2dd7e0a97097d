//! [`Folders`] on the browser's directory handles (File System Access), which the page keeps in IndexedDB
//! ([`conclave_protocol::folder::HANDLES`]) and this program reads there.
//!
//! Whether a folder may be read is the browser's to know, for all programs of an origin at once; only the page can have a
//! person asked. Changes are told by `FileSystemObserver` (WHATWG, File System, "Observing changes") where there is one.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use conclave_ports::{
    Directory, Entries, FolderEntry, FolderError, FolderFile, Folders, LocalFuture, Look, StoreError,
};
use conclave_protocol::FolderId;
use conclave_protocol::folder::HANDLES;
use idb::{Query, Transaction};
use js_sys::{AsyncIterator, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileSystemDirectoryHandle, FileSystemFileHandle};

use crate::database::{self, Connection, durable, failed};
use crate::files::PickedFiles;
use crate::js;

#[wasm_bindgen]
extern "C" {
    /// Handles, with what web-sys does not offer.
    type Handle;
    #[wasm_bindgen(catch, method, js_name = queryPermission)]
    fn query_permission(this: &Handle, wanted: &Object) -> Result<Promise, JsValue>;

    /// web-sys has none.
    type FileSystemObserver;
    #[wasm_bindgen(catch, constructor)]
    fn new(callback: &Function) -> Result<FileSystemObserver, JsValue>;
    #[wasm_bindgen(catch, method)]
    fn observe(this: &FileSystemObserver, handle: &JsValue, options: &Object) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method)]
    fn disconnect(this: &FileSystemObserver);
}

/// The one table.
const TABLES: &[&str] = &[HANDLES.1];

/// An observer, ended when it is dropped.
struct Observer {
    observer: FileSystemObserver,
    _on_change: Closure<dyn FnMut()>,
}

impl Drop for Observer {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Folders whose handles the page keeps.
pub struct BrowserFolders {
    changed: Rc<dyn Fn(FolderId)>,
    observers: RefCell<BTreeMap<FolderId, Observer>>,
}

impl BrowserFolders {
    /// Folders of this origin; `changed` hears of those that are watched.
    pub fn new(changed: impl Fn(FolderId) + 'static) -> Self {
        Self { changed: Rc::new(changed), observers: RefCell::default() }
    }

    /// The database is used seldom: a connection that stays open would only be in the way of others.
    async fn database(&self) -> Result<Connection, FolderError> {
        database::open(HANDLES.0, 1, TABLES).await.map_err(unkept)
    }

    /// The kept handle.
    async fn handle(&self, folder: &FolderId) -> Result<FileSystemDirectoryHandle, FolderError> {
        let database = self.database().await?;
        let read = async {
            let table = database.read(&[HANDLES.1])?.object_store(HANDLES.1).map_err(failed)?;
            let key = Query::Key(JsValue::from_str(folder.as_str()));
            table.get(key).map_err(failed)?.await.map_err(failed)
        };
        let handle = read.await.map_err(unkept)?.ok_or(FolderError::Gone)?;
        handle.dyn_into().map_err(|_| FolderError::Gone)
    }
}

impl Folders for BrowserFolders {
    fn kept(&self) -> LocalFuture<'_, Result<Vec<FolderId>, FolderError>> {
        Box::pin(async move {
            let database = self.database().await?;
            let read = async {
                let table = database.read(&[HANDLES.1])?.object_store(HANDLES.1).map_err(failed)?;
                table.get_all_keys(None, None).map_err(failed)?.await.map_err(failed)
            };
            let keys = read.await.map_err(unkept)?;
            Ok(keys.iter().filter_map(JsValue::as_string).map(FolderId).collect())
        })
    }

    fn open<'a>(&'a self, folder: &'a FolderId) -> LocalFuture<'a, Result<Rc<dyn Directory>, FolderError>> {
        Box::pin(async move {
            let handle = self.handle(folder).await?;
            if !is_allowed(&handle).await {
                return Err(FolderError::NotAllowed);
            }
            Ok(Rc::new(BrowserDirectory(handle)) as Rc<dyn Directory>)
        })
    }

    fn watch<'a>(&'a self, folder: &'a FolderId) -> LocalFuture<'a, bool> {
        Box::pin(async move {
            if self.observers.borrow().contains_key(folder) {
                return true;
            }
            let Ok(handle) = self.handle(folder).await else { return false };
            let (changed, which) = (Rc::clone(&self.changed), folder.clone());
            let on_change = Closure::<dyn FnMut()>::new(move || changed(which.clone()));
            // Browsers without observers have no such name.
            let Ok(observer) = FileSystemObserver::new(on_change.as_ref().unchecked_ref()) else { return false };
            let observer = Observer { observer, _on_change: on_change };
            let options = Object::new();
            // Setting a property of a plain object does not fail.
            let _ = Reflect::set(&options, &"recursive".into(), &true.into());
            let Ok(observing) = observer.observer.observe(&handle, &options) else { return false };
            // Refused where the folder is gone, or on a file system that tells nothing.
            if JsFuture::from(observing).await.is_err() {
                return false;
            }
            self.observers.borrow_mut().insert(folder.clone(), observer);
            true
        })
    }

    fn forget<'a>(&'a self, folder: &'a FolderId) -> LocalFuture<'a, Result<(), FolderError>> {
        Box::pin(async move {
            self.observers.borrow_mut().remove(folder);
            let database = self.database().await?;
            let written = async {
                let raw = database.write(TABLES)?;
                let transaction = Transaction::from(raw.clone());
                let table = transaction.object_store(HANDLES.1).map_err(failed)?;
                let deleting = table.delete(JsValue::from_str(folder.as_str())).map_err(failed)?;
                let done = durable(&raw, transaction).await;
                drop(deleting);
                done
            };
            written.await.map_err(unkept)
        })
    }
}

/// A folder, or one inside it.
struct BrowserDirectory(FileSystemDirectoryHandle);

impl BrowserDirectory {
    async fn list(&self, most: usize) -> Result<Entries, JsValue> {
        let values: AsyncIterator = self.0.values();
        let mut entries = Vec::new();
        loop {
            let next = JsFuture::from(values.next()?).await?;
            if js::is_set(&next, "done") {
                return Ok(Entries { entries, is_cut: false });
            }
            if entries.len() == most {
                return Ok(Entries { entries, is_cut: true });
            }
            let Some(handle) = js::property(&next, "value") else { continue };
            match handle.dyn_into::<FileSystemFileHandle>() {
                Ok(file) => entries.push((file.name(), FolderEntry::File(Rc::new(BrowserFile(file))))),
                Err(other) => {
                    let Ok(directory) = other.dyn_into::<FileSystemDirectoryHandle>() else { continue };
                    entries.push((directory.name(), FolderEntry::Directory(Rc::new(Self(directory)))));
                }
            }
        }
    }
}

impl Directory for BrowserDirectory {
    fn entries(&self, most: usize) -> LocalFuture<'_, Result<Entries, FolderError>> {
        Box::pin(async move { self.list(most).await.map_err(|error| failure(&error)) })
    }

    fn file<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<Rc<dyn FolderFile>, FolderError>> {
        Box::pin(async move {
            let handle = named(self.0.get_file_handle(name)).await?;
            Ok(Rc::new(BrowserFile(handle)) as Rc<dyn FolderFile>)
        })
    }

    fn directory<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<Rc<dyn Directory>, FolderError>> {
        Box::pin(async move {
            let handle = named(self.0.get_directory_handle(name)).await?;
            Ok(Rc::new(Self(handle)) as Rc<dyn Directory>)
        })
    }
}

/// A handle that was asked for by name. Names that nothing can have are a `TypeError` (WHATWG, File System, "valid file name").
async fn named<T: JsCast>(asked: Promise) -> Result<T, FolderError> {
    match JsFuture::from(asked).await {
        Ok(handle) => handle.dyn_into().map_err(|_| FolderError::Gone),
        Err(error) if js::error_name(&error) == "TypeError" => Err(FolderError::Gone),
        Err(error) => Err(failure(&error)),
    }
}

/// A file.
struct BrowserFile(FileSystemFileHandle);

impl FolderFile for BrowserFile {
    fn look(&self) -> LocalFuture<'_, Result<Look, FolderError>> {
        Box::pin(async move {
            let file = JsFuture::from(self.0.get_file()).await.map_err(|error| failure(&error))?;
            let file: File = file.dyn_into().map_err(|other| failure(&other))?;
            // Whole numbers below 2^53, times of before 1970 among them.
            let (size_bytes, modified_ms) = (file.size() as u64, file.last_modified() as i64);
            Ok(Look { size_bytes, modified_ms, bytes: Box::new(PickedFiles::new(file.into())) })
        })
    }
}

/// Whether the folder may be read now. Handles of the origin's own file system may always; browsers that have no others have
/// nothing to ask.
async fn is_allowed(handle: &FileSystemDirectoryHandle) -> bool {
    let wanted = Object::new();
    // Setting a property of a plain object does not fail.
    let _ = Reflect::set(&wanted, &"mode".into(), &"read".into());
    let Ok(asked) = handle.unchecked_ref::<Handle>().query_permission(&wanted) else { return true };
    JsFuture::from(asked).await.is_ok_and(|state| state.as_string().as_deref() == Some("granted"))
}

/// Why the kept handles cannot be reached.
fn unkept(error: StoreError) -> FolderError {
    FolderError::Unreadable(error.to_string())
}

fn failure(error: &JsValue) -> FolderError {
    match js::error_name(error).as_str() {
        "NotAllowedError" | "SecurityError" => FolderError::NotAllowed,
        // Another thing of that name: a folder in place of a file.
        "NotFoundError" | "TypeMismatchError" => FolderError::Gone,
        _ => FolderError::Unreadable(js::describe(error)),
    }
}

//! [`Blobs`] on the origin private file system (OPFS).
//!
//! Writing goes to a swap file that replaces the old one when it is closed (File System Standard, 5.3), so a killed tab
//! leaves the old object. Reading goes through an access handle, straight into the program's memory: a blob's bytes come from
//! another process by way of a buffer of the browser. Where there are none, or another tab has the file's, it is the blob.

use conclave_ports::{Blobs, LocalFuture, StoreError};
use js_sys::{Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions, FileSystemGetFileOptions,
    FileSystemRemoveOptions, FileSystemWritableFileStream,
};

use crate::{js, scope};

#[wasm_bindgen]
extern "C" {
    /// File handles, with the methods that web-sys does not offer everywhere.
    type FileHandle;
    #[wasm_bindgen(catch, method, js_name = createWritable)]
    fn create_writable(this: &FileHandle) -> Result<Promise, JsValue>;
    #[wasm_bindgen(catch, method, js_name = createSyncAccessHandle)]
    fn create_access_handle(this: &FileHandle, options: &Object) -> Result<Promise, JsValue>;

    type AccessHandle;
    #[wasm_bindgen(catch, method, js_name = getSize)]
    fn size(this: &AccessHandle) -> Result<f64, JsValue>;
    #[wasm_bindgen(catch, method)]
    fn read(this: &AccessHandle, into: &mut [u8]) -> Result<f64, JsValue>;
    #[wasm_bindgen(method)]
    fn close(this: &AccessHandle);
}

/// Objects as files below one folder of the origin private file system.
#[derive(Debug, Clone)]
pub struct OpfsBlobs {
    folder: String,
}

impl OpfsBlobs {
    /// Objects below `folder`.
    #[must_use]
    pub fn new(folder: impl Into<String>) -> Self {
        Self { folder: folder.into() }
    }

    /// The folder of `name` and the file's name in it; `None` where the folder does not exist and is not to be made.
    async fn place(&self, name: &str, create: bool) -> Result<Option<(FileSystemDirectoryHandle, String)>, StoreError> {
        let unsupported = || StoreError::Unavailable("this browser does not offer file storage".to_owned());
        let storage = scope::worker().ok_or_else(unsupported)?.navigator().storage();
        let mut directory: FileSystemDirectoryHandle = JsFuture::from(storage.get_directory())
            .await
            .map_err(|error| StoreError::Unavailable(js::describe(&error)))?
            .dyn_into()
            .map_err(|_| unsupported())?;
        let (folders, file) = name.rsplit_once('/').unwrap_or(("", name));
        for folder in std::iter::once(self.folder.as_str()).chain(folders.split('/')).filter(|part| !part.is_empty()) {
            let options = FileSystemGetDirectoryOptions::new();
            options.set_create(create);
            let next = JsFuture::from(directory.get_directory_handle_with_options(folder, &options)).await;
            match next {
                Ok(handle) => directory = handle.dyn_into().map_err(|_| unsupported())?,
                Err(error) if !create && js::error_name(&error) == "NotFoundError" => return Ok(None),
                Err(error) => return Err(failure(&error)),
            }
        }
        Ok(Some((directory, file.to_owned())))
    }

    /// Removes a file, or a folder with everything in it.
    async fn remove_entry(&self, name: &str) -> Result<(), StoreError> {
        let Some((directory, entry)) = self.place(name, false).await? else { return Ok(()) };
        let options = FileSystemRemoveOptions::new();
        options.set_recursive(true);
        match JsFuture::from(directory.remove_entry_with_options(&entry, &options)).await {
            Ok(_) => Ok(()),
            Err(error) if js::error_name(&error) == "NotFoundError" => Ok(()),
            Err(error) => Err(failure(&error)),
        }
    }
}

async fn file_handle(
    directory: &FileSystemDirectoryHandle,
    file: &str,
    create: bool,
) -> Result<FileSystemFileHandle, JsValue> {
    let options = FileSystemGetFileOptions::new();
    options.set_create(create);
    JsFuture::from(directory.get_file_handle_with_options(file, &options)).await?.dyn_into()
}

impl Blobs for OpfsBlobs {
    fn read<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<Option<Vec<u8>>, StoreError>> {
        Box::pin(async move {
            let Some((directory, file)) = self.place(name, false).await? else { return Ok(None) };
            let handle = match file_handle(&directory, &file, false).await {
                Ok(handle) => handle,
                Err(error) if js::error_name(&error) == "NotFoundError" => return Ok(None),
                Err(error) => return Err(failure(&error)),
            };
            if let Ok(bytes) = read_file(&handle).await {
                return Ok(Some(bytes));
            }
            let content = JsFuture::from(handle.get_file()).await.map_err(|error| failure(&error))?;
            let content: Blob = content.dyn_into().map_err(|error| failure(&error))?;
            let buffer = JsFuture::from(content.array_buffer()).await.map_err(|error| failure(&error))?;
            Ok(Some(Uint8Array::new(&buffer).to_vec()))
        })
    }

    fn write<'a>(&'a self, name: &'a str, bytes: &'a [u8]) -> LocalFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let Some((directory, file)) = self.place(name, true).await? else {
                return Err(StoreError::Failed("the folder could not be made".to_owned()));
            };
            let existed = file_handle(&directory, &file, false).await.is_ok();
            let written = write_file(&directory, &file, bytes).await;
            if written.is_err() && !existed {
                // An empty file must not stand where there was none. That it cannot be removed either is no news.
                let _ = JsFuture::from(directory.remove_entry(&file)).await;
            }
            written.map_err(|error| failure(&error))
        })
    }

    fn remove<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<(), StoreError>> {
        Box::pin(self.remove_entry(name))
    }

    fn remove_folder<'a>(&'a self, folder: &'a str) -> LocalFuture<'a, Result<(), StoreError>> {
        Box::pin(self.remove_entry(folder))
    }

    fn room(&self) -> LocalFuture<'_, Option<u64>> {
        Box::pin(async move {
            let storage = scope::worker()?.navigator().storage();
            let estimate = JsFuture::from(storage.estimate().ok()?).await.ok()?;
            let number = |name| js::property(&estimate, name)?.as_f64();
            // Whole numbers below 2^53; a float-to-integer cast saturates.
            Some((number("quota")? - number("usage")?).max(0.0) as u64)
        })
    }
}

/// The bytes of a file by an access handle.
async fn read_file(file: &FileSystemFileHandle) -> Result<Vec<u8>, JsValue> {
    let options = Object::new();
    // Browsers that do not know the mode give one handle for a file at a time.
    Reflect::set(&options, &"mode".into(), &"read-only".into())?;
    let opening = file.unchecked_ref::<FileHandle>().create_access_handle(&options)?;
    let handle: AccessHandle = JsFuture::from(opening).await?.unchecked_into();
    let content = read_all(&handle);
    handle.close();
    content
}

fn read_all(handle: &AccessHandle) -> Result<Vec<u8>, JsValue> {
    // A whole number below 2^53.
    let size = handle.size()? as usize;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size).map_err(|error| JsValue::from_str(&error.to_string()))?;
    bytes.resize(size, 0);
    let read = handle.read(&mut bytes)?;
    if read as usize == size { Ok(bytes) } else { Err(JsValue::from_str("the file ended early")) }
}

async fn write_file(directory: &FileSystemDirectoryHandle, file: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let handle = file_handle(directory, file, true).await?;
    let opening = handle.unchecked_ref::<FileHandle>().create_writable()?;
    let stream: FileSystemWritableFileStream = JsFuture::from(opening).await?.dyn_into()?;
    let written = async {
        JsFuture::from(stream.write_with_buffer_source(&Uint8Array::from(bytes).into())?).await?;
        JsFuture::from(stream.close()).await
    }
    .await;
    if let Err(error) = written {
        // Drops the swap file; the error that counts is the first one.
        let _ = JsFuture::from(stream.abort()).await;
        return Err(error);
    }
    Ok(())
}

fn failure(error: &JsValue) -> StoreError {
    match js::error_name(error).as_str() {
        "QuotaExceededError" => StoreError::Full,
        "SecurityError" | "NotAllowedError" => StoreError::Unavailable(js::describe(error)),
        _ => StoreError::Failed(js::describe(error)),
    }
}

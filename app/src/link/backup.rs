//! A backup that waits in the origin private file system, given to the person as a file.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, FileSystemDirectoryHandle, FileSystemFileHandle, HtmlAnchorElement, Url};

use conclave_protocol::backup::BACKUP_FOLDER;
use leptos::prelude::{document, set_timeout, window};

use super::dates::today;

/// How long the browser may take to begin reading what it saves.
const BEGINS_WITHIN: std::time::Duration = std::time::Duration::from_secs(60);

/// Has the browser save the file that these parts are, under a name with today's date; calls `failed` where it cannot be.
pub fn save_backup(parts: Vec<String>, failed: impl FnOnce() + 'static) {
    spawn_local(async move {
        if offer(&parts).await.is_err() {
            failed();
        }
    });
}

async fn offer(parts: &[String]) -> Result<(), JsValue> {
    let root: FileSystemDirectoryHandle =
        JsFuture::from(window().navigator().storage().get_directory()).await?.dyn_into()?;
    let folder = enter(&root, BACKUP_FOLDER).await?;
    let files = Array::new();
    for part in parts {
        let (path, name) = part.rsplit_once('/').unwrap_or(("", part));
        let mut folder = folder.clone();
        for inner in path.split('/').filter(|inner| !inner.is_empty()) {
            folder = enter(&folder, inner).await?;
        }
        let handle: FileSystemFileHandle = JsFuture::from(folder.get_file_handle(name)).await?.dyn_into()?;
        // By reference: the parts stay on the disk until they are copied.
        files.push(&JsFuture::from(handle.get_file()).await?);
    }
    let blob = Blob::new_with_blob_sequence(&files)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.dyn_into()?;
    link.set_href(&address);
    link.set_download(&file_name());
    link.click();
    set_timeout(move || drop(Url::revoke_object_url(&address)), BEGINS_WITHIN);
    Ok(())
}

async fn enter(folder: &FileSystemDirectoryHandle, name: &str) -> Result<FileSystemDirectoryHandle, JsValue> {
    JsFuture::from(folder.get_directory_handle(name)).await?.dyn_into()
}

/// `conclave-2026-11-23.age`, with the date of where the person is.
fn file_name() -> String {
    format!("conclave-{}.age", today())
}

//! Folders that a person lets the page read: asked for, allowed again, and their handles kept where the engine finds them
//! (`conclave_protocol::folder`). Nothing of a folder is read here, but for the names in one that was dropped.

use conclave_protocol::folder::HANDLES;
use conclave_protocol::{FolderId, Problem, ProblemCode};
use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransferItem, IdbDatabase, IdbObjectStore, IdbRequest, IdbTransactionMode};

#[wasm_bindgen]
extern "C" {
    /// `FileSystemDirectoryHandle` (File System Access), with what web-sys does not offer.
    #[derive(Clone)]
    pub type FolderHandle;
    #[wasm_bindgen(method, getter)]
    fn name(this: &FolderHandle) -> String;
    #[wasm_bindgen(catch, method, js_name = isSameEntry)]
    fn is_same_entry(this: &FolderHandle, other: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(catch, method, js_name = requestPermission)]
    fn request_permission(this: &FolderHandle, wanted: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_name = showDirectoryPicker)]
    fn show_directory_picker(options: &Object) -> Result<Promise, JsValue>;

    /// An item that was dropped.
    type Item;
    #[wasm_bindgen(catch, method, js_name = getAsFileSystemHandle)]
    fn get_as_handle(this: &Item) -> Result<Promise, JsValue>;
}

/// Whether this browser gives a page folders to keep.
pub fn gives_folders() -> bool {
    Reflect::get(&window(), &"showDirectoryPicker".into()).is_ok_and(|picker| picker.is_function())
}

/// Asks for a folder, in the moment of a click; the picker opens before this returns.
pub fn ask_for_folder() -> impl Future<Output = Result<Option<FolderHandle>, Problem>> + use<> {
    let options = object(&[("id", "conclave"), ("mode", "read")]);
    let asked = show_directory_picker(&options);
    async move {
        let picked = async { JsFuture::from(asked?).await };
        match picked.await {
            Ok(handle) => Ok(Some(handle.unchecked_into())),
            // The person closed the picker.
            Err(error) if error_name(&error) == "AbortError" => Ok(None),
            Err(_) => Err(Problem::new(
                ProblemCode::NotAllowed,
                "The browser gave no folder.",
                "Pick it again, or drop it on the page.",
            )),
        }
    }
}

/// The handle of a dropped folder, which has to be asked for while the event lasts; nothing where there is none.
pub fn dropped_folder(item: &DataTransferItem) -> Option<Promise> {
    gives_folders().then(|| item.unchecked_ref::<Item>().get_as_handle().ok()).flatten()
}

/// The handle that was asked for.
pub async fn handle_of(asked: Promise) -> Option<FolderHandle> {
    let handle = JsFuture::from(asked).await.ok()?;
    (!handle.is_null()).then(|| handle.unchecked_into())
}

/// Keeps a handle. A folder that is kept already keeps its number.
pub async fn keep_folder(handle: &FolderHandle, fresh: FolderId) -> Result<(FolderId, String), Problem> {
    let kept = async {
        let database = open().await?;
        let number = match number_of(&database, handle).await? {
            Some(number) => number,
            None => {
                let table = table(&database, IdbTransactionMode::Readwrite)?;
                settled(&table.put_with_key(handle, &JsValue::from_str(fresh.as_str()))?).await?;
                fresh
            }
        };
        database.close();
        Ok::<_, JsValue>((number, handle.name()))
    };
    kept.await.map_err(|_| {
        let what = "This browser cannot remember the folder: its storage is full, or the window is private.";
        Problem::new(ProblemCode::StorageUnavailable, what, "Pick the files in it instead; they are added once.")
    })
}

/// Has the person asked whether a folder may be read, in the moment of a click.
pub async fn allow_folder(folder: FolderId) -> bool {
    let allowed = async {
        let database = open().await?;
        let table = table(&database, IdbTransactionMode::Readonly)?;
        let handle = settled(&table.get(&JsValue::from_str(folder.as_str()))?).await?;
        database.close();
        if handle.is_undefined() {
            // The engine says that it is gone.
            return Ok(true);
        }
        let asked = handle.unchecked_ref::<FolderHandle>().request_permission(&object(&[("mode", "read")]))?;
        Ok::<_, JsValue>(JsFuture::from(asked).await?.as_string().as_deref() == Some("granted"))
    };
    allowed.await.unwrap_or(false)
}

/// The number under which the same folder is kept already.
async fn number_of(database: &IdbDatabase, handle: &FolderHandle) -> Result<Option<FolderId>, JsValue> {
    let table = table(database, IdbTransactionMode::Readonly)?;
    // Both requests run in one transaction, so that they see one state.
    let (keys, handles) = (table.get_all_keys()?, table.get_all()?);
    let keys: Array = settled(&keys).await?.unchecked_into();
    let handles: Array = settled(&handles).await?.unchecked_into();
    for (key, other) in keys.iter().zip(handles.iter()) {
        if JsFuture::from(handle.is_same_entry(&other)?).await?.is_truthy() {
            return Ok(key.as_string().map(FolderId));
        }
    }
    Ok(None)
}

async fn open() -> Result<IdbDatabase, JsValue> {
    let absent = || JsValue::from_str("no IndexedDB");
    let factory = window().indexed_db()?.ok_or_else(absent)?;
    let opening = factory.open_with_u32(HANDLES.0, 1)?;
    let request = opening.clone();
    let upgrade = Closure::once(move || {
        // What cannot be made shows when it is used.
        if let Ok(database) = request.result().and_then(|result| result.dyn_into::<IdbDatabase>()) {
            let _ = database.create_object_store(HANDLES.1);
        }
    });
    opening.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    settled(&opening).await?.dyn_into()
}

fn table(database: &IdbDatabase, mode: IdbTransactionMode) -> Result<IdbObjectStore, JsValue> {
    database.transaction_with_str_and_mode(HANDLES.1, mode)?.object_store(HANDLES.1)
}

/// The result of a request, when it is there.
async fn settled(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let waiting = Promise::new(&mut |resolve: Function, reject: Function| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(waiting).await?;
    request.result()
}

fn object(entries: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, value) in entries {
        // Setting a property of a plain object does not fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    object
}

fn error_name(error: &JsValue) -> String {
    Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default()
}

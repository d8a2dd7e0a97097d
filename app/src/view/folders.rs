//! Folders that are watched: how each stands, and what can be done with it.

use conclave_protocol::{FolderId, FolderInfo, FolderState};
use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::store::{Store, ids};
use crate::link::{self, Listener};
use crate::state::{AppState, Command, FolderAccess, FolderIntent, Intent, Section, folder_notes, folder_words};

/// Tells the state how the browser gives folders, and when the page is looked at again.
pub fn watch(store: Store) {
    let access = if link::gives_folders() { FolderAccess::Kept } else { FolderAccess::Once };
    store.dispatch(Intent::InFolders(FolderIntent::Access(access)));
    let shown = move |_| store.dispatch(Intent::InFolders(FolderIntent::Shown));
    let kept = StoredValue::new_local(Listener::new(&window(), "focus", shown));
    on_cleanup(move || kept.dispose());
}

/// Asks for the files of a folder, where the browser gives no folder to keep.
#[component]
pub fn FolderPicker() -> impl IntoView {
    let store = Store::here();
    let is_needed = store.memo(&[Section::Folders], |state| state.folders.access == FolderAccess::Once);
    view! {
        <Show when=move || is_needed.get()>
            <input
                id=ids::FOLDER_PICKER
                class="picker"
                type="file"
                prop:webkitdirectory=true
                multiple
                hidden
                on:change=move |event| {
                    let input: web_sys::HtmlInputElement = event_target(&event);
                    if let Some(files) = input.files() {
                        store.add_files(&link::listed_in_folder(&files));
                    }
                    // The same folder may be picked again.
                    input.set_value("");
                }
            />
        </Show>
    }
}

/// The folders, and the button that adds one.
#[component]
pub fn FolderList() -> impl IntoView {
    let store = Store::here();
    let folders = store.memo(&[Section::Folders], |state| {
        state.folders.list.iter().map(|info| info.id.clone()).collect::<Vec<FolderId>>()
    });
    let access = store.memo(&[Section::Folders], |state| state.folders.access);
    let are_many = Memo::new(move |_| folders.get().len() > 1);
    view! {
        <section class="folders" aria-label="Folders">
            <div class="folders-head">
                <button type="button" class="plain worded" on:click=move |_| store.dispatch(Intent::Run(Command::AddFolder))>
                    {icon(Icon::Folder)}
                    <span>{move || match access.get() {
                        FolderAccess::Kept => "Watch a folder",
                        FolderAccess::Once => "Add the files of a folder",
                    }}</span>
                </button>
                <Show when=move || are_many.get()>
                    <button
                        type="button"
                        class="plain worded"
                        aria-label="Look through all folders again"
                        on:click=move |_| store.dispatch(Intent::InFolders(FolderIntent::Look(None)))
                    >
                        "Look again"
                    </button>
                </Show>
            </div>
            <Show when=move || access.get() == FolderAccess::Once>
                <p class="quiet">
                    "This browser gives a page no folder to watch: its files are added once, and what changes in it later is not seen."
                </p>
            </Show>
            <ul aria-label="Folders that are watched">
                <For each=move || folders.get() key=FolderId::clone let:id>
                    <FolderLine id />
                </For>
            </ul>
        </section>
    }
}

/// What of a line stays as it is while figures change: a button that is about to be pressed must not move, nor lose the focus.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Can {
    Wait,
    Look,
    Allow,
}

impl Can {
    const fn of(info: &FolderInfo) -> Self {
        match info.state {
            FolderState::Scanning { .. } => Self::Wait,
            FolderState::Watched { .. } | FolderState::Unreadable(_) => Self::Look,
            FolderState::NotAllowed => Self::Allow,
        }
    }
}

#[component]
fn FolderLine(id: FolderId) -> impl IntoView {
    let store = Store::here();
    let this = id.clone();
    let info =
        store.memo(&[Section::Folders], move |state| state.folders.list.iter().find(|info| info.id == this).cloned());
    let name = info.get_untracked().map(|info| info.name).unwrap_or_default();
    let can = Memo::new(move |_| info.get().as_ref().map_or(Can::Wait, Can::of));
    let in_trouble = move || {
        let is_well =
            |info: &FolderInfo| matches!(info.state, FolderState::Watched { .. } | FolderState::Scanning { .. });
        info.get().is_some_and(|info| !is_well(&info)).then_some("yes")
    };
    let words = move || info.get().map(|info| folder_words(&info, link::env().now_ms)).unwrap_or_default();
    let notes = Memo::new(move |_| info.get().as_ref().map(folder_notes).unwrap_or_default());
    let (look, allow) = (FolderIntent::Look(Some(id.clone())), FolderIntent::Allow(id));
    let (look_label, allow_label) = (format!("Look through {name} again"), format!("Allow {name} again"));
    let forget_label = format!("Forget {name}");
    let button = move || {
        let (words, label, intent) = match can.get() {
            // It keeps its place.
            Can::Wait | Can::Look => ("Look again", look_label.clone(), look.clone()),
            Can::Allow => ("Allow again", allow_label.clone(), allow.clone()),
        };
        view! {
            <button
                type="button"
                class="plain worded"
                aria-label=label
                aria-disabled=move || (can.get() == Can::Wait).then_some("true")
                on:click=move |_| {
                    if can.get_untracked() != Can::Wait {
                        store.dispatch(Intent::InFolders(intent.clone()));
                    }
                }
            >
                {words}
            </button>
        }
    };
    view! {
        <li class="folder" data-trouble=in_trouble>
            {icon(Icon::Folder)}
            <span class="title">{name}</span>
            <span class="phase">{words}</span>
            <span class="buttons">
                {button}
                <button
                    type="button"
                    class="plain"
                    aria-label=forget_label
                    on:click=move |_| {
                        if let Some(info) = info.get_untracked() {
                            store.dispatch(Intent::OpenDialog(AppState::forget_dialog(&info)));
                        }
                    }
                >
                    {icon(Icon::Bin)}
                </button>
            </span>
            <Show when=move || !notes.get().is_empty()>
                <ul class="notes">
                    {move || notes.get().into_iter().map(|note| view! { <li>{note}</li> }).collect::<Vec<_>>()}
                </ul>
            </Show>
        </li>
    }
}

/// Asks whether the documents of a folder stay.
#[component]
pub fn ForgetFolder(folder: FolderId, name: String, files: u64) -> impl IntoView {
    let store = Store::here();
    let forget =
        move |keep_documents| Intent::InFolders(FolderIntent::Forget { folder: folder.clone(), keep_documents });
    let (keeping, removing) = (forget(true), forget(false));
    let what = match files {
        0 => "It has no documents here.".to_owned(),
        1 => "1 file of it is here.".to_owned(),
        files => format!("{} files of it are here.", crate::state::count(files)),
    };
    view! {
        <div class="sheet">
            <h2 id="dialog-title">"Forget this folder?"</h2>
            <p>
                {format!("“{name}” is watched no more. {what} Nothing in the folder itself is changed.")}
            </p>
            <div class="actions">
                <button type="button" class="plain" data-first="" on:click=move |_| store.dispatch(Intent::CloseDialog)>
                    "Keep watching"
                </button>
                <button type="button" on:click=move |_| store.dispatch(keeping.clone())>
                    "Forget, keep documents"
                </button>
                <button type="button" class="danger" on:click=move |_| store.dispatch(removing.clone())>
                    "Forget and remove documents"
                </button>
            </div>
        </div>
    }
}

//! The documents: add, search, open, remove.

use conclave_protocol::DocumentInfo;
use leptos::prelude::*;

use super::command_button::command_button;
use super::folders::FolderList;
use super::icon::{Icon, icon};
use super::imports::ImportList;
use super::queue::Queue;
use super::remove::remove_button;
use super::search::SearchBox;
use super::store::Store;
use crate::state::{Command, Confirm, Intent, Section, bytes, count};

/// Documents that are listed at first: more than a screen has room for, and few enough to be there at once.
const SHOWN_AT_FIRST: usize = 40;
/// How many more at a time: a page with a hundred thousand lines freezes.
const SHOWN_MORE: usize = 100;

/// The documents.
#[component]
pub fn Sources() -> impl IntoView {
    let store = Store::here();
    let shown = RwSignal::new(SHOWN_AT_FIRST);
    let documents = Memo::new(move |_| {
        store.read(&[Section::Documents], |state| state.documents.iter().take(shown.get()).cloned().collect::<Vec<_>>())
    });
    let hidden = Memo::new(move |_| {
        store.read(&[Section::Documents], |state| state.documents.len().saturating_sub(shown.get()))
    });
    let is_empty = store.memo(&[Section::Documents], |state| state.documents.is_empty());
    view! {
        <button type="button" class="dropzone" on:click=move |_| store.dispatch(Intent::Run(Command::AddDocuments))>
            {icon(Icon::Plus)}
            <span class="words">"Drop files or folders here, or pick files"</span>
            <span class="quiet">"Text, PDF, Word, web pages, mail, code and more · they stay on this device"</span>
        </button>
        <FolderList />
        <ImportList />
        <Queue />
        <Show when=move || !is_empty.get()>
            <SearchBox />
            {command_button(Command::ShowLibrary, Some(Icon::Books), "Library: sort, tag, remove")}
        </Show>
        <ul class="documents" aria-label="Documents">
            <For each=move || documents.get() key=|document| (document.id.clone(), document.passages, document.embedded) let:document>
                <DocumentLine document />
            </For>
        </ul>
        <Show when=move || hidden.get().gt(&0)>
            <button type="button" class="plain worded" on:click=move |_| shown.update(|shown| *shown += SHOWN_MORE)>
                {move || format!("Show more, {} are not listed", count(hidden.get() as u64))}
            </button>
        </Show>
        <Show when=move || is_empty.get()>
            <p class="quiet">"No documents yet. What you add is read, cut into passages and indexed inside this browser."</p>
        </Show>
    }
}

#[component]
fn DocumentLine(document: DocumentInfo) -> impl IntoView {
    let store = Store::here();
    let DocumentInfo { id, name, title, size_bytes, passages, notes, embedded, .. } = document;
    let open = Intent::open_whole(id.clone(), title.clone());
    let remove = remove_button(&name, Confirm::RemoveDocuments { documents: vec![id], name: name.clone() });
    let mut facts =
        vec![bytes(size_bytes), format!("{passages} {}", if passages == 1 { "passage" } else { "passages" })];
    if title != name {
        facts.insert(0, name.clone());
    }
    let notes: Vec<AnyView> = notes
        .into_iter()
        .chain((!embedded).then(|| "Found by its words so far, by its meaning later.".to_owned()))
        .map(|note| view! { <li>{note}</li> }.into_any())
        .collect();
    view! {
        <li class="document">
            <button type="button" class="open" on:click=move |_| store.dispatch(open.clone())>
                {icon(Icon::Document)}
                <span class="title">{title}</span>
                <span class="facts">{facts.join(" · ")}</span>
            </button>
            {remove}
            {(!notes.is_empty()).then(|| view! { <ul class="notes">{notes}</ul> })}
        </li>
    }
}

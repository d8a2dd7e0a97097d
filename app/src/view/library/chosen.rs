//! What can be done with the documents that are chosen.

use conclave_protocol::DocumentId;
use leptos::prelude::*;

use super::super::store::Store;
use super::shelf;
use super::tags::TagForm;
use crate::state::{AppState, Confirm, Dialog, Intent, Section, ShelfIntent, count};

/// The bar; nothing where none is chosen.
#[component]
pub fn ChosenBar() -> impl IntoView {
    let store = Store::here();
    let many = store.memo(&[Section::Shelf], |state| state.shelf.chosen.len());
    let ids = move || store.peek(|state| state.shelf.chosen.iter().cloned().collect::<Vec<DocumentId>>());
    view! {
        <Show when=move || many.get().gt(&0)>
            <div class="chosen" role="group" aria-label="Chosen documents">
                <p>{move || format!("{} chosen", count(many.get() as u64))}</p>
                <TagForm id="chosen-tag" words="Tag them" on_tag=Callback::new(move |tag| shelf(store, ShelfIntent::Tag(ids(), tag))) />
                <button type="button" class="danger" on:click=move |_| store.dispatch(store.peek(|state| remove(state, ids())))>
                    "Remove…"
                </button>
                <button type="button" class="plain worded" on:click=move |_| shelf(store, ShelfIntent::ChooseNone)>
                    "Choose none"
                </button>
            </div>
        </Show>
    }
}

/// Asks whether these documents are to be removed.
pub fn remove(state: &AppState, documents: Vec<DocumentId>) -> Intent {
    let first = documents.first().and_then(|id| state.documents.get(id));
    let name = first.map(|info| info.title.clone()).unwrap_or_default();
    Intent::OpenDialog(Dialog::Confirm(Confirm::RemoveDocuments { documents, name }))
}

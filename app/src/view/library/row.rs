//! A document's row in the list.

use conclave_protocol::{DocumentId, DocumentInfo};
use leptos::prelude::*;

use super::super::store::Store;
use super::list::{Listing, row_id};
use super::shelf;
use crate::link::day;
use crate::state::{Section, ShelfIntent, bytes, count, kind_words};

/// The row.
#[component]
pub fn Row(id: DocumentId, listing: Listing) -> impl IntoView {
    let store = Store::here();
    let Listing { shown, len, active } = listing;
    let own = id.clone();
    let at = Memo::new(move |_| {
        shown.with(|(first, some)| first + some.iter().position(|other| *other == own).unwrap_or_default())
    });
    let own = id.clone();
    let info = store.memo(&[Section::Documents], move |state| state.documents.get(&own).cloned());
    let own = id.clone();
    let is_chosen = store.memo(&[Section::Shelf], move |state| state.shelf.chosen.contains(&own));
    // One row takes part in the order of Tab: the active one, or the first on the page where that one is not.
    let tab = move || {
        let (first, some) = shown.with(|(first, some)| (*first, some.len()));
        let active = active.get();
        let stop = if (first..first + some).contains(&active) { active } else { first };
        if at.get() == stop { "0" } else { "-1" }
    };
    let title = Memo::new(move |_| info.with(|info| info.as_ref().map(|info| info.title.clone()).unwrap_or_default()));
    let facts = Memo::new(move |_| info.with(|info| info.as_ref().map(facts).unwrap_or_default()));
    let state = Memo::new(move |_| info.with(|info| info.as_ref().map(standing).unwrap_or_default()));
    let tags = Memo::new(move |_| info.with(|info| info.as_ref().map(|info| info.tags.join(", ")).unwrap_or_default()));
    let opened = id.clone();
    view! {
        <li aria-posinset=move || (at.get() + 1).to_string() aria-setsize=move || len.get().to_string()>
            <label class="choose">
                <span class="sr-only">{move || format!("Choose {}", title.get())}</span>
                <input
                    type="checkbox"
                    id=move || row_id(at.get(), true)
                    tabindex=tab
                    prop:checked=is_chosen
                    on:focus=move |_| active.set(at.get_untracked())
                    on:change=move |event| shelf(store, ShelfIntent::Choose(id.clone(), event_target_checked(&event)))
                />
            </label>
            <button
                type="button"
                class="open"
                id=move || row_id(at.get(), false)
                tabindex=tab
                on:focus=move |_| active.set(at.get_untracked())
                on:click=move |_| shelf(store, ShelfIntent::OpenDetails(opened.clone()))
            >
                <span class="title">{title}</span>
                <span class="facts">
                    {move || {
                        let tags = tags.get();
                        (!tags.is_empty()).then(|| view! { <span class="tag">{tags}</span> " · " })
                    }}
                    {facts}
                </span>
                <span class="state" data-state=move || state.get().0>{move || state.get().1}</span>
            </button>
        </li>
    }
}

fn facts(info: &DocumentInfo) -> String {
    let passages = if info.passages == 1 { "passage" } else { "passages" };
    let mut facts = vec![
        kind_words(info.kind).to_owned(),
        bytes(info.size_bytes),
        format!("{} {passages}", count(info.passages.into())),
        day(info.date_ms.unwrap_or_else(|| i64::try_from(info.added_ms).unwrap_or(i64::MAX))),
    ];
    if info.title != info.name {
        facts.push(info.name.clone());
    }
    facts.join(" · ")
}

/// How a document stands: a word for the style, and words.
pub fn standing(info: &DocumentInfo) -> (&'static str, &'static str) {
    match (info.partial.is_some(), info.embedded) {
        (true, _) => ("partial", "Read in part"),
        (false, true) => ("whole", "Words and meaning"),
        (false, false) => ("words", "Words only"),
    }
}

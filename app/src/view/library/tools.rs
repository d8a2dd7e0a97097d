//! What narrows and orders the list.

use conclave_protocol::imported::Kind;
use leptos::prelude::*;

use super::super::icon::{Icon, icon};
use super::super::store::Store;
use super::shelf;
use crate::state::{Only, Section, ShelfIntent, Sort, count, kind_words, kinds_in, tags_in};

/// The tools above the list.
#[component]
pub fn Tools() -> impl IntoView {
    let store = Store::here();
    let words = store.memo(&[Section::Shelf], |state| state.shelf.words.clone());
    let kind = store.memo(&[Section::Shelf], |state| state.shelf.kind);
    let tag = store.memo(&[Section::Shelf], |state| state.shelf.tag.clone().unwrap_or_default());
    let only = store.memo(&[Section::Shelf], |state| state.shelf.only);
    let order = store.memo(&[Section::Shelf], |state| (state.shelf.sort, state.shelf.is_reversed));
    let kinds = store.memo(&[Section::Documents], |state| kinds_in(&state.documents));
    let tags = store.memo(&[Section::Documents], |state| tags_in(&state.documents));
    let kind_options = move || {
        let option = |(each, many): (Kind, usize)| {
            let words = kind_words(each);
            option(words, format!("{words} ({})", count(many as u64)), move || kind.get() == Some(each))
        };
        kinds.get().into_iter().map(option).collect::<Vec<AnyView>>()
    };
    let tag_options = move || {
        let option = |(each, many): (String, usize)| {
            let words = format!("{each} ({})", count(many as u64));
            let value = each.clone();
            option(value, words, move || tag.get() == each)
        };
        tags.get().into_iter().map(option).collect::<Vec<AnyView>>()
    };
    let states: Vec<AnyView> =
        Only::ALL.map(|each| option(each.words(), each.words().to_owned(), move || only.get() == each)).into();
    let orders: Vec<AnyView> =
        Sort::ALL.map(|each| option(each.words(), each.words().to_owned(), move || order.get().0 == each)).into();
    view! {
        <div class="shelf-tools" role="search" aria-label="Documents">
            <div class="search">
                <label class="sr-only" for="shelf-words">"Find documents by name, folder, kind or tag"</label>
                {icon(Icon::Search)}
                <input
                    id="shelf-words"
                    type="search"
                    placeholder="Name, folder, kind or tag"
                    autocomplete="off"
                    prop:value=words
                    on:input=move |event| shelf(store, ShelfIntent::Seek(event_target_value(&event)))
                />
            </div>
            <select
                aria-label="Kind"
                on:change=move |event| {
                    let chosen = event_target_value(&event);
                    let found = kinds.get_untracked().into_iter().map(|(kind, _)| kind).find(|kind| kind_words(*kind) == chosen);
                    shelf(store, ShelfIntent::OfKind(found));
                }
            >
                {option("", "Any kind".to_owned(), move || kind.get().is_none())}
                {kind_options}
            </select>
            <Show when=move || !tags.get().is_empty() || !tag.get().is_empty()>
                <select
                    aria-label="Tag"
                    on:change=move |event| {
                        let chosen = event_target_value(&event);
                        shelf(store, ShelfIntent::WithTag(Some(chosen).filter(|tag| !tag.is_empty())));
                    }
                >
                    {option("", "Any tag".to_owned(), move || tag.get().is_empty())}
                    {tag_options}
                </select>
            </Show>
            <select
                aria-label="State"
                on:change=move |event| {
                    let chosen = event_target_value(&event);
                    let only = Only::ALL.into_iter().find(|only| only.words() == chosen).unwrap_or_default();
                    shelf(store, ShelfIntent::OfStanding(only));
                }
            >
                {states}
            </select>
            <div class="order">
                <select
                    aria-label="Order"
                    on:change=move |event| {
                        let chosen = event_target_value(&event);
                        if let Some(sort) = Sort::ALL.into_iter().find(|sort| sort.words() == chosen) {
                            shelf(store, ShelfIntent::SortBy(sort));
                        }
                    }
                >
                    {orders}
                </select>
                <button
                    type="button"
                    class="plain"
                    aria-label="The other way round"
                    aria-pressed=move || order.get().1.to_string()
                    on:click=move |_| shelf(store, ShelfIntent::SortBy(order.get_untracked().0))
                >
                    {icon(Icon::Order)}
                </button>
            </div>
            <button type="button" on:click=move |_| shelf(store, ShelfIntent::LookAlike)>"Find duplicates"</button>
        </div>
    }
}

fn option(value: impl Into<String>, words: String, is_chosen: impl Fn() -> bool + Send + Sync + 'static) -> AnyView {
    view! { <option value=value.into() prop:selected=is_chosen>{words}</option> }.into_any()
}

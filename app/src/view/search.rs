//! Search in the documents, without asking the council.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::passages::passage_list;
use super::query_help::QueryHelp;
use super::store::{Store, ids};
use crate::state::{Intent, Search, Section};

/// The search field with what it found.
#[component]
pub fn SearchBox() -> impl IntoView {
    let store = Store::here();
    let words = RwSignal::new(String::new());
    let search = store.memo(&[Section::Search], |state| state.search.clone());
    view! {
        <form
            class="search"
            role="search"
            on:submit=move |event| {
                event.prevent_default();
                store.dispatch(Intent::Search(words.get_untracked()));
            }
        >
            <label class="sr-only" for=ids::SEARCH>"Search the documents"</label>
            {icon(Icon::Search)}
            <input
                id=ids::SEARCH
                type="search"
                placeholder="Search the documents"
                prop:value=words
                on:input=move |event| {
                    let text = event_target_value(&event);
                    if text.is_empty() {
                        store.dispatch(Intent::ClearSearch);
                    }
                    words.set(text);
                }
            />
        </form>
        <QueryHelp />
        {move || match search.get() {
            Search::Idle => ().into_any(),
            Search::Running { .. } => view! { <p class="quiet">"Searching…"</p> }.into_any(),
            Search::Failed(problem) => view! { <p class="trouble">{problem.to_string()}</p> }.into_any(),
            Search::Found { query, passages } if passages.is_empty() => {
                view! {
                    <p class="quiet">{format!("Nothing found for “{query}”. Fewer words, or others, find more.")}</p>
                }
                .into_any()
            }
            Search::Found { passages, .. } => {
                view! {
                    {passage_list(store, &passages, "Passages found")}
                    <button
                        type="button"
                        class="plain worded"
                        on:click=move |_| {
                            words.set(String::new());
                            store.dispatch(Intent::ClearSearch);
                        }
                    >
                        "Clear the search"
                    </button>
                }
                .into_any()
            }
        }}
    }
}

//! What happened, for a report about a fault.

use leptos::prelude::*;

use super::store::Store;
use crate::state::{Intent, Section, entry_words, time_of_day};

/// The entries of the engine's journal, and a button that copies them.
#[component]
pub fn JournalLook() -> impl IntoView {
    let store = Store::here();
    let journal = store.memo(&[Section::Device], |state| state.journal.clone());
    let entries = move || match journal.with(|journal| journal.entries.clone()) {
        None => view! { <p class="quiet" role="status">"Asking the engine…"</p> }.into_any(),
        Some(entries) => {
            let lines: Vec<AnyView> = entries
                .iter()
                .map(|entry| {
                    view! { <li><span class="quiet">{time_of_day(entry.time_ms)}</span> " " {entry_words(entry)}</li> }
                        .into_any()
                })
                .collect();
            view! { <ol class="journal" tabindex="0" aria-labelledby="journal-title">{lines}</ol> }.into_any()
        }
    };
    let rests = move || journal.with(|journal| journal.entries.is_none());
    let said = move || match journal.with(|journal| journal.copied) {
        None => "",
        Some(true) => "Copied.",
        Some(false) => "The browser did not let the page copy. Select the lines above and copy them.",
    };
    view! {
        <h3 id="journal-title">"What happened"</h3>
        {entries}
        <p class="quiet">
            "For a report about a fault. Nothing that you wrote, no document and no name of a file is in it. It is gone when the engine ends."
        </p>
        <div class="actions">
            <span class="quiet" role="status">{said}</span>
            <button
                type="button"
                class="plain worded"
                aria-disabled=move || rests().to_string()
                on:click=move |_| store.dispatch(Intent::CopyJournal)
            >
                "Copy what happened"
            </button>
        </div>
    }
}

//! The command palette: a combobox over commands, threads and documents.

use leptos::prelude::*;

use super::store::Store;
use crate::link;
use crate::state::{Entry, Intent, entries, matching};

fn intent(entry: &Entry) -> Intent {
    match entry {
        Entry::Command(command) => Intent::Run(*command),
        Entry::Thread { id, .. } => Intent::OpenThread(id.clone()),
        Entry::Document { id, title } => Intent::open_whole(id.clone(), title.clone()),
    }
}

/// The palette.
#[component]
pub fn Palette() -> impl IntoView {
    let store = Store::here();
    let all = store.peek(entries);
    let typed = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let found = Memo::new(move |_| matching(&all, &typed.read()));
    let run = move |at: usize| {
        if let Some(entry) = found.with_untracked(|found| found.get(at).cloned()) {
            store.dispatch(intent(&entry));
        }
    };
    let mac = link::is_mac();
    let list = move || {
        found
            .get()
            .into_iter()
            .enumerate()
            .map(|(at, entry)| {
                let keys = match &entry {
                    Entry::Command(command) => command.shortcut().map(|keys| keys.words(mac)),
                    Entry::Thread { .. } | Entry::Document { .. } => None,
                };
                view! {
                    <li
                        role="option"
                        id=format!("entry-{at}")
                        aria-selected=move || (chosen.get() == at).to_string()
                        on:click=move |_| run(at)
                    >
                        <span class="title">{entry.label().to_owned()}</span>
                        <span class="quiet">{entry.kind()}</span>
                        {keys.map(|keys| view! { <kbd>{keys}</kbd> })}
                    </li>
                }
                .into_any()
            })
            .collect::<Vec<_>>()
    };
    view! {
        <div class="sheet">
            <h2 id="dialog-title" class="sr-only">"Find a command"</h2>
            <input
                type="text"
                role="combobox"
                aria-label="Find a command, thread or document"
                aria-expanded="true"
                aria-controls="entries"
                aria-autocomplete="list"
                aria-activedescendant=move || format!("entry-{}", chosen.get())
                placeholder="Command, thread or document"
                autocomplete="off"
                data-first=""
                prop:value=typed
                on:input=move |event| {
                    typed.set(event_target_value(&event));
                    chosen.set(0);
                }
                on:keydown=move |event| {
                    let count = found.with_untracked(Vec::len);
                    let at = chosen.get_untracked();
                    let next = match event.key().as_str() {
                        "ArrowDown" if count > 0 => (at + 1) % count,
                        "ArrowUp" if count > 0 => (at + count - 1) % count,
                        "Enter" => {
                            event.prevent_default();
                            run(at);
                            return;
                        }
                        _ => return,
                    };
                    event.prevent_default();
                    chosen.set(next);
                    show(next);
                }
            />
            <ul id="entries" role="listbox" aria-label="Commands, threads and documents">{list}</ul>
            <Show when=move || found.with(Vec::is_empty)>
                <p class="quiet">"Nothing matches."</p>
            </Show>
        </div>
    }
}

fn show(at: usize) {
    if let Some(entry) = document().get_element_by_id(&format!("entry-{at}")) {
        let nearest = web_sys::ScrollIntoViewOptions::new();
        nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
        entry.scroll_into_view_with_scroll_into_view_options(&nearest);
    }
}

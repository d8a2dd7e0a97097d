//! The library: all documents, in place of the conversation.

mod alike;
mod chosen;
mod details;
mod list;
mod row;
mod tags;
mod tools;

use leptos::prelude::*;

use super::command_button::command_button;
use super::icon::{Icon, icon};
use super::store::{Store, ids};
use crate::link;
use crate::state::{AlikeLook, AppState, Command, Intent, Section, ShelfIntent, bytes, count};
use alike::AlikeGroups;
use chosen::ChosenBar;
use details::DetailsPane;
use list::List;
use tools::Tools;

/// Which part of the library shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    List,
    Alike,
    Details,
}

/// The library, hidden while the conversation shows.
#[component]
pub fn Library() -> impl IntoView {
    let store = Store::here();
    let is_open = store.memo(&[Section::Layout], |state| state.layout.library);
    let part = store.memo(&[Section::Shelf], |state| match (&state.shelf.details, &state.shelf.alike) {
        (Some(_), _) => Part::Details,
        (None, AlikeLook::Closed) => Part::List,
        (None, _) => Part::Alike,
    });
    let is_empty = store.memo(&[Section::Documents], |state| state.documents.is_empty());
    focus_what_opens(is_open, part);
    view! {
        <main class="middle library" aria-labelledby=ids::LIBRARY data-covered="" hidden=move || !is_open.get()>
            // Ten thousand documents are counted and ordered while the library shows, and not at every one that comes.
            <Show when=move || is_open.get()>
                <header>
                    <button
                        type="button"
                        class="plain"
                        aria-label="Back to the conversation"
                        on:click=move |_| store.dispatch(Intent::Run(Command::FocusComposer))
                    >
                        {icon(Icon::Back)}
                    </button>
                    <div>
                        <h2 id=ids::LIBRARY tabindex="-1">"Library"</h2>
                        <p class="quiet">{move || store.read(&[Section::Documents], totals)}</p>
                    </div>
                    {command_button(Command::AddDocuments, Some(Icon::Plus), "Add documents")}
                </header>
                <Show when=move || is_empty.get()>
                    <p class="quiet nothing">
                        "No documents yet. Add or drop some: they are read, cut into passages and indexed inside this browser."
                    </p>
                </Show>
                // The list keeps its place while details lie over it.
                <div class="shelf" hidden=move || part.get() != Part::List || is_empty.get()>
                    <Tools />
                    <ChosenBar />
                    <List />
                </div>
                {move || match part.get() {
                    Part::List => None,
                    Part::Alike => Some(view! { <AlikeGroups /> }.into_any()),
                    Part::Details => Some(view! { <DetailsPane /> }.into_any()),
                }}
            </Show>
        </main>
    }
}

/// The focus goes to the heading of what opens, and back to the library's when it closes.
fn focus_what_opens(is_open: Memo<bool>, part: Memo<Part>) {
    Effect::new(move |before: Option<(bool, Part)>| {
        let now = (is_open.get(), part.get());
        let was_open = before.is_some_and(|(was_open, _)| was_open);
        if now.0 && before.is_some_and(|before| before != now) {
            let back = was_open && now.1 == Part::List;
            request_animation_frame(move || {
                // A row that closed details came from takes the focus back where it is still there.
                if !(back && list::focus_active()) {
                    link::focus(if now.1 == Part::List { ids::LIBRARY } else { ids::SHELF_PART });
                }
            });
        }
        now
    });
}

/// What all documents come to.
fn totals(state: &AppState) -> String {
    let documents = state.documents.len();
    let (mut size, mut passages, mut embedded) = (0, 0_u64, 0_usize);
    for info in state.documents.iter() {
        size += info.size_bytes;
        passages += u64::from(info.passages);
        embedded += usize::from(info.embedded);
    }
    let meaning = match embedded {
        0 => "found by words so far".to_owned(),
        some if some == documents => "all found by words and meaning".to_owned(),
        some => format!("{} found by meaning too", count(some as u64)),
    };
    match documents {
        0 => String::new(),
        1 => format!("1 document, {}, {} passages", bytes(size), count(passages)),
        many => format!("{} documents, {}, {} passages, {meaning}", count(many as u64), bytes(size), count(passages)),
    }
}

fn shelf(store: Store, intent: ShelfIntent) {
    store.dispatch(Intent::Shelf(intent));
}

//! The list of threads.

use conclave_protocol::{ThreadId, ThreadInfo};
use leptos::prelude::*;

use super::header::hint;
use super::icon::{Icon, icon};
use super::store::{Store, ids};
use crate::link;
use crate::state::{Command, Confirm, Dialog, Intent, Section, ago};

/// The thread list.
#[component]
pub fn Threads() -> impl IntoView {
    let store = Store::here();
    let list = store.memo(&[Section::Threads], |state| state.threads.clone());
    let is_empty = store.memo(&[Section::Threads], |state| state.threads.is_empty());
    let in_library = store.memo(&[Section::Layout], |state| state.layout.library);
    let ready = store.memo(&[Section::Connection], |state| state.connection.is_ready());
    view! {
        <nav id=ids::THREADS class="threads" aria-label="Threads" tabindex="-1">
            <div class="head">
                <button
                    type="button"
                    class="new"
                    title=hint(Command::NewThread, link::is_mac())
                    on:click=move |_| store.dispatch(Intent::Run(Command::NewThread))
                >
                    {icon(Icon::Plus)}
                    <span>"New thread"</span>
                </button>
                <button
                    type="button"
                    class="to-library"
                    title=hint(Command::ShowLibrary, link::is_mac())
                    aria-current=move || in_library.get().then_some("page")
                    on:click=move |_| store.dispatch(Intent::Run(Command::ShowLibrary))
                >
                    {icon(Icon::Books)}
                    <span>"Library"</span>
                </button>
                <button
                    type="button"
                    class="plain sheet-only"
                    aria-label="Close the threads"
                    on:click=move |_| store.dispatch(Intent::CloseSheets)
                >
                    {icon(Icon::Cross)}
                </button>
            </div>
            <ul>
                <For each=move || list.get() key=|thread| (thread.id.clone(), thread.title.clone(), thread.changed_ms) let:thread>
                    <ThreadLine thread />
                </For>
            </ul>
            <Show when=move || is_empty.get()>
                <p class="quiet">
                    {move || if ready.get() { "Your questions will be kept here." } else { "Opening…" }}
                </p>
            </Show>
        </nav>
    }
}

#[component]
fn ThreadLine(thread: ThreadInfo) -> impl IntoView {
    let store = Store::here();
    let ThreadInfo { id, title, changed_ms, turns } = thread;
    let is_current = this(store, &id, |current, _| current);
    let is_running = this(store, &id, |_, running| running);
    let opened = id.clone();
    let renamed = Dialog::Rename { thread: id.clone(), title: title.clone() };
    let deleted = Dialog::Confirm(Confirm::DeleteThread { thread: id, title: title.clone(), turns });
    let when = ago(changed_ms, link::env().now_ms);
    view! {
        <li class="thread">
            <button
                type="button"
                class="open"
                aria-current=move || is_current.get().then_some("true")
                on:click=move |_| store.dispatch(Intent::OpenThread(opened.clone()))
            >
                <span class="title">{title.clone()}</span>
                <span class="when">{move || if is_running.get() { "working…".to_owned() } else { when.clone() }}</span>
            </button>
            <button
                type="button"
                class="plain"
                aria-label=format!("Rename {title}")
                on:click=move |_| store.dispatch(Intent::OpenDialog(renamed.clone()))
            >
                {icon(Icon::Pencil)}
            </button>
            <button
                type="button"
                class="plain"
                aria-label=format!("Delete {title}")
                prop:disabled=move || is_running.get()
                on:click=move |_| store.dispatch(Intent::OpenDialog(deleted.clone()))
            >
                {icon(Icon::Bin)}
            </button>
        </li>
    }
}

/// Something about one thread: whether it is open, whether it holds the live question.
fn this(store: Store, id: &ThreadId, read: fn(bool, bool) -> bool) -> Memo<bool> {
    let id = id.clone();
    store.memo(&[Section::Threads, Section::Live], move |state| {
        read(state.current == id, state.live.as_ref().is_some_and(|live| live.thread == id))
    })
}

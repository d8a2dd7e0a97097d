//! The whole page.

use std::time::Duration;

use leptos::prelude::*;

use super::banner::Banner;
use super::column::Column;
use super::composer::Composer;
use super::dialog::Dialogs;
use super::drop::DropCurtain;
use super::folders::FolderPicker;
use super::header::Header;
use super::library::Library;
use super::models::ModelsStrip;
use super::panel::Panel;
use super::problems::ProblemList;
use super::store::{Store, ids};
use super::threads::Threads;
use super::{drop, folders, keys, sheet};
use crate::link;
use crate::state::{Command, Intent, Section};

/// The page.
#[component]
pub fn App() -> impl IntoView {
    let store = Store::new();
    provide_context(store);
    keys::listen(store);
    let dragging = drop::listen(store);
    keys::watch_browser(store);
    sheet::watch(store);
    folders::watch(store);
    store.dispatch(Intent::Open);
    let layout = move |read: fn(&crate::state::Layout) -> bool| store.read(&[Section::Layout], |s| read(&s.layout));
    let in_library = store.memo(&[Section::Layout], |state| state.layout.library);
    let reading = store.memo(&[Section::Reader], |state| state.reader.is_some());
    // A task of its own, so that the question field does not wait for it.
    let beside = RwSignal::new(false);
    set_timeout(move || beside.set(true), Duration::ZERO);

    view! {
        <a class="skip" href="#composer" data-covered="" on:click=move |event| {
            event.prevent_default();
            store.dispatch(Intent::Run(Command::FocusComposer));
        }>"Skip to the question field"</a>
        <div
            class="app"
            data-threads=move || open_or_closed(layout(|l| l.threads_open))
            data-panel=move || open_or_closed(layout(|l| l.panel_open))
            data-reading=move || reading.get().then_some("yes")
        >
            <Header />
            <ProblemList />
            <Threads />
            <main class="middle" aria-label="Conversation" data-covered="" hidden=move || in_library.get()>
                <Banner />
                <ModelsStrip />
                <Column />
                <Composer />
            </main>
            <Show when=move || beside.get()>
                <Library />
                <Panel />
            </Show>
            <button
                type="button"
                class="scrim"
                aria-label="Close the panel"
                tabindex="-1"
                on:click=move |_| store.dispatch(Intent::CloseSheets)
            ></button>
        </div>
        <Dialogs />
        <DropCurtain dragging />
        <input
            id=ids::PICKER
            class="picker"
            type="file"
            multiple
            hidden
            on:change=move |event| {
                let input: web_sys::HtmlInputElement = event_target(&event);
                if let Some(files) = input.files() {
                    store.add_files(&link::listed(&files));
                }
                // The same file may be picked again.
                input.set_value("");
            }
        />
        <FolderPicker />
        <p class="sr-only" role="status">
            {move || store.read(&[Section::Announcement], |state| state.announcement.clone())}
        </p>
    }
}

const fn open_or_closed(open: bool) -> &'static str {
    if open { "open" } else { "closed" }
}

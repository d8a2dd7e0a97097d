//! The bar at the top: where text goes, how the models are, and the way to every command.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::store::{Store, ids};
use crate::link;
use crate::state::{Command, Intent, Section};

/// The bar at the top.
#[component]
pub fn Header() -> impl IntoView {
    let store = Store::here();
    let threads_open = store.memo(&[Section::Layout], |state| state.layout.threads_open);
    let panel_open = store.memo(&[Section::Layout], |state| state.layout.panel_open);
    let offline = store.memo(&[Section::Connection], |state| state.offline);
    let mac = link::is_mac();

    view! {
        <header class="bar" data-covered="">
            <button
                type="button"
                class="plain"
                id=ids::THREADS_TOGGLE
                aria-label="Threads"
                title=hint(Command::ToggleThreads, mac)
                aria-expanded=move || threads_open.get().to_string()
                on:click=move |_| store.dispatch(Intent::Run(Command::ToggleThreads))
            >
                {icon(Icon::List)}
            </button>
            <h1 class="wordmark">"Conclave"</h1>
            <p class="chip place" title="Documents, models, search and answers live in this browser. Nothing is sent anywhere.">
                {icon(Icon::Lock)}
                <span>"On this device"</span>
            </p>
            <Show when=move || offline.get()>
                <p class="chip offline">{icon(Icon::Offline)} <span>"Offline"</span></p>
            </Show>
            <span class="stretch"></span>
            <button
                type="button"
                class="plain worded"
                title=hint(Command::Palette, mac)
                on:click=move |_| store.dispatch(Intent::Run(Command::Palette))
            >
                {icon(Icon::Command)}
                <span class="wide-only">"Commands"</span>
                <kbd class="wide-only">{Command::Palette.shortcut().map(|keys| keys.words(mac))}</kbd>
            </button>
            <button
                type="button"
                class="plain"
                aria-label="Settings"
                title=hint(Command::OpenSettings, mac)
                on:click=move |_| store.dispatch(Intent::Run(Command::OpenSettings))
            >
                {icon(Icon::Settings)}
            </button>
            <button
                type="button"
                class="plain"
                id=ids::PANEL_TOGGLE
                aria-label="Trace and sources"
                title=hint(Command::TogglePanel, mac)
                aria-expanded=move || panel_open.get().to_string()
                on:click=move |_| store.dispatch(Intent::Run(Command::TogglePanel))
            >
                {icon(Icon::Panel)}
            </button>
        </header>
    }
}

/// A command's label with its key.
pub fn hint(command: Command, mac: bool) -> String {
    match command.shortcut() {
        Some(keys) => format!("{} ({})", command.label(), keys.words(mac)),
        None => command.label().to_owned(),
    }
}

//! What the browser tells the whole page: keys, network, width, history.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

use super::store::Store;
use crate::link::{self, Listener};
use crate::state::{Command, Intent};

/// Keeps listeners for as long as the page lives.
fn keep(listeners: impl IntoIterator<Item = Listener>) {
    let kept = StoredValue::new_local(listeners.into_iter().collect::<Vec<_>>());
    on_cleanup(move || kept.dispose());
}

/// Keys that are commands.
pub fn listen(store: Store) {
    let mac = link::is_mac();
    keep([Listener::new(&window(), "keydown", move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        // An open dialog has its own keys, and Escape closes it by itself.
        if event.is_composing() || event.default_prevented() || store.peek(|state| state.layout.dialog.is_some()) {
            return;
        }
        match Command::of_key(&link::key_press(event, mac)) {
            Some(Command::Stop) => store.dispatch(Intent::Escape),
            Some(command) => {
                event.prevent_default();
                store.dispatch(Intent::Run(command));
            }
            None => {}
        }
    })]);
}

/// Network, width and history.
pub fn watch_browser(store: Store) {
    let mut listeners = Vec::new();
    store.dispatch(Intent::Offline(link::is_offline()));
    for name in ["online", "offline"] {
        listeners.push(Listener::new(&window(), name, move |_| store.dispatch(Intent::Offline(link::is_offline()))));
    }
    if let Some(query) = link::narrow_query() {
        store.dispatch(Intent::Narrow(query.matches()));
        let watched = query.clone();
        listeners.push(Listener::new(&query, "change", move |_| store.dispatch(Intent::Narrow(watched.matches()))));
    }
    listeners.push(Listener::new(&window(), "hashchange", move |_| match link::remembered_thread() {
        Some(thread) => store.dispatch(Intent::OpenThread(thread)),
        None if store.peek(|state| state.current_thread().is_some()) => {
            store.dispatch(Intent::Run(Command::NewThread));
        }
        None => {}
    }));
    keep(listeners);
}

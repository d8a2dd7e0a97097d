//! Files and folders dropped anywhere on the page.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::DragEvent;

use super::store::Store;
use crate::link::{Dropped, Listener};

/// Listens for files; the signal tells whether some are held over the page.
pub fn listen(store: Store) -> ReadSignal<bool> {
    let (dragging, set_dragging) = signal(false);
    let over = Listener::new(&window(), "dragover", move |event| {
        if carries_files(&event) {
            // Without this the browser would open the file in place of the page.
            event.prevent_default();
            if !dragging.get_untracked() {
                set_dragging.set(true);
            }
        }
    });
    let leave = Listener::new(&window(), "dragleave", move |event| {
        // Leaving the window, not passing between two of its elements.
        if event.dyn_ref::<DragEvent>().is_some_and(|event| event.related_target().is_none()) {
            set_dragging.set(false);
        }
    });
    let dropped = Listener::new(&window(), "drop", move |event| {
        set_dragging.set(false);
        if !carries_files(&event) {
            return;
        }
        event.prevent_default();
        if let Some(data) = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer) {
            let mut dropped = Dropped::of(&data);
            spawn_local(async move {
                for folder in dropped.take_folders().await {
                    store.keep_folder(folder).await;
                }
                store.add_files(&dropped.read().await);
            });
        }
    });
    let kept = StoredValue::new_local([over, leave, dropped]);
    on_cleanup(move || kept.dispose());
    dragging
}

fn carries_files(event: &web_sys::Event) -> bool {
    let types = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer).map(|data| data.types());
    types.is_some_and(|types| types.iter().any(|kind| kind == "Files"))
}

/// What shows while files are held over the page.
#[component]
pub fn DropCurtain(
    /// Whether files are held over the page.
    dragging: ReadSignal<bool>,
) -> impl IntoView {
    view! {
        <div class="curtain" aria-hidden="true" data-shown=move || dragging.get().then_some("yes")>
            <p>"Drop to add"</p>
            <p class="quiet">"Documents, alone or in folders. They stay on this device."</p>
            <p class="quiet">"A .gguf file, or the folder of a model with .safetensors, becomes the model that writes."</p>
        </div>
    }
}

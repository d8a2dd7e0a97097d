//! A new name for a thread.

use conclave_protocol::ThreadId;
use leptos::prelude::*;

use super::store::Store;
use crate::state::Intent;

/// The form in the dialog.
#[component]
pub fn Rename(thread: ThreadId, title: String) -> impl IntoView {
    let store = Store::here();
    let name = RwSignal::new(title);
    view! {
        <form
            class="sheet"
            on:submit=move |event| {
                event.prevent_default();
                store.dispatch(Intent::RenameThread { thread: thread.clone(), title: name.get_untracked() });
            }
        >
            <h2 id="dialog-title">"Rename this thread"</h2>
            <label for="thread-name">"Name"</label>
            <input
                id="thread-name"
                type="text"
                maxlength="120"
                required
                data-first=""
                prop:value=name
                on:input=move |event| name.set(event_target_value(&event))
            />
            <div class="actions">
                <button type="button" class="plain" on:click=move |_| store.dispatch(Intent::CloseDialog)>"Cancel"</button>
                <button type="submit">"Rename"</button>
            </div>
        </form>
    }
}

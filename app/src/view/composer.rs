//! Where a question is written.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::icon::{Icon, icon};
use super::marks::{MarkList, Mirror};
use super::store::{Store, ids};
use crate::state::{Intent, Section};

/// The composer.
#[component]
pub fn Composer() -> impl IntoView {
    let store = Store::here();
    let text = move || store.read(&[Section::Composer], |state| state.composer.text.clone());
    let is_blank = store.memo(&[Section::Composer], |state| state.composer.text.trim().is_empty());
    let is_live = store.memo(&[Section::Live], |state| state.live.is_some());
    let is_stopping =
        store.memo(&[Section::Live], |state| state.live.as_ref().is_some_and(|live| live.stopping_ms.is_some()));
    let elsewhere =
        store.memo(&[Section::Live, Section::Threads], |state| state.live.is_some() && state.live_here().is_none());
    let placeholder = store.memo(&[Section::Documents], |state| {
        if state.documents.is_empty() { "Ask, or drop a document" } else { "Ask your documents" }
    });

    view! {
        <form
            class="composer"
            on:submit=move |event| {
                event.prevent_default();
                store.dispatch(Intent::Ask);
            }
        >
            <Show when=move || elsewhere.get()>
                <p class="quiet elsewhere">"The council works on a question in another thread."</p>
            </Show>
            <div class="box">
                <label class="sr-only" for=ids::COMPOSER>"Your question"</label>
                <div class="field">
                    <Mirror />
                    <textarea
                        id=ids::COMPOSER
                        rows="1"
                        autocomplete="off"
                        spellcheck="true"
                        enterkeyhint="send"
                        aria-describedby="marks"
                        placeholder=move || placeholder.get()
                        prop:value=text
                        on:input=move |event| store.dispatch(Intent::Compose(event_target_value(&event)))
                        on:keydown=move |event| {
                            if sends(&event) {
                                event.prevent_default();
                                store.dispatch(Intent::Ask);
                            }
                        }
                    ></textarea>
                </div>
                <Show
                    when=move || is_live.get()
                    fallback=move || {
                        view! {
                            <button
                                type="submit"
                                class="send"
                                aria-label="Ask"
                                aria-disabled=move || is_blank.get().to_string()
                                title="Ask (Enter)"
                            >
                                {icon(Icon::Send)}
                            </button>
                        }
                    }
                >
                    <button
                        type="button"
                        class="send stop"
                        title="Stop (Esc)"
                        on:click=move |_| store.dispatch(Intent::StopAsking)
                    >
                        {icon(Icon::Stop)}
                        <span>{move || if is_stopping.get() { "Stopping…" } else { "Stop" }}</span>
                    </button>
                </Show>
            </div>
            <MarkList />
        </form>
    }
}

/// Enter sends; with Shift it makes a new line, and while an input method composes it is not ours.
fn sends(event: &KeyboardEvent) -> bool {
    event.key() == "Enter" && !event.shift_key() && !event.is_composing()
}

//! A second word, asked for where the first was given.

use leptos::prelude::*;

use super::dispatch;
use crate::link;
use crate::state::CopyIntent;
use crate::view::store::Store;

/// The question. Its safe answer takes the focus, and both give it back to the element `opener`.
pub fn confirm(question: String, yes: &'static str, no: &'static str, opener: String) -> AnyView {
    let store = Store::here();
    let safe = NodeRef::<leptos::html::Button>::new();
    Effect::new(move |_| {
        if let Some(safe) = safe.get() {
            request_animation_frame(move || {
                // An element that just went away cannot take the focus.
                let _ = safe.focus();
            });
        }
    });
    let answer = move |intent: CopyIntent, opener: &str| {
        dispatch(store, intent);
        link::focus(opener);
    };
    let opener_of_no = opener.clone();
    view! {
        <div class="confirm" role="group" aria-label="Please confirm">
            <p role="alert">{question}</p>
            <div class="actions">
                <button
                    type="button"
                    node_ref=safe
                    on:click=move |_| answer(CopyIntent::Withdraw, &opener_of_no)
                >
                    {no}
                </button>
                <button type="button" class="danger" on:click=move |_| answer(CopyIntent::Confirm, &opener)>
                    {yes}
                </button>
            </div>
        </div>
    }
    .into_any()
}

//! The button that copies, with the reason where it cannot and with what became of it.

use leptos::prelude::*;

use super::dispatch;
use crate::state::{AppState, Blocked, CopyIntent, Copying, Section};
use crate::view::store::Store;

/// What may be copied now.
fn text(state: &AppState, what: Copying) -> Result<&str, Blocked> {
    match what {
        Copying::Redacted => state.redacted(),
        Copying::Restored => state.restored().map(|restored| restored.text.as_str()),
    }
}

/// The button. `blocked` names the element that says why nothing can be copied.
pub fn copy_button(what: Copying, words: &'static str, blocked: &'static str) -> AnyView {
    let store = Store::here();
    let rests = store.memo(&[Section::PrivateCopy, Section::Connection], move |state| text(state, what).is_err());
    view! {
        <button
            type="button"
            class="primary"
            aria-disabled=move || rests.get().to_string()
            aria-describedby=blocked
            on:click=move |_| dispatch(store, CopyIntent::Copy(what))
        >
            {words}
        </button>
    }
    .into_any()
}

/// What became of it. Where the browser refused, the text stands here, selected.
#[component]
pub fn Copied(
    /// What was copied.
    what: Copying,
    /// What to do next.
    next: &'static str,
) -> impl IntoView {
    let store = Store::here();
    let done = store.memo(&[Section::PrivateCopy], move |state| {
        let copied = state.private_copy.as_ref().and_then(|copy| copy.copied);
        copied.filter(|(copied, _)| *copied == what).map(|(_, done)| done)
    });
    let by_hand = Memo::new(move |_| {
        let read = || {
            store.read(&[Section::PrivateCopy, Section::Connection], |state| text(state, what).ok().map(str::to_owned))
        };
        (done.get() == Some(false)).then(read).flatten()
    });
    let words = move || match done.get() {
        Some(true) => format!("Copied. {next}"),
        Some(false) => "The browser did not let the page copy. The text is selected below: press Ctrl+C (⌘C).".into(),
        None => String::new(),
    };
    let field = NodeRef::<leptos::html::Textarea>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get()
            && by_hand.with(Option::is_some)
        {
            request_animation_frame(move || {
                // An element that just went away cannot take the focus.
                let _ = field.focus();
                field.select();
            });
        }
    });
    view! {
        <p class="said" role="status">{words}</p>
        {move || {
            by_hand
                .get()
                .map(|text| {
                    view! {
                        <textarea
                            node_ref=field
                            class="by-hand"
                            readonly
                            rows="4"
                            aria-label="Text to copy"
                            prop:value=text
                        ></textarea>
                    }
                })
        }}
    }
}

//! A text for another AI without its private values, and that AI's answer with them.

mod confirm;
mod copied;
mod found;
mod hide;
mod linked;
mod original;
mod redacted;
mod restore;

use leptos::prelude::*;

use self::hide::HidePane;
use self::linked::Linked;
use self::restore::RestorePane;
use super::icon::{Icon, icon};
use super::store::Store;
use super::tabs::{Tab, tabs};
use crate::state::{self, CopyIntent, CopyStep, Intent, Section};

static STEPS: [Tab<CopyStep>; 2] = [
    Tab { value: CopyStep::Hide, words: "Hide and copy", id: "tab-hide", pane: "pane-hide" },
    Tab { value: CopyStep::Restore, words: "Bring the answer back", id: "tab-restore", pane: "pane-restore" },
];

/// Reads the open copy; the dialog shows only while there is one.
fn read<T: Default>(state: &state::AppState, read: impl FnOnce(&state::PrivateCopy) -> T) -> T {
    state.private_copy.as_ref().map(read).unwrap_or_default()
}

fn dispatch(store: Store, intent: CopyIntent) {
    store.dispatch(Intent::InPrivateCopy(intent));
}

/// The dialog's content.
#[component]
pub fn PrivateCopy() -> impl IntoView {
    let store = Store::here();
    let step = store.memo(&[Section::PrivateCopy], |state| read(state, |copy| copy.step));
    let destination =
        store.memo(&[Section::PrivateCopy], |state| read(state, |copy| copy.destination.label().to_owned()));
    provide_context(Linked::new());
    view! {
        <div class="sheet">
            <header>
                <h2 id="dialog-title">"Private copy for " {destination}</h2>
                <button
                    type="button"
                    class="plain"
                    aria-label="Close"
                    on:click=move |_| store.dispatch(Intent::CloseDialog)
                >
                    {icon(Icon::Cross)}
                </button>
            </header>
            <div class="tabs">{tabs("Steps", &STEPS, step, move |step| dispatch(store, CopyIntent::Show(step)))}</div>
            {move || {
                let shown = &STEPS[usize::from(step.get() == CopyStep::Restore)];
                let content = match shown.value {
                    CopyStep::Hide => view! { <HidePane /> }.into_any(),
                    CopyStep::Restore => view! { <RestorePane /> }.into_any(),
                };
                view! { <div id=shown.pane class="step" role="tabpanel" aria-labelledby=shown.id>{content}</div> }
            }}
        </div>
    }
}

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
use crate::link;
use crate::state::{self, CopyIntent, CopyStep, Intent, Section};

const STEPS: [(CopyStep, &str, &str, &str); 2] = [
    (CopyStep::Hide, "Hide and copy", "tab-hide", "pane-hide"),
    (CopyStep::Restore, "Bring the answer back", "tab-restore", "pane-restore"),
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
    let destination = store.memo(&[Section::PrivateCopy], |state| read(state, |copy| copy.destination).label());
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
            <Steps step />
            {move || {
                let (_, _, tab, pane) = STEPS[usize::from(step.get() == CopyStep::Restore)];
                let content = match step.get() {
                    CopyStep::Hide => view! { <HidePane /> }.into_any(),
                    CopyStep::Restore => view! { <RestorePane /> }.into_any(),
                };
                view! { <div id=pane class="step" role="tabpanel" aria-labelledby=tab>{content}</div> }
            }}
        </div>
    }
}

#[component]
fn Steps(step: Memo<CopyStep>) -> impl IntoView {
    let store = Store::here();
    let tabs: Vec<AnyView> = STEPS
        .into_iter()
        .enumerate()
        .map(|(at, (this, words, id, pane))| {
            let is_shown = move || step.get() == this;
            view! {
                <button
                    type="button"
                    role="tab"
                    id=id
                    // The other pane is not on the page.
                    aria-controls=move || is_shown().then_some(pane)
                    aria-selected=move || is_shown().to_string()
                    tabindex=move || if is_shown() { "0" } else { "-1" }
                    on:click=move |_| dispatch(store, CopyIntent::Show(this))
                    on:keydown=move |event| {
                        // With two tabs, both arrows lead to the other one.
                        if matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight") {
                            event.prevent_default();
                            let (other, _, other_id, _) = STEPS[(at + 1) % STEPS.len()];
                            dispatch(store, CopyIntent::Show(other));
                            link::focus(other_id);
                        }
                    }
                >
                    {words}
                </button>
            }
            .into_any()
        })
        .collect();
    view! {
        <div class="tabs">
            <div role="tablist" aria-label="Steps">{tabs}</div>
        </div>
    }
}

//! What this device offers, and how fast it is.

use leptos::prelude::*;

use super::journal::JournalLook;
use super::store::Store;
use crate::state::{self, Intent, Section, advice_words, device_lines};

/// The look at the device, in the dialog.
#[component]
pub fn DeviceLook() -> impl IntoView {
    let store = Store::here();
    let look = store.memo(&[Section::Device], |state| state.device.clone());
    let measuring = move || look.with(|look| matches!(look, state::DeviceLook::Measuring(_)));
    let content = move || match look.get() {
        state::DeviceLook::Unknown => ().into_any(),
        state::DeviceLook::Measuring(_) => view! { <p role="status">"Measuring for two seconds…"</p> }.into_any(),
        state::DeviceLook::Failed(problem) => {
            view! { <p class="trouble" role="alert">{problem.to_string()}</p> }.into_any()
        }
        state::DeviceLook::Known(report) => {
            let lines: Vec<AnyView> = device_lines(&report)
                .into_iter()
                .map(|(name, words)| view! { <div><dt>{name}</dt> <dd>{words}</dd></div> }.into_any())
                .collect();
            view! {
                <p>{advice_words(&report)}</p>
                <dl>{lines}</dl>
            }
            .into_any()
        }
    };
    view! {
        <div class="sheet">
            <h2 id="dialog-title" tabindex="-1" data-first="">"What this device can do"</h2>
            {content}
            <p class="quiet">"Measured here just now, with the engine's own arithmetic. Nobody else is told."</p>
            <JournalLook />
            <div class="actions">
                <button
                    type="button"
                    class="plain worded"
                    aria-disabled=move || measuring().to_string()
                    on:click=move |_| store.dispatch(Intent::MeasureDevice)
                >
                    "Measure again"
                </button>
                <button type="button" on:click=move |_| store.dispatch(Intent::CloseDialog)>"Close"</button>
            </div>
        </div>
    }
}

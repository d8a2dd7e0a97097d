//! The question that the council works on: its passages at once, then the phase, until the verdict.

use leptos::prelude::*;

use super::passages::passage_list;
use super::store::Store;
use crate::state::{Section, phase_words};

/// The live question.
#[component]
pub fn LiveQuestion() -> impl IntoView {
    let store = Store::here();
    let question =
        store.memo(&[Section::Live], |state| state.live_here().map(|live| live.question.clone()).unwrap_or_default());
    let passages = store.memo(&[Section::Live], |state| state.live_here().and_then(|live| live.passages.clone()));
    let phase = store.memo(&[Section::Live, Section::Connection], |state| {
        let Some(live) = state.live_here() else { return String::new() };
        match &live.phase {
            _ if live.stopping_ms.is_some() => "Stopping…".into(),
            _ if !state.connection.is_ready() => "Waiting for the engine to start…".into(),
            Some(phase) => phase_words(phase),
            None => "Looking for passages…".into(),
        }
    });
    view! {
        <article class="turn live" aria-busy="true">
            <h2 class="question">{move || question.get()}</h2>
            <p class="phase"><span class="pulse" aria-hidden="true"></span> {move || phase.get()}</p>
            {move || {
                passages
                    .get()
                    .filter(|passages| !passages.is_empty())
                    .map(|passages| {
                        view! {
                            <h3 class="label">"Passages found"</h3>
                            {passage_list(store, &passages, "Passages found")}
                        }
                    })
            }}
        </article>
    }
}

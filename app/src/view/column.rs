//! The reading column: what was asked and answered.

use leptos::prelude::*;
use web_sys::Element;

use super::live::LiveQuestion;
use super::store::Store;
use super::turn::TurnArticle;
use super::welcome::Welcome;
use crate::state::Section;

/// The reading column.
#[component]
pub fn Column() -> impl IntoView {
    let store = Store::here();
    let turns =
        store.memo(&[Section::Turns], |state| state.turns.iter().map(|turn| turn.id.clone()).collect::<Vec<_>>());
    let reading = store.memo(&[Section::Turns, Section::Threads], |state| state.reading_thread);
    let asked = store.memo(&[Section::Live, Section::Threads], |state| state.live_here().map(|live| live.request));
    let is_empty = Memo::new(move |_| turns.with(Vec::is_empty) && asked.get().is_none());
    let column = NodeRef::<leptos::html::Div>::new();

    // The newest question comes into view when it is asked, and when its thread is opened.
    Effect::new(move |_| {
        asked.track();
        turns.track();
        let Some(column) = column.get() else { return };
        request_animation_frame(move || show_last(&column));
    });

    view! {
        <div class="column" node_ref=column tabindex="-1">
            <Show when=move || is_empty.get() && !reading.get()>
                <Welcome />
            </Show>
            <Show when=move || is_empty.get() && reading.get()>
                <p class="quiet opening">"Opening the thread…"</p>
            </Show>
            <For each=move || turns.get() key=|id| id.clone() let:id>
                <TurnArticle id />
            </For>
            {move || asked.get().map(|_| view! { <LiveQuestion /> })}
        </div>
    }
}

fn show_last(column: &Element) {
    if let Ok(Some(last)) = column.query_selector("article.turn:last-of-type") {
        last.scroll_into_view_with_bool(true);
    }
}

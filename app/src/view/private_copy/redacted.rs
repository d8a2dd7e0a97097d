//! The text as another AI would get it.

use leptos::prelude::*;

use super::linked::{MOST_MARKED, marked};
use super::read;
use crate::state::{Section, pieces};
use crate::view::store::Store;

/// The right column.
#[component]
pub fn Redacted() -> impl IntoView {
    let store = Store::here();
    let shown = store.memo(&[Section::PrivateCopy], |state| {
        read(state, |copy| {
            let Some(review) = copy.review() else { return Vec::new() };
            let found = review.found.iter().take(MOST_MARKED);
            let spans = found.map(|found| (found.redacted, (found.mark.token.clone(), found.hidden)));
            let cut = pieces(&review.redacted, spans).into_iter();
            cut.map(|(text, known)| (text.to_owned(), known)).collect::<Vec<_>>()
        })
    });
    let is_busy = store.memo(&[Section::PrivateCopy, Section::Connection], |state| state.redacted().is_err());
    let text = move || {
        let pieces = shown.get().into_iter().map(|(text, known)| match known {
            Some((token, is_hidden)) => marked(text, token, is_hidden),
            None => text.into_any(),
        });
        pieces.collect::<Vec<AnyView>>()
    };
    view! {
        <div class="side">
            <div class="head">
                <h3 id="redacted-label">"Redacted"</h3>
            </div>
            <div
                class="paper out"
                role="region"
                aria-labelledby="redacted-label"
                tabindex="0"
                aria-busy=move || is_busy.get().to_string()
            >
                {text}
            </div>
        </div>
    }
}

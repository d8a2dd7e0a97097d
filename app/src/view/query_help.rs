//! What may be written into the search field, by examples.

use conclave_protocol::{QUERY_FORMS, QueryForm};
use leptos::prelude::*;

/// The help, closed at first.
#[component]
pub fn QueryHelp() -> impl IntoView {
    let rows: Vec<AnyView> = QUERY_FORMS
        .iter()
        .map(|QueryForm { written, finds }| {
            view! { <div><dt><code>{*written}</code></dt> <dd>{*finds}</dd></div> }.into_any()
        })
        .collect();
    view! {
        <details class="query-help">
            <summary>"Ways to search"</summary>
            <p>
                "Write words or a question: the more of the words a passage has, the higher it stands, and its meaning counts too. These forms say more exactly what is wanted, and can be combined."
            </p>
            <dl>{rows}</dl>
        </details>
    }
}

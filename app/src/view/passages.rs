//! Passages that a search found.

use conclave_protocol::Passage;
use leptos::prelude::*;

use super::store::Store;
use crate::state::{Intent, excerpt};

/// Longest excerpt, in characters: three lines of the reading column.
const EXCERPT_CHARS: usize = 220;

/// A list of passages, best first.
#[must_use]
pub fn passage_list(store: Store, passages: &[Passage], label: &'static str) -> AnyView {
    let items: Vec<AnyView> = passages.iter().map(|passage| item(store, passage)).collect();
    view! { <ol class="passages" aria-label=label>{items}</ol> }.into_any()
}

fn item(store: Store, passage: &Passage) -> AnyView {
    let open = Intent::OpenDocument {
        document: passage.document.clone(),
        title: passage.title.clone(),
        span: Some(passage.span),
    };
    let place = if passage.heading.is_empty() || passage.heading == passage.title {
        format!("line {}", passage.line)
    } else {
        format!("{}, line {}", passage.heading, passage.line)
    };
    view! {
        <li>
            <button type="button" class="passage" on:click=move |_| store.dispatch(open.clone())>
                <span class="excerpt">{excerpt(&passage.text, &passage.heading, EXCERPT_CHARS)}</span>
                <span class="origin"><span class="title">{passage.title.clone()}</span> " · " {place}</span>
            </button>
        </li>
    }
    .into_any()
}

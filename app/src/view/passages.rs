//! Passages that a search found.

use conclave_protocol::Passage;
use leptos::prelude::*;

use super::gone::gone_words;
use super::store::Store;
use crate::state::{Intent, Piece, origin_words, shown_pieces};

/// Longest excerpt where nothing was looked for, in characters: three lines of the reading column.
const EXCERPT_CHARS: usize = 220;

/// A list of passages, best first.
#[must_use]
pub fn passage_list(store: Store, passages: &[Passage], label: &'static str) -> AnyView {
    let items: Vec<AnyView> = passages.iter().map(|passage| item(store, passage)).collect();
    view! { <ol class="passages" aria-label=label>{items}</ol> }.into_any()
}

fn item(store: Store, passage: &Passage) -> AnyView {
    let open = Intent::open_passage(passage);
    view! {
        <li>
            <button type="button" class="passage" on:click=move |_| store.dispatch(open.clone())>
                <span class="excerpt">{marked(shown_pieces(passage, EXCERPT_CHARS))}</span>
                <span class="origin">
                    <span class="title">{passage.title.clone()}</span>
                    " · "
                    {origin_words(passage)}
                    {gone_words(store, &passage.document)}
                </span>
            </button>
        </li>
    }
    .into_any()
}

/// Text with what was looked for marked in it.
pub fn marked(pieces: Vec<Piece>) -> Vec<AnyView> {
    let piece = |Piece { text, is_marked }| {
        if is_marked { view! { <mark>{text}</mark> }.into_any() } else { text.into_any() }
    };
    pieces.into_iter().map(piece).collect()
}

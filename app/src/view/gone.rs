//! Documents that an answer or a question had, and that are not in the library any more.

use conclave_protocol::DocumentId;
use leptos::prelude::*;

use super::store::Store;
use crate::state::Section;

/// What stands behind the title of such a document.
pub const GONE: &str = " · removed since";

/// Whether the document is not there any more.
pub fn is_gone(store: Store, document: &DocumentId) -> Memo<bool> {
    let document = document.clone();
    store.memo(&[Section::Documents], move |state| state.documents.lacks(&document))
}

/// The words for it, where it is so.
pub fn gone_words(store: Store, document: &DocumentId) -> impl IntoView + use<> {
    let is_gone = is_gone(store, document);
    view! { <Show when=move || is_gone.get()>{GONE}</Show> }
}

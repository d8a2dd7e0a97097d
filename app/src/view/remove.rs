//! The button at the end of a line that removes what the line is about, after a question.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::store::Store;
use crate::state::{Confirm, Dialog, Intent};

/// The button.
pub fn remove_button(name: &str, confirm: Confirm) -> AnyView {
    let store = Store::here();
    let ask = Intent::OpenDialog(Dialog::Confirm(confirm));
    view! {
        <button
            type="button"
            class="plain"
            aria-label=format!("Remove {name}")
            on:click=move |_| store.dispatch(ask.clone())
        >
            {icon(Icon::Bin)}
        </button>
    }
    .into_any()
}

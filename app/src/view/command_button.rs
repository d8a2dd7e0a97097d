//! A button in words that runs a command.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::store::Store;
use crate::state::{Command, Intent};

/// The button.
pub fn command_button(command: Command, sign: Option<Icon>, words: &'static str) -> AnyView {
    let store = Store::here();
    view! {
        <button type="button" class="worded" on:click=move |_| store.dispatch(Intent::Run(command))>
            {sign.map(icon)}
            {words}
        </button>
    }
    .into_any()
}

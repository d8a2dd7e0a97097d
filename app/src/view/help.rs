//! Keys, and where things are kept.

use leptos::prelude::*;

use super::store::Store;
use crate::link;
use crate::state::{Command, Group, Intent};

/// The help.
#[component]
pub fn Help() -> impl IntoView {
    let store = Store::here();
    let mac = link::is_mac();
    let groups: Vec<AnyView> = Group::ALL
        .into_iter()
        .map(|group| {
            let rows: Vec<AnyView> = Command::ALL
                .into_iter()
                .filter(|command| command.group() == group)
                .filter_map(|command| command.shortcut().map(|keys| (command.label(), keys.words(mac))))
                .map(|(label, keys)| view! { <div><dt>{label}</dt> <dd><kbd>{keys}</kbd></dd></div> }.into_any())
                .collect();
            view! { <section><h3>{group.label()}</h3> <dl>{rows}</dl></section> }.into_any()
        })
        .collect();
    view! {
        <div class="sheet">
            <h2 id="dialog-title" tabindex="-1" data-first="">"Keys and help"</h2>
            <p>
                "Everything can be reached through the command palette. In the question field, Enter asks and Shift+Enter makes a new line."
            </p>
            <div class="groups">{groups}</div>
            <p class="quiet">
                "Documents, threads and settings are kept in this browser's storage. Clearing the site's data in the browser removes them: make a backup under “Storage and backups”."
            </p>
            <div class="actions">
                <button type="button" on:click=move |_| store.dispatch(Intent::CloseDialog)>"Close"</button>
            </div>
        </div>
    }
}

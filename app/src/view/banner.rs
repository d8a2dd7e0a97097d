//! What stands in the way of everything: an engine that cannot work.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::store::Store;
use crate::state::{Command, Intent, Section};

/// The banner over the reading column.
#[component]
pub fn Banner() -> impl IntoView {
    let store = Store::here();
    let problem = store.memo(&[Section::Connection], |state| state.connection.problem().cloned());
    move || {
        problem.get().map(|problem| {
            view! {
                <section class="banner" role="alert">
                    {icon(Icon::Warning)}
                    <div>
                        <p class="what">{problem.what}</p>
                        <p>{problem.next}</p>
                    </div>
                    <div class="actions">
                        <button type="button" on:click=move |_| store.dispatch(Intent::Run(Command::RestartEngine))>
                            "Try again"
                        </button>
                        <button type="button" class="plain" on:click=move |_| store.dispatch(Intent::Run(Command::Reload))>
                            "Load the page again"
                        </button>
                    </div>
                </section>
            }
        })
    }
}

//! Problems, until they are dismissed.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::store::Store;
use crate::state::{Intent, Section, Toast};

/// The list of problems: under the bar, or over the panel's corner where that is open.
#[component]
pub fn ProblemList() -> impl IntoView {
    let store = Store::here();
    let shown = store.memo(&[Section::Problems], |state| state.problems.shown.clone());
    view! {
        <section class="problems" aria-label="Problems">
            <For each=move || shown.get() key=|toast| toast.id let:toast>
                <ProblemCard toast />
            </For>
        </section>
    }
}

#[component]
fn ProblemCard(toast: Toast) -> impl IntoView {
    let store = Store::here();
    let Toast { id, problem, remedy } = toast;
    view! {
        <article class="problem">
            {icon(Icon::Warning)}
            <div>
                <p class="what">{problem.what}</p>
                <p>{problem.next}</p>
                {remedy
                    .map(|remedy| {
                        view! {
                            <button
                                type="button"
                                on:click=move |_| {
                                    store.dispatch(Intent::DismissProblem(id));
                                    store.dispatch(Intent::Run(remedy.0));
                                }
                            >
                                {remedy.0.label()}
                            </button>
                        }
                    })}
            </div>
            <button
                type="button"
                class="plain"
                aria-label="Dismiss"
                on:click=move |_| store.dispatch(Intent::DismissProblem(id))
            >
                {icon(Icon::Cross)}
            </button>
        </article>
    }
}

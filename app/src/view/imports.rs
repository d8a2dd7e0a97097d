//! What is on its way to the engine: models, and files before the queue has them.

use leptos::prelude::*;

use super::store::Store;
use crate::state::{Given, ImportItem, ImportStage, Intent, Section, Ticket, bytes, count, time_left};

/// The list of files on their way.
#[component]
pub fn ImportList() -> impl IntoView {
    let store = Store::here();
    let listed = store.memo(&[Section::Imports], |state| state.imports.listed());
    let behind = Memo::new(move |_| listed.get().1);
    view! {
        <ul class="imports" aria-label="Files on their way">
            <For each=move || listed.get().0 key=|ticket| *ticket let:ticket>
                <ImportLine ticket />
            </For>
        </ul>
        <Show when=move || behind.get().gt(&0)>
            <p class="quiet">{move || format!("{} more wait.", count(behind.get()))}</p>
        </Show>
    }
}

#[component]
fn ImportLine(ticket: Ticket) -> impl IntoView {
    let store = Store::here();
    let item = store.memo(&[Section::Imports], move |state| {
        state.imports.items.iter().find(|item| item.given.ticket == ticket).cloned()
    });
    move || item.get().map(|item| line(store, item))
}

fn line(store: Store, item: ImportItem) -> AnyView {
    let can_retry = item.can_retry();
    let ImportItem { given: Given { ticket, name, size_bytes, .. }, stage, rate } = item;
    let button = |words: &'static str, label: String, intent: Intent| {
        view! {
            <button type="button" class="plain worded" aria-label=label on:click=move |_| store.dispatch(intent.clone())>
                {words}
            </button>
        }
        .into_any()
    };
    let cancel = || button("Stop", format!("Stop: {name}"), Intent::CancelImport(ticket));
    let over = || {
        let retry = can_retry.then(|| button("Try again", format!("Try again: {name}"), Intent::RetryImport(ticket)));
        let dismiss = button("Dismiss", format!("Dismiss: {name}"), Intent::DismissImport(ticket));
        retry.into_iter().chain([dismiss]).collect()
    };
    let (words, progress, trouble, buttons) = match stage {
        ImportStage::Waiting => (format!("Waiting, {}", bytes(size_bytes)), None, false, vec![cancel()]),
        ImportStage::Running { stopping: true, .. } => ("Stopping…".to_owned(), None, false, Vec::new()),
        ImportStage::Running { progress: None, .. } => {
            (format!("Copying {}", bytes(size_bytes)), None, false, vec![cancel()])
        }
        ImportStage::Running { progress: Some(now), .. } => {
            let mut words = format!("Copying {} of {}", bytes(now.done), bytes(now.total));
            if let Some(seconds) = rate.seconds_left(now.total) {
                words.push_str(&format!(", {}", time_left(seconds)));
            }
            (words, (now.total > 0).then_some((now.done, now.total)), false, vec![cancel()])
        }
        ImportStage::Failed(problem) => (problem.to_string(), None, true, over()),
        ImportStage::Stopped => ("Stopped".to_owned(), None, false, over()),
    };
    let label = format!("{name}: {words}");
    // On hover, where the line is too short for it.
    let full_name = name.clone();
    view! {
        <li class="import" data-trouble=trouble.then_some("yes")>
            <span class="title" title=full_name>{name}</span>
            <span class="phase">{words}</span>
            {progress
                .map(|(done, total)| {
                    view! { <progress aria-label=label max=total.to_string() value=done.min(total).to_string()></progress> }
                })}
            <span class="buttons">{buttons}</span>
        </li>
    }
    .into_any()
}

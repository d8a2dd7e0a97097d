//! How the models are: a strip that goes away when both can be used.

use conclave_protocol::ModelPhase;
use leptos::prelude::*;

use super::store::Store;
use crate::state::{AppState, Intent, Section, bytes, model_words, time_left};

/// One model as the strip shows it.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    role: String,
    words: String,
    progress: Option<(u64, u64)>,
    problem: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
struct Strip {
    rows: Vec<Row>,
    loading: bool,
    failed: bool,
}

fn strip(state: &AppState) -> Option<Strip> {
    let models = state.models.as_ref()?;
    // An engine that is down loads nothing; its banner says so.
    if models.are_ready() || state.connection.problem().is_some() {
        return None;
    }
    let rows = models
        .each()
        .into_iter()
        .map(|(model, progress)| {
            let mut words = model_words(&model.phase).to_owned();
            if let Some(progress) = &progress {
                words.push_str(&format!(", {} of {}", bytes(progress.done), bytes(progress.total)));
                if let Some(seconds) = progress.seconds_left {
                    words.push_str(&format!(", {}", time_left(seconds)));
                }
            }
            let problem = match &model.phase {
                ModelPhase::Failed(problem) => Some(problem.to_string()),
                _ => None,
            };
            Row { role: model.role.clone(), words, progress: progress.map(|p| (p.done, p.total)), problem }
        })
        .collect();
    Some(Strip { rows, loading: state.loading_models().is_some(), failed: models.have_failed() })
}

/// The strip over the reading column.
#[component]
pub fn ModelsStrip() -> impl IntoView {
    let store = Store::here();
    let shown = store.memo(&[Section::Models, Section::Connection], strip);
    move || {
        let Strip { rows, loading, failed } = shown.get()?;
        let rows: Vec<AnyView> = rows.into_iter().map(row).collect();
        let press = if loading { Intent::CancelModels } else { Intent::LoadModels };
        let words = match (loading, failed) {
            (true, _) => "Stop loading",
            (false, true) => "Try again",
            (false, false) => "Load the models",
        };
        Some(view! {
            <section class="models" aria-label="Models">
                <ul>{rows}</ul>
                <button type="button" class:plain=loading on:click=move |_| store.dispatch(press.clone())>
                    {words}
                </button>
            </section>
        })
    }
}

fn row(row: Row) -> AnyView {
    let Row { role, words, progress, problem } = row;
    let label = format!("The model that {role}: {words}");
    let role = capital(&role);
    view! {
        <li>
            <span class="role">{role} ": "</span>
            <span class="phase">{words}</span>
            {progress
                .map(|(done, total)| {
                    view! { <progress aria-label=label max=total.to_string() value=done.to_string()></progress> }
                })}
            {problem.map(|problem| view! { <span class="trouble">{problem}</span> })}
        </li>
    }
    .into_any()
}

fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

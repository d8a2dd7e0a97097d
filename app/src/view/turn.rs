//! A question that ended, with what came of it.

use std::sync::Arc;

use conclave_protocol::{Outcome, Passage, Turn, TurnId};
use leptos::prelude::*;

use super::answer::AnswerBody;
use super::passages::passage_list;
use super::store::Store;
use crate::state::{Intent, Section, duration, outcome_words, reason_words};

/// A question with its answer.
#[component]
pub fn TurnArticle(id: TurnId) -> impl IntoView {
    let store = Store::here();
    let wanted = id.clone();
    let turn = store.memo(&[Section::Turns], move |state| state.turn(&wanted).cloned());
    view! {
        <article class="turn">
            {move || turn.get().map(|turn| body(store, &turn))}
        </article>
    }
}

fn body(store: Store, turn: &Arc<Turn>) -> AnyView {
    let id = turn.id.clone();
    let traced = turn.id.clone();
    let seats = turn.reports.len();
    let again = |words: &'static str| {
        let id = id.clone();
        view! {
            <button type="button" on:click=move |_| store.dispatch(Intent::AskAgain(id.clone()))>{words}</button>
        }
        .into_any()
    };
    let outcome = match &turn.outcome {
        Outcome::Answered(answer) => view! { <AnswerBody answer=answer.clone() /> }.into_any(),
        Outcome::Abstained { reason, .. } => view! {
            <div class="outcome">
                <h3>{outcome_words(&turn.outcome)}</h3>
                <p>{reason_words(outcome_words(&turn.outcome), reason)}</p>
                {nearest(store, &turn.passages, "The nearest passages")}
            </div>
        }
        .into_any(),
        Outcome::Vetoed { rule, .. } => view! {
            <div class="outcome">
                <h3>{outcome_words(&turn.outcome)}</h3>
                <p>{rule.clone()}</p>
                {nearest(store, &turn.passages, "Passages found")}
            </div>
        }
        .into_any(),
        Outcome::Stopped => view! {
            <div class="outcome"><p>"You stopped this question."</p> {again("Ask again")}</div>
        }
        .into_any(),
        Outcome::Unfinished => view! {
            <div class="outcome"><p>"This question was interrupted. Ask again?"</p> {again("Ask again")}</div>
        }
        .into_any(),
        Outcome::Failed(problem) => view! {
            <div class="outcome">
                <h3>{problem.what.clone()}</h3>
                <p>{problem.next.clone()}</p>
                {again("Ask again")}
            </div>
        }
        .into_any(),
    };
    view! {
        <h2 class="question">{turn.question.clone()}</h2>
        {outcome}
        {(seats > 0)
            .then(|| {
                view! {
                    <p class="foot">
                        <button type="button" class="link" on:click=move |_| store.dispatch(Intent::ShowTrace(traced.clone()))>
                            "How the council got here"
                        </button>
                        {(turn.took_ms > 0).then(|| view! { <span class="quiet">{duration(turn.took_ms)}</span> })}
                    </p>
                }
            })}
    }
    .into_any()
}

fn nearest(store: Store, passages: &[Passage], label: &'static str) -> Option<AnyView> {
    (!passages.is_empty()).then(|| {
        view! {
            <h4 class="label">{label}</h4>
            {passage_list(store, passages, label)}
        }
        .into_any()
    })
}

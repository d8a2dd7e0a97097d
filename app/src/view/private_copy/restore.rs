//! The second step: another AI's answer, with the values back in place of their tokens.

use conclave_protocol::{Restored, ThreadId};
use leptos::prelude::*;

use super::confirm::confirm;
use super::copied::{Copied, copy_button};
use super::{dispatch, read};
use crate::state::{AppState, Confirming, CopyIntent, Copying, DRAFT, Section, counted_all, doubts_words, pieces};
use crate::view::store::{Store, ids};

const FORGET: &str = "forget-values";

/// What stands at a place of the restored answer.
#[derive(Debug, Clone, PartialEq)]
enum Place {
    Value,
    Doubt(String),
}

/// The restored answer in pieces.
fn shown(restored: &Restored) -> Vec<(String, Option<Place>)> {
    let values = restored.values.iter().map(|span| (*span, Place::Value));
    let doubts = restored.doubts.iter().map(|doubt| (doubt.span, Place::Doubt(doubt.reason.clone())));
    let mut spans: Vec<_> = values.chain(doubts).collect();
    spans.sort_by_key(|(span, _)| span.start);
    pieces(&restored.text, spans).into_iter().map(|(text, place)| (text.to_owned(), place)).collect()
}

/// The step.
#[component]
pub fn RestorePane() -> impl IntoView {
    let store = Store::here();
    let text = store.memo(&[Section::PrivateCopy], |state| read(state, |copy| copy.answer.text.clone()));
    let shown = store
        .memo(&[Section::PrivateCopy, Section::Connection], |state| state.restored().map(shown).unwrap_or_default());
    let said = store.memo(&[Section::PrivateCopy, Section::Connection], |state| match state.restored() {
        Ok(restored) => doubts_words(restored),
        Err(blocked) => blocked.words(),
    });
    let pieces = move || {
        let pieces = shown.get().into_iter().map(|(text, place)| match place {
            None => text.into_any(),
            Some(Place::Value) => view! { <mark>{text}</mark> }.into_any(),
            Some(Place::Doubt(reason)) => view! { <mark class="doubt" title=reason>{text}</mark> }.into_any(),
        });
        pieces.collect::<Vec<AnyView>>()
    };
    let doubts = move || {
        let doubts = shown.get().into_iter().filter_map(|(text, place)| match place {
            Some(Place::Doubt(reason)) => Some(view! { <li><code>{text}</code> " " {reason}</li> }.into_any()),
            _ => None,
        });
        let doubts: Vec<AnyView> = doubts.collect();
        (!doubts.is_empty()).then(|| view! { <ul class="doubts" aria-label="Tokens in doubt">{doubts}</ul> })
    };
    view! {
        <p class="quiet">
            "Paste what the other AI answered. Its tokens become the values again, here on this device; a token that cannot be told for sure stays as it is."
        </p>
        <ValuesOf />
        <div class="columns">
            <div class="side">
                <div class="head"><h3><label id="answer-label" for=ids::ANSWER>"Answer of the other AI"</label></h3></div>
                <div class="paper">
                    <textarea
                        id=ids::ANSWER
                        autocomplete="off"
                        spellcheck="false"
                        placeholder="Paste the answer with its tokens."
                        prop:value=text
                        on:input=move |event| dispatch(store, CopyIntent::WriteAnswer(event_target_value(&event)))
                    ></textarea>
                </div>
            </div>
            <div class="side">
                <div class="head"><h3 id="restored-label">"Restored"</h3></div>
                <div class="paper out" role="region" aria-labelledby="restored-label" tabindex="0">{pieces}</div>
            </div>
        </div>
        <div class="verdict">
            <p id="restore-said" role="status">{said}</p>
            <div class="actions">{copy_button(Copying::Restored, "Copy restored text", "restore-said")}</div>
        </div>
        <Copied what=Copying::Restored next="It holds the values: mind where you paste it." />
        {doubts}
        <Forget />
    }
}

/// The conversations whose values may stand for an answer's tokens: the open one, and texts of none.
fn conversations(state: &AppState) -> Vec<(ThreadId, String)> {
    let Some(thread) = state.current_thread() else { return Vec::new() };
    let draft = (ThreadId(DRAFT.to_owned()), "Texts that belong to no thread".to_owned());
    vec![(thread.id.clone(), format!("Thread “{}”", thread.title)), draft]
}

/// The choice between them, where there is one.
#[component]
fn ValuesOf() -> impl IntoView {
    let store = Store::here();
    let choices = store.memo(&[Section::Threads], conversations);
    let chosen = store.memo(&[Section::PrivateCopy], |state| read(state, |copy| copy.answer.thread.0.clone()));
    view! {
        <Show when=move || !choices.with(Vec::is_empty)>
            <fieldset class="values-of">
                <legend>"Put in the values of"</legend>
                {move || {
                    let choice = |(thread, words): (ThreadId, String)| {
                        let this = thread.0.clone();
                        view! {
                            <label class="choice">
                                <input
                                    type="radio"
                                    name="values-of"
                                    prop:checked=move || chosen.get() == this
                                    on:change=move |_| dispatch(store, CopyIntent::ValuesOf(thread.clone()))
                                />
                                <span>{words}</span>
                            </label>
                        }
                        .into_any()
                    };
                    choices.get().into_iter().map(choice).collect::<Vec<AnyView>>()
                }}
            </fieldset>
        </Show>
    }
}

/// What the conversation's tokens stand for, and the button that ends it.
#[component]
fn Forget() -> impl IntoView {
    let store = Store::here();
    let counts = store.memo(&[Section::PrivateCopy], |state| {
        let counts = read(state, |copy| copy.counts.clone())?;
        Some(counted_all(counts.iter().map(|count| (count.category, count.values as usize))))
    });
    let asks =
        store.memo(&[Section::PrivateCopy], |state| read(state, |copy| copy.confirming == Some(Confirming::Forget)));
    let words = move || match counts.get() {
        None => "Counting…".to_owned(),
        Some(counts) if counts.is_empty() => "This conversation's tokens stand for nothing.".to_owned(),
        Some(counts) => format!("This conversation's tokens stand for {counts}."),
    };
    view! {
        <section class="forget" aria-labelledby="forget-label">
            <h3 id="forget-label">"Values on this device"</h3>
            <p role="status">{words}</p>
            <button
                id=FORGET
                type="button"
                class="danger"
                on:click=move |_| dispatch(store, CopyIntent::AskForget)
            >
                "Forget these values"
            </button>
            <Show when=move || asks.get()>
                {confirm(
                    "Forget the values of this conversation? Answers that come back with its tokens can then no longer be restored. This cannot be undone.".to_owned(),
                    "Forget them",
                    "Keep them",
                    FORGET.to_owned(),
                )}
            </Show>
        </section>
    }
}

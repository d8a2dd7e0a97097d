//! What was found, by kind: each value with its reason and a switch.

use conclave_protocol::Category;
use leptos::prelude::*;
use web_sys::HtmlInputElement;

use super::confirm::confirm;
use super::linked::Linked;
use super::{dispatch, read};
use crate::state::{
    AppState, Confirming, CopyIntent, FoundGroup, FoundValue, MOST_LISTED, Section, category_heading, category_noun,
    counted_all, findings,
};
use crate::view::store::Store;

/// Finds of the open copy.
fn groups(state: &AppState) -> Vec<FoundGroup> {
    state.private_copy.as_ref().map(findings).unwrap_or_default()
}

/// The list.
#[component]
pub fn Found() -> impl IntoView {
    let store = Store::here();
    let groups = store.memo(&[Section::PrivateCopy], groups);
    let kinds = Memo::new(move |_| groups.with(|groups| groups.iter().map(|group| group.category).collect::<Vec<_>>()));
    view! {
        <section class="found" aria-labelledby="found-label" hidden=move || kinds.with(Vec::is_empty)>
            <h3 id="found-label">"What was recognised"</h3>
            <For each=move || kinds.get() key=|kind| *kind let:kind>
                <Kind kind groups />
            </For>
        </section>
    }
}

#[component]
fn Kind(kind: Category, groups: Memo<Vec<FoundGroup>>) -> impl IntoView {
    let store = Store::here();
    let part = move |read: fn(&FoundGroup) -> usize| {
        Memo::new(move |_| groups.with(|groups| groups.iter().find(|group| group.category == kind).map_or(0, read)))
    };
    let (count, hidden) = (part(|group| group.count), part(|group| group.hidden));
    let tokens = Memo::new(move |_| {
        groups.with(|groups| {
            let group = groups.iter().find(|group| group.category == kind);
            group
                .map(|group| group.values.iter().map(|value| value.token.clone()).collect::<Vec<_>>())
                .unwrap_or_default()
        })
    });
    let asks = store.memo(&[Section::PrivateCopy], move |state| {
        read(state, |copy| copy.confirming == Some(Confirming::KeepAll(kind)))
    });
    let id = format!("hide-all-{}", kind.stem());
    let opener = id.clone();
    let all_hidden = Memo::new(move |_| hidden.get() == count.get());
    let some_hidden = Memo::new(move |_| hidden.get() > 0 && !all_hidden.get());
    let unlisted = Memo::new(move |_| count.get().saturating_sub(MOST_LISTED));
    view! {
        <div class="kind">
            <div class="head">
                <h4>{category_heading(kind)}</h4>
                <label class="choice">
                    <input
                        id=id
                        type="checkbox"
                        prop:checked=all_hidden
                        prop:indeterminate=some_hidden
                        on:change=move |event| {
                            let input: HtmlInputElement = event_target(&event);
                            dispatch(store, CopyIntent::KeepKind { category: kind, keep: !input.checked() });
                            // Where it wants a second word, nothing has changed yet.
                            input.set_checked(all_hidden.get_untracked());
                        }
                    />
                    <span>{move || format!("Hide {}", counted_all([(kind, count.get())]))}</span>
                </label>
            </div>
            <Show when=move || asks.get()>
                {confirm(
                    format!("Keep every {} in the copy? Whoever reads the copy can use them.", category_noun(kind)),
                    "Keep them in the copy",
                    "Leave them hidden",
                    opener.clone(),
                )}
            </Show>
            <ul>
                <For each=move || tokens.get() key=Clone::clone let:token>
                    <Value kind token groups />
                </For>
            </ul>
            <Show when=move || unlisted.get() != 0>
                <p class="quiet">
                    {move || format!("And {} more. What is chosen for the whole kind holds for them.", unlisted.get())}
                </p>
            </Show>
        </div>
    }
}

#[component]
fn Value(kind: Category, token: String, groups: Memo<Vec<FoundGroup>>) -> impl IntoView {
    let store = Store::here();
    let linked = Linked::here();
    let this = token.clone();
    let value = Memo::new(move |_| {
        groups.with(|groups| {
            let values = groups.iter().find(|group| group.category == kind).map(|group| &group.values);
            values.and_then(|values| values.iter().find(|value| value.token == this).cloned()).unwrap_or_default()
        })
    });
    let part = move |read: fn(&FoundValue) -> String| Memo::new(move |_| value.with(read));
    let words = part(|value| value.value.clone());
    let facts = part(|value| {
        let places = if value.places > 1 { format!(" · {} times", value.places) } else { String::new() };
        format!("{} · {}{places}", value.confidence, value.reason)
    });
    let is_hidden = Memo::new(move |_| value.with(|value| value.is_hidden));
    let this = token.clone();
    let asks = store.memo(&[Section::PrivateCopy], move |state| {
        read(state, |copy| matches!(&copy.confirming, Some(Confirming::Keep { token, .. }) if *token == this))
    });
    let id = format!("hide-{token}");
    let opener = id.clone();
    let (entered, focused, lit, decided) = (token.clone(), token.clone(), token.clone(), token.clone());
    let (left, unfocused) = (token.clone(), token.clone());
    view! {
        <li
            class:linked=move || linked.is(&lit)
            on:pointerenter=move |_| linked.look_at(Some(&entered))
            on:pointerleave=move |_| linked.look_away(&left)
            on:focusin=move |_| linked.look_at(Some(&focused))
            on:focusout=move |_| linked.look_away(&unfocused)
        >
            <div class="what">
                <span class="value">{words}</span>
                <span aria-hidden="true">" → "</span>
                <span class="sr-only">" becomes "</span>
                <code>{token}</code>
                <small>{facts}</small>
            </div>
            <label class="choice">
                <input
                    id=id
                    type="checkbox"
                    role="switch"
                    prop:checked=is_hidden
                    on:change=move |event| {
                        let input: HtmlInputElement = event_target(&event);
                        let keep = !input.checked();
                        dispatch(store, CopyIntent::Keep { token: decided.clone(), category: kind, keep });
                        // Where it wants a second word, nothing has changed yet.
                        input.set_checked(is_hidden.get_untracked());
                    }
                />
                <span>"Hide" <span class="sr-only">" " {words}</span></span>
            </label>
            <Show when=move || asks.get()>
                {confirm(
                    format!(
                        "Keep “{}” in the copy? It is a secret ({}): whoever reads the copy can use it.",
                        words.get_untracked(),
                        category_noun(kind),
                    ),
                    "Keep it in the copy",
                    "Leave it hidden",
                    opener.clone(),
                )}
            </Show>
        </li>
    }
}

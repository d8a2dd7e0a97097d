//! Where redacted texts go that a person named, each with what may stand in them there.

use std::collections::BTreeSet;

use conclave_protocol::Category;
use leptos::prelude::*;

use super::rules::removal;
use super::store::Store;
use crate::state::{
    AppState, CategoryGroup, DESTINATION_CHARS, DESTINATIONS_MAX, Destination, Intent, RuleEdit, Section,
    category_heading, policy_words,
};

const FIELD: &str = "add-destination";

/// Names of those that there are.
fn names(state: &AppState) -> Vec<String> {
    state.settings.privacy.destinations.iter().map(|rules| rules.name.clone()).collect()
}

/// The list, and a field that adds to it.
#[component]
pub fn Destinations() -> impl IntoView {
    let store = Store::here();
    let typed = RwSignal::new(String::new());
    let all = store.memo(&[Section::Settings], names);
    let is_full = Memo::new(move |_| all.with(|all| all.len() >= DESTINATIONS_MAX));
    view! {
        <form
            class="rules"
            on:submit=move |event| {
                event.prevent_default();
                store.dispatch(Intent::EditRule(RuleEdit::AddDestination(typed.get_untracked())));
                typed.set(String::new());
            }
        >
            <label class="label" for=FIELD>"Who else gets copies"</label>
            <div class="adding">
                <input
                    id=FIELD
                    type="text"
                    autocomplete="off"
                    maxlength=DESTINATION_CHARS.to_string()
                    aria-describedby="destinations-note"
                    prop:value=typed
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <button type="submit" aria-disabled=move || is_full.get().to_string()>"Add a destination"</button>
            </div>
            <small id="destinations-note">
                "The AI of your company, say. From each you choose what is hidden; the boxes above hold for everybody else."
            </small>
            <ul>
                <For each=move || all.get() key=Clone::clone let:name>
                    <Named name />
                </For>
            </ul>
        </form>
    }
}

/// One of them.
#[component]
fn Named(name: String) -> impl IntoView {
    let store = Store::here();
    let this = Destination::Named(name.clone());
    let kept: Memo<BTreeSet<Category>> =
        store.memo(&[Section::Settings], move |state| this.kept(&state.settings.privacy));
    let groups = CategoryGroup::CHOSEN.into_iter().filter(|group| *group != CategoryGroup::Secrets);
    let groups: Vec<AnyView> = groups
        .map(|group| {
            let kinds: Vec<AnyView> = group.members().map(|category| kind(&name, category, kept)).collect();
            view! {
                <fieldset>
                    <legend>{format!("Hide from {name}: {}", group.label().to_lowercase())}</legend>
                    {kinds}
                </fieldset>
            }
            .into_any()
        })
        .collect();
    view! {
        <li class="destination">
            <details>
                <summary>
                    <strong>{name.clone()}</strong>
                    <small>{move || policy_words(kept.get())}</small>
                </summary>
                <div class="kinds">{groups}</div>
                <small>"Secrets are hidden from everybody, until you keep one in a copy and confirm it."</small>
            </details>
            {removal(&name, RuleEdit::RemoveDestination(name.clone()), FIELD.to_owned())}
        </li>
    }
}

fn kind(name: &str, category: Category, kept: Memo<BTreeSet<Category>>) -> AnyView {
    let store = Store::here();
    let destination = name.to_owned();
    view! {
        <label class="choice">
            <input
                type="checkbox"
                prop:checked=move || kept.with(|kept| !kept.contains(&category))
                on:change=move |event| {
                    let (destination, hide) = (destination.clone(), event_target_checked(&event));
                    store.dispatch(Intent::EditRule(RuleEdit::HideFrom { destination, category, hide }));
                }
            />
            <span>{category_heading(category)}</span>
        </label>
    }
    .into_any()
}

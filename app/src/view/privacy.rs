//! The settings of what is hidden.

use conclave_protocol::{Category, PrivacySettings, RuleKind};
use leptos::prelude::*;

use super::destinations::Destinations;
use super::rules::Rules;
use super::store::Store;
use crate::state::{AppState, CategoryGroup, Intent, RuleEdit, Section, category_heading};

/// The settings in the dialog. Every change is stored at once, and said to be when it is.
#[component]
pub fn PrivacyForm() -> impl IntoView {
    let store = Store::here();
    let stored = store.memo(&[Section::Settings], AppState::settings_are_stored);
    let groups: Vec<AnyView> = CategoryGroup::CHOSEN.into_iter().map(group).collect();
    view! {
        <div class="sheet">
            <h2 id="dialog-title" tabindex="-1" data-first="">"Privacy: what is hidden"</h2>
            <p class="quiet">
                "These rules hold for the marks in the question field and for every copy for another AI. They stay on this device."
            </p>
            <div class="kinds">{groups}</div>
            <Destinations />
            <Rules
                kind=RuleKind::Term
                title="Always hide these words"
                note="Names of projects, customers, places: as whole words, in capitals or not."
                button="Add a word"
            />
            <Rules
                kind=RuleKind::Pattern
                title="Always hide what these patterns match"
                note="Regular expressions, such as PRJ-\\d{4}. Without references back and looks around, so that every text is read in one pass."
                button="Add a pattern"
            />
            <Rules
                kind=RuleKind::Allowed
                title="Never hide these values"
                note="The address of your own company's front desk, say. Capitals and spaces do not matter."
                button="Add a value"
            />
            <div class="actions">
                <small role="status">{move || if stored.get() { "Stored on this device." } else { "Not stored yet." }}</small>
                <button type="button" on:click=move |_| store.dispatch(Intent::CloseDialog)>"Done"</button>
            </div>
        </div>
    }
}

/// The kinds of one group, each hidden or not.
fn group(group: CategoryGroup) -> AnyView {
    let kinds: Vec<AnyView> = group.members().map(kind).collect();
    let all: Vec<AnyView> = ALL.into_iter().filter(|_| group == CategoryGroup::Network).map(all).collect();
    let note = (group == CategoryGroup::Secrets).then(|| {
        view! { <small>"A copy for another AI hides secrets all the same, until you keep one there and confirm it."</small> }
    });
    view! {
        <fieldset>
            <legend>{format!("Hide: {}", group.label().to_lowercase())}</legend>
            {kinds}
            {all}
            {note}
        </fieldset>
    }
    .into_any()
}

/// A kind of value of which only some are hidden, until a person asks for all.
#[derive(Clone, Copy)]
struct All {
    id: &'static str,
    label: &'static str,
    note: &'static str,
    are_hidden: fn(&PrivacySettings) -> bool,
    edit: fn(bool) -> RuleEdit,
}

const ALL: [All; 2] = [
    All {
        id: "all-uuids",
        label: "Every UUID",
        note: "Otherwise those alone that a name says to be a person's or a device's.",
        are_hidden: |privacy| privacy.uuids,
        edit: RuleEdit::HideUuids,
    },
    All {
        id: "all-web-addresses",
        label: "Every web address",
        note: "Otherwise those alone that lead to a person's page or into a private network, or hold a key.",
        are_hidden: |privacy| privacy.web_addresses,
        edit: RuleEdit::HideWebAddresses,
    },
];

fn all(choice: All) -> AnyView {
    let store = Store::here();
    let are_hidden = store.memo(&[Section::Settings], move |state| (choice.are_hidden)(&state.settings.privacy));
    view! {
        <label class="choice">
            <input
                type="checkbox"
                aria-describedby=choice.id
                prop:checked=are_hidden
                on:change=move |event| {
                    store.dispatch(Intent::EditRule((choice.edit)(event_target_checked(&event))));
                }
            />
            <span>{choice.label}</span>
        </label>
        <small id=choice.id>{choice.note}</small>
    }
    .into_any()
}

fn kind(category: Category) -> AnyView {
    let store = Store::here();
    let is_hidden = store.memo(&[Section::Settings], move |state| !state.settings.privacy.kept.contains(&category));
    view! {
        <label class="choice">
            <input
                type="checkbox"
                prop:checked=is_hidden
                on:change=move |event| {
                    let hide = event_target_checked(&event);
                    store.dispatch(Intent::EditRule(RuleEdit::Hide { category, hide }));
                }
            />
            <span>{category_heading(category)}</span>
        </label>
    }
    .into_any()
}

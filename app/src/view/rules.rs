//! A list of rules of the person's own: add one, remove one, and what is wrong with one.

use conclave_protocol::RuleKind;
use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::store::Store;
use crate::link;
use crate::state::{Intent, RuleEdit, Section, rules_of};

/// Longest rule that can be typed; the redactor says where it takes less.
const RULE_CHARS: &str = "400";

/// The list.
#[component]
pub fn Rules(
    /// Which list.
    kind: RuleKind,
    /// Its heading.
    title: &'static str,
    /// What stands in it.
    note: &'static str,
    /// The words of the button that adds.
    button: &'static str,
) -> impl IntoView {
    let store = Store::here();
    let typed = RwSignal::new(String::new());
    let rules = store.memo(&[Section::Settings], move |state| rules_of(&state.settings.privacy, kind).clone());
    let (field, notes) = (format!("rule-{kind:?}"), format!("rule-note-{kind:?}"));
    let described = notes.clone();
    let (label_for, focus_on) = (field.clone(), field.clone());
    view! {
        <form
            class="rules"
            on:submit=move |event| {
                event.prevent_default();
                store.dispatch(Intent::EditRule(RuleEdit::Add { kind, rule: typed.get_untracked() }));
                typed.set(String::new());
            }
        >
            <label class="label" for=label_for>{title}</label>
            <div class="adding">
                <input
                    id=field
                    type="text"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    maxlength=RULE_CHARS
                    aria-describedby=described
                    prop:value=typed
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <button type="submit">{button}</button>
            </div>
            <small id=notes>{note}</small>
            <ul>
                <For each=move || rules.get() key=Clone::clone let:rule>
                    <Rule kind rule focus_on=focus_on.clone() />
                </For>
            </ul>
        </form>
    }
}

#[component]
fn Rule(kind: RuleKind, rule: String, focus_on: String) -> impl IntoView {
    let store = Store::here();
    let this = rule.clone();
    let problem = store.memo(&[Section::Settings], move |state| {
        let index = rules_of(&state.settings.privacy, kind).iter().position(|other| *other == this)?;
        state.redactor.rule_problem(kind, index).map(str::to_owned)
    });
    let remove = RuleEdit::Remove { kind, rule: rule.clone() };
    view! {
        <li>
            <div class="rule">
                <code>{rule.clone()}</code>
                {move || problem.get().map(|reason| view! { <p class="trouble" role="alert">"Not used. " {reason}</p> })}
            </div>
            {removal(&rule, remove, focus_on)}
        </li>
    }
}

/// The button that takes something out of the settings; its line goes with it, so the focus does to a field.
pub(super) fn removal(name: &str, edit: RuleEdit, focus_on: String) -> AnyView {
    let store = Store::here();
    view! {
        <button
            type="button"
            class="plain"
            aria-label=format!("Remove {name}")
            on:click=move |_| {
                store.dispatch(Intent::EditRule(edit.clone()));
                link::focus(&focus_on);
            }
        >
            {icon(Icon::Bin)}
        </button>
    }
    .into_any()
}

//! The first step: original and redacted text side by side, what was found, and the copy.

use leptos::prelude::*;
use web_sys::HtmlSelectElement;

use super::copied::{Copied, copy_button};
use super::found::Found;
use super::linked::MOST_MARKED;
use super::original::Original;
use super::redacted::Redacted;
use super::{dispatch, read};
use crate::state::{
    Command, CopyIntent, CopyStep, Copying, Destination, Section, hidden_words, kept_words, policy_words,
};
use crate::view::command_button::command_button;
use crate::view::icon::Icon;
use crate::view::store::Store;

const DESTINATION: &str = "destination";

/// The step.
#[component]
pub fn HidePane() -> impl IntoView {
    let store = Store::here();
    let said = store.memo(&[Section::PrivateCopy, Section::Connection], |state| match state.redacted() {
        Err(blocked) => blocked.words(),
        Ok(_) => read(state, |copy| copy.review().map(|review| counts(&hidden_words(review), &kept_words(review))))
            .unwrap_or_default(),
    });
    let broken = store.memo(&[Section::Settings], |state| match state.redactor.rule_problems.len() {
        0 => String::new(),
        1 => "1 of your own rules cannot be used and hides nothing.".into(),
        count => format!("{count} of your own rules cannot be used and hide nothing."),
    });
    let is_long = store.memo(&[Section::PrivateCopy], |state| read(state, |copy| copy.marks.len() > MOST_MARKED));
    let was_copied = store.memo(&[Section::PrivateCopy], |state| {
        read(state, |copy| copy.copied.is_some_and(|(what, _)| what == Copying::Redacted))
    });
    view! {
        <p class="quiet">
            "Tokens stand in place of what is private. Copy the redacted text into another AI; the values stay on this device, and come back into its answer in the second step."
        </p>
        <GoesTo />
        <div class="columns"><Original /> <Redacted /></div>
        <Show when=move || is_long.get()>
            <p class="quiet">{format!("The first {MOST_MARKED} values are highlighted; all are counted and hidden.")}</p>
        </Show>
        <div class="verdict">
            <p id="copy-said" role="status">{said}</p>
            <div class="actions">
                {command_button(Command::PrivacySettings, Some(Icon::Settings), "What is hidden")}
                {copy_button(Copying::Redacted, "Copy redacted text", "copy-said")}
            </div>
        </div>
        <Show when=move || !broken.get().is_empty()>
            <p class="trouble" role="alert">{broken}</p>
        </Show>
        <Copied what=Copying::Redacted next="Paste it into the other AI." />
        <Show when=move || was_copied.get()>
            <button
                type="button"
                class="link"
                on:click=move |_| {
                    dispatch(store, CopyIntent::Show(CopyStep::Restore));
                    crate::link::focus("tab-restore");
                }
            >
                "Bring the answer back"
            </button>
        </Show>
        <Found />
    }
}

/// The choice between destinations, where the person named some, and what the rules of the chosen one keep.
#[component]
fn GoesTo() -> impl IntoView {
    let store = Store::here();
    let all = store.memo(&[Section::Settings], |state| Destination::all(&state.settings.privacy).collect::<Vec<_>>());
    let chosen = store.memo(&[Section::PrivateCopy], |state| read(state, |copy| copy.destination.clone()));
    let keeps = store.memo(&[Section::PrivateCopy, Section::Settings], |state| {
        policy_words(read(state, |copy| copy.destination.kept(&state.settings.privacy)))
    });
    let options = move || {
        let option = |to: Destination| {
            let (words, this) = (to.label().to_owned(), to);
            view! { <option prop:selected=move || chosen.get() == this>{words}</option> }.into_any()
        };
        all.get().into_iter().map(option).collect::<Vec<AnyView>>()
    };
    view! {
        <Show when=move || all.with(|all| all.len() > 1)>
            <div class="goes-to">
                <label for=DESTINATION>"It goes to"</label>
                <select
                    id=DESTINATION
                    aria-describedby="destination-keeps"
                    on:change=move |event| {
                        let select: HtmlSelectElement = event_target(&event);
                        let at = usize::try_from(select.selected_index()).unwrap_or_default();
                        if let Some(to) = all.with_untracked(|all| all.get(at).cloned()) {
                            dispatch(store, CopyIntent::GoTo(to));
                        }
                    }
                >
                    {options}
                </select>
                <small id="destination-keeps">{keeps}</small>
            </div>
        </Show>
    }
}

/// What the redacted text hides and keeps, in a sentence each.
fn counts(hidden: &str, kept: &str) -> String {
    let hidden = if hidden.is_empty() {
        "Nothing private was recognised that would be hidden: read the text before you copy it.".to_owned()
    } else {
        format!("Hidden: {hidden}.")
    };
    if kept.is_empty() { hidden } else { format!("{hidden} Kept: {kept}.") }
}

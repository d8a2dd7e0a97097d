//! Private values in the question: highlighted behind the text, and listed in words under it.

use leptos::prelude::*;

use super::header::hint;
use super::icon::{Icon, icon};
use super::mirror::mirror;
use super::store::Store;
use crate::link;
use crate::state::{Command, Intent, RedactStatus, Section, category_words, segments, shorten};

/// Longest value shown in the list, in characters; a private key would fill the page.
const VALUE_CHARS: usize = 32;

/// The text again, with its marks.
#[component]
pub fn Mirror() -> impl IntoView {
    let pieces = Store::here().memo(&[Section::Composer, Section::Marks], |state| {
        let cut = segments(&state.composer.text, &state.composer.marks).into_iter();
        cut.map(|piece| (piece.text.to_owned(), piece.category)).collect()
    });
    mirror(pieces, |text, category| match category {
        Some(_) => view! { <mark>{text}</mark> }.into_any(),
        None => text.into_any(),
    })
}

/// What was recognised, in words.
#[component]
pub fn MarkList() -> impl IntoView {
    let store = Store::here();
    let mac = link::is_mac();
    let found = store.memo(&[Section::Composer, Section::Marks], |state| {
        let composer = &state.composer;
        let mut found: Vec<(String, String, String)> = Vec::new();
        for mark in &composer.marks {
            // The same value twice has the same token and is listed once.
            if found.iter().all(|(_, _, token)| *token != mark.token)
                && let Some(value) = mark.span.of(&composer.text)
            {
                found.push((shorten(value, VALUE_CHARS), category_words(mark.category), mark.token.clone()));
            }
        }
        found
    });
    let trouble = store.memo(&[Section::Marks], |state| {
        if state.redactor.status == RedactStatus::Down {
            "Private values are not being marked: the part that does it could not start."
        } else if state.composer.refused {
            "Private values are not being marked: the text could not be looked through. It may be too long."
        } else {
            ""
        }
    });
    let is_empty = Memo::new(move |_| found.with(Vec::is_empty));
    // The list scrolls: how long it is, is said.
    let review = move || format!("Review what is private ({})", found.with(Vec::len));

    view! {
        <div class="marks">
        <div id="marks">
            <Show when=move || !is_empty.get()>
                <p class="note">
                    {icon(Icon::Lock)}
                    <span>"Recognised as private. Nothing leaves this device."</span>
                </p>
                <ul aria-label="Recognised as private" tabindex="0">
                    <For each=move || found.get() key=Clone::clone let(one)>
                        {item(one)}
                    </For>
                </ul>
            </Show>
            <Show when=move || !trouble.get().is_empty()>
                <p class="note">{trouble}</p>
            </Show>
        </div>
        <Show when=move || !is_empty.get()>
            <button
                type="button"
                class="link"
                title=hint(Command::PrivateCopy, mac)
                on:click=move |_| store.dispatch(Intent::Run(Command::PrivateCopy))
            >
                {review}
            </button>
        </Show>
        </div>
    }
}

fn item((value, kind, token): (String, String, String)) -> AnyView {
    let title = kind.clone();
    view! {
        <li title=title>
            <span class="sr-only">{kind} ": "</span>
            <span class="value">{value}</span>
            <span aria-hidden="true">" → "</span>
            <span class="sr-only">" would become "</span>
            <code>{token}</code>
        </li>
    }
    .into_any()
}

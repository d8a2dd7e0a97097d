//! The text as it is: written or pasted here, with its private values highlighted.

use leptos::prelude::*;
use web_sys::PointerEvent;

use super::linked::{Linked, MOST_MARKED, TOKEN, mark_at, marked};
use super::{dispatch, read};
use crate::link;
use crate::state::{CopyIntent, Section, pieces};
use crate::view::mirror::mirror;
use crate::view::store::{Store, ids};

/// The left column.
#[component]
pub fn Original() -> impl IntoView {
    let store = Store::here();
    let linked = Linked::here();
    let field = NodeRef::<leptos::html::Textarea>::new();
    let hint = RwSignal::new("");
    let text = move || store.read(&[Section::PrivateCopy], |state| read(state, |copy| copy.text.clone()));
    let value = Memo::new(move |_| text());
    let at_caret = move || {
        let Some(at) = field.get_untracked().as_ref().and_then(link::caret) else { return };
        let token = store.peek(|state| read(state, |copy| mark_at(&copy.marks, at).map(|mark| mark.token.clone())));
        linked.look_at(token.as_deref());
    };
    let hide = move || {
        let chosen = field.get_untracked().as_ref().and_then(link::selected);
        let chosen = chosen.filter(|(text, _)| store.peek(|state| read(state, |copy| copy.text == *text)));
        hint.set(if chosen.is_some() { "" } else { "Select a part of the original first." });
        if let Some((_, span)) = chosen {
            dispatch(store, CopyIntent::Hide(span));
        }
    };
    view! {
        <div class="side">
            <div class="head">
                <h3><label id="original-label" for=ids::ORIGINAL>"Original"</label></h3>
                <span class="quiet" role="status">{hint}</span>
                <button type="button" class="plain worded" on:click=move |_| hide()>"Hide this too"</button>
            </div>
            <div class="paper">
                <div class="field">
                    <Mirror />
                    <textarea
                        node_ref=field
                        id=ids::ORIGINAL
                        data-first=""
                        autocomplete="off"
                        spellcheck="false"
                        placeholder="Paste or write the text that another AI should get."
                        prop:value=value
                        on:input=move |event| {
                            hint.set("");
                            dispatch(store, CopyIntent::Write(event_target_value(&event)));
                        }
                        on:keyup=move |_| at_caret()
                        on:click=move |_| at_caret()
                        on:blur=move |_| linked.look_at(None)
                        on:pointermove=move |event: PointerEvent| {
                            // The values lie under the field.
                            linked.look_at(link::under_pointer(&event, TOKEN).as_deref());
                        }
                        on:pointerleave=move |_| linked.look_at(None)
                    ></textarea>
                </div>
            </div>
        </div>
    }
}

/// The text again, with its marks.
#[component]
fn Mirror() -> impl IntoView {
    let store = Store::here();
    let shown = store.memo(&[Section::PrivateCopy], |state| {
        read(state, |copy| {
            let kept = copy.kept();
            let marks = copy.marks.iter().take(MOST_MARKED);
            let marks = marks.map(|mark| (mark.span, (mark.token.clone(), !kept.contains(mark.token.as_str()))));
            let cut = pieces(&copy.text, marks).into_iter();
            cut.map(|(text, known)| (text.to_owned(), known)).collect::<Vec<_>>()
        })
    });
    mirror(shown, |text, known| match known {
        Some((token, is_hidden)) => marked(text, token, is_hidden),
        None => text.into_any(),
    })
}

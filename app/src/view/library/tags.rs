//! A field in which a tag is written; the tags that are there are offered.

use leptos::prelude::*;

use super::super::store::Store;
use crate::state::{Section, tags_in};

/// The field with its button.
#[component]
pub fn TagForm(id: &'static str, words: &'static str, on_tag: Callback<String>) -> impl IntoView {
    let store = Store::here();
    let tag = RwSignal::new(String::new());
    let known = store.memo(&[Section::Documents], |state| tags_in(&state.documents));
    let list = format!("{id}-known");
    let options = move || {
        known
            .get()
            .into_iter()
            .map(|(tag, _)| view! { <option value=tag></option> }.into_any())
            .collect::<Vec<AnyView>>()
    };
    view! {
        <form
            class="tag-form"
            on:submit=move |event| {
                event.prevent_default();
                on_tag.run(tag.get_untracked());
                tag.set(String::new());
            }
        >
            <label class="sr-only" for=id>"Tag"</label>
            <input
                id=id
                type="text"
                list=list.clone()
                maxlength="40"
                autocomplete="off"
                placeholder="Tag"
                prop:value=tag
                on:input=move |event| tag.set(event_target_value(&event))
            />
            <datalist id=list>{options}</datalist>
            <button type="submit">{words}</button>
        </form>
    }
}

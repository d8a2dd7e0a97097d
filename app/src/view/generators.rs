//! Which model writes answers: the one that ships, or one that a person added.

use conclave_protocol::{ModelId, OwnModel};
use leptos::prelude::*;

use super::command_button::command_button;
use super::icon::Icon;
use super::remove::remove_button;
use super::store::Store;
use crate::state::{Command, Confirm, Section, bytes, weights};

/// What adds a file of the person's own.
pub const ADD_MODEL_FILE: &str = "Add a model of your own";

/// The choice in the settings.
#[component]
pub fn Generators(
    /// The chosen one; none is the one that ships.
    chosen: Memo<Option<ModelId>>,
    /// Called with the choice of a person.
    choose: Callback<Option<ModelId>>,
) -> impl IntoView {
    let store = Store::here();
    let own = store.memo(&[Section::Models], |state| state.own_models.clone());
    let choice = move |id: Option<ModelId>, name: String, facts: String, more: Option<AnyView>| {
        let this = id.clone();
        view! {
            <li>
                <label>
                    <input
                        type="radio"
                        name="generator"
                        prop:checked=move || chosen.get() == this
                        on:change=move |_| choose.run(id.clone())
                    />
                    <span>{name} <small>{facts}</small></span>
                </label>
                {more}
            </li>
        }
        .into_any()
    };
    let ships = move || choice(None, "SmolLM2 135M".to_owned(), "98 MB · comes with Conclave".to_owned(), None);
    let added = move || {
        let line = |model: OwnModel| {
            let facts = facts(&model);
            let OwnModel { id, name, .. } = model;
            let confirm = Confirm::RemoveModel { model: id.clone(), name: name.clone() };
            let button = remove_button(&name, confirm);
            choice(Some(id), name, facts, Some(button))
        };
        own.get().into_iter().map(line).collect::<Vec<_>>()
    };
    view! {
        <fieldset class="generators">
            <legend>"Model that writes answers"</legend>
            <ul>{ships()} {added}</ul>
            <div class="worded-buttons">
                {command_button(Command::ShowModels, None, "Choose or download a model")}
                {command_button(Command::AddDocuments, Some(Icon::Plus), ADD_MODEL_FILE)}
                {command_button(Command::ShowDevice, None, "What suits this device?")}
            </div>
            <small>
                "A .gguf file, or all files of a folder with .safetensors: Llama, Mistral, Qwen and Phi models of up to 2.1 GB, with a graphics processor of up to 8 GB. A larger one usually answers better and takes longer. It is kept in this browser and stays on this device."
            </small>
        </fieldset>
    }
}

fn facts(model: &OwnModel) -> String {
    let mut facts = vec![bytes(model.size_bytes), weights(model.parameters), model.stored_as.clone()];
    facts.extend(model.licence.as_ref().map(|licence| format!("licence {licence}")));
    facts.join(" · ")
}

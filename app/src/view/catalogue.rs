//! The list of models: which can be had, which are here, and which one writes.

use leptos::prelude::*;

use super::command_button::command_button;
use super::generators::ADD_MODEL_FILE;
use super::icon::Icon;
use super::store::Store;
use crate::state::{Action, Command, DeviceLook, Intent, ModelLine, Section, model_lines};

/// Sections that lines are made of.
const SECTIONS: &[Section] = &[Section::Models, Section::Settings, Section::Device];

/// The list in the dialog.
#[component]
pub fn Catalogue() -> impl IntoView {
    let store = Store::here();
    let keys = store.memo(SECTIONS, |state| model_lines(state).into_iter().map(|line| line.key).collect::<Vec<_>>());
    let look = store.memo(&[Section::Device], |state| match state.device {
        DeviceLook::Measuring(_) => "Measuring this device, to say which models suit it…",
        DeviceLook::Failed(_) => "This device could not be measured, so nobody can say which models suit it.",
        DeviceLook::Unknown | DeviceLook::Known(_) => "",
    });
    view! {
        <div class="sheet">
            <h2 id="dialog-title" tabindex="-1" data-first="">"Models"</h2>
            <p class="quiet">
                "Which model writes answers. Each runs on this device. A download asks huggingface.co for the file and nothing else: the host learns the network address of this device and which file it fetches, never a question or a document."
            </p>
            <p role="status" class="quiet">{look}</p>
            <ul class="lines" aria-label="Models">
                <For each=move || keys.get() key=Clone::clone let:key>
                    <Line key />
                </For>
            </ul>
            <AnotherAddress />
            <div class="actions">
                {command_button(Command::AddDocuments, Some(Icon::Plus), ADD_MODEL_FILE)}
                <button type="button" on:click=move |_| store.dispatch(Intent::CloseDialog)>"Close"</button>
            </div>
        </div>
    }
}

#[component]
fn Line(key: String) -> impl IntoView {
    let store = Store::here();
    let line = store
        .memo(SECTIONS, move |state| model_lines(state).into_iter().find(|line| line.key == key).unwrap_or_default());
    // Each part by itself, so that a button keeps the focus while numbers beside it change.
    let part = move |read: fn(&ModelLine) -> String| Memo::new(move |_| line.with(read));
    let name = part(|line| line.name.clone());
    let status = part(|line| line.status.clone().unwrap_or_default());
    let trouble = part(|line| line.trouble.clone().unwrap_or_default());
    let facts = Memo::new(move |_| line.with(|line| line.facts.clone()));
    let fit = Memo::new(move |_| line.with(|line| line.fit.clone()));
    let progress = Memo::new(move |_| line.with(|line| line.progress));
    let first = Memo::new(move |_| line.with(|line| line.first.clone()));
    let second = Memo::new(move |_| line.with(|line| line.second.clone()));
    let facts = move || {
        let fact = |(name, words)| view! { <div><dt>{name}</dt> <dd>{words}</dd></div> }.into_any();
        facts.get().into_iter().map(fact).collect::<Vec<AnyView>>()
    };
    let bar = move || {
        progress.with(Option::is_some).then(|| {
            let (done, total) =
                (move || progress.get().unwrap_or_default().0, move || progress.get().unwrap_or_default().1);
            view! {
                <progress
                    aria-label=move || format!("{}: {}", name.get(), status.get())
                    max=move || total().to_string()
                    value=move || done().min(total()).to_string()
                ></progress>
            }
        })
    };
    view! {
        <li class="line">
            <h3>{name}</h3>
            <dl>{facts}</dl>
            {move || {
                fit.get().map(|fit| view! { <p class="fit" data-good=fit.is_good.then_some("yes")>{fit.words}</p> })
            }}
            <p class="quiet">{status}</p>
            {bar}
            {move || {
                let words = trouble.get();
                (!words.is_empty()).then(|| view! { <p class="trouble" role="alert">{words}</p> })
            }}
            <div class="buttons"><ActionButton name action=first /> <ActionButton name action=second plain=true /></div>
        </li>
    }
}

/// A button that stays the same while what it does changes: who pressed "Download" has the focus on "Pause".
#[component]
fn ActionButton(name: Memo<String>, action: Memo<Option<Action>>, #[prop(optional)] plain: bool) -> impl IntoView {
    let store = Store::here();
    let words = move || action.with(|action| action.as_ref().map_or("", |action| action.words));
    let rests = move || action.with(|action| action.as_ref().is_some_and(|action| action.intent.is_none()));
    let is_there = Memo::new(move |_| action.with(Option::is_some));
    move || {
        is_there.get().then(|| {
            view! {
                <button
                    type="button"
                    class:plain=plain
                    class="worded"
                    aria-label=move || format!("{}: {}", words(), name.get())
                    aria-disabled=move || rests().to_string()
                    on:click=move |_| {
                        let intent = action.with_untracked(|action| action.as_ref()?.intent.clone());
                        if let Some(intent) = intent {
                            store.dispatch(intent);
                        }
                    }
                >
                    {words}
                </button>
            }
        })
    }
}

/// A file that is not on the list.
#[component]
fn AnotherAddress() -> impl IntoView {
    let store = Store::here();
    let address = RwSignal::new(String::new());
    view! {
        <form
            class="another"
            on:submit=move |event| {
                event.prevent_default();
                store.dispatch(Intent::Download(address.get_untracked()));
                address.set(String::new());
            }
        >
            <label for="model-address">"Another GGUF file at Hugging Face"</label>
            <div>
                <input
                    id="model-address"
                    type="text"
                    inputmode="url"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="512"
                    required
                    placeholder="https://huggingface.co/…/….gguf"
                    prop:value=address
                    on:input=move |event| address.set(event_target_value(&event))
                />
                <button type="submit">"Download"</button>
            </div>
        </form>
    }
}

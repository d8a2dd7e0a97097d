//! The settings.

use conclave_protocol::{ModelId, Processor, Settings, Theme};
use leptos::prelude::*;

use super::command_button::command_button;
use super::generators::Generators;
use super::icon::Icon;
use super::store::Store;
use crate::state::{AppState, Command, Intent, Models, Section};

/// The settings in the dialog. Every change is stored at once, and said to be when it is.
#[component]
pub fn SettingsForm() -> impl IntoView {
    let store = Store::here();
    let settings = store.memo(&[Section::Settings], |state| state.settings.clone());
    let stored = store.memo(&[Section::Settings], AppState::settings_are_stored);
    let change = move |edit: &dyn Fn(&mut Settings)| {
        let mut next = settings.get_untracked();
        edit(&mut next);
        store.dispatch(Intent::Save(next));
    };
    let runs_on = store.memo(&[Section::Models], |state| state.models.as_ref().map_or("", Models::runs_on));
    let chosen = Memo::new(move |_| settings.with(|settings| settings.generator.clone()));
    let choose = move |generator: Option<ModelId>| change(&|settings| settings.generator.clone_from(&generator));
    let themes: Vec<AnyView> = [(Theme::System, "As the system"), (Theme::Light, "Light"), (Theme::Dark, "Dark")]
        .map(|(theme, words)| {
            let is_chosen = Signal::derive(move || settings.get().theme == theme);
            segment("theme", words, is_chosen, move || change(&|settings| settings.theme = theme))
        })
        .into();
    let processors: Vec<AnyView> = [
        (Processor::Automatic, "What suits"),
        (Processor::Graphics, "Graphics processor"),
        (Processor::Central, "Processor"),
    ]
    .map(|(processor, words)| {
        let is_chosen = Signal::derive(move || settings.get().processor == processor);
        segment("processor", words, is_chosen, move || change(&|settings| settings.processor = processor))
    })
    .into();
    let tokens = Settings::ANSWER_TOKENS;
    let temperature = Settings::TEMPERATURE;

    view! {
        <div class="sheet">
            <h2 id="dialog-title">"Settings"</h2>
            <fieldset class="segmented">
                <legend>"Colours"</legend>
                <div>{themes}</div>
            </fieldset>
            <Generators chosen choose=Callback::new(choose) />
            <fieldset class="segmented">
                <legend>"It runs on"</legend>
                <div>{processors}</div>
                <small>{move || runs_on.get()}</small>
            </fieldset>
            <fieldset>
                <legend>"Privacy"</legend>
                {command_button(Command::PrivacySettings, Some(Icon::Lock), "What is hidden")}
            </fieldset>
            <fieldset>
                <legend>"Storage"</legend>
                {command_button(Command::ShowVault, None, "What is stored, and backups")}
            </fieldset>
            <label class="switch">
                <span>
                    "Load the models when the page opens"
                    <small>"Otherwise they load with the first question."</small>
                </span>
                <input
                    type="checkbox"
                    role="switch"
                    data-first=""
                    prop:checked=move || settings.get().load_models_at_start
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        change(&|settings| settings.load_models_at_start = on);
                    }
                />
            </label>
            <label class="switch">
                <span>
                    "Show trace and sources when the page opens"
                    <small>"On a narrow screen they stay behind their button."</small>
                </span>
                <input
                    type="checkbox"
                    role="switch"
                    prop:checked=move || settings.get().show_trace
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        change(&|settings| settings.show_trace = on);
                    }
                />
            </label>
            <div class="slider">
                <label for="answer-tokens">"Longest answer"</label>
                <output for="answer-tokens">{move || format!("{} tokens", settings.get().max_answer_tokens)}</output>
                <input
                    id="answer-tokens"
                    type="range"
                    min=tokens.start().to_string()
                    max=tokens.end().to_string()
                    step="32"
                    prop:value=move || settings.get().max_answer_tokens.to_string()
                    on:change=move |event| {
                        if let Ok(value) = event_target_value(&event).parse() {
                            change(&|settings| settings.max_answer_tokens = value);
                        }
                    }
                />
                <small>"A token is about three quarters of a word."</small>
            </div>
            <div class="slider">
                <label for="temperature">"Temperature of answers without sources"</label>
                <output for="temperature">{move || format!("{:.1}", settings.get().temperature)}</output>
                <input
                    id="temperature"
                    type="range"
                    min=temperature.start().to_string()
                    max=temperature.end().to_string()
                    step="0.1"
                    prop:value=move || settings.get().temperature.to_string()
                    on:change=move |event| {
                        if let Ok(value) = event_target_value(&event).parse() {
                            change(&|settings| settings.temperature = value);
                        }
                    }
                />
                <small>"0 always gives the likeliest words; higher values vary more and err more."</small>
            </div>
            <div class="actions">
                <small role="status">{move || if stored.get() { "Stored on this device." } else { "Not stored yet." }}</small>
                <button type="button" on:click=move |_| store.dispatch(Intent::CloseDialog)>"Done"</button>
            </div>
        </div>
    }
}

/// One of several words of which one holds.
fn segment(name: &'static str, words: &'static str, is_chosen: Signal<bool>, choose: impl Fn() + 'static) -> AnyView {
    view! {
        <label>
            <input type="radio" name=name prop:checked=is_chosen on:change=move |_| choose() />
            <span>{words}</span>
        </label>
    }
    .into_any()
}

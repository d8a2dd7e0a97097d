//! What is stored on this device, whether it stays, and the whole of it as one file.

use conclave_protocol::{BackupProgress, Passphrase};
use leptos::prelude::*;
use web_sys::{File, HtmlInputElement};

use super::store::Store;
use crate::link;
use crate::state::{
    BackupStage, Intent, Section, VaultIntent, bytes, came_words, kept_storage_words, passphrase_of,
    passphrase_trouble, removal_question, storage_lines,
};

/// The page in the dialog.
#[component]
pub fn VaultPage() -> impl IntoView {
    let store = Store::here();
    view! {
        <div class="sheet">
            <h2 id="dialog-title" tabindex="-1" data-first="">"Storage and backups"</h2>
            <Stored />
            <Stage />
            <MakeBackup />
            <BringBack />
            <div class="actions">
                <button type="button" on:click=move |_| store.dispatch(Intent::CloseDialog)>"Close"</button>
            </div>
        </div>
    }
}

/// What is stored, and where.
#[component]
fn Stored() -> impl IntoView {
    let store = Store::here();
    let storage = store.memo(&[Section::Vault], |state| state.vault.storage);
    let lines = move || {
        let lines = storage.get().map(|storage| storage_lines(&storage)).unwrap_or_default();
        let line = |(name, words)| view! { <div><dt>{name}</dt> <dd>{words}</dd></div> }.into_any();
        lines.into_iter().map(line).collect::<Vec<AnyView>>()
    };
    let kept = move || storage.get().map(|storage| kept_storage_words(storage.kept));
    let can_ask = move || storage.get().is_some_and(|storage| storage.kept != Some(true));
    view! {
        <section>
            <h3>"On this device"</h3>
            <dl>{lines}</dl>
            <KeepOriginals />
            <p class="quiet">
                "All of it is in this browser’s storage, sealed under a key that this device does not give away. Models are files that everybody can download, and are not sealed. "
                <span role="status">{kept}</span>
            </p>
            <Show when=can_ask>
                <button
                    type="button"
                    class="plain worded"
                    on:click=move |_| store.dispatch(Intent::InVault(VaultIntent::KeepStorage))
                >
                    "Ask the browser to keep it"
                </button>
            </Show>
        </section>
    }
}

/// Whether PDF files are kept. Those that are kept go when a person does not want them, after a question.
#[component]
fn KeepOriginals() -> impl IntoView {
    let store = Store::here();
    let keeps = store.memo(&[Section::Settings], |state| state.settings.keep_originals);
    let question = store.memo(&[Section::Vault], |state| removal_question(state.vault.storage.as_ref()));
    let asks = RwSignal::new(false);
    let input = NodeRef::<leptos::html::Input>::new();
    let save = move |keep_originals: bool| {
        asks.set(false);
        let settings = store.peek(|state| state.settings.clone());
        store.dispatch(Intent::Save(conclave_protocol::Settings { keep_originals, ..settings }));
    };
    let change = move |event: web_sys::Event| {
        if event_target_checked(&event) {
            save(true);
        } else {
            // Whatever was measured before: files may have come since.
            asks.set(true);
            store.dispatch(Intent::InVault(VaultIntent::Measure));
        }
    };
    // The question goes away with its answer: the focus goes back to what asked it.
    let to_switch = move || {
        if let Some(input) = input.get_untracked() {
            // It is on the page.
            let _ = input.focus();
        }
    };
    let keep = move |_| {
        asks.set(false);
        if let Some(input) = input.get_untracked() {
            input.set_checked(true);
        }
        to_switch();
    };
    let remove = move |_| {
        save(false);
        to_switch();
    };
    view! {
        <label class="switch">
            <span>
                "Keep original PDF files"
                <small>"So that their pages can be shown as they look. Files in connected folders are read there."</small>
            </span>
            <input type="checkbox" role="switch" node_ref=input prop:checked=keeps on:change=change />
        </label>
        <Show when=move || asks.get()>
            <div role="alert" class="stage">
                <p>{question}</p>
                <div class="worded-buttons">
                    <button type="button" class="plain worded" on:click=keep>"Keep them"</button>
                    <button type="button" class="danger" on:click=remove>"Remove them"</button>
                </div>
            </div>
        </Show>
    }
}

/// What became of the backup that was asked for last.
#[component]
fn Stage() -> impl IntoView {
    let store = Store::here();
    let stage = store.memo(&[Section::Vault], |state| state.vault.backup.clone());
    let progress = Memo::new(move |_| stage.with(progress));
    let running = Memo::new(move |_| {
        stage.with(|stage| match stage {
            BackupStage::Running { file, .. } => Some(file.is_some()),
            _ => None,
        })
    });
    let bar = move || {
        running.get().map(|brings_back| {
            let words = if brings_back { "Bringing back…" } else { "Making the backup…" };
            view! {
                <div class="stage">
                    <p role="status">{words}</p>
                    <progress
                        aria-label=words
                        max=move || progress.get().of.to_string()
                        value=move || progress.get().done.to_string()
                    ></progress>
                    <button
                        type="button"
                        class="plain worded"
                        on:click=move |_| store.dispatch(Intent::InVault(VaultIntent::Stop))
                    >
                        "Stop"
                    </button>
                </div>
            }
        })
    };
    let ended = move || match stage.get() {
        BackupStage::Ready(backup) => view! {
            <div class="stage">
                <p role="status">
                    {format!(
                        "The backup is ready: {}. {}",
                        bytes(backup.size_bytes),
                        if backup.left_out == 0 {
                            "Whoever has the file needs the passphrase to open it. Keep both, in different places."
                        } else {
                            "Some records could not be read and are not in it."
                        },
                    )}
                </p>
                <button
                    type="button"
                    class="primary"
                    on:click=move |_| store.dispatch(Intent::InVault(VaultIntent::SaveFile))
                >
                    "Save the file"
                </button>
            </div>
        }
        .into_any(),
        BackupStage::Back(came) => view! { <p role="status" class="stage">{came_words(&came)}</p> }.into_any(),
        BackupStage::Failed(problem) => view! { <p class="trouble" role="alert">{problem.to_string()}</p> }.into_any(),
        BackupStage::Idle | BackupStage::Running { .. } => ().into_any(),
    };
    view! {
        {bar}
        {ended}
    }
}

fn progress(stage: &BackupStage) -> BackupProgress {
    match stage {
        BackupStage::Running { progress: Some(progress), .. } => *progress,
        _ => BackupProgress { done: 0, of: 1 },
    }
}

/// Makes a backup.
#[component]
fn MakeBackup() -> impl IntoView {
    let store = Store::here();
    let (first, second) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let made_up = RwSignal::new(None::<String>);
    let trouble = move || passphrase_trouble(&first.get(), &second.get());
    let runs = store.memo(&[Section::Vault], |state| matches!(state.vault.backup, BackupStage::Running { .. }));
    let can_begin = move || trouble().is_none() && !runs.get();
    let make_up = move |_| {
        let words = passphrase_of(link::env().random);
        first.set(words.clone());
        second.set(words.clone());
        made_up.set(Some(words));
    };
    view! {
        <form
            on:submit=move |event| {
                event.prevent_default();
                if can_begin() {
                    let passphrase = Passphrase(first.get_untracked());
                    store.dispatch(Intent::InVault(VaultIntent::BackUp(passphrase)));
                    first.set(String::new());
                    second.set(String::new());
                }
            }
        >
            <h3>"Make a backup"</h3>
            <p class="quiet">
                "Documents, index and conversations in one encrypted file, without the models. Bring it back here or on another device. It is in the format of age, a free tool, which opens it too."
            </p>
            {password("new-passphrase", "Passphrase", "new-password", first)}
            {password("same-passphrase", "The same again", "new-password", second)}
            {move || {
                made_up.get().map(|words| {
                    view! {
                        <p role="status">
                            "Write this down, nobody can recover it: " <output class="made-up">{words}</output>
                        </p>
                    }
                })
            }}
            <small id="passphrase-trouble">
                {move || {
                    let words = if first.with(String::is_empty) { None } else { trouble() };
                    words.unwrap_or_else(|| "At least 12 characters. Nobody can open the file without it.".to_owned())
                }}
            </small>
            <div class="worded-buttons">
                <button type="button" class="plain worded" on:click=make_up>"Make one up"</button>
                <button type="submit" aria-disabled=move || (!can_begin()).to_string()>"Make the backup"</button>
            </div>
        </form>
    }
}

/// Brings one back.
#[component]
fn BringBack() -> impl IntoView {
    let store = Store::here();
    let passphrase = RwSignal::new(String::new());
    let picked = RwSignal::new_local(None::<File>);
    let runs = store.memo(&[Section::Vault], |state| matches!(state.vault.backup, BackupStage::Running { .. }));
    let can_begin = move || picked.with(Option::is_some) && !passphrase.with(String::is_empty) && !runs.get();
    view! {
        <form
            on:submit=move |event| {
                event.prevent_default();
                if can_begin()
                    && let Some(file) = picked.get_untracked().and_then(|file| store.hold(file))
                {
                    let passphrase_typed = Passphrase(passphrase.get_untracked());
                    store.dispatch(Intent::InVault(VaultIntent::BringBack { file, passphrase: passphrase_typed }));
                    passphrase.set(String::new());
                }
            }
        >
            <h3>"Bring a backup back"</h3>
            <p class="quiet">"What is here stays as it is; what is in the backup and not here comes back."</p>
            <label for="backup-file">"Backup file"</label>
            <input
                id="backup-file"
                type="file"
                accept=".age"
                on:change=move |event| {
                    let files = event_target::<HtmlInputElement>(&event).files();
                    picked.set(files.and_then(|files| files.get(0)));
                }
            />
            {password("backup-passphrase", "Its passphrase", "current-password", passphrase)}
            <div class="worded-buttons">
                <button type="submit" aria-disabled=move || (!can_begin()).to_string()>"Bring it back"</button>
            </div>
        </form>
    }
}

fn password(id: &'static str, label: &'static str, kind: &'static str, value: RwSignal<String>) -> AnyView {
    view! {
        <label for=id>{label}</label>
        <input
            id=id
            type="password"
            autocomplete=kind
            spellcheck="false"
            prop:value=value
            on:input=move |event| value.set(event_target_value(&event))
        />
    }
    .into_any()
}

//! One modal dialog for everything that needs one; the browser keeps the focus inside and gives it back.

use leptos::prelude::*;

use super::catalogue::Catalogue;
use super::device::DeviceLook;
use super::folders::ForgetFolder;
use super::help::Help;
use super::palette::Palette;
use super::privacy::PrivacyForm;
use super::private_copy::PrivateCopy;
use super::rename::Rename;
use super::settings::SettingsForm;
use super::store::Store;
use super::vault::VaultPage;
use crate::state::{Confirm, Dialog, Intent, Section, count};

/// The dialog, closed most of the time.
#[component]
pub fn Dialogs() -> impl IntoView {
    let store = Store::here();
    let dialog = store.memo(&[Section::Layout], |state| state.layout.dialog.clone());
    let element = NodeRef::<leptos::html::Dialog>::new();
    let pressed = StoredValue::new(false);
    let kind = move || dialog.get().map(|dialog| kind(&dialog));
    let content = move || dialog.get().map(|dialog| content(store, dialog));

    Effect::new(move |_| {
        let wanted = dialog.with(Option::is_some);
        let Some(element) = element.get() else { return };
        if wanted && !element.open() {
            // Fails only for an element that is not on the page.
            let _ = element.show_modal();
            focus_first(&element);
        } else if wanted {
            // One follows another: it begins at its head, however far that one was scrolled.
            element.set_scroll_top(0.0);
            focus_first(&element);
        } else if !wanted && element.open() {
            element.close();
        }
    });

    view! {
        <dialog
            node_ref=element
            class=kind
            aria-labelledby="dialog-title"
            on:cancel=move |event: web_sys::Event| {
                // A picker of files inside that is left without another file says so, too.
                if event.target() != event.current_target() {
                    return;
                }
                // Escape. The state closes the dialog: by itself it would close first and tell a moment later, when the next
                // one may be about to open.
                event.prevent_default();
                store.dispatch(Intent::CloseDialog);
            }
            on:pointerdown=move |event| pressed.set_value(event.target() == event.current_target())
            on:click=move |event| {
                // A press on the backdrop is a press on the dialog itself, not on what is in it. It begins there, too: who
                // selects text in a field may let go outside.
                let on_itself = event.target() == event.current_target();
                if on_itself && pressed.get_value() {
                    store.dispatch(Intent::CloseDialog);
                }
            }
        >
            {content}
        </dialog>
    }
}

/// The element that the content names takes the focus: `showModal` looks for `autofocus` only in parsed HTML. In a long dialog
/// that is the heading: a button below would scroll what comes first out of sight.
fn focus_first(dialog: &web_sys::HtmlDialogElement) {
    use wasm_bindgen::JsCast;
    if let Ok(Some(first)) = dialog.query_selector("[data-first]")
        && let Ok(first) = first.dyn_into::<web_sys::HtmlElement>()
    {
        let _ = first.focus();
    }
}

const fn kind(dialog: &Dialog) -> &'static str {
    match dialog {
        Dialog::Palette => "palette",
        Dialog::Settings => "settings",
        Dialog::Privacy => "settings privacy",
        Dialog::PrivateCopy => "private-copy",
        Dialog::Device => "device",
        Dialog::Vault => "device vault",
        Dialog::Models => "models-list",
        Dialog::Help => "help",
        Dialog::Rename { .. } | Dialog::ForgetFolder { .. } | Dialog::Confirm(_) => "small",
    }
}

fn content(store: Store, dialog: Dialog) -> AnyView {
    match dialog {
        Dialog::Palette => view! { <Palette /> }.into_any(),
        Dialog::Settings => view! { <SettingsForm /> }.into_any(),
        Dialog::Privacy => view! { <PrivacyForm /> }.into_any(),
        Dialog::PrivateCopy => view! { <PrivateCopy /> }.into_any(),
        Dialog::Device => view! { <DeviceLook /> }.into_any(),
        Dialog::Vault => view! { <VaultPage /> }.into_any(),
        Dialog::Models => view! { <Catalogue /> }.into_any(),
        Dialog::Help => view! { <Help /> }.into_any(),
        Dialog::Rename { thread, title } => view! { <Rename thread title /> }.into_any(),
        Dialog::ForgetFolder { folder, name, files } => view! { <ForgetFolder folder name files /> }.into_any(),
        Dialog::Confirm(confirm) => confirmation(store, confirm),
    }
}

fn confirmation(store: Store, confirm: Confirm) -> AnyView {
    let (title, words, button, intent) = match confirm {
        Confirm::DeleteThread { thread, title, turns } => {
            let content = match turns {
                1 => "its question and its answer".to_owned(),
                _ => format!("its {turns} questions and their answers"),
            };
            (
                "Delete this thread?".to_owned(),
                format!("“{title}” is deleted with {content}. This cannot be undone."),
                "Delete",
                Intent::DeleteThread(thread),
            )
        }
        Confirm::RemoveDocuments { documents, name } => {
            let (title, what) = match documents.len() {
                1 => ("Remove this document?".to_owned(), format!("“{name}” leaves")),
                many => (format!("Remove {} documents?", count(many as u64)), format!("“{name}” and the others leave")),
            };
            let words = format!(
                "{what} this device, with text and index. Answers keep their quotations, but their citations no longer open. This cannot be undone."
            );
            (title, words, "Remove", Intent::RemoveDocuments(documents))
        }
        Confirm::RemoveModel { model, name } => (
            "Remove this model?".to_owned(),
            format!(
                "“{name}” is taken off this device. To use it again, its file has to be added or downloaded again."
            ),
            "Remove",
            Intent::RemoveModel(model),
        ),
    };
    view! {
        <div class="sheet">
            <h2 id="dialog-title">{title}</h2>
            <p>{words}</p>
            <div class="actions">
                <button type="button" class="plain" data-first="" on:click=move |_| store.dispatch(Intent::CloseDialog)>
                    "Keep it"
                </button>
                <button type="button" class="danger" on:click=move |_| store.dispatch(intent.clone())>
                    {button}
                </button>
            </div>
        </div>
    }
    .into_any()
}

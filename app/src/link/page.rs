//! The page itself: time and randomness, the address, colours, the network, keys.

use conclave_protocol::{Theme, ThreadId};
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlElement, KeyboardEvent, MediaQueryList};

use crate::state::{Env, KeyPress};

/// Below this width panels lie over the page; `layout.css` has the same figure in its container query.
const NARROW: &str = "(width < 68rem)";

/// Where the address keeps the open thread.
const THREAD_PREFIX: &str = "#thread=";

/// The colour scheme is kept here too, so that `boot.js` can show it before the engine opens the storage.
const THEME_KEY: &str = "conclave-theme";

/// Time and fresh random bytes.
pub fn env() -> Env {
    let mut random = [0; 16];
    if let Ok(crypto) = window().crypto() {
        // A browser without randomness gives zeros: identifiers then repeat within this visit, nothing secret is lost.
        let _ = crypto.get_random_values_with_u8_array(&mut random);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole milliseconds since 1970")]
    let now_ms = js_sys::Date::now() as u64;
    Env { now_ms, random }
}

/// The thread that the address names.
pub fn remembered_thread() -> Option<ThreadId> {
    let hash = window().location().hash().ok()?;
    let id = hash.strip_prefix(THREAD_PREFIX)?;
    let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then(|| ThreadId(id.to_owned()))
}

/// Keeps the open thread in the address, so that a reload and the browser's history lead back to it.
pub fn remember_thread(thread: Option<&ThreadId>) {
    let location = window().location();
    let wanted = thread.map_or_else(String::new, |thread| format!("{THREAD_PREFIX}{thread}"));
    if location.hash().is_ok_and(|hash| hash != wanted) {
        let _ = location.set_hash(&wanted);
    }
}

/// Asks the browser not to clear this site's storage when the device runs out of room. A browser may ask the person, or say
/// no; then everything is stored as before, at the browser's mercy.
/// Calls `answered` after it has said something.
pub fn ask_to_keep_storage(answered: impl FnOnce() + 'static) {
    let asked = window().navigator().storage().persist();
    spawn_local(async move {
        if let Ok(asked) = asked {
            // What it said shows in what it tells of its storage.
            let _ = JsFuture::from(asked).await;
        }
        answered();
    });
}

/// Shows a colour scheme.
pub fn apply_theme(theme: Theme) {
    let name = match theme {
        Theme::System => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    };
    let storage = window().local_storage().ok().flatten();
    if let Some(root) = document().document_element() {
        // Storage of the browser may be full or blocked; then only the first moment of the next visit differs.
        match name {
            Some(name) => {
                let _ = root.set_attribute("data-theme", name);
                let _ = storage.map(|storage| storage.set_item(THEME_KEY, name));
            }
            None => {
                let _ = root.remove_attribute("data-theme");
                let _ = storage.map(|storage| storage.remove_item(THEME_KEY));
            }
        }
    }
}

/// Whether the browser says that there is no network.
pub fn is_offline() -> bool {
    !window().navigator().on_line()
}

/// The query that tells whether panels lie over the page.
pub fn narrow_query() -> Option<MediaQueryList> {
    window().match_media(NARROW).ok().flatten()
}

/// Whether keys are named as on a Mac.
pub fn is_mac() -> bool {
    window().navigator().user_agent().is_ok_and(|agent| agent.contains("Mac"))
}

/// A key press in the state's terms.
pub fn key_press(event: &KeyboardEvent, mac: bool) -> KeyPress {
    let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let typing = target.is_some_and(|element| matches!(element.tag_name().as_str(), "TEXTAREA" | "INPUT"));
    KeyPress {
        key: event.key(),
        code: event.code(),
        primary: if mac { event.meta_key() } else { event.ctrl_key() },
        // On a Mac, Option types characters (@ on a German keyboard): in a text field it is not ours.
        alt: event.alt_key() && !(mac && typing),
        shift: event.shift_key(),
    }
}

/// Moves the focus to the element with this identity.
pub fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that just went away cannot take the focus.
        let _ = element.focus();
    }
}

/// The element that has the focus. An element of a dialog goes away with it and is no place to return to.
pub fn focused() -> Option<HtmlElement> {
    let element = document().active_element().filter(|element| element.tag_name() != "BODY")?;
    let in_dialog = element.closest("dialog").is_ok_and(|dialog| dialog.is_some());
    element.dyn_into().ok().filter(|_| !in_dialog)
}

/// Loads the page again.
pub fn reload() {
    let _ = window().location().reload();
}

/// The page runs: the boot script's skeleton goes.
pub fn started() {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-boot", "ready");
    }
    if let Some(skeleton) = document().get_element_by_id("boot") {
        skeleton.remove();
    }
}

/// The page broke: a sentence of `index.html` says so, above everything else, and at which place of the source.
pub fn announce_panic(place: &str) {
    if let Some(broken_at) = document().get_element_by_id("broken-at") {
        broken_at.set_text_content(Some(place));
    }
    if let Some(notice) = document().get_element_by_id("broken") {
        let _ = notice.remove_attribute("hidden");
    }
}

/// Presses the element with this identity.
pub fn press(id: &str) {
    if let Some(element) = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.click();
    }
}

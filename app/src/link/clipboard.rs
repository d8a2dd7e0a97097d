//! The clipboard.

use js_sys::Reflect;
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Clipboard;

/// Puts a text into the clipboard, and tells whether the browser did it. It may refuse: the page is not in front, a person or
/// a company forbade it, or it has no clipboard to give.
pub fn copy(text: &str, told: impl FnOnce(bool) + 'static) {
    let clipboard = Reflect::get(&window().navigator(), &"clipboard".into()).ok().filter(JsValue::is_object);
    let writing = clipboard.map(|clipboard| clipboard.unchecked_into::<Clipboard>().write_text(text));
    spawn_local(async move {
        let done = match writing {
            Some(writing) => JsFuture::from(writing).await.is_ok(),
            None => false,
        };
        told(done);
    });
}

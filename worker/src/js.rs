//! What every adapter needs of JavaScript values.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Event, Worker};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, after_ms: u32) -> JsValue;
}

thread_local! {
    static TAKEN: Closure<dyn Fn(Event)> = Closure::new(|event: Event| event.prevent_default());
}

/// Takes what a worker may throw from now on: what nobody takes counts as an error of this worker's own, and the page would start the
/// engine again.
pub(crate) fn hush(worker: &Worker) {
    TAKEN.with(|taken| worker.set_onerror(Some(taken.as_ref().unchecked_ref())));
}

/// Resolves after about so many milliseconds.
pub(crate) fn sleep(for_ms: u32) -> Promise {
    Promise::new(&mut |resolve, _reject| {
        set_timeout(&resolve, for_ms);
    })
}

/// The `name` of an exception (`QuotaExceededError`), empty where it has none.
pub(crate) fn error_name(error: &JsValue) -> String {
    property(error, "name").and_then(|name| name.as_string()).unwrap_or_default()
}

/// Name and message of an exception, for an error's text. Messages of the browser's exceptions carry no user content.
pub(crate) fn describe(error: &JsValue) -> String {
    let message = property(error, "message").and_then(|message| message.as_string()).unwrap_or_default();
    match error_name(error) {
        name if name.is_empty() && message.is_empty() => "unknown exception".to_owned(),
        name if message.is_empty() => name,
        name if name.is_empty() => message,
        name => format!("{name}: {message}"),
    }
}

/// A property of an object; `None` where it is missing, `null` or `undefined`.
pub(crate) fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    js_sys::Reflect::get(object, &JsValue::from_str(name))
        .ok()
        .filter(|value| !value.is_null() && !value.is_undefined())
}

/// Whether a property is there and set.
pub(crate) fn is_set(object: &JsValue, name: &str) -> bool {
    property(object, name).is_some_and(|value| value.is_truthy())
}

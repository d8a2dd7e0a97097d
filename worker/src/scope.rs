//! A worker's own scope: messages from the page and to it.

use std::cell::RefCell;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

#[wasm_bindgen]
extern "C" {
    /// `self` of a dedicated worker; `undefined` elsewhere.
    #[wasm_bindgen(thread_local_v2, js_name = self)]
    static SELF: JsValue;
}

/// The worker that this program runs in; `None` on a page or in another kind of worker.
#[must_use]
pub fn worker() -> Option<DedicatedWorkerGlobalScope> {
    SELF.with(|scope| scope.clone().dyn_into().ok())
}

/// What stands behind `{name}=` in the fragment of the address that this worker was started by (`#a=/one&b=/two`): how a page
/// tells it what it may use.
#[must_use]
pub fn told(name: &str) -> Option<String> {
    let fragment = worker()?.location().hash();
    let mut told = fragment.strip_prefix('#')?.split('&').filter_map(|pair| pair.split_once('='));
    told.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

/// Hands a buffer over to the page: it is gone here. One that cannot be sent has nobody to be reported to.
pub fn transfer(buffer: &js_sys::ArrayBuffer) {
    if let Some(worker) = worker() {
        let _ = worker.post_message_with_transfer(buffer, &js_sys::Array::of1(buffer));
    }
}

/// Sends a message to the page. A message that cannot be sent has nobody to be reported to.
pub fn post<T: Serialize>(message: &T) {
    if let (Some(worker), Some(value)) = (worker(), to_js(message)) {
        let _ = worker.post_message(&value);
    }
}

/// Sends a message to the page as its JSON, one string: an object is made and read again field by field.
#[cfg(feature = "engine")]
pub fn post_json<T: Serialize>(message: &T) {
    if let (Some(worker), Some(value)) = (worker(), to_json(message)) {
        let _ = worker.post_message(&value);
    }
}

/// The message as its JSON.
#[cfg(feature = "engine")]
pub fn to_json<T: Serialize>(message: &T) -> Option<JsValue> {
    serde_json::to_string(message).ok().map(JsValue::from)
}

/// The message as a plain JavaScript value: what `JSON.parse` would give for its JSON.
pub fn to_js<T: Serialize>(message: &T) -> Option<JsValue> {
    message.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).ok()
}

/// The message in a JavaScript value, or `None` where it is another.
pub fn from_js<T: DeserializeOwned>(value: JsValue) -> Option<T> {
    serde_wasm_bindgen::from_value(value).ok()
}

/// Calls `receive` with the data of every message from the page, as long as the program runs.
pub fn listen(receive: impl Fn(JsValue) + 'static) {
    let Some(worker) = worker() else { return };
    let closure = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| receive(event.data()));
    worker.set_onmessage(Some(closure.as_ref().unchecked_ref()));
    // The listener lives as long as the worker, which has no end to remove it at.
    closure.forget();
}

/// Says where the program panicked.
type LastWord = Box<dyn Fn(&str)>;

thread_local! {
    static LAST_WORD: RefCell<Option<LastWord>> = const { RefCell::new(None) };
}

/// When the program panics, calls `say` with the place in the source (never with the panic's text, which may quote data).
pub fn on_panic(say: impl Fn(&str) + 'static) {
    LAST_WORD.with(|last| *last.borrow_mut() = Some(Box::new(say)));
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        LAST_WORD.with(|last| {
            if let Ok(say) = last.try_borrow()
                && let Some(say) = say.as_ref()
            {
                say(&place);
            }
        });
    }));
}

/// One request as it arrives: `[message, attachment]`.
pub fn pair<T: for<'de> Deserialize<'de>>(data: &JsValue) -> Option<(T, Option<JsValue>)> {
    let items = data.dyn_ref::<js_sys::Array>()?;
    let attachment = items.get(1);
    Some((from_js(items.get(0))?, (!attachment.is_undefined() && !attachment.is_null()).then_some(attachment)))
}

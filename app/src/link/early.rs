//! What boot.js leaves for the page's program: where the engine is, and the engine itself if it could be started before.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::prelude::*;
use web_sys::Worker;

/// The window's property.
const NAME: &str = "conclaveEngine";

#[wasm_bindgen]
extern "C" {
    type Left;

    #[wasm_bindgen(method, getter)]
    fn address(this: &Left) -> String;

    #[wasm_bindgen(method, getter)]
    fn early(this: &Left) -> Option<Early>;

    #[wasm_bindgen(method, setter)]
    fn set_early(this: &Left, nothing: &JsValue);

    /// An engine that runs, and the lock that lets this tab run it.
    pub type Early;

    /// Takes the worker: from the caller's next turn on it says what it has said so far.
    #[wasm_bindgen(method)]
    pub fn take(this: &Early) -> Worker;

    /// Lets the lock go.
    #[wasm_bindgen(method, getter)]
    pub fn release(this: &Early) -> Function;

    /// Is rejected when another tab takes the lock.
    #[wasm_bindgen(method, getter)]
    pub fn lost(this: &Early) -> Promise;
}

fn left() -> Option<Left> {
    // A property of the window that is not there is undefined.
    Reflect::get(&window(), &NAME.into()).ok().filter(JsValue::is_object).map(JsCast::unchecked_into)
}

/// The address of the engine's program.
pub fn engine_address() -> Option<String> {
    left().map(|left| left.address())
}

/// The engine that was started before; the first caller gets it.
pub fn early_engine() -> Option<Early> {
    let left = left()?;
    let early = left.early();
    left.set_early(&JsValue::UNDEFINED);
    early
}

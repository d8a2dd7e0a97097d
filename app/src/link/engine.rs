//! The `engine` program's messages.
//!
//! The page posts `[request, file]`: the request as a plain object, the browser's `File` or `undefined`. The worker posts
//! events as plain objects. Nothing of a file is read on the page.

use conclave_protocol::{Event, Request};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;
use web_sys::File;

use super::worker::Worker;

/// What the engine's worker may say.
pub enum EngineSays {
    /// An event.
    Event(Box<Event>),
    /// Something that is no event of this version.
    Garbled,
    /// It died, or could not be started.
    Died,
}

/// A running engine.
pub struct EngineLink {
    worker: Worker,
}

impl EngineLink {
    /// Starts the engine; `None` where there is nothing to start.
    pub fn start(heard: impl Fn(EngineSays) + Clone + 'static) -> Option<Self> {
        let died = heard.clone();
        let on_message = move |value| match serde_wasm_bindgen::from_value::<Event>(value) {
            Ok(event) => heard(EngineSays::Event(Box::new(event))),
            Err(_) => heard(EngineSays::Garbled),
        };
        let worker = Worker::start("conclave-worker-engine", on_message, move || died(EngineSays::Died))?;
        Some(Self { worker })
    }

    /// Sends a request with its file; `false` where it cannot be posted.
    pub fn send(&self, request: &Request, file: Option<&File>) -> bool {
        let Ok(body) = request.serialize(&Serializer::json_compatible()) else {
            return false;
        };
        let file = file.map_or(JsValue::UNDEFINED, JsValue::from);
        self.worker.post(&js_sys::Array::of2(&body, &file))
    }
}

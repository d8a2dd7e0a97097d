//! The `redact` program's messages, as plain objects in both directions.

use conclave_protocol::{FromRedact, ToRedact};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;

use super::worker::{Worker, address, script};

/// What the redact worker may say.
pub enum RedactSays {
    /// A message.
    Message(FromRedact),
    /// It died, or could not be started.
    Died,
}

/// A running redact worker.
pub struct RedactLink {
    worker: Worker,
}

impl RedactLink {
    /// Starts the program; `None` where there is nothing to start.
    pub fn start(heard: impl Fn(RedactSays) + Clone + 'static) -> Option<Self> {
        let died = heard.clone();
        let on_message = move |value| {
            // A message of another version marks nothing; the composer works without marks.
            if let Ok(message) = serde_wasm_bindgen::from_value::<FromRedact>(value) {
                heard(RedactSays::Message(message));
            }
        };
        let names = address("conclave-names").unwrap_or_default();
        let script = format!("{}#names={names}", script("redact")?);
        let worker = Worker::start(&script, on_message, move || died(RedactSays::Died))?;
        Some(Self { worker })
    }

    /// Sends a message; `false` where it cannot be posted.
    pub fn send(&self, message: &ToRedact) -> bool {
        message.serialize(&Serializer::json_compatible()).is_ok_and(|value| self.worker.post(&value))
    }
}

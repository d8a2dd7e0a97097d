//! The tabs that share this program with its own page: see `conclave_protocol::sharing`.

use std::cell::Cell;

use conclave_protocol::{EngineId, Event, FromHost, TabId, ToHost, shared_engine};
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::scope;

/// The channel to them.
pub struct Guests {
    /// `None` where the browser refuses; then every tab has an engine of its own.
    channel: Option<BroadcastChannel>,
    engine: EngineId,
    /// Whether one was ever heard.
    are_there: Cell<bool>,
}

impl Guests {
    /// Opens the channel for this run of the program.
    #[must_use]
    pub fn new(engine: EngineId) -> Self {
        Self { channel: BroadcastChannel::new(&shared_engine()).ok(), engine, are_there: Cell::new(false) }
    }

    /// Calls `hear` with every message and the file beside it, as long as the program runs.
    pub fn listen(&self, hear: impl Fn(ToHost, Option<JsValue>) + 'static) {
        let Some(channel) = &self.channel else { return };
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            // Another program's words, or another version's, are not meant for this one.
            if let Some((message, file)) = scope::pair(&event.data()) {
                hear(message, file);
            }
        });
        channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // The listener lives as long as the worker, which has no end to remove it at.
        on_message.forget();
    }

    /// Whether one was ever heard. What all tabs hear need not be said before.
    pub fn are_there(&self) -> bool {
        self.are_there.get()
    }

    /// A tab was heard.
    pub fn came(&self) {
        self.are_there.set(true);
    }

    /// Tells one tab, or all.
    pub fn tell(&self, to: Option<TabId>, event: Event) {
        let message = FromHost::Says { engine: self.engine.clone(), to, event: Box::new(event) };
        if let (Some(channel), Some(value)) = (&self.channel, scope::to_json(&message)) {
            // A tab that is gone misses nothing.
            let _ = channel.post_message(&value);
        }
    }
}

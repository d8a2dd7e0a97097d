//! News between tabs: "something changed", never what.

use conclave_engine::service::Change;
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

/// What changed, as it travels.
const WORDS: [(Change, &str); 5] = [
    (Change::Documents, "documents"),
    (Change::Threads, "threads"),
    (Change::Settings, "settings"),
    (Change::OwnModels, "models"),
    (Change::Downloads, "downloads"),
];

/// The channel that all tabs of the origin share. A tab does not hear itself.
pub struct Tabs {
    /// `None` where the browser refuses; then tabs see each other's changes after a reload.
    channel: Option<BroadcastChannel>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
}

impl Tabs {
    /// Joins the channel `name`; `hear` is called with every news of the other tabs.
    #[must_use]
    pub fn join(name: &str, hear: impl Fn(Change) + 'static) -> Self {
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let heard = event.data().as_string().unwrap_or_default();
            if let Some((change, _)) = WORDS.iter().find(|(_, word)| *word == heard) {
                hear(*change);
            }
        });
        let channel = BroadcastChannel::new(name).ok();
        if let Some(channel) = &channel {
            channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        }
        Self { channel, _on_message: on_message }
    }

    /// Tells the other tabs. News that cannot be sent is lost; the next reload shows what changed.
    pub fn tell(&self, change: Change) {
        if let (Some(channel), Some((_, word))) = (&self.channel, WORDS.iter().find(|(known, _)| *known == change)) {
            let _ = channel.post_message(&JsValue::from_str(word));
        }
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.set_onmessage(None);
            channel.close();
        }
    }
}

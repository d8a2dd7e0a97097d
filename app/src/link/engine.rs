//! The `engine` program's messages.
//!
//! One tab of a browser runs the program in a worker, the others share it (`conclave_protocol::sharing`); when that tab is
//! closed, the next one in the lock's queue starts the program. The page posts `[request, file]`: the request as a plain
//! object, the browser's `File` or `undefined`. The worker posts events as plain objects. Nothing of a file is read on the
//! page.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use conclave_protocol::{EngineId, Event, FromHost, FromWorker, Request, TabId, ToHost, shared_engine};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, File, MessageEvent};

use super::claim::Claim;
use super::listener::Listener;
use super::worker::Worker;

/// What the engine may say.
pub enum EngineSays {
    /// An event.
    Event(Box<Event>),
    /// Something that is no event of this version.
    Garbled,
    /// It died, or could not be started.
    Died,
    /// Another run of the program takes over: what was asked before is over.
    Moved,
}

/// Where the program runs.
enum Place {
    /// In another tab, as far as this one knows.
    Elsewhere(Elsewhere),
    /// Here.
    Here(Worker),
    /// It could not be started here.
    Nowhere,
}

struct Elsewhere {
    /// `None` where the browser has no such channels; then every tab is given the lock.
    channel: Option<(BroadcastChannel, Listener)>,
    /// The run that was heard last.
    engine: Option<EngineId>,
}

struct Inner {
    tab: TabId,
    place: RefCell<Place>,
    heard: Box<dyn Fn(EngineSays)>,
}

/// The engine as this tab reaches it.
pub struct EngineLink {
    inner: Rc<Inner>,
    _claim: Claim,
}

impl EngineLink {
    /// Reaches for the engine that runs in some tab, and runs it here as soon as none does.
    pub fn start(tab: TabId, heard: impl Fn(EngineSays) + 'static) -> Self {
        let inner = Rc::new_cyclic(|inner: &Weak<Inner>| {
            let place = RefCell::new(Place::Elsewhere(Elsewhere { channel: join(inner.clone()), engine: None }));
            Inner { tab, place, heard: Box::new(heard) }
        });
        inner.post_elsewhere(&ToHost::Knock { tab: inner.tab.clone() }, None);
        let granted = Rc::downgrade(&inner);
        let claim = Claim::new(&shared_engine(), move || {
            if let Some(inner) = granted.upgrade() {
                inner.run_here();
            }
        });
        Self { inner, _claim: claim }
    }

    /// Sends a request with its file; `false` where it cannot be posted.
    pub fn send(&self, request: &Request, file: Option<&File>) -> bool {
        match &*self.inner.place.borrow() {
            Place::Here(worker) => message(request, file).is_some_and(|message| worker.post(&message)),
            Place::Elsewhere(_) => {
                let call = ToHost::Call { tab: self.inner.tab.clone(), request: request.clone() };
                self.inner.post_elsewhere(&call, file)
            }
            Place::Nowhere => false,
        }
    }
}

impl Inner {
    /// The lock is ours: nobody else runs the program.
    fn run_here(self: &Rc<Self>) {
        let before = self.place.replace(Place::Nowhere);
        if matches!(before, Place::Elsewhere(Elsewhere { engine: Some(_), .. })) {
            (self.heard)(EngineSays::Moved);
        }
        let (hearing, dying) = (Rc::downgrade(self), Rc::downgrade(self));
        let say = |inner: &Weak<Self>, says| {
            if let Some(inner) = inner.upgrade() {
                (inner.heard)(says);
            }
        };
        let on_message = move |value| match serde_wasm_bindgen::from_value::<Event>(value) {
            Ok(event) => say(&hearing, EngineSays::Event(Box::new(event))),
            Err(_) => say(&hearing, EngineSays::Garbled),
        };
        match Worker::start("conclave-worker-engine", on_message, move || say(&dying, EngineSays::Died)) {
            Some(worker) => drop(self.place.replace(Place::Here(worker))),
            None => (self.heard)(EngineSays::Died),
        }
    }

    fn post_elsewhere(&self, words: &ToHost, file: Option<&File>) -> bool {
        let place = self.place.borrow();
        let Place::Elsewhere(Elsewhere { channel: Some((channel, _)), .. }) = &*place else { return false };
        message(words, file).is_some_and(|message| channel.post_message(&message).is_ok())
    }

    fn hear_elsewhere(&self, message: FromHost) {
        let FromHost { engine, to, event } = message;
        if to.is_some_and(|to| to != self.tab) {
            return;
        }
        let started = matches!(event.body, FromWorker::Started { .. });
        let is_new = {
            let mut place = self.place.borrow_mut();
            let Place::Elsewhere(elsewhere) = &mut *place else { return };
            let is_known = elsewhere.engine.as_ref() == Some(&engine);
            // A run says that it started to all, and to each tab that knocks: the first time counts.
            if is_known == started {
                return;
            }
            started && elsewhere.engine.replace(engine).is_some()
        };
        if is_new {
            (self.heard)(EngineSays::Moved);
        }
        (self.heard)(EngineSays::Event(Box::new(event)));
    }
}

/// Listens to the tab that runs the program.
fn join(inner: Weak<Inner>) -> Option<(BroadcastChannel, Listener)> {
    let channel = BroadcastChannel::new(&shared_engine()).ok()?;
    let on_message = Listener::new(&channel, "message", move |event| {
        let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
        // Other tabs' requests are heard here too; they are no events.
        if let (Some(inner), Ok(message)) = (inner.upgrade(), serde_wasm_bindgen::from_value::<FromHost>(event.data()))
        {
            inner.hear_elsewhere(message);
        }
    });
    Some((channel, on_message))
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        if let Some((channel, _)) = &self.channel {
            channel.close();
        }
    }
}

fn message(words: &impl Serialize, file: Option<&File>) -> Option<js_sys::Array> {
    let body = words.serialize(&Serializer::json_compatible()).ok()?;
    Some(js_sys::Array::of2(&body, &file.map_or(JsValue::UNDEFINED, JsValue::from)))
}

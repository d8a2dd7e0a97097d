//! The `engine` program's messages.
//!
//! One tab of a browser runs the program in a worker, the others share it (`conclave_protocol::sharing`); when that tab is
//! closed, the next one in the lock's queue starts the program. The first tab's has been started by boot.js, before the
//! page's own program ran. The page posts `[request, files]`: the request as a plain object, the browser's `File`, a list of
//! them, or `undefined`. The worker posts events as JSON. Nothing of a file is read on the page.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use conclave_protocol::{EngineId, Event, FromHost, FromWorker, Request, TabId, ToHost, shared_engine};
use leptos::prelude::{TimeoutHandle, set_timeout_with_handle};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, File, MessageEvent};

use super::claim::{Claim, Turn};
use super::early::{early_engine, engine_address};
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
    /// Another tab took the engine from this one, which had been asleep.
    Taken,
}

/// How long a tab that runs the program may take to say that it is awake. A page answers within milliseconds; one that a
/// phone has put to sleep in the background never does, and keeps the lock.
const AWAKE_WITHIN: Duration = Duration::from_secs(5);

/// Where the program runs.
enum Place {
    /// In another tab, as far as this one knows; in the run that was heard last.
    Elsewhere(Option<EngineId>),
    /// Here.
    Here(Worker),
    /// It could not be started here, or not any more.
    Nowhere,
}

struct Inner {
    tab: TabId,
    place: RefCell<Place>,
    /// `None` where the browser has no such channels; then no other tab is heard.
    channel: Option<(BroadcastChannel, Listener)>,
    claim: RefCell<Option<Claim>>,
    /// Runs out when the other tab sleeps.
    patience: Cell<Option<TimeoutHandle>>,
    heard: Box<dyn Fn(EngineSays)>,
}

/// The engine as this tab reaches it.
pub struct EngineLink(Rc<Inner>);

impl EngineLink {
    /// Reaches for the engine that runs in some tab, and runs it here as soon as none does.
    pub fn start(tab: TabId, heard: impl Fn(EngineSays) + 'static) -> Self {
        let inner = Rc::new_cyclic(|inner: &Weak<Inner>| Inner {
            tab,
            place: RefCell::new(Place::Elsewhere(None)),
            channel: join(inner.clone()),
            claim: RefCell::default(),
            patience: Cell::default(),
            heard: Box::new(heard),
        });
        let claiming = Rc::downgrade(&inner);
        let turns = move |turn| {
            let Some(inner) = claiming.upgrade() else { return };
            match turn {
                Turn::Granted => inner.run_here(),
                Turn::Taken => {
                    inner.place.replace(Place::Nowhere);
                    (inner.heard)(EngineSays::Taken);
                }
            }
        };
        let claim = if let Some(early) = early_engine() {
            let (heard, died) = inner.ears();
            inner.place.replace(Place::Here(Worker::listen(early.take(), heard, died)));
            Claim::adopt(shared_engine(), early.release(), &early.lost(), turns)
        } else {
            inner.post_elsewhere(&ToHost::Knock { tab: inner.tab.clone() }, &[]);
            Claim::new(shared_engine(), turns)
        };
        inner.claim.replace(Some(claim));
        Self(inner)
    }

    /// Sends a request with its files; `false` where it cannot be posted.
    pub fn send(&self, request: &Request, files: &[File]) -> bool {
        if let Place::Here(worker) = &*self.0.place.borrow() {
            return message(request, files).is_some_and(|message| worker.post(&message));
        }
        self.0.post_elsewhere(&ToHost::Call { tab: self.0.tab.clone(), request: request.clone() }, files)
    }
}

impl Inner {
    /// The lock is ours: nobody else runs the program.
    fn run_here(self: &Rc<Self>) {
        self.be_patient();
        if matches!(self.place.replace(Place::Nowhere), Place::Elsewhere(Some(_))) {
            (self.heard)(EngineSays::Moved);
        }
        let (heard, died) = self.ears();
        let started = engine_address().and_then(|engine| Worker::start(&engine, heard, died));
        match started {
            Some(worker) => drop(self.place.replace(Place::Here(worker))),
            None => (self.heard)(EngineSays::Died),
        }
    }

    /// What listens to the program that runs here: to its words, and to its end.
    fn ears(self: &Rc<Self>) -> (impl FnMut(JsValue) + use<>, impl Fn() + Clone + use<>) {
        let (hearing, dying) = (Rc::downgrade(self), Rc::downgrade(self));
        let say = |inner: &Weak<Self>, says| {
            if let Some(inner) = inner.upgrade() {
                (inner.heard)(says);
            }
        };
        let on_message = move |value| match from_json::<Event>(&value) {
            Some(event) => say(&hearing, EngineSays::Event(Box::new(event))),
            None => say(&hearing, EngineSays::Garbled),
        };
        (on_message, move || say(&dying, EngineSays::Died))
    }

    /// Says something to the tab that runs the program, and expects that it is awake.
    fn post_elsewhere(self: &Rc<Self>, words: &ToHost, files: &[File]) -> bool {
        let (Some((channel, _)), Place::Elsewhere(_)) = (&self.channel, &*self.place.borrow()) else { return false };
        let waiting = Rc::downgrade(self);
        let runs_out = move || {
            if let Some(inner) = waiting.upgrade()
                && let Some(claim) = &*inner.claim.borrow()
            {
                claim.steal();
            }
        };
        let before = self.patience.take();
        // The first words that stay without an answer count.
        self.patience.set(before.or_else(|| set_timeout_with_handle(runs_out, AWAKE_WITHIN).ok()));
        message(words, files).is_some_and(|message| channel.post_message(&message).is_ok())
    }

    /// The other tab was heard, or is not needed.
    fn be_patient(&self) {
        if let Some(timer) = self.patience.take() {
            timer.clear();
        }
    }

    fn hear(&self, data: JsValue) {
        // Other tabs' words come as lists.
        let is_theirs = data.is_array();
        match &*self.place.borrow() {
            // The program has heard them too.
            Place::Here(_) if is_theirs => return self.say_awake(),
            Place::Elsewhere(_) if !is_theirs => {}
            _ => return,
        }
        let Some(message) = from_json::<FromHost>(&data) else { return };
        self.be_patient();
        if let FromHost::Says { engine, to, event } = message
            && to.is_none_or(|to| to == self.tab)
        {
            self.hear_elsewhere(engine, event);
        }
    }

    fn say_awake(&self) {
        if let (Some((channel, _)), Ok(awake)) = (&self.channel, serde_json::to_string(&FromHost::Awake)) {
            // A tab that is gone misses nothing.
            let _ = channel.post_message(&awake.into());
        }
    }

    fn hear_elsewhere(&self, engine: EngineId, event: Box<Event>) {
        let started = matches!(event.body, FromWorker::Started { .. });
        let moved = {
            let mut place = self.place.borrow_mut();
            let Place::Elsewhere(last) = &mut *place else { return };
            // A run says that it started to all, and to each tab that knocks: the first time counts.
            if (last.as_ref() == Some(&engine)) == started {
                return;
            }
            started && last.replace(engine).is_some()
        };
        if moved {
            (self.heard)(EngineSays::Moved);
        }
        (self.heard)(EngineSays::Event(event));
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.be_patient();
        if let Some((channel, _)) = &self.channel {
            channel.close();
        }
    }
}

/// Listens to the other tabs.
fn join(inner: Weak<Inner>) -> Option<(BroadcastChannel, Listener)> {
    let channel = BroadcastChannel::new(&shared_engine()).ok()?;
    let on_message = Listener::new(&channel, "message", move |event| {
        if let (Some(inner), Some(event)) = (inner.upgrade(), event.dyn_ref::<MessageEvent>()) {
            inner.hear(event.data());
        }
    });
    Some((channel, on_message))
}

/// What is posted: the words, and beside them nothing, a file, or a list of files.
fn message(words: &impl Serialize, files: &[File]) -> Option<js_sys::Array> {
    let beside = match files {
        [] => JsValue::UNDEFINED,
        [file] => file.into(),
        several => several.iter().collect::<js_sys::Array>().into(),
    };
    Some(js_sys::Array::of2(&plain(words)?, &beside))
}

fn from_json<T: DeserializeOwned>(data: &JsValue) -> Option<T> {
    serde_json::from_str(&data.as_string()?).ok()
}

fn plain(words: &impl Serialize) -> Option<JsValue> {
    words.serialize(&Serializer::json_compatible()).ok()
}

//! A module worker with its listeners; both end when the value is dropped.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker as BrowserWorker, WorkerOptions, WorkerType};

use super::listener::Listener;

/// The address of the program that the page names in `<meta name="conclave-worker-{program}" content="…">`.
pub fn script(program: &str) -> Option<String> {
    address(&format!("conclave-worker-{program}"))
}

/// The address that the page gives under a name in its head.
pub fn address(name: &str) -> Option<String> {
    let tag = document().query_selector(&format!("meta[name='{name}']")).ok().flatten()?;
    tag.get_attribute("content").filter(|address| !address.is_empty())
}

/// A running worker program.
pub struct Worker {
    worker: BrowserWorker,
    _listeners: [Listener; 3],
}

impl Worker {
    /// Starts the program at the address `script`; `None` where the browser refuses to start it.
    pub fn start(
        script: &str,
        heard: impl FnMut(JsValue) + 'static,
        died: impl Fn() + Clone + 'static,
    ) -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        Some(Self::listen(BrowserWorker::new_with_options(script, &options).ok()?, heard, died))
    }

    /// Listens to a worker that has been started.
    ///
    /// `heard` takes what it posts; `died` is called when its script cannot be loaded or throws.
    pub fn listen(
        worker: BrowserWorker,
        mut heard: impl FnMut(JsValue) + 'static,
        died: impl Fn() + Clone + 'static,
    ) -> Self {
        let on_message = Listener::new(&worker, "message", move |event| {
            if let Some(event) = event.dyn_ref::<MessageEvent>() {
                heard(event.data());
            }
        });
        let died_garbled = died.clone();
        let on_error = Listener::new(&worker, "error", move |_| died());
        let on_garbled = Listener::new(&worker, "messageerror", move |_| died_garbled());
        Self { worker, _listeners: [on_message, on_error, on_garbled] }
    }

    /// Posts a value; `false` where the browser cannot clone it.
    pub fn post(&self, value: &JsValue) -> bool {
        self.worker.post_message(value).is_ok()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

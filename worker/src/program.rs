//! Disposable programs: workers that are given what comes from anywhere, and may be ended at any moment.
//!
//! Each is compiled once, here; a worker gets the compiled module, and needs no network at all.

use std::cell::RefCell;

use conclave_ports::FileBytes;
use conclave_protocol::{Problem, ProblemCode};
use futures_channel::mpsc;
use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use js_sys::{Array, ArrayBuffer, Uint8Array, WebAssembly};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::files::PickedFiles;
use crate::js;
use crate::timer::Timer;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch)]
    fn fetch(path: &str) -> js_sys::Promise;
}

/// Within which a worker has to say that it runs.
const START_MS: u32 = 10_000;
/// Bytes of a file that are in this program's memory at once.
const PIECE_BYTES: u64 = 4 << 20;

/// What a worker says.
pub(crate) enum Says {
    /// Bytes that it handed over.
    Bytes(Vec<u8>),
    /// Words.
    Word(JsValue),
    /// It threw, or its script did.
    Broke,
}

/// A worker that runs a program.
pub(crate) struct Program {
    worker: Worker,
    says: mpsc::UnboundedReceiver<Says>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(web_sys::Event)>,
}

impl Drop for Program {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        // A program that panics says so, and throws after it.
        js::hush(&self.worker);
        self.worker.terminate();
    }
}

impl Program {
    /// Starts a worker with the script at `script`, and gives it the module. Its first word says that it runs.
    async fn start(script: &str, module: &JsValue) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(script, &options).map_err(|error| js::describe(&error))?;
        let (say, says) = mpsc::unbounded();
        let broke = say.clone();
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let said = match event.data().dyn_into::<ArrayBuffer>() {
                Ok(buffer) => Says::Bytes(Uint8Array::new(&buffer).to_vec()),
                Err(word) => Says::Word(word),
            };
            // Nobody listens where the work was given up.
            let _ = say.unbounded_send(said);
        });
        let on_error = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
            // It is told as the outcome; the browser need not tell it too.
            event.prevent_default();
            let _ = broke.unbounded_send(Says::Broke);
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let mut program = Self { worker, says, _on_message: on_message, _on_error: on_error };
        program.worker.post_message(module).map_err(|error| js::describe(&error))?;
        let late = Timer::after(START_MS);
        match select(program.says.next(), late).await {
            Either::Left((Some(Says::Word(_)), _)) => {}
            _ => return Err("it does not start".to_owned()),
        }
        Ok(program)
    }

    /// What it says next.
    pub async fn says(&mut self) -> Says {
        self.says.next().await.unwrap_or(Says::Broke)
    }

    /// Gives it something to do, with a file: a buffer is gone here then.
    pub fn give(&self, message: &Array, file: &JsValue) -> Result<(), String> {
        let transferred = if file.is_instance_of::<ArrayBuffer>() { Array::of1(file) } else { Array::new() };
        self.worker.post_message_with_transfer(message, &transferred).map_err(|error| js::describe(&error))
    }
}

/// Starts workers that run one program.
pub(crate) struct Starter {
    /// Addresses of the worker's script and of the program.
    addresses: Option<(String, String)>,
    module: RefCell<Option<JsValue>>,
}

impl Starter {
    /// Of the program at these addresses; without them none can be started.
    pub fn new(addresses: Option<(String, String)>) -> Self {
        Self { addresses, module: RefCell::default() }
    }

    /// Starts one; says why not.
    pub async fn start(&self) -> Result<Program, String> {
        let (script, program) = self.addresses.as_ref().ok_or("this page does not name it")?;
        let compiled = self.module.borrow().clone();
        let module = match compiled {
            Some(module) => module,
            None => {
                let compiled = JsFuture::from(WebAssembly::compile_streaming(&fetch(program))).await;
                let compiled = compiled.map_err(|error| js::describe(&error))?;
                self.module.borrow_mut().insert(compiled).clone()
            }
        };
        Program::start(script, &module).await
    }
}

/// What a program is given of a file: the browser's own file where there is one, which is read there and not here; a small one's
/// bytes; of any other a `Blob`, made in pieces.
pub(crate) async fn handed_over(file: &dyn FileBytes) -> Result<JsValue, Problem> {
    if let Some(picked) = file.as_any().downcast_ref::<PickedFiles>().and_then(PickedFiles::only) {
        return Ok(picked.into());
    }
    let size = file.size_bytes();
    if size <= PIECE_BYTES {
        return Ok(Uint8Array::from(&*file.read().await?).buffer().into());
    }
    let pieces = Array::new();
    let mut at = 0;
    while at < size {
        let end = size.min(at + PIECE_BYTES);
        pieces.push(&Uint8Array::from(&*file.read_range(at..end).await?));
        at = end;
    }
    let blob = Blob::new_with_u8_array_sequence(&pieces).map_err(|error| {
        let what = format!("The browser could not put the file together ({}).", js::describe(&error));
        Problem::new(ProblemCode::OutOfMemory, what, "Close other tabs, then try again.")
    })?;
    Ok(blob.into())
}

//! [`Reader`] on a worker that runs the program `import`.
//!
//! The program is compiled once, here; each worker gets the compiled module, and needs no network at all. One that behaves
//! reads the next file too: a folder of thousands of small files would wait for thousands of starts. One that broke, took too
//! long or has much memory is ended, and the next file starts another.

use std::cell::RefCell;

use conclave_ports::{FileBytes, LocalFuture, Lock, MemoryLock, ReadError, ReadLimits, Reader};
use conclave_protocol::imported::{Imported, Report};
use futures_channel::mpsc;
use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use js_sys::{Array, ArrayBuffer, Uint8Array, WebAssembly};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::files::PickedFiles;
use crate::reading::{FromImport, unpack};
use crate::timer::Timer;
use crate::{js, scope};

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
enum Says {
    Document(Vec<u8>),
    Word(FromImport),
    /// It threw, or its script did.
    Broke,
}

/// A worker that runs the program.
struct Program {
    worker: Worker,
    says: mpsc::UnboundedReceiver<Says>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(web_sys::Event)>,
}

impl Drop for Program {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl Program {
    /// Starts a worker with the script at `script`, and gives it the module.
    async fn start(script: &str, module: &JsValue) -> Result<Self, ReadError> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(script, &options).map_err(|error| unavailable(&error))?;
        let (say, says) = mpsc::unbounded();
        let broke = say.clone();
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let said = match event.data().dyn_into::<ArrayBuffer>() {
                Ok(buffer) => Says::Document(Uint8Array::new(&buffer).to_vec()),
                Err(word) => scope::from_js(word).map_or(Says::Broke, Says::Word),
            };
            // Nobody listens where the reading was given up.
            let _ = say.unbounded_send(said);
        });
        let on_error = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
            // It is told as the file's outcome; the browser need not tell it too.
            event.prevent_default();
            let _ = broke.unbounded_send(Says::Broke);
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let mut program = Self { worker, says, _on_message: on_message, _on_error: on_error };
        program.worker.post_message(module).map_err(|error| unavailable(&error))?;
        let late = Timer::after(START_MS);
        match select(program.says.next(), late).await {
            Either::Left((Some(Says::Word(FromImport::Ready)), _)) => {}
            _ => return Err(ReadError::Unavailable("it does not start".to_owned())),
        }
        Ok(program)
    }

    /// What becomes of the file that it was given.
    async fn read(&mut self, take: &mut dyn FnMut(Imported)) -> Result<(Report, u64), ReadError> {
        loop {
            match self.says.next().await {
                Some(Says::Document(bytes)) => take(unpack(bytes).ok_or(ReadError::Broke { place: None })?),
                Some(Says::Word(FromImport::Read { report, memory_bytes })) => return Ok((report, memory_bytes)),
                Some(Says::Word(FromImport::Panicked { place })) => {
                    return Err(ReadError::Broke { place: Some(place) });
                }
                Some(Says::Word(FromImport::Ready)) => {}
                Some(Says::Broke) | None => return Err(ReadError::Broke { place: None }),
            }
        }
    }
}

/// Reads files in a worker that can be ended.
pub struct BrowserReader {
    /// Addresses of the worker's script and of the program.
    addresses: Option<(String, String)>,
    module: RefCell<Option<JsValue>>,
    program: RefCell<Option<Program>>,
    turns: MemoryLock,
}

impl BrowserReader {
    /// A reader by the program at these addresses; without them nothing can be read.
    #[must_use]
    pub fn new(addresses: Option<(String, String)>) -> Self {
        Self { addresses, module: RefCell::default(), program: RefCell::default(), turns: MemoryLock::default() }
    }

    async fn start(&self) -> Result<Program, ReadError> {
        let absent = || ReadError::Unavailable("this page does not name it".to_owned());
        let (script, program) = self.addresses.as_ref().ok_or_else(absent)?;
        let compiled = self.module.borrow().clone();
        let module = match compiled {
            Some(module) => module,
            None => {
                let compiled = JsFuture::from(WebAssembly::compile_streaming(&fetch(program))).await;
                let compiled = compiled.map_err(|error| unavailable(&error))?;
                self.module.borrow_mut().insert(compiled).clone()
            }
        };
        Program::start(script, &module).await
    }
}

impl Reader for BrowserReader {
    fn read<'a>(
        &'a self,
        name: &'a str,
        file: &'a dyn FileBytes,
        limits: ReadLimits,
        take: &'a mut dyn FnMut(Imported),
    ) -> LocalFuture<'a, Result<Report, ReadError>> {
        Box::pin(async move {
            // A lock in memory is always given.
            let _turn = self.turns.acquire("reader").await;
            let file = handed_over(file).await?;
            // It comes back when it has read the file and may read another; else it is ended where this future ends.
            let running = self.program.take();
            let mut program = match running {
                Some(program) => program,
                None => self.start().await?,
            };
            let message = Array::of2(&JsValue::from_str(name), &file);
            let transferred = if file.is_instance_of::<ArrayBuffer>() { Array::of1(&file) } else { Array::new() };
            program.worker.post_message_with_transfer(&message, &transferred).map_err(|error| unavailable(&error))?;
            let read = Box::pin(program.read(take));
            // No time is over before the program can answer; a timer of no time might be rung after it has.
            let over = Box::pin(async {
                if limits.time_ms > 0 {
                    Timer::after(limits.time_ms).await;
                }
            });
            let (report, memory_bytes) = match select(over, read).await {
                Either::Left(_) => return Err(ReadError::TimedOut { limit_ms: limits.time_ms }),
                Either::Right((read, _)) => read?,
            };
            if memory_bytes <= limits.memory_bytes {
                self.program.replace(Some(program));
            }
            Ok(report)
        })
    }
}

/// What the program is given: the browser's own file where there is one, which is read there and not here; a small one's
/// bytes; of any other a `Blob`, made in pieces.
async fn handed_over(file: &dyn FileBytes) -> Result<JsValue, ReadError> {
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
    Ok(Blob::new_with_u8_array_sequence(&pieces).map_err(|error| unavailable(&error))?.into())
}

fn unavailable(error: &JsValue) -> ReadError {
    ReadError::Unavailable(js::describe(error))
}

//! [`Helper`] on a worker that this worker starts, with a `SharedArrayBuffer` between them.
//!
//! Browsers give such buffers to pages that are isolated from other origins. The first word of the buffer says whose turn it
//! is; both ends look at it for a while before they sleep on it (`Atomics.wait`), because the next product of a model comes
//! within microseconds.

use std::rc::Rc;

use conclave_ports::{Clock, Helper, SharedBytes, Station};
use futures_channel::oneshot;
use futures_util::future::{Either, join_all, select};
use js_sys::{Atomics, Int32Array, SharedArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::clock::BrowserClock;
use crate::{js, scope};

#[wasm_bindgen]
extern "C" {
    // Without the exceptions that `js_sys` catches: these throw for arrays of other kinds alone, and are called by the
    // thousand.
    #[wasm_bindgen(js_namespace = Atomics, js_name = load)]
    fn atomic_load(array: &Int32Array, index: u32) -> i32;
    #[wasm_bindgen(js_namespace = Atomics, js_name = store)]
    fn atomic_store(array: &Int32Array, index: u32, value: i32) -> i32;
    #[wasm_bindgen(js_namespace = Atomics, js_name = exchange)]
    fn atomic_exchange(array: &Int32Array, index: u32, value: i32) -> i32;
    #[wasm_bindgen(js_namespace = Atomics, js_name = compareExchange)]
    fn atomic_compare_exchange(array: &Int32Array, index: u32, expected: i32, value: i32) -> i32;
    #[wasm_bindgen(js_namespace = Atomics, js_name = add)]
    fn atomic_add(array: &Int32Array, index: u32, value: i32) -> i32;
    #[wasm_bindgen(js_namespace = Atomics, js_name = or)]
    fn atomic_or(array: &Int32Array, index: u32, bits: i32) -> i32;
    #[wasm_bindgen(js_namespace = Atomics, js_name = notify)]
    fn atomic_notify(array: &Int32Array, index: u32) -> u32;

    /// Bytes to which a slice can be written as it is.
    type SharedArray;
    #[wasm_bindgen(method, js_name = set)]
    fn set_slice(this: &SharedArray, bytes: &[u8], at: u32);
    /// And into which they can be read, all of them.
    #[wasm_bindgen(js_namespace = ["Uint8Array", "prototype", "set"], js_name = call)]
    fn set_from(bytes: &mut [u8], shared: &Uint8Array);
}

/// Bytes before the shared ones: two words, each alone in its line of the processor's cache.
const HEAD: u32 = 128;
/// Whose turn it is.
const WORD: u32 = 0;
/// The next number.
const CLAIMED: u32 = 16;
/// Bits of finished numbers.
const FINISHED: u32 = 17;

/// The bytes are with the one that has the helper.
const REST: i32 = 0;
/// They are with the helper.
const TASK: i32 = 1;
/// As [`REST`], and the helper has gone back to its event loop: it has to be called. A worker that never goes there is ended
/// by force, seconds after the page that it belongs to.
const ASLEEP: i32 = 2;
/// As [`REST`] and as [`TASK`], where the other end waits on the word: waking it takes longer than the rest of a change.
const REST_AWAITED: i32 = 3;
const TASK_AWAITED: i32 = 4;

/// Looks at the word before a thread goes to sleep: longer than what comes between two products.
const SPINS: usize = 20_000;
/// Looks at it while a task ends: much shorter.
const SPINS_FOR_THE_END: usize = 200;
const PATIENCE_MS: f64 = 2_000.0;
/// How long a helper waits for the next task: longer than anything that comes between two tokens.
const STAY_MS: f64 = 50.0;
/// Within which a worker has to say that it runs.
const START_MS: u32 = 5_000;

/// Either end of a helper.
pub struct BrowserHelper {
    word: Int32Array,
    bytes: Uint8Array,
    size: u32,
    /// The worker, at the end of the one that started it.
    worker: Option<Worker>,
}

impl BrowserHelper {
    /// Starts the program at the address `script`, with `size` bytes between it and this one. It says that it runs by any
    /// message; the buffer is the answer.
    ///
    /// # Errors
    /// What the browser says against it.
    pub async fn start(script: &str, size: u32) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(script, &options)?;
        let (runs, running) = oneshot::channel();
        let on_message = Closure::once(move |_: MessageEvent| runs.send(()).is_ok());
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let (fails, failing) = oneshot::channel();
        let on_error = Closure::once(move |_: Event| fails.send(()).is_ok());
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let late = select(failing, BrowserClock.sleep(START_MS));
        let runs = matches!(select(running, late).await, Either::Left((Ok(()), _)));
        worker.set_onmessage(None);
        // One that breaks is not back in time; that is how it is noticed.
        js::hush(&worker);
        if !runs {
            worker.terminate();
            return Err(JsValue::from_str("the helper's program does not start"));
        }
        let buffer = Self::buffer(size);
        worker.post_message(&buffer)?;
        Ok(Self::of(&buffer, Some(worker)))
    }

    /// A buffer for `size` bytes between two ends.
    #[must_use]
    pub fn buffer(size: u32) -> SharedArrayBuffer {
        SharedArrayBuffer::new(HEAD + size)
    }

    /// The helper's own end, in the program that was started; `None` where `message` is no buffer.
    #[must_use]
    pub fn at_station(message: JsValue) -> Option<Self> {
        Some(Self::of(&message.dyn_into().ok()?, None))
    }

    /// The end of the one that has the helper; `worker` is called when it sleeps.
    #[must_use]
    pub fn of(buffer: &SharedArrayBuffer, worker: Option<Worker>) -> Self {
        let bytes = Uint8Array::new_with_byte_offset(buffer, HEAD);
        Self { word: Int32Array::new(buffer), size: bytes.length(), bytes, worker }
    }

    fn turn(&self) -> i32 {
        atomic_load(&self.word, WORD)
    }

    /// Whether the turn is another one than `turn`, within so many milliseconds. If not, it may be `awaited` now.
    fn leaves(&self, turn: i32, awaited: i32, for_ms: f64) -> bool {
        let leaves = || ![turn, awaited].contains(&self.turn());
        if (0..SPINS).any(|_| leaves()) {
            return true;
        }
        let _ = atomic_compare_exchange(&self.word, WORD, turn, awaited);
        let _ = Atomics::wait_with_timeout(&self.word, WORD, awaited, for_ms);
        leaves()
    }

    /// Changes whose turn it is, and wakes the other end if it waits; returns whose it was.
    fn change(&self, turn: i32) -> i32 {
        let before = atomic_exchange(&self.word, WORD, turn);
        if [REST_AWAITED, TASK_AWAITED].contains(&before) {
            atomic_notify(&self.word, WORD);
        }
        before
    }

    /// The part of the buffer from the byte `at` on where `length` bytes fit, or what there is of it.
    fn part(&self, at: usize, length: usize) -> Option<(u32, u32)> {
        let at = u32::try_from(at).ok()?;
        let left = self.size.checked_sub(at)?;
        Some((at, u32::try_from(length).ok()?.min(left)))
    }
}

impl Drop for BrowserHelper {
    fn drop(&mut self) {
        if let Some(worker) = &self.worker {
            worker.terminate();
        }
    }
}

impl SharedBytes for BrowserHelper {
    fn size(&self) -> usize {
        self.size as usize
    }

    fn write(&self, at: usize, bytes: &[u8]) {
        if let Some((at, length)) = self.part(at, bytes.len()) {
            self.bytes.unchecked_ref::<SharedArray>().set_slice(&bytes[..length as usize], at);
        }
    }

    fn claim(&self) -> u32 {
        atomic_add(&self.word, CLAIMED, 1).cast_unsigned()
    }

    fn finish(&self, number: u32) {
        atomic_or(&self.word, FINISHED, 1i32.checked_shl(number).unwrap_or(0));
    }

    fn finished(&self) -> u32 {
        atomic_load(&self.word, FINISHED).cast_unsigned()
    }

    fn read(&self, at: usize, bytes: &mut [u8]) {
        if let Some((at, length)) = self.part(at, bytes.len()) {
            set_from(&mut bytes[..length as usize], &self.bytes.subarray(at, at + length));
        }
    }
}

impl Helper for BrowserHelper {
    fn is_free(&self) -> bool {
        (0..SPINS_FOR_THE_END).any(|_| ![TASK, TASK_AWAITED].contains(&self.turn()))
    }

    fn start(&self) {
        atomic_store(&self.word, CLAIMED, 0);
        atomic_store(&self.word, FINISHED, 0);
        if self.change(TASK) == ASLEEP
            && let Some(worker) = &self.worker
        {
            // One that cannot be called is not back in time, as any that is busy.
            let _ = worker.post_message(&JsValue::NULL);
        }
    }

    fn wait(&self) -> bool {
        self.leaves(TASK, TASK_AWAITED, PATIENCE_MS)
    }
}

impl Station for BrowserHelper {
    fn next(&self) -> bool {
        // Called again, it finds a task.
        let _ = atomic_compare_exchange(&self.word, WORD, ASLEEP, REST);
        if !self.leaves(REST, REST_AWAITED, STAY_MS) {
            // A task that has come meanwhile may be awaited already.
            return atomic_compare_exchange(&self.word, WORD, REST_AWAITED, ASLEEP) != REST_AWAITED;
        }
        true
    }

    fn done(&self) {
        self.change(REST);
    }
}

/// How many cores this worker can use with helpers: one where the page is not isolated, so that no memory is shared.
#[must_use]
pub fn usable_cores() -> usize {
    let Some(worker) = scope::worker().filter(|worker| js::is_set(worker, "crossOriginIsolated")) else { return 1 };
    // A whole number; the cast saturates.
    worker.navigator().hardware_concurrency() as usize
}

/// Starts `count` helpers; those that start come back.
pub async fn gather(script: &str, count: usize, size: usize) -> Vec<Rc<dyn Helper>> {
    let Ok(size) = u32::try_from(size) else { return Vec::new() };
    let started = join_all((0..count).map(|_| BrowserHelper::start(script, size))).await;
    started.into_iter().flatten().map(|helper| Rc::new(helper) as Rc<dyn Helper>).collect()
}

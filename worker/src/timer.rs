//! A timer that goes when nobody waits for it any more: thousands of files have a limit of time each.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_channel::oneshot;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, after_ms: u32) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

/// Completes after its time.
pub(crate) struct Timer {
    timer: JsValue,
    over: oneshot::Receiver<()>,
    _ring: Closure<dyn FnMut()>,
}

impl Timer {
    /// Completes after about so many milliseconds.
    pub fn after(for_ms: u32) -> Self {
        let (ring, over) = oneshot::channel();
        let ring = Closure::once(move || {
            let _ = ring.send(());
        });
        Self { timer: set_timeout(ring.as_ref(), for_ms), over, _ring: ring }
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.over).poll(context).map(|_| ())
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.timer);
    }
}

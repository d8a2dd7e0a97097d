//! [`Clock`] on `Date.now()`, `performance.now()` and `setTimeout`.

use conclave_ports::{Clock, LocalFuture};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::js;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// The browser's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct BrowserClock;

impl Clock for BrowserClock {
    fn unix_ms(&self) -> u64 {
        // `as` saturates: a clock before 1970 reads as 1970.
        js_sys::Date::now() as u64
    }

    fn monotonic_ms(&self) -> f64 {
        performance_now()
    }

    fn sleep(&self, for_ms: u32) -> LocalFuture<'_, ()> {
        Box::pin(async move {
            // A timer is never rejected.
            let _ = JsFuture::from(js::sleep(for_ms)).await;
        })
    }
}

//! [`Clock`] on `Date.now()` and `performance.now()`.

use conclave_ports::Clock;
use wasm_bindgen::prelude::*;

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
}

//! [`Entropy`] on `crypto.getRandomValues`.

use conclave_ports::{Entropy, EntropyError};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::js;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(array: &Uint8Array) -> Result<JsValue, JsValue>;
}

/// Most bytes of one call (W3C Web Cryptography API, 10.1.1).
const CALL_MAX: usize = 65_536;

/// The browser's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct BrowserEntropy;

impl Entropy for BrowserEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in bytes.chunks_mut(CALL_MAX) {
            // A chunk is at most `CALL_MAX` long, which fits.
            let array = Uint8Array::new_with_length(chunk.len() as u32);
            get_random_values(&array).map_err(|error| EntropyError(js::describe(&error)))?;
            array.copy_to(chunk);
        }
        Ok(())
    }
}

//! What a disposable program is given, and what it takes.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, FileReaderSync};

/// The bytes of a file that this program was given: the browser's `File` or `Blob`, or an `ArrayBuffer`.
///
/// # Errors
/// What the browser says where it cannot read it.
pub fn file_bytes(file: JsValue) -> Result<Vec<u8>, JsValue> {
    let buffer = match file.dyn_into::<Blob>() {
        Ok(file) => FileReaderSync::new().and_then(|reader| reader.read_as_array_buffer(&file))?,
        Err(buffer) => buffer.dyn_into::<ArrayBuffer>()?,
    };
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Bytes of this program's memory.
#[cfg(target_arch = "wasm32")]
#[must_use]
pub fn memory_bytes() -> u64 {
    /// WebAssembly, 4.2.8.
    const PAGE_BYTES: u64 = 65_536;
    core::arch::wasm32::memory_size(0) as u64 * PAGE_BYTES
}

/// Elsewhere it is not known.
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
pub fn memory_bytes() -> u64 {
    0
}

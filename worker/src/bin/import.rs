//! The `import` program: a file in, its documents out. It reads nothing else, may fetch nothing, and is ended when a file keeps
//! it too long or fills its memory.
//!
//! A file is read in one go, without giving way: so whatever breaks the program reaches the one that started it as an error.

use conclave_import::{Limits, import};
use conclave_worker::reading::{FromImport, pack};
use conclave_worker::scope;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use web_sys::{Blob, FileReaderSync};

fn main() {
    scope::on_panic(|place| scope::post(&FromImport::Panicked { place: place.to_owned() }));
    scope::listen(|data| {
        let given: Array = data.unchecked_into();
        let name = given.get(0).as_string().unwrap_or_default();
        let buffer = given.get(1);
        let buffer = match buffer.dyn_into::<Blob>() {
            Ok(file) => FileReaderSync::new().and_then(|reader| reader.read_as_array_buffer(&file)),
            Err(buffer) => Ok(buffer.unchecked_into::<ArrayBuffer>()),
        };
        // The one that started this program hears an error for the file that it has given.
        let Ok(buffer) = buffer else { wasm_bindgen::throw_str("the file cannot be read") };
        let bytes = Uint8Array::new(&buffer).to_vec();
        drop(buffer);
        let report = import(&name, &bytes, &Limits::default(), &mut |document| {
            if let Some(bytes) = pack(document) {
                scope::transfer(&Uint8Array::from(&*bytes).buffer());
            }
        });
        scope::post(&FromImport::Read { report, memory_bytes: memory_bytes() });
    });
    scope::post(&FromImport::Ready);
}

/// Bytes of this program's memory.
#[cfg(target_arch = "wasm32")]
fn memory_bytes() -> u64 {
    /// WebAssembly, 4.2.8.
    const PAGE_BYTES: u64 = 65_536;
    core::arch::wasm32::memory_size(0) as u64 * PAGE_BYTES
}

#[cfg(not(target_arch = "wasm32"))]
fn memory_bytes() -> u64 {
    0
}

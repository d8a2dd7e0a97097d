//! The `import` program: a file in, its documents out. It reads nothing else, may fetch nothing, and is ended when a file keeps
//! it too long or fills its memory.
//!
//! A file is read in one go, without giving way: so whatever breaks the program reaches the one that started it as an error.

use conclave_import::{Limits, import};
use conclave_worker::given::{file_bytes, memory_bytes};
use conclave_worker::reading::{FromImport, pack};
use conclave_worker::scope;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;

fn main() {
    scope::on_panic(|place| scope::post(&FromImport::Panicked { place: place.to_owned() }));
    scope::listen(|data| {
        let given: Array = data.unchecked_into();
        let name = given.get(0).as_string().unwrap_or_default();
        // The one that started this program hears an error for the file that it has given.
        let Ok(bytes) = file_bytes(given.get(1)) else { wasm_bindgen::throw_str("the file cannot be read") };
        let report = import(&name, &bytes, &Limits::default(), &mut |document| {
            if let Some(bytes) = pack(document) {
                scope::transfer(&Uint8Array::from(&*bytes).buffer());
            }
        });
        scope::post(&FromImport::Read { report, memory_bytes: memory_bytes() });
    });
    scope::post(&FromImport::Ready);
}

//! The list of names, as `cargo xtask models` leaves it.

use std::path::Path;

/// Its bytes.
pub fn bytes() -> Vec<u8> {
    // Cargo tells a test where its package is; clones share a target folder and so its binaries.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").expect("tests are started by Cargo");
    let path = Path::new(&package).join("../../models/gazetteer/words.gazetteer");
    std::fs::read(path).expect("there is no gazetteer: run `cargo xtask models`")
}

//! What several tests need: the default models, as `cargo xtask models` leaves them, and JSON Schema.

#![allow(dead_code, reason = "every test program takes what it needs")]

pub mod folder;
pub mod forms;
pub mod schema;
pub mod targets;

use std::path::Path;

/// The whole file `name` of a pack.
pub fn pack_file(pack: &str, name: &str) -> Vec<u8> {
    // Not the folder at build time: clones that share a target folder share its binaries.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let folder = Path::new(&package).join("../../models").join(pack);
    let manifest = std::fs::read(folder.join("manifest.json"))
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask models`", folder.display()));
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let files = manifest["files"].as_array().unwrap();
    let file = files.iter().find(|file| file["name"] == name).unwrap();
    let parts = file["parts"].as_array().unwrap().iter();
    parts.flat_map(|part| std::fs::read(folder.join(part["name"].as_str().unwrap())).unwrap()).collect()
}

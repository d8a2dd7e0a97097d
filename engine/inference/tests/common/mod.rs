//! The default models, as `cargo xtask models` leaves them.

use std::path::Path;

/// The whole file `name` of a pack.
pub fn pack_file(pack: &str, name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models").join(pack);
    let manifest = std::fs::read(folder.join("manifest.json"))
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask models`", folder.display()));
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let files = manifest["files"].as_array().unwrap();
    let file = files.iter().find(|file| file["name"] == name).unwrap();
    let parts = file["parts"].as_array().unwrap().iter();
    parts.flat_map(|part| std::fs::read(folder.join(part["name"].as_str().unwrap())).unwrap()).collect()
}

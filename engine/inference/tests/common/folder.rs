//! The folders of tests/fixtures/folders.py.

use std::collections::BTreeMap;
use std::path::Path;

use conclave_inference::checkpoint::Files;
use conclave_inference::format::Pieces;

/// The pieces of files by name.
pub type Cut = BTreeMap<String, Vec<Vec<u8>>>;

/// What the engine reads them from.
pub fn in_memory(cut: Cut) -> Files<'static> {
    cut.into_iter().map(|(name, pieces)| (name, Pieces::in_memory(pieces))).collect()
}

/// The files of a folder, in pieces of `piece` bytes.
pub fn files(name: &str, piece: usize) -> Cut {
    // Not the folder at build time: clones that share a target folder share its binaries.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let folder = Path::new(&package).join("tests/fixtures").join(format!("folder-{name}"));
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let file = |entry: std::io::Result<std::fs::DirEntry>| {
        let entry = entry.unwrap();
        let bytes = std::fs::read(entry.path()).unwrap();
        (entry.file_name().into_string().unwrap(), bytes.chunks(piece).map(<[u8]>::to_vec).collect())
    };
    entries.map(file).collect()
}

//! The redactor as it ships: with the list of names that `cargo xtask models` leaves.

use std::path::PathBuf;

use anyhow::{Context, Result};
use conclave_privacy::Redactor;
use conclave_privacy::names::Gazetteer;

/// The list of names, below the root of the repository.
const GAZETTEER: &str = "models/gazetteer/words.gazetteer";

/// The redactor.
///
/// # Errors
/// The list is not there or cannot be used.
pub fn redactor() -> Result<Redactor> {
    // Not the folder at build time: clones that share a target folder share its binaries. Where Cargo did not start the
    // program, it is looked for below the working folder.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| "engine/eval".into(), PathBuf::from);
    let path = package.join("../..").join(GAZETTEER);
    let bytes = std::fs::read(&path)
        .with_context(|| format!("cannot read the gazetteer {}; run `cargo xtask models`", path.display()))?;
    let gazetteer = Gazetteer::from_bytes(bytes).with_context(|| format!("{} cannot be used", path.display()))?;
    Ok(Redactor::new().context("the redactor does not start")?.with_gazetteer(gazetteer))
}

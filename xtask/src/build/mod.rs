//! `cargo xtask build`: page, workers and edge, each only when something that goes into it has changed.

mod check;
mod conformance;
mod edge;
mod loader;
mod naming;
mod optimise;
mod program;
mod site;
mod vectors;

use std::fs::{self, File};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::fingerprint::{Fingerprint, Stamp};
use crate::layout::Layout;
use crate::setup::Tools;

pub use conformance::build as build_conformance;
pub use vectors::build as build_vectors;

/// What every wasm program depends on beside its own sources.
const SHARED_INPUTS: [&str; 5] =
    ["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "rust-toolchain.toml", "e2e/package-lock.json"];

/// Builds what is not current. A second build waits for the first: they would write the same files.
pub fn build(layout: &Layout, tools: &Tools) -> Result<()> {
    let _lock = lock(layout)?;
    site::build(layout, tools)?;
    edge::build(layout, tools)
}

fn lock(layout: &Layout) -> Result<File> {
    let folder = layout.target.join("conclave");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let lock = File::create(folder.join("build.lock")).context("cannot make the lock of the build")?;
    if lock.try_lock().is_err() {
        println!("waiting for another build");
        lock.lock().context("cannot wait for another build")?;
    }
    Ok(lock)
}

/// Runs a step unless its inputs are those with which it last ended well.
fn step(layout: &Layout, tools: &Tools, name: &str, inputs: &[&str], work: impl FnOnce() -> Result<()>) -> Result<()> {
    let mut fingerprint = Fingerprint::default().value("tools", &tools.versions);
    for input in SHARED_INPUTS.iter().chain(inputs) {
        fingerprint = fingerprint.tree(&layout.root, input, is_input)?;
    }
    let stamp = Stamp::new(&layout.stamps(), name, fingerprint.finish());
    if stamp.is_current() {
        return Ok(());
    }
    stamp.clear()?;
    let start = Instant::now();
    println!("building the {name}");
    work()?;
    println!("built the {name} in {:.0} s", start.elapsed().as_secs_f64());
    stamp.set()
}

/// Whether a path goes into a build; tests, native tools, folders of built files and hidden files do not. A pack's
/// manifest stands for its parts: it names their hashes.
fn is_input(path: &Path) -> bool {
    const SKIPPED: [&str; 6] = ["build", "eval", "fixtures", "node_modules", "target", "tests"];
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if name.starts_with('.') || name.starts_with("part-") {
        return false;
    }
    path.ends_with("xtask/src/build") || !(path.is_dir() && SKIPPED.contains(&name.as_ref()))
}

//! Brings a machine to the point where everything builds: installs what is missing, or names the command to type.

mod cargo_tools;
mod chromium;
mod node;
mod rust;

use std::path::PathBuf;

use anyhow::Result;

use crate::layout::Layout;

/// Where the tools of exact versions are.
#[derive(Debug, Clone)]
pub struct Tools {
    /// `wasm-bindgen`, of the version in `Cargo.lock`.
    pub wasm_bindgen: PathBuf,
    /// `worker-build`.
    pub worker_build: PathBuf,
    /// Name and version of each tool: part of every build's fingerprint.
    pub versions: String,
}

/// What `build` and `run` need.
pub fn for_build(layout: &Layout) -> Result<Tools> {
    rust::wasm_target(layout)?;
    let wanted = cargo_tools::for_build(layout)?;
    let [wasm_bindgen, worker_build] = wanted.each_ref().map(|tool| tool.provide(layout));
    node::packages(layout)?;
    let versions = wanted.map(|tool| format!("{} {}", tool.package, tool.version)).join(", ");
    Ok(Tools { wasm_bindgen: wasm_bindgen?, worker_build: worker_build?, versions })
}

/// What `test` needs beside what `build` needs.
pub struct TestTools {
    /// `cargo-nextest`.
    pub nextest: PathBuf,
    /// The browser.
    pub chromium: PathBuf,
}

/// Brings the tools of the tests.
pub fn for_test(layout: &Layout) -> Result<TestTools> {
    Ok(TestTools { nextest: cargo_tools::nextest().provide(layout)?, chromium: chromium::provide()? })
}

/// Whether a program is on the PATH.
pub fn has_program(name: &str) -> bool {
    !cargo_tools::on_path(name).is_empty()
}

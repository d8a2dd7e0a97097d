//! The workers' conformance program: the ports' suites on the browser's adapters. Only the browser tests load it.

use std::process::Command;

use anyhow::{Context, Result};

use super::step;
use crate::layout::Layout;
use crate::process;
use crate::setup::Tools;

const INPUTS: [&str; 3] = ["engine", "worker", "xtask/src/build/conformance.rs"];

/// Builds `dist/conformance/` where it is not current.
pub fn build(layout: &Layout, tools: &Tools) -> Result<()> {
    step(layout, tools, "conformance program", &INPUTS, || {
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--release", "--locked", "--target", "wasm32-unknown-unknown"]);
        // The package's manifest, as Trunk does it: another selection of packages would unify features differently and
        // compile everything again.
        cargo.args(["--manifest-path", "worker/Cargo.toml", "--bin", "conformance"]);
        cargo.current_dir(&layout.root).env("CARGO_TARGET_DIR", &layout.target);
        process::run(&mut cargo).context("cannot build the conformance program")?;
        let mut bindgen = Command::new(&tools.wasm_bindgen);
        bindgen.args(["--target", "web", "--no-typescript", "--out-name", "conformance", "--out-dir"]);
        bindgen.arg(layout.dist().join("conformance"));
        bindgen.arg(layout.target.join("wasm32-unknown-unknown/release/conformance.wasm"));
        process::run(&mut bindgen).context("cannot bind the conformance program")
    })
}

//! Programs for the browser: cargo compiles them, wasm-bindgen writes the JavaScript around them.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::layout::Layout;
use crate::process;
use crate::setup::Tools;

/// A program of the workspace.
pub struct Program {
    /// Its package's folder.
    pub package: &'static str,
    /// Name of the binary.
    pub binary: &'static str,
    /// Stem of its files.
    pub name: &'static str,
    /// What says to cargo which features of the package it is built with; empty for the usual ones. Linking does not drop
    /// everything of a dependency that a program does not use: a library's C interface is exported wherever it is linked.
    pub features: &'static [&'static str],
    /// Cargo's profile: `release`, or `small` for what has to be here soon.
    pub profile: &'static str,
}

impl Program {
    /// Writes `name.js` and `name_bg.wasm`.
    pub fn build(&self, layout: &Layout, tools: &Tools, folder: &Path) -> Result<()> {
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--profile", self.profile, "--locked", "--target", "wasm32-unknown-unknown"]);
        cargo.args(["--bin", self.binary]);
        // By its own manifest: another selection of packages would unify features differently and compile everything again.
        cargo.arg("--manifest-path").arg(layout.root.join(self.package).join("Cargo.toml"));
        cargo.args(self.features);
        cargo.current_dir(&layout.root).env("CARGO_TARGET_DIR", &layout.target);
        process::run(&mut cargo).with_context(|| format!("cannot compile {}", self.name))?;
        let mut bindgen = Command::new(&tools.wasm_bindgen);
        bindgen.args(["--target", "web", "--no-typescript", "--out-name", self.name, "--out-dir"]).arg(folder);
        bindgen.arg(layout.target.join(format!("wasm32-unknown-unknown/{}/{}.wasm", self.profile, self.binary)));
        process::run(&mut bindgen).with_context(|| format!("cannot bind {}", self.name))
    }
}

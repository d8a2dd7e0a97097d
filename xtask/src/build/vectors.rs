//! The vectors' index as a program of its own. Only `cargo xtask bench knowledge` loads it.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::layout::Layout;
use crate::process;

const PACKAGE: &str = "conclave-vectors-bench";

/// Builds `dist/bench/vectors.wasm`. Its functions take and give plain numbers: nothing is written around it.
pub fn build(layout: &Layout) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args([
        "build",
        "--quiet",
        "--release",
        "--locked",
        "--target",
        "wasm32-unknown-unknown",
        "--package",
        PACKAGE,
    ]);
    cargo.current_dir(&layout.root).env("CARGO_TARGET_DIR", &layout.target);
    process::run(&mut cargo).with_context(|| format!("cannot compile {PACKAGE}"))?;
    let built = layout.target.join("wasm32-unknown-unknown/release").join(PACKAGE.replace('-', "_") + ".wasm");
    let folder = layout.dist().join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::copy(&built, folder.join("vectors.wasm")).with_context(|| format!("cannot copy {}", built.display()))?;
    Ok(())
}

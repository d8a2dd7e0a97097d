//! The edge: a Cloudflare Worker, built by worker-build with the tools that are already here.

use std::process::Command;

use anyhow::{Context, Result};

use super::step;
use crate::layout::Layout;
use crate::process;
use crate::setup::Tools;

const INPUTS: [&str; 3] = ["edge", "engine/protocol", "xtask/src/build/edge.rs"];

/// Builds the edge where it is not current.
pub fn build(layout: &Layout, tools: &Tools) -> Result<()> {
    step(layout, tools, "edge", &INPUTS, || {
        let mut worker_build = Command::new(&tools.worker_build);
        worker_build.arg("--release").current_dir(layout.root.join("edge"));
        worker_build.env("CARGO_TARGET_DIR", &layout.target);
        // Without these it downloads tools of its own.
        worker_build.env("WASM_BINDGEN_BIN", &tools.wasm_bindgen);
        worker_build.env("WASM_OPT_BIN", layout.npm_tool("wasm-opt"));
        worker_build.env("ESBUILD_BIN", layout.npm_tool("esbuild"));
        process::run(&mut worker_build).context("cannot build the edge")
    })
}

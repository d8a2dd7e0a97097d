//! The workers' conformance program: the ports' suites on the browser's adapters. Only the browser tests load it.

use anyhow::Result;

use super::program::Program;
use super::step;
use crate::layout::Layout;
use crate::setup::Tools;

const INPUTS: [&str; 4] = ["engine", "worker", "xtask/src/build/conformance.rs", "xtask/src/build/program.rs"];

/// Builds `dist/conformance/` where it is not current.
pub fn build(layout: &Layout, tools: &Tools) -> Result<()> {
    step(layout, tools, "conformance program", &INPUTS, || {
        Program { package: "worker", binary: "conformance", name: "conformance", features: &[], profile: "release" }
            .build(layout, tools, &layout.dist().join("conformance"))
    })
}

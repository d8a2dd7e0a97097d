//! The wasm target of the toolchain.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::layout::Layout;
use crate::process;

const TARGET: &str = "wasm32-unknown-unknown";

/// Installs the wasm target where it is missing.
pub fn wasm_target(layout: &Layout) -> Result<()> {
    let sysroot = process::output(Command::new("rustc").args(["--print", "sysroot"]).current_dir(&layout.root))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(TARGET).join("lib").is_dir() {
        return Ok(());
    }
    println!("installing the target {TARGET}");
    process::run(Command::new("rustup").args(["target", "add", TARGET]).current_dir(&layout.root)).with_context(|| {
        format!("cannot install {TARGET}; type `rustup target add {TARGET}`, or install it with your system's Rust")
    })
}

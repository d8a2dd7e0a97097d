//! The scripts that workers are started from.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use super::program::Program;
use crate::layout::Layout;
use crate::process;

/// Marks the build of a program with dot products of bytes.
pub const RELAXED: &str = "_relaxed";

/// The programs that their workers are given compiled, and may not fetch.
const GIVEN: [&str; 2] = ["import", "view"];

/// Names and texts of the programs' loaders. Where there are two builds of one, its loader is `worker/loader/choose.js`; that
/// of each of [`GIVEN`] is `worker/loader/given.js`.
pub fn all(layout: &Layout, programs: &[Program]) -> Result<Vec<(String, String)>> {
    let (choose, given) = (choose(layout)?, read(layout, "given.js")?);
    let names = programs.iter().map(|program| program.name);
    let usual = names.clone().filter(|name| !name.ends_with(RELAXED));
    let text = |name: &str| {
        if names.clone().any(|other| other.strip_suffix(RELAXED) == Some(name)) {
            choose.replace("{name}", name)
        } else if GIVEN.contains(&name) {
            given.replace("{name}", name)
        } else {
            format!("import init from './{name}.js';\nawait init();\n")
        }
    };
    Ok(usual.map(|name| (format!("{name}_loader.js"), text(name))).collect())
}

/// The loader with the module that it measures inside: a file of its own would be waited for.
fn choose(layout: &Layout) -> Result<String> {
    let folder = layout.root.join("worker/loader");
    let module = layout.target.join("conclave/pace.wasm");
    let mut assemble = Command::new(layout.npm_tool("wasm-as"));
    assemble.args(["--enable-simd", "--enable-relaxed-simd", "-o"]).arg(&module).arg(folder.join("pace.wat"));
    process::run(&mut assemble).context("cannot assemble worker/loader/pace.wat")?;
    let module = fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?;
    Ok(read(layout, "choose.js")?.replace("{pace}", &hex::encode(&module)))
}

fn read(layout: &Layout, name: &str) -> Result<String> {
    let path = layout.root.join("worker/loader").join(name);
    fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

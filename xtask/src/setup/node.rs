//! Node.js and the npm packages of `e2e/`: wrangler, wasm-opt, esbuild, Playwright.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::fingerprint::{Fingerprint, Stamp};
use crate::layout::Layout;
use crate::process;

/// Oldest Node.js that runs all packages; `e2e/package.json` names the same under `engines`.
const NODE_MIN: (u32, u32) = (20, 3);

/// Installs the packages of `e2e/package-lock.json` where they are missing or of another state.
pub fn packages(layout: &Layout) -> Result<()> {
    node()?;
    let modules = layout.e2e().join("node_modules");
    let lock = layout.e2e().join("package-lock.json");
    let lock = fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    // The stamp lies inside the folder that it vouches for: whoever removes the folder removes the stamp.
    let stamp = Stamp::new(&modules, ".conclave-stamp", Fingerprint::default().value("lock", &lock).finish());
    if stamp.is_current() {
        return Ok(());
    }
    println!("installing the npm packages of e2e/");
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(layout.e2e());
    process::run(&mut npm)
        .context("cannot install the npm packages; check the network, then type `npm ci` in the folder e2e")?;
    stamp.set()
}

fn node() -> Result<()> {
    let (major, minor) = NODE_MIN;
    let wanted = format!("Conclave needs Node.js {major}.{minor} or newer, with npm");
    let how = "install it from nodejs.org or your system's packages (Debian and Ubuntu: `apt-get install nodejs npm`)";
    let Some(found) = process::version_of("node", &["--version"]) else {
        bail!("{wanted}; {how}");
    };
    let mut numbers = found.split('.').map(|number| number.parse().unwrap_or(0));
    if (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) < NODE_MIN {
        bail!("{wanted}, found is {found}; {how}");
    }
    Ok(())
}

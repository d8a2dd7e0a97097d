//! `cargo xtask lint`: rules of the tree that no compiler checks.

mod binaries;
mod gate;
mod layers;
mod length;
mod logging;
mod places;

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::layout::Layout;
use crate::process;
use crate::setup;

/// A tracked text file.
pub struct Source {
    /// Path from the root of the clone.
    pub path: String,
    /// Content.
    pub text: String,
}

/// Checks all rules; every breach is printed before the first error ends the command.
pub fn lint(layout: &Layout) -> Result<()> {
    let Tree { sources, binaries } = tree(layout)?;
    let mut breaches = layers::check(&metadata(layout)?)?;
    breaches.extend(length::check(&sources));
    breaches.extend(places::check(&sources));
    breaches.extend(binaries::check(&binaries));
    breaches.extend(gate::check(&sources));
    breaches.extend(logging::check(&sources));
    for breach in &breaches {
        eprintln!("{breach}");
    }
    if !breaches.is_empty() {
        bail!("{} rules are broken; they stand above", breaches.len());
    }
    deny(layout)
}

/// Files that git tracks or would track, as they lie in the folder now.
struct Tree {
    sources: Vec<Source>,
    /// Paths of those that are no text.
    binaries: Vec<String>,
}

fn tree(layout: &Layout) -> Result<Tree> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(&layout.root);
    let listed = process::output(&mut git).context("the rules are checked on the files of a git clone")?;
    let mut tree = Tree { sources: Vec::new(), binaries: Vec::new() };
    for path in listed.split('\0').filter(|path| !path.is_empty()).map(str::to_owned) {
        // A deleted file is still listed until the deletion is committed.
        let Ok(bytes) = fs::read(layout.root.join(&path)) else { continue };
        match String::from_utf8(bytes) {
            Ok(text) => tree.sources.push(Source { path, text }),
            Err(_) => tree.binaries.push(path),
        }
    }
    Ok(tree)
}

fn metadata(layout: &Layout) -> Result<serde_json::Value> {
    let mut cargo = Command::new("cargo");
    cargo.args(["metadata", "--format-version", "1", "--no-deps", "--offline"]).current_dir(&layout.root);
    serde_json::from_str(&process::output(&mut cargo)?).context("cannot read what `cargo metadata` wrote")
}

/// Licences, advisories and bans by `deny.toml`, where cargo-deny is installed.
fn deny(layout: &Layout) -> Result<()> {
    if setup::has_program("cargo-deny") {
        // Advisories need the network; the command `cargo deny check` checks them too.
        let mut deny = Command::new("cargo");
        deny.args(["deny", "--offline", "--all-features", "check", "bans", "licenses", "sources"]);
        process::run(deny.current_dir(&layout.root))?;
    }
    Ok(())
}

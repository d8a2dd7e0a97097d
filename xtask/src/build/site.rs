//! The site: Trunk builds page and workers, wasm-opt shrinks them, names follow from contents, packs are linked in.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::{check, naming, optimise, step};
use crate::fingerprint::files_below;
use crate::layout::Layout;
use crate::models;
use crate::process;
use crate::setup::Tools;

/// Files of the site by their path, with `/` between folders.
pub type Files = BTreeMap<String, Vec<u8>>;

const INPUTS: [&str; 7] = ["Trunk.toml", "app", "engine", "public", "worker", "models", "xtask/src/build"];

/// Builds the site where it is not current.
pub fn build(layout: &Layout, tools: &Tools) -> Result<()> {
    step(layout, tools, "site", &INPUTS, || {
        trunk(layout, tools)?;
        let mut files = read(&layout.trunk_dist())?;
        optimise::all(layout, &mut files)?;
        let files = naming::name_by_content(files)?;
        check::check(&files)?;
        write(layout, &files)
    })
}

fn trunk(layout: &Layout, tools: &Tools) -> Result<()> {
    let mut trunk = Command::new(&tools.trunk);
    // Trunk reads `NO_COLOR=1` as a flag with a wrong value and exits.
    trunk.arg("build").current_dir(&layout.root).env_remove("NO_COLOR");
    trunk.env("CARGO_TARGET_DIR", &layout.target).env("TRUNK_SKIP_VERSION_CHECK", "true");
    trunk.env("PATH", path_with(&tools.wasm_bindgen)?);
    process::run(&mut trunk).context("cannot build page and workers")
}

/// The PATH with a program's folder in front, so that Trunk finds that one and downloads none.
fn path_with(program: &Path) -> Result<std::ffi::OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = program.parent().map(Path::to_owned).into_iter().chain(std::env::split_paths(&path));
    std::env::join_paths(folders).context("the PATH has a folder with a colon in its name")
}

fn read(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    for path in files_below(folder, |_| true)? {
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        files.insert(name, fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?);
    }
    Ok(files)
}

/// Writes the new site beside the old one and then exchanges them, so that a server never sees half a site.
fn write(layout: &Layout, files: &Files) -> Result<()> {
    let (site, next, old) = (layout.site(), layout.dist().join("site.next"), layout.dist().join("site.old"));
    for left_over in [&next, &old] {
        if left_over.exists() {
            fs::remove_dir_all(left_over).with_context(|| format!("cannot remove {}", left_over.display()))?;
        }
    }
    for (name, bytes) in files {
        let path = next.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&next))?;
        fs::write(&path, bytes).with_context(|| format!("cannot write {}; is the disk full?", path.display()))?;
    }
    for pack in models::packs(layout)? {
        let served = next.join("models").join(pack.file_name().unwrap_or_default());
        fs::create_dir_all(&served)?;
        for part in files_below(&pack, |_| true)? {
            let to = served.join(part.file_name().unwrap_or_default());
            // A link costs nothing; across file systems there is none.
            fs::hard_link(&part, &to)
                .or_else(|_| fs::copy(&part, &to).map(|_| ()))
                .with_context(|| format!("cannot write {}; is the disk full?", to.display()))?;
        }
    }
    if site.exists() {
        fs::rename(&site, &old)?;
    }
    fs::rename(&next, &site).with_context(|| format!("cannot write {}", site.display()))?;
    if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    Ok(())
}

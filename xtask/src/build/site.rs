//! The site: page and workers are compiled, wasm-opt shrinks them, names follow from contents, packs are linked in.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::program::Program;
use super::{check, loader, naming, optimise, step};
use crate::fingerprint::files_below;
use crate::layout::Layout;
use crate::models;
use crate::setup::Tools;

/// Files of the site by their path, with `/` between folders.
pub type Files = BTreeMap<String, Vec<u8>>;

const INPUTS: [&str; 6] = ["app", "engine", "public", "worker", "models", "xtask/src/build"];

const PAGE: Program =
    Program { package: "app", binary: "conclave-app", name: "conclave-app", features: &[], profile: "release" };

/// Each is started by its `name_loader.js`: helpers, readers of files and drawers of pages by the engine, the others by the page. Of those that multiply there
/// are two builds; the loader chooses.
const WORKERS: [Program; 7] = [
    Program { package: "worker", binary: "engine", name: "engine", features: &[], profile: "release" },
    Program {
        package: "worker",
        binary: "engine",
        name: "engine_relaxed",
        features: &["--features", "relaxed-simd"],
        profile: "release",
    },
    Program {
        package: "worker",
        binary: "helper",
        name: "helper",
        features: &["--no-default-features", "--features", "helper"],
        profile: "release",
    },
    Program {
        package: "worker",
        binary: "helper",
        name: "helper_relaxed",
        features: &["--no-default-features", "--features", "helper,relaxed-simd"],
        profile: "release",
    },
    Program {
        package: "worker",
        binary: "import",
        name: "import",
        features: &["--no-default-features", "--features", "import"],
        profile: "release",
    },
    Program {
        package: "worker",
        binary: "view",
        name: "view",
        features: &["--no-default-features", "--features", "view"],
        profile: "release",
    },
    Program {
        package: "worker",
        binary: "redact",
        name: "redact",
        features: &["--no-default-features", "--features", "redact"],
        profile: "small",
    },
];

/// Builds the site where it is not current.
pub fn build(layout: &Layout, tools: &Tools) -> Result<()> {
    step(layout, tools, "site", &INPUTS, || {
        let mut files = programs(layout, tools)?;
        optimise::all(layout, &mut files)?;
        files.extend(plain_files(layout)?);
        let files = naming::name_by_content(files)?;
        check::check(&files)?;
        write(layout, &files)
    })
}

/// Page and workers, and what starts these.
fn programs(layout: &Layout, tools: &Tools) -> Result<Files> {
    let folder = layout.programs();
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    for program in [&PAGE].into_iter().chain(&WORKERS) {
        program.build(layout, tools, &folder)?;
    }
    let mut files = read(&folder)?;
    for (name, text) in loader::all(layout, &WORKERS)? {
        files.insert(name, text.into());
    }
    Ok(files)
}

/// What is served as it is in the tree.
fn plain_files(layout: &Layout) -> Result<Files> {
    let mut files = read(&layout.root.join("public"))?;
    files.extend(read(&layout.root.join("app/styles"))?);
    let names = layout.root.join("models/gazetteer/words.gazetteer");
    let list =
        fs::read(&names).with_context(|| format!("cannot read {}; run `cargo xtask models`", names.display()))?;
    files.insert("names.gazetteer".to_owned(), list);
    for name in ["index.html", "boot.js"] {
        let path = layout.root.join("app").join(name);
        files.insert(name.to_owned(), fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?);
    }
    Ok(files)
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

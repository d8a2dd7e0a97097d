//! Tools that cargo installs, each of one exact version.
//!
//! A tool on the PATH is used where its version fits; otherwise the right one goes to the project's cache, and what the
//! user has installed stays as it is.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result};

use crate::layout::Layout;
use crate::process;

/// Fits the crate `worker` 0.8.
const WORKER_BUILD: &str = "0.8.7";
/// Any nextest of the last year does; this one is installed where there is none.
const NEXTEST: &str = "0.9.143";

/// A program that comes from a cargo package.
pub struct CargoTool {
    /// Package that cargo installs.
    pub package: &'static str,
    /// Exact version.
    pub version: String,
    program: &'static str,
    version_arguments: &'static [&'static str],
    any_version: bool,
    /// Whether the package's own lock file is used. That of `wasm-bindgen-cli` names crates that were withdrawn.
    locked: bool,
}

/// wasm-bindgen and worker-build.
pub fn for_build(layout: &Layout) -> Result<[CargoTool; 2]> {
    let tool = |package, version, program| CargoTool {
        package,
        version,
        program,
        version_arguments: &["--version"],
        any_version: false,
        locked: false,
    };
    let wasm_bindgen = locked_version(&fs::read_to_string(layout.root.join("Cargo.lock"))?, "wasm-bindgen")
        .context("Cargo.lock names no wasm-bindgen; take the file from git again")?;
    Ok([
        tool("wasm-bindgen-cli", wasm_bindgen, "wasm-bindgen"),
        tool("worker-build", WORKER_BUILD.into(), "worker-build"),
    ])
}

/// The test runner.
pub fn nextest() -> CargoTool {
    CargoTool {
        package: "cargo-nextest",
        version: NEXTEST.into(),
        program: "cargo-nextest",
        version_arguments: &["nextest", "--version"],
        any_version: true,
        locked: true,
    }
}

impl CargoTool {
    /// The program; installed first where neither the PATH nor the cache has the right version.
    pub fn provide(&self, layout: &Layout) -> Result<PathBuf> {
        // One folder per version: clones of different ages do not fight over it.
        let root = layout.cache.join("tools").join(format!("{}-{}", self.package, self.version));
        let installed = root.join("bin").join(self.program);
        for candidate in on_path(self.program).into_iter().chain([installed.clone()]) {
            let version = process::version_of(&candidate, self.version_arguments);
            if version.is_some_and(|version| self.any_version || version == self.version) {
                return Ok(candidate);
            }
        }
        println!("installing {} {} (a few minutes, once)", self.package, self.version);
        let mut command = Command::new("cargo");
        command.arg("install").arg(format!("{}@={}", self.package, self.version)).arg("--root").arg(&root);
        if self.locked {
            command.arg("--locked");
        }
        // A tool works for seconds per build, so it is compiled quickly: in about half of the time.
        command.envs([
            ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
            ("CARGO_PROFILE_RELEASE_LTO", "off"),
            ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
            ("CARGO_PROFILE_RELEASE_DEBUG", "none"),
        ]);
        // One target folder for all tools: they share many crates. Outside of the clone's toolchain file.
        command.env("CARGO_TARGET_DIR", layout.target.join("tools")).current_dir(&layout.cache_made()?);
        process::run(&mut command).with_context(|| {
            format!(
                "cannot install {name}; check the network, or type `cargo install {name}@={version}`",
                name = self.package,
                version = self.version
            )
        })?;
        Ok(installed)
    }
}

impl Layout {
    fn cache_made(&self) -> Result<PathBuf> {
        fs::create_dir_all(&self.cache).with_context(|| format!("cannot make {}", self.cache.display()))?;
        Ok(self.cache.clone())
    }
}

/// The programs of this name on the PATH.
pub fn on_path(program: &str) -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).map(|folder| folder.join(program)).filter(|file| file.is_file()).collect()
}

/// The version of a package in a `Cargo.lock`.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines();
    lines.find(|line| *line == format!("name = \"{package}\""))?;
    let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_a_package_is_read_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
        assert_eq!(locked_version("name = \"wasm-bindgen\"", "wasm-bindgen"), None);
    }

    #[test]
    fn programs_are_found_on_the_path() {
        assert!(!on_path("cargo").is_empty());
        assert!(on_path("conclave-no-such-program").is_empty());
    }
}

//! `cargo xtask eval`: forwards to the evaluation program.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::layout::Layout;

/// Runs the evaluation program with the given arguments; streams and exit status are the program's own.
pub fn eval(layout: &Layout, arguments: &[String]) -> Result<ExitCode> {
    // The working folder stays the caller's: the paths among the arguments are relative to it.
    let status = Command::new("cargo")
        .args(["run", "--quiet", "--release", "--manifest-path"])
        .arg(layout.root.join("Cargo.toml"))
        .args(["--package", "conclave-eval", "--"])
        .args(arguments)
        .status()
        .context("cannot start cargo; is it on the PATH?")?;
    // No code: the program was ended by a signal.
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(ExitCode::from(code))
}

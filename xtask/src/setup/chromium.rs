//! The browser of the tests.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::cargo_tools::on_path;
use crate::process;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The browser that `CHROMIUM` names or the PATH has; installed first where apt may.
pub fn provide() -> Result<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM") {
        let path = PathBuf::from(named);
        if !path.is_file() {
            bail!("CHROMIUM names {}, which is not a file; name the browser's program", path.display());
        }
        return Ok(path);
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    let how = "install Chromium (Debian: `sudo apt-get install chromium`), or name a Chrome in the variable CHROMIUM";
    if !Path::new("/usr/bin/apt-get").is_file() || !is_root() {
        bail!("the browser tests need Chromium; {how}");
    }
    println!("installing Chromium");
    let apt = |arguments: &[&str]| {
        process::run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    let installed = apt(&["update", "-qq"]).and_then(|()| apt(&["install", "-y", "-qq", "chromium"]));
    match (installed, find()) {
        (Ok(()), Some(found)) => Ok(found),
        (Err(error), _) => Err(error.context(how)),
        (Ok(()), None) => bail!("apt-get installed no Chromium; {how}"),
    }
}

fn find() -> Option<PathBuf> {
    NAMES.iter().flat_map(|name| on_path(name)).next()
}

fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

//! Where things lie: in the clone, in cargo's target folder, in the cache that clones share.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The folders that the commands read and write.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The clone.
    pub root: PathBuf,
    /// Cargo's target folder: `CARGO_TARGET_DIR`, else `target/` in the clone.
    pub target: PathBuf,
    /// What survives a clone: tools of exact versions, downloaded models.
    pub cache: PathBuf,
}

impl Layout {
    /// Finds the folders; the root is the folder above this package.
    pub fn find() -> Result<Self> {
        // Not the folder at build time: clones that share a target folder share its binaries.
        let package = env::var_os("CARGO_MANIFEST_DIR").context("start it with `cargo xtask`, inside the clone")?;
        let root = Path::new(&package).parent().context("xtask is not inside the clone")?.to_owned();
        if !root.join("xtask/Cargo.toml").is_file() {
            bail!("{} is not a clone of Conclave; start `cargo xtask` inside the clone", root.display());
        }
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        let cache = env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
            .context("neither XDG_CACHE_HOME nor HOME is set; set HOME to a folder that you can write")?
            .join("conclave");
        Ok(Self { root, target, cache })
    }

    /// Everything built for the browser and the edge; git-ignored.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The site's programs before they are optimised and named by content.
    pub fn programs(&self) -> PathBuf {
        self.dist().join("programs")
    }

    /// The site as it is served; `edge/wrangler.toml` names the same folder.
    pub fn site(&self) -> PathBuf {
        self.dist().join("site")
    }

    /// Stamps of finished steps.
    pub fn stamps(&self) -> PathBuf {
        self.dist().join("stamps")
    }

    /// The model packs; git-ignored.
    pub fn packs(&self) -> PathBuf {
        self.root.join("models")
    }

    /// npm tools and browser tests.
    pub fn e2e(&self) -> PathBuf {
        self.root.join("e2e")
    }

    /// A tool of the npm packages.
    pub fn npm_tool(&self, name: &str) -> PathBuf {
        self.e2e().join("node_modules/.bin").join(name)
    }
}

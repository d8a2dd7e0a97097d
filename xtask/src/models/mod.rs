//! `cargo xtask models`: the default models, checked by hash, as packs in `models/`, and the redactor's gazetteer beside them.

mod catalogue;
mod gazetteer;
mod halves;
mod pack;
mod source;

use std::fs;

use anyhow::{Context, Result, bail};

use self::catalogue::{DEFAULT_MODELS, Model, ModelFile};
use crate::fingerprint::sha256;
use crate::layout::Layout;

/// Brings what is missing; a pack that is complete is left as it is.
pub fn bring(layout: &Layout) -> Result<()> {
    for model in &DEFAULT_MODELS {
        let folder = layout.packs().join(model.pack.name);
        if pack::is_complete(&folder, model) {
            continue;
        }
        println!("making the model pack {}", model.pack.name);
        let mut files = source::files(layout, model)?;
        for (file, bytes) in &mut files {
            check(model, file, bytes)?;
            if file.in_halves {
                *bytes = halves::in_halves(bytes).with_context(|| format!("cannot halve {}", file.name))?;
            }
        }
        pack::write(&folder, model, &files)
            .with_context(|| format!("cannot write the pack {}; is the disk full?", folder.display()))?;
    }
    gazetteer::bring(layout)
}

/// Stops at the first file that is not the one the catalogue names.
fn check(model: &Model, file: &ModelFile, bytes: &[u8]) -> Result<()> {
    let found = sha256(bytes);
    if found != file.sha256 {
        bail!(
            "{} of {} has the wrong SHA-256\n  expected {}\n  found    {found}\nIt was damaged on its way, or is another \
             version. Remove it from the folder that CONCLAVE_MODELS names, or from the cache (~/.cache/conclave/models), \
             and start again.",
            file.name,
            model.pack.name,
            file.sha256
        );
    }
    Ok(())
}

/// The folders of the packs, for the build to serve.
pub fn packs(layout: &Layout) -> Result<Vec<std::path::PathBuf>> {
    let folders: Vec<_> = DEFAULT_MODELS.iter().map(|model| layout.packs().join(model.pack.name)).collect();
    for folder in &folders {
        if !fs::exists(folder.join(conclave_protocol::pack::PACK_MANIFEST_NAME))? {
            bail!("the pack {} is missing; type `cargo xtask models`", folder.display());
        }
    }
    Ok(folders)
}

#[cfg(test)]
mod tests {
    // A failed expectation is the test's failure.
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_wrong_hash_stops_with_both_hashes_and_the_next_step() {
        let [model, ..] = &DEFAULT_MODELS;
        let [file, ..] = model.files else { panic!("the model has files") };
        let error = check(model, file, b"not the model").unwrap_err().to_string();
        assert!(error.contains(file.sha256), "{error}");
        assert!(error.contains(&sha256(b"not the model")), "{error}");
        assert!(error.contains("start again"), "{error}");
    }
}

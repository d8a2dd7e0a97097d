//! Writes packs, and tells whether one is complete.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use conclave_protocol::pack::{PACK_FORMAT, PACK_MANIFEST_NAME, PACK_PART_MAX_BYTES, PackFile, PackManifest, PackPart};
use xxhash_rust::xxh3::xxh3_64;

use super::catalogue::{Model, ModelFile};
use crate::fingerprint::sha256;

/// Digits of a part's hash that stand in its name: 64 bits, so that a name never stands for two contents and a part can
/// be cached for ever.
const NAME_HASH_DIGITS: usize = 16;

fn part_name(number: usize, sha256: &str) -> String {
    format!("part-{number:03}-{}", sha256.get(..NAME_HASH_DIGITS).unwrap_or(sha256))
}

/// Whether the pack is there with the pinned manifest and every part in its full size.
///
/// The parts' hashes were checked when the pack was written, and whoever loads a part checks it again; sizes are enough
/// here and keep the start of `cargo xtask run` quick.
pub fn is_complete(folder: &Path, model: &Model) -> bool {
    let Ok(json) = fs::read(folder.join(PACK_MANIFEST_NAME)) else { return false };
    if sha256(&json) != model.pack.manifest_sha256 {
        return false;
    }
    let Ok(manifest) = serde_json::from_slice::<PackManifest>(&json) else { return false };
    let is_whole =
        |part: &PackPart| fs::metadata(folder.join(&part.name)).is_ok_and(|file| file.len() == part.size_bytes);
    manifest.parts().all(is_whole)
}

/// Writes a pack; the manifest comes last, so that a pack without one is an unfinished pack.
pub fn write(folder: &Path, model: &Model, files: &[(&ModelFile, Vec<u8>)]) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let mut described = Vec::new();
    let mut parts_so_far = 0;
    for (file, bytes) in files {
        let mut parts = Vec::new();
        for chunk in bytes.chunks(usize::try_from(PACK_PART_MAX_BYTES)?) {
            let hash = sha256(chunk);
            let name = part_name(parts_so_far, &hash);
            fs::write(folder.join(&name), chunk)?;
            let xxh3 = Some(format!("{:016x}", xxh3_64(chunk)));
            parts.push(PackPart { name, size_bytes: chunk.len() as u64, sha256: hash, xxh3 });
            parts_so_far += 1;
        }
        let (size_bytes, sha256) = (bytes.len() as u64, sha256(bytes));
        described.push(PackFile { name: file.name.to_owned(), size_bytes, sha256, parts });
    }
    let manifest = PackManifest {
        format: PACK_FORMAT,
        name: model.pack.name.to_owned(),
        kind: model.kind,
        licence: model.licence.to_owned(),
        source: format!("Python package {} {}", model.package, model.version),
        files: described,
    };
    manifest.validate().context("the pack would not be valid")?;
    let mut json = serde_json::to_vec_pretty(&manifest)?;
    json.push(b'\n');
    let found = sha256(&json);
    if found != model.pack.manifest_sha256 {
        bail!(
            "the manifest of {} has the SHA-256 {found}, the engine accepts {} alone; where the change is meant, write the \
             new one into engine/protocol/src/default_packs.rs",
            model.pack.name,
            model.pack.manifest_sha256
        );
    }
    fs::write(folder.join(PACK_MANIFEST_NAME), json)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    // A failed expectation is the test's failure.
    #![allow(clippy::unwrap_used)]

    use conclave_protocol::default_packs::PinnedPack;
    use conclave_protocol::pack::PackKind;

    use super::*;

    const MODEL: Model = Model {
        pack: PinnedPack {
            name: "tiny",
            // Of the manifest that the bytes of the test below give.
            manifest_sha256: "9533e9d9db7e1de0c5250eca30ab059de17edbf40ee0badef4f515564b800f13",
        },
        kind: PackKind::Generator,
        licence: "Apache-2.0",
        package: "tiny",
        version: "1.0",
        files: &[ModelFile {
            name: "model.gguf",
            in_wheel: "tiny/model.gguf",
            sha256: "0000000000000000000000000000000000000000000000000000000000000000",
            in_halves: false,
        }],
    };

    #[test]
    fn a_pack_that_would_not_have_the_pinned_manifest_is_not_finished() {
        let folder = std::env::temp_dir().join(format!("conclave-pin-{}", std::process::id()));
        let [file] = MODEL.files else { panic!("one file") };
        let error = write(&folder, &MODEL, &[(file, b"other bytes".to_vec())]).unwrap_err().to_string();
        assert!(error.contains(MODEL.pack.manifest_sha256) && error.contains("default_packs.rs"), "{error}");
        assert!(!is_complete(&folder, &MODEL));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_pack_is_cut_described_and_found_incomplete_when_damaged() {
        let folder = std::env::temp_dir().join(format!("conclave-pack-{}", std::process::id()));
        let bytes: Vec<u8> = (0..PACK_PART_MAX_BYTES + 5).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let [file] = MODEL.files else { panic!("one file") };
        write(&folder, &MODEL, &[(file, bytes.clone())]).unwrap();
        assert!(is_complete(&folder, &MODEL));

        let manifest: PackManifest =
            serde_json::from_slice(&fs::read(folder.join(PACK_MANIFEST_NAME)).unwrap()).unwrap();
        let names: Vec<_> = manifest.parts().map(|part| part.name.clone()).collect();
        assert_eq!(names.len(), 2);
        let joined: Vec<u8> = names.iter().flat_map(|name| fs::read(folder.join(name)).unwrap()).collect();
        assert!(joined == bytes, "the parts in order are the file");
        for part in manifest.parts() {
            assert_eq!(sha256(&fs::read(folder.join(&part.name)).unwrap()), part.sha256);
        }

        fs::write(folder.join(&names[1]), b"cut").unwrap();
        assert!(!is_complete(&folder, &MODEL));
        write(&folder, &MODEL, &[(file, bytes)]).unwrap();
        assert!(is_complete(&folder, &MODEL));
        fs::remove_file(folder.join(PACK_MANIFEST_NAME)).unwrap();
        assert!(!is_complete(&folder, &MODEL));
        fs::remove_dir_all(folder).unwrap();
    }
}

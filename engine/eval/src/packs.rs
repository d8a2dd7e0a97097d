//! Model packs as `cargo xtask models` leaves them: a manifest and parts, each with its sums. `cargo xtask models` has compared
//! their SHA-256; what is looked for here is damage since then.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result, bail};
use conclave_inference::kernels::Team;
use conclave_inference::kernels::team::threads_for;
use conclave_inference::{BertConfig, BertEncoder, DEFAULT_CONTEXT, TextGenerator};
use conclave_protocol::default_packs;
use conclave_protocol::pack::PackManifest;
use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::xxh3_64;

/// The default generator.
pub const GENERATOR: &str = default_packs::GENERATOR.name;
/// The default encoder.
pub const ENCODER: &str = default_packs::ENCODER.name;

/// Loads a generator from a pack's name, a pack's folder or a GGUF file.
///
/// # Errors
/// Where it is not there, or not what its manifest says.
pub fn generator(model: &str) -> Result<TextGenerator> {
    let path = Path::new(model);
    let bytes = if path.is_file() {
        std::fs::read(path).with_context(|| format!("cannot read {model}"))?
    } else {
        file_of(&folder(model)?, "model.gguf")?
    };
    let loaded = TextGenerator::from_gguf(model, &bytes, DEFAULT_CONTEXT);
    let mut generator = loaded.with_context(|| format!("cannot load {model}"))?;
    generator.lend(&team()?);
    Ok(generator)
}

/// As many threads as a browser would take on this machine.
fn team() -> Result<Rc<Team>> {
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    Team::of_threads(threads_for(cores)).context("cannot start threads")
}

/// Loads an encoder from a pack's name or folder.
///
/// # Errors
/// Where it is not there, or not what its manifest says.
pub fn encoder(model: &str) -> Result<BertEncoder> {
    let folder = folder(model)?;
    let config: BertConfig = serde_json::from_slice(&file_of(&folder, "config.json")?)
        .with_context(|| format!("config.json of {model} cannot be read"))?;
    let (weights, tokenizer) = (file_of(&folder, "model.safetensors")?, file_of(&folder, "tokenizer.json")?);
    let loaded = BertEncoder::from_files(model, &weights, &tokenizer, config);
    let mut encoder = loaded.with_context(|| format!("cannot load {model}"))?;
    encoder.lend(&team()?);
    Ok(encoder)
}

/// The folder of this package in the clone that runs it, or in the working folder where Cargo did not start the program.
///
/// Not the folder at build time: clones that share a target folder share its binaries.
pub fn package() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| "engine/eval".into(), PathBuf::from)
}

fn folder(model: &str) -> Result<PathBuf> {
    let packs = package().join("../../models").join(model);
    let found = [PathBuf::from(model), packs].into_iter().find(|folder| folder.join("manifest.json").is_file());
    found.with_context(|| format!("there is no pack {model:?}; run `cargo xtask models`, or name a pack's folder"))
}

fn file_of(folder: &Path, name: &str) -> Result<Vec<u8>> {
    let manifest = folder.join("manifest.json");
    let json = std::fs::read(&manifest).with_context(|| format!("cannot read {}", manifest.display()))?;
    let manifest: PackManifest =
        serde_json::from_slice(&json).with_context(|| format!("{} cannot be read", manifest.display()))?;
    manifest.validate().with_context(|| format!("the manifest in {} is not valid", folder.display()))?;
    let Some(file) = manifest.files.iter().find(|file| file.name == name) else {
        bail!("the pack in {} has no {name}", folder.display());
    };
    let mut bytes = Vec::with_capacity(usize::try_from(file.size_bytes)?);
    for part in &file.parts {
        let path = folder.join(&part.name);
        let content = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let (sum, found, expected) = match &part.xxh3 {
            Some(expected) => ("XXH3", format!("{:016x}", xxh3_64(&content)), expected),
            None => ("SHA-256", hex::encode(Sha256::digest(&content)), &part.sha256),
        };
        if found != *expected {
            bail!("{} has the {sum} {found} instead of {expected}; run `cargo xtask models`", path.display());
        }
        bytes.extend(content);
    }
    Ok(bytes)
}

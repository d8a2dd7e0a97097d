//! Generators that a person added, from a file or by a download: each kept on this device as a pack, cut, hashed and listed.
//! A model counts from the moment at which its record is committed.

use conclave_inference::Pulse;
use conclave_ports::{Blobs, ModelUrl, Store, StoreError, Table, Write};
use conclave_protocol::default_packs::PinnedPack;
use conclave_protocol::pack::{PACK_FORMAT, PACK_MANIFEST_NAME, PackFile, PackKind, PackManifest};
use conclave_protocol::{ModelId, OwnModel, Problem, ProblemCode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::ServiceError;
use super::pack::Origin;
use super::ports::Ports;
use super::records;

/// Beginning of the keys in [`Table::Meta`].
const PREFIX: &str = "model/";
/// Key in [`Table::Meta`] of the model that is being laid out in memory.
const TRYING: &str = "trying-model";
/// Name of the lock under which the list is written.
const LOCK: &str = "own-models";
/// Name of a GGUF file inside a pack.
pub(super) const FILE: &str = "model.gguf";
/// Largest file: no browser gives graphics processors' memory without end, and a typing error is not stored.
pub(super) const FILE_MAX_BYTES: u64 = 8_000_000_000;
/// Bytes hashed between two looks at the flag: about 5 ms in a browser.
const HASH_SLICE_BYTES: usize = 1 << 20;
/// Times that a model may end the engine before another is taken in its place. One can be a tab closed meanwhile.
const TRIES: u32 = 2;

/// An added model as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) info: OwnModel,
    manifest_sha256: String,
    file_sha256: String,
    added_ms: u64,
}

impl Kept {
    /// Its pack, pinned by what was computed when it was added.
    pub(super) fn pack(&self) -> PinnedPack<'_> {
        PinnedPack { name: self.info.id.as_str(), manifest_sha256: &self.manifest_sha256 }
    }

    /// Where a part can be had that is damaged here.
    pub(super) fn origin(&self) -> Origin {
        let url = self.info.address.as_deref().and_then(|address| ModelUrl::parse(address).ok());
        url.map_or(Origin::Device, Origin::Remote)
    }
}

/// All added models, the first one first.
pub(super) async fn list(store: &dyn Store) -> Result<Vec<Kept>, ServiceError> {
    let records = store.scan(Table::Meta, PREFIX).await?;
    let mut kept: Vec<Kept> = records.iter().filter_map(|record| records::scanned("model", record).ok()).collect();
    kept.sort_by(|a, b| (a.added_ms, &a.info.id).cmp(&(b.added_ms, &b.info.id)));
    Ok(kept)
}

/// One of them.
pub(super) async fn find(store: &dyn Store, id: &ModelId) -> Result<Option<Kept>, ServiceError> {
    records::read(store, Table::Meta, &key(id), "model").await
}

fn key(id: &ModelId) -> String {
    format!("{PREFIX}{id}")
}

/// A model whose parts are all on the device.
pub(super) struct Arrived {
    pub(super) info: OwnModel,
    pub(super) files: Vec<PackFile>,
}

impl Arrived {
    /// What tells it from others: the hash of its file, or of a list of its files' names and hashes.
    fn sha256(&self) -> String {
        if let [file] = &self.files[..] {
            return file.sha256.clone();
        }
        let mut lines: Vec<String> = self.files.iter().map(|file| format!("{} {}\n", file.sha256, file.name)).collect();
        lines.sort();
        hex::encode(Sha256::digest(lines.concat()))
    }
}

/// Stores manifest and record of a model, together with `batch`: from now on it counts. Returns another model where the
/// same file is there already; the parts of this one are then needed no more.
pub(super) async fn enter(ports: &Ports, arrived: Arrived, mut batch: Vec<Write>) -> Result<Kept, ServiceError> {
    let Ports { blobs, store, lock, clock, .. } = ports;
    let file_sha256 = arrived.sha256();
    let Arrived { info, files } = arrived;
    let _guard = lock.acquire(LOCK).await?;
    let same = list(&**store).await?.into_iter().find(|kept| kept.file_sha256 == file_sha256);
    let kept = if let Some(mut same) = same {
        // A part that is damaged one day can be had again from there.
        same.info.address = same.info.address.or(info.address);
        same
    } else {
        let manifest = PackManifest {
            format: PACK_FORMAT,
            name: info.id.to_string(),
            kind: PackKind::Generator,
            licence: info.licence.clone().unwrap_or_else(|| "unknown".to_owned()),
            source: info.address.clone().unwrap_or_else(|| "a file that was added on this device".to_owned()),
            files,
        };
        let manifest = records::encode("manifest", &manifest)?;
        blobs.write(&format!("{}/{PACK_MANIFEST_NAME}", info.id), &manifest).await?;
        let manifest_sha256 = hex::encode(Sha256::digest(&manifest));
        Kept { info, manifest_sha256, file_sha256, added_ms: clock.unix_ms() }
    };
    batch.push(Write::put(Table::Meta, key(&kept.info.id), records::encode("model", &kept)?));
    store.commit(batch).await?;
    Ok(kept)
}

/// Feeds a digest of a whole file, and gives way in between.
pub(super) async fn hash(whole: &mut Sha256, bytes: &[u8], pulse: &Pulse) -> Result<(), ServiceError> {
    for slice in bytes.chunks(HASH_SLICE_BYTES) {
        whole.update(slice);
        pulse.beat().await.map_err(|_| ServiceError::Cancelled)?;
    }
    Ok(())
}

pub(super) fn check_size(name: &str, size_bytes: u64) -> Result<(), ServiceError> {
    let refuse = |code, what: String, next: &str| Err(Problem::new(code, what, next).into());
    if size_bytes == 0 {
        let next = "Check that it was downloaded completely, then add it again.";
        return refuse(ProblemCode::EmptyFile, format!("the file {name} is empty (0 bytes)"), next);
    }
    if size_bytes > FILE_MAX_BYTES {
        let (megabytes, most) = (size_bytes / 1_000_000, FILE_MAX_BYTES / 1_000_000);
        let what = format!("the file {name} has {megabytes} MB; a model file may have at most {most} MB");
        return refuse(ProblemCode::TooLarge, what, "Choose a smaller model, or a smaller quantisation of it.");
    }
    Ok(())
}

/// Refuses what does not fit into the browser's storage before anything is written.
pub(super) async fn check_room(blobs: &dyn Blobs, size_bytes: u64) -> Result<(), ServiceError> {
    if blobs.room().await.is_some_and(|room| room < size_bytes) { Err(StoreError::Full.into()) } else { Ok(()) }
}

/// Takes a model off the list, then its bytes from the device.
pub(super) async fn remove(ports: &Ports, id: &ModelId) -> Result<(), ServiceError> {
    let _guard = ports.lock.acquire(LOCK).await?;
    if find(&*ports.store, id).await?.is_none() {
        return Err(ServiceError::NotFound("the model"));
    }
    ports.store.commit(vec![Write::delete(Table::Meta, key(id))]).await?;
    remove_bytes(&*ports.blobs, id).await;
    Ok(())
}

/// Bytes that cannot be taken away now are only room that is missing.
pub(super) async fn remove_bytes(blobs: &dyn Blobs, id: &ModelId) {
    let _ = blobs.remove_folder(id.as_str()).await;
}

#[derive(Serialize, Deserialize)]
struct Trying {
    model: ModelId,
    times: u32,
}

/// Notes that a model is about to be laid out in memory, which can end the engine without a word.
pub(super) async fn begin_trying(store: &dyn Store, id: &ModelId) -> Result<(), ServiceError> {
    let before: Option<Trying> = records::read(store, Table::Meta, TRYING, "note").await?;
    let times = before.filter(|before| before.model == *id).map_or(0, |before| before.times) + 1;
    let note = records::encode("note", &Trying { model: id.clone(), times })?;
    Ok(store.commit(vec![Write::put(Table::Meta, TRYING, note)]).await?)
}

/// It lives, or said why not.
pub(super) async fn end_trying(store: &dyn Store) -> Result<(), ServiceError> {
    Ok(store.commit(vec![Write::delete(Table::Meta, TRYING)]).await?)
}

/// Whether the model has ended the engine so often that it is not tried again.
pub(super) async fn ends_the_engine(store: &dyn Store, id: &ModelId) -> Result<bool, ServiceError> {
    let note: Option<Trying> = records::read(store, Table::Meta, TRYING, "note").await?;
    Ok(note.is_some_and(|note| note.model == *id && note.times >= TRIES))
}

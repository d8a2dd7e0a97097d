//! Generators that a person added, from a file or by a download: each kept on this device as a pack, cut, hashed and listed.
//!
//! A model counts from the moment at which its record is committed. Before the first byte is copied a note says where it
//! goes: what a killed tab left there is taken away when the next file is added.

use conclave_inference::{CARD_BYTES, ModelCard, Pulse};
use conclave_ports::{Blobs, ModelUrl, Store, StoreError, Table, Write};
use conclave_protocol::default_packs::PinnedPack;
use conclave_protocol::pack::{
    PACK_FORMAT, PACK_MANIFEST_NAME, PACK_PART_MAX_BYTES, PackFile, PackKind, PackManifest, PackPart,
};
use conclave_protocol::{ModelId, OwnModel, Problem, ProblemCode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::ServiceError;
use super::models::Runtime;
use super::pack::{Origin, xxh3};
use super::ports::{FileBytes, Ports};
use super::records;

/// Beginning of the keys in [`Table::Meta`].
const PREFIX: &str = "model/";
/// Key in [`Table::Meta`] of the model that is being laid out in memory.
const TRYING: &str = "trying-model";
/// Key in [`Table::Meta`] of the model that is being copied.
const COPYING: &str = "copying-model";
/// Name of the lock under which one tab copies.
const COPY_LOCK: &str = "own-models-copy";
/// Name of the lock under which the list is written.
const LOCK: &str = "own-models";
/// Name of the file inside a pack.
const FILE: &str = "model.gguf";
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
    let mut kept: Vec<Kept> = records.iter().filter_map(|(_, bytes)| records::decode("model", bytes).ok()).collect();
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

/// Keeps a file.
pub(super) struct Adding<'a> {
    pub(super) ports: &'a Ports,
    pub(super) runtime: &'a dyn Runtime,
    pub(super) pulse: &'a Pulse,
    /// Told the bytes done and the bytes in all.
    pub(super) progress: &'a dyn Fn(u64, u64),
}

impl Adding<'_> {
    /// Checks the file, stores it under `id` and lists it. A file that is there already is not stored twice.
    pub(super) async fn add(&self, id: ModelId, name: &str, file: &dyn FileBytes) -> Result<OwnModel, ServiceError> {
        let size_bytes = file.size_bytes();
        let beginning = file.read_range(0..size_bytes.min(CARD_BYTES as u64)).await?;
        let card = self.runtime.card(&beginning, size_bytes);
        drop(beginning);
        let card = card.map_err(|source| ServiceError::Refused { file: name.to_owned(), source })?;
        check_room(&*self.ports.blobs, size_bytes).await?;
        let Ports { blobs, store, lock, .. } = self.ports;
        let _guard = lock.acquire(COPY_LOCK).await?;
        let left: Option<ModelId> = records::read(&**store, Table::Meta, COPYING, "note").await.unwrap_or_default();
        if let Some(left) = left
            && find(&**store, &left).await?.is_none()
        {
            remove_bytes(&**blobs, &left).await;
        }
        store.commit(vec![Write::put(Table::Meta, COPYING, records::encode("note", &id)?)]).await?;
        let stored = self.store(&id, name, card, file).await;
        if !stored.as_ref().is_ok_and(|kept| kept.info.id == id) {
            remove_bytes(&**blobs, &id).await;
        }
        Ok(stored?.info)
    }

    /// Stores parts, manifest and record. Returns another model than `id` where the same file is there already.
    async fn store(
        &self,
        id: &ModelId,
        name: &str,
        card: ModelCard,
        file: &dyn FileBytes,
    ) -> Result<Kept, ServiceError> {
        let blobs = &self.ports.blobs;
        let size_bytes = file.size_bytes();
        let mut whole = Sha256::new();
        let mut parts = Vec::new();
        let mut done = 0;
        while done < size_bytes {
            (self.progress)(done, size_bytes);
            let end = size_bytes.min(done + PACK_PART_MAX_BYTES);
            let bytes = file.read_range(done..end).await?;
            hash(&mut whole, &bytes, self.pulse).await?;
            let sha256 = hex::encode(self.ports.digest.sha256(&bytes).await);
            let place = format!("{id}/{sha256}");
            let (name, xxh3) = (format!("part-{:04}", parts.len()), Some(xxh3(&bytes)));
            parts.push(PackPart { name, size_bytes: end - done, sha256, xxh3 });
            blobs.write(&place, &bytes).await?;
            done = end;
        }
        (self.progress)(done, size_bytes);
        let info = OwnModel {
            id: id.clone(),
            name: card.name.unwrap_or_else(|| name.strip_suffix(".gguf").unwrap_or(name).to_owned()),
            licence: card.licence,
            parameters: card.parameters,
            stored_as: card.stored_as.to_owned(),
            size_bytes,
            address: None,
        };
        let arrived = Arrived { info, parts, file_sha256: hex::encode(whole.finalize()) };
        enter(self.ports, arrived, Vec::new()).await
    }
}

/// A model whose parts are all on the device.
pub(super) struct Arrived {
    pub(super) info: OwnModel,
    pub(super) parts: Vec<PackPart>,
    pub(super) file_sha256: String,
}

/// Stores manifest and record of a model, together with `batch`: from now on it counts. Returns another model where the
/// same file is there already; the parts of this one are then needed no more.
pub(super) async fn enter(ports: &Ports, arrived: Arrived, mut batch: Vec<Write>) -> Result<Kept, ServiceError> {
    let Ports { blobs, store, lock, clock, .. } = ports;
    let Arrived { info, parts, file_sha256 } = arrived;
    let _guard = lock.acquire(LOCK).await?;
    let same = list(&**store).await?.into_iter().find(|kept| kept.file_sha256 == file_sha256);
    let kept = if let Some(mut same) = same {
        // A part that is damaged one day can be had again from there.
        same.info.address = same.info.address.or(info.address);
        same
    } else {
        let size_bytes = info.size_bytes;
        let manifest = PackManifest {
            format: PACK_FORMAT,
            name: info.id.to_string(),
            kind: PackKind::Generator,
            licence: info.licence.clone().unwrap_or_else(|| "unknown".to_owned()),
            source: info.address.clone().unwrap_or_else(|| "a file that was added on this device".to_owned()),
            files: vec![PackFile { name: FILE.to_owned(), size_bytes, sha256: file_sha256.clone(), parts }],
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

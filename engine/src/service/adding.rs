//! Adding a model that a person has: a GGUF file, or the files of a folder.
//!
//! Before the first byte is copied a note says where it goes: what a killed tab left there is taken away when the next model
//! is added.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use conclave_inference::format::{PieceSource, Pieces};
use conclave_inference::{CARD_BYTES, Folder, InferenceError, ModelCard, Pulse};
use conclave_ports::{FileBytes, LocalFuture, Table, Write};
use conclave_protocol::pack::{PACK_PART_MAX_BYTES, PackFile, PackPart};
use conclave_protocol::{GivenFile, ModelId, OwnModel, Problem, ProblemCode};
use sha2::{Digest, Sha256};

use super::error::ServiceError;
use super::models::Runtime;
use super::own_models::{Arrived, FILE, Kept, check_room, enter, find, hash, remove_bytes};
use super::pack::xxh3;
use super::ports::Ports;
use super::records;

/// Key in [`Table::Meta`] of the model that is being copied.
const COPYING: &str = "copying-model";
/// Name of the lock under which one tab copies.
const COPY_LOCK: &str = "own-models-copy";
/// Most files that may come: the largest models are cut into some hundred.
const FILES_MAX: usize = 1_000;

/// A model as it came beside a request.
pub(super) struct Given<'a> {
    /// Of its file or folder.
    name: &'a str,
    /// Where each file lies in `bytes`. Of a folder, those that are read.
    files: Vec<(&'a str, Range<u64>)>,
    is_folder: bool,
    bytes: &'a dyn FileBytes,
}

impl<'a> Given<'a> {
    /// A GGUF file where `files` is empty, else a folder.
    ///
    /// # Errors
    /// Where the list is none of files whose bytes follow each other.
    pub fn new(name: &'a str, files: &'a [GivenFile], bytes: &'a dyn FileBytes) -> Result<Self, ServiceError> {
        if files.is_empty() {
            return Ok(Self { name, files: vec![(FILE, 0..bytes.size_bytes())], is_folder: false, bytes });
        }
        let mut end = 0u64;
        let mut placed = Vec::new();
        for file in files {
            let start = end;
            end = end.saturating_add(file.size_bytes);
            placed.push((file.name.as_str(), start..end));
        }
        let names: BTreeSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
        if files.len() > FILES_MAX || names.len() < files.len() || end != bytes.size_bytes() {
            let what = "The files that came are not those that were named.";
            return Err(Problem::new(ProblemCode::BadRequest, what, "Pick or drop the model again.").into());
        }
        placed.retain(|(name, _)| Folder::reads(name));
        Ok(Self { name, files: placed, is_folder: true, bytes })
    }

    /// Bytes of the files that are read.
    pub fn size_bytes(&self) -> u64 {
        self.files.iter().map(|(_, range)| range.end - range.start).sum()
    }

    /// The name that a person sees where the model has none.
    fn stem(&self) -> &str {
        [".gguf", ".safetensors"].into_iter().find_map(|end| self.name.strip_suffix(end)).unwrap_or(self.name)
    }

    /// What the model says about itself.
    async fn card(&self, runtime: &dyn Runtime) -> Result<ModelCard, ServiceError> {
        let refused = |source| ServiceError::Refused { file: self.name.to_owned(), source };
        if !self.is_folder {
            let beginning = self.bytes.read_range(0..self.size_bytes().min(CARD_BYTES as u64)).await?;
            return runtime.card(&beginning, self.size_bytes()).map_err(refused);
        }
        let failure = RefCell::default();
        let pieces = self.files.iter().map(|(name, range)| {
            let source = Slices { bytes: self.bytes, range: range.clone(), failure: &failure };
            ((*name).to_owned(), Pieces::new(parts_of(range).map(|part| part.end - part.start), source))
        });
        let card = runtime.folder_card(pieces.collect()).await;
        match failure.take() {
            Some(problem) => Err(problem.into()),
            None => card.map_err(refused),
        }
    }
}

/// The parts that a file is cut into.
fn parts_of(range: &Range<u64>) -> impl Iterator<Item = Range<u64>> + use<> {
    let (start, end) = (range.start, range.end);
    let step = usize::try_from(PACK_PART_MAX_BYTES).unwrap_or(usize::MAX);
    (start..end).step_by(step).map(move |from| from..end.min(from + PACK_PART_MAX_BYTES))
}

/// A file of a folder in pieces.
struct Slices<'a> {
    bytes: &'a dyn FileBytes,
    range: Range<u64>,
    failure: &'a RefCell<Option<Problem>>,
}

impl PieceSource for Slices<'_> {
    fn read(&self, index: usize) -> LocalFuture<'_, Result<Vec<u8>, InferenceError>> {
        Box::pin(async move {
            let part = parts_of(&self.range).nth(index).ok_or(InferenceError::Unread)?;
            self.bytes.read_range(part).await.map_err(|problem| {
                *self.failure.borrow_mut() = Some(problem);
                InferenceError::Unread
            })
        })
    }
}

/// Keeps a model.
pub(super) struct Adding<'a> {
    pub(super) ports: &'a Ports,
    pub(super) runtime: &'a dyn Runtime,
    pub(super) pulse: &'a Pulse,
    /// Told the bytes done and the bytes in all.
    pub(super) progress: &'a dyn Fn(u64, u64),
}

impl Adding<'_> {
    /// Checks the model, stores it under `id` and lists it. One that is there already is not stored twice.
    pub(super) async fn add(&self, id: ModelId, given: &Given<'_>) -> Result<OwnModel, ServiceError> {
        let card = given.card(self.runtime).await?;
        check_room(&*self.ports.blobs, given.size_bytes()).await?;
        let Ports { blobs, store, lock, .. } = self.ports;
        let _guard = lock.acquire(COPY_LOCK).await?;
        let left: Option<ModelId> = records::read(&**store, Table::Meta, COPYING, "note").await.unwrap_or_default();
        if let Some(left) = left
            && find(&**store, &left).await?.is_none()
        {
            remove_bytes(&**blobs, &left).await;
        }
        store.commit(vec![Write::put(Table::Meta, COPYING, records::encode("note", &id)?)]).await?;
        let stored = self.store(&id, given, card).await;
        if !stored.as_ref().is_ok_and(|kept| kept.info.id == id) {
            remove_bytes(&**blobs, &id).await;
        }
        Ok(stored?.info)
    }

    /// Stores parts, manifest and record. Returns another model than `id` where the same one is there already.
    async fn store(&self, id: &ModelId, given: &Given<'_>, card: ModelCard) -> Result<Kept, ServiceError> {
        let size_bytes = given.size_bytes();
        let (mut done, mut count) = (0, 0);
        let mut files = Vec::new();
        for (name, range) in &given.files {
            let mut whole = Sha256::new();
            let mut parts = Vec::new();
            for part in parts_of(range) {
                (self.progress)(done, size_bytes);
                let bytes = given.bytes.read_range(part.clone()).await?;
                hash(&mut whole, &bytes, self.pulse).await?;
                let sha256 = hex::encode(self.ports.digest.sha256(&bytes).await);
                self.ports.blobs.write(&format!("{id}/{sha256}"), &bytes).await?;
                let (name, xxh3) = (format!("part-{count:04}"), Some(xxh3(&bytes)));
                parts.push(PackPart { name, size_bytes: part.end - part.start, sha256, xxh3 });
                done += part.end - part.start;
                count += 1;
            }
            let (size_bytes, sha256) = (range.end - range.start, hex::encode(whole.finalize()));
            files.push(PackFile { name: (*name).to_owned(), size_bytes, sha256, parts });
        }
        (self.progress)(done, size_bytes);
        let info = OwnModel {
            id: id.clone(),
            name: card.name.unwrap_or_else(|| given.stem().to_owned()),
            licence: card.licence,
            parameters: card.parameters,
            stored_as: card.stored_as.to_owned(),
            size_bytes,
            address: None,
        };
        enter(self.ports, Arrived { info, files }, Vec::new()).await
    }
}

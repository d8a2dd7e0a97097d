//! A model's files: from storage where they are, else over the network. The manifest is checked against the SHA-256 that
//! is compiled in, every part against the manifest, before anything counts.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::pin;

use conclave_inference::Pulse;
use conclave_ports::{ModelUrl, StoreError};
use conclave_protocol::default_packs::PinnedPack;
use conclave_protocol::pack::{PACK_MANIFEST_NAME, PackManifest, PackPart};
use futures_util::{StreamExt, stream};

use super::error::ServiceError;
use super::ports::Ports;

/// Longest manifest: `PACK_PARTS_MAX` parts take about 200 bytes each.
const MANIFEST_MAX_BYTES: usize = 1 << 20;

/// The files of a pack, checked, by name; each as its parts.
pub type PackFiles = BTreeMap<String, Vec<Vec<u8>>>;

/// What loading a pack does at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A part comes over the network.
    Downloading,
    /// A stored part is read and compared.
    Verifying,
}

/// What came of loading a pack.
pub(super) struct Loaded {
    pub(super) files: PackFiles,
    /// Why parts could not be kept on the device, where that happened; the model is usable all the same.
    pub(super) not_kept: Option<StoreError>,
}

/// Where the parts of a pack can be had that are not in storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// From the site's own server.
    Site,
    /// Nowhere: a person added the file.
    Device,
    /// From the one file of the pack at this address, as ranges of its bytes. The manifest cannot be had there.
    Remote(ModelUrl),
}

/// Parts on their way at once: while one is read, another is hashed, by other threads of the browser.
const AT_ONCE: usize = 3;

/// Where a part belongs.
struct Place<'a> {
    pack: &'a str,
    /// Name of its file.
    file: &'a str,
    /// Bytes before it in its file.
    offset: u64,
    part: &'a PackPart,
}

/// Loading one pack, as far as its parts have come.
struct Progress<'a> {
    tell: &'a dyn Fn(Step, u64, u64),
    done: Cell<u64>,
    total: u64,
    /// Why parts could not be kept, where that happened.
    not_kept: RefCell<Option<StoreError>>,
    /// A part could not be had: no other is begun.
    failed: Cell<bool>,
}

impl Progress<'_> {
    /// Counts `bytes` of a part that had come as far as `mine` says.
    fn advance(&self, step: Step, mine: &Cell<u64>, bytes: u64) {
        self.done.set(self.done.get() + bytes - mine.replace(bytes));
        (self.tell)(step, self.done.get(), self.total);
    }
}

/// Loads packs.
pub(super) struct Loader<'a> {
    pub(super) origin: Origin,
    /// The model's name in messages.
    pub(super) title: &'a str,
    pub(super) ports: &'a Ports,
    pub(super) pulse: &'a Pulse,
    /// Told the step, the bytes done and the bytes in all.
    pub(super) progress: &'a dyn Fn(Step, u64, u64),
}

impl Loader<'_> {
    /// The files of a pack.
    pub(super) async fn load(&self, pack: PinnedPack<'_>) -> Result<Loaded, ServiceError> {
        let manifest = self.manifest(pack).await?;
        let total = manifest.size_bytes();
        check_room(self.title, total)?;
        let progress = Progress {
            tell: self.progress,
            done: Cell::new(0),
            total,
            not_kept: RefCell::default(),
            failed: Cell::new(false),
        };
        let mut files: PackFiles = manifest.files.iter().map(|file| (file.name.clone(), Vec::new())).collect();
        let mut failure = None;
        let parts = places(pack.name, &manifest).into_iter().map(|at| self.unless_failed(at, &progress));
        let mut parts = pin!(stream::iter(parts).buffered(AT_ONCE));
        // What is on its way when a part fails comes to its end and is kept, so that it need not come again.
        while let Some((file, part)) = parts.next().await {
            match part {
                Ok(part) => files.entry(file.to_owned()).or_default().extend(part),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        failure.map_or_else(|| Ok(Loaded { files, not_kept: progress.not_kept.take() }), Err)
    }

    /// One part with its file's name; none after another has failed.
    async fn unless_failed<'a>(
        &self,
        at: Place<'a>,
        progress: &Progress<'_>,
    ) -> (&'a str, Result<Option<Vec<u8>>, ServiceError>) {
        if progress.failed.get() {
            return (at.file, Ok(None));
        }
        let part = self.part(&at, progress).await;
        progress.failed.set(progress.failed.get() || part.is_err());
        (at.file, part.map(Some))
    }

    async fn manifest(&self, pack: PinnedPack<'_>) -> Result<PackManifest, ServiceError> {
        let model = || self.title.to_owned();
        let manifest: PackManifest = serde_json::from_slice(&self.manifest_bytes(pack).await?)
            .map_err(|error| ServiceError::Manifest { model: model(), reason: error.to_string() })?;
        manifest.validate().map_err(|source| ServiceError::Pack { model: model(), source })?;
        Ok(manifest)
    }

    /// The pinned manifest: from storage where it is, else from the server. Any other is refused.
    async fn manifest_bytes(
        &self,
        PinnedPack { name, manifest_sha256 }: PinnedPack<'_>,
    ) -> Result<Vec<u8>, ServiceError> {
        let stored_name = format!("{name}/{PACK_MANIFEST_NAME}");
        // Storage that cannot be read is as good as empty.
        if let Ok(Some(bytes)) = self.ports.blobs.read(&stored_name).await
            && self.sha256(&bytes).await? == manifest_sha256
        {
            return Ok(bytes);
        }
        if self.origin != Origin::Site {
            return Err(self.lost());
        }
        let path = format!("/models/{name}/{PACK_MANIFEST_NAME}");
        let bytes = self.ports.fetch.get(&path, MANIFEST_MAX_BYTES, self.pulse.cancel(), &|_| {}).await?;
        let found = self.sha256(&bytes).await?;
        if found != manifest_sha256 {
            let (model, expected) = (self.title.to_owned(), manifest_sha256.to_owned());
            return Err(ServiceError::WrongManifest { model, expected, found });
        }
        // Kept for a start without network; where that fails, only that start fails.
        let _ = self.ports.blobs.write(&stored_name, &bytes).await;
        Ok(bytes)
    }

    /// One part, checked. A stored part that is not what it should be is fetched again, once.
    async fn part(&self, at: &Place<'_>, progress: &Progress<'_>) -> Result<Vec<u8>, ServiceError> {
        let Place { pack, offset, part, .. } = *at;
        let mine = Cell::new(0);
        // Named by its content: a new version of the pack never meets an old part.
        let stored_name = format!("{pack}/{}", part.sha256);
        self.pulse.cancel().check()?;
        if let Ok(Some(bytes)) = self.ports.blobs.read(&stored_name).await {
            progress.advance(Step::Verifying, &mine, 0);
            if bytes.len() as u64 == part.size_bytes && self.sha256(&bytes).await? == part.sha256 {
                progress.advance(Step::Verifying, &mine, part.size_bytes);
                return Ok(bytes);
            }
        }
        let advance = |bytes: u64| progress.advance(Step::Downloading, &mine, bytes);
        let cancel = self.pulse.cancel();
        let bytes = match &self.origin {
            Origin::Site => {
                advance(0);
                let path = format!("/models/{pack}/{}", part.name);
                // A manifest's parts are at most `PACK_PART_MAX_BYTES`, which fits.
                let limit = usize::try_from(part.size_bytes).unwrap_or(usize::MAX);
                self.ports.fetch.get(&path, limit, cancel, &|bytes| advance(bytes as u64)).await?
            }
            Origin::Remote(url) => {
                advance(0);
                let range = offset..offset + part.size_bytes;
                let answer = self.ports.ranges.get_range(url, range, cancel, &advance).await;
                answer.map_err(|source| ServiceError::Remote { name: self.title.to_owned(), source })?.bytes
            }
            Origin::Device => return Err(self.lost()),
        };
        let found = self.sha256(&bytes).await?;
        if found != part.sha256 {
            return Err(ServiceError::WrongHash {
                model: self.title.to_owned(),
                part: part.name.clone(),
                expected: part.sha256.clone(),
                found,
            });
        }
        if progress.not_kept.borrow().is_none()
            && let Err(error) = self.ports.blobs.write(&stored_name, &bytes).await
        {
            progress.not_kept.replace(Some(error));
        }
        Ok(bytes)
    }

    fn lost(&self) -> ServiceError {
        ServiceError::Lost { model: self.title.to_owned() }
    }

    async fn sha256(&self, bytes: &[u8]) -> Result<String, ServiceError> {
        let digest = self.ports.digest.sha256(bytes).await;
        self.pulse.beat().await.map_err(|_| ServiceError::Cancelled)?;
        Ok(hex::encode(digest))
    }
}

/// The parts of a pack in their order.
fn places<'a>(pack: &'a str, manifest: &'a PackManifest) -> Vec<Place<'a>> {
    let mut places = Vec::new();
    for file in &manifest.files {
        let mut offset = 0;
        for part in &file.parts {
            places.push(Place { pack, file: &file.name, offset, part });
            offset += part.size_bytes;
        }
    }
    places
}

/// Asks for the room in one piece and gives it back: an allocation that fails later would end the program.
fn check_room(model: &str, bytes: u64) -> Result<(), ServiceError> {
    let room = usize::try_from(bytes).ok().and_then(|size| Vec::<u8>::new().try_reserve_exact(size).ok());
    room.ok_or_else(|| ServiceError::OutOfMemory { model: model.to_owned(), bytes })
}

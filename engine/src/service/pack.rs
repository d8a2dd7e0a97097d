//! A model's files: from storage where they are, else over the network. The manifest is checked against the SHA-256 that
//! is compiled in, every part against the manifest, before anything counts: its SHA-256 where it comes from elsewhere, its
//! XXH3 where it was stored here after that.

use std::collections::BTreeMap;

use conclave_inference::Pulse;
use conclave_ports::{ModelUrl, StoreError};
use conclave_protocol::default_packs::PinnedPack;
use conclave_protocol::pack::{PACK_MANIFEST_NAME, PackManifest, PackPart};
use xxhash_rust::xxh3::xxh3_64;

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
    /// A stored part is read and checked.
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

/// Where a part belongs.
struct Place<'a> {
    pack: &'a str,
    /// Bytes before it in its file.
    offset: u64,
    /// Bytes before it in the pack.
    done: u64,
    /// Bytes of the pack.
    total: u64,
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
        let mut loaded = Loaded { files: PackFiles::new(), not_kept: None };
        let mut done = 0;
        for file in &manifest.files {
            let parts = loaded.files.entry(file.name.clone()).or_default();
            let mut offset = 0;
            for part in &file.parts {
                let at = Place { pack: pack.name, offset, done, total };
                parts.push(self.part(&at, part, &mut loaded.not_kept).await?);
                offset += part.size_bytes;
                done += part.size_bytes;
            }
        }
        Ok(loaded)
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
    async fn part(
        &self,
        &Place { pack, offset, done, total }: &Place<'_>,
        part: &PackPart,
        not_kept: &mut Option<StoreError>,
    ) -> Result<Vec<u8>, ServiceError> {
        // Named by its content: a new version of the pack never meets an old part.
        let stored_name = format!("{pack}/{}", part.sha256);
        self.pulse.cancel().check()?;
        if let Ok(Some(bytes)) = self.ports.blobs.read(&stored_name).await {
            (self.progress)(Step::Verifying, done, total);
            if bytes.len() as u64 == part.size_bytes && self.is_sound(part, &bytes).await? {
                (self.progress)(Step::Verifying, done + part.size_bytes, total);
                return Ok(bytes);
            }
        }
        let progress = |bytes: u64| (self.progress)(Step::Downloading, done + bytes, total);
        let cancel = self.pulse.cancel();
        let bytes = match &self.origin {
            Origin::Site => {
                progress(0);
                let path = format!("/models/{pack}/{}", part.name);
                // A manifest's parts are at most `PACK_PART_MAX_BYTES`, which fits.
                let limit = usize::try_from(part.size_bytes).unwrap_or(usize::MAX);
                self.ports.fetch.get(&path, limit, cancel, &|bytes| progress(bytes as u64)).await?
            }
            Origin::Remote(url) => {
                progress(0);
                let range = offset..offset + part.size_bytes;
                let answer = self.ports.ranges.get_range(url, range, cancel, &progress).await;
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
        if not_kept.is_none()
            && let Err(error) = self.ports.blobs.write(&stored_name, &bytes).await
        {
            *not_kept = Some(error);
        }
        Ok(bytes)
    }

    /// Whether a stored part has not been damaged since its SHA-256 was compared.
    async fn is_sound(&self, part: &PackPart, bytes: &[u8]) -> Result<bool, ServiceError> {
        let Some(expected) = &part.xxh3 else { return Ok(self.sha256(bytes).await? == part.sha256) };
        let is_sound = xxh3(bytes) == *expected;
        self.pulse.beat().await.map_err(|_| ServiceError::Cancelled)?;
        Ok(is_sound)
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

/// The quick sum of a part, as a manifest has it.
pub(super) fn xxh3(bytes: &[u8]) -> String {
    format!("{:016x}", xxh3_64(bytes))
}

/// Asks for the room in one piece and gives it back: an allocation that fails later would end the program.
fn check_room(model: &str, bytes: u64) -> Result<(), ServiceError> {
    let room = usize::try_from(bytes).ok().and_then(|size| Vec::<u8>::new().try_reserve_exact(size).ok());
    room.ok_or_else(|| ServiceError::OutOfMemory { model: model.to_owned(), bytes })
}

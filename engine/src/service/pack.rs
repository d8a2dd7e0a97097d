//! A model's files: from storage where they are, else over the network. The manifest is checked against the SHA-256 that
//! is compiled in, every part against the manifest, before anything counts: its SHA-256 where it comes from elsewhere, its
//! XXH3 where it was stored here after that.
//!
//! Parts are loaded when they are read, while the model is laid out: no file is in memory as a whole.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use conclave_inference::format::{PieceSource, Pieces};
use conclave_inference::kernels::make_room;
use conclave_inference::{InferenceError, Pulse};
use conclave_ports::{LocalFuture, ModelUrl, StoreError};
use conclave_protocol::default_packs::PinnedPack;
use conclave_protocol::pack::{PACK_MANIFEST_NAME, PackManifest, PackPart};
use xxhash_rust::xxh3::xxh3_64;

use super::error::ServiceError;
use super::ports::Ports;

/// Longest manifest: `PACK_PARTS_MAX` parts take about 200 bytes each.
const MANIFEST_MAX_BYTES: usize = 1 << 20;

/// The files of a pack by name. Their parts are loaded and checked when they are read.
pub type PackFiles<'a> = BTreeMap<String, Pieces<'a>>;

/// What loading a pack does at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A part comes over the network.
    Downloading,
    /// A stored part is read and checked.
    Reading,
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

impl<'a> Loader<'a> {
    /// The pack with this manifest, of which nothing is loaded yet.
    pub(super) async fn open(&'a self, pack: PinnedPack<'a>) -> Result<Pack<'a>, ServiceError> {
        let manifest = self.manifest(pack).await?;
        Ok(Pack { loader: self, name: pack.name, manifest, state: RefCell::default() })
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

    /// A part from where the pack can be had, checked.
    async fn fetch(
        &self,
        pack: &str,
        part: &PackPart,
        offset: u64,
        on_bytes: &dyn Fn(u64),
    ) -> Result<Vec<u8>, ServiceError> {
        let cancel = self.pulse.cancel();
        let bytes = match &self.origin {
            Origin::Site => {
                let path = format!("/models/{pack}/{}", part.name);
                // A manifest's parts are at most `PACK_PART_MAX_BYTES`, which fits.
                let limit = usize::try_from(part.size_bytes).unwrap_or(usize::MAX);
                self.ports.fetch.get(&path, limit, cancel, &|bytes| on_bytes(bytes as u64)).await?
            }
            Origin::Remote(url) => {
                let range = offset..offset + part.size_bytes;
                let answer = self.ports.ranges.get_range(url, range, cancel, on_bytes).await;
                answer.map_err(|source| ServiceError::Remote { name: self.title.to_owned(), source })?.bytes
            }
            Origin::Device => return Err(self.lost()),
        };
        let found = self.sha256(&bytes).await?;
        if found == part.sha256 {
            return Ok(bytes);
        }
        Err(ServiceError::WrongHash {
            model: self.title.to_owned(),
            part: part.name.clone(),
            expected: part.sha256.clone(),
            found,
        })
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

/// A pack, and what is known of its parts.
pub(super) struct Pack<'a> {
    loader: &'a Loader<'a>,
    name: &'a str,
    manifest: PackManifest,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    /// Parts that were loaded, by file and number, and their bytes in all.
    loaded: BTreeSet<(usize, usize)>,
    done: u64,
    not_kept: Option<StoreError>,
    failure: Option<ServiceError>,
}

impl Pack<'_> {
    /// Its files.
    pub(super) fn files(&self) -> PackFiles<'_> {
        let files = self.manifest.files.iter().enumerate();
        let pieces = files.map(|(index, file)| {
            let sizes = file.parts.iter().map(|part| part.size_bytes);
            (file.name.clone(), Pieces::new(sizes, Parts { pack: self, file: index }))
        });
        pieces.collect()
    }

    /// Bytes of all files.
    pub(super) fn size_bytes(&self) -> u64 {
        self.manifest.size_bytes()
    }

    /// Why parts could not be kept on the device, where that happened; the model is usable all the same.
    pub(super) fn not_kept(&self) -> Option<StoreError> {
        self.state.borrow().not_kept.clone()
    }

    /// Why reading ended with [`InferenceError::Unread`].
    pub(super) fn failure(&self) -> Option<ServiceError> {
        self.state.borrow_mut().failure.take()
    }

    /// One part, checked. A stored part that is not what it should be is fetched again, once.
    async fn part(&self, file: usize, index: usize) -> Result<Vec<u8>, ServiceError> {
        let Loader { ports, pulse, progress, .. } = *self.loader;
        let parts = self.manifest.files.get(file).map_or(&[][..], |file| &file.parts);
        let part = parts.get(index).ok_or_else(|| self.loader.lost())?;
        let (total, is_new) = (self.size_bytes(), !self.state.borrow().loaded.contains(&(file, index)));
        let done = self.state.borrow().done;
        let told = |step, bytes: u64| {
            if is_new {
                progress(step, done + bytes, total);
            }
        };
        // Named by its content: a new version of the pack never meets an old part.
        let stored_name = format!("{}/{}", self.name, part.sha256);
        pulse.cancel().check()?;
        let bytes = match ports.blobs.read(&stored_name).await {
            Ok(Some(bytes)) => {
                told(Step::Reading, 0);
                let is_sound = bytes.len() as u64 == part.size_bytes && self.loader.is_sound(part, &bytes).await?;
                is_sound.then_some(bytes)
            }
            _ => None,
        };
        let bytes = match bytes {
            Some(bytes) => {
                told(Step::Reading, part.size_bytes);
                bytes
            }
            None => {
                told(Step::Downloading, 0);
                let offset = parts[..index].iter().map(|part| part.size_bytes).sum();
                let on_bytes = |bytes| told(Step::Downloading, bytes);
                let bytes = self.loader.fetch(self.name, part, offset, &on_bytes).await?;
                let keeps = self.state.borrow().not_kept.is_none();
                if keeps && let Err(error) = ports.blobs.write(&stored_name, &bytes).await {
                    self.state.borrow_mut().not_kept = Some(error);
                }
                bytes
            }
        };
        let mut state = self.state.borrow_mut();
        if state.loaded.insert((file, index)) {
            state.done += part.size_bytes;
        }
        Ok(bytes)
    }
}

/// A file of a pack.
struct Parts<'a> {
    pack: &'a Pack<'a>,
    file: usize,
}

impl PieceSource for Parts<'_> {
    fn read(&self, index: usize) -> LocalFuture<'_, Result<Vec<u8>, InferenceError>> {
        Box::pin(async move {
            self.pack.part(self.file, index).await.map_err(|error| {
                if error.is_cancelled() {
                    return InferenceError::Cancelled;
                }
                self.pack.state.borrow_mut().failure = Some(error);
                InferenceError::Unread
            })
        })
    }
}

/// The quick sum of a part, as a manifest has it.
pub(super) fn xxh3(bytes: &[u8]) -> String {
    format!("{:016x}", xxh3_64(bytes))
}

/// Asks for the room in one piece and gives it back: an allocation that fails later would end the program.
pub(super) fn check_room(model: &str, bytes: u64) -> Result<(), ServiceError> {
    if make_room(bytes) { Ok(()) } else { Err(ServiceError::OutOfMemory { model: model.to_owned(), bytes }) }
}

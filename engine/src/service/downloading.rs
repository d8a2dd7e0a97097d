//! One download: the beginning is looked at, parts are fetched, hashed and stored one by one, and the whole becomes a model.

use std::ops::Range;

use conclave_inference::{CARD_BYTES, ModelCard, Pulse};
use conclave_ports::{LocalFuture, ModelUrl, RangeAnswer};
use conclave_protocol::pack::{PACK_PART_MAX_BYTES, PackFile, PackPart};
use conclave_protocol::{DownloadStep, ModelId, OwnModel};
use sha2::{Digest, Sha256};

use super::catalogue::Pin;
use super::downloads::{self, Record};
use super::error::ServiceError;
use super::models::Runtime;
use super::own_models::{self, Arrived};
use super::pack::xxh3;
use super::ports::Ports;

/// Times that a request is made again after the connection failed, each after twice the pause of the one before: 15 seconds in
/// all, in which a router starts anew or a telephone changes networks.
const RETRIES: u32 = 4;
const FIRST_PAUSE_MS: u32 = 1_000;
/// Longest sleep between two looks at the flag: below what a person perceives as a delay.
const NAP_MS: u32 = 100;

/// Works on one download.
pub(super) struct Downloading<'a> {
    pub(super) ports: &'a Ports,
    pub(super) runtime: &'a dyn Runtime,
    pub(super) pulse: &'a Pulse,
    pub(super) url: &'a ModelUrl,
    /// Told the step, the bytes done and the bytes in all, which are 0 as long as nobody knows.
    pub(super) progress: &'a dyn Fn(DownloadStep, u64, u64),
    /// Called when its record is stored.
    pub(super) began: &'a dyn Fn() -> LocalFuture<'a, ()>,
}

impl Downloading<'_> {
    /// Fetches what is missing, and lists the model. `new_id` becomes its identity where the download begins only now.
    pub(super) async fn run(&self, new_id: ModelId) -> Result<OwnModel, ServiceError> {
        let store = &*self.ports.store;
        downloads::sweep(self.ports).await?;
        let mut there = own_models::list(store).await?.into_iter().map(|kept| kept.info);
        if let Some(there) = there.find(|info| info.address.as_deref() == Some(self.url.as_str())) {
            return Ok(there);
        }
        let pin = self.runtime.pin(self.url.as_str());
        let record = match downloads::find(store, self.url.as_str()).await? {
            Some(record) => record,
            None => self.begin(new_id, pin.as_ref()).await?,
        };
        self.finish(record, pin.as_ref()).await
    }

    /// Fetches the beginning, looks whether the engine can use the model, and stores the first parts. Until it is known
    /// that it can, nothing is stored.
    async fn begin(&self, id: ModelId, pin: Option<&Pin>) -> Result<Record, ServiceError> {
        let name = pin.map_or(self.url.file_name(), |pin| &pin.name);
        let blobs = &*self.ports.blobs;
        let told = pin.map(|pin| pin.size_bytes);
        if let Some(size_bytes) = told {
            own_models::check_size(name, size_bytes)?;
            own_models::check_room(blobs, size_bytes).await?;
        }
        let checking = |done| (self.progress)(DownloadStep::Checking, done, told.unwrap_or(0));
        let end = told.map_or(PACK_PART_MAX_BYTES, |size_bytes| size_bytes.min(PACK_PART_MAX_BYTES));
        let first = self.fetch(name, 0..end, &checking).await?;
        let size_bytes = first.total_bytes.or(told).ok_or_else(|| ServiceError::Unsized { name: name.to_owned() })?;
        if let Some(pin) = pin.filter(|pin| pin.size_bytes != size_bytes) {
            let reason = format!("it has {size_bytes} bytes, the catalogue says {}", pin.size_bytes);
            return Err(ServiceError::Changed { name: name.to_owned(), reason });
        }
        own_models::check_size(name, size_bytes)?;
        own_models::check_room(blobs, size_bytes).await?;
        let mut beginning = first.bytes;
        let enough = size_bytes.min(CARD_BYTES as u64);
        while (beginning.len() as u64) < enough {
            let done = beginning.len() as u64;
            let checking = |bytes| checking(done + bytes);
            let next = self.fetch(name, done..size_bytes.min(done + PACK_PART_MAX_BYTES), &checking).await?;
            check_same(name, pin, (size_bytes, first.etag.as_deref()), &next)?;
            beginning.extend_from_slice(&next.bytes);
        }
        let card = self.runtime.card(&beginning, size_bytes);
        let card = card.map_err(|source| ServiceError::Refused { file: self.url.file_name().to_owned(), source })?;
        let mut record = Record {
            info: self.info(id, pin, card, size_bytes),
            etag: first.etag,
            parts: Vec::new(),
            began_ms: self.ports.clock.unix_ms(),
            given_up: false,
        };
        downloads::begin(self.ports, &record).await?;
        (self.began)().await;
        for bytes in beginning.chunks(part_bytes()) {
            self.keep(&mut record, bytes).await?;
        }
        Ok(record)
    }

    fn info(&self, id: ModelId, pin: Option<&Pin>, card: ModelCard, size_bytes: u64) -> OwnModel {
        let file = self.url.file_name();
        let plain = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        OwnModel {
            id,
            name: pin.map(|pin| pin.name.clone()).or(card.name).unwrap_or_else(|| plain.to_owned()),
            licence: pin.map(|pin| pin.licence.clone()).or(card.licence),
            parameters: card.parameters,
            stored_as: card.stored_as.to_owned(),
            size_bytes,
            address: Some(self.url.as_str().to_owned()),
        }
    }

    /// Reads the parts that are there, fetches those that are not, and lists the model where the whole is right.
    async fn finish(&self, mut record: Record, pin: Option<&Pin>) -> Result<OwnModel, ServiceError> {
        let size_bytes = record.info.size_bytes;
        own_models::check_room(&*self.ports.blobs, size_bytes.saturating_sub(record.done_bytes())).await?;
        // The state of a digest cannot be stored, so the parts of an earlier visit are read again; each is checked then.
        let mut whole = Sha256::new();
        let mut done = 0;
        for part in record.parts.clone() {
            (self.progress)(DownloadStep::Verifying, done, size_bytes);
            let bytes = self.stored(&record, &part, done, pin).await?;
            own_models::hash(&mut whole, &bytes, self.pulse).await?;
            done += part.size_bytes;
        }
        while done < size_bytes {
            let bytes = self.missing(&record, done..size_bytes.min(done + PACK_PART_MAX_BYTES), pin).await?;
            own_models::hash(&mut whole, &bytes, self.pulse).await?;
            done += bytes.len() as u64;
            self.keep(&mut record, &bytes).await?;
        }
        (self.progress)(DownloadStep::Fetching, done, size_bytes);
        let found = hex::encode(whole.finalize());
        let id = record.info.id.clone();
        if let Some(pin) = pin.filter(|pin| pin.sha256 != found) {
            downloads::give_up(self.ports, &id).await?;
            return Err(ServiceError::WrongFile { name: record.info.name, expected: pin.sha256.clone(), found });
        }
        let (size_bytes, parts) = (record.info.size_bytes, record.parts);
        let files = vec![PackFile { name: own_models::FILE.to_owned(), size_bytes, sha256: found, parts }];
        let arrived = Arrived { info: record.info, files };
        let kept = own_models::enter(self.ports, arrived, vec![downloads::end(&id)]).await?;
        if kept.info.id != id {
            own_models::remove_bytes(&*self.ports.blobs, &id).await;
        }
        Ok(kept.info)
    }

    /// A part that was stored, checked. One that is damaged or gone is fetched again, alone.
    async fn stored(
        &self,
        record: &Record,
        part: &PackPart,
        offset: u64,
        pin: Option<&Pin>,
    ) -> Result<Vec<u8>, ServiceError> {
        let place = place(&record.info.id, &part.sha256);
        if let Ok(Some(bytes)) = self.ports.blobs.read(&place).await
            && self.sha256(&bytes).await == part.sha256
        {
            return Ok(bytes);
        }
        let bytes = self.missing(record, offset..offset + part.size_bytes, pin).await?;
        if self.sha256(&bytes).await != part.sha256 {
            let (name, reason) = (record.info.name.clone(), format!("{} has other bytes now", part.name));
            return Err(ServiceError::Changed { name, reason });
        }
        self.ports.blobs.write(&place, &bytes).await?;
        Ok(bytes)
    }

    /// A part from the host, of the file that was there at the beginning.
    async fn missing(&self, record: &Record, range: Range<u64>, pin: Option<&Pin>) -> Result<Vec<u8>, ServiceError> {
        let Record { info, etag, .. } = record;
        let done = range.start;
        let fetching = |bytes| (self.progress)(DownloadStep::Fetching, done + bytes, info.size_bytes);
        let answer = self.fetch(&info.name, range, &fetching).await?;
        check_same(&info.name, pin, (info.size_bytes, etag.as_deref()), &answer)?;
        Ok(answer.bytes)
    }

    /// Stores a part, then the record that names it.
    async fn keep(&self, record: &mut Record, bytes: &[u8]) -> Result<(), ServiceError> {
        let sha256 = self.sha256(bytes).await;
        let stored = self.ports.blobs.write(&place(&record.info.id, &sha256), bytes).await;
        let name = format!("part-{:04}", record.parts.len());
        record.parts.push(PackPart { name, size_bytes: bytes.len() as u64, sha256, xxh3: Some(xxh3(bytes)) });
        let noted = match stored {
            Ok(()) => downloads::go_on(self.ports, record).await,
            Err(error) => Err(error.into()),
        };
        if matches!(noted, Err(ServiceError::Cancelled)) {
            // It was given up, perhaps before this part was written.
            own_models::remove_bytes(&*self.ports.blobs, &record.info.id).await;
        }
        noted
    }

    /// Fetches a part; where the connection fails, again after a pause, a few times.
    async fn fetch(&self, name: &str, range: Range<u64>, done: &dyn Fn(u64)) -> Result<RangeAnswer, ServiceError> {
        let mut pause_ms = FIRST_PAUSE_MS;
        let mut retries_left = RETRIES;
        loop {
            done(0);
            let asked = self.ports.ranges.get_range(self.url, range.clone(), self.pulse.cancel(), done);
            match asked.await {
                Err(error) if error.is_passing() && retries_left > 0 => {
                    (self.progress)(DownloadStep::Retrying { reason: error.to_string() }, range.start, 0);
                    self.pause(pause_ms).await?;
                    pause_ms *= 2;
                    retries_left -= 1;
                }
                answer => return answer.map_err(|source| ServiceError::Remote { name: name.to_owned(), source }),
            }
        }
    }

    async fn pause(&self, for_ms: u32) -> Result<(), ServiceError> {
        let mut left_ms = for_ms;
        while left_ms > 0 {
            let nap_ms = left_ms.min(NAP_MS);
            self.ports.clock.sleep(nap_ms).await;
            self.pulse.cancel().check()?;
            left_ms -= nap_ms;
        }
        Ok(())
    }

    async fn sha256(&self, bytes: &[u8]) -> String {
        hex::encode(self.ports.digest.sha256(bytes).await)
    }
}

fn place(id: &ModelId, sha256: &str) -> String {
    format!("{id}/{sha256}")
}

/// A part is as long as a pack's part may be, which fits.
fn part_bytes() -> usize {
    usize::try_from(PACK_PART_MAX_BYTES).unwrap_or(usize::MAX)
}

/// Whether an answer is of the same file as the ones before. Where the catalogue knows the whole file's SHA-256 the tag does
/// not count: copies of the same file at several places of the host's network may have several.
fn check_same(
    name: &str,
    pin: Option<&Pin>,
    (size_bytes, etag): (u64, Option<&str>),
    answer: &RangeAnswer,
) -> Result<(), ServiceError> {
    let changed = |reason: String| Err(ServiceError::Changed { name: name.to_owned(), reason });
    if let Some(total) = answer.total_bytes.filter(|total| *total != size_bytes) {
        return changed(format!("it had {size_bytes} bytes and has {total} now"));
    }
    match (etag, answer.etag.as_deref()) {
        (Some(before), Some(now)) if pin.is_none() && before != now => {
            changed("the server says that it was changed meanwhile".to_owned())
        }
        _ => Ok(()),
    }
}

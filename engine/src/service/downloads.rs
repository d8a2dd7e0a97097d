//! Downloads of model files: which ones are unfinished, and the requests about them.
//!
//! A download's record is stored before its first part, and again with every part: after the tab was killed it goes on with
//! the part that is missing. It becomes a model in the same batch in which its record goes.

use std::cell::{Cell, RefCell};

use conclave_ports::{Cancel, ModelUrl, Store, Table, Write};
use conclave_protocol::pack::PackPart;
use conclave_protocol::{Download, DownloadProgress, DownloadStep, FromWorker, ModelId, OwnModel, RequestId};
use serde::{Deserialize, Serialize};

use super::Service;
use super::downloading::Downloading;
use super::error::ServiceError;
use super::ports::{Change, Ports};
use super::{own_models, records};

/// Beginning of the keys in [`Table::Meta`].
const PREFIX: &str = "download/";
/// Name of the lock under which one tab downloads: two would only take the bandwidth from each other.
const DOWNLOAD_LOCK: &str = "model-download";
/// Name of the lock under which records of downloads change.
const RECORDS_LOCK: &str = "model-download-records";
/// Shortest time between two reports of the same step: five a second look smooth and cost nothing.
const REPORT_EVERY_MS: f64 = 200.0;

/// A download as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    /// The model that it becomes; its address is where the file is.
    pub(super) info: OwnModel,
    /// The file's `ETag`, where the host tells.
    pub(super) etag: Option<String>,
    /// The parts that are on the device, from the beginning of the file on.
    pub(super) parts: Vec<PackPart>,
    pub(super) began_ms: u64,
    /// Whether a person gave it up: its parts are being taken away.
    pub(super) given_up: bool,
}

impl Record {
    pub(super) fn address(&self) -> &str {
        self.info.address.as_deref().unwrap_or_default()
    }

    pub(super) fn done_bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.size_bytes).sum()
    }

    fn told(&self) -> Download {
        Download {
            id: self.info.id.clone(),
            address: self.address().to_owned(),
            name: self.info.name.clone(),
            done_bytes: self.done_bytes(),
            size_bytes: self.info.size_bytes,
        }
    }
}

fn key(id: &ModelId) -> String {
    format!("{PREFIX}{id}")
}

/// All records, those of downloads that were given up included.
async fn all(store: &dyn Store) -> Result<Vec<Record>, ServiceError> {
    let stored = store.scan(Table::Meta, PREFIX).await?;
    let mut found: Vec<Record> = stored.iter().filter_map(|record| records::scanned("download", record).ok()).collect();
    found.sort_by(|a, b| (a.began_ms, &a.info.id).cmp(&(b.began_ms, &b.info.id)));
    Ok(found)
}

/// All unfinished downloads, the first one first.
async fn list(store: &dyn Store) -> Result<Vec<Record>, ServiceError> {
    Ok(all(store).await?.into_iter().filter(|record| !record.given_up).collect())
}

/// The unfinished download of an address.
pub(super) async fn find(store: &dyn Store, address: &str) -> Result<Option<Record>, ServiceError> {
    Ok(list(store).await?.into_iter().find(|record| record.address() == address))
}

/// Stores the record of a download that begins.
pub(super) async fn begin(ports: &Ports, record: &Record) -> Result<(), ServiceError> {
    let _guard = ports.lock.acquire(RECORDS_LOCK).await?;
    Ok(ports.store.commit(vec![put(record)?]).await?)
}

/// Stores the record with another part, unless the download was given up meanwhile, in this tab or another.
pub(super) async fn go_on(ports: &Ports, record: &Record) -> Result<(), ServiceError> {
    let _guard = ports.lock.acquire(RECORDS_LOCK).await?;
    let stored: Option<Record> = records::read(&*ports.store, Table::Meta, &key(&record.info.id), "download").await?;
    if stored.is_none_or(|stored| stored.given_up) {
        return Err(ServiceError::Cancelled);
    }
    Ok(ports.store.commit(vec![put(record)?]).await?)
}

fn put(record: &Record) -> Result<Write, ServiceError> {
    Ok(Write::put(Table::Meta, key(&record.info.id), records::encode("download", record)?))
}

/// Takes the record of a download away, as part of a batch.
pub(super) fn end(id: &ModelId) -> Write {
    Write::delete(Table::Meta, key(id))
}

/// Gives a download up. That is noted first, so that whoever works on it stops; then its parts go, and its record last: a tab
/// that is killed in between leaves nothing behind that nobody knows of.
pub(super) async fn give_up(ports: &Ports, id: &ModelId) -> Result<(), ServiceError> {
    let _guard = ports.lock.acquire(RECORDS_LOCK).await?;
    let Some(record) = records::read(&*ports.store, Table::Meta, &key(id), "download").await? else { return Ok(()) };
    ports.store.commit(vec![put(&Record { given_up: true, ..record })?]).await?;
    own_models::remove_bytes(&*ports.blobs, id).await;
    Ok(ports.store.commit(vec![end(id)]).await?)
}

/// Takes away what was given up by a tab that did not live to do it.
pub(super) async fn sweep(ports: &Ports) -> Result<(), ServiceError> {
    for record in all(&*ports.store).await?.into_iter().filter(|record| record.given_up) {
        give_up(ports, &record.info.id).await?;
    }
    Ok(())
}

impl Service {
    /// Downloads a model, or goes on with it. Every other request may run meanwhile.
    pub(super) async fn download(
        &self,
        id: RequestId,
        address: &str,
        cancel: &Cancel,
    ) -> Result<OwnModel, ServiceError> {
        let url = ModelUrl::parse(address)?;
        let last = RefCell::new(None);
        let reported_ms = Cell::new(f64::NEG_INFINITY);
        let progress = |step: DownloadStep, done_bytes: u64, size_bytes: u64| {
            let now_ms = self.ports.clock.monotonic_ms();
            let same = last.borrow().as_ref() == Some(&step);
            if same && now_ms - reported_ms.get() < REPORT_EVERY_MS {
                return;
            }
            reported_ms.set(now_ms);
            last.replace(Some(step.clone()));
            let address = url.as_str().to_owned();
            self.tell(Some(id), FromWorker::Downloading(DownloadProgress { address, step, done_bytes, size_bytes }));
        };
        progress(DownloadStep::Queued, 0, 0);
        if let Some(pin) = self.models.runtime().pin(url.as_str()) {
            self.models.check_usable(&pin.name, pin.size_bytes).await?;
        }
        let _turn = self.queue("download", cancel).await?;
        let _other_tabs = self.requests.until(cancel, self.ports.lock.acquire(DOWNLOAD_LOCK)).await??;
        let (pulse, runtime) = (self.pulse(cancel), self.models.runtime());
        let began = || self.downloads_changed();
        let new_id = ModelId::from_random(self.random_id()?);
        let downloading =
            Downloading { ports: &self.ports, runtime, pulse: &pulse, url: &url, progress: &progress, began: &began };
        let ended = downloading.run(new_id).await;
        // What is left of it is told before its request closes.
        self.tell_downloads().await;
        (self.announce)(Change::Downloads);
        if ended.is_ok() {
            (self.announce)(Change::OwnModels);
        }
        ended
    }

    /// Gives a download up, and its room back.
    pub(super) async fn remove_download(&self, model: &ModelId) -> Result<Vec<Download>, ServiceError> {
        give_up(&self.ports, model).await?;
        (self.announce)(Change::Downloads);
        self.downloads().await
    }

    pub(super) async fn downloads(&self) -> Result<Vec<Download>, ServiceError> {
        Ok(list(&*self.ports.store).await?.iter().map(Record::told).collect())
    }

    fn downloads_changed(&self) -> conclave_ports::LocalFuture<'_, ()> {
        Box::pin(async move {
            self.tell_downloads().await;
            (self.announce)(Change::Downloads);
        })
    }

    /// A list that cannot be read now is read again with the next change.
    async fn tell_downloads(&self) {
        if let Ok(downloads) = self.downloads().await {
            self.tell(None, FromWorker::Downloads(downloads));
        }
    }
}

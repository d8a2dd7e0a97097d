//! Files on their way into the library.
//!
//! | file | what it does |
//! |---|---|
//! | `lot` | files that were given together, as they are stored |
//! | `queue` | what waits, in which order, and what became of it: plain state |
//! | `pace` | how fast it goes |
//! | `staging` | files that are given: their bytes are stored first |
//! | `found` | files that were found in a folder that is watched |
//! | `staged` | stored bytes, read again |
//! | `reading` | from the queue into the library, in batches |
//! | `embedding` | vectors for what is in the library, when nothing waits to be read |
//! | `commands` | what a person does with the queue, and what is told about it |
//! | `refusal` | why a file is not read |
//!
//! A file is acknowledged when its bytes are stored, sealed like everything else: from then on the tab may be killed at any
//! moment. Reading a file twice does nothing twice, because a document is known by the hash of its bytes; so a batch that
//! was under way when the program ended is simply read again. Text goes before vectors, and questions before everything.

mod commands;
mod embedding;
mod found;
mod lot;
mod pace;
mod queue;
mod reading;
mod refusal;
mod staged;
mod staging;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};

use conclave_ports::{Cancel, Table, Write};
use conclave_protocol::{DocumentId, DocumentInfo, Embedding, FileId, FolderId, Problem, ProblemCode};

use super::Service;
use super::error::ServiceError;
use super::records;
pub(super) use embedding::Lacking;
pub(super) use found::{FoundBytes, FoundFile, Kept, content_of};
use lot::{Lot, lot_key, lot_of_key, lot_of_piece, piece_key};
use queue::{Changes, Queue};
pub(super) use staged::StagedFile;
pub(super) use staging::SMALL_BYTES;

/// Keys of single records of the queue.
const SETTINGS: &str = "settings";
const MARKER: &str = "at";

/// Name of the lock under which one tab adds to the queue or reads from it.
const LOCK: &str = "ingest";

/// The queue with what the service adds to it.
#[derive(Default)]
pub(super) struct Ingest {
    queue: RefCell<Queue>,
    is_open: Cell<bool>,
    /// Whether this program works through the queue at the moment.
    working: Cell<bool>,
    /// The file that is being read, and what stops it.
    current: RefCell<Option<(FileId, Cancel)>>,
    /// When the page was told last.
    told_ms: Cell<Option<f64>>,
    /// How many files of the list it is told.
    listed: Cell<u32>,
    /// Documents that are new or changed, and that it has not been told.
    news: RefCell<BTreeMap<DocumentId, DocumentInfo>>,
    /// Documents that are too many for one message.
    following: RefCell<Vec<DocumentId>>,
    /// What is embedded at the moment.
    embedding: Cell<Option<Embedding>>,
    /// Documents that a person opened or asked about lately, the last first: these are embedded first.
    wanted: RefCell<VecDeque<DocumentId>>,
}

/// See [`Ingest::hold`].
pub(super) struct Held<'a>(Option<&'a Cell<bool>>);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Some(working) = self.0 {
            working.set(false);
        }
    }
}

impl Ingest {
    /// Keeps documents that the page is told when there is time.
    pub(super) fn follow(&self, documents: impl IntoIterator<Item = DocumentId>) {
        self.following.borrow_mut().extend(documents);
    }

    /// The folder that a file was found in, and the first half of its SHA-256; none for one that a person gave.
    pub(super) fn origin(&self, file: FileId) -> Option<(FolderId, DocumentId)> {
        let queue = self.queue.borrow();
        let entry = queue.entry(file)?;
        Some((entry.folder.clone()?, content_of(&entry.sha256)))
    }

    /// Keeps the work of [`Service::work`] from beginning, as long as this is kept; work that has begun goes on.
    pub(super) fn hold(&self) -> Held<'_> {
        Held((!self.working.replace(true)).then_some(&self.working))
    }

    /// Bytes that are stored for files of the queue.
    pub(super) fn kept_bytes(&self) -> u64 {
        self.queue.borrow().kept_bytes()
    }

    /// The documents that are to be told.
    pub(super) fn take_following(&self) -> Vec<DocumentId> {
        self.following.take()
    }
}

impl Service {
    /// Reads the stored queue, once; says what a person should know.
    pub(super) async fn open_queue(&self) -> Result<Vec<Problem>, ServiceError> {
        if self.ingest.is_open.get() {
            return Ok(Vec::new());
        }
        let store = &*self.ports.store;
        let mut lots = BTreeMap::new();
        for record in store.scan(Table::Queue, "lot/").await? {
            // A record that cannot be read is as good as none: its pieces go below.
            if let (Some(number), Ok(lot)) = (lot_of_key(&record.0), records::scanned::<Lot>("queue", &record)) {
                lots.insert(number, lot);
            }
        }
        let settings: lot::Settings = read_or_default(self, SETTINGS).await?;
        let marker: lot::Marker = read_or_default(self, MARKER).await?;
        let pieces = store.list(Table::Queue, "bytes/").await?;
        let is_needed =
            |key: &String| lot_of_piece(key).and_then(|number| lots.get(&number)).is_some_and(|lot| lot.is_kept);
        let orphans: Vec<Write> =
            pieces.into_iter().filter(|key| !is_needed(key)).map(|key| Write::delete(Table::Queue, key)).collect();
        // Another request may have read it meanwhile.
        if self.ingest.is_open.replace(true) {
            return Ok(Vec::new());
        }
        let promised = settings.promised;
        *self.ingest.queue.borrow_mut() = Queue::restore(lots, settings, marker);
        if !orphans.is_empty() {
            store.commit(orphans).await?;
        }
        if promised == 0 {
            return Ok(Vec::new());
        }
        // Said once.
        self.ingest.queue.borrow_mut().settings.promised = 0;
        self.store_settings().await?;
        Ok(vec![never_came(promised)])
    }

    /// Brings storage up to date with the queue: one batch.
    async fn store_changes(&self) -> Result<(), ServiceError> {
        let Changes { lots, pieces, marker } = self.ingest.queue.borrow_mut().take_changes();
        let mut batch = Vec::new();
        for (number, lot) in lots {
            batch.push(match lot {
                Some(lot) => Write::put(Table::Queue, lot_key(number), records::encode("queue", &lot)?),
                None => Write::delete(Table::Queue, lot_key(number)),
            });
        }
        for (number, count) in pieces {
            batch.extend((0..count).map(|piece| Write::delete(Table::Queue, piece_key(number, piece))));
        }
        if let Some(marker) = marker {
            batch.push(Write::put(Table::Queue, MARKER, records::encode("queue", &marker)?));
        }
        if batch.is_empty() { Ok(()) } else { Ok(self.ports.store.commit(batch).await?) }
    }

    async fn store_settings(&self) -> Result<(), ServiceError> {
        let settings = records::encode("queue", &self.ingest.queue.borrow().settings)?;
        Ok(self.ports.store.commit(vec![Write::put(Table::Queue, SETTINGS, settings)]).await?)
    }

    /// Works through the queue, and then embeds, until nothing is left to do or nothing may be done. Nobody waits for it.
    pub(super) async fn work(&self) {
        if self.ingest.working.replace(true) {
            return;
        }
        loop {
            // A look at a folder goes on between two batches: it gives the queue work, and waits for it where there is no room.
            let has_looked = self.look_on().await;
            let has_read = self.ingest.is_open.get() && self.read_next_batch().await;
            if has_looked || has_read || self.sweep_originals().await {
                continue;
            }
            if !self.embed_next_batch().await && !self.tend_graph().await {
                break;
            }
        }
        self.ingest.working.set(false);
    }
}

/// A record of the queue; one that cannot be read is told as none, because everything it says can be done without.
async fn read_or_default<T: serde::de::DeserializeOwned + Default>(
    service: &Service,
    key: &str,
) -> Result<T, ServiceError> {
    match records::read(&*service.ports.store, Table::Queue, key, "queue").await {
        Ok(record) => Ok(record.unwrap_or_default()),
        Err(ServiceError::Unreadable(_)) => Ok(T::default()),
        Err(error) => Err(error),
    }
}

/// Files that the page still had to hand over when it ended.
fn never_came(files: u64) -> Problem {
    let what = match files {
        1 => "1 file of the last drop had not been copied when the page was closed.".to_owned(),
        files => format!("{files} files of the last drop had not been copied when the page was closed."),
    };
    Problem::new(ProblemCode::NotFound, what, "Drop them again; those that are here already are skipped.")
}

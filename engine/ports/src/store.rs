//! Keyed records: documents, index, threads, settings.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use thiserror::Error;

use crate::LocalFuture;

/// Tables of the store. A new table needs a new version of the browser's database (`conclave-worker`, `store.rs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// Listings of documents, by document id.
    Documents,
    /// Headings and other structure of documents, by document id.
    Structures,
    /// Canonical texts, by document id.
    Texts,
    /// Files that documents were read from, in pieces, by `<document id>/<number>`.
    Originals,
    /// Binary index segments, by segment id.
    Segments,
    /// The index's manifest and other single records, by name.
    Meta,
    /// Listings of threads, by thread id.
    Threads,
    /// Turns, by `<thread id>/<time asked>/<turn id>`.
    Turns,
    /// Manifests of council runs, by `<thread id>/<manifest id>`.
    Runs,
    /// Files that wait to become documents: their bytes, what is known of them, and what became of them.
    Queue,
    /// What each token of a conversation stands for, by thread id.
    Tokens,
    /// The key of the vault, wrapped, by what it is wrapped under. The one table that is not sealed: it opens the others.
    Wraps,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 12] = [
        Self::Documents,
        Self::Structures,
        Self::Texts,
        Self::Originals,
        Self::Segments,
        Self::Meta,
        Self::Threads,
        Self::Turns,
        Self::Runs,
        Self::Queue,
        Self::Tokens,
        Self::Wraps,
    ];

    /// Its name in storage.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Structures => "structures",
            Self::Texts => "texts",
            Self::Originals => "originals",
            Self::Segments => "segments",
            Self::Meta => "meta",
            Self::Threads => "threads",
            Self::Turns => "turns",
            Self::Runs => "runs",
            Self::Queue => "queue",
            Self::Tokens => "tokens",
            Self::Wraps => "wraps",
        }
    }
}

/// Why storage failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// No room is left. Nothing of the batch was stored.
    #[error("the device's storage is full")]
    Full,
    /// Storage cannot be opened: blocked by the browser's settings, or deleted while in use.
    #[error("storage cannot be opened: {0}")]
    Unavailable(String),
    /// Another failure. Nothing of the batch was stored.
    #[error("storage failed: {0}")]
    Failed(String),
    /// The key that opens what is stored is gone, so nothing of it can be read. Nothing was changed.
    #[error("the key that opens what is stored on this device is gone")]
    KeyLost,
    /// The one record that was asked for cannot be read; others can.
    #[error(transparent)]
    Unreadable(#[from] RecordFault),
}

/// Why one record cannot be read. It stays as it is until it is written or deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RecordFault {
    /// It was changed, cut short, or brought here from another place.
    #[error("a stored record is damaged")]
    Damaged,
    /// It is not sealed, though all records are: this program did not write it.
    #[error("a stored record was not written by this program")]
    Unsealed,
    /// It is sealed under a key that this vault does not have.
    #[error("a stored record belongs to another key")]
    WrongKey,
    /// A newer version of this program wrote it.
    #[error("a stored record was written by a newer version")]
    Newer,
}

/// A key with its record, or why that one cannot be read.
pub type Record = (String, Result<Vec<u8>, RecordFault>);

/// What is stored under a key: a record, none, or why it cannot be read.
pub type Stored = Result<Option<Vec<u8>>, RecordFault>;

/// One change of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Insert or replace.
    Put {
        /// Table.
        table: Table,
        /// Key.
        key: String,
        /// Record.
        value: Vec<u8>,
    },
    /// Remove; a key that does not exist is no error.
    Delete {
        /// Table.
        table: Table,
        /// Key.
        key: String,
    },
}

impl Write {
    /// A [`Write::Put`].
    pub fn put(table: Table, key: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        Self::Put { table, key: key.into(), value: value.into() }
    }

    /// The table that it changes.
    #[must_use]
    pub const fn table(&self) -> Table {
        match self {
            Self::Put { table, .. } | Self::Delete { table, .. } => *table,
        }
    }

    /// A [`Write::Delete`].
    pub fn delete(table: Table, key: impl Into<String>) -> Self {
        Self::Delete { table, key: key.into() }
    }
}

/// Tables of keyed records with atomic batches.
pub trait Store {
    /// What is stored under each of these keys, in their order, all of one moment. As fast as a single one where storage answers
    /// slowly and many requests at once.
    ///
    /// # Errors
    /// [`StoreError`] when storage fails.
    fn get_many<'a>(&'a self, keys: &'a [(Table, &'a str)]) -> LocalFuture<'a, Result<Vec<Stored>, StoreError>>;

    /// The record under `key`.
    ///
    /// # Errors
    /// [`StoreError`] when storage fails; [`StoreError::Unreadable`] where this one record cannot be read.
    fn get<'a>(&'a self, table: Table, key: &'a str) -> LocalFuture<'a, Result<Option<Vec<u8>>, StoreError>> {
        Box::pin(async move { Ok(self.get_many(&[(table, key)]).await?.pop().unwrap_or(Ok(None))?) })
    }

    /// All records whose key begins with `prefix`, ordered by key.
    ///
    /// # Errors
    /// [`StoreError`] when storage fails.
    fn scan<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<Record>, StoreError>>;

    /// The keys that begin with `prefix`, in order, without their records.
    ///
    /// # Errors
    /// [`StoreError`] when storage fails.
    fn list<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<String>, StoreError>>;

    /// Stores the whole batch or nothing. Durable when the future completes: a power cut afterwards loses nothing.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing of the batch was stored.
    fn commit(&self, batch: Vec<Write>) -> LocalFuture<'_, Result<(), StoreError>>;
}

/// A store in memory, with a limit on the total size of its records.
#[derive(Debug)]
pub struct MemoryStore {
    records: RefCell<BTreeMap<(Table, String), Vec<u8>>>,
    /// Sum of the records' sizes.
    size_bytes: Cell<usize>,
    limit_bytes: usize,
}

impl MemoryStore {
    /// Empty, with room for `limit_bytes` of records.
    #[must_use]
    pub fn with_limit(limit_bytes: usize) -> Self {
        Self { records: RefCell::default(), size_bytes: Cell::new(0), limit_bytes }
    }

    /// What `take` makes of each record of `table` whose key begins with `prefix`.
    fn below<T>(&self, table: Table, prefix: &str, take: impl Fn(&str, &[u8]) -> T) -> Vec<T> {
        let records = self.records.borrow();
        let from = records.range((table, prefix.to_owned())..);
        from.take_while(|((in_table, key), _)| *in_table == table && key.starts_with(prefix))
            .map(|((_, key), value)| take(key, value))
            .collect()
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::with_limit(usize::MAX)
    }
}

impl Store for MemoryStore {
    fn get_many<'a>(&'a self, keys: &'a [(Table, &'a str)]) -> LocalFuture<'a, Result<Vec<Stored>, StoreError>> {
        let records = self.records.borrow();
        let found = keys.iter().map(|(table, key)| Ok(records.get(&(*table, (*key).to_owned())).cloned())).collect();
        Box::pin(std::future::ready(Ok(found)))
    }

    fn scan<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<Record>, StoreError>> {
        let found = self.below(table, prefix, |key, value| (key.to_owned(), Ok(value.to_owned())));
        Box::pin(std::future::ready(Ok(found)))
    }

    fn list<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<String>, StoreError>> {
        let found = self.below(table, prefix, |key, _| key.to_owned());
        Box::pin(std::future::ready(Ok(found)))
    }

    fn commit(&self, batch: Vec<Write>) -> LocalFuture<'_, Result<(), StoreError>> {
        let mut records = self.records.borrow_mut();
        // The last change of a key counts.
        let next: BTreeMap<(Table, String), Option<Vec<u8>>> = batch
            .into_iter()
            .map(|write| match write {
                Write::Put { table, key, value } => ((table, key), Some(value)),
                Write::Delete { table, key } => ((table, key), None),
            })
            .collect();
        let before: usize = next.keys().filter_map(|key| records.get(key)).map(Vec::len).sum();
        let after: usize = next.values().flatten().map(Vec::len).sum();
        let size = self.size_bytes.get() - before + after;
        let result = if size > self.limit_bytes {
            Err(StoreError::Full)
        } else {
            for (key, value) in next {
                match value {
                    Some(value) => records.insert(key, value),
                    None => records.remove(&key),
                };
            }
            self.size_bytes.set(size);
            Ok(())
        };
        Box::pin(std::future::ready(result))
    }
}

//! [`Store`] on IndexedDB: one object store per table, string keys, `Uint8Array` values, durable transactions.

use std::cell::RefCell;
use std::rc::Rc;

use conclave_ports::{Entropy as _, LocalFuture, Record, Store, StoreError, Table, Write};
use idb::{KeyRange, Query, Transaction};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::database::{self, Connection, durable, failed};
use crate::entropy::BrowserEntropy;

/// Version of the tables' layout; a new [`Table`] raises it. 2 brought `tokens` and `wraps`, 3 `structures`, 4 `queue` and `about`.
const VERSION: u32 = 4;

/// What the database says of itself, beside the tables: one record.
const ABOUT: &str = "about";

/// Key of its mark, random bytes that a database gets when it is made, and no other has.
const MARK: &str = "mark";

/// The tables' names, and [`ABOUT`].
const TABLES: [&str; Table::ALL.len() + 1] = {
    let mut names = [ABOUT; Table::ALL.len() + 1];
    let mut at = 0;
    while at < Table::ALL.len() {
        names[at] = Table::ALL[at].name();
        at += 1;
    }
    names
};

/// Tables in IndexedDB. The connection is opened at first use. One that breaks, because the browser closed it or lost its
/// backing store, is opened once more and the work repeated, if it leads to the same database: what the engine holds in memory
/// would not match one that was deleted and made anew. Then it stays lost, and the page reloads.
pub struct IdbStore {
    name: String,
    open: RefCell<Option<Open>>,
}

#[derive(Clone)]
struct Open {
    connection: Rc<Connection>,
    mark: Rc<[u8]>,
}

impl IdbStore {
    /// Tables in the database `name`.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), open: RefCell::new(None) }
    }

    async fn connection(&self) -> Result<Rc<Connection>, StoreError> {
        let open = self.open.borrow().clone();
        let open = match open {
            Some(open) => open,
            None => {
                let opened = self.connect().await?;
                // Two requests may have opened at once; the first one stays.
                self.open.borrow_mut().get_or_insert(opened).clone()
            }
        };
        match open.connection.given_up() {
            None => Ok(open.connection),
            Some(reason) => Err(StoreError::Unavailable(reason.to_owned())),
        }
    }

    async fn connect(&self) -> Result<Open, StoreError> {
        let connection = Rc::new(database::open(&self.name, VERSION, &TABLES).await?);
        let mark = mark(&connection).await?;
        Ok(Open { connection, mark })
    }

    /// Does work; where the connection breaks under it, once more on a new one. A change whose end was not heard of may so be
    /// made twice, which is the same as once.
    async fn heal<T>(&self, work: impl AsyncFn(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let connection = self.connection().await?;
        match work(&connection).await {
            Err(StoreError::Unavailable(_) | StoreError::Failed(_)) => work(&*self.reconnect(connection).await?).await,
            done => done,
        }
    }

    /// A new connection to the same database, in place of `broken` unless another request has replaced that already.
    async fn reconnect(&self, broken: Rc<Connection>) -> Result<Rc<Connection>, StoreError> {
        let before = self.open.borrow().clone();
        let Some(before) = before.filter(|open| Rc::ptr_eq(&open.connection, &broken)) else {
            return self.connection().await;
        };
        if let Some(reason) = broken.given_up() {
            return Err(StoreError::Unavailable(reason.to_owned()));
        }
        let opened = self.connect().await?;
        if opened.mark != before.mark {
            broken.give_up("it was deleted meanwhile; reload the page");
            return self.connection().await;
        }
        *self.open.borrow_mut() = Some(opened.clone());
        Ok(opened.connection)
    }

    /// Closes the connection under the store, as a browser may; for tests of what follows.
    #[cfg(feature = "conformance")]
    pub fn break_connection(&self) {
        if let Some(open) = self.open.borrow().as_ref() {
            open.connection.close();
        }
    }
}

/// The mark of a database; it gets one where it has none.
async fn mark(connection: &Connection) -> Result<Rc<[u8]>, StoreError> {
    let transaction = connection.read(ABOUT)?;
    let store = transaction.object_store(ABOUT).map_err(failed)?;
    let known = store.get(JsValue::from_str(MARK)).map_err(failed)?.await.map_err(failed)?;
    if let Some(known) = known {
        return Ok(bytes(known)?.into());
    }
    let mut made = [0; 16];
    BrowserEntropy.fill(&mut made).map_err(|error| StoreError::Failed(error.to_string()))?;
    let raw = connection.write(&[ABOUT])?;
    let transaction = Transaction::from(raw.clone());
    let store = transaction.object_store(ABOUT).map_err(failed)?;
    // `add` leaves the mark that another tab has made meanwhile.
    let _request = store.add(&Uint8Array::from(made.as_slice()), Some(&JsValue::from_str(MARK))).map_err(failed)?;
    let added = durable(&raw, transaction).await;
    let transaction = connection.read(ABOUT)?;
    let store = transaction.object_store(ABOUT).map_err(failed)?;
    match store.get(JsValue::from_str(MARK)).map_err(failed)?.await.map_err(failed)? {
        Some(mark) => Ok(bytes(mark)?.into()),
        None => Err(added.err().unwrap_or_else(|| StoreError::Failed("the database has no mark".to_owned()))),
    }
}

impl Store for IdbStore {
    fn get<'a>(&'a self, table: Table, key: &'a str) -> LocalFuture<'a, Result<Option<Vec<u8>>, StoreError>> {
        Box::pin(self.heal(async move |connection: &Connection| {
            let transaction = connection.read(table.name())?;
            let store = transaction.object_store(table.name()).map_err(failed)?;
            let value = store.get(JsValue::from_str(key)).map_err(failed)?.await.map_err(failed)?;
            value.map(bytes).transpose()
        }))
    }

    fn scan<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<Record>, StoreError>> {
        Box::pin(self.heal(async move |connection: &Connection| {
            let transaction = connection.read(table.name())?;
            let store = transaction.object_store(table.name()).map_err(failed)?;
            // Both requests run in one transaction, so that they see one state.
            let keys = store.get_all_keys(below(prefix)?, None).map_err(failed)?;
            let values = store.get_all(below(prefix)?, None).map_err(failed)?;
            let keys = keys.await.map_err(failed)?;
            let values = values.await.map_err(failed)?;
            keys.into_iter().zip(values).map(|(key, value)| Ok((text(&key)?, Ok(bytes(value)?)))).collect()
        }))
    }

    fn list<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<String>, StoreError>> {
        Box::pin(self.heal(async move |connection: &Connection| {
            let transaction = connection.read(table.name())?;
            let store = transaction.object_store(table.name()).map_err(failed)?;
            let keys = store.get_all_keys(below(prefix)?, None).map_err(failed)?.await.map_err(failed)?;
            keys.iter().map(text).collect()
        }))
    }

    fn commit(&self, batch: Vec<Write>) -> LocalFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            if batch.is_empty() {
                return Ok(());
            }
            self.heal(async |connection: &Connection| commit(connection, &batch).await).await
        })
    }
}

async fn commit(connection: &Connection, batch: &[Write]) -> Result<(), StoreError> {
    let mut tables: Vec<&str> = Vec::new();
    for table in batch.iter().map(|write| table_of(write).name()) {
        if !tables.contains(&table) {
            tables.push(table);
        }
    }
    let raw = connection.write(&tables)?;
    let transaction = Transaction::from(raw.clone());
    // Requests whose result nobody reads: the transaction stands for all of them.
    let mut requests = Vec::with_capacity(batch.len());
    for write in batch {
        let queued = match write {
            Write::Put { table, key, value } => transaction.object_store(table.name()).and_then(|store| {
                let value = Uint8Array::from(value.as_slice());
                Ok(JsValue::from(store.put(&value, Some(&JsValue::from_str(key)))?))
            }),
            Write::Delete { table, key } => transaction
                .object_store(table.name())
                .and_then(|store| Ok(JsValue::from(store.delete(JsValue::from_str(key))?))),
        };
        match queued {
            Ok(request) => requests.push(request),
            Err(error) => {
                // The batch is all or nothing. Aborting a transaction that ended already changes nothing.
                let _ = raw.abort();
                return Err(failed(error));
            }
        }
    }
    durable(&raw, transaction).await
}

/// The keys that begin with `prefix`.
fn below(prefix: &str) -> Result<Option<Query>, StoreError> {
    if prefix.is_empty() {
        return Ok(None);
    }
    // U+FFFF is the greatest UTF-16 unit, in which IndexedDB orders strings.
    let last = JsValue::from_str(&format!("{prefix}\u{ffff}"));
    let range = KeyRange::bound(&JsValue::from_str(prefix), &last, None, None).map_err(failed)?;
    Ok(Some(range.into()))
}

fn text(key: &JsValue) -> Result<String, StoreError> {
    key.as_string().ok_or_else(|| StoreError::Failed("a key is no text".to_owned()))
}

const fn table_of(write: &Write) -> Table {
    match write {
        Write::Put { table, .. } | Write::Delete { table, .. } => *table,
    }
}

fn bytes(value: JsValue) -> Result<Vec<u8>, StoreError> {
    value
        .dyn_into::<Uint8Array>()
        .map(|array| array.to_vec())
        .map_err(|_| StoreError::Failed("a record is no byte array".to_owned()))
}

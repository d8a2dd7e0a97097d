//! [`Store`] on IndexedDB: one object store per table, string keys, `Uint8Array` values, durable transactions.

use std::cell::RefCell;
use std::rc::Rc;

use conclave_ports::{LocalFuture, Record, Store, StoreError, Table, Write};
use idb::{KeyRange, Query, Transaction};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::database::{self, Connection, durable, failed};

/// Version of the tables' layout; a new [`Table`] raises it. 2 brought `tokens` and `wraps`, 3 `structures`, 4 `queue` and `about`.
const VERSION: u32 = 4;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = randomUUID)]
    fn random_uuid() -> String;
}

/// What the database says of itself, beside the tables: one record.
const ABOUT: &str = "about";

/// Key of its mark, a random text that a database gets when it is made, and no other has.
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
    mark: JsValue,
}

impl IdbStore {
    /// Tables in the database `name`.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), open: RefCell::new(None) }
    }

    /// The connection, or a new one in place of `broken` unless another request has replaced that already.
    async fn connection(&self, broken: Option<&Rc<Connection>>) -> Result<Rc<Connection>, StoreError> {
        let known = self.open.borrow().clone();
        let is_broken = |open: &Open| broken.is_some_and(|broken| Rc::ptr_eq(broken, &open.connection));
        let open = match known {
            Some(open) if !is_broken(&open) || open.connection.given_up().is_some() => open,
            known => {
                let connection = Rc::new(database::open(&self.name, VERSION, &TABLES).await?);
                let mark = mark(&connection).await?;
                match known {
                    Some(before) if before.mark != mark => {
                        before.connection.give_up("it was deleted meanwhile; reload the page");
                        before
                    }
                    // Of two requests that opened at once the last one's stays.
                    _ => self.open.borrow_mut().insert(Open { connection, mark }).clone(),
                }
            }
        };
        match open.connection.given_up() {
            None => Ok(open.connection),
            Some(reason) => Err(StoreError::Unavailable(reason.to_owned())),
        }
    }

    /// Does work; where the connection breaks under it, once more on a new one. A change whose end was not heard of may so be
    /// made twice, which is the same as once.
    async fn heal(&self, work: Work<'_>) -> Result<Done, StoreError> {
        let mut broken = None;
        loop {
            let connection = self.connection(broken.as_ref()).await?;
            match work.run(&connection).await {
                Err(StoreError::Unavailable(_) | StoreError::Failed(_)) if broken.is_none() => {
                    broken = Some(connection)
                }
                done => return done,
            }
        }
    }

    /// Closes the connection under the store, as a browser may; for tests of what follows.
    #[cfg(feature = "conformance")]
    pub fn break_connection(&self) {
        if let Some(open) = self.open.borrow().as_ref() {
            open.connection.close();
        }
    }
}

/// The mark of a database; it gets one where it has none. In one transaction, so that two tabs do not make two.
async fn mark(connection: &Connection) -> Result<JsValue, StoreError> {
    let raw = connection.write(&[ABOUT])?;
    let transaction = Transaction::from(raw.clone());
    let store = transaction.object_store(ABOUT).map_err(failed)?;
    let key = JsValue::from_str(MARK);
    if let Some(known) = store.get(key.clone()).map_err(failed)?.await.map_err(failed)? {
        return Ok(known);
    }
    let made = JsValue::from_str(&random_uuid());
    let _request = store.put(&made, Some(&key)).map_err(failed)?;
    durable(&raw, transaction).await.map(|()| made)
}

/// What is asked of the store: one kind of work for all, because each kind that is healed by code of its own makes the
/// redactor, which has to be here soon, a kilobyte larger.
#[derive(Clone, Copy)]
enum Work<'a> {
    Get(Table, &'a str),
    Scan(Table, &'a str),
    List(Table, &'a str),
    Commit(&'a [Write]),
}

/// Keys and values of what was read; none of a commit.
#[derive(Default)]
struct Done {
    keys: Vec<JsValue>,
    values: Vec<JsValue>,
}

impl Work<'_> {
    async fn run(self, connection: &Connection) -> Result<Done, StoreError> {
        let (table, key) = match self {
            Self::Commit(batch) => return commit(connection, batch).await.map(|()| Done::default()),
            Self::Get(table, key) | Self::Scan(table, key) | Self::List(table, key) => (table.name(), key),
        };
        let transaction = connection.read(table)?;
        let store = transaction.object_store(table).map_err(failed)?;
        let mut done = Done::default();
        if matches!(self, Self::Get(..)) {
            done.values.extend(store.get(JsValue::from_str(key)).map_err(failed)?.await.map_err(failed)?);
            return Ok(done);
        }
        // Both requests run in one transaction, so that they see one state.
        let keys = store.get_all_keys(below(key)?, None).map_err(failed)?;
        if matches!(self, Self::Scan(..)) {
            done.values = store.get_all(below(key)?, None).map_err(failed)?.await.map_err(failed)?;
        }
        done.keys = keys.await.map_err(failed)?;
        Ok(done)
    }
}

impl Store for IdbStore {
    fn get<'a>(&'a self, table: Table, key: &'a str) -> LocalFuture<'a, Result<Option<Vec<u8>>, StoreError>> {
        Box::pin(async move { self.heal(Work::Get(table, key)).await?.values.pop().map(bytes).transpose() })
    }

    fn scan<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<Record>, StoreError>> {
        Box::pin(async move {
            let Done { keys, values } = self.heal(Work::Scan(table, prefix)).await?;
            keys.into_iter().zip(values).map(|(key, value)| Ok((text(&key)?, Ok(bytes(value)?)))).collect()
        })
    }

    fn list<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<String>, StoreError>> {
        Box::pin(async move { self.heal(Work::List(table, prefix)).await?.keys.iter().map(text).collect() })
    }

    fn commit(&self, batch: Vec<Write>) -> LocalFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            if batch.is_empty() {
                return Ok(());
            }
            self.heal(Work::Commit(&batch)).await.map(|_| ())
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

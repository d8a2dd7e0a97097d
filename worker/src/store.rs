//! [`Store`] on IndexedDB: one object store per table, string keys, `Uint8Array` values, durable transactions.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use conclave_ports::{LocalFuture, Store, StoreError, Table, Write};
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use idb::{Database, DatabaseEvent, Factory, KeyRange, ObjectStoreParams, Query, Transaction, TransactionMode};
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{IdbDatabase, IdbTransaction};

use crate::js;

/// Version of the tables' layout; a new [`Table`] raises it.
const VERSION: u32 = 1;

#[wasm_bindgen]
extern "C" {
    /// `IDBDatabase` with the options of `transaction` (Indexed Database API 3.0, 4.4), which `idb` does not pass on.
    type DurableDatabase;

    #[wasm_bindgen(catch, method, js_name = transaction)]
    fn transaction(
        this: &DurableDatabase,
        names: &Array,
        mode: &str,
        options: &Object,
    ) -> Result<IdbTransaction, JsValue>;
}

/// An open connection.
struct Connection {
    database: Database,
    raw: IdbDatabase,
    /// Why it was lost: another tab upgrades or deletes the database, or the browser closed it.
    lost: Rc<Cell<Option<&'static str>>>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.raw.set_onclose(None);
        self.raw.set_onversionchange(None);
        self.database.close();
    }
}

/// Tables in IndexedDB. The connection is opened at first use and, once lost, stays so: what the engine holds in memory
/// would not match a database that was deleted and made anew. The page reloads.
pub struct IdbStore {
    name: String,
    connection: RefCell<Option<Rc<Connection>>>,
}

impl IdbStore {
    /// Tables in the database `name`.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), connection: RefCell::new(None) }
    }

    async fn connection(&self) -> Result<Rc<Connection>, StoreError> {
        let open = self.connection.borrow().clone();
        let connection = match open {
            Some(connection) => connection,
            None => {
                let connection = Rc::new(open_database(&self.name).await?);
                // Two requests may have opened at once; the first one stays.
                Rc::clone(self.connection.borrow_mut().get_or_insert(connection))
            }
        };
        match connection.lost.get() {
            None => Ok(connection),
            Some(reason) => Err(StoreError::Unavailable(reason.to_owned())),
        }
    }
}

async fn open_database(name: &str) -> Result<Connection, StoreError> {
    let unavailable = |error: idb::Error| StoreError::Unavailable(reason(&error));
    let mut request = Factory::new().map_err(unavailable)?.open(name, Some(VERSION)).map_err(unavailable)?;
    request.on_upgrade_needed(|event| {
        let Ok(database) = event.database() else { return };
        let existing = database.store_names();
        for table in Table::ALL {
            if !existing.iter().any(|name| name == table.name()) {
                // A table that could not be made shows when it is used.
                let _ = database.create_object_store(table.name(), ObjectStoreParams::new());
            }
        }
    });
    let (blocked, is_blocked) = oneshot::channel();
    request.on_blocked(move |_| {
        let _ = blocked.send(());
    });
    let database = match select(request.into_future(), is_blocked).await {
        Either::Left((database, _)) => database.map_err(unavailable)?,
        Either::Right((Ok(()), _)) => {
            let why = "another tab holds an older version open; close it and reload";
            return Err(StoreError::Unavailable(why.to_owned()));
        }
        // The request ended and dropped its listener.
        Either::Right((Err(_), opening)) => opening.await.map_err(unavailable)?,
    };
    let raw = IdbDatabase::from(database);
    let mut database = Database::from(raw.clone());
    let lost = Rc::new(Cell::new(None));
    let (closed, changed) = (Rc::clone(&lost), Rc::clone(&lost));
    database.on_close(move |_| closed.set(Some("the browser closed or deleted it; reload the page")));
    let closing = raw.clone();
    database.on_version_change(move |_| {
        // Giving way at once keeps the other tab from waiting forever.
        closing.close();
        changed.set(Some("another tab changed or deleted it; reload the page"));
    });
    Ok(Connection { database, raw, lost })
}

impl Connection {
    fn read(&self, table: Table) -> Result<Transaction, StoreError> {
        self.database.transaction(&[table.name()], TransactionMode::ReadOnly).map_err(failed)
    }

    /// A transaction whose completion means that the operating system has flushed the data to the disk.
    fn write(&self, tables: &[&str]) -> Result<IdbTransaction, StoreError> {
        let names: Array = tables.iter().map(|name| JsValue::from_str(name)).collect();
        let options = Object::new();
        // Setting a property of a plain object does not fail.
        let _ = Reflect::set(&options, &"durability".into(), &"strict".into());
        self.raw
            .unchecked_ref::<DurableDatabase>()
            .transaction(&names, "readwrite", &options)
            .map_err(|error| failure(&error))
    }
}

impl Store for IdbStore {
    fn get<'a>(&'a self, table: Table, key: &'a str) -> LocalFuture<'a, Result<Option<Vec<u8>>, StoreError>> {
        Box::pin(async move {
            let transaction = self.connection().await?.read(table)?;
            let store = transaction.object_store(table.name()).map_err(failed)?;
            let value = store.get(JsValue::from_str(key)).map_err(failed)?.await.map_err(failed)?;
            value.map(bytes).transpose()
        })
    }

    fn scan<'a>(
        &'a self,
        table: Table,
        prefix: &'a str,
    ) -> LocalFuture<'a, Result<Vec<(String, Vec<u8>)>, StoreError>> {
        Box::pin(async move {
            let transaction = self.connection().await?.read(table)?;
            let store = transaction.object_store(table.name()).map_err(failed)?;
            let range = || -> Result<Option<Query>, StoreError> {
                if prefix.is_empty() {
                    return Ok(None);
                }
                // U+FFFF is the greatest UTF-16 unit, in which IndexedDB orders strings.
                let last = JsValue::from_str(&format!("{prefix}\u{ffff}"));
                let range = KeyRange::bound(&JsValue::from_str(prefix), &last, None, None).map_err(failed)?;
                Ok(Some(range.into()))
            };
            // Both requests run in one transaction, so that they see one state.
            let keys = store.get_all_keys(range()?, None).map_err(failed)?;
            let values = store.get_all(range()?, None).map_err(failed)?;
            let keys = keys.await.map_err(failed)?;
            let values = values.await.map_err(failed)?;
            keys.into_iter()
                .zip(values)
                .map(|(key, value)| {
                    let key = key.as_string().ok_or_else(|| StoreError::Failed("a key is no text".to_owned()))?;
                    Ok((key, bytes(value)?))
                })
                .collect()
        })
    }

    fn commit(&self, batch: Vec<Write>) -> LocalFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            if batch.is_empty() {
                return Ok(());
            }
            let mut tables: Vec<&str> = batch.iter().map(|write| table_of(write).name()).collect();
            tables.sort_unstable();
            tables.dedup();
            let raw = self.connection().await?.write(&tables)?;
            let transaction = Transaction::from(raw.clone());
            // Requests whose result nobody reads: the transaction stands for all of them.
            let mut requests = Vec::with_capacity(batch.len());
            for write in &batch {
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
            drop(batch);
            match transaction.await {
                Ok(idb::TransactionResult::Committed) => Ok(()),
                // A full disk aborts the transaction without an error event; the transaction knows why.
                Ok(idb::TransactionResult::Aborted) => Err(raw.error().map_or_else(
                    || StoreError::Failed("the transaction was aborted".to_owned()),
                    |error| failure(&error),
                )),
                Err(error) => Err(raw.error().map_or_else(|| failed(error), |error| failure(&error))),
            }
        })
    }
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

/// The exception inside one of `idb`'s errors.
fn exception(error: &idb::Error) -> Option<&JsValue> {
    use idb::Error as E;
    match error {
        E::DomException(exception) => Some(exception.as_ref()),
        E::IndexedDbNotFound(value)
        | E::IndexedDbOpenFailed(value)
        | E::TransactionOpenFailed(value)
        | E::ObjectStoreNotFound(value)
        | E::GetFailed(value)
        | E::GetAllFailed(value)
        | E::GetAllKeysFailed(value)
        | E::UpdateFailed(value)
        | E::DeleteFailed(value)
        | E::KeyRangeCreateFailed(value) => Some(value),
        _ => None,
    }
}

fn reason(error: &idb::Error) -> String {
    match (error, exception(error)) {
        (idb::Error::IndexedDbNotFound(_), _) => "this browser or its settings do not offer IndexedDB".to_owned(),
        (_, Some(value)) if js::error_name(value) == "VersionError" => {
            "it was made by a newer version; reload the page".to_owned()
        }
        (_, Some(value)) => js::describe(value),
        (error, None) => error.to_string(),
    }
}

fn failed(error: idb::Error) -> StoreError {
    exception(&error).map_or_else(|| StoreError::Failed(error.to_string()), failure)
}

fn failure(error: &JsValue) -> StoreError {
    match js::error_name(error).as_str() {
        "QuotaExceededError" => StoreError::Full,
        // The connection is closing or its tables are gone: deleted meanwhile, or never opened right.
        "InvalidStateError" | "NotFoundError" | "SecurityError" => StoreError::Unavailable(js::describe(error)),
        _ => StoreError::Failed(js::describe(error)),
    }
}

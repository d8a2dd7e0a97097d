//! [`Store`] on IndexedDB: one object store per table, string keys, `Uint8Array` values, durable transactions.

use std::cell::RefCell;
use std::rc::Rc;

use conclave_ports::{LocalFuture, Record, Store, StoreError, Stored, Table, Write};
use idb::{KeyRange, Query, Transaction};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::database::{self, Connection, durable, failed};

/// Version of the tables' layout; a new [`Table`] raises it. 2 brought `tokens` and `wraps`, 3 `structures`, 4 `queue`, 5
/// `originals`.
const VERSION: u32 = 5;

/// The tables' names.
const TABLES: [&str; Table::ALL.len()] = {
    let mut names = [""; Table::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = Table::ALL[at].name();
        at += 1;
    }
    names
};

/// Tables in IndexedDB. The connection is opened at first use and, once lost, stays so: what the engine holds in memory
/// would not match a database that was deleted and made anew (`conclave_vault::HealingStore` looks whether it is the same).
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
                let connection = Rc::new(database::open(&self.name, VERSION, &TABLES).await?);
                // Two requests may have opened at once; the first one stays.
                Rc::clone(self.connection.borrow_mut().get_or_insert(connection))
            }
        };
        match connection.lost() {
            None => Ok(connection),
            Some(reason) => Err(StoreError::Unavailable(reason.to_owned())),
        }
    }

    /// Closes the connection under the store, as a browser may; for tests of what follows.
    #[cfg(feature = "conformance")]
    pub fn break_connection(&self) {
        if let Some(connection) = self.connection.borrow().as_ref() {
            connection.close();
        }
    }
}

impl Store for IdbStore {
    fn get_many<'a>(&'a self, keys: &'a [(Table, &'a str)]) -> LocalFuture<'a, Result<Vec<Stored>, StoreError>> {
        Box::pin(async move {
            if keys.is_empty() {
                return Ok(Vec::new());
            }
            let transaction = self.connection().await?.read(&names(&mut keys.iter().map(|(table, _)| *table)))?;
            let mut requests = Vec::with_capacity(keys.len());
            for (table, key) in keys {
                let store = transaction.object_store(table.name()).map_err(failed)?;
                // As futures at once: a request that nobody listens to is not heard.
                requests.push(store.get(JsValue::from_str(key)).map_err(failed)?.into_future());
            }
            let mut found = Vec::with_capacity(keys.len());
            for request in requests {
                let value = request.await.map_err(failed)?;
                found.push(Ok(value.map(bytes).transpose()?));
            }
            Ok(found)
        })
    }

    fn scan<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<Record>, StoreError>> {
        Box::pin(async move {
            let transaction = self.connection().await?.read(&[table.name()])?;
            let store = transaction.object_store(table.name()).map_err(failed)?;
            // Both requests run in one transaction, so that they see one state.
            let keys = store.get_all_keys(below(prefix)?, None).map_err(failed)?;
            let values = store.get_all(below(prefix)?, None).map_err(failed)?;
            let keys = keys.await.map_err(failed)?;
            let values = values.await.map_err(failed)?;
            keys.into_iter().zip(values).map(|(key, value)| Ok((text(&key)?, Ok(bytes(value)?)))).collect()
        })
    }

    fn list<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<String>, StoreError>> {
        Box::pin(async move {
            let transaction = self.connection().await?.read(&[table.name()])?;
            let store = transaction.object_store(table.name()).map_err(failed)?;
            let keys = store.get_all_keys(below(prefix)?, None).map_err(failed)?.await.map_err(failed)?;
            keys.iter().map(text).collect()
        })
    }

    fn commit(&self, batch: Vec<Write>) -> LocalFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            if batch.is_empty() {
                return Ok(());
            }
            let raw = self.connection().await?.write(&names(&mut batch.iter().map(Write::table)))?;
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
            durable(&raw, transaction).await
        })
    }
}

/// The tables' names, each once.
fn names(tables: &mut dyn Iterator<Item = Table>) -> Vec<&'static str> {
    let mut names = Vec::new();
    for table in tables {
        if !names.contains(&table.name()) {
            names.push(table.name());
        }
    }
    names
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

fn bytes(value: JsValue) -> Result<Vec<u8>, StoreError> {
    value
        .dyn_into::<Uint8Array>()
        .map(|array| array.to_vec())
        .map_err(|_| StoreError::Failed("a record is no byte array".to_owned()))
}

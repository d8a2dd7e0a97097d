//! Databases of IndexedDB: opened, upgraded, lost; durable transactions; what their errors mean.

use std::cell::Cell;
use std::rc::Rc;

use conclave_ports::StoreError;
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use idb::{Database, DatabaseEvent, Factory, ObjectStoreParams, Transaction, TransactionMode};
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{IdbDatabase, IdbTransaction};

use crate::js;

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
pub(crate) struct Connection {
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

/// Opens the database `name`; where it is older than `version`, the missing ones of `tables` are made first.
pub(crate) async fn open(name: &str, version: u32, tables: &'static [&'static str]) -> Result<Connection, StoreError> {
    let unavailable = |error: idb::Error| StoreError::Unavailable(reason(&error));
    let mut request = Factory::new().map_err(unavailable)?.open(name, Some(version)).map_err(unavailable)?;
    request.on_upgrade_needed(move |event| {
        let Ok(database) = event.database() else { return };
        let existing = database.store_names();
        for table in tables {
            if !existing.iter().any(|name| name == table) {
                // A table that could not be made shows when it is used.
                let _ = database.create_object_store(table, ObjectStoreParams::new());
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
    /// Why the connection was lost, where it was.
    pub fn lost(&self) -> Option<&'static str> {
        self.lost.get()
    }

    /// Closes it while it is in use.
    #[cfg(feature = "conformance")]
    pub fn close(&self) {
        self.raw.close();
    }

    pub fn read(&self, tables: &[&str]) -> Result<Transaction, StoreError> {
        self.database.transaction(tables, TransactionMode::ReadOnly).map_err(failed)
    }

    /// A transaction whose completion means that the operating system has flushed the data to the disk.
    pub fn write(&self, tables: &[&str]) -> Result<IdbTransaction, StoreError> {
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

/// Waits until a transaction of [`Connection::write`] is on the disk.
pub(crate) async fn durable(raw: &IdbTransaction, transaction: Transaction) -> Result<(), StoreError> {
    match transaction.await {
        Ok(idb::TransactionResult::Committed) => Ok(()),
        // A full disk aborts the transaction without an error event; the transaction knows why.
        Ok(idb::TransactionResult::Aborted) => Err(raw
            .error()
            .map_or_else(|| StoreError::Failed("the transaction was aborted".to_owned()), |error| failure(&error))),
        Err(error) => Err(raw.error().map_or_else(|| failed(error), |error| failure(&error))),
    }
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

pub(crate) fn failed(error: idb::Error) -> StoreError {
    exception(&error).map_or_else(|| StoreError::Failed(error.to_string()), failure)
}

pub(crate) fn failure(error: &JsValue) -> StoreError {
    match js::error_name(error).as_str() {
        "QuotaExceededError" => StoreError::Full,
        // The connection is closing or its tables are gone: deleted meanwhile, or never opened right.
        "InvalidStateError" | "NotFoundError" | "SecurityError" => StoreError::Unavailable(js::describe(error)),
        _ => StoreError::Failed(js::describe(error)),
    }
}

//! Records as JSON.

use conclave_ports::{Record, RecordFault, Store, StoreError, Table};
use serde::{Serialize, de::DeserializeOwned};

use super::error::ServiceError;

/// The record as bytes.
pub(super) fn encode<T: Serialize>(what: &'static str, value: &T) -> Result<Vec<u8>, ServiceError> {
    serde_json::to_vec(value).map_err(|_| ServiceError::Unwritable(what))
}

/// The record in bytes.
pub(super) fn decode<T: DeserializeOwned>(what: &'static str, bytes: &[u8]) -> Result<T, ServiceError> {
    serde_json::from_slice(bytes).map_err(|_| ServiceError::Unreadable(what))
}

/// A record of a scan.
pub(super) fn scanned<T: DeserializeOwned>(what: &'static str, record: &Record) -> Result<T, ServiceError> {
    let (_, bytes) = record;
    decode(what, bytes.as_ref().map_err(|fault| unreadable(what, *fault))?)
}

fn unreadable(what: &'static str, fault: RecordFault) -> ServiceError {
    match fault {
        RecordFault::Newer => StoreError::from(fault).into(),
        RecordFault::Damaged | RecordFault::Unsealed | RecordFault::WrongKey => ServiceError::Unreadable(what),
    }
}

/// The record under a key.
pub(super) async fn read<T: DeserializeOwned>(
    store: &dyn Store,
    table: Table,
    key: &str,
    what: &'static str,
) -> Result<Option<T>, ServiceError> {
    match store.get(table, key).await {
        Ok(bytes) => bytes.map(|bytes| decode(what, &bytes)).transpose(),
        Err(StoreError::Unreadable(fault)) => Err(unreadable(what, fault)),
        Err(error) => Err(error.into()),
    }
}

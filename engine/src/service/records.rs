//! Records as JSON.

use conclave_ports::{Store, Table};
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

/// The record under a key.
pub(super) async fn read<T: DeserializeOwned>(
    store: &dyn Store,
    table: Table,
    key: &str,
    what: &'static str,
) -> Result<Option<T>, ServiceError> {
    store.get(table, key).await?.map(|bytes| decode(what, &bytes)).transpose()
}

//! The settings of this device.

use conclave_ports::{Store, Table, Write};
use conclave_protocol::Settings;

use super::error::ServiceError;
use super::records;

/// Key in [`Table::Meta`].
const KEY: &str = "settings";

/// The stored settings; the defaults where none were stored.
pub(super) async fn read(store: &dyn Store) -> Result<Settings, ServiceError> {
    let stored: Option<Settings> = records::read(store, Table::Meta, KEY, "settings").await?;
    Ok(stored.unwrap_or_default().clamped())
}

/// Stores the settings, every number brought inside its bounds, and returns them as stored.
pub(super) async fn save(store: &dyn Store, settings: Settings) -> Result<Settings, ServiceError> {
    let settings = settings.clamped();
    let record = records::encode("settings", &settings)?;
    store.commit(vec![Write::put(Table::Meta, KEY, record)]).await?;
    Ok(settings)
}

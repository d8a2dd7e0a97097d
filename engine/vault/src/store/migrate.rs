//! Records of an earlier version, which did not seal, sealed in place.
//!
//! A record is unsealed or sealed, and its first bytes tell which ([`envelope::MAGIC`]); so the work may stop anywhere, and goes on
//! at the next start. Each batch is one durable transaction.

use conclave_ports::{StoreError, Table, Write};

use super::Parts;
use crate::envelope;
use crate::error::VaultError;
use crate::seal::Seal;

/// Most bytes that one batch seals, unless one record has more: about 50 ms in a browser, and little memory.
pub(super) const BATCH_BYTES: usize = 4 << 20;
/// Most records of a batch.
pub(super) const BATCH_RECORDS: usize = 256;

/// The tables whose records are sealed.
fn tables() -> impl Iterator<Item = Table> {
    Table::ALL.into_iter().filter(|table| *table != Table::Wraps)
}

/// The record, where it is there and can be read.
async fn read(parts: &Parts, table: Table, key: &str) -> Result<Option<Vec<u8>>, VaultError> {
    match parts.store.get(table, key).await {
        // It is told when somebody asks for it.
        Err(StoreError::Unreadable(_)) => Ok(None),
        read => Ok(read?),
    }
}

/// Whether any record is sealed.
pub(super) async fn any_sealed(parts: &Parts) -> Result<bool, VaultError> {
    for table in tables() {
        for key in parts.store.list(table, "").await? {
            if read(parts, table, &key).await?.is_some_and(|record| envelope::is_sealed(&record)) {
                return Ok(true);
            }
        }
        parts.yields.yield_now().await;
    }
    Ok(false)
}

/// Seals every record that is not. Everything before a failure is kept.
pub(super) async fn seal_in_place(parts: &Parts, seal: &Seal) -> Result<(), VaultError> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    for table in tables() {
        for key in parts.store.list(table, "").await? {
            let Some(record) = read(parts, table, &key).await? else { continue };
            if envelope::is_sealed(&record) {
                continue;
            }
            bytes += record.len();
            let value = seal.seal(table, &key, &record, &*parts.entropy)?;
            batch.push(Write::Put { table, key, value });
            if bytes >= BATCH_BYTES || batch.len() >= BATCH_RECORDS {
                parts.store.commit(std::mem::take(&mut batch)).await?;
                bytes = 0;
                parts.yields.yield_now().await;
            }
        }
    }
    if batch.is_empty() { Ok(()) } else { Ok(parts.store.commit(batch).await?) }
}

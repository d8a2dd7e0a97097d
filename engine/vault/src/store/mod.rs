//! A store that seals what goes into another one.
//!
//! Every record of every table is sealed, but those of [`Table::Wraps`], which this store keeps to itself. Records' keys stay as
//! they are: order and prefixes depend on them. The first use unlocks the vault (`unlock`), and seals what an earlier
//! version stored unsealed (`migrate`); two tabs at once wait for each other.

mod healing;
mod migrate;
#[cfg(test)]
mod tests;
mod unlock;

use std::cell::RefCell;
use std::rc::Rc;

use conclave_ports::{
    Entropy, Keys, LocalFuture, Lock, Record, RecordFault, Store, StoreError, Stored, Table, Write, Yield,
};

use crate::envelope;
use crate::error::VaultError;
use crate::seal::Seal;
use crate::wrap::Stage;

pub use healing::HealingStore;

/// Name of the lock under which a vault is made, and records of before are sealed.
pub const LOCK: &str = "conclave-vault";

/// What a [`SealedStore`] works with.
#[derive(Clone)]
pub struct Parts {
    /// Where sealed records go.
    pub store: Rc<dyn Store>,
    /// The device's key.
    pub keys: Rc<dyn Keys>,
    /// Keys and nonces.
    pub entropy: Rc<dyn Entropy>,
    /// One tab at a time makes a vault.
    pub lock: Rc<dyn Lock>,
    /// Between batches of records that are sealed in place.
    pub yields: Rc<dyn Yield>,
}

/// A [`Store`] whose records are sealed in another one.
pub struct SealedStore {
    parts: Parts,
    unlocked: RefCell<Option<Rc<Unlocked>>>,
}

/// A vault whose key is at hand.
struct Unlocked {
    seal: Seal,
    stage: Stage,
}

impl Unlocked {
    fn open(&self, table: Table, key: &str, stored: Vec<u8>) -> Result<Vec<u8>, RecordFault> {
        if self.stage == Stage::Sealing && !envelope::is_sealed(&stored) {
            return Ok(stored);
        }
        Ok(self.seal.open(table, key, stored)?)
    }
}

impl SealedStore {
    /// Seals what goes into `parts.store`. Nothing is read before the first use.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self { parts, unlocked: RefCell::default() }
    }

    /// The vault, unlocked at its first use. A failure is tried again with the next use.
    async fn unlocked(&self, tables: &[Table]) -> Result<Rc<Unlocked>, StoreError> {
        if tables.contains(&Table::Wraps) {
            return Err(StoreError::Failed("the vault keeps this table to itself".to_owned()));
        }
        if let Some(unlocked) = &*self.unlocked.borrow() {
            return Ok(Rc::clone(unlocked));
        }
        let _guard = self.parts.lock.acquire(LOCK).await.map_err(VaultError::from)?;
        // Another request may have done it meanwhile.
        if let Some(unlocked) = &*self.unlocked.borrow() {
            return Ok(Rc::clone(unlocked));
        }
        let unlocked = Rc::new(unlock::unlock(&self.parts).await?);
        self.unlocked.replace(Some(Rc::clone(&unlocked)));
        Ok(unlocked)
    }
}

impl Store for SealedStore {
    fn get_many<'a>(&'a self, keys: &'a [(Table, &'a str)]) -> LocalFuture<'a, Result<Vec<Stored>, StoreError>> {
        Box::pin(async move {
            let tables: Vec<Table> = keys.iter().map(|(table, _)| *table).collect();
            let unlocked = self.unlocked(&tables).await?;
            let mut found = self.parts.store.get_many(keys).await?;
            for ((table, key), stored) in keys.iter().zip(&mut found) {
                if let Ok(record) = stored
                    && let Some(sealed) = record.take()
                {
                    *stored = unlocked.open(*table, key, sealed).map(Some);
                }
            }
            Ok(found)
        })
    }

    fn scan<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<Record>, StoreError>> {
        Box::pin(async move {
            let unlocked = self.unlocked(&[table]).await?;
            let stored = self.parts.store.scan(table, prefix).await?;
            let open = |(key, stored): Record| {
                let opened = stored.and_then(|stored| unlocked.open(table, &key, stored));
                (key, opened)
            };
            Ok(stored.into_iter().map(open).collect())
        })
    }

    fn list<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<String>, StoreError>> {
        Box::pin(async move {
            self.unlocked(&[table]).await?;
            self.parts.store.list(table, prefix).await
        })
    }

    fn commit(&self, mut batch: Vec<Write>) -> LocalFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let tables: Vec<Table> = batch.iter().map(Write::table).collect();
            let seal = &self.unlocked(&tables).await?.seal;
            for write in &mut batch {
                if let Write::Put { table, key, value } = write {
                    *value = seal.seal(*table, key, value, &*self.parts.entropy)?;
                }
            }
            self.parts.store.commit(batch).await
        })
    }
}

//! The vault's key as it is stored: wrapped under the device's key.
//!
//! Format 1 of the record `device` in [`Table::Wraps`]:
//!
//! | bytes | what |
//! |---|---|
//! | 0..3 | `FF 43 4B` |
//! | 3 | format, 1 |
//! | 4 | 0 while records of before are being sealed, 1 when every record is sealed |
//! | 5..9 | epoch of the key, little endian; 0 is the first |
//! | 9..17 | id of the key |
//! | 17..n | what [`Keys::wrap`] made of the key, with bytes 0..17 as its context |
//!
//! So nobody can set a vault back to "records may be unsealed" by changing a byte.

use conclave_ports::{Keys, KeysError, Store, StoreError, Table, Write};

use crate::error::VaultError;
use crate::key::{KeyId, VaultKey};

/// Key of the record.
pub const RECORD: &str = "device";

const MAGIC: [u8; 3] = [0xFF, b'C', b'K'];
const FORMAT: u8 = 1;
const HEAD_BYTES: usize = MAGIC.len() + 1 + 1 + 4 + KeyId::BYTES;
/// Longest record that is looked at; a wrapped key of 32 bytes has some 60.
const MAX_BYTES: usize = 4096;

/// How far a vault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Records of before the vault may be there, unsealed.
    Sealing,
    /// Every record is sealed; one that is not is refused.
    Sealed,
}

/// The key of a vault, with what is known of it.
#[derive(Debug)]
pub struct Opened {
    /// The key.
    pub key: VaultKey,
    /// Whether unsealed records may be there.
    pub stage: Stage,
}

fn head(stage: Stage, key: KeyId) -> [u8; HEAD_BYTES] {
    let stage = match stage {
        Stage::Sealing => [0],
        Stage::Sealed => [1],
    };
    let epoch = 0u32.to_le_bytes();
    let parts = MAGIC.iter().chain(&[FORMAT]).chain(&stage).chain(&epoch).chain(&key.0);
    let mut head = [0; HEAD_BYTES];
    head.iter_mut().zip(parts).for_each(|(to, from)| *to = *from);
    head
}

/// Wraps the key and stores it with its stage. Durable when the future completes.
///
/// # Errors
/// [`VaultError::Unavailable`] and [`VaultError::Store`].
pub async fn keep(store: &dyn Store, keys: &dyn Keys, key: &VaultKey, stage: Stage) -> Result<(), VaultError> {
    let head = head(stage, key.derive_id());
    let wrapped = keys.wrap(key.secret(), &head).await?;
    let record = [&head[..], &wrapped].concat();
    Ok(store.commit(vec![Write::put(Table::Wraps, RECORD, record)]).await?)
}

/// The stored key; `None` where none was ever stored.
///
/// # Errors
/// [`VaultError::KeyLost`] where this device cannot open it, [`VaultError::Newer`], [`VaultError::Unavailable`] and
/// [`VaultError::Store`].
pub async fn open(store: &dyn Store, keys: &dyn Keys) -> Result<Option<Opened>, VaultError> {
    let record = match store.get(Table::Wraps, RECORD).await {
        Ok(Some(record)) => record,
        Ok(None) => return Ok(None),
        Err(StoreError::Unreadable(_)) => return Err(VaultError::KeyLost),
        Err(error) => return Err(error.into()),
    };
    let (stage, id, wrapped) = parse(&record)?;
    let key = VaultKey::from_secret(keys.open(wrapped, &head(stage, id)).await?);
    // The context holds the id, so that this fails for a fault of ours only.
    if key.derive_id() != id { Err(KeysError::Wrong.into()) } else { Ok(Some(Opened { key, stage })) }
}

/// Which key a stored record wraps, as it says of itself; `None` where it is no such record.
#[must_use]
pub fn key_id(record: &[u8]) -> Option<KeyId> {
    parse(record).ok().map(|(_, id, _)| id)
}

/// A damaged record opens nothing, so its key is as good as lost.
fn parse(record: &[u8]) -> Result<(Stage, KeyId, &[u8]), VaultError> {
    if record.len() > MAX_BYTES {
        return Err(VaultError::KeyLost);
    }
    let rest = record.strip_prefix(&MAGIC).ok_or(VaultError::KeyLost)?;
    match rest.split_first().ok_or(VaultError::KeyLost)? {
        (&FORMAT, [stage, 0, 0, 0, 0, rest @ ..]) => {
            let stage = match stage {
                0 => Stage::Sealing,
                1 => Stage::Sealed,
                _ => return Err(VaultError::KeyLost),
            };
            let (id, wrapped) = rest.split_first_chunk().ok_or(VaultError::KeyLost)?;
            Ok((stage, KeyId(*id), wrapped))
        }
        // A second epoch is what a newer version brings.
        (&FORMAT, [_, _, _, _, _, ..]) => Err(VaultError::Newer { found: FORMAT }),
        (&found, _) if found > FORMAT => Err(VaultError::Newer { found }),
        _ => Err(VaultError::KeyLost),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use conclave_ports::{MemoryKeys, MemoryStore, SeededEntropy};
    use pollster::block_on;

    use super::*;

    fn kept(stage: Stage) -> (MemoryStore, MemoryKeys, VaultKey) {
        let (store, keys) = (MemoryStore::default(), MemoryKeys::new());
        let key = VaultKey::make(&SeededEntropy::new(1)).unwrap();
        block_on(keep(&store, &keys, &key, stage)).unwrap();
        (store, keys, key)
    }

    fn put(store: &MemoryStore, record: Vec<u8>) {
        block_on(store.commit(vec![Write::put(Table::Wraps, RECORD, record)])).unwrap();
    }

    #[test]
    fn a_kept_key_opens_with_its_stage() {
        for stage in [Stage::Sealing, Stage::Sealed] {
            let (store, keys, key) = kept(stage);
            let opened = block_on(open(&store, &keys)).unwrap().unwrap();
            assert_eq!((opened.stage, opened.key.secret().expose()), (stage, key.secret().expose()));
        }
        assert!(block_on(open(&MemoryStore::default(), &MemoryKeys::new())).unwrap().is_none());
    }

    #[test]
    fn the_head_is_pinned() {
        let pinned = "ff434b010100000000".to_owned() + &"05".repeat(8);
        assert_eq!(hex::encode(head(Stage::Sealed, KeyId([5; 8]))), pinned);
    }

    #[test]
    fn every_changed_and_cut_record_is_refused() {
        let (store, keys, _) = kept(Stage::Sealed);
        let record = block_on(store.get(Table::Wraps, RECORD)).unwrap().unwrap();
        for at in 0..record.len() {
            for bit in 0..8 {
                let mut changed = record.clone();
                changed[at] ^= 1 << bit;
                put(&store, changed);
                let opened = block_on(open(&store, &keys));
                assert!(matches!(opened, Err(VaultError::KeyLost | VaultError::Newer { .. })), "{at}.{bit}");
            }
            put(&store, record[..at].to_vec());
            assert!(matches!(block_on(open(&store, &keys)), Err(VaultError::KeyLost)), "{at}");
        }
        put(&store, [record.clone(), vec![0; MAX_BYTES]].concat());
        assert!(matches!(block_on(open(&store, &keys)), Err(VaultError::KeyLost)));
        put(&store, record);
        assert!(block_on(open(&store, &keys)).is_ok());
    }

    #[test]
    fn without_the_devices_key_it_is_lost_and_stays() {
        let (store, keys, _) = kept(Stage::Sealed);
        let record = block_on(store.get(Table::Wraps, RECORD)).unwrap();
        keys.lose();
        assert!(matches!(block_on(open(&store, &keys)), Err(VaultError::KeyLost)));
        assert_eq!(block_on(store.get(Table::Wraps, RECORD)).unwrap(), record);
    }
}

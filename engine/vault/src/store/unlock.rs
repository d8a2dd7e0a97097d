//! From the device's key to an unlocked vault.

use conclave_ports::StoreError;

use super::migrate::{any_sealed, seal_in_place};
use super::{Parts, Unlocked};
use crate::error::VaultError;
use crate::key::VaultKey;
use crate::seal::Seal;
use crate::wrap::{self, Opened, Stage};

/// Unlocks the vault; the lock is held. Where there is none it is made, but never over records that another key has sealed.
/// Records of before are sealed in place; where the device has no room for that, they stay readable until the next start.
pub(super) async fn unlock(parts: &Parts) -> Result<Unlocked, VaultError> {
    let Parts { store, keys, entropy, .. } = parts;
    let Opened { key, stage } = match wrap::open(&**store, &**keys).await? {
        Some(opened) => opened,
        None if any_sealed(parts).await? => return Err(VaultError::KeyLost),
        None => {
            let key = VaultKey::make(&**entropy)?;
            // Durable before the first record is sealed under it.
            wrap::keep(&**store, &**keys, &key, Stage::Sealing).await?;
            Opened { key, stage: Stage::Sealing }
        }
    };
    let seal = Seal::new(&key);
    if stage == Stage::Sealed {
        return Ok(Unlocked { seal, stage });
    }
    let sealed = match seal_in_place(parts, &seal).await {
        Ok(()) => wrap::keep(&**store, &**keys, &key, Stage::Sealed).await,
        Err(error) => Err(error),
    };
    match sealed {
        Ok(()) => Ok(Unlocked { seal, stage: Stage::Sealed }),
        // A person must be able to remove something.
        Err(VaultError::Store(StoreError::Full)) => Ok(Unlocked { seal, stage: Stage::Sealing }),
        Err(error) => Err(error),
    }
}

//! What goes wrong with sealed records and with the key that opens them.

use conclave_ports::{EntropyError, KeysError, LockError, RecordFault, StoreError};
use thiserror::Error;

/// Why a record cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SealError {
    /// The bytes do not begin as a sealed record does.
    #[error("the record is not sealed")]
    NotSealed,
    /// A newer version of this program sealed it. Load the page again to get that version.
    #[error("the record was sealed by a newer version (format {found})")]
    Newer {
        /// Its format.
        found: u8,
    },
    /// It was sealed under another key. Nothing can be done without that key.
    #[error("the record was sealed under another key")]
    WrongKey,
    /// It was changed or cut, or belongs to another table or key. Delete it, or restore what it held from its source.
    #[error("the record is damaged")]
    Damaged,
}

impl From<SealError> for RecordFault {
    fn from(error: SealError) -> Self {
        match error {
            SealError::NotSealed => Self::Unsealed,
            SealError::Newer { .. } => Self::Newer,
            SealError::WrongKey => Self::WrongKey,
            SealError::Damaged => Self::Damaged,
        }
    }
}

/// Why the vault cannot be opened. No variant leads to a new key over data that an old one sealed.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum VaultError {
    /// The device's key, or what it wrapped, is gone or was replaced. Delete this site's data and import the documents again.
    #[error("the key that opens what is stored on this device is gone")]
    KeyLost,
    /// A newer version of this program wrote the wrapped key. Load the page again to get that version.
    #[error("the vault was written by a newer version (format {found})")]
    Newer {
        /// Its format.
        found: u8,
    },
    /// The device's keys cannot be reached: allow site data for this page.
    #[error("the device's key cannot be reached: {0}")]
    Unavailable(String),
    /// Storage failed; what was done until then is kept, and the rest is done at the next start.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The lock cannot be had.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A record is longer than the cipher takes at once: 256 GiB, more than a program's memory.
    #[error("the record is too large to be sealed")]
    TooLarge,
    /// No randomness for a key or nonce.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl From<KeysError> for VaultError {
    fn from(error: KeysError) -> Self {
        match error {
            KeysError::Absent | KeysError::Wrong => Self::KeyLost,
            KeysError::Full => Self::Store(StoreError::Full),
            KeysError::Unavailable(why) => Self::Unavailable(why),
        }
    }
}

impl From<VaultError> for StoreError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::KeyLost => Self::KeyLost,
            VaultError::Newer { .. } => Self::Unreadable(RecordFault::Newer),
            VaultError::Store(error) => error,
            VaultError::Unavailable(why) => Self::Unavailable(why),
            VaultError::Lock(error) => Self::Unavailable(error.to_string()),
            error @ (VaultError::Entropy(_) | VaultError::TooLarge) => Self::Failed(error.to_string()),
        }
    }
}

//! The vault: what is stored on a device is sealed under a key that the device holds.
//!
//! | file | what it does |
//! |---|---|
//! | [`key`] | the vault's key, and the keys that are derived from it |
//! | `cipher` | XChaCha20-Poly1305 itself |
//! | [`seal`] | one record: sealed, opened |
//! | [`envelope`] | the stored format of a sealed record |
//! | [`padding`] | PADMÉ: how much the size of a sealed record tells |
//! | [`wrap`] | the stored format of the vault's key, wrapped under the device's |
//! | [`age`] | a file that a passphrase opens, on any device and without this program |
//! | [`store`] | [`SealedStore`]: a store that seals every record on its way to another one; [`HealingStore`]: one that is opened again where it breaks |
//!
//! Against whom: somebody who has the stored records (a copied or leaked database, a search over the disk, a program that reads
//! the browser's storage but cannot use its keys), reads them, changes them, cuts them or moves them from one key to another.
//!
//! Not against whom: a program that runs inside this origin, which can ask the browser to open the key as the page does; and
//! somebody with a copy of the whole browser profile. The browser gives the device's key to no program, but Chromium writes its bytes
//! into its own files without encrypting them. Against that helps a wrap whose secret is not on the device, as a passphrase is.
//!
//! What stays visible: the records' keys (random ids, times of questions, and a document's id, which is half of its file's
//! SHA-256, so that who has a file can tell whether it was imported), their number and their padded sizes. A record that is
//! put back to what it was at an earlier time is not noticed.

pub mod age;
mod cipher;
pub mod envelope;
mod error;
pub mod key;
pub mod padding;
pub mod seal;
pub mod store;
pub mod wrap;

pub use error::{SealError, VaultError};
pub use key::{KeyId, VaultKey};
pub use seal::Seal;
pub use store::{HealingStore, SealedStore};

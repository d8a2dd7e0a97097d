//! The vault: what is stored on a device can be read on that device alone.
//!
//! | file | what it does |
//! |---|---|
//! | [`key`] | the vault's key, and the keys that are derived from it |
//! | `cipher` | XChaCha20-Poly1305 itself |
//! | [`seal`] | one record: sealed, opened |
//! | [`envelope`] | the stored format of a sealed record |
//! | [`padding`] | PADMÉ: how much the size of a sealed record tells |
//! | [`wrap`] | the stored format of the vault's key, wrapped under the device's |
//! | [`store`] | [`SealedStore`]: a store that seals every record on its way to another one |
//!
//! Against whom: somebody who has the bytes of the browser's database (a copied disk, a backup, another account), reads them,
//! changes them, cuts them or moves them from one key to another. Not against a program that runs as this person or inside
//! this origin: it can ask the browser to unwrap as the page does. What stays visible are the records' keys (random ids, times of
//! questions, and a document's id, which is half of its file's SHA-256: who has a file can tell whether it was imported),
//! their number and padded sizes. A record that is put back to what it was at an earlier time is not noticed.

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
pub use store::SealedStore;

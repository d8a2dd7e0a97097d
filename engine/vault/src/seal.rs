//! Records, sealed and opened.

use conclave_ports::{Entropy, Table};

use crate::cipher::{Cipher, NONCE_BYTES, TAG_BYTES};
use crate::envelope::{self, BODY_START, HEAD_BYTES};
use crate::error::{SealError, VaultError};
use crate::key::{KeyId, VaultKey};
use crate::padding;

/// Seals records under one vault key.
pub struct Seal {
    cipher: Cipher,
    key: KeyId,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seal").field("key", &self.key).finish_non_exhaustive()
    }
}

impl Seal {
    /// Seals under what `key` derives for records.
    #[must_use]
    pub fn new(key: &VaultKey) -> Self {
        Self { cipher: Cipher::new(&key.derive_record_key()), key: key.derive_id() }
    }

    /// The id of the key.
    #[must_use]
    pub const fn key(&self) -> KeyId {
        self.key
    }

    /// `record`, which is to be stored in `table` under `key`, sealed with a random nonce. Twice the same gives other bytes.
    ///
    /// # Errors
    /// [`VaultError::Entropy`] where the system has no randomness; [`VaultError::TooLarge`].
    pub fn seal(&self, table: Table, key: &str, record: &[u8], entropy: &dyn Entropy) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; NONCE_BYTES];
        entropy.fill(&mut nonce)?;
        self.derive_sealed(table, key, record, nonce)
    }

    /// What [`Seal::seal`] makes with a given nonce, which must never be used again for other bytes: for test vectors.
    fn derive_sealed(
        &self,
        table: Table,
        key: &str,
        record: &[u8],
        nonce: [u8; NONCE_BYTES],
    ) -> Result<Vec<u8>, VaultError> {
        let head = envelope::head(self.key);
        let mut sealed = Vec::with_capacity(BODY_START + padding::padded_len(record.len()) + TAG_BYTES);
        sealed.extend_from_slice(&head);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(record);
        padding::pad(&mut sealed, BODY_START);
        let data = associated_data(&head, table, key);
        let tag = self.cipher.seal(nonce, &data, &mut sealed[BODY_START..]).ok_or(VaultError::TooLarge)?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// The record that is stored as `sealed` in `table` under `key`.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open(&self, table: Table, key: &str, mut sealed: Vec<u8>) -> Result<Vec<u8>, SealError> {
        let parts = envelope::parse(&sealed)?;
        if parts.key != self.key {
            return Err(SealError::WrongKey);
        }
        let data = associated_data(&envelope::head(self.key), table, key);
        let body = sealed.get_mut(parts.body.clone()).ok_or(SealError::Damaged)?;
        self.cipher.open(parts.nonce, &data, body, parts.tag).ok_or(SealError::Damaged)?;
        sealed.truncate(parts.body.end);
        sealed.drain(..parts.body.start);
        let length = padding::unpadded_len(&sealed).ok_or(SealError::Damaged)?;
        sealed.truncate(length);
        Ok(sealed)
    }
}

/// What a record is bound to. The name of a table has less than 256 bytes, so the encoding is unambiguous.
fn associated_data(head: &[u8; HEAD_BYTES], table: Table, key: &str) -> Vec<u8> {
    let name = table.name().as_bytes();
    let length = u8::try_from(name.len()).unwrap_or(u8::MAX);
    [head, &[length][..], name, key.as_bytes()].concat()
}

#[cfg(test)]
mod tests;

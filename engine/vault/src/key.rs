//! The key of the vault and what is derived from it.

use conclave_ports::{Entropy, EntropyError, KEY_BYTES, SecretKey, Sensitive};
use hkdf::Hkdf;
use sha2::Sha256;

/// Purposes of derived keys: HKDF's `info`. A new purpose gets a new line, so that no two share a key.
const RECORDS: &[u8] = b"conclave/vault/1/records";
const ID: &[u8] = b"conclave/vault/1/key id";

/// The key of a vault: 256 random bits from which every other key is derived.
#[derive(Debug)]
pub struct VaultKey(SecretKey);

impl VaultKey {
    /// A new key.
    ///
    /// # Errors
    /// [`EntropyError`] where the system has no randomness.
    pub fn make(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut key = Sensitive::new([0; KEY_BYTES]);
        entropy.fill(key.expose_mut())?;
        Ok(Self(key))
    }

    /// The key with these bytes.
    #[must_use]
    pub const fn from_secret(key: SecretKey) -> Self {
        Self(key)
    }

    /// The bytes, to be wrapped.
    #[must_use]
    pub const fn secret(&self) -> &SecretKey {
        &self.0
    }

    /// The key under which records are sealed.
    #[must_use]
    pub fn derive_record_key(&self) -> SecretKey {
        let mut key = Sensitive::new([0; KEY_BYTES]);
        self.derive(RECORDS, key.expose_mut());
        key
    }

    /// What names this key without telling anything about it.
    #[must_use]
    pub fn derive_id(&self) -> KeyId {
        let mut id = [0; KeyId::BYTES];
        self.derive(ID, &mut id);
        KeyId(id)
    }

    /// HKDF-SHA-256 (RFC 5869), without salt: the input is uniformly random already.
    fn derive(&self, purpose: &[u8], into: &mut [u8]) {
        // Fails for more than 255 * 32 bytes only; here it is 32 at most.
        let derived = Hkdf::<Sha256>::new(None, self.0.expose()).expand(purpose, into);
        debug_assert!(derived.is_ok());
    }
}

/// Names a vault key. Part of every sealed record, so that "another key" and "damaged" are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyId(pub [u8; KeyId::BYTES]);

impl KeyId {
    /// Its length: of a thousand vaults two share an id with a chance of 3 in 10^14.
    pub const BYTES: usize = 8;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use conclave_ports::SeededEntropy;

    use super::*;

    fn key(byte: u8) -> VaultKey {
        VaultKey::from_secret(Sensitive::new([byte; KEY_BYTES]))
    }

    /// Computed with Python's `hmac` by RFC 5869: PRK = HMAC(zeros, key), T(1) = HMAC(PRK, info | 1).
    #[test]
    fn derived_keys_are_pinned() {
        assert_eq!(
            hex::encode(key(7).derive_record_key().expose()),
            "a59cfc5418adbbf92ff232475b770459db152d728e97bb369b2526e2d106ab51"
        );
        assert_eq!(hex::encode(key(7).derive_id().0), "4ae57da8dca2c3f5");
    }

    #[test]
    fn derived_keys_differ_by_key_and_purpose() {
        assert_ne!(key(7).derive_id(), key(8).derive_id());
        assert_ne!(key(7).derive_record_key().expose()[..8], key(7).derive_id().0);
        assert_ne!(key(7).derive_record_key().expose(), key(7).secret().expose());
    }

    #[test]
    fn made_keys_differ_and_are_not_shown() {
        let entropy = SeededEntropy::new(1);
        let (one, other) = (VaultKey::make(&entropy).unwrap(), VaultKey::make(&entropy).unwrap());
        assert_ne!(one.derive_id(), other.derive_id());
        assert_eq!(format!("{one:?}"), "VaultKey(Sensitive(..))");
    }
}

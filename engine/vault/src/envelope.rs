//! The stored format of a sealed record.
//!
//! Format 1:
//!
//! | bytes | what |
//! |---|---|
//! | 0..3 | `FF 43 56`: no JSON, no UTF-8 text and no index segment begins so |
//! | 3 | format, 1 |
//! | 4..12 | id of the vault's key |
//! | 12..36 | nonce, random |
//! | 36..n-16 | ciphertext of the padded record (XChaCha20, draft-irtf-cfrg-xchacha-03) |
//! | n-16..n | tag (Poly1305) |
//!
//! Associated data: bytes 0..12, then the length of the table's name as one byte, the name, and the record's key. So a record
//! that was moved to another table or key does not open.

use crate::cipher::{NONCE_BYTES, TAG_BYTES};
use crate::error::SealError;
use crate::key::KeyId;
use crate::padding::FLOOR_BYTES;

/// What sealed records begin with.
pub const MAGIC: [u8; 3] = [0xFF, b'C', b'V'];
/// Format of sealed records.
pub const FORMAT: u8 = 1;
/// Bytes before the nonce: part of the associated data.
pub const HEAD_BYTES: usize = MAGIC.len() + 1 + KeyId::BYTES;
/// Bytes before the ciphertext.
pub const BODY_START: usize = HEAD_BYTES + NONCE_BYTES;

/// Whether these bytes claim to be a sealed record, of whatever format.
#[must_use]
pub fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// The head of a record that is sealed under the key of this id.
#[must_use]
pub fn head(key: KeyId) -> [u8; HEAD_BYTES] {
    let mut head = [0; HEAD_BYTES];
    let (magic, rest) = head.split_at_mut(MAGIC.len());
    magic.copy_from_slice(&MAGIC);
    let (format, id) = rest.split_at_mut(1);
    format.fill(FORMAT);
    id.copy_from_slice(&key.0);
    head
}

/// The parts of a sealed record.
#[derive(Debug, PartialEq, Eq)]
pub struct Parts {
    /// Which key sealed it.
    pub key: KeyId,
    /// Its nonce.
    pub nonce: [u8; NONCE_BYTES],
    /// Its tag.
    pub tag: [u8; TAG_BYTES],
    /// Where its ciphertext is.
    pub body: std::ops::Range<usize>,
}

/// Takes a sealed record apart. Looks at a fixed number of bytes.
///
/// # Errors
/// [`SealError::NotSealed`], [`SealError::Newer`], and [`SealError::Damaged`] where it is cut short.
pub fn parse(bytes: &[u8]) -> Result<Parts, SealError> {
    if !is_sealed(bytes) {
        return Err(SealError::NotSealed);
    }
    let (&format, rest) = bytes[MAGIC.len()..].split_first().ok_or(SealError::Damaged)?;
    match format {
        FORMAT => {}
        // There was never a format 0.
        0 => return Err(SealError::Damaged),
        found => return Err(SealError::Newer { found }),
    }
    let (id, rest) = rest.split_first_chunk().ok_or(SealError::Damaged)?;
    let (nonce, rest) = rest.split_first_chunk().ok_or(SealError::Damaged)?;
    let (body, tag) = rest.split_last_chunk().ok_or(SealError::Damaged)?;
    if body.len() < FLOOR_BYTES {
        return Err(SealError::Damaged);
    }
    Ok(Parts { key: KeyId(*id), nonce: *nonce, tag: *tag, body: BODY_START..BODY_START + body.len() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn records_of_before_are_not_taken_for_sealed_ones() {
        for old in [&b"{\"format\":1}"[..], b"[]", b"", b"CNCLVSEG\x02", "Ünïcode \u{feff}".as_bytes(), b"null", b"7"]
        {
            assert_eq!(parse(old), Err(SealError::NotSealed));
        }
        // The first byte of the magic stands nowhere in UTF-8 (RFC 3629, section 3).
        assert!(String::from_utf8(MAGIC.to_vec()).is_err());
    }

    #[test]
    fn what_is_cut_or_newer_is_named() {
        let whole = [&head(KeyId([5; 8]))[..], &[7; NONCE_BYTES], &[1; FLOOR_BYTES], &[2; TAG_BYTES]].concat();
        let parts = parse(&whole).unwrap();
        assert_eq!((parts.key, parts.nonce, parts.tag), (KeyId([5; 8]), [7; NONCE_BYTES], [2; TAG_BYTES]));
        assert!(whole[parts.body].iter().all(|byte| *byte == 1));
        for length in MAGIC.len()..whole.len() {
            assert_eq!(parse(&whole[..length]), Err(SealError::Damaged), "{length}");
        }
        let with_format = |format| [&MAGIC[..], &[format], &whole[4..]].concat();
        assert_eq!(parse(&with_format(2)), Err(SealError::Newer { found: 2 }));
        assert_eq!(parse(&with_format(0)), Err(SealError::Damaged));
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken_apart_or_refused(tail in proptest::collection::vec(any::<u8>(), 0..600), sealed: bool) {
            let bytes = if sealed { [&MAGIC[..], &[FORMAT], &tail].concat() } else { tail };
            if let Ok(parts) = parse(&bytes) {
                prop_assert_eq!(parts.body.end + TAG_BYTES, bytes.len());
            }
        }
    }
}

//! The payload: what is in the file.

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit};

use super::header::derive;
use super::{AgeError, FileKey};

/// Bytes of a piece before it is encrypted; all have as many, but the last.
pub const PIECE_BYTES: usize = 64 * 1024;
const TAG_BYTES: usize = 16;

/// Pieces, each under the number that it has.
struct Pieces {
    cipher: ChaCha20Poly1305,
    next: u64,
}

impl Pieces {
    fn new(key: &FileKey, nonce: &[u8; 16]) -> Self {
        Self { cipher: ChaCha20Poly1305::new(derive(key, nonce, b"payload").expose().into()), next: 0 }
    }

    /// Eleven bytes of number, big-endian, and one that says whether the piece is the last.
    fn nonce(&mut self, is_last: bool) -> [u8; 12] {
        let mut nonce = [0; 12];
        nonce[3..11].copy_from_slice(&self.next.to_be_bytes());
        nonce[11] = u8::from(is_last);
        self.next += 1;
        nonce
    }
}

/// Encrypts a payload as it comes.
pub struct Encrypter {
    pieces: Pieces,
    /// What is not encrypted yet: a whole piece at most, because it may be the last.
    rest: Vec<u8>,
}

impl Encrypter {
    pub(super) fn new(key: &FileKey, nonce: &[u8; 16]) -> Self {
        Self { pieces: Pieces::new(key, nonce), rest: Vec::with_capacity(PIECE_BYTES) }
    }

    /// Takes bytes, and appends to `out` what is ready of the file.
    pub fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        while !bytes.is_empty() {
            if self.rest.len() == PIECE_BYTES {
                self.seal(false, out);
            }
            let (some, others) = bytes.split_at(bytes.len().min(PIECE_BYTES - self.rest.len()));
            self.rest.extend_from_slice(some);
            bytes = others;
        }
    }

    /// Appends the end of the file.
    pub fn finish(mut self, out: &mut Vec<u8>) {
        self.seal(true, out);
    }

    fn seal(&mut self, is_last: bool, out: &mut Vec<u8>) {
        let nonce = self.pieces.nonce(is_last);
        // Fails for pieces of more than 256 GiB only.
        let tag = self.pieces.cipher.encrypt_inout_detached(&nonce.into(), b"", self.rest.as_mut_slice().into());
        debug_assert!(tag.is_ok());
        out.append(&mut self.rest);
        out.extend(tag.unwrap_or_default());
    }
}

/// Decrypts a payload as it comes.
pub struct Decrypter {
    pieces: Pieces,
    /// What is not decrypted yet: a whole piece and its tag at most, because it may be the last.
    rest: Vec<u8>,
}

impl Decrypter {
    pub(super) fn new(key: &FileKey, nonce: &[u8; 16]) -> Self {
        Self { pieces: Pieces::new(key, nonce), rest: Vec::with_capacity(PIECE_BYTES + TAG_BYTES) }
    }

    /// Takes bytes of the file, and appends to `out` what they are. What it gives is what was encrypted, piece by piece; whether
    /// there is all of it, [`Decrypter::finish`] knows.
    ///
    /// # Errors
    /// [`AgeError::Damaged`].
    pub fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) -> Result<(), AgeError> {
        while !bytes.is_empty() {
            if self.rest.len() == PIECE_BYTES + TAG_BYTES {
                self.open(false, out)?;
            }
            let (some, others) = bytes.split_at(bytes.len().min(PIECE_BYTES + TAG_BYTES - self.rest.len()));
            self.rest.extend_from_slice(some);
            bytes = others;
        }
        Ok(())
    }

    /// Appends the end.
    ///
    /// # Errors
    /// [`AgeError::Damaged`] where something is missing.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), AgeError> {
        // An empty piece ends nothing but an empty payload.
        if self.rest.len() <= TAG_BYTES && self.pieces.next > 0 {
            return Err(AgeError::Damaged);
        }
        self.open(true, out)
    }

    fn open(&mut self, is_last: bool, out: &mut Vec<u8>) -> Result<(), AgeError> {
        let text_bytes = self.rest.len().checked_sub(TAG_BYTES).ok_or(AgeError::Damaged)?;
        let (text, tag) = self.rest.split_at_mut(text_bytes);
        let tag = <[u8; TAG_BYTES]>::try_from(&*tag).map_err(|_| AgeError::Damaged)?;
        let nonce = self.pieces.nonce(is_last);
        let opened = self.pieces.cipher.decrypt_inout_detached(&nonce.into(), b"", (&mut *text).into(), &tag.into());
        opened.map_err(|_| AgeError::Damaged)?;
        out.extend_from_slice(text);
        self.rest.clear();
        Ok(())
    }
}

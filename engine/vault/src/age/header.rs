//! The header: who can open the file.

use base64ct::{Base64Unpadded, Encoding as _};
use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit};
use conclave_ports::Sensitive;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::payload::Decrypter;
use super::{AgeError, FILE_KEY_BYTES, FileKey};

/// Most bytes of a header and of the payload's nonce behind it: they are of one length but for the digits of the cost.
pub const MAX_HEADER_BYTES: usize = 256;

const VERSION: &str = "age-encryption.org/v1\n";
const STANZA: &str = "-> scrypt ";
const END: &str = "---";
/// What scrypt's salt begins with, so that no other use of the passphrase gives the same key.
const SALT_LABEL: &[u8] = b"age-encryption.org/v1/scrypt";
const SALT_BYTES: usize = 16;
const NONCE_BYTES: usize = 16;
const TAG_BYTES: usize = 16;
/// Cost above which a file is not opened: 256 MiB, which is what the tool itself takes.
const MAX_COST_LOG2: u8 = 18;
/// scrypt's parameters but for the cost; the format fixes them.
const BLOCKS: u32 = 8;
const LANES: u32 = 1;

/// A header that was read, and not opened yet.
pub struct Header {
    salt: [u8; SALT_BYTES],
    cost_log2: u8,
    wrapped: [u8; FILE_KEY_BYTES + TAG_BYTES],
    /// What the MAC is over.
    signed: Vec<u8>,
    mac: [u8; 32],
    nonce: [u8; NONCE_BYTES],
}

/// The lines up to the nonce.
pub(super) fn write(key: &FileKey, passphrase: &str, salt: &[u8; SALT_BYTES], cost_log2: u8) -> Vec<u8> {
    let mut wrapped = [0; FILE_KEY_BYTES + TAG_BYTES];
    if let Some(wrapping) = wrapping_key(passphrase, salt, cost_log2) {
        let (text, tag_at) = wrapped.split_at_mut(FILE_KEY_BYTES);
        text.copy_from_slice(key.expose());
        // Fails for texts of more than 256 GiB only.
        let sealed = cipher(&wrapping).encrypt_inout_detached(&[0; 12].into(), b"", text.into());
        sealed.map(|tag| tag_at.copy_from_slice(&tag)).unwrap_or_default();
    }
    let (salt, body) = (Base64Unpadded::encode_string(salt), Base64Unpadded::encode_string(&wrapped));
    let signed = format!("{VERSION}{STANZA}{salt} {cost_log2}\n{body}\n{END}");
    let mac = mac(key, signed.as_bytes()).finalize().into_bytes();
    format!("{signed} {}\n", Base64Unpadded::encode_string(&mac)).into_bytes()
}

impl Header {
    /// The header that a file begins with, and how many bytes it and the nonce behind it have. `beginning` is the file's first
    /// [`MAX_HEADER_BYTES`], or all of it.
    ///
    /// # Errors
    /// [`AgeError::Foreign`] and [`AgeError::Damaged`].
    pub fn parse(beginning: &[u8]) -> Result<(Self, usize), AgeError> {
        if !beginning.starts_with(VERSION.as_bytes()) {
            return Err(AgeError::Foreign);
        }
        let mut lines = beginning.split_inclusive(|byte| *byte == b'\n').skip(1);
        let stanza = line(lines.next())?.strip_prefix(STANZA).ok_or(AgeError::Foreign)?;
        let (salt, cost) = stanza.split_once(' ').ok_or(AgeError::Damaged)?;
        let body = line(lines.next())?;
        // A further recipient, or lines of a longer body, are what this kind does not have.
        let end =
            line(lines.next())?.strip_prefix(END).and_then(|end| end.strip_prefix(' ')).ok_or(AgeError::Foreign)?;
        let cost_log2 = cost.parse().ok().filter(|log2: &u8| cost == log2.to_string()).ok_or(AgeError::Damaged)?;
        let signed_bytes = VERSION.len() + STANZA.len() + stanza.len() + 1 + body.len() + 1 + END.len();
        let at_nonce = signed_bytes + 1 + end.len() + 1;
        let nonce = beginning.get(at_nonce..at_nonce + NONCE_BYTES).ok_or(AgeError::Damaged)?;
        let header = Self {
            salt: decode(salt)?,
            cost_log2,
            wrapped: decode(body)?,
            signed: beginning[..signed_bytes].to_vec(),
            mac: decode(end)?,
            nonce: nonce.try_into().map_err(|_| AgeError::Damaged)?,
        };
        Ok((header, at_nonce + NONCE_BYTES))
    }

    /// What decrypts the payload. Takes time and memory on purpose: 1 KiB for each unit of the cost, 64 MiB for a file that was
    /// written here.
    ///
    /// # Errors
    /// [`AgeError::WrongPassphrase`], [`AgeError::Damaged`], and [`AgeError::TooCostly`] above 256 MiB and where they are not there.
    pub fn open(&self, passphrase: &str) -> Result<Decrypter, AgeError> {
        let wrapping = wrapping_key(passphrase, &self.salt, self.cost_log2).ok_or(AgeError::TooCostly)?;
        let mut key = FileKey::new([0; FILE_KEY_BYTES]);
        let (text, tag) = self.wrapped.split_at(FILE_KEY_BYTES);
        let tag = <[u8; TAG_BYTES]>::try_from(tag).map_err(|_| AgeError::Damaged)?;
        key.expose_mut().copy_from_slice(text);
        cipher(&wrapping)
            .decrypt_inout_detached(&[0; 12].into(), b"", key.expose_mut().as_mut_slice().into(), &tag.into())
            .map_err(|_| AgeError::WrongPassphrase)?;
        mac(&key, &self.signed).verify_slice(&self.mac).map_err(|_| AgeError::Damaged)?;
        Ok(Decrypter::new(&key, &self.nonce))
    }
}

/// A whole line without its end.
fn line(line: Option<&[u8]>) -> Result<&str, AgeError> {
    let whole = line.and_then(|line| line.strip_suffix(b"\n")).ok_or(AgeError::Damaged)?;
    std::str::from_utf8(whole).map_err(|_| AgeError::Damaged)
}

/// The one spelling of so many bytes.
fn decode<const BYTES: usize>(text: &str) -> Result<[u8; BYTES], AgeError> {
    let mut bytes = [0; BYTES];
    let decoded = Base64Unpadded::decode(text, &mut bytes).map_err(|_| AgeError::Damaged)?;
    if decoded.len() == BYTES { Ok(bytes) } else { Err(AgeError::Damaged) }
}

/// What scrypt makes of a passphrase; `None` where that costs too much.
fn wrapping_key(passphrase: &str, salt: &[u8; SALT_BYTES], cost_log2: u8) -> Option<Sensitive<[u8; 32]>> {
    if cost_log2 == 0 || cost_log2 > MAX_COST_LOG2 {
        return None;
    }
    // scrypt takes its memory without asking whether it is there, and a program without memory ends.
    let memory_bytes = (128 * BLOCKS as usize) << cost_log2;
    Vec::<u8>::new().try_reserve_exact(memory_bytes).ok()?;
    let parameters = scrypt::Params::new(cost_log2, BLOCKS, LANES, 32).ok()?;
    let mut key = Sensitive::new([0; 32]);
    scrypt::scrypt(passphrase.as_bytes(), &[SALT_LABEL, salt].concat(), &parameters, key.expose_mut()).ok()?;
    Some(key)
}

fn cipher(key: &Sensitive<[u8; 32]>) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(key.expose().into())
}

fn mac(key: &FileKey, signed: &[u8]) -> Hmac<Sha256> {
    let derived = derive(key, b"", b"header");
    // HMAC takes keys of any length, so the empty one never stands in.
    let mac = Hmac::<Sha256>::new_from_slice(derived.expose());
    debug_assert!(mac.is_ok());
    let mut mac = mac.unwrap_or_else(|_| Hmac::new(&Default::default()));
    mac.update(signed);
    mac
}

/// HKDF-SHA-256 (RFC 5869).
pub(super) fn derive(key: &FileKey, salt: &[u8], purpose: &[u8]) -> Sensitive<[u8; 32]> {
    let mut derived = Sensitive::new([0; 32]);
    // Fails for more than 255 * 32 bytes only.
    let expanded = Hkdf::<Sha256>::new(Some(salt), key.expose()).expand(purpose, derived.expose_mut());
    debug_assert!(expanded.is_ok());
    derived
}

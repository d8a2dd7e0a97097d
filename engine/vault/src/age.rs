//! Files that a passphrase opens, as the tool `age` writes them: <https://age-encryption.org/v1> (C2SP, `age.md`). Whoever has such a
//! file and its passphrase needs no Conclave to read it: `age --decrypt` does.
//!
//! | part | what |
//! |---|---|
//! | `header` | the file's key, wrapped under a key that scrypt (RFC 7914) makes of the passphrase, and a MAC over it |
//! | `payload` | pieces of 64 KiB under ChaCha20-Poly1305, numbered, the last one marked (the STREAM construction) |
//!
//! Of the format's kinds of recipients this is the one with a passphrase, `scrypt`, which stands alone in a header.

mod header;
mod payload;
#[cfg(test)]
mod tests;

use conclave_ports::{Entropy, EntropyError, Sensitive};
use thiserror::Error;

pub use header::{Header, MAX_HEADER_BYTES};
pub use payload::{Decrypter, Encrypter, PIECE_BYTES};

/// scrypt's cost of what is written here, as a power of two: 64 MiB of memory, and about a quarter of a second in a browser. Guessing a
/// word of a dictionary stays cheap whatever it is; the passphrase has to be good.
const COST_LOG2: u8 = 16;

/// The key of one file, from which those of header and payload are derived.
type FileKey = Sensitive<[u8; FILE_KEY_BYTES]>;

const FILE_KEY_BYTES: usize = 16;

/// Why a file cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AgeError {
    /// It is no such file.
    #[error("it is no file that a passphrase opens")]
    Foreign,
    /// The passphrase is another one.
    #[error("the passphrase is another one")]
    WrongPassphrase,
    /// It was cut short or changed.
    #[error("it was cut short or changed")]
    Damaged,
    /// To open it takes more memory than this program gives: see [`Header::open`].
    #[error("opening it takes more memory than there is")]
    TooCostly,
}

/// Begins a file for `passphrase`: what encrypts its payload, and the bytes that it begins with.
///
/// # Errors
/// [`EntropyError`] where the system has no randomness.
pub fn begin(passphrase: &str, entropy: &dyn Entropy) -> Result<(Encrypter, Vec<u8>), EntropyError> {
    begin_at(passphrase, COST_LOG2, entropy)
}

fn begin_at(passphrase: &str, cost_log2: u8, entropy: &dyn Entropy) -> Result<(Encrypter, Vec<u8>), EntropyError> {
    let mut key = FileKey::new([0; FILE_KEY_BYTES]);
    let (mut salt, mut nonce) = ([0; 16], [0; 16]);
    entropy.fill(key.expose_mut())?;
    entropy.fill(&mut salt)?;
    entropy.fill(&mut nonce)?;
    let mut bytes = header::write(&key, passphrase, &salt, cost_log2);
    bytes.extend(nonce);
    Ok((Encrypter::new(&key, &nonce), bytes))
}

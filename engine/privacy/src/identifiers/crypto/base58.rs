//! Base 58 (Bitcoin's and Ripple's alphabets, Monero's blocks) with its checksums.

use sha2::{Digest, Sha256};

use super::keccak::keccak_256;

const BITCOIN: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const RIPPLE: &[u8; 58] = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";

/// Bytes of a version, a hash of 20 bytes and a checksum; Zcash's version has two.
const CHECKED_MIN: usize = 25;
const CHECKED_MAX: usize = 26;

/// Whether the word is an address of a version byte, a hash and four bytes of double SHA-256.
pub(super) fn is_checked(word: &[u8]) -> bool {
    // First characters in use: Bitcoin 1 3 m n 2, Litecoin L M, Dogecoin D A 9, Dash X 7, Zcash t, Tron T, XRP r.
    let alphabet = match word.first() {
        Some(b'r') => RIPPLE,
        Some(b'1'..=b'3' | b'7' | b'9' | b'A' | b'D' | b'L' | b'M' | b'T' | b'X' | b'm' | b'n' | b't') => BITCOIN,
        _ => return false,
    };
    let mut bytes = [0u8; 32];
    let Some(len) = decode(word, alphabet, &mut bytes) else { return false };
    if !(CHECKED_MIN..=CHECKED_MAX).contains(&len) {
        return false;
    }
    let (body, checksum) = bytes[32 - len..].split_at(len - 4);
    Sha256::digest(Sha256::digest(body)).starts_with(checksum)
}

/// Whether the word is base 58 of 32 bytes, as the public keys of Solana are.
pub(super) fn is_key(word: &[u8]) -> bool {
    let mut bytes = [0u8; 40];
    decode(word, BITCOIN, &mut bytes) == Some(32)
}

/// Whether the word is an address of Monero: blocks of 11 characters for 8 bytes, network byte, keys, four bytes of Keccak-256.
pub(super) fn is_monero(word: &[u8]) -> bool {
    const BLOCK: usize = 11;
    /// 106 characters: nine blocks of 8 bytes and 7 characters of 5.
    const BYTES_MAX: usize = 77;
    if !matches!(word.first(), Some(b'4' | b'8')) {
        return false;
    }
    let (mut bytes, mut len) = ([0u8; BYTES_MAX], 0);
    for block in word.chunks(BLOCK) {
        // Bytes of a block of so many characters.
        let size = match block.len() {
            11 => 8,
            7 => 5,
            _ => return false,
        };
        let mut number = 0u128;
        for byte in block {
            let Some(digit) = BITCOIN.iter().position(|letter| letter == byte) else { return false };
            number = number * 58 + digit as u128;
        }
        if number >> (size * 8) != 0 || len + size > BYTES_MAX {
            return false;
        }
        bytes[len..len + size].copy_from_slice(&number.to_be_bytes()[16 - size..]);
        len += size;
    }
    let (body, checksum) = bytes[..len].split_at(len - 4);
    keccak_256(body).starts_with(checksum)
}

/// Decodes to the end of `out`; the number of bytes, leading zeros included, or `None` where they do not fit.
fn decode(word: &[u8], alphabet: &[u8; 58], out: &mut [u8]) -> Option<usize> {
    let mut used = 0;
    for byte in word {
        let mut carry = alphabet.iter().position(|letter| letter == byte)?;
        for place in out.iter_mut().rev().take(used) {
            carry += usize::from(*place) * 58;
            #[allow(clippy::cast_possible_truncation, reason = "the low byte is meant")]
            {
                *place = carry as u8;
            }
            carry >>= 8;
        }
        if carry > 0 {
            used += 1;
            let place = out.len().checked_sub(used)?;
            #[allow(clippy::cast_possible_truncation, reason = "below 58")]
            {
                out[place] = carry as u8;
            }
        }
    }
    let zeros = word.iter().take_while(|byte| **byte == alphabet[0]).count();
    (used + zeros <= out.len()).then_some(used + zeros)
}

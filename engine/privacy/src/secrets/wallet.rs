//! Private keys of wallets: WIF and extended keys (BIP-32), both base 58 with a check sum.

use conclave_protocol::{Category, Span};
use sha2::{Digest as _, Sha256};

use crate::boundary;
use crate::detector::{Finding, Strength};

/// Characters of a private key in the wallet import format: uncompressed, compressed.
const WIF_LENGTHS: [usize; 2] = [51, 52];
/// Version bytes of private keys: Bitcoin, its test network, Litecoin, Dogecoin, Dash.
const WIF_VERSIONS: [u8; 5] = [0x80, 0xef, 0xb0, 0x9e, 0xcc];
/// Bytes of an extended key with its check sum (BIP-32, serialization format).
const EXTENDED_LEN: usize = 82;
/// Characters of an extended key.
const EXTENDED_CHARS: usize = 111;

/// A WIF key that is the run of letters and digits around `at`.
pub(super) fn around(text: &[u8], at: usize) -> Option<Finding> {
    let before = text[..at].iter().rev().take(53).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let after = text[at..].iter().take(53).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let span = Span::new(at - before, at + after);
    if !WIF_LENGTHS.contains(&span.len()) {
        return None;
    }
    let key = decode::<38>(&text[span.start..span.end])?;
    WIF_VERSIONS.contains(&key[0]).then(|| finding(span, "wif"))
}

/// An extended private key whose `xprv` (or `tprv`, `zprv`) stands at `start`.
pub(super) fn extended(text: &[u8], start: usize, _end: usize, found: &mut Vec<Finding>) {
    let end = start + EXTENDED_CHARS;
    let Some(key) = text.get(start..end) else { return };
    if boundary::starts(text, start) && boundary::ends(text, end) && decode::<EXTENDED_LEN>(key).is_some() {
        found.push(finding(Span::new(start, end), "bip32"));
    }
}

const fn finding(span: Span, name: &'static str) -> Finding {
    Finding::new(span, Category::PrivateKey, Strength::Secret, name)
}

/// Base 58 with a check sum (Bitcoin): at most `N` bytes, of which the last four are the start of a double SHA-256.
fn decode<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut number = [0u8; N];
    for byte in text {
        let mut carry = u32::try_from(ALPHABET.iter().position(|letter| letter == byte)?).ok()?;
        for digit in number.iter_mut().rev() {
            carry += u32::from(*digit) * 58;
            *digit = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return None;
        }
    }
    // An uncompressed key is a byte shorter: the number then begins with a zero that is no part of it.
    let skip = usize::from(number[0] == 0 && N == 38);
    let payload = &number[skip..N - 4];
    let hash = Sha256::digest(Sha256::digest(payload));
    if number[N - 4..] != hash[..4] {
        return None;
    }
    number.rotate_left(skip);
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_references_are_found() {
        // Bitcoin wiki, "Wallet import format", and the compressed form of the same number.
        let wif = "key 5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ.";
        assert_eq!(around(wif.as_bytes(), 30).and_then(|f| f.span.of(wif)), Some(&wif[4..55]));
        let compressed = "KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98617";
        assert!(around(compressed.as_bytes(), 3).is_some());
        // BIP-32, test vector 1.
        let extended_key = "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi";
        let mut found = Vec::new();
        extended(extended_key.as_bytes(), 0, 4, &mut found);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn a_wrong_check_sum_is_no_key() {
        assert!(around(b"5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTK", 9).is_none());
        assert!(around(b"KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98618", 9).is_none());
    }
}

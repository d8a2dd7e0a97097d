//! Addresses of crypto wallets.
//!
//! | chain | form | check |
//! |---|---|---|
//! | Bitcoin, Litecoin, Dogecoin, Dash, Zcash (transparent), Tron | base58check | double SHA-256 |
//! | XRP Ledger | base58check with an alphabet of its own | double SHA-256 |
//! | Bitcoin, Litecoin (segregated witness), Cosmos chains | bech32, bech32m (BIP 173, BIP 350) | BCH code |
//! | Cardano | bech32, longer | BCH code |
//! | Ethereum and its relatives | `0x` and 40 hexadecimal digits | letter case (EIP-55, Keccak-256) where both cases occur |
//! | Monero | 95 or 106 base58 characters in blocks | Keccak-256 |
//! | Solana | base58 of 32 bytes | none: only beside a word that announces it |

mod base58;
mod bech32;
mod keccak;

use conclave_protocol::{Category, Span};

use super::context::Window;
use super::place;
use crate::detector::{Finding, Strength};

/// Shortest and longest address.
pub(super) const LEN_MIN: usize = 25;
pub(super) const LEN_MAX: usize = 110;

/// Words that announce an address.
const CONTEXT: &[&str] = &[
    "wallet",
    "address",
    "sol",
    "solana",
    "phantom",
    "crypto",
    "pubkey",
    "public key",
    "tip jar",
    "donate",
    "eth",
    "ethereum",
    "btc",
    "bitcoin",
];

/// What the word `text[start..end]` of letters and digits is.
pub(super) fn word(text: &[u8], start: usize, end: usize) -> Option<Finding> {
    let word = text.get(start..end)?;
    if !(LEN_MIN..=LEN_MAX).contains(&word.len()) || is_glued(text, start, end) {
        return None;
    }
    let find = |score: f32| {
        Some(
            Finding::new(Span::new(start, end), Category::CryptoAddress, Strength::Checksummed, "crypto").scored(score),
        )
    };
    if word.len() == 42 && matches!(word, [b'0', b'x' | b'X', rest @ ..] if is_ethereum(rest)) {
        return find(0.99);
    }
    if bech32::is_address(word) {
        return find(0.99);
    }
    if word.len() <= 36 && base58::is_checked(word) || matches!(word.len(), 95 | 106) && base58::is_monero(word) {
        return find(0.99);
    }
    let is_mixed = word.iter().any(u8::is_ascii_lowercase) && word.iter().any(u8::is_ascii_uppercase);
    let announced = (43..=44).contains(&word.len())
        && is_mixed
        && base58::is_key(word)
        && (Window::before(text, start).has(CONTEXT) || Window::after(text, end).has(CONTEXT));
    if announced { find(0.8) } else { None }
}

/// Letters of other words beside it: part of an encoded blob.
fn is_glued(text: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).map(|i| text[i]);
    let after = text.get(end).copied();
    let blob = |byte: Option<u8>| matches!(byte, Some(b'_' | b'+' | b'%'));
    blob(before) || blob(after) || after == Some(b'=') || place::is_path(text, start, end)
}

/// Forty hexadecimal digits; where both cases occur, they are EIP-55's. Addresses made of few different digits are constants of programs.
fn is_ethereum(digits: &[u8]) -> bool {
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return false;
    }
    let is_mixed = digits.iter().any(u8::is_ascii_lowercase) && digits.iter().any(u8::is_ascii_uppercase);
    !is_mixed || {
        let mut lower = [0u8; 40];
        lower.iter_mut().zip(digits).for_each(|(lower, digit)| *lower = digit.to_ascii_lowercase());
        let hash = keccak::keccak_256(&lower);
        digits.iter().enumerate().filter(|(_, digit)| digit.is_ascii_alphabetic()).all(|(i, digit)| {
            let nibble = hash[i / 2] >> if i % 2 == 0 { 4 } else { 0 } & 0xf;
            digit.is_ascii_uppercase() == (nibble >= 8)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_found(address: &str) -> bool {
        word(address.as_bytes(), 0, address.len()).is_some()
    }

    /// Published examples: BIP 173, BIP 350, EIP-55, the developers' pages of each chain.
    const ADDRESSES: [&str; 16] = [
        "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
        "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae",
        "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1",
        "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L",
        "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",
        "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8",
        "XdAUmwtig27HBG6WfYyHAzP8n6XC9jESEw",
        "cosmos1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5lzv7xu",
        "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H",
    ];

    #[test]
    fn published_addresses_are_found() {
        for address in ADDRESSES {
            assert!(is_found(address), "{address}");
        }
    }

    #[test]
    fn one_changed_character_is_noticed() {
        for address in ADDRESSES.iter().filter(|address| **address != "0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae") {
            for i in 4..address.len() {
                let mut bad = address.as_bytes().to_vec();
                bad[i] = match bad[i] {
                    b'2' => b'3',
                    byte if byte.is_ascii_digit() => b'2',
                    b'a' => b'c',
                    byte if byte.is_ascii_lowercase() => b'a',
                    b'C' => b'E',
                    _ => b'C',
                };
                let bad = String::from_utf8(bad).unwrap();
                assert!(!is_found(&bad), "{bad}");
            }
        }
    }

    #[test]
    fn hashes_and_blobs_are_not_addresses() {
        for text in [
            "8f953371d3e85eddb89b05ed6b9e680791055315c73e1025ab5dba7bb2aee189",
            "0x8f953371d3e85eddb89b05ed6b9e680791055315c73e1025ab5dba7bb2aee189",
            "d41d8cd98f00b204e9800998ecf8427e",
            "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
        ] {
            assert!(!is_found(text), "{text}");
        }
    }
}

//! Bech32 and bech32m (BIP 173, BIP 350).

const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// What the code leaves for bech32, and for bech32m.
const REMAINDERS: [u32; 2] = [1, 0x2bc8_30a3];

/// Whether the word is an address: a known kind of prefix, `1`, data with a right checksum.
pub(super) fn is_address(word: &[u8]) -> bool {
    let Some(one) = word.iter().rposition(|byte| *byte == b'1').filter(|one| (2..=16).contains(one)) else {
        return false;
    };
    let is_mixed = word.iter().any(u8::is_ascii_lowercase) && word.iter().any(u8::is_ascii_uppercase);
    if is_mixed || word.len() - one < 7 || !word[..one].iter().all(u8::is_ascii_alphabetic) {
        return false;
    }
    let lower = |byte: &u8| byte.to_ascii_lowercase();
    let mut code = 1;
    word[..one].iter().map(lower).for_each(|byte| step(&mut code, u32::from(byte >> 5)));
    step(&mut code, 0);
    word[..one].iter().map(lower).for_each(|byte| step(&mut code, u32::from(byte & 31)));
    for byte in word[one + 1..].iter().map(lower) {
        let Some(value) = ALPHABET.iter().position(|letter| *letter == byte) else { return false };
        step(&mut code, value as u32);
    }
    REMAINDERS.contains(&code)
}

/// One symbol of the BCH code over GF(32).
fn step(code: &mut u32, value: u32) {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let top = *code >> 25;
    *code = (*code & 0x01ff_ffff) << 5 ^ value;
    for (i, generator) in GENERATOR.iter().enumerate() {
        if top >> i & 1 == 1 {
            *code ^= generator;
        }
    }
}

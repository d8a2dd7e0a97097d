//! Numbers of Australia and New Zealand (ATO, ASIC, Services Australia, Inland Revenue, Te Whatu Ora).

use super::{at, is_monotone, last, luhn, number, value, weighted};

/// Australia, tax file number of nine or (older) eight digits: modulo 11.
pub fn au_tfn(b: &[u8]) -> bool {
    let sum =
        if b.len() == 9 { weighted(b, &[1, 4, 3, 7, 5, 8, 6, 9, 10]) } else { weighted(b, &[10, 7, 8, 4, 6, 3, 5, 1]) };
    sum.is_multiple_of(11) && !is_monotone(b)
}

/// Australia, business number: the first digit less one, modulo 89.
pub fn au_abn(b: &[u8]) -> bool {
    let sum = weighted(b, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    b[0] != b'0' && (sum - 10).is_multiple_of(89)
}

/// Australia, company number: weights 8 to 1.
pub fn au_acn(b: &[u8]) -> bool {
    let sum = weighted(b, &[8, 7, 6, 5, 4, 3, 2, 1]);
    (10 - sum % 10) % 10 == last(b) && !is_monotone(b)
}

/// Australia, Medicare card: the ninth digit checks, the tenth is the issue.
pub fn au_medicare(b: &[u8]) -> bool {
    matches!(b[0], b'2'..=b'6') && weighted(b, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == at(b, 8)
}

/// Australia, individual healthcare identifier: 800360, Luhn.
pub fn au_ihi(b: &[u8]) -> bool {
    b.starts_with(b"800360") && luhn(b)
}

/// New Zealand, IRD number (Inland Revenue, validation of IRD numbers): two rounds of weights.
pub fn nz_ird(b: &[u8]) -> bool {
    let digits = &b[..b.len() - 1];
    let eight = |weights: [u32; 8]| {
        let skip = 8 - digits.len();
        (11 - weighted(digits, &weights[skip..]) % 11) % 11
    };
    let first = eight([3, 2, 7, 6, 5, 4, 3, 2]);
    let check = if first == 10 { eight([7, 4, 3, 2, 5, 2, 7, 6]) } else { first };
    (10_000_000..=150_000_000).contains(&number(b)) && check == last(b)
}

/// New Zealand, national health index, old (`ABC1234`, modulo 11) and new (`ABC12DX`, modulo 23): I and O are never used.
pub fn nz_nhi(b: &[u8]) -> bool {
    const ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    let place = |byte: u8| ALPHABET.iter().position(|letter| *letter == byte).map(|place| place as u32 + 1);
    let mut sum = 0;
    for (i, byte) in b[..6].iter().enumerate() {
        let worth = if byte.is_ascii_digit() { Some(value(*byte)) } else { place(*byte) };
        let Some(worth) = worth else { return false };
        sum += worth * (7 - i as u32);
    }
    if b[6].is_ascii_digit() {
        sum % 11 != 0 && (11 - sum % 11) % 10 == last(b)
    } else {
        place(b[6]) == Some(if sum % 23 == 0 { 23 } else { 23 - sum % 23 }) || place(b[6]) == Some(24 - sum % 24)
    }
}

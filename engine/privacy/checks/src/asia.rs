//! Numbers of Asia and Africa: each country's civil registry and tax administration.

use super::date::{is_day, is_day_of_short_year, yymmdd, yyyymmdd};
use super::{at, is_monotone, last, luhn, luhn_sum, number, value, verhoeff, weighted};

/// China, resident identity number (GB 11643-1999): region, birth date, serial, ISO 7064 MOD 11-2.
pub fn cn_resident(b: &[u8]) -> bool {
    let sum = weighted(b, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    let province = number(&b[..2]);
    matches!(province, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83 | 91)
        && yyyymmdd(&b[6..14])
        && b"10X98765432"[(sum % 11) as usize] == b[17]
}

/// China, unified social credit code (GB 32100-2015): modulo 31 over an alphabet without I, O, S, V, Z.
pub fn cn_credit_code(b: &[u8]) -> bool {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let mut sum = 0;
    for (byte, weight) in b.iter().zip(WEIGHTS) {
        let Some(place) = ALPHABET.iter().position(|letter| letter == byte) else { return false };
        sum += place as u32 * weight;
    }
    b[2..8].iter().all(u8::is_ascii_digit)
        && b"159AY".contains(&b[0])
        && ALPHABET[((31 - sum % 31) % 31) as usize] == b[17]
}

/// Hong Kong, identity card: one or two letters, six digits, modulo 11 with a blank (36) in front.
pub fn hk_card(b: &[u8]) -> bool {
    let letters = b.len() - 7;
    let mut sum = if letters == 1 { 36 * 9 } else { 0 };
    for (i, byte) in b[..b.len() - 1].iter().rev().enumerate() {
        sum += value(*byte) * (i as u32 + 2);
    }
    b[letters..b.len() - 1].iter().all(u8::is_ascii_digit) && b"0A987654321"[(sum % 11) as usize] == b[b.len() - 1]
}

/// Taiwan, national identity number: a letter as two digits, weights 1, 9 to 1.
pub fn tw_identity(b: &[u8]) -> bool {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let Some(place) = LETTERS.iter().position(|letter| *letter == b[0]) else { return false };
    let letter = place as u32 + 10;
    let sum = letter / 10 + letter % 10 * 9 + weighted(&b[1..], &[8, 7, 6, 5, 4, 3, 2, 1, 1]);
    matches!(b[1], b'1' | b'2' | b'8' | b'9') && sum.is_multiple_of(10)
}

/// India, Aadhaar (UIDAI): Verhoeff; none begins with 0 or 1, none is a palindrome.
pub fn in_aadhaar(b: &[u8]) -> bool {
    b[0] >= b'2' && verhoeff(b) && !b.iter().eq(b.iter().rev())
}

/// India, PAN (Income Tax Department): the fourth letter is the kind of holder.
pub fn in_pan(b: &[u8]) -> bool {
    b"ABCFGHJLPT".contains(&b[3]) && &b[5..9] != b"0000"
}

/// India, GSTIN: state, PAN, entity, Z, check over base 36.
pub fn in_gstin(b: &[u8]) -> bool {
    let sum: u32 = b[..14]
        .iter()
        .enumerate()
        .map(|(i, byte)| {
            let product = value(*byte) * (1 + i as u32 % 2);
            product / 36 + product % 36
        })
        .sum();
    matches!(number(&b[..2]), 1..=38 | 96..=99) && (36 - sum % 36) % 36 == value(b[14])
}

/// Indonesia, NIK: region, birth date (women's day + 40), serial.
pub fn id_nik(b: &[u8]) -> bool {
    let day = number(&b[6..8]);
    matches!(number(&b[..2]), 11..=19 | 21 | 31..=36 | 51..=53 | 61..=65 | 71..=76 | 81 | 82 | 91..=97)
        && is_day_of_short_year(number(&b[10..12]), number(&b[8..10]), if day > 40 { day - 40 } else { day })
        && &b[12..] != b"0000"
}

/// Iran, national code.
pub fn ir_code(b: &[u8]) -> bool {
    let rest = weighted(b, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    !is_monotone(b) && last(b) == if rest < 2 { rest } else { 11 - rest }
}

/// Japan, My Number (order of the Ministry of Internal Affairs 85/2014): weights 6 to 2 and 7 to 2.
pub fn jp_my_number(b: &[u8]) -> bool {
    let rest = weighted(b, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    !is_monotone(b) && last(b) == if rest < 2 { 0 } else { 11 - rest }
}

/// Japan, corporate number: the first digit checks, modulo 9.
pub fn jp_corporate(b: &[u8]) -> bool {
    let sum: u32 = b[1..].iter().rev().enumerate().map(|(i, digit)| value(*digit) * (1 + i as u32 % 2)).sum();
    9 - sum % 9 == at(b, 0)
}

/// South Korea, resident or foreigner registration number: birth date, century and sex. Numbers given out since October 2020
/// carry no check digit.
pub fn kr_resident(b: &[u8]) -> bool {
    let century = match b[6] {
        b'1' | b'2' | b'5' | b'6' => 1900,
        b'3' | b'4' | b'7' | b'8' => 2000,
        _ => return false,
    };
    is_day(century + number(&b[..2]), number(&b[2..4]), number(&b[4..6]))
}

/// The same with the check digit of the numbers before: weights 2 to 9 and 2 to 5.
pub fn kr_resident_checked(b: &[u8]) -> bool {
    kr_resident(b) && (11 - weighted(b, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10 == last(b)
}

/// South Korea, business registration number.
pub fn kr_business(b: &[u8]) -> bool {
    let sum = weighted(b, &[1, 3, 7, 1, 3, 7, 1, 3, 5]) + at(b, 8) * 5 / 10;
    (10 - sum % 10) % 10 == last(b) && !is_monotone(b)
}

/// South Korea, driving licence: the region is 11 to 28.
pub fn kr_driver(b: &[u8]) -> bool {
    matches!(number(&b[..2]), 11..=28)
}

/// Malaysia, MyKad: birth date and place.
pub fn my_card(b: &[u8]) -> bool {
    yymmdd(b) && !matches!(number(&b[6..8]), 0 | 17..=20 | 69 | 70 | 73 | 80 | 81 | 94..=97)
}

/// Pakistan, CNIC: province 1 to 7.
pub fn pk_cnic(b: &[u8]) -> bool {
    matches!(b[0], b'1'..=b'7') && b[12] != b'0'
}

/// Singapore, NRIC and FIN: weights 2, 7 to 2; the series shifts the letter.
pub fn sg_nric(b: &[u8]) -> bool {
    let sum = weighted(&b[1..], &[2, 7, 6, 5, 4, 3, 2]) as usize;
    let letter = match b[0] {
        b'S' => b"JZIHGFEDCBA"[sum % 11],
        b'T' => b"JZIHGFEDCBA"[(sum + 4) % 11],
        b'F' => b"XWUTRQPNMLK"[sum % 11],
        b'G' => b"XWUTRQPNMLK"[(sum + 4) % 11],
        // Since 2022.
        b'M' => b"KLJNPQRTUWX"[10 - (sum + 3) % 11],
        _ => return false,
    };
    letter == b[8]
}

/// Singapore, unique entity number: businesses (8 digits), companies (year and 5 digits), others (`T08LL0001A`).
pub fn sg_uen(b: &[u8]) -> bool {
    const OTHER: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWX0123456789";
    let letter = b[b.len() - 1];
    match b.len() {
        9 => b"XMKECAWLJDB"[(weighted(b, &[10, 4, 9, 3, 8, 2, 7, 1]) % 11) as usize] == letter,
        _ if b[0].is_ascii_digit() => {
            matches!(number(&b[..4]), 1800..=2100)
                && b"ZKCMDNERGWH"[(weighted(b, &[10, 8, 6, 4, 9, 7, 5, 3, 1]) % 11) as usize] == letter
        }
        _ => {
            let sum: usize = b[..9]
                .iter()
                .zip([4usize, 3, 5, 3, 10, 2, 2, 5, 7])
                .map(|(byte, weight)| OTHER.iter().position(|other| other == byte).unwrap_or(0) * weight)
                .sum();
            b"RST".contains(&b[0]) && OTHER[(sum + 11 - 5) % 11] == letter
        }
    }
}

/// Thailand, identity number: kind 1 to 8, weights 13 to 2.
pub fn th_identity(b: &[u8]) -> bool {
    let sum = weighted(b, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    matches!(b[0], b'1'..=b'8') && b[1] != b'0' && (11 - sum % 11) % 10 == last(b)
}

/// Vietnam, citizen identity: province, century and sex, year.
pub fn vn_citizen(b: &[u8]) -> bool {
    matches!(number(&b[..3]), 1..=96) && b[3] <= b'5'
}

/// Sri Lanka, identity card: year and day of the year (women's + 500), V or X; since 2016 twelve digits.
pub fn lk_card(b: &[u8]) -> bool {
    let (day, tail) = match b.len() {
        10 => (number(&b[2..5]), matches!(b[9], b'V' | b'X')),
        _ => (number(&b[4..7]), matches!(&b[..2], b"19" | b"20")),
    };
    tail && matches!(day, 1..=366 | 501..=866)
}

/// Israel, identity number: Luhn over nine digits.
pub fn il_identity(b: &[u8]) -> bool {
    luhn(b) && !b.starts_with(b"000")
}

/// United Arab Emirates, Emirates ID: 784, year of birth, Luhn.
pub fn ae_identity(b: &[u8]) -> bool {
    matches!(number(&b[3..7]), 1900..=2100) && luhn(b)
}

/// Saudi Arabia, identity of citizens (1) and residents (2): Luhn.
pub fn sa_identity(b: &[u8]) -> bool {
    matches!(b[0], b'1' | b'2') && luhn(b)
}

/// Egypt, national number: century, birth date, governorate.
pub fn eg_identity(b: &[u8]) -> bool {
    matches!(b[0], b'2' | b'3') && yymmdd(&b[1..]) && matches!(number(&b[7..9]), 1..=35 | 88)
}

/// Kuwait, civil identity: century, birth date, modulo 11.
pub fn kw_civil(b: &[u8]) -> bool {
    let rest = weighted(b, &[2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11;
    matches!(b[0], b'1'..=b'3') && yymmdd(&b[1..]) && rest != 0 && 11 - rest == last(b)
}

/// South Africa, identity number (Identification Act 72 of 1986): birth date, citizenship, 8 or 9 in the place that told the
/// "race" before, Luhn.
pub fn za_identity(b: &[u8]) -> bool {
    matches!(b[11], b'8' | b'9') && za_identity_old(b)
}

/// The same of any year.
pub fn za_identity_old(b: &[u8]) -> bool {
    yymmdd(b) && matches!(b[10], b'0'..=b'2') && luhn_sum(b).is_multiple_of(10)
}

/// Nigeria, NIN: Verhoeff.
pub fn ng_nin(b: &[u8]) -> bool {
    verhoeff(b) && !is_monotone(b)
}

/// Mauritius, identity card: initial, birth date.
pub fn mu_card(b: &[u8]) -> bool {
    super::date::ddmmyy(&b[1..])
}

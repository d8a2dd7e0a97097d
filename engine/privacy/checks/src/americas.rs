//! Numbers of the Americas: each country's tax administration and civil registry.

use super::date::{is_day_of_short_year, yymmdd};
use super::{at, is_monotone, last, luhn, number, value, weighted};

/// Argentina, CUIT and CUIL (AFIP): modulo 11.
pub fn ar_cuit(b: &[u8]) -> bool {
    let check = (11 - weighted(b, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
    matches!(&b[..2], b"20" | b"23" | b"24" | b"25" | b"26" | b"27" | b"30" | b"33" | b"34" | b"50" | b"51" | b"55")
        && last(b) == if check == 10 { 9 } else { check }
}

/// Brazil, CPF (Receita Federal): two check digits.
pub fn br_cpf(b: &[u8]) -> bool {
    let check = |len: usize| {
        let sum: u32 = (0..len).map(|i| at(b, i) * (len as u32 + 1 - i as u32)).sum();
        sum * 10 % 11 % 10 == at(b, len)
    };
    !is_monotone(b) && check(9) && check(10)
}

/// Brazil, CNPJ; since 2026 (Instrução Normativa RFB 2.229/2024) its first twelve places may hold letters, worth their ASCII
/// code less 48.
pub fn br_cnpj(b: &[u8]) -> bool {
    let check = |len: usize| {
        let sum: u32 = (0..len).map(|i| u32::from(b[i] - b'0') * ((len - 1 - i) as u32 % 8 + 2)).sum();
        let rest = sum % 11;
        at(b, len) == if rest < 2 { 0 } else { 11 - rest }
    };
    b[12..].iter().all(u8::is_ascii_digit)
        && b.iter().filter(|byte| byte.is_ascii_digit()).count() >= 6
        && !is_monotone(b)
        && check(12)
        && check(13)
}

/// Canada, social insurance number (Service Canada): Luhn; none begins with 0 or 8.
pub fn ca_sin(b: &[u8]) -> bool {
    !matches!(b[0], b'0' | b'8') && luhn(b)
}

/// Canada, business number with its programme account.
pub fn ca_business(b: &[u8]) -> bool {
    luhn(&b[..9])
}

/// Chile, RUT: weights 2 to 7 from the right, K for 10.
pub fn cl_rut(b: &[u8]) -> bool {
    let (body, check) = b.split_at(b.len() - 1);
    let sum: u32 = body.iter().rev().enumerate().map(|(i, digit)| value(*digit) * (2 + i as u32 % 6)).sum();
    body.iter().all(u8::is_ascii_digit) && b"0123456789K0"[(11 - sum % 11) as usize % 11] == check[0]
}

/// Colombia, NIT: prime weights.
pub fn co_nit(b: &[u8]) -> bool {
    const WEIGHTS: [u32; 15] = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71];
    let body = &b[..b.len() - 1];
    let sum: u32 = body.iter().rev().zip(WEIGHTS).map(|(digit, weight)| value(*digit) * weight).sum();
    b"01987654321"[(sum % 11) as usize] == b[b.len() - 1]
}

/// Dominican Republic, cédula: Luhn.
pub fn do_cedula(b: &[u8]) -> bool {
    luhn(b)
}

/// Ecuador, cédula: province, Luhn; RUC of a person: the same with 001.
pub fn ec_cedula(b: &[u8]) -> bool {
    matches!(number(&b[..2]), 1..=24 | 30) && b[2] < b'6' && luhn(&b[..10]) && (b.len() == 10 || &b[10..] == b"001")
}

/// Mexico, CURP (Segob): date of birth, sex, state, check digit over an alphabet with Ñ.
pub fn mx_curp(b: &[u8]) -> bool {
    let sum: u32 = (0..17)
        .map(|i| {
            let place = value(b[i]);
            // Ñ comes after N.
            (if place > 23 { place + 1 } else { place }) * (18 - i as u32)
        })
        .sum();
    yymmdd(&b[4..10])
        && matches!(b[10], b'H' | b'M' | b'X')
        && b[11..16].iter().all(u8::is_ascii_alphabetic)
        && (10 - sum % 10) % 10 == last(b)
}

/// Mexico, RFC of persons (13) and companies (12): the date is real.
pub fn mx_rfc(b: &[u8]) -> bool {
    let name = b.len() - 9;
    yymmdd(&b[name..name + 6])
}

/// Peru, RUC (SUNAT).
pub fn pe_ruc(b: &[u8]) -> bool {
    let check = 11 - weighted(b, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    matches!(&b[..2], b"10" | b"15" | b"16" | b"17" | b"20") && check % 10 == last(b)
}

/// Uruguay, cédula de identidad.
pub fn uy_cedula(b: &[u8]) -> bool {
    let sum = weighted(b, &[2, 9, 8, 7, 6, 3, 4]);
    (10 - sum % 10) % 10 == last(b) && !is_monotone(b)
}

/// Cuba, carné de identidad: birth date.
pub fn cu_card(b: &[u8]) -> bool {
    yymmdd(b)
}

/// United States, social security number (SSA, since 2011): area not 000, 666 or 900 and above, group not 00, serial not 0000;
/// numbers printed in advertisements are void.
pub fn us_ssn(b: &[u8]) -> bool {
    let void = [b"078051120", b"219099999", b"457555462"];
    !matches!(&b[..3], b"000" | b"666")
        && b[0] != b'9'
        && &b[3..5] != b"00"
        && &b[5..] != b"0000"
        && !is_monotone(b)
        && !void.iter().any(|number| b == *number)
}

/// United States, individual taxpayer number (IRS): begins with 9, fourth and fifth digit in the ranges given out.
pub fn us_itin(b: &[u8]) -> bool {
    b[0] == b'9' && matches!(number(&b[3..5]), 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

/// United States, employer number: prefixes of the IRS's campuses.
pub fn us_ein(b: &[u8]) -> bool {
    !matches!(number(&b[..2]), 0 | 7..=9 | 17..=19 | 28 | 29 | 49 | 69 | 70 | 78 | 79 | 89 | 96 | 97)
}

/// United States, routing number (ABA, policy and key to routing numbers): weights 3, 7, 1.
pub fn us_routing(b: &[u8]) -> bool {
    matches!(number(&b[..2]), 0..=12 | 21..=32 | 61..=72 | 80)
        && weighted(b, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
        && !is_monotone(b)
}

/// United States, national provider identifier (CMS): Luhn with the prefix 80840, which adds 24.
pub fn us_npi(b: &[u8]) -> bool {
    matches!(b[0], b'1' | b'2') && (super::luhn_sum(b) + 24).is_multiple_of(10) && !is_monotone(&b[..9])
}

/// United States, registration of the Drug Enforcement Administration.
pub fn us_dea(b: &[u8]) -> bool {
    let sum = at(b, 2) + at(b, 4) + at(b, 6) + 2 * (at(b, 3) + at(b, 5) + at(b, 7));
    b"ABCDEFGHJKLMPRSTUX".contains(&b[0])
        && (b[1].is_ascii_alphabetic() || b[1] == b'9')
        && b[2..].iter().all(u8::is_ascii_digit)
        && sum % 10 == last(b)
        && b[2..] != *b"0000000"
}

/// United States, Medicare beneficiary identifier (CMS, MBI format): places 2, 5, 8, 9 are letters, 3 and 6 either; S, L, O, I, B, Z are never used.
pub fn us_mbi(b: &[u8]) -> bool {
    let letter = |i: usize| b"ACDEFGHJKMNPQRTUVWXY".contains(&b[i]);
    let digit = |i: usize| b[i].is_ascii_digit();
    matches!(b[0], b'1'..=b'9')
        && [1, 4, 7, 8].into_iter().all(letter)
        && [3, 6, 9, 10].into_iter().all(digit)
        && [2, 5].into_iter().all(|i| letter(i) || digit(i))
}

/// Cuba's neighbours aside, the date inside a Salvadoran NIT: `DDMMYY` in the second group.
pub fn sv_nit(b: &[u8]) -> bool {
    is_day_of_short_year(number(&b[8..10]), number(&b[6..8]), number(&b[4..6])) || number(&b[..4]) > 0
}

//! VAT numbers of the European Union and its neighbours (European Commission, VIES, "VAT identification number structure and
//! check digit algorithms"), and register numbers of companies. A function takes the number with or without its prefix.

use super::europe::{cz_rc, es_cif, es_dni, es_nie, gr_afm, ie_pps, lu_rest, nl_bsn, pl_nip, pt_nif, si_tax};
use super::{at, cross_sum, is_monotone, last, luhn, mod_11_10, mod_97, number, value, weighted};

/// What follows the letters of the country.
fn body(b: &[u8]) -> &[u8] {
    if b.len() > 2 && b[0].is_ascii_alphabetic() && b[1].is_ascii_alphabetic() { &b[2..] } else { b }
}

/// Austria, UID: weights 1 and 2, cross sums; 96 less the sum, modulo 10.
pub fn austria(b: &[u8]) -> bool {
    let digits = &b[b.len() - 8..];
    let sum: u32 = (0..7).map(|i| cross_sum(at(digits, i) * (1 + i as u32 % 2))).sum();
    (96 - sum) % 10 == last(digits)
}

/// Belgium, enterprise number: 97 less the remainder modulo 97.
pub fn belgium(b: &[u8]) -> bool {
    let b = body(b);
    // Until 2005 without the 0 in front.
    let (body, check) = b.split_at(b.len() - 2);
    (b.len() == 9 || matches!(b[0], b'0' | b'1')) && 97 - number(body) % 97 == number(check)
}

/// Nine digits of a company, or ten: a person's EGN, a foreigner's number, or another.
pub fn bulgaria(b: &[u8]) -> bool {
    let b = body(b);
    match b.len() {
        9 => {
            let first = weighted(b, &[1, 2, 3, 4, 5, 6, 7, 8]) % 11;
            let check = if first == 10 { weighted(b, &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10 } else { first };
            check == last(b) && !is_monotone(b)
        }
        _ => {
            let other = (11 - weighted(b, &[4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
            super::europe::bg_egn(b)
                || weighted(b, &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 == last(b)
                || other == last(b)
        }
    }
}

/// Cyprus: digits in odd places are replaced, in even places counted; a letter for the sum modulo 26.
pub fn cyprus(b: &[u8]) -> bool {
    let b = body(b);
    const ODD: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let sum: u32 = (0..8).map(|i| if i % 2 == 0 { ODD[at(b, i) as usize % 10] } else { at(b, i) }).sum();
    !b.starts_with(b"12") && sum % 26 + 10 == value(b[8])
}

/// Czechia: eight digits of a company, weights 8 to 2, modulo 11; else a person's rodné číslo.
pub fn czechia(b: &[u8]) -> bool {
    let b = body(b);
    match b.len() {
        8 => {
            let check = (11 - weighted(b, &[8, 7, 6, 5, 4, 3, 2]) % 11) % 10;
            b[0] != b'9' && check == last(b)
        }
        _ => cz_rc(b),
    }
}

/// Germany, USt-IdNr.: ISO 7064 MOD 11,10.
pub fn germany(b: &[u8]) -> bool {
    let b = body(b);
    b[0] != b'0' && mod_11_10(b)
}

/// Denmark: a CVR number.
pub fn denmark(b: &[u8]) -> bool {
    super::nordic::dk_cvr(body(b))
}

/// Estonia, KMKR: weights 3, 7, 1; a multiple of 10.
pub fn estonia(b: &[u8]) -> bool {
    let b = body(b);
    weighted(b, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10) && !is_monotone(b)
}

/// Greece: an AFM.
pub fn greece(b: &[u8]) -> bool {
    gr_afm(body(b))
}

/// Spain: a DNI, an NIE or a CIF.
pub fn spain(b: &[u8]) -> bool {
    let b = body(b);
    if b[0].is_ascii_digit() { es_dni(b) } else { es_nie(b) || es_cif(b) }
}

/// Finland, Y-tunnus: weights 7, 9, 10, 5, 8, 4, 2; a multiple of 11.
pub fn finland(b: &[u8]) -> bool {
    let b = body(b);
    weighted(b, &[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11) && !is_monotone(b)
}

/// France: two characters and a SIREN; digits are (12 + 3 x SIREN mod 97) mod 97, letters are not checked.
pub fn france(b: &[u8]) -> bool {
    let b = body(b);
    let siren = &b[2..];
    if b[..2].iter().all(u8::is_ascii_digit) {
        (12 + 3 * (number(siren) % 97)) % 97 == number(&b[..2]) && !is_monotone(siren)
    } else {
        luhn(siren)
    }
}

/// United Kingdom: weights 8 to 2 and the last two digits; a multiple of 97, since 2010 also with 55 added.
pub fn united_kingdom(b: &[u8]) -> bool {
    let b = body(b);
    let sum = weighted(b, &[8, 7, 6, 5, 4, 3, 2]) + number(&b[7..9]) as u32;
    !b.starts_with(b"0000000") && (matches!(sum % 97, 0 | 42 | 55))
}

/// Croatia, OIB: ISO 7064 MOD 11,10.
pub fn croatia(b: &[u8]) -> bool {
    mod_11_10(body(b))
}

/// Hungary, adószám: weights 9, 7, 3, 1; a multiple of 10.
pub fn hungary(b: &[u8]) -> bool {
    let b = body(b);
    weighted(b, &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10) && !is_monotone(b)
}

/// Ireland: a number like a PPS number, or the old form with a letter in the second place.
pub fn ireland(b: &[u8]) -> bool {
    let b = body(b);
    if b[1].is_ascii_digit() {
        return ie_pps(b);
    }
    // The old form: a digit, a letter, five digits, the check letter.
    let mut turned = [b'0'; 8];
    turned[1..6].copy_from_slice(&b[2..7]);
    turned[6] = b[0];
    turned[7] = b[7];
    ie_pps(&turned)
}

/// Partita IVA: Luhn, with the office in places 8 to 10.
pub fn italy(b: &[u8]) -> bool {
    let b = body(b);
    matches!(number(&b[7..10]), 1..=100 | 120 | 121 | 888 | 999) && luhn(b) && &b[..7] != b"0000000"
}

/// Lithuania: a 1 before the check digit; weights 1 to 9 over and over, or from 3 on where the remainder modulo 11 is 10.
pub fn lithuania(b: &[u8]) -> bool {
    let b = body(b);
    let body = &b[..b.len() - 1];
    let round = |start: usize| -> u32 {
        body.iter().enumerate().map(|(i, digit)| value(*digit) * ((i + start - 1) as u32 % 9 + 1)).sum::<u32>() % 11
    };
    let first = round(1);
    b[b.len() - 2] == b'1' && last(b) == if first == 10 { round(3) % 10 } else { first }
}

/// Luxembourg: the first six digits modulo 89.
pub fn luxembourg(b: &[u8]) -> bool {
    lu_rest(body(b))
}

/// Latvia: a company's weighted sum leaves 3 modulo 11; else a person's number.
pub fn latvia(b: &[u8]) -> bool {
    let b = body(b);
    if b[0] > b'3' { weighted(b, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3 } else { super::nordic::lv_check(b) }
}

/// Malta: 37 less the weighted sum modulo 37.
pub fn malta(b: &[u8]) -> bool {
    let b = body(b);
    u64::from(37 - weighted(b, &[3, 4, 6, 7, 8, 9]) % 37) == number(&b[6..])
}

/// Netherlands: since 2020 MOD 97-10 over the whole number with its prefix; before, a BSN or RSIN in front of B and two digits.
pub fn netherlands(b: &[u8]) -> bool {
    let digits = &b[b.len() - 12..];
    nl_bsn(&digits[..9]) || mod_97(b"NL".iter().chain(digits).copied()) == 1
}

/// Poland: a NIP.
pub fn poland(b: &[u8]) -> bool {
    pl_nip(body(b))
}

/// Portugal: an NIF.
pub fn portugal(b: &[u8]) -> bool {
    pt_nif(body(b))
}

/// CUI: weights from the right, times 10, modulo 11.
pub fn romania(b: &[u8]) -> bool {
    let b = body(b);
    let (check, digits) = (last(b), &b[..b.len() - 1]);
    let sum: u32 =
        digits.iter().rev().zip([2, 3, 5, 7, 1, 2, 3, 5, 7]).map(|(digit, weight)| value(*digit) * weight).sum();
    b[0] != b'0' && b.len() >= 4 && sum * 10 % 11 % 10 == check
}

/// An organisation number or personal number, and 01 to 94.
pub fn sweden(b: &[u8]) -> bool {
    let b = body(b);
    luhn(&b[..10]) && matches!(number(&b[10..]), 1..=94)
}

/// Slovenia: a davčna številka.
pub fn slovenia(b: &[u8]) -> bool {
    si_tax(body(b))
}

/// Slovakia, IČ DPH: a multiple of 11; or a person's rodné číslo.
pub fn slovakia(b: &[u8]) -> bool {
    let b = body(b);
    b[0] != b'0' && matches!(b[2], b'2'..=b'4' | b'7'..=b'9') && number(b).is_multiple_of(11) || cz_rc(b)
}

/// Switzerland, UID (eCH-0097): weights 5 4 3 2 7 6 5 4, modulo 11.
pub fn switzerland(b: &[u8]) -> bool {
    let b = b.strip_prefix(b"CHE").unwrap_or(b);
    (11 - weighted(b, &[5, 4, 3, 2, 7, 6, 5, 4]) % 11) % 11 == at(b, 8)
}

/// Norway: an organisation number, which `MVA` may follow.
pub fn norway(b: &[u8]) -> bool {
    super::nordic::no_company(&body(b)[..9])
}

/// Australia: an ABN.
pub fn australia(b: &[u8]) -> bool {
    super::oceania::au_abn(body(b))
}

/// Serbia, PIB: ISO 7064 MOD 11,10.
pub fn serbia(b: &[u8]) -> bool {
    let b = body(b);
    b[0] != b'0' && mod_11_10(b)
}

/// France, SIREN (9) and SIRET (14): Luhn; the post office's branches add up to a multiple of 5 instead.
pub fn siren(b: &[u8]) -> bool {
    let post = b.starts_with(b"356000000") && b.iter().map(|digit| value(*digit)).sum::<u32>().is_multiple_of(5);
    (luhn(&b[..9]) && (b.len() == 9 || luhn(b))) || b.len() == 14 && post
}

/// ISO 17442, legal entity identifier: MOD 97-10.
pub fn lei(b: &[u8]) -> bool {
    mod_97(b.iter().copied()) == 1 && b[18..].iter().all(u8::is_ascii_digit) && b.iter().any(u8::is_ascii_alphabetic)
}

/// Czechia and Slovakia, IČO: weights 8 to 2, modulo 11.
pub fn cz_ico(b: &[u8]) -> bool {
    (11 - weighted(b, &[8, 7, 6, 5, 4, 3, 2]) % 11) % 10 == last(b) && !is_monotone(b)
}

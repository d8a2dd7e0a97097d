//! Personal numbers of Europe, beside the Nordic and Baltic ones. The algorithms are those of the issuing authorities, as
//! collected in the OECD's TIN notes ("Tax Identification Numbers", one per jurisdiction) and the European Commission's
//! TIN portal; where there is a law, it is named.

use super::date::{ddmmyy, is_day, is_day_of_short_year, yymmdd};
use super::{at, cross_sum, is_monotone, last, luhn_sum, mod_11_10, number, value, weighted};

/// Austria, Sozialversicherungsnummer: serial, check digit, date of birth (its month may be 13 or more).
pub fn at_svnr(b: &[u8]) -> bool {
    let date = is_day_of_short_year(number(&b[8..]), number(&b[6..8]).min(12), number(&b[4..6]));
    b[0] != b'0' && date && weighted(b, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == at(b, 3)
}

/// Austria, Steuernummer (BMF, Prüfziffernberechnung): Luhn with the office in front.
pub fn at_tax(b: &[u8]) -> bool {
    luhn_sum(b).is_multiple_of(10) && !is_monotone(b)
}

/// Belgium, numéro national (arrêté royal, 3 April 1984): birth date, serial, 97 less the remainder; from 2000 on with a 2 in
/// front. Unknown days and months are 0; bis numbers add 20 or 40 to the month.
pub fn be_national(b: &[u8]) -> bool {
    // Years of which nobody alive was born before 2000, and some are after.
    const RECENT: u64 = 40;
    let (body, check) = (number(&b[..9]), number(&b[9..]));
    let date = number(&b[2..4]) % 20 <= 12 && number(&b[2..4]) < 60 && number(&b[4..6]) <= 31;
    let is_recent = number(&b[..2]) < RECENT;
    date && body > 0 && (97 - body % 97 == check || is_recent && 97 - (2_000_000_000 + body) % 97 == check)
}

/// Bulgaria, EGN (law on civil registration): month + 20 before 1900, + 40 from 2000 on.
pub fn bg_egn(b: &[u8]) -> bool {
    let (century, month) = match number(&b[2..4]) {
        month @ 21..=32 => (1800, month - 20),
        month @ 41..=52 => (2000, month - 40),
        month => (1900, month),
    };
    is_day(century + number(&b[..2]), month, number(&b[4..6]))
        && weighted(b, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == at(b, 9)
}

/// Switzerland, AHV number: 756 and an EAN-13 check digit.
pub fn ch_ahv(b: &[u8]) -> bool {
    b.starts_with(b"756") && super::gs1(b)
}

/// Czechia and Slovakia, rodné číslo (zákon 133/2000 Sb.): women's months + 50, overflow + 20; nine digits until 1953, ten with
/// a multiple of 11 since.
pub fn cz_rc(b: &[u8]) -> bool {
    let (year, month) = (number(&b[..2]), number(&b[2..4]));
    let overflow = matches!(month, 21..=32 | 71..=82);
    let date = is_day(if b.len() == 9 || year >= 54 { 1900 } else { 2000 } + year, month % 50 % 20, number(&b[4..6]))
        && matches!(month, 1..=12 | 21..=32 | 51..=62 | 71..=82);
    let body = number(&b[..9]);
    match b.len() {
        9 => date && !overflow && year <= 53 && &b[6..] != b"000",
        _ => date && (!overflow || year < 54) && (number(b).is_multiple_of(11) || body % 11 == 10 && b[9] == b'0'),
    }
}

/// Germany, Steueridentifikationsnummer (§ 139b AO): ISO 7064 MOD 11,10; at most one digit of the first ten occurs again, at
/// most three times.
pub fn de_tax_id(b: &[u8]) -> bool {
    let mut times = [0u8; 10];
    b[..10].iter().for_each(|digit| times[value(*digit) as usize % 10] += 1);
    b[0] != b'0'
        && times.iter().filter(|times| **times > 1).count() <= 1
        && times.iter().all(|times| *times <= 3)
        && mod_11_10(b)
}

/// Germany, Steuernummer in the 13 digits of ELSTER: the office's state in front, a 0 in the fifth place; or a state's number
/// in front.
pub fn de_tax_number(b: &[u8]) -> bool {
    let office = matches!(number(&b[..2]), 10 | 11 | 21..=24 | 26..=28 | 30..=32 | 40 | 41 | 51..=53 | 55);
    office && b[4] == b'0' || matches!(number(&b[..2]), 1..=16)
}

/// Germany, serial number of an identity card or passport: ICAO's weights; letters without vowels, B, D, Q, S.
pub fn de_document(b: &[u8]) -> bool {
    de_serial(b) && super::icao(&b[..9]) == at(b, 9)
}

/// The same with no letter but the first.
pub fn de_document_digits(b: &[u8]) -> bool {
    b"CFGHJKLMNPRTVWXYZ".contains(&b[0]) && super::icao(&b[..9]) == at(b, 9)
}

/// The same without its check digit.
pub fn de_serial(b: &[u8]) -> bool {
    b[0].is_ascii_alphabetic()
        && b[..9].iter().all(|byte| byte.is_ascii_digit() || b"CFGHJKLMNPRTVWXYZ".contains(byte))
        && b[1..9].iter().filter(|byte| byte.is_ascii_digit()).count() >= 2
        && b[1..9].iter().any(u8::is_ascii_alphabetic)
}

/// Germany, Rentenversicherungsnummer (VKVV § 2): area, birth date, letter, serial, check digit.
pub fn de_pension(b: &[u8]) -> bool {
    let letter = value(b[8]).saturating_sub(9);
    let mut digits = [0u32; 12];
    b[..8].iter().enumerate().for_each(|(i, digit)| digits[i] = value(*digit));
    (digits[8], digits[9], digits[10], digits[11]) = (letter / 10, letter % 10, at(b, 9), at(b, 10));
    let sum: u32 = digits.iter().zip([2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]).map(|(d, w)| cross_sum(d * w)).sum();
    let day = number(&b[2..4]);
    is_day_of_short_year(number(&b[6..8]), number(&b[4..6]), if day > 50 { day - 50 } else { day })
        && sum % 10 == last(b)
}

/// Germany, Krankenversichertennummer (§ 290 SGB V): a letter as two digits, weights 1 and 2.
pub fn de_health(b: &[u8]) -> bool {
    let letter = value(b[0]).saturating_sub(9);
    let sum: u32 = [letter / 10, letter % 10]
        .into_iter()
        .chain(b[1..9].iter().map(|digit| value(*digit)))
        .enumerate()
        .map(|(i, digit)| cross_sum(digit * (1 + i as u32 % 2)))
        .sum();
    sum % 10 == last(b)
}

/// Spain: the letter of a DNI is its number modulo 23 (Real Decreto 1553/2005).
pub fn es_dni(b: &[u8]) -> bool {
    es_letter(number(&b[..8])) == b[8]
}

/// Spain, NIE: X, Y, Z stand for 0, 1, 2.
pub fn es_nie(b: &[u8]) -> bool {
    matches!(b[0], b'X'..=b'Z') && es_letter(u64::from(b[0] - b'X') * 10_000_000 + number(&b[1..8])) == b[8]
}

fn es_letter(number: u64) -> u8 {
    b"TRWAGMYFPDXBNJZSQVHLCKE"[(number % 23) as usize]
}

/// Spain, CIF of companies, and K, L, M of persons without DNI: Luhn's sum as a digit, or as a letter (A = 1, J = 0).
pub fn es_cif(b: &[u8]) -> bool {
    let sum: u32 = b[1..8].iter().enumerate().map(|(i, digit)| cross_sum(value(*digit) * (2 - i as u32 % 2))).sum();
    let check = (10 - sum % 10) % 10;
    let digit = last(b) == check && !b"KNPQSW".contains(&b[0]);
    let letter = b[8] == b"JABCDEFGHI"[check as usize] && !b"ABEH".contains(&b[0]);
    b"ABCDEFGHJKLMNPQRSUVW".contains(&b[0]) && (digit || letter)
}

/// France, numéro d'inscription au répertoire: 97 less the remainder; Corsica's 2A and 2B count 19 and 18.
pub fn fr_nir(b: &[u8]) -> bool {
    let mut digits = [b'0'; 13];
    digits.copy_from_slice(&b[..13]);
    match &b[5..7] {
        b"2A" => digits[5..7].copy_from_slice(b"19"),
        b"2B" => digits[5..7].copy_from_slice(b"18"),
        _ => {}
    }
    let month = number(&b[3..5]);
    matches!(b[0], b'1'..=b'4' | b'7' | b'8')
        && (matches!(month, 1..=12 | 20..=42) || month >= 50)
        && digits.iter().all(u8::is_ascii_digit)
        && b[13..].iter().all(u8::is_ascii_digit)
        && 97 - number(&digits) % 97 == number(&b[13..])
}

/// France, numéro fiscal (SPI): the first ten digits modulo 511.
pub fn fr_spi(b: &[u8]) -> bool {
    b[0] <= b'3' && number(&b[..10]) % 511 == number(&b[10..]) && !is_monotone(b)
}

/// United Kingdom, National Insurance number (HMRC, NIM39110): letters that are never given out.
pub fn gb_nino(b: &[u8]) -> bool {
    let never = [b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"];
    !b"DFIQUV".contains(&b[0])
        && !b"DFIOQUV".contains(&b[1])
        && !never.iter().any(|prefix| b.starts_with(*prefix))
        && matches!(b[8], b'A'..=b'D')
}

/// United Kingdom, NHS number (NHS Data Dictionary): weights 10 to 2, 11 less the remainder.
pub fn gb_nhs(b: &[u8]) -> bool {
    let check = 11 - weighted(b, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    check % 11 == last(b) && check != 10 && !is_monotone(b)
}

/// United Kingdom, Unique Taxpayer Reference (HMRC): the first digit checks the others.
pub fn gb_utr(b: &[u8]) -> bool {
    b"21987654321"[(weighted(&b[1..], &[6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11) as usize] == b[0]
}

/// United Kingdom, driving licence number (DVLA): five letters of the name filled up with 9, decade, month (+ 50 for women),
/// day, year, initials.
pub fn gb_driver(b: &[u8]) -> bool {
    let name = &b[..5];
    let filled = name.iter().position(|byte| *byte == b'9').unwrap_or(5);
    let month = number(&b[6..8]);
    filled > 0
        && name[..filled].iter().all(u8::is_ascii_alphabetic)
        && name[filled..].iter().all(|byte| *byte == b'9')
        && is_day_of_short_year(number(&[b[5], b[10]]), if month > 50 { month - 50 } else { month }, number(&b[8..10]))
        && (b[11].is_ascii_alphabetic() || b[11] == b'9')
        && (b[12].is_ascii_alphabetic() || b[12] == b'9')
}

/// Greece, AFM: powers of two, modulo 11.
pub fn gr_afm(b: &[u8]) -> bool {
    weighted(b, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == last(b) && !is_monotone(b)
}

/// Greece, AMKA: birth date, Luhn.
pub fn gr_amka(b: &[u8]) -> bool {
    ddmmyy(b) && super::luhn(b)
}

/// Hungary, adóazonosító jel: 8, days since 1867, serial; places as weights.
pub fn hu_tax(b: &[u8]) -> bool {
    b[0] == b'8' && weighted(b, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 == last(b)
}

/// Hungary, TAJ: weights 3 and 7.
pub fn hu_taj(b: &[u8]) -> bool {
    weighted(b, &[3, 7, 3, 7, 3, 7, 3, 7]) % 10 == last(b) && !is_monotone(b)
}

/// Hungary, személyi azonosító: places as weights, counted from the other end since 1997.
pub fn hu_personal(b: &[u8]) -> bool {
    let old = weighted(b, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) % 11;
    let new = weighted(b, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11;
    matches!(b[0], b'1'..=b'8') && yymmdd(&b[1..]) && (old == last(b) || new == last(b))
}

/// Ireland, PPS number: modulo 23; a second letter weighs 9.
pub fn ie_pps(b: &[u8]) -> bool {
    let second = b.get(8).map_or(0, |letter| if *letter == b'W' { 0 } else { value(*letter) - 9 });
    let sum = weighted(b, &[8, 7, 6, 5, 4, 3, 2]) + 9 * second;
    b"WABCDEFGHIJKLMNOPQRSTUV"[(sum % 23) as usize] == b[7]
}

/// Italy, codice fiscale (DM 23 December 1976): letters may stand for digits; the last letter checks.
pub fn it_fiscal(b: &[u8]) -> bool {
    const ODD: [u32; 36] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16,
        10, 22, 25, 24, 23,
    ];
    let digit = |byte: u8| match b"LMNPQRSTUV".iter().position(|letter| *letter == byte) {
        Some(digit) => Some(digit as u64),
        None => byte.is_ascii_digit().then(|| u64::from(value(byte))),
    };
    let two = |i: usize| Some(digit(b[i])? * 10 + digit(b[i + 1])?);
    let Some(month) = b"ABCDEHLMPRST".iter().position(|letter| *letter == b[8]) else { return false };
    let (Some(year), Some(day), Some(_), Some(_)) = (two(6), two(9), two(12), digit(b[14])) else { return false };
    let real = is_day_of_short_year(year, month as u64 + 1, if day > 40 { day - 40 } else { day });
    let sum: u32 = b[..15]
        .iter()
        .enumerate()
        .map(|(i, byte)| match (i % 2, value(*byte)) {
            (0, value) => ODD[value as usize],
            (_, letter @ 10..) => letter - 10,
            (_, digit) => digit,
        })
        .sum();
    real && sum % 26 + 10 == value(b[15])
}

/// Malta, identity card: the letter names the register.
pub fn mt_card(b: &[u8]) -> bool {
    let (serial, letter) = b.split_at(b.len() - 1);
    b"MGAPLHBZ".contains(&letter[0])
        && number(serial) > 0
        && (serial.len() < 7 || serial[4..] != *b"000" || serial[0] != b'0')
}

/// Netherlands, burgerservicenummer ("elfproef", the last digit negative).
pub fn nl_bsn(b: &[u8]) -> bool {
    let sum = weighted(b, &[9, 8, 7, 6, 5, 4, 3, 2]) + 10 * last(b);
    sum.is_multiple_of(11) && !is_monotone(b) && !b.starts_with(b"000")
}

/// Poland, PESEL (ustawa o ewidencji ludności): the month carries the century; weights 1, 3, 7, 9.
pub fn pl_pesel(b: &[u8]) -> bool {
    let century = [1900, 2000, 2100, 2200, 1800][(number(&b[2..4]) / 20) as usize % 5];
    is_day(century + number(&b[..2]), number(&b[2..4]) % 20, number(&b[4..6]))
        && weighted(b, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

/// Poland, NIP.
pub fn pl_nip(b: &[u8]) -> bool {
    weighted(b, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == last(b) && !is_monotone(b)
}

/// Poland, REGON of 9 or 14 digits.
pub fn pl_regon(b: &[u8]) -> bool {
    let short = weighted(b, &[8, 9, 2, 3, 4, 5, 6, 7]) % 11 % 10 == at(b, 8);
    short
        && !is_monotone(b)
        && (b.len() == 9 || weighted(b, &[2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8]) % 11 % 10 == last(b))
}

/// Poland, identity card: weights 7, 3, 1; the digit after the letters checks.
pub fn pl_card(b: &[u8]) -> bool {
    (weighted(b, &[7, 3, 1, 0, 7, 3, 1, 7, 3]) % 10) == at(b, 3)
}

/// Portugal, NIF: weights 9 to 2.
pub fn pt_nif(b: &[u8]) -> bool {
    let rest = weighted(b, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    let kind = matches!(b[0], b'1'..=b'3' | b'5'..=b'9') || b.starts_with(b"45");
    kind && !is_monotone(b) && last(b) == if rest < 2 { 0 } else { 11 - rest }
}

/// Portugal, cartão de cidadão: letters count 10 to 35, every second value doubled, modulo 10.
pub fn pt_card(b: &[u8]) -> bool {
    let sum: u32 = b
        .iter()
        .rev()
        .enumerate()
        .map(|(i, byte)| match value(*byte) * (1 + i as u32 % 2) {
            doubled @ 10.. if i % 2 == 1 => doubled - 9,
            plain => plain,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Romania, CNP: sex and century, birth date, county, serial.
pub fn ro_cnp(b: &[u8]) -> bool {
    let rest = weighted(b, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    let county = number(&b[7..9]);
    b[0] != b'0'
        && yymmdd(&b[1..])
        && matches!(county, 1..=52 | 70..=80)
        && last(b) == if rest == 10 { 1 } else { rest }
}

/// JMBG and EMŠO of Yugoslavia's successor states: birth date, region, serial.
pub fn jmbg(b: &[u8]) -> bool {
    let year = number(&b[4..7]);
    let year = if year < 800 { 2000 + year } else { 1000 + year };
    let rest = weighted(b, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    year <= 2100
        && is_day(year, number(&b[2..4]), number(&b[..2]))
        && last(b) == if rest < 2 { 0 } else { 11 - rest }
        && rest != 1
}

/// Slovenia, davčna številka: weights 8 to 2.
pub fn si_tax(b: &[u8]) -> bool {
    let check = 11 - weighted(b, &[8, 7, 6, 5, 4, 3, 2]) % 11;
    b[0] != b'0' && check != 11 && check % 10 == last(b)
}

/// Russia, INN of 10 (company) or 12 digits (person).
pub fn ru_inn(b: &[u8]) -> bool {
    const WEIGHTS: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    let check = |from: usize, len: usize| weighted(&b[..len], &WEIGHTS[from..]) % 11 % 10 == at(b, len);
    !b.starts_with(b"00") && if b.len() == 10 { check(2, 9) } else { check(1, 10) && check(0, 11) }
}

/// Russia, SNILS: weights 9 to 1, modulo 101.
pub fn ru_snils(b: &[u8]) -> bool {
    let rest = weighted(b, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100;
    number(&b[..9]) > 1_001_998 && u64::from(rest) == number(&b[9..])
}

/// Russia, OGRN of 13 digits, OGRNIP of 15.
pub fn ru_ogrn(b: &[u8]) -> bool {
    let (body, modulus) = (number(&b[..b.len() - 1]), b.len() as u64 - 2);
    matches!(b[0], b'1' | b'2' | b'3' | b'5') && body % modulus % 10 == u64::from(last(b))
}

/// Ukraine, РНОКПП: days since 1900, serial.
pub fn ua_tax(b: &[u8]) -> bool {
    let sum = weighted(&b[1..], &[5, 7, 9, 4, 6, 10, 5, 7]) + 11 - at(b, 0);
    sum % 11 % 10 == last(b) && number(&b[..5]) < 50_000 && !is_monotone(b)
}

/// Moldova, IDNP and IDNO (government decision 333/2023): what it is of, the last three digits of the year that gave it out,
/// weights 7, 3, 1.
pub fn md_idnp(b: &[u8]) -> bool {
    matches!(b[0], b'0'..=b'2') && matches!(number(&b[1..4]), 990..=999 | 0..=99) && super::icao(&b[..12]) == last(b)
}

/// Luxembourg, VAT number: the first six digits modulo 89.
pub fn lu_rest(b: &[u8]) -> bool {
    number(&b[..6]) % 89 == number(&b[6..]) && number(b) > 0
}

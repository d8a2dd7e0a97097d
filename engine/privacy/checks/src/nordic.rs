//! Personal numbers of the Nordic and Baltic countries, of their population registers' own specifications.

use super::date::{ddmmyy, is_day, is_day_of_short_year, yymmdd};
use super::{at, is_monotone, last, luhn_sum, number, weighted};

/// Denmark, CPR: birth date; numbers given out since 2007 have no check digit. The serial's first digit and the year give the
/// century, so every day of a leap year is decided.
pub fn dk_cpr(b: &[u8]) -> bool {
    let day = number(&b[..2]);
    let day = if day > 60 { day - 60 } else { day };
    let short = number(&b[4..6]);
    let century = match (b[6], short) {
        (b'0'..=b'3', _) | (b'4' | b'9', 37..) => 1900,
        (b'4' | b'9', _) | (b'5'..=b'8', 0..=57) => 2000,
        _ => 1800,
    };
    is_day(century + short, number(&b[2..4]), day)
}

/// Denmark, CPR with the check digit of 1968 to 2007.
pub fn dk_cpr_checked(b: &[u8]) -> bool {
    dk_cpr(b) && weighted(b, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// Denmark, CVR of companies.
pub fn dk_cvr(b: &[u8]) -> bool {
    b[0] != b'0' && weighted(b, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// Estonia and Lithuania: sex and century, birth date, serial; two rounds of weights.
pub fn ee_lt(b: &[u8]) -> bool {
    let first = weighted(b, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    let check = if first == 10 { weighted(b, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10 } else { first };
    let century = 1800 + 100 * (u64::from(b[0].saturating_sub(b'1')) / 2);
    matches!(b[0], b'1'..=b'8')
        && is_day(century + number(&b[1..3]), number(&b[3..5]), number(&b[5..7]))
        && check == last(b)
}

/// Finland, henkilötunnus (Digital and Population Data Services Agency): birth date, sign of the century, number, modulo 31.
pub fn fi_hetu(b: &[u8]) -> bool {
    let (serial, sign) = match b.len() {
        10 => (&b[6..9], None),
        _ => (&b[7..10], Some(b[6])),
    };
    let rest = (number(&b[..6]) * 1000 + number(serial)) % 31;
    ddmmyy(b)
        && sign.is_none_or(|sign| matches!(sign, b'A'..=b'F' | b'U'..=b'Y'))
        && serial.iter().all(u8::is_ascii_digit)
        && number(serial) >= 2
        && b"0123456789ABCDEFHJKLMNPRSTUVWXY"[rest as usize] == b[b.len() - 1]
}

/// Iceland, kennitala: date (day + 40 for companies), serial, check digit, century.
pub fn is_kennitala(b: &[u8]) -> bool {
    let day = number(&b[..2]);
    let century = match b[9] {
        b'8' => 1800,
        b'9' => 1900,
        b'0' => 2000,
        _ => return false,
    };
    let date = is_day(century + number(&b[4..6]), number(&b[2..4]), if day > 40 { day - 40 } else { day });
    date && weighted(b, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// Latvia, personas kods with a birth date; those given out since 2017 begin with 32 and carry none.
pub fn lv_code(b: &[u8]) -> bool {
    let century = 1800 + 100 * u64::from(at(b, 6));
    at(b, 6) <= 2 && is_day(century + number(&b[4..6]), number(&b[2..4]), number(&b[..2])) && lv_check(b)
}

/// Latvia, the check digit of a personas kods.
pub fn lv_check(b: &[u8]) -> bool {
    (1101 - weighted(b, &[1, 6, 3, 7, 9, 10, 5, 8, 4, 2])) % 11 % 10 == last(b)
}

/// Latvia, personas kods without a date (law on the register of natural persons, since July 2017): begins with 32.
pub fn lv_new(b: &[u8]) -> bool {
    b.starts_with(b"32") && lv_check(b)
}

/// Norway, fødselsnummer (Skatteetaten): date, two check digits; D numbers add 40 to the day, H numbers to the month.
pub fn no_birth_number(b: &[u8]) -> bool {
    let (day, month) = (number(&b[..2]), number(&b[2..4]));
    let date = is_day_of_short_year(
        number(&b[4..6]),
        if month > 40 { month - 40 } else { month },
        if day > 40 { day - 40 } else { day },
    );
    date && weighted(b, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]).is_multiple_of(11)
        && weighted(b, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// Norway, organisasjonsnummer.
pub fn no_company(b: &[u8]) -> bool {
    matches!(b[0], b'8' | b'9') && weighted(b, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// Sweden, personnummer (folkbokföringslagen § 18): date (coordination numbers add 60 to the day), Luhn over ten digits.
pub fn se_person(b: &[u8]) -> bool {
    let ten = &b[b.len() - 10..];
    let day = number(&ten[4..6]);
    let day = if day > 60 { day - 60 } else { day };
    let century = b.len() == 10 || matches!(&b[..2], b"18" | b"19" | b"20");
    century && is_day_of_short_year(number(&ten[..2]), number(&ten[2..4]), day) && luhn_sum(ten).is_multiple_of(10)
}

/// Sweden, organisationsnummer: the "month" is at least 20.
pub fn se_company(b: &[u8]) -> bool {
    b[2] >= b'2' && luhn_sum(b).is_multiple_of(10) && !is_monotone(b)
}

/// Luxembourg, matricule: birth date, Luhn and Verhoeff check digits over the first eleven.
pub fn lu_matricule(b: &[u8]) -> bool {
    let mut second = [0; 12];
    second[..11].copy_from_slice(&b[..11]);
    second[11] = b[12];
    super::date::yyyymmdd(b) && luhn_sum(&b[..12]).is_multiple_of(10) && super::verhoeff(&second)
}

/// Turkey stands here for its two check digits alone (T.C. kimlik numarası).
pub fn tr_identity(b: &[u8]) -> bool {
    let odd: u32 = (0..9).step_by(2).map(|i| at(b, i)).sum();
    let even: u32 = (1..8).step_by(2).map(|i| at(b, i)).sum();
    let all: u32 = (0..10).map(|i| at(b, i)).sum();
    b[0] != b'0' && (odd * 7 + 100 - even) % 10 == at(b, 9) && all % 10 == at(b, 10)
}

/// Kazakhstan, IIN: birth date, century and sex; two rounds of weights.
pub fn kz_iin(b: &[u8]) -> bool {
    let first = weighted(b, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11;
    let check = if first == 10 { weighted(b, &[3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11 } else { first };
    yymmdd(b) && matches!(b[6], b'0'..=b'6') && check == last(b)
}

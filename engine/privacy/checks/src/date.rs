//! Dates inside identifiers: they must be days of the Gregorian calendar.

use super::number;

/// Whether the day exists.
pub fn is_day(year: u64, month: u64, day: u64) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// Whether the day exists in a year of which the last two digits are known: 29 February 00 was one in 2000.
pub fn is_day_of_short_year(year: u64, month: u64, day: u64) -> bool {
    is_day(2000 + year % 100, month, day)
}

/// `YYMMDD`.
pub fn yymmdd(digits: &[u8]) -> bool {
    digits.len() >= 6 && is_day_of_short_year(number(&digits[..2]), number(&digits[2..4]), number(&digits[4..6]))
}

/// `DDMMYY`.
pub fn ddmmyy(digits: &[u8]) -> bool {
    digits.len() >= 6 && is_day_of_short_year(number(&digits[4..6]), number(&digits[2..4]), number(&digits[..2]))
}

/// `YYYYMMDD`, of somebody who may be alive.
pub fn yyyymmdd(digits: &[u8]) -> bool {
    digits.len() >= 8 && {
        let year = number(&digits[..4]);
        (1850..=2100).contains(&year) && is_day(year, number(&digits[4..6]), number(&digits[6..8]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_real() {
        assert!(yymmdd(b"000229") && ddmmyy(b"290200") && yyyymmdd(b"20240229"));
        assert!(!yymmdd(b"010229") && !yymmdd(b"241301") && !ddmmyy(b"310424") && !yyyymmdd(b"19000229"));
        assert!(!yymmdd(b"240100") && !yyyymmdd(b"17900101"));
    }
}

//! Dates of documents, as Unix milliseconds in UTC.

/// Days from 1970-01-01 (Hinnant 2013, "chrono-compatible low-level date algorithms": `days_from_civil`).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month, day, hour, minute, second; without a day or a time those are the first.
fn from_parts(parts: [i64; 6], offset_minutes: i64) -> Option<i64> {
    let [year, month, day, hour, minute, second] = parts;
    let fits = (1..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..=60).contains(&second);
    fits.then(|| ((days(year, month, day) * 24 + hour) * 60 + minute - offset_minutes) * 60_000 + second * 1000)
}

/// The number in the first `count` characters where all are digits, and what follows.
fn digits(text: &str, count: usize) -> Option<(i64, &str)> {
    let (head, rest) = text.split_at_checked(count)?;
    head.bytes().all(|byte| byte.is_ascii_digit()).then(|| head.parse().ok()).flatten().map(|number| (number, rest))
}

/// The offset behind a time: `Z`, `+01:00`, `-0530`, `+01'00'`; none is UTC.
fn offset(text: &str) -> i64 {
    let sign = match text.as_bytes().first() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return 0,
    };
    let Some((hours, rest)) = digits(&text[1..], 2) else { return 0 };
    let minutes = digits(rest.trim_start_matches([':', '\'']), 2).map_or(0, |(minutes, _)| minutes);
    sign * (hours.min(23) * 60 + minutes.min(59))
}

/// A date with dashes and colons (ISO 8601 as in RFC 3339 and W3C-DTF: `2024`, `2024-03-01`, `2024-03-01T10:22:00Z`), or
/// without (`D:20240301102200+01'00'`, ISO 32000-1, 7.9.4).
pub(crate) fn parse(text: &str) -> Option<i64> {
    let mut rest = text.trim();
    rest = rest.strip_prefix("D:").unwrap_or(rest);
    let (year, mut rest) = digits(rest, 4)?;
    let mut parts = [year, 1, 1, 0, 0, 0];
    for part in &mut parts[1..] {
        let next = rest.strip_prefix(['-', ':', 'T', 't', ' ']).unwrap_or(rest);
        // An offset behind a shorter date begins with a dash as well, but has no second one behind two digits.
        let Some((number, after)) = digits(next, 2) else { break };
        (*part, rest) = (number, after);
    }
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    from_parts(parts, offset(rest))
}

/// The date of so many seconds, as `2024-03-01 10:22`.
pub(crate) fn written(unix_ms: i64) -> String {
    let minutes = unix_ms.div_euclid(60_000);
    let (day, minute) = (minutes.div_euclid(1440), minutes.rem_euclid(1440));
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}", minute / 60, minute % 60)
}

/// Year, month and day of days from 1970-01-01 (Hinnant 2013: `civil_from_days`).
pub(crate) fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_all_forms_are_read() {
        assert_eq!(parse("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(parse("2024-03-01T10:22:05.25+01:00"), Some(1_709_284_925_000));
        assert_eq!(parse("D:20240301102205+01'00'"), Some(1_709_284_925_000));
        assert_eq!(parse("2024-02-29"), Some(1_709_164_800_000));
        assert_eq!(parse("1969"), Some(-31_536_000_000));
        for wrong in ["", "D:", "March", "2024-13-01", "99", "ééé1"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for day in [-719_162, -1, 0, 59, 11_016, 19_782, 2_932_896] {
            let ms = day * 86_400_000 + 37_020_000;
            assert_eq!(parse(&written(ms)), Some(ms));
        }
    }
}

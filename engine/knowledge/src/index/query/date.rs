//! Dates as people write them in filters.

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// The time from the beginning of what is named (a year, a month, a day: ISO 8601) up to its end, in Unix milliseconds UTC.
pub(super) fn period(text: &str) -> Option<(i64, i64)> {
    let mut numbers = [0i64; 3];
    let mut parts = 0;
    for part in text.split('-') {
        let digits = if parts == 0 { 4 } else { 2 };
        let number = numbers.get_mut(parts)?;
        if part.len() > digits || part.is_empty() || (parts == 0 && part.len() != digits) {
            return None;
        }
        *number = part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())??;
        parts += 1;
    }
    let [year, month, day] = numbers;
    let is_month = (1..=12).contains(&month);
    let days = match parts {
        1 => (day_number(year, 1, 1), day_number(year + 1, 1, 1)),
        2 if is_month => (day_number(year, month, 1), day_number(year, month + 1, 1)),
        3 if is_month && day >= 1 && day_number(year, month, day) < day_number(year, month + 1, 1) => {
            let number = day_number(year, month, day);
            (number, number + 1)
        }
        _ => return None,
    };
    Some((days.0 * DAY_MS, days.1 * DAY_MS))
}

/// Days from 1 January 1970 in the proleptic Gregorian calendar (Hinnant, "chrono-Compatible Low-Level Date Algorithms"). Month
/// 13 is January of the year after.
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = (year + (month - 1) / 12, (month - 1) % 12 + 1);
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

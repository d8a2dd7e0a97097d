//! Which spellings of telephone numbers call the same line.

use super::spelling::Keys;

/// Fewest digits of a national number that is recognised again with a country code before it (E.164 leaves 7 and more to
/// every country of size; shorter ones are extensions and service numbers).
const NATIONAL_MIN: usize = 7;

/// Country codes of two digits (ITU-T E.164, list of assigned codes); 1 and 7 have one digit, all others three.
const TWO_DIGITS: [u8; 43] = [
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62,
    63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95,
];

/// The forms of a number whose characters are folded already.
///
/// `+49 171 1234567`, `0049 (171) 1234567` and `+49 (0)171 1234567` are one number; so is `0171 1234567`, where the
/// conversation knows one number only that reads so without its country code. Another extension is another value.
pub(super) fn keys(value: &str) -> Keys {
    let (number, extension) = value.split_at(value.find(['x', 'X', 'e', 'E', '#', ';']).unwrap_or(value.len()));
    let extension = digits(extension);
    let all = digits(number);
    let international = if number.trim_start_matches(['(', ' ', 't', 'l', ':']).starts_with('+') {
        // The trunk prefix in brackets is for callers inside the country.
        Some(digits(&number.replacen("(0)", "", 1)))
    } else if let Some(rest) = all.strip_prefix("00") {
        Some(if number.contains("(0)") {
            digits(&number.replacen("(0)", "", 1)).trim_start_matches('0').to_owned()
        } else {
            rest.to_owned()
        })
    } else {
        // North America dials 011; with fewer digits it is an area code that begins with 11.
        all.strip_prefix("011").filter(|rest| rest.len() >= 11).map(str::to_owned)
    };
    match international {
        Some(full) => {
            let national =
                full.get(country_len(&full)..).map(|national| national.strip_prefix('0').unwrap_or(national));
            let national = national.filter(|national| national.len() >= NATIONAL_MIN);
            Keys {
                without_country: national.map(|national| format!("~{national}x{extension}")),
                own: format!("+{full}x{extension}"),
            }
        }
        None => {
            // Trunk prefixes: 0 nearly everywhere, 1 in North America, 8 in Russia and Kazakhstan.
            let national = match all.strip_prefix('0') {
                Some(rest) => rest,
                None if all.len() == 11 => all.strip_prefix(['1', '8']).unwrap_or(&all),
                None => &all,
            };
            Keys { own: format!("~{national}x{extension}"), without_country: None }
        }
    }
}

fn country_len(full: &str) -> usize {
    match full.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [a, b, ..] if TWO_DIGITS.contains(&((a - b'0') * 10 + (b - b'0'))) || matches!((a, b), (b'9', b'8')) => 2,
        _ => 3,
    }
}

fn digits(value: &str) -> String {
    value.chars().filter(char::is_ascii_digit).collect()
}

//! Postal codes beside a place, a state or a word that announces one.

use super::super::cues::Cue;
use super::super::fold::{hash, hashes};
use super::super::words::{Gap, Shape};
use super::Words;

/// States and territories of the United States, provinces of Canada, states of Australia, as codes of two or three letters
/// (USPS Publication 28, Canada Post, Australia Post).
const STATES: [&str; 74] = [
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME",
    "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA",
    "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "DC", "PR", "GU", "VI", "AS", "MP", "AB",
    "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT", "NSW", "VIC", "QLD", "TAS", "ACT",
];
const ANNOUNCED: [u64; 16] = hashes(
    "zip zipcode postcode postal plz postleitzahl cp cap cep pincode postnummer postnr pin eircode \
        zips postaux",
);

/// Whether the word is the code of a state.
pub fn is_state(reader: Words<'_>, at: usize) -> bool {
    reader.get(at).is_some_and(|word| word.shape == Shape::Upper) && STATES.contains(&reader.of(at))
}

/// Where a postal code ends that begins at `at`: digits of four to six, or letters and digits of Britain, Canada, the Netherlands.
pub fn code(reader: Words<'_>, at: usize) -> Option<usize> {
    let word = reader.get(at)?;
    let text = reader.of(at);
    let two = |at: usize| {
        reader.get(at + 1).filter(|next| next.gap == Gap::Space).map(|_| (reader.of(at), reader.of(at + 1)))
    };
    if let Some((outward, inward)) = two(at) {
        if is_british(outward, inward) || is_canadian(outward, inward) || is_dutch(outward, inward) {
            return Some(at + 2);
        }
        // `SE-123 45`, `123 45`: Sweden, Czechia, Greece.
        if digits(outward) == 3 && digits(inward) == 2 && outward.len() == 3 && inward.len() == 2 {
            return Some(at + 2);
        }
    }
    let long = text.len();
    // `K1A0B1`, `6330KZ`.
    let glued =
        |at: usize, fits: fn(&str, &str) -> bool| text.split_at_checked(at).is_some_and(|(one, two)| fits(one, two));
    if long == 6 && (glued(3, is_canadian) || glued(4, is_dutch)) {
        return Some(at + 1);
    }
    if digits(text) != long || !(4..=6).contains(&long) || word.taken {
        return None;
    }
    let next = reader.get(at + 1).filter(|next| next.gap == Gap::Hyphen);
    match next {
        // ZIP+4, Portugal, Poland's are apart by a hyphen.
        Some(_) if long == 5 && digits(reader.of(at + 1)) == 4 || long == 4 && digits(reader.of(at + 1)) == 3 => {
            Some(at + 2)
        }
        _ => Some(at + 1),
    }
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// `SW1A 1AA` (Royal Mail's Postcode Address File): area of one or two letters, district, space, digit, two letters.
fn is_british(outward: &str, inward: &str) -> bool {
    let (outward, inward) = (outward.as_bytes(), inward.as_bytes());
    let unit = matches!(inward, [b'0'..=b'9', b'A'..=b'Z', b'A'..=b'Z']);
    let area = outward.iter().take_while(|b| b.is_ascii_uppercase()).count();
    unit && (1..=2).contains(&area)
        && (2..=4).contains(&outward.len())
        && outward.get(area).is_some_and(u8::is_ascii_digit)
        && outward[area + 1..].iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && outward.len() - area <= 2
}

/// `K1A 0B1`: letters and digits in turn.
fn is_canadian(outward: &str, inward: &str) -> bool {
    let letter = |b: u8| b.is_ascii_uppercase();
    let digit = |b: u8| b.is_ascii_digit();
    matches!((outward.as_bytes(), inward.as_bytes()), ([a, b, c], [d, e, f])
        if letter(*a) && digit(*b) && letter(*c) && digit(*d) && letter(*e) && digit(*f))
}

/// `1017 AB`.
fn is_dutch(outward: &str, inward: &str) -> bool {
    outward.len() == 4
        && digits(outward) == 4
        && inward.len() == 2
        && inward.bytes().all(|b| b.is_ascii_uppercase())
        && inward != "AM"
        && inward != "PM"
}

/// The postal code at `at`, where a word, a place or a state says that it is one: where its words end, and where it ends in the text.
pub fn at(reader: Words<'_>, at: usize) -> Option<(usize, usize)> {
    let word = reader.get(at)?;
    if word.letters() || word.taken {
        return None;
    }
    let end = code(reader, at)?;
    let last = reader.get(end - 1)?;
    let found = Some((end, last.end));
    let mixed = word.shape == Shape::Code || end == at + 2 && is_british(reader.of(at), reader.of(at + 1));
    if mixed {
        return found;
    }
    let before = at.checked_sub(1).and_then(|i| reader.get(i));
    let alone = reader.text.trim().len() == last.end - word.start && last.end - word.start == 5;
    if alone {
        return found;
    }
    if word.gap == Gap::Code || reader.get(end).is_some_and(|next| matches!(next.gap, Gap::Code | Gap::Slash)) {
        return None;
    }
    for back in 1..=3 {
        let Some(announcing) = at.checked_sub(back).and_then(|i| reader.get(i)) else { break };
        if ANNOUNCED.contains(&announcing.number)
            && (back == 1 || reader.cue(at - 1) != Cue::None || reader.number(at - 1) == const { hash(b"is") })
        {
            return found;
        }
    }
    let digits = digits(reader.of(at));
    // `CA 90210`; `80331 München`, `75001 Paris`.
    let state =
        before.is_some_and(|_| matches!(word.gap, Gap::Space | Gap::Comma) && digits == 5 && is_state(reader, at - 1));
    let town = reader.get(end).is_some_and(|next| {
        next.gap == Gap::Space
            && next.capital()
            && next.entry.place() > 0
            && next.cue != Cue::Calendar
            && next.entry.common() < 4
    });
    let full = digits == 5 || end == at + 2;
    (state || town && full).then_some(()).and(found)
}

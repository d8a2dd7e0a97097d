//! Letters in the other case, from tables a tenth as large as the standard library's (see `build/case.rs`).

include!(concat!(env!("OUT_DIR"), "/case.rs"));

/// A letter as a small one, anything else as it is. `İ` becomes `i`, without the dot that Unicode sets on it.
pub(crate) fn lower(c: char) -> char {
    if c.is_ascii() { c.to_ascii_lowercase() } else { other(c, &LOWER, &LOWER_DISTANCE) }
}

/// A text in small letters, each for itself: `Σ` becomes `σ` at a word's end too.
pub(crate) fn to_lower(text: &str) -> String {
    text.chars().map(lower).collect()
}

/// A text in capitals; some letters become several, such as `ß`.
pub(crate) fn to_upper(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c.to_ascii_uppercase());
            continue;
        }
        match SPECIAL.binary_search_by_key(&u32::from(c), |row| u32::from(row[0])) {
            Ok(at) => {
                let capitals = SPECIAL[at][1..].iter().filter(|code| **code != 0);
                out.extend(capitals.filter_map(|code| char::from_u32(u32::from(*code))));
            }
            Err(_) => out.push(other(c, &UPPER, &UPPER_DISTANCE)),
        }
    }
    out
}

/// What a run says: where it begins (21 bits), how many letters follow (10), whether every second one is meant.
fn other(c: char, runs: &[u32], distances: &[i32]) -> char {
    let code = u32::from(c);
    let run = runs.partition_point(|run| run >> 11 <= code).checked_sub(1);
    let to = run.and_then(|at| {
        let (run, past) = (runs[at], code - (runs[at] >> 11));
        let step = (run & 1) + 1;
        let is_in = past % step == 0 && past / step <= run >> 1 & 0x3ff;
        is_in.then(|| code.wrapping_add_signed(distances[at]))
    });
    to.and_then(char::from_u32).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_becomes_what_unicode_says() {
        for c in '\0'..=char::MAX {
            assert_eq!(Some(lower(c)), c.to_lowercase().next(), "{c:?}");
            assert_eq!(to_upper(c.encode_utf8(&mut [0; 4])), c.to_uppercase().collect::<String>(), "{c:?}");
        }
    }

    #[test]
    fn texts_are_changed_letter_by_letter() {
        assert_eq!(to_lower("ÉCOLE Straße ΑΣ İ"), "école straße ασ i");
        assert_eq!(to_upper("école Straße ﬃ"), "ÉCOLE STRASSE FFI");
    }
}

//! How random a string looks.

/// Shannon entropy of the bytes' distribution, in bits per byte; 0 for an empty string.
pub(crate) fn bits_per_byte(bytes: &[u8]) -> f32 {
    let mut counts = [0u32; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let total = bytes.len() as f32;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = *count as f32 / total;
            -share * share.log2()
        })
        .sum()
}

/// Whether the bytes are a stand-in rather than a value: `xxxxxxxx`, `your_key_here`, `<token>`, `${TOKEN}`, `...`.
pub(crate) fn is_placeholder(value: &[u8]) -> bool {
    // A real value of 16 or more random characters has fewer than 4 distinct ones with a probability below 1e-6, even in
    // hexadecimal; `xxxx-xxxx` and `0000…` have one or two.
    let mut seen = [false; 256];
    for byte in value {
        seen[usize::from(*byte)] = true;
    }
    if seen.iter().filter(|is| **is).count() < 4 {
        return true;
    }
    // Words of documentation, only where the value is made of words (a real key may contain `test` by chance).
    const STAND_INS: [&str; 9] =
        ["your_", "your-", "yourapi", "placeholder", "changeme", "change_me", "replace_me", "_here", "insert_"];
    let lower = value.to_ascii_lowercase();
    STAND_INS.iter().any(|word| contains(&lower, word.as_bytes()))
}

pub(crate) fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    // Most windows differ in the first byte; a comparison of slices is a call.
    haystack.windows(needle.len()).any(|window| window[0] == needle[0] && window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_of_known_distributions() {
        assert_eq!(bits_per_byte(b""), 0.0);
        assert_eq!(bits_per_byte(b"aaaa"), 0.0);
        assert!((bits_per_byte(b"abcd") - 2.0).abs() < 1e-6);
    }

    #[test]
    fn placeholders_are_known() {
        assert!(is_placeholder(b"xxxxxxxxxxxxxxxxxxxx"));
        assert!(is_placeholder(b"YOUR_API_KEY_HERE_PLEASE"));
        assert!(!is_placeholder(b"a8f5f167f44f4964e6c998dee827110c"));
    }
}

//! Hardware addresses of networks: EUI-48 and EUI-64 (IEEE 802, clause 8) as `00:1A:2B:3C:4D:5E`, with `-`, and in fours with `.` or `:`.

use conclave_protocol::{Category, Span};

use crate::detector::{Finding, Strength};

/// Longest address: eight groups of two.
pub(super) const TEXT_MAX: usize = 23;

/// An address of which a group ends before the separator at `at`, where that is the first of its row.
pub(super) fn at(text: &[u8], at: usize) -> Option<Finding> {
    let separator = *text.get(at)?;
    let is_hex = |place: usize| text.get(place).is_some_and(u8::is_ascii_hexdigit);
    let width = text[..at].iter().rev().take(5).take_while(|byte| byte.is_ascii_hexdigit()).count();
    let groups: &[usize] = match (separator, width) {
        (b':' | b'-', 2) => &[8, 6],
        (b'.' | b':', 4) => &[4, 3],
        _ => return None,
    };
    let start = at - width;
    // A group before this one, or a longer word.
    if start > 0 && (text[start - 1].is_ascii_alphanumeric() || matches!(text[start - 1], b'_' | b':' | b'-' | b'.')) {
        // `MAC:00:1A…`: a label is no group.
        let label = text[..start - 1].iter().rev().take(4).take_while(|byte| byte.is_ascii_alphabetic());
        let is_label =
            text[start - 1] == b':' && label.clone().count() > 0 && label.clone().any(|byte| !byte.is_ascii_hexdigit());
        if !is_label {
            return None;
        }
    }
    // The groups of the same width in a row, of which no more are counted than an address may have.
    let is_group = |group: usize| {
        let from = start + group * (width + 1);
        text.get(from - 1) == Some(&separator) && (from..from + width).all(is_hex)
    };
    let row = 1 + (1..groups[0]).take_while(|group| is_group(*group)).count();
    let fits = |number: usize| {
        let end = start + number * width + number - 1;
        let goes_on = text
            .get(end)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == separator && is_hex(end + 1));
        (row >= number && !goes_on).then_some(end)
    };
    let end = groups.iter().find_map(|number| fits(*number))?;
    let value = || text[start..end].iter().filter(|byte| byte.is_ascii_hexdigit());
    // All zeros stand for no device, all ones for every device. Decimal groups alone may be a time, a date or a version.
    let is_nobody = value().all(|byte| *byte == b'0') || value().all(|byte| matches!(byte, b'f' | b'F'));
    let is_number = (separator != b':' || width > 2) && value().all(u8::is_ascii_digit);
    (!is_nobody && !is_number)
        .then(|| Finding::new(Span::new(start, end), Category::MacAddress, Strength::Checksummed, "mac").scored(0.95))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        let bytes = text.as_bytes();
        (0..bytes.len()).find_map(|place| at(bytes, place)).and_then(|finding| finding.span.of(text))
    }

    #[test]
    fn the_notations_are_found() {
        for address in [
            "00:1A:2B:3C:4D:5E",
            "AA-BB-CC-DD-EE-FF",
            "0012.3456.789a",
            "aabb.ccdd.eeff",
            "00:1b:63:ff:fe:84:45:e6",
            "01:23:45:67:89:01",
        ] {
            assert_eq!(found(&format!("mac {address}.")), Some(address));
            assert_eq!(found(&format!("MAC:{address}")), Some(address));
        }
    }

    #[test]
    fn times_versions_and_other_rows_are_not() {
        for text in [
            "00:1A:2B:3C:4D",
            "12:34:56",
            "FF:FF:FF:FF:FF:FF",
            "00:00:00:00:00:00",
            "20-24-01-01-12-30",
            "1234.5678.9012",
            "10:2F:33-AC-29-C3",
            "00:1A:2B:3C:4D:5E:6F",
            "ab-cd-ef",
            "x00:1A:2B:3C:4D:5E",
            "ZZ:ZZ:ZZ:ZZ:ZZ:ZZ",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}

//! UUIDs (RFC 9562, 4). One that a name announces (`user_id: …`) is somebody's; of the others nobody can tell whose they
//! are, and programs write them by the thousand, so they are hidden where a person asks for it
//! ([`PrivacySettings::uuids`](conclave_protocol::PrivacySettings::uuids)).

use conclave_protocol::{Category, Span};

use crate::detector::{Finding, Strength};
use crate::{boundary, bytes};

/// Length of the text form.
pub(crate) const LEN: usize = 36;
/// Digits before the first hyphen.
const FIRST: usize = 8;

/// Whether the value is a UUID.
pub(crate) fn is_uuid(value: &[u8]) -> bool {
    value.len() == LEN
        && value.iter().enumerate().all(|(i, byte)| match i {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Adds every UUID of `text` but the nil and the max UUID (RFC 9562, 5.9 and 5.10), which name nothing.
pub(crate) fn scan(text: &[u8], found: &mut Vec<Finding>) {
    let mut at = 0;
    while let Some(hyphen) = bytes::position(text, at, |byte| u8::from(byte == b'-')) {
        at = hyphen + 1;
        let Some(start) = hyphen.checked_sub(FIRST) else { continue };
        let end = start + LEN;
        let Some(value) = text.get(start..end).filter(|value| is_uuid(value)) else { continue };
        let names_nothing = value.iter().all(|byte| matches!(byte, b'-' | b'0'))
            || value.iter().all(|byte| matches!(byte, b'-' | b'f' | b'F'));
        if !names_nothing && boundary::starts(text, start) && boundary::ends(text, end) {
            found.push(Finding::new(Span::new(start, end), Category::DeviceId, Strength::Patterned, "uuid"));
            at = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        scan(text.as_bytes(), &mut found);
        found.into_iter().filter_map(|finding| finding.span.of(text)).collect()
    }

    #[test]
    fn uuids_are_found_in_any_case_and_place() {
        let uuid = "7d444840-9dc0-11d1-b245-5ffdce74fad2";
        for text in [uuid.to_owned(), format!("urn:uuid:{uuid}."), format!("x-{uuid}-y"), format!("--{uuid}")] {
            assert_eq!(found(&text), [uuid], "{text}");
        }
        assert_eq!(found("{7D444840-9DC0-11D1-B245-5FFDCE74FAD2}").len(), 1);
        assert_eq!(found(&format!("{uuid}{uuid}")), Vec::<&str>::new());
    }

    #[test]
    fn other_rows_of_digits_are_not() {
        for text in [
            "00000000-0000-0000-0000-000000000000",
            "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
            "7d444840-9dc0-11d1-b245-5ffdce74fad",
            "a7d444840-9dc0-11d1-b245-5ffdce74fad2",
            "7d444840-9dc0-11d1-b2g5-5ffdce74fad2",
            "-9dc0",
            "",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }
}

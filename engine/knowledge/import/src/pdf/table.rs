//! Whether the list of a file's parts, its cross-reference table (ISO 32000-1, 7.5.4 and 7.5.8), says where they are.
//!
//! A reader that finds it wrong looks for the parts from the file's beginning to its end, and cannot know what is missing.

/// How far from the end the place of the table may be named: readers look at the last 1,024 bytes (annex H), and many files have
/// something behind them.
const TAIL: usize = 2048;

/// Entries of a table that are looked at.
const ENTRIES: usize = 32;

/// White space or wrong line ends before what an offset means, in bytes.
const SLACK: usize = 4;

/// What is wrong, in words for a person.
pub(super) fn damage(bytes: &[u8]) -> Option<String> {
    (!is_sound(bytes)).then(|| {
        "The file is damaged: the list of its parts is wrong or missing. What could be found was read.".to_owned()
    })
}

fn is_sound(bytes: &[u8]) -> bool {
    // Offsets count from the header, which need not be at the beginning.
    let header = bytes.windows(5).take(1024).position(|window| window == b"%PDF-").unwrap_or(0);
    let tail = &bytes[bytes.len().saturating_sub(TAIL)..];
    let Some(at) = tail.windows(9).rposition(|window| window == b"startxref") else { return false };
    let Some((start, _)) = number(&tail[at + 9..]) else { return false };
    [0, header].into_iter().any(|shift| holds_table(bytes, start.saturating_add(shift), shift))
}

fn holds_table(bytes: &[u8], at: usize, shift: usize) -> bool {
    let Some(rest) = after_slack(bytes, at) else { return false };
    match rest.strip_prefix(b"xref") {
        Some(entries) => entries_are_sound(bytes, entries, shift),
        // A stream holds the table, or this is an object: then its number stands here.
        None => is_object(rest),
    }
}

/// Whether the first entries of the table's first section lead to objects.
fn entries_are_sound(bytes: &[u8], table: &[u8], shift: usize) -> bool {
    let Some((_, rest)) = number(table) else { return false };
    let Some((count, mut rest)) = number(rest) else { return false };
    for _ in 0..count.min(ENTRIES) {
        let Some((offset, after)) = number(rest) else { return false };
        let Some((_, after)) = number(after) else { return false };
        let kind = after.trim_ascii_start();
        let Some((kind, after)) = kind.split_first() else { return false };
        // Offset 0 is what careless programs give to objects that are not there.
        let in_use = *kind == b'n' && offset > 0;
        if in_use && !after_slack(bytes, offset.saturating_add(shift)).is_some_and(is_object) {
            return false;
        }
        rest = after;
    }
    true
}

/// What stands at an offset or a few blanks behind it.
fn after_slack(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let rest = bytes.get(at..)?;
    let trimmed = rest.trim_ascii_start();
    (rest.len() - trimmed.len() <= SLACK).then_some(trimmed)
}

/// Whether an object begins here: its number, its generation, `obj`.
fn is_object(bytes: &[u8]) -> bool {
    number(bytes)
        .and_then(|(_, rest)| number(rest))
        .is_some_and(|(_, rest)| rest.trim_ascii_start().starts_with(b"obj"))
}

/// A whole number behind white space, and what follows it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let bytes = bytes.trim_ascii_start();
    let digits = bytes.iter().take(20).take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = bytes.split_at(digits);
    Some((std::str::from_utf8(digits).ok()?.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::testing::pdf::{document, lines};

    #[test]
    fn a_sound_file_is_sound_wherever_its_header_stands() {
        let sound = document(&[lines(&[(72, 700, 10, "Words.")])], "", "", &[]);
        assert_eq!(damage(&sound), None);
        assert_eq!(damage(&[b"junk before\n".as_slice(), &sound].concat()), None);
        assert_eq!(damage(&[sound.as_slice(), &[b' '; 900]].concat()), None);
    }

    #[test]
    fn wrong_offsets_and_a_missing_end_are_damage() {
        let sound = document(&[lines(&[(72, 700, 10, "Words.")])], "", "", &[]);
        // Two bytes more behind the header, as a change of line ends makes them.
        let mut shifted = sound.clone();
        shifted.splice(9..9, *b"\r\n\r\n\r\n\r\n");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        for bytes in [
            shifted,
            sound[..sound.len() - 40].to_vec(),
            text(&sound).replace("startxref\n", "startxref\n9").into_bytes(),
            text(&sound).replacen("0000000015 00000 n", "0000000025 00000 n", 1).into_bytes(),
            b"%PDF-1.7".to_vec(),
        ] {
            assert!(damage(&bytes).is_some(), "{}", text(&bytes));
        }
    }
}

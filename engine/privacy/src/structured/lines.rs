//! Names in front of addresses (RFC 5322, 3.4: `Ann Smith <ann@example.com>`), and the speakers of chat exports
//! (`[12/03/24, 10:15] Ann: hi`).

use conclave_protocol::{Category, Span};

use crate::bytes;
use crate::detector::{Finding, Strength};

/// Longest name of a person, with titles.
const NAME_MAX: usize = 60;
/// Longest stamp of date and time in front of a speaker.
const STAMP_MAX: usize = 32;

/// Adds what is found; the addresses were found already.
pub(super) fn detect(text: &str, found: &mut Vec<Finding>) {
    let addresses = found.iter().filter(|finding| finding.category == Category::Email);
    let mut names: Vec<Span> = addresses.filter_map(|address| before_address(text, address.span)).collect();
    names.extend(speakers(text));
    found.extend(
        names.into_iter().map(|span| Finding::new(span, Category::Person, Strength::Contextual, "sender").scored(0.85)),
    );
}

/// The name in `Name <address>` or `"Name" <address>`.
fn before_address(text: &str, address: Span) -> Option<Span> {
    let head = text.get(..address.start)?.strip_suffix('<')?.trim_end_matches(' ');
    let (head, quoted) = head.strip_suffix('"').map_or((head, false), |head| (head, true));
    let from = floor(head, head.len().saturating_sub(NAME_MAX));
    let window = &head[from..];
    let start = match window.rfind(|c: char| {
        if quoted { c == '"' } else { matches!(c, ':' | ',' | ';' | '\n' | '<' | '>' | '(' | '\t' | '"') }
    }) {
        Some(at) => from + at + 1,
        // The name begins with the text, or is longer than a name.
        None if from == 0 && !quoted => 0,
        None => return None,
    };
    let name = head.get(start..)?;
    let begin = start + (name.len() - name.trim_start().len());
    is_name(name.trim()).then(|| Span::new(begin, begin + name.trim().len()))
}

/// Names of speakers: a stamp of date or time, a name, a colon. A name counts where it speaks in a line with a stamp.
fn speakers(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut next = 0;
    while next < text.len() {
        let line_start = next;
        next = bytes::newline(text.as_bytes(), line_start).map_or(text.len(), |newline| newline + 1);
        if let Some(stamp) = stamp_len(&text.as_bytes()[line_start..next]) {
            let line = &text[line_start..next];
            let rest = &line[stamp..];
            if let Some(colon) = rest.find(": ").filter(|colon| (1..=NAME_MAX).contains(colon)) {
                let name = rest[..colon].trim_start_matches(['~', ' ', '\u{a0}', '\u{202f}']);
                let start = line_start + stamp + colon - name.len();
                if is_name(name.trim_end()) {
                    found.push(Span::new(start, start + name.trim_end().len()));
                }
            }
        }
    }
    found
}

/// Length of a stamp at the beginning of a line, with the sign that ends it: `[12/03/24, 10:15:33] `, `12.03.24, 10:15 - `.
fn stamp_len(line: &[u8]) -> Option<usize> {
    let window = &line[..line.len().min(STAMP_MAX)];
    let marks = window.iter().take(3).take_while(|byte| **byte == 0xe2 || **byte == 0x80 || **byte == 0x8e).count();
    let bracketed = window.get(marks) == Some(&b'[');
    let body = marks + usize::from(bracketed);
    let is_stamp = |byte: &&u8| {
        byte.is_ascii_digit()
            || matches!(
                **byte,
                b'/' | b'.' | b':' | b',' | b' ' | b'-' | b'T' | b'Z' | b'A' | b'P' | b'M' | b'a' | b'p' | b'm'
            )
    };
    let len = window.get(body..)?.iter().take_while(is_stamp).count();
    let stamp = &window[body..body + len];
    let has_time = stamp.windows(3).any(|part| part[0].is_ascii_digit() && part[1] == b':' && part[2].is_ascii_digit());
    if !has_time {
        return None;
    }
    if bracketed {
        return (window.get(body + len) == Some(&b']')).then_some(body + len + 1);
    }
    // Without brackets the dash is part of the run: `10:15 - `.
    let dash = stamp.windows(3).position(|part| part == b" - ")?;
    Some(body + dash + 3)
}

/// Whether it can be a name that a person goes by: one to four words of letters.
fn is_name(name: &str) -> bool {
    let words = name.split(' ').filter(|word| !word.is_empty()).count();
    (1..=4).contains(&words)
        && name.chars().next().is_some_and(char::is_alphabetic)
        && name.chars().filter(|c| c.is_alphabetic()).count() >= 2
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\'' | '’' | '_') || c.is_numeric())
}

/// The character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_front_of_addresses_are_persons() {
        for (text, name) in [
            ("From: Ann Smith <a@example.com>", Some("Ann Smith")),
            ("To: x@example.com, Bo Li <a@example.com>", Some("Bo Li")),
            ("\"Müller, Jörg\" <a@example.com>", None),
            ("\"Jörg Müller\" <a@example.com>", Some("Jörg Müller")),
            ("Ann <a@example.com>", Some("Ann")),
            ("<a@example.com>", None),
            ("see <a@example.com>", Some("see")),
            ("if (x) <a@example.com>", None),
            ("12345 <a@example.com>", None),
        ] {
            let start = text.rfind("a@").unwrap_or_default();
            let found = before_address(text, Span::new(start, start + 13));
            assert_eq!(found.and_then(|span| span.of(text)), name, "{text}");
        }
    }

    #[test]
    fn speakers_of_chats_are_persons() {
        let text = "[12/03/24, 10:15:33] Ann Smith: hello: you\n12.03.24, 10:16 - Jörg: Hi\n\u{200e}[1/2/24, 9:01 AM] ~ Bo: x\n\
                    10:15 is late: very\n[INFO] server: up\n2024-01-01 10:00:00 ERROR: no\n";
        let names: Vec<&str> = speakers(text).into_iter().filter_map(|span| span.of(text)).collect();
        assert_eq!(names, ["Ann Smith", "Jörg", "Bo"]);
    }
}

//! IPv4 (RFC 791, dotted quad) and IPv6 (RFC 4291, 2.2) addresses.

use std::net::Ipv6Addr;

use conclave_protocol::Span;

use crate::boundary;
use crate::detector::{Finding, Strength};
use crate::numbers::{self, Run};

/// Longest text form of an IPv6 address: eight groups, the last two as a dotted quad.
const V6_MAX: usize = 45;
/// Fewest colons of an address with all its groups: six groups, then a dotted quad.
const V6_COLONS_MIN: usize = 6;

/// How far before an address words tell of it, in bytes.
const REACH: usize = 24;
/// Words behind which four numbers are a version.
const VERSIONS: [&str; 5] = ["version", "v", "ver", "release", "build"];
/// Words behind which they are an address.
const NAMES: [&str; 27] = [
    "addr",
    "address",
    "addresses",
    "bind",
    "broadcast",
    "client",
    "connect",
    "connected",
    "destination",
    "dns",
    "gateway",
    "host",
    "hosts",
    "inet",
    "ip",
    "ipv4",
    "ips",
    "listen",
    "mask",
    "nameserver",
    "netmask",
    "peer",
    "ping",
    "resolver",
    "router",
    "server",
    "subnet",
];
/// Words behind which they are a section.
const NUMBERED: [&str; 14] = [
    "annex",
    "appendix",
    "article",
    "chapter",
    "clause",
    "figure",
    "paragraph",
    "rule",
    "sec",
    "sect",
    "section",
    "sections",
    "table",
    "versions",
];
/// What follows a version.
const FOLLOWED: [&str; 6] = [" or newer", " or better", " or later", " or above", " and later", " release"];
/// Up to here the numbers of sections and versions go.
const SECTION_MAX: u32 = 40;

/// How many groups of the run from `first` on are an IPv4 address (four or none), and how sure that is.
pub(crate) fn v4_at(run: &Run<'_>, first: usize) -> Option<(usize, f32)> {
    let after = first + 4;
    if run.len() < after || run.gap_before(first) == b"." || run.gap_before(after) == b"." {
        return None;
    }
    for i in first..after {
        let octet = run.digits(i);
        let fits = octet.len() <= 3 && (octet.len() == 1 || octet[0] != b'0');
        if !fits || numbers::value(octet) > 255 || i > first && run.gap_before(i) != b"." {
            return None;
        }
    }
    // Versions: `Chrome/120.0.0.0`, `version 1.2.3.4`.
    let before = boundary::before(run.text, run.groups[first].start, REACH);
    // What a line says does not tell of the next one.
    let before = before.rsplit(|byte| *byte == b'\n').next().unwrap_or(before);
    let product = matches!(before, [.., letter, b'/'] if letter.is_ascii_alphabetic());
    let near = &before[before.len().saturating_sub(12)..];
    if product || boundary::has_word(near, &VERSIONS) {
        return None;
    }
    let after = &run.text[run.groups[first + 3].end..];
    let is_named = boundary::has_word(before, &NAMES) || before.ends_with(b"://") || before.ends_with(b"@");
    let is_used = matches!(after, [b':' | b'/', digit, ..] if digit.is_ascii_digit());
    if is_named || is_used {
        return Some((4, Finding::UNMISTAKABLE));
    }
    (!is_small(run, first) || !is_numbering(before, after)).then_some((4, Strength::Patterned.score()))
}

/// Whether all four numbers are as small as those of sections and versions.
fn is_small(run: &Run<'_>, first: usize) -> bool {
    (0..4).all(|i| numbers::value(run.digits(first + i)) <= SECTION_MAX)
}

/// Whether what stands around small numbers says that they number something: `section 4.10.22.7`, `// [3.7.2.4] call`,
/// `linux-2.6.35.4`, `802.11 7.3.2.2`, `zlib 1.2.2.3 or newer`, `1.7.12.4 Release Notes`, a heading's number.
fn is_numbering(before: &[u8], after: &[u8]) -> bool {
    let line = before.trim_ascii_start();
    let is_heading = before.len() < REACH
        && line.iter().all(|byte| matches!(byte, b'#' | b'=' | b'*' | b' '))
        && matches!(after, [b' ', letter, ..] if letter.is_ascii_uppercase());
    let is_bracketed = before.ends_with(b"[") && after.starts_with(b"]");
    let is_continued = matches!(before, [.., letter, b'-'] if letter.is_ascii_alphanumeric());
    let is_standard = matches!(before, [.., b'.', _, digit, b' '] if digit.is_ascii_digit());
    let next = &after[..after.len().min(REACH)];
    is_heading
        || is_bracketed
        || is_continued
        || is_standard
        || boundary::has_word(before, &NUMBERED)
        || FOLLOWED
            .iter()
            .any(|words| next.len() >= words.len() && next[..words.len()].eq_ignore_ascii_case(words.as_bytes()))
}

/// An IPv6 address of so many groups that it is nothing else.
pub(crate) fn is_unmistakable_v6(value: &str) -> bool {
    const COLONS_MIN: usize = 3;
    value.bytes().filter(|byte| *byte == b':').count() >= COLONS_MIN
}

/// An address around the colon at `at`, where that is the first colon of its word.
pub(crate) fn scan_v6(text: &str, at: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let hex_before = bytes[..at].iter().rev().take(5).take_while(|byte| byte.is_ascii_hexdigit()).count();
    let start = at - hex_before;
    if hex_before > 4 || start > 0 && (bytes[start - 1].is_ascii_alphanumeric() || b":_.".contains(&bytes[start - 1])) {
        return None;
    }
    let len = bytes[start..]
        .iter()
        .take(V6_MAX + 1)
        .take_while(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
        .count();
    if len > V6_MAX || !may_be_v6(&bytes[start..start + len]) {
        return None;
    }
    let word = text.get(start..start + len)?.trim_end_matches('.');
    let word = if word.ends_with("::") { word } else { word.trim_end_matches(':') };
    let end = start + word.len();
    if !boundary::ends(bytes, end) || bytes.get(end) == Some(&b'_') {
        return None;
    }
    let zone = zone_len(&bytes[end..]);
    // `::` stands for nothing that could be hidden, and `dead::beef` is a path in a program more often than an address.
    let colons = word.bytes().filter(|byte| *byte == b':').count();
    let looks_like_one = word.bytes().any(|byte| byte.is_ascii_digit()) || colons >= 4;
    (looks_like_one && word.parse::<Ipv6Addr>().is_ok()).then(|| Span::new(start, end + zone))
}

/// Whether groups are left out, or there are as many colons as in an address with all of them: a time has less.
fn may_be_v6(word: &[u8]) -> bool {
    let (mut colons, mut last) = (0, 0);
    for byte in word {
        if *byte == b':' {
            if last == b':' {
                return true;
            }
            colons += 1;
        }
        last = *byte;
    }
    colons >= V6_COLONS_MIN
}

/// Longest zone: an interface name of Linux (15 characters) and its `%`.
const ZONE_MAX: usize = 16;

/// The length of a zone (RFC 4007, 11: `%eth0`) at the beginning of `rest`.
fn zone_len(rest: &[u8]) -> usize {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    match rest {
        // Percent-encoded, as in a URL (RFC 6874).
        [b'%', b'2', b'5', name @ ..] | [b'%', name @ ..] => {
            let len = name.iter().take(ZONE_MAX).take_while(|byte| is_name(byte)).count();
            let len = len - name[..len].iter().rev().take_while(|byte| !byte.is_ascii_alphanumeric()).count();
            if len == 0 || len == ZONE_MAX { 0 } else { rest.len() - name.len() + len }
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v6(text: &str) -> Option<&str> {
        text.find(':').and_then(|at| scan_v6(text, at)).and_then(|span| span.of(text))
    }

    #[test]
    fn ipv6_addresses_are_found() {
        assert_eq!(v6("[2001:db8::ff00:42:8329]"), Some("2001:db8::ff00:42:8329"));
        assert_eq!(v6("at ::1."), Some("::1"));
        assert_eq!(v6("fe80::1%eth0."), Some("fe80::1%eth0"));
        assert_eq!(v6("[fe80::1%25en1]"), Some("fe80::1%25en1"));
        assert_eq!(v6("fe80::1% of"), Some("fe80::1"));
        assert_eq!(v6("::ffff:192.0.2.128"), Some("::ffff:192.0.2.128"));
    }

    #[test]
    fn times_paths_and_hardware_addresses_are_not() {
        for text in
            ["12:34:56", "std::fmt", "dead::beef", "a::b", "00:1b:44:11:3a:b7", "::", "x: 1", "1:2:3:4:5:6:7:8:9"]
        {
            assert_eq!(v6(text), None, "{text}");
        }
    }
}

//! Credentials in HTTP messages: `Authorization` and its like (RFC 9110, 11.6), cookies (RFC 6265).

use conclave_protocol::{Category, Span};

use super::{base64, notation, reading, value};
use crate::detector::{Finding, Strength};

/// Schemes that stand before credentials (IANA's registry, and what vendors add to it).
const SCHEMES: [&str; 17] = [
    "bearer",
    "basic",
    "token",
    "apikey",
    "api-key",
    "bot",
    "oauth",
    "digest",
    "negotiate",
    "ntlm",
    "key",
    "ssws",
    "splunk",
    "geniekey",
    "sso-key",
    "jwt",
    "api-token",
];

/// Longest `Cookie` header that is read: browsers send up to 4,096 bytes per cookie.
const COOKIES_MAX: usize = 8192;

/// What follows `Authorization` (also `Proxy-Authorization`) at `end`.
pub(super) fn authorization(text: &[u8], _start: usize, end: usize, found: &mut Vec<Finding>) {
    let closed = end + reading::count(text, end, 4, |byte| matches!(byte, b'"' | b'\'' | b'\\' | b']' | b')'));
    let at = closed + reading::spaces(text, closed, 8);
    if !matches!(text.get(at), Some(b':' | b'=' | b',')) {
        return;
    }
    let at = at + reading::count(text, at, 2, |byte| matches!(byte, b':' | b'=' | b'>' | b','));
    let at = at + reading::count(text, at, 12, |byte| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'`' | b'\\'));
    let Some(rest) = text.get(at..) else { return };
    let scheme = SCHEMES.iter().find(|scheme| {
        rest.get(..scheme.len()).is_some_and(|word| word.eq_ignore_ascii_case(scheme.as_bytes()))
            && matches!(rest.get(scheme.len()), Some(b' ' | b'='))
    });
    match scheme {
        Some(&"basic") => found.extend(basic(text, at, at + "basic ".len())),
        Some(scheme) => {
            let from = at + scheme.len() + 1;
            found.extend(credentials(text, from + reading::spaces(text, from, 4)));
        }
        None => found.extend(credentials(text, at)),
    }
}

/// What follows `Bearer ` at `end`, wherever it stands.
pub(super) fn bearer(text: &[u8], start: usize, end: usize, found: &mut Vec<Finding>) {
    if crate::boundary::starts(text, start) {
        found.extend(credentials(text, end).filter(|finding| finding.span.len() >= 16));
    }
}

/// What follows `Basic ` at `end`: base 64 of `user:password` (RFC 7617).
pub(super) fn basic_anywhere(text: &[u8], start: usize, end: usize, found: &mut Vec<Finding>) {
    found.extend(basic(text, start, end));
}

fn basic(text: &[u8], start: usize, end: usize) -> Option<Finding> {
    if !crate::boundary::starts(text, start) {
        return None;
    }
    let len = reading::count(text, end, 512, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_')
    });
    let encoded = &text[end..end + len];
    let decoded = base64::decode(encoded)?;
    let pair =
        decoded.len() >= 4 && decoded.contains(&b':') && decoded.iter().all(|byte| *byte >= b' ' && *byte != 0x7f);
    pair.then(|| Finding::new(Span::new(end, end + len), Category::Password, Strength::Secret, "basic"))
}

fn credentials(text: &[u8], at: usize) -> Option<Finding> {
    let span = reading::until(text, at, |byte| {
        byte <= b' '
            || byte >= 0x7f
            || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\' | b',' | b';' | b')' | b'}')
    });
    let bytes = &text[span.start..span.end];
    let bytes = &bytes[..bytes.len() - bytes.iter().rev().take_while(|byte| **byte == b'.').count()];
    let next = text.get(span.end).copied();
    let holds = value::is_random(bytes) && !value::is_reference(bytes, false, next);
    holds.then(|| {
        Finding::new(Span::new(at, at + bytes.len()), super::kind_of_token(bytes), Strength::Secret, "authorization")
    })
}

/// The cookies of a header `Cookie` or `Set-Cookie`: each value that looks random.
pub(super) fn cookies(text: &[u8], _start: usize, end: usize, found: &mut Vec<Finding>) {
    let line = reading::count(text, end, COOKIES_MAX, |byte| !matches!(byte, b'\n' | b'"' | b'\'' | b'`'));
    let line = &text[end..end + line];
    let mut at = end;
    for cookie in line.split(|byte| *byte == b';') {
        if let Some(equals) = cookie.iter().position(|byte| *byte == b'=') {
            let bytes = cookie[equals + 1..].trim_ascii_end();
            let start = at + equals + 1;
            if bytes.len() >= 16
                && bytes.len() <= notation::VALUE_MAX * 8
                && !bytes.contains(&b' ')
                && value::is_random(bytes)
            {
                let span = Span::new(start, start + bytes.len());
                found.push(Finding::new(span, Category::Secret, Strength::Secret, "cookie"));
            }
        }
        at += cookie.len() + 1;
    }
}

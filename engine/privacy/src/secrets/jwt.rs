//! JSON Web Tokens in compact form (RFC 7519; RFC 7515, 3.1; RFC 7516, 3.1).

use conclave_protocol::Span;

use super::base64;
use crate::alphabet::Alphabet;
use crate::boundary;

/// Longest header that is decoded; a header with a certificate chain stays below.
const HEADER_MAX: usize = 16 * 1024;

pub(crate) fn scan(text: &str, at: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    // A base64url character before the anchor means that it is in the middle of something else.
    if !boundary::starts(bytes, at) || at > 0 && matches!(bytes[at - 1], b'_' | b'-' | b'.') {
        return None;
    }
    let header_len = Alphabet::BASE64URL.run(&bytes[at..], HEADER_MAX);
    let header_end = at + header_len;
    if bytes.get(header_end) != Some(&b'.') || !names_algorithm(&base64::decode(&bytes[at..header_end])?) {
        return None;
    }
    // Payload and signature; five parts where the token is encrypted. An unsigned token ends with a dot.
    let mut end = header_end;
    let mut parts = 1;
    while parts < 5 && bytes.get(end) == Some(&b'.') {
        let len = Alphabet::BASE64URL.run(&bytes[end + 1..], usize::MAX);
        if parts == 1 && len == 0 {
            return None;
        }
        if len == 0 && parts > 2 {
            break;
        }
        end += 1 + len;
        parts += 1;
    }
    Some(Span::new(at, end))
}

/// Whether the bytes are a JSON object with a member `alg`.
fn names_algorithm(json: &[u8]) -> bool {
    let json = json.trim_ascii();
    if !(json.starts_with(b"{") && json.ends_with(b"}") && std::str::from_utf8(json).is_ok()) {
        return false;
    }
    json.windows(5)
        .enumerate()
        .any(|(at, window)| window == b"\"alg\"" && json[at + 5..].trim_ascii_start().first() == Some(&b':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    // {"alg":"HS256","typ":"JWT"} . {"sub":"1"}
    const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

    #[test]
    fn a_token_is_found_whole() {
        let token = format!("{HEADER}.eyJzdWIiOiIxIn0.c2lnbmF0dXJl");
        let text = format!("Bearer {token}, ok");
        assert_eq!(scan(&text, 7).and_then(|span| span.of(&text)), Some(token.as_str()));
    }

    #[test]
    fn other_base_64_is_left() {
        assert_eq!(scan("eyJmb28iOiJiYXIifQ.eyJzdWIiOiIxIn0.c2ln", 0), None);
        assert_eq!(scan(HEADER, 0), None);
    }
}

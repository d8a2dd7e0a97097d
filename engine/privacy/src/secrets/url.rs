//! URLs that carry a user name and a password, or a long token in the place of the user name (RFC 3986, 3.2.1).

use conclave_protocol::Span;

use crate::entropy;

/// Longest user information with host that is looked at.
const AUTHORITY_MAX: usize = 1024;
/// Longest rest of a password behind a `/` in it.
const PASSWORD_REST_MAX: usize = 128;
/// A user name alone is a secret only where it is a token: the shortest keys of services that are used so have 20 characters.
const TOKEN_MIN: usize = 20;

pub(crate) fn scan(text: &str, at: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let scheme = bytes[..at]
        .iter()
        .rev()
        .take(24)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        .count();
    let start = at - scheme;
    if !bytes.get(start).is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    let authority_start = at + 3;
    let rest = &bytes[authority_start..];
    let authority_len = authority_len(rest);
    let authority = &rest[..authority_len];
    let host_at = authority.iter().rposition(|byte| *byte == b'@')? + 1;
    let host = &authority[host_at..];
    if !host.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'[' || *byte >= 0x80) {
        return None;
    }
    if !is_credential(&authority[..host_at - 1]) {
        return None;
    }
    let tail = rest[authority_len..].iter().take_while(|byte| !ends_url(**byte)).count();
    let mut end = authority_start + authority_len + tail;
    while matches!(bytes[end - 1], b'.' | b',' | b';' | b':' | b'!' | b')' | b']' | b'}') {
        end -= 1;
    }
    Some(Span::new(start, end.max(authority_start + host_at)))
}

/// Length of user information and host. A password may hold `/`, `?` or `#`, because nobody escaped it or because it was read
/// without its escapes: then a colon stands before it that no port follows, and an `@` with a host behind it.
fn authority_len(rest: &[u8]) -> usize {
    let len = rest.iter().take(AUTHORITY_MAX).take_while(|byte| !ends_authority(**byte)).count();
    let authority = &rest[..len];
    let Some(colon) = authority.iter().position(|byte| *byte == b':') else { return len };
    let is_port = authority[colon + 1..].iter().all(u8::is_ascii_digit);
    if is_port || authority.contains(&b'@') || authority.starts_with(b"[") {
        return len;
    }
    let whole = rest.iter().take(len + PASSWORD_REST_MAX).take_while(|byte| !ends_url(**byte)).count();
    let Some(at) = rest[len..whole].iter().rposition(|byte| *byte == b'@') else { return len };
    let host = len + at + 1;
    host + rest[host..whole].iter().take_while(|byte| !ends_authority(**byte)).count()
}

fn is_credential(user_info: &[u8]) -> bool {
    match user_info.iter().position(|byte| *byte == b':') {
        Some(colon) => {
            let password = &user_info[colon + 1..];
            let stand_in = matches!(password.first(), Some(b'$' | b'<' | b'{' | b'%'))
                && matches!(password.last(), Some(b'}' | b'>' | b'%' | b'A'..=b'Z'));
            let masked = password.iter().all(|byte| matches!(byte, b'*' | b'x' | b'X' | b'.'));
            !password.is_empty() && !stand_in && !masked
        }
        None => user_info.len() >= TOKEN_MIN && !entropy::is_placeholder(user_info),
    }
}

fn ends_authority(byte: u8) -> bool {
    matches!(byte, b'/' | b'?' | b'#') || ends_url(byte)
}

fn ends_url(byte: u8) -> bool {
    byte <= b' ' || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`' | b'\\' | b'|') || byte == 0x7f
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        text.find("://").and_then(|at| scan(text, at)).and_then(|span| span.of(text))
    }

    #[test]
    fn credentials_in_urls_are_found_whole() {
        assert_eq!(
            found("db: postgres://app:s3cr3t@db.example.com:5432/main?ssl=1."),
            Some("postgres://app:s3cr3t@db.example.com:5432/main?ssl=1")
        );
        assert_eq!(found("redis://:p4ss@10.0.0.1"), Some("redis://:p4ss@10.0.0.1"));
        assert_eq!(found("https://u:p@ss@host/x"), Some("https://u:p@ss@host/x"));
        for password in ["a/b", "a?b#c", "vE7/rk9Q!x2"] {
            let text = format!("postgres://app:{password}@db.example.com:5432/main");
            assert_eq!(found(&text), Some(text.as_str()));
        }
    }

    #[test]
    fn plain_urls_and_stand_ins_are_left() {
        for text in [
            "https://example.com/a@b",
            "https://example.com:8080/a@b",
            "https://example.com:8080/@scope/name",
            "https://[::1]/a@b",
            "http://host:/a@b",
            "https://user@example.com",
            "https://u:${PASSWORD}@host",
            "https://u:<password>@host",
            "mysql://u:****@host",
            "://a:b@c",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}

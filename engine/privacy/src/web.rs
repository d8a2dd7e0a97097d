//! Addresses of the web (RFC 3986) that lead to a person or into a private place: profiles, personal folders, links that
//! let in whoever has them, hosts that only an organisation's own network knows. Other addresses are public, and prose and
//! code are full of them: they are hidden where a person asks for it
//! ([`PrivacySettings::web_addresses`](conclave_protocol::PrivacySettings::web_addresses)).

use conclave_protocol::{Category, Span};

use crate::detector::{Finding, Strength};
use crate::uuid;

/// Longest address that is looked at.
const URL_MAX: usize = 2_048;
/// Fewest characters of a value that lets somebody in.
const TICKET_MIN: usize = 12;

/// Hosts, each with the path behind which a person's name stands; nothing may follow the name.
const PROFILES: [&str; 14] = [
    "calendly.com/",
    "facebook.com/",
    "fb.com/",
    "instagram.com/",
    "linkedin.com/in/",
    "linkedin.com/pub/",
    "paypal.me/",
    "reddit.com/u/",
    "reddit.com/user/",
    "t.me/",
    "twitter.com/",
    "wa.me/",
    "x.com/",
    "xing.com/profile/",
];
/// Pages of those hosts that are nobody's.
const PAGES: [&str; 12] =
    ["about", "explore", "help", "hashtag", "home", "intent", "login", "pages", "privacy", "search", "share", "sharer"];
/// User names that are nobody's.
const USERS: [&str; 6] = ["anonymous", "git", "hg", "svn", "user", "username"];
/// Top-level domains that are not of the public network (RFC 6762, RFC 8375; `.internal` is reserved by ICANN).
const PRIVATE_TOP: [&str; 7] = [".corp", ".home.arpa", ".internal", ".intranet", ".lan", ".local", ".localdomain"];
/// Names of parameters that let in whoever has the link.
const TICKETS: [&str; 12] = [
    "access_token",
    "auth",
    "authkey",
    "code",
    "invite",
    "key",
    "session",
    "sid",
    "sig",
    "signature",
    "token",
    "x-amz-signature",
];

/// The address around the `://` at `at`, where it is private by its look.
pub(crate) fn scan_private(text: &str, at: usize) -> Option<Span> {
    let span = span(text.as_bytes(), at)?;
    is_private(text.get(at + 3..span.end)?).then_some(span)
}

/// Adds every address with a scheme.
pub(crate) fn scan(text: &str, found: &mut Vec<Finding>) {
    let mut at = 0;
    while let Some(offset) = text[at..].find("://") {
        let here = at + offset;
        at = here + 3;
        if let Some(span) = span(text.as_bytes(), here) {
            at = span.end.max(at);
            found.push(Finding::new(span, Category::Url, Strength::Patterned, "web-address"));
        }
    }
}

/// From the scheme to the last character of the address.
fn span(text: &[u8], at: usize) -> Option<Span> {
    const SCHEMES: [&[u8]; 4] = [b"https", b"http", b"ftp", b"ws"];
    let before = &text[at.saturating_sub(6)..at];
    let scheme = SCHEMES.iter().find(|scheme| {
        before.len() >= scheme.len() && before[before.len() - scheme.len()..].eq_ignore_ascii_case(scheme)
    })?;
    let start = at - scheme.len();
    if start > 0 && text[start - 1].is_ascii_alphanumeric() {
        return None;
    }
    let ends = |byte: &u8| *byte <= b' ' || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`' | b'\\' | b'|' | 0x7f..);
    let rest = &text[at + 3..text.len().min(at + 3 + URL_MAX)];
    let len = rest.iter().position(ends).unwrap_or(rest.len());
    // A picture inside a link of Markdown: `[![x](https://a)](https://b)`.
    let len = rest[..len].windows(3).position(|part| part == b")](").unwrap_or(len);
    let more = |open: u8, close: u8| {
        let count = |bracket| rest[..len].iter().filter(|byte| **byte == bracket).count();
        count(close) > count(open)
    };
    let (round, square) = (more(b'(', b')'), more(b'[', b']'));
    let is_mark = |byte: &&u8| {
        matches!(byte, b'.' | b',' | b';' | b':' | b'!' | b'?' | b'*' | b'_' | b'}')
            || **byte == b')' && round
            || **byte == b']' && square
    };
    let len = len - rest[..len].iter().rev().take_while(is_mark).count();
    rest.first().filter(|byte| len > 0 && byte.is_ascii_alphanumeric()).map(|_| Span::new(start, at + 3 + len))
}

/// Whether an address (without its scheme) leads to a person or into a private place. Placeholders (`/users/{id}`) do not.
fn is_private(address: &str) -> bool {
    if address.contains(['{', '$', '<', '*']) {
        return false;
    }
    let (place, query) = address.split_once(['?', '#']).unwrap_or((address, ""));
    let (authority, path) = place.split_once('/').unwrap_or((place, ""));
    let (user, authority) = authority.rsplit_once('@').unwrap_or(("", authority));
    let is_of_user = !user.is_empty() && !USERS.contains(&user);
    let host = authority.split(':').next().unwrap_or(authority).to_ascii_lowercase();
    let is_own_network = PRIVATE_TOP.iter().any(|top| host.len() > top.len() && host.ends_with(top))
        || ["10.", "192.168."].iter().any(|net| host.starts_with(net))
            && host.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit());
    let is_name =
        |name: &str| name.len() >= 2 && name.bytes().any(|byte| byte.is_ascii_alphabetic() || byte.is_ascii_digit());
    let is_profile = || {
        let known = host.strip_prefix("www.").or_else(|| host.strip_prefix("m.")).unwrap_or(&host);
        let page = format!("{known}/{path}");
        PROFILES.iter().filter_map(|head| page.strip_prefix(head)).any(|name| {
            let name = name.trim_end_matches('/');
            is_name(name) && !name.contains(['/', '.']) | known.starts_with("linkedin") && !PAGES.contains(&name)
        })
    };
    let is_folder = || {
        path.split('/').any(|part| {
            part.strip_prefix(['@', '~']).is_some_and(|name| is_name(name) && !name.contains(['@', '.']))
                && host != "npmjs.com"
                && !host.contains("unpkg")
                && !host.contains("jsdelivr")
                && !host.contains("npmjs")
        })
    };
    let lets_in = || {
        query.split(['&', ';', '#']).filter_map(|pair| pair.split_once('=')).any(|(name, value)| {
            TICKETS.contains(&name.to_ascii_lowercase().as_str())
                && value.len() >= TICKET_MIN
                && value.bytes().any(|byte| byte.is_ascii_digit())
        })
    };
    let is_opaque = || address.split(['/', '?', '=', '&', '#', '.']).any(|part| uuid::is_uuid(part.as_bytes()));
    is_of_user || is_own_network || is_profile() || is_folder() || lets_in() || is_opaque()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_persons_and_private_places_are_told() {
        for url in [
            "https://examplePublicKey@o0.ingest.sentry.io/0",
            "https://www.linkedin.com/in/ann-smith-4471/",
            "https://facebook.com/ann.smith4",
            "https://instagram.com/annsmith",
            "https://medium.com/@annsmith/post",
            "https://cs.example.edu/~annsmith/",
            "http://wiki.example.corp/team",
            "http://printer.local",
            "https://10.1.2.3:8443/admin",
            "https://example.com/join?invite=a81f22c977b1",
            "https://webhook.site/a8eedfd6-9d8a-44e0-b0fc-cc7d517db5dc?q=1",
        ] {
            let text = format!("See ({url}).");
            let found = text.find("://").and_then(|at| scan_private(&text, at));
            // A dot in a name of a profile is rare enough.
            assert_eq!(found.and_then(|span| span.of(&text)).is_some(), !url.contains("ann.smith4"), "{url}");
            assert!(found.is_none_or(|span| span.of(&text) == Some(url)), "{url}");
        }
    }

    #[test]
    fn public_addresses_are_left_but_found_where_asked_for() {
        for url in [
            "https://www.example.com/store/abc/",
            "https://github.com/rust-lang/rust/issues/1",
            "https://x.com/search?q=1",
            "https://docs.rs/serde/1.0.0/serde/",
            "https://api.example.com/users/{id}?token=$TOKEN1234567",
            "http://localhost:8080/a",
            "https://git@github.com/rust-lang/rust",
            "https://www.npmjs.com/package/@scope/name",
        ] {
            let text = format!("a {url}, b");
            let at = text.find("://").unwrap();
            assert_eq!(scan_private(&text, at), None, "{url}");
            let mut found = Vec::new();
            scan(&text, &mut found);
            assert_eq!(found.len(), 1, "{url}");
            assert_eq!(found[0].span.of(&text), Some(url));
        }
        let mut found = Vec::new();
        scan("a://b, ://c https:// and xhttp://d", &mut found);
        assert_eq!(found, []);
        scan("[![x](https://a.example/b)](https://c.example)", &mut found);
        assert_eq!(found.iter().map(|one| one.span.len()).collect::<Vec<_>>(), [19, 17]);
    }
}

//! E-mail addresses (RFC 5321 lengths; unquoted local parts).

use conclave_protocol::Span;

/// RFC 5321, 4.5.3.1.1: octets of a local part.
const LOCAL_MAX: usize = 64;
/// RFC 5321, 4.5.3.1.2: octets of a domain.
const DOMAIN_MAX: usize = 255;

/// Endings that look like `name@2x.png` or `getty@tty1.service`: files and units, not top-level domains in use for mail.
const NOT_TOP_LEVEL: [&str; 22] = [
    "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "css", "js", "mjs", "ts", "tsx", "jsx", "json", "html", "txt",
    "pdf", "service", "socket", "timer", "mount", "target",
];

pub(crate) fn scan(text: &str, at: usize) -> Option<Span> {
    let start = at - local_len(&text[..at]);
    let local = &text[start..at];
    if local.is_empty() {
        return None;
    }
    let domain = domain(&text[at + 1..])?;
    let end = at + 1 + domain.len();
    // `git@host:path` and `git@host/path` name a repository; the user name is the same for everybody.
    let after = text.as_bytes().get(end);
    if local == "git" && matches!(after, Some(b':' | b'/')) {
        return None;
    }
    Some(Span::new(start, end))
}

/// Letters of European languages count; other scripts end the address, since their text often runs on without a space.
fn is_latin(c: char) -> bool {
    c.is_ascii_alphanumeric() || ('\u{c0}'..='\u{24f}').contains(&c) && c != '\u{d7}' && c != '\u{f7}'
}

fn local_len(before: &str) -> usize {
    let mut start = before.len();
    for (i, c) in before.char_indices().rev() {
        let allowed = is_latin(c) || ".!#$%&'*+-/=?^_`{|}~".contains(c);
        if !allowed || before.len() - i > LOCAL_MAX {
            break;
        }
        // An empty atom ends the local part (RFC 5322, 3.2.3: no two dots in a row, none at the end).
        if c == '.' && (start == before.len() || before.as_bytes().get(i + 1) == Some(&b'.')) {
            break;
        }
        start = i;
    }
    // Punctuation before a value belongs to the text around it: `='a@b.c'`, `...a@b.c`, `mail=a@b.c`, `/a@b.c`.
    let local = &before[start..];
    let local = local.rsplit(['=', '/', '?', '&', '`', '|', '{', '}']).next().unwrap_or(local);
    local.trim_start_matches(|c: char| !is_latin(c) && c != '_' && c != '+').len()
}

fn domain(after: &str) -> Option<&str> {
    let end = after
        .char_indices()
        .take_while(|(i, c)| *i < DOMAIN_MAX && (is_latin(*c) || *c == '.' || *c == '-'))
        .last()
        .map(|(i, c)| i + c.len_utf8())?;
    let mut domain = after[..end].trim_end_matches(['.', '-']);
    // `a@b.com.Next sentence`, `a@b.com..`: an empty label ends the domain.
    if let Some(cut) = domain.find("..") {
        domain = &domain[..cut];
    }
    let (rest, top) = domain.rsplit_once('.')?;
    let labels_fit = rest.split('.').all(|label| !label.is_empty() && label.len() <= 63 && !label.starts_with('-'));
    let lower = top.to_ascii_lowercase();
    let top_fits = (top.chars().count() >= 2 && top.chars().all(|c| is_latin(c) && !c.is_ascii_digit()))
        || lower.starts_with("xn--");
    (labels_fit && top_fits && !NOT_TOP_LEVEL.contains(&lower.as_str())).then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        text.find('@').and_then(|at| scan(text, at)).and_then(|span| span.of(text))
    }

    #[test]
    fn addresses_are_cut_out_of_their_surroundings() {
        assert_eq!(found("Write to jane.doe+x@example.co.uk, please."), Some("jane.doe+x@example.co.uk"));
        assert_eq!(found("<a href='mailto:a@b.io'>"), Some("a@b.io"));
        assert_eq!(found("…müller@bücher.de."), Some("müller@bücher.de"));
        assert_eq!(found("请联系foo@example.com谢谢"), Some("foo@example.com"));
        assert_eq!(found("mail=a_b@example.com&x=1"), Some("a_b@example.com"));
    }

    #[test]
    fn files_mentions_and_versions_are_not_addresses() {
        for text in ["icon@2x.png", "@someone", "react@18.2.0", "git@github.com:a/b.git", "a@b", "a@.com", "x@y.1"] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}

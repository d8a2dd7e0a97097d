//! E-mail addresses (RFC 5321; RFC 6531 for other alphabets of Latin script): also with a quoted local part, and spelled out
//! against harvesters (`jane [at] example [dot] com`).

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

/// Top-level domains of countries and territories (IANA, root zone database), without those that end names of files as well:
/// `am`, `cc`, `in`, `md`, `pl`, `ps`, `py`, `rs`, `sh`, `so`, `ws` say little.
const COUNTRIES: &str = "acadaeafagaialaoaqarasatauawaxazbabbbdbebfbgbhbibjbmbnbobrbsbtbwbybzcacdcfcgchcickclcmcncocrcucv\
    cwcxcyczdedjdkdmdodzeceeegereseteufifjfkfmfofrgagdgegfggghgiglgmgngpgqgrgsgtgugwgyhkhmhnhrhthuidieilimioiqirisitjejmjojpke\
    kgkhkikmknkpkrkwkykzlalblclilklrlsltlulvlymamcmemgmhmkmlmmmnmompmqmrmsmtmumvmwmxmymznancnenfngninlnonpnrnunzompapepfpgphpk\
    pmpnprptpwqarerorurwsasbscsdsesgsiskslsmsnsrssstsusvsxsysztctdtftgthtjtktltmtntotrtttvtwtzuaugukusuyuzvavcvevgvivnvuwfyeytza\
    zmzw";
/// The other top-level domains of most addresses, and those of examples (RFC 2606).
const GENERIC: [&str; 32] = [
    "academy", "aero", "app", "biz", "blog", "cloud", "com", "coop", "dev", "edu", "email", "example", "gov", "health",
    "info", "int", "jobs", "law", "live", "mil", "museum", "name", "net", "online", "org", "pro", "shop", "site",
    "store", "tech", "test", "xyz",
];

/// Whether an address ends in a top-level domain that there is.
pub(crate) fn is_unmistakable(address: &str) -> bool {
    let top = address.rsplit('.').next().unwrap_or(address).as_bytes();
    match top {
        [_, _] => COUNTRIES.as_bytes().chunks(2).any(|country| country.eq_ignore_ascii_case(top)),
        _ => GENERIC.iter().any(|generic| generic.as_bytes().eq_ignore_ascii_case(top)),
    }
}

pub(crate) fn scan(text: &str, at: usize) -> Option<Span> {
    let start = at - quoted_len(&text[..at]).unwrap_or_else(|| local_len(&text[..at]));
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

/// Top-level domains that are taken where every sign of the address is a word; `in`, `it`, `me` end too many sentences.
const SPELLED_TOP: [&str; 30] = [
    "com", "net", "org", "edu", "gov", "info", "biz", "io", "dev", "app", "ai", "co", "uk", "de", "fr", "es", "nl",
    "ch", "eu", "se", "dk", "pl", "cz", "ru", "jp", "cn", "br", "au", "ca", "tv",
];

/// Length of a quoted local part (RFC 5321, 4.1.2) that ends `before`: `"jane doe"`.
fn quoted_len(before: &str) -> Option<usize> {
    let inner = before.strip_suffix('"')?;
    let window = &inner.as_bytes()[inner.len().saturating_sub(LOCAL_MAX)..];
    let len = window.iter().rev().position(|byte| matches!(byte, b'"' | b'\n'))?;
    let open = inner.len() - len - 1;
    // The quote that opens it stands behind a space or an operator; else it is the end of another string.
    let fits = inner.as_bytes()[open] == b'"'
        && len > 0
        && (open == 0 || matches!(inner.as_bytes()[open - 1], b' ' | b'<' | b':' | b',' | b';' | b'(' | b'=' | b'\n'));
    fits.then_some(before.len() - open)
}

/// Spellings of `@`, the longer ones first.
const ATS: [&str; 12] =
    [" [at] ", " (at) ", " {at} ", " <at> ", "[at]", "(at)", "{at}", "<at>", "[@]", "(@)", " at ", " @ "];
/// Spellings of `.` in a domain that is spelled out.
const DOTS: [&str; 12] =
    [" [dot] ", " (dot) ", " {dot} ", " <dot> ", "[dot]", "(dot)", "{dot}", "<dot>", "[.]", "(.)", " dot ", "."];

/// An address that is spelled out; `at` is where the word `at` or its bracket stands in it.
///
/// A plain ` at ` is taken only where ` dot ` follows in the domain: `meet me at example.com` is a sentence.
pub(crate) fn scan_spelled(text: &str, at: usize) -> Option<Span> {
    let from = at.saturating_sub(usize::from(text[..at].ends_with(' ')));
    let rest = text.get(from..)?;
    let sign = ATS.iter().find(|sign| starts_with(rest, sign))?;
    let start = from - local_len(&text[..from]);
    let plain = matches!(*sign, " at " | " @ ");
    if start == from {
        return None;
    }
    let mut end = from + sign.len();
    let (mut labels, mut spelled) = (0, !plain);
    let mut top;
    loop {
        let label = text[end..].find(|c: char| !is_latin(c) && c != '-').unwrap_or(text.len() - end);
        if label == 0 || label > 63 {
            return None;
        }
        top = &text[end..end + label];
        labels += 1;
        let last = end + label;
        let next = DOTS.iter().find(|dot| starts_with(&text[last..], dot));
        // A dot at the end of the sentence is none of the domain.
        let next = next.filter(|dot| text[last + dot.len()..].starts_with(is_latin) && labels < 8);
        let Some(dot) = next else {
            end = last;
            break;
        };
        spelled |= *dot != ".";
        end = last + dot.len();
    }
    let top_fits = (2..=24).contains(&top.len()) && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    let lower = top.to_ascii_lowercase();
    let known = if plain { SPELLED_TOP.contains(&lower.as_str()) } else { !NOT_TOP_LEVEL.contains(&lower.as_str()) };
    let fits = labels >= 2 && spelled && top_fits && known;
    fits.then(|| Span::new(start, end))
}

fn starts_with(text: &str, head: &str) -> bool {
    text.as_bytes().get(..head.len()).is_some_and(|bytes| bytes.eq_ignore_ascii_case(head.as_bytes()))
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
    // `name@5.0.12.Final` is a version.
    let is_version = rest.contains('.') && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (labels_fit && top_fits && !is_version && !NOT_TOP_LEVEL.contains(&lower.as_str())).then_some(domain)
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
    fn quoted_local_parts_are_whole() {
        assert_eq!(found("to \"jane doe\"@example.com."), Some("\"jane doe\"@example.com"));
        assert_eq!(found("{\"a\": \"b\", \"@example.com"), None);
    }

    #[test]
    fn addresses_that_are_spelled_out_are_found() {
        let spelled = |text: &'static str, at: &str| {
            text.find(at).and_then(|at| scan_spelled(text, at)).and_then(|span| span.of(text))
        };
        assert_eq!(spelled("write jane [at] example [dot] com.", "[at]"), Some("jane [at] example [dot] com"));
        assert_eq!(spelled("jane.doe(at)mail.example.org!", "(at)"), Some("jane.doe(at)mail.example.org"));
        assert_eq!(spelled("mail jane at example dot co dot uk", "at e"), Some("jane at example dot co dot uk"));
        assert_eq!(spelled("jane @ example (dot) com", "@"), Some("jane @ example (dot) com"));
        assert_eq!(spelled("we met at example.com today", "at e"), None);
        assert_eq!(spelled("look at the dot", "at t"), None);
        assert_eq!(spelled("array[at].x", "[at]"), None);
    }

    #[test]
    fn addresses_of_domains_that_there_are_are_unmistakable() {
        for sure in ["a@b.com", "a@b.co.uk", "a@b.DE", "a@host.example"] {
            assert!(is_unmistakable(sure), "{sure}");
        }
        for doubtful in ["a@b.rs", "a@b.Final", "a@b.zz", "a@b.notes"] {
            assert!(!is_unmistakable(doubtful), "{doubtful}");
        }
    }

    #[test]
    fn files_mentions_and_versions_are_not_addresses() {
        for text in [
            "icon@2x.png",
            "@someone",
            "react@18.2.0",
            "git@github.com:a/b.git",
            "a@b",
            "a@.com",
            "x@y.1",
            "x@5.0.12.Final",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}

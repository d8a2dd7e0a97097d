//! Private keys in PEM form (RFC 7468), OpenSSH's and PGP's armour included, also where the end is missing.

use conclave_protocol::Span;

use crate::entropy;

/// Longest label; the longest in use is `PGP PRIVATE KEY BLOCK`.
const LABEL_MAX: usize = 40;

pub(crate) fn scan(text: &str, at: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let label_start = at + "-----BEGIN ".len();
    let window = &bytes[label_start..bytes.len().min(label_start + LABEL_MAX)];
    let label_len = window.windows(2).position(|pair| pair == b"--")?;
    if !entropy::contains(&window[..label_len].to_ascii_uppercase(), b"PRIVATE KEY") {
        return None;
    }
    let dashes = |from: usize| bytes[from..].iter().take(5).take_while(|byte| **byte == b'-').count();
    let body = label_start + label_len + dashes(label_start + label_len);
    // The next row of dashes is the end line, or another block begins and this one is unfinished. Either way nothing
    // behind it is looked at, so many beginnings cost one pass together.
    match text[body..].find("-----") {
        Some(offset) if is_end(&bytes[body + offset..]) => {
            let end_line = body + offset + "-----END ".len();
            let rest = &bytes[end_line..bytes.len().min(end_line + LABEL_MAX)];
            let len = rest.iter().position(|byte| *byte == b'-').unwrap_or(0);
            Some(Span::new(at, end_line + len + dashes(end_line + len)))
        }
        Some(offset) => Some(Span::new(at, unfinished(bytes, body, body + offset))),
        None => Some(Span::new(at, unfinished(bytes, body, bytes.len()))),
    }
}

fn is_end(bytes: &[u8]) -> bool {
    bytes.get(..9).is_some_and(|start| start.eq_ignore_ascii_case(b"-----END "))
}

/// End of the lines from `body` on that can belong to a key: base 64, armour headers, empty lines before more of them.
fn unfinished(bytes: &[u8], body: usize, limit: usize) -> usize {
    let mut end = body;
    let mut line_start = body;
    while line_start < limit {
        let len = bytes[line_start..limit].iter().position(|byte| *byte == b'\n').unwrap_or(limit - line_start);
        let line = bytes[line_start..line_start + len].trim_ascii();
        let is_header = line.windows(2).take(20).any(|pair| pair == b": ");
        let is_body =
            line.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\\'));
        if !line.is_empty() && !is_header && !is_body {
            // A key on one line (`\n` escaped, as in .env files) ends at its quote or space.
            return if end == body { end + len_in_one_line(&bytes[line_start..line_start + len]) } else { end };
        }
        if !line.is_empty() {
            end = line_start + len;
        }
        line_start += len + 1;
    }
    while end > body && bytes[end - 1].is_ascii_whitespace() {
        end -= 1;
    }
    end
}

fn len_in_one_line(line: &[u8]) -> usize {
    line.iter().take_while(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'`' | b',')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        text.find("-----BEGIN ").and_then(|at| scan(text, at)).and_then(|span| span.of(text))
    }

    #[test]
    fn a_block_is_found_whole() {
        let block = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----";
        assert_eq!(found(&format!("key:\n{block}\nbye")), Some(block));
        let escaped = block.replace('\n', "\\n");
        assert_eq!(found(&format!("{{\"key\":\"{escaped}\\n\"}}")), Some(escaped.as_str()));
    }

    #[test]
    fn an_unfinished_block_is_covered_as_far_as_it_goes() {
        let block = "-----BEGIN PRIVATE KEY-----\nMIIEow\nIBAAKC";
        assert_eq!(found(&format!("{block}\n\nWhat is this, please?")), Some(block));
        assert_eq!(found("K=\"-----BEGIN PRIVATE KEY-----\\nMIIE\\nabc\" next, line"), {
            Some("-----BEGIN PRIVATE KEY-----\\nMIIE\\nabc")
        });
        assert_eq!(found("-----BEGIN EC PRIVATE KEY-----"), Some("-----BEGIN EC PRIVATE KEY-----"));
    }

    #[test]
    fn certificates_and_public_keys_are_left() {
        assert_eq!(found("-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----"), None);
        assert_eq!(found("-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----"), None);
    }
}

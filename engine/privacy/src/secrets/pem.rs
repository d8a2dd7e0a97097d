//! Blocks of keys: PEM (RFC 7468) with certificates, OpenSSH's and PGP's armour (RFC 9580), SSH2 (RFC 4716), PuTTY's files;
//! whole, on one line with escapes, and where the end is missing.
//!
//! Certificates are covered as well, though they are public: they name their holder, and a text with one is mostly about a
//! machine of one's own. It costs over-redaction where many stand, 6 % of a Linux system's `/etc`.

use conclave_protocol::{Category, Span};

use crate::detector::{Finding, Strength};
use crate::entropy;

/// Longest label; the longest in use is `PGP PRIVATE KEY BLOCK, PART 1 OF 2`.
const LABEL_MAX: usize = 48;
/// Fewest characters of base 64 in a block that has an end; less is a picture of a key.
const BODY_MIN: usize = 12;
/// Names of armour headers (RFC 1421, 4.6; RFC 9580, 6.2).
const HEADERS: [&[u8]; 8] =
    [b"Proc-Type:", b"DEK-Info:", b"Version:", b"Comment:", b"Hash:", b"Charset:", b"MessageID:", b"Subject:"];

/// Labels of blocks that are covered; public keys are made to be handed on.
const LABELS: [&[u8]; 3] = [b"PRIVATE KEY", b"CERTIFICATE", b"PGP MESSAGE"];

pub(crate) fn scan(text: &str, at: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let label_start = at + "-----BEGIN ".len();
    let window = &bytes[label_start..bytes.len().min(label_start + LABEL_MAX)];
    let label_len = window.windows(2).position(|pair| pair == b"--")?;
    let label = window[..label_len].to_ascii_uppercase();
    if !LABELS.iter().any(|known| entropy::contains(&label, known)) {
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
            let letters = bytes[body..body + offset].iter().filter(|byte| is_base_64(**byte)).take(BODY_MIN).count();
            (letters == BODY_MIN).then(|| Span::new(at, end_line + len + dashes(end_line + len)))
        }
        Some(offset) => Some(Span::new(at, unfinished(bytes, body, body + offset))),
        None => Some(Span::new(at, unfinished(bytes, body, bytes.len()))),
    }
}

/// A private key in PuTTY's format whose first line begins at `start`: fields and base 64 up to the check sum.
pub(super) fn putty(text: &[u8], start: usize, end: usize, found: &mut Vec<Finding>) {
    const FIELDS: [&[u8]; 10] = [
        b"Encryption: ",
        b"Comment: ",
        b"Public-Lines: ",
        b"Private-Lines: ",
        b"Private-MAC: ",
        b"Key-Derivation: ",
        b"Argon2-",
        b"Private-Hash: ",
        b"PuTTY-",
        b"Public-MAC: ",
    ];
    let is_part =
        |line: &[u8]| FIELDS.iter().any(|field| line.starts_with(field)) || line.iter().all(|byte| is_base_64(*byte));
    found.extend(lines(text, start, end, is_part));
}

/// A private key in the format of RFC 4716 (ssh.com), whose begin line stands at `start`.
pub(super) fn ssh2(text: &[u8], start: usize, end: usize, found: &mut Vec<Finding>) {
    let is_part = |line: &[u8]| {
        line.starts_with(b"---- END")
            || line.iter().all(|byte| is_base_64(*byte))
            || line.windows(2).take(64).any(|pair| pair == b": ")
    };
    found.extend(lines(text, start, end, is_part));
}

/// The block from `start` over the line of `end` and the following lines that can belong to it.
fn lines(text: &[u8], start: usize, end: usize, is_part: impl Fn(&[u8]) -> bool) -> Option<Finding> {
    /// No line of these formats is longer; comments are cut.
    const LINE_MAX: usize = 1024;
    let line_len = |at: usize| text[at..].iter().take(LINE_MAX).position(|byte| *byte == b'\n');
    let mut last = end + line_len(end)?;
    let mut count = 0;
    while last < text.len() {
        let from = last + 1;
        let to = line_len(from).map_or(text.len().min(from + LINE_MAX), |len| from + len);
        let line = text[from..to].trim_ascii();
        if line.is_empty() || line[0] == b'P' && line.starts_with(b"PuTTY-User") || !is_part(line) {
            break;
        }
        count += 1;
        last = to;
    }
    while text[last - 1].is_ascii_whitespace() || last < text.len() && text[last] & 0xc0 == 0x80 {
        last -= 1;
    }
    (count >= 2).then(|| Finding::new(Span::new(start, last), Category::PrivateKey, Strength::Secret, "key-block"))
}

fn is_base_64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
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
        let is_header = HEADERS.iter().any(|header| line.starts_with(header));
        let is_body = line.iter().all(|byte| is_base_64(*byte) || *byte == b'\\');
        if !line.is_empty() && !is_header && !is_body {
            // A key on one line (`\n` escaped, as in .env files) ends at its quote or space.
            return if end == body { line_start + len_in_one_line(&bytes[line_start..line_start + len]) } else { end };
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
    fn putty_files_are_found_to_their_check_sum() {
        let key = "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: me\nPublic-Lines: 1\nAAAAC3NzaC1l\n\
                   Private-Lines: 1\nAAAAIBk4\nPrivate-MAC: 0f1e2d";
        let text = format!("{key}\n\nThat was it.");
        let mut found = Vec::new();
        putty(text.as_bytes(), 0, 20, &mut found);
        assert_eq!(found.first().and_then(|finding| finding.span.of(&text)), Some(key));
    }

    #[test]
    fn public_keys_and_pictures_of_keys_are_left() {
        assert_eq!(found("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"), None);
        assert_eq!(found("-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----"), None);
    }
}

//! Passwords on command lines: `curl -u user:password`, `mysql -psecret`, `sshpass -p secret`.

use conclave_protocol::{Category, Span};

use super::{reading, value};
use crate::detector::{Finding, Strength};

/// Longest way back from an option to the command it belongs to.
const COMMAND_MAX: usize = 200;

/// Commands whose `-p` is a password, glued to it or not.
const WITH_PASSWORD: [&str; 16] = [
    "mysql",
    "mariadb",
    "sshpass",
    "psexec",
    "docker login",
    "podman login",
    "az login",
    "mongo",
    "smbclient",
    "ldapsearch",
    "htpasswd",
    "rabbitmqctl",
    "cf login",
    "oc login",
    "nuget",
    "xfreerdp",
];

/// Commands whose `-u` is `user:password`.
const WITH_USER: [&str; 5] = ["curl", "http ", "https ", "siege", "ab "];

fn belongs_to(text: &[u8], at: usize, commands: &[&str]) -> bool {
    let before = reading::before(text, at, COMMAND_MAX);
    commands.iter().any(|command| before.windows(command.len()).any(|window| window == command.as_bytes()))
}

/// `-u` or `--user` that ends at `end`, of a command that takes `user:password`.
pub(super) fn user(text: &[u8], start: usize, end: usize, found: &mut Vec<Finding>) {
    if !matches!(text.get(end), Some(b' ' | b'=' | b'"' | b'\'')) || !belongs_to(text, start, &WITH_USER) {
        return;
    }
    let at = end + reading::count(text, end, 4, |byte| matches!(byte, b' ' | b'='));
    let span = word(text, at);
    let bytes = &text[span.start..span.end];
    let Some(colon) = bytes.iter().position(|byte| *byte == b':') else { return };
    // The quotes around both, or around either.
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'');
    let tail = bytes[colon + 1..].iter().rev().take_while(|byte| is_quote(byte)).count();
    let from = span.start + colon + 1;
    let from = from + bytes[colon + 1..].iter().take_while(|byte| is_quote(byte)).count();
    let to = span.end - tail;
    if from >= to {
        // `curl -u token:`: what stands before the colon is the credential.
        let head = bytes[..colon].iter().take_while(|byte| is_quote(byte)).count();
        let key = &bytes[head..colon];
        if value::is_random(key) || value::is_mixed(key) && value::is_password(key) && key.len() >= 8 {
            let span = Span::new(span.start + head, span.start + colon);
            found.push(Finding::new(span, Category::ApiKey, Strength::Secret, "curl"));
        }
        return;
    }
    push_password(text, from, to, "curl", found);
}

/// `-p` that ends at `end`, of a command whose `-p` is a password.
pub(super) fn password(text: &[u8], start: usize, end: usize, found: &mut Vec<Finding>) {
    if text.get(end).is_none_or(|byte| matches!(byte, b'-' | b'\n')) || !belongs_to(text, start, &WITH_PASSWORD) {
        return;
    }
    let at = end + usize::from(text[end] == b' ');
    let span = word(text, at);
    // Where the text ends, a quote may be open.
    let is_quote = |byte: &&u8| matches!(byte, b'"' | b'\'');
    let head = text[span.start..span.end].iter().take_while(is_quote).count();
    let tail = text[span.start + head..span.end].iter().rev().take_while(is_quote).count();
    if span.len() > head + tail {
        push_password(text, span.start + head, span.end - tail, "command", found);
    }
}

fn push_password(text: &[u8], from: usize, to: usize, detector: &'static str, found: &mut Vec<Finding>) {
    let to = to - usize::from(text[to - 1] == b'>');
    let bytes = &text[from..to];
    let port = bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b':') && bytes.len() < 6;
    if value::is_password(bytes) && !value::is_reference(bytes, true, None) && !port {
        found.push(Finding::new(Span::new(from, to), Category::Password, Strength::Secret, detector));
    }
}

/// One word of a command line from `at`: up to a space outside quotes.
fn word(text: &[u8], at: usize) -> Span {
    let mut quote = None;
    let len = text[at.min(text.len())..]
        .iter()
        .take(256)
        .take_while(|byte| match (quote, **byte) {
            (_, b'\n') => false,
            (None, b'"' | b'\'') => {
                quote = Some(**byte);
                true
            }
            (None, byte) => byte > b' ' && byte != b'`' && byte < 0x7f,
            (Some(open), byte) => {
                if open == byte {
                    quote = None;
                }
                true
            }
        })
        .count();
    let mut end = at + len;
    while end > at && text.get(end).is_some_and(|byte| byte & 0xc0 == 0x80) {
        end -= 1;
    }
    Span::new(at, end)
}

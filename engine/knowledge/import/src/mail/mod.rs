//! E-mail: single messages (RFC 5322 with MIME, RFC 2045 to 2049) and mailboxes (mbox, RFC 4155).
//!
//! A message's text is its headers as a reader sees them, then its body: the plain one where there are two. Attachments are
//! read as files of their own, with a path that names the message.

mod mailbox;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;

use conclave_protocol::imported::Kind;
use mail_parser::{Address, Message, MessageParser, MessagePart, MimeHeaders as _, PartType};

use crate::body::Body;
use crate::error::ImportError;
use crate::run::{Gap, Run, Source};
use crate::{date, html, plain};

const WHAT: &str = "an e-mail message";

/// Most attachments of one message.
const MAX_ATTACHMENTS: usize = 1_000;

/// Most addresses shown of one header; a message to a whole company has thousands.
const MAX_ADDRESSES: usize = 50;

/// How much of a file is looked at to tell whether it is a message.
const PROBE_BYTES: usize = 16 * 1024;

/// What the bytes of a file are, where they are mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mail {
    Message,
    Mailbox,
}

/// Whether a file is mail. `named` says that its name ends as names of messages do.
pub(crate) fn detect(bytes: &[u8], named: bool) -> Option<Mail> {
    let head = &bytes[..bytes.len().min(PROBE_BYTES)];
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if mailbox::is_separator(mailbox::first_line(head)) {
        let after = head.split(|byte| *byte == b'\n').skip(1);
        return (headers(after).0 > 0).then_some(Mail::Mailbox);
    }
    let (all, telling) = headers(head.split(|byte| *byte == b'\n'));
    // A memo may begin with From and To; only mail systems write the others.
    (if named { all > 0 } else { telling > 0 && all >= 3 }).then_some(Mail::Message)
}

/// How many usual header fields stand at the beginning, and how many of them only mail systems write.
fn headers<'a>(lines: impl Iterator<Item = &'a [u8]>) -> (usize, usize) {
    const ALL: [&[u8]; 14] = [
        b"from",
        b"to",
        b"subject",
        b"date",
        b"cc",
        b"reply-to",
        b"message-id",
        b"received",
        b"return-path",
        b"mime-version",
        b"delivered-to",
        b"content-type",
        b"x-mailer",
        b"dkim-signature",
    ];
    let (mut all, mut telling) = (0, 0);
    for line in lines {
        let line = line.trim_ascii_end();
        if line.is_empty() {
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { break };
        let name = line[..colon].to_ascii_lowercase();
        if name.is_empty() || !name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte)) {
            break;
        }
        if let Some(index) = ALL.iter().position(|known| *known == name) {
            all += 1;
            telling += usize::from(index >= 6 && index != 11);
        }
    }
    (all, telling)
}

/// Reads a message or a mailbox.
pub(crate) fn read(run: &mut Run<'_>, source: &Source<'_>, mail: Mail) -> Result<Gap, ImportError> {
    match mail {
        Mail::Mailbox => mailbox::read(run, source),
        Mail::Message => message(run, source, source.bytes),
    }
}

/// Reads one message and its attachments.
fn message(run: &mut Run<'_>, source: &Source<'_>, bytes: &[u8]) -> Result<Gap, ImportError> {
    let damaged = || ImportError::Damaged { name: source.name.clone(), what: WHAT };
    let message = MessageParser::default().parse(bytes).ok_or_else(damaged)?;
    let (body, pictures) = body(run, &message);
    let mut body = body;
    if pictures > 0 {
        let plural = if pictures == 1 { "picture or recording was" } else { "pictures and recordings were" };
        body.notes.push(format!("{pictures} attached {plural} left out."));
    }
    let gap = run.document_of(source, bytes, body)?;
    let (mut files, mut whole) = (0usize, 0usize);
    for (index, part) in message.attachments().filter(|part| !is_media(part)).take(MAX_ATTACHMENTS).enumerate() {
        let name =
            part.attachment_name().map_or_else(|| format!("attachment {}{}", index + 1, ending(part)), str::to_owned);
        let bytes = match &part.body {
            PartType::Message(inner) => inner.raw_message(),
            _ => part.contents(),
        };
        if bytes.is_empty() {
            continue;
        }
        files += 1;
        whole += usize::from(run.part(source, &name, bytes));
    }
    let attached = (whole < files).then(|| format!("{whole} of the {files} attached files could be read whole."));
    Ok(gap.or(attached))
}

/// The text of a message, and how many pictures and recordings are attached.
fn body(run: &Run<'_>, message: &Message<'_>) -> (Body, usize) {
    let mut text = String::new();
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value.map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "))
            && !value.is_empty()
        {
            text.push_str(name);
            text.push_str(": ");
            text.push_str(&value);
            text.push('\n');
        }
    };
    let sent_ms = message.date().map(|date| date.to_timestamp().saturating_mul(1000));
    line("Subject", message.subject().map(str::to_owned));
    line("From", message.from().map(addresses));
    line("To", message.to().map(addresses));
    line("Cc", message.cc().map(addresses));
    // Years of four digits; a wrong date is none.
    let sent_ms = sent_ms.filter(|ms| (-62_135_596_800_000..253_402_300_800_000).contains(ms));
    line("Date", sent_ms.map(date::written));
    let mut notes = Vec::new();
    for part in message.text_bodies() {
        let words = match &part.body {
            PartType::Html(page) => html::extract_all(page, run.limits.text_bytes).text,
            PartType::Text(words) => words.trim().to_owned(),
            _ => continue,
        };
        if !words.trim().is_empty() {
            text.push('\n');
            text.push_str(&words);
            text.push('\n');
        }
    }
    let text = plain::normalise(text, &mut notes);
    let pictures = message.attachments().filter(|part| is_media(part)).count();
    let title = message.subject().map(str::to_owned);
    (Body { title, date_ms: sent_ms, notes, ..Body::new(Kind::Mail, text.trim_end().to_owned()) }, pictures)
}

fn addresses(address: &Address<'_>) -> String {
    let mut shown = Vec::new();
    for one in address.iter().take(MAX_ADDRESSES) {
        shown.push(match (one.name(), one.address()) {
            (Some(name), Some(address)) => format!("{name} <{address}>"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => continue,
        });
    }
    shown.join(", ")
}

/// Pictures, recordings, fonts and signatures: nothing to read.
fn is_media(part: &MessagePart<'_>) -> bool {
    part.content_type().is_some_and(|kind| {
        let main = kind.ctype().to_ascii_lowercase();
        let sub = kind.subtype().unwrap_or("").to_ascii_lowercase();
        matches!(main.as_str(), "image" | "audio" | "video" | "font") || sub.ends_with("signature")
    })
}

/// How the name of a part without one would end.
fn ending(part: &MessagePart<'_>) -> &'static str {
    match &part.body {
        PartType::Html(_) => ".html",
        PartType::Message(_) => ".eml",
        PartType::Text(_) => ".txt",
        _ => "",
    }
}

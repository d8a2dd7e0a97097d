//! Mailboxes: messages one after the other, each behind a line that begins with `From ` (RFC 4155).

use crate::error::ImportError;
use crate::run::{Gap, Run, Source};

/// Most messages of a mailbox.
const MAX_MESSAGES: usize = 500_000;

/// The first line of some bytes.
pub(super) fn first_line(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == b'\n').next().unwrap_or(b"")
}

/// Whether a line begins a message: `From `, an address, and a date with a time and a year. Sentences begin with "From"
/// as well, and not every program escapes them.
pub(super) fn is_separator(line: &[u8]) -> bool {
    let Some(rest) = line.trim_ascii_end().strip_prefix(b"From ") else { return false };
    let has_time =
        rest.windows(3).any(|three| three[0].is_ascii_digit() && three[1] == b':' && three[2].is_ascii_digit());
    let has_year = rest.split(|byte| *byte == b' ').any(|word| word.len() == 4 && word.iter().all(u8::is_ascii_digit));
    has_time && has_year
}

/// Reads every message.
pub(super) fn read(run: &mut Run<'_>, source: &Source<'_>) -> Result<Gap, ImportError> {
    let before = run.documents();
    let (mut messages, mut whole) = (0u32, 0u32);
    let mut start = None;
    let mut after_blank = true;
    let mut at = 0;
    let mut boundaries = Vec::new();
    for line in source.bytes.split_inclusive(|byte| *byte == b'\n') {
        let end = at + line.len();
        if after_blank && is_separator(line) && boundaries.len() < MAX_MESSAGES {
            boundaries.extend(start.map(|start| (start, at)));
            start = Some(end);
        }
        after_blank = line.trim_ascii().is_empty();
        at = end;
    }
    boundaries.extend(start.map(|start| (start, source.bytes.len())));
    for (start, end) in boundaries {
        messages += 1;
        let bytes = unescaped(&source.bytes[start..end]);
        let path = source.path_of(&messages.to_string());
        let one = Source { name: source.name.clone(), path: Some(path), bytes: &bytes, depth: source.depth };
        let result = super::message(run, &one, &bytes);
        whole += u32::from(run.settle(&one, result));
    }
    if run.documents() == before {
        return Err(ImportError::NothingRead { name: source.name.clone(), parts: messages });
    }
    Ok((whole < messages).then(|| format!("{whole} of the {messages} messages in it could be read whole.")))
}

/// A message as it was before the mailbox: `>From ` at the beginning of a line lost a mark when it was put in.
fn unescaped(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len());
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        let bare = line.iter().position(|byte| *byte != b'>').unwrap_or(line.len());
        let escaped = bare > 0 && line[bare..].starts_with(b"From ");
        out.extend_from_slice(if escaped { &line[1..] } else { line });
    }
    out
}

//! Exports of conversations with assistants: ChatGPT's and Claude's `conversations.json`.
//!
//! Each conversation is a document of its own: who said what, and when. The file is walked conversation by conversation, so
//! that one that cannot be read costs only itself.

mod chatgpt;
mod claude;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;

use conclave_protocol::imported::{Anchor, Kind, Place};
use serde::Deserialize as _;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::body::Body;
use crate::error::ImportError;
use crate::run::{Gap, Run, Source};
use crate::{date, plain};

const WHAT: &str = "an export of conversations";

/// How far into the file the marks of an export are looked for: the first conversation's own keys.
const PROBE_BYTES: usize = 256 * 1024;

/// One message.
pub(super) struct Message {
    pub speaker: &'static str,
    pub sent_ms: Option<i64>,
    pub text: String,
}

/// One conversation.
pub(super) struct Conversation {
    pub title: Option<String>,
    pub date_ms: Option<i64>,
    pub messages: Vec<Message>,
}

/// Who wrote an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Export {
    ChatGpt,
    Claude,
}

/// Whether a JSON text is an export: a list of objects with the keys that only those have.
pub(crate) fn detect(source: &str) -> Option<Export> {
    let head = &source[..source.floor_char_boundary(PROBE_BYTES)];
    let inner = head.trim_start().strip_prefix('[')?.trim_start();
    let has = |key: &str| inner.contains(key);
    if !inner.starts_with('{') {
        None
    } else if has("\"mapping\"") && (has("\"current_node\"") || has("\"create_time\"")) {
        Some(Export::ChatGpt)
    } else if has("\"chat_messages\"") && has("\"uuid\"") {
        Some(Export::Claude)
    } else {
        None
    }
}

/// Reads every conversation.
pub(crate) fn read(run: &mut Run<'_>, source: &Source<'_>, text: &str, export: Export) -> Result<Gap, ImportError> {
    let before = run.documents();
    let (mut count, mut whole, mut empty) = (0u32, 0u32, 0u32);
    let complete = each(text, &mut |raw| {
        count += 1;
        let path = source.path_of(&count.to_string());
        let parsed = match export {
            Export::ChatGpt => chatgpt::parse(raw),
            Export::Claude => claude::parse(raw),
        };
        let one = Source { name: source.name.clone(), path: Some(path), bytes: raw.as_bytes(), depth: source.depth };
        let result = match parsed {
            Some(conversation) => {
                let body = body(conversation);
                if body.text.is_empty() {
                    // Begun and left: nothing was lost.
                    empty += 1;
                    return;
                }
                run.document(&one, body)
            }
            None => Err(ImportError::Damaged { name: source.name.clone(), what: "a conversation" }),
        };
        whole += u32::from(run.settle(&one, result));
    });
    let name = source.name.clone();
    if run.documents() == before {
        return Err(if complete && count == empty {
            ImportError::Blank { name }
        } else {
            ImportError::Damaged { name, what: WHAT }
        });
    }
    let full = count - empty;
    if !complete {
        return Ok(Some(format!("The file is damaged or breaks off; {whole} conversations before that were read.")));
    }
    Ok((whole < full).then(|| format!("{whole} of the {full} conversations in it could be read whole.")))
}

/// Hands over the JSON of each element of a list. Returns whether the list is sound up to its end.
fn each(text: &str, found: &mut dyn FnMut(&str)) -> bool {
    struct Each<'f>(&'f mut dyn FnMut(&str));

    impl<'de> Visitor<'de> for Each<'_> {
        type Value = ();

        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("a list of conversations")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
            while let Some(raw) = list.next_element::<&RawValue>()? {
                (self.0)(raw.get());
            }
            Ok(())
        }
    }

    let mut deserializer = serde_json::Deserializer::from_str(text.trim_start_matches('\u{feff}'));
    deserializer.deserialize_seq(Each(found)).is_ok()
}

/// A conversation as text: each message behind its speaker's name and its time.
fn body(conversation: Conversation) -> Body {
    let mut text = String::new();
    let mut anchors = Vec::new();
    let mut notes = Vec::new();
    for (index, message) in conversation.messages.into_iter().enumerate() {
        let words = plain::normalise(message.text, &mut notes);
        let words = words.trim();
        if words.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        anchors.push(Anchor { at: text.len(), place: Place::Message(u32::try_from(index + 1).unwrap_or(u32::MAX)) });
        text.push_str(message.speaker);
        if let Some(sent_ms) = message.sent_ms {
            text.push_str(&format!(" ({})", date::written(sent_ms)));
        }
        text.push_str(":\n");
        text.push_str(words);
    }
    let title = conversation.title.filter(|title| !title.trim().is_empty());
    Body { anchors, title, date_ms: conversation.date_ms, ..Body::new(Kind::Chat, text) }
}

/// A number that may stand as `null`, as text, or not at all.
fn loose<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok())))
}

/// Unix milliseconds of seconds with a fraction, where they lie in years of four digits.
fn milliseconds(seconds: Option<f64>) -> Option<i64> {
    #[allow(clippy::cast_possible_truncation, reason = "within the range checked here")]
    seconds.filter(|seconds| (0.0..253_402_300_800.0).contains(seconds)).map(|seconds| (seconds * 1000.0) as i64)
}

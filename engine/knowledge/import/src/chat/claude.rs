//! Claude: a conversation is a list of messages; what was attached as text stands in it.

use serde::Deserialize;
use serde_json::Value;

use super::{Conversation, Message};
use crate::date;

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    updated_at: Option<String>,
    chat_messages: Vec<RawMessage>,
}

#[derive(Deserialize)]
struct RawMessage {
    sender: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    content: Vec<Value>,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    attachments: Vec<Attachment>,
}

#[derive(Deserialize)]
struct Attachment {
    #[serde(default)]
    file_name: Option<String>,
    #[serde(default)]
    extracted_content: Option<String>,
}

pub(super) fn parse(raw: &str) -> Option<Conversation> {
    let raw: Raw = serde_json::from_str(raw).ok()?;
    let messages = raw.chat_messages.into_iter().map(message).collect();
    let date_ms = raw.updated_at.or(raw.created_at).and_then(|date| date::parse(&date));
    Some(Conversation { title: raw.name, date_ms, messages })
}

fn message(raw: RawMessage) -> Message {
    let speaker = if raw.sender == "human" { "You" } else { "Claude" };
    let is_text = |part: &&Value| part.get("type").and_then(Value::as_str).is_none_or(|kind| kind == "text");
    let parts: Vec<&str> = raw.content.iter().filter(is_text).filter_map(|part| part.get("text")?.as_str()).collect();
    // Older exports have the text alone.
    let mut text = if parts.iter().any(|part| !part.trim().is_empty()) {
        parts.join("\n\n")
    } else {
        raw.text.unwrap_or_default()
    };
    for attachment in raw.attachments {
        if let Some(content) = attachment.extracted_content.filter(|content| !content.trim().is_empty()) {
            let name = attachment.file_name.unwrap_or_default();
            text.push_str(&format!("\n\nAttached: {name}\n{content}"));
        }
    }
    Message { speaker, sent_ms: raw.created_at.and_then(|date| date::parse(&date)), text }
}

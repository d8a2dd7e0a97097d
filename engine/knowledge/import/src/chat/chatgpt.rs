//! ChatGPT: a conversation is a tree, because answers can be asked for again; the branch that was last shown is read.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use serde_json::Value;

use super::{Conversation, Message, loose, milliseconds};

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    title: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    create_time: Option<f64>,
    #[serde(default, deserialize_with = "loose")]
    update_time: Option<f64>,
    mapping: BTreeMap<String, Node>,
    #[serde(default)]
    current_node: Option<String>,
}

#[derive(Deserialize)]
struct Node {
    #[serde(default)]
    message: Option<RawMessage>,
    #[serde(default)]
    parent: Option<String>,
}

#[derive(Deserialize)]
struct RawMessage {
    author: Author,
    #[serde(default, deserialize_with = "loose")]
    create_time: Option<f64>,
    #[serde(default)]
    content: Value,
    #[serde(default)]
    metadata: Value,
}

#[derive(Deserialize)]
struct Author {
    role: String,
}

pub(super) fn parse(raw: &str) -> Option<Conversation> {
    let raw: Raw = serde_json::from_str(raw).ok()?;
    let time =
        |id: &String| raw.mapping.get(id).and_then(|node| node.message.as_ref()?.create_time).unwrap_or(f64::MIN);
    // Without a mark of the last shown message it is the newest.
    let newest = || raw.mapping.keys().max_by(|a, b| time(a).total_cmp(&time(b))).cloned();
    let mut at = raw.current_node.clone().filter(|id| raw.mapping.contains_key(id)).or_else(newest);
    let mut seen = HashSet::new();
    let mut branch = Vec::new();
    // Parents may point at each other in a circle.
    while let Some(node) = at.as_ref().filter(|id| seen.insert((*id).clone())).and_then(|id| raw.mapping.get(id)) {
        branch.extend(&node.message);
        at.clone_from(&node.parent);
    }
    let messages = branch.into_iter().rev().filter_map(message).collect();
    let date_ms = milliseconds(raw.update_time.or(raw.create_time));
    Some(Conversation { title: raw.title, date_ms, messages })
}

fn message(raw: &RawMessage) -> Option<Message> {
    if raw.metadata.get("is_visually_hidden_from_conversation").and_then(Value::as_bool) == Some(true) {
        return None;
    }
    let speaker = match raw.author.role.as_str() {
        "user" => "You",
        "assistant" => "ChatGPT",
        "tool" => "Tool",
        // Instructions that nobody saw.
        _ => return None,
    };
    let kind = raw.content.get("content_type").and_then(Value::as_str).unwrap_or("text");
    // What a model tells itself, and what was set for all conversations, is no part of one.
    if matches!(
        kind,
        "thoughts" | "reasoning_recap" | "user_editable_context" | "model_editable_context" | "system_error"
    ) {
        return None;
    }
    let mut texts: Vec<&str> = Vec::new();
    for part in raw.content.get("parts").and_then(Value::as_array).into_iter().flatten() {
        // Spoken words and pictures are objects; only the former have text.
        texts.extend(part.as_str().or_else(|| part.get("text").and_then(Value::as_str)));
    }
    texts.extend(["text", "result"].iter().filter_map(|key| raw.content.get(*key).and_then(Value::as_str)));
    Some(Message { speaker, sent_ms: milliseconds(raw.create_time), text: texts.join("\n\n") })
}

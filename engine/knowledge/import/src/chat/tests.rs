use conclave_protocol::ProblemCode;
use conclave_protocol::imported::{Kind, Outcome, Place};
use serde_json::json;

use crate::testing::{places, read, read_all, refused, refused_parts};

fn node(parent: Option<&str>, role: &str, time: f64, parts: serde_json::Value) -> serde_json::Value {
    json!({ "parent": parent, "children": [], "message": { "author": { "role": role }, "create_time": time,
        "content": { "content_type": "text", "parts": parts }, "metadata": {} } })
}

fn tides() -> serde_json::Value {
    json!({ "title": "Tides", "create_time": 1_709_288_525.5, "update_time": null, "current_node": "d", "mapping": {
        "root": { "message": null, "parent": null },
        "s": node(Some("root"), "system", 0.0, json!(["Be kind."])),
        "a": node(Some("s"), "user", 1_709_288_525.0, json!(["Why do tides rise?\r\nTell me."])),
        "b": node(Some("a"), "assistant", 1_709_288_530.0, json!(["A first answer, asked for again."])),
        "c": node(Some("a"), "assistant", 1_709_288_540.0, json!(["The **moon** pulls.", { "content_type": "image_asset_pointer" }])),
        "d": node(Some("c"), "user", 1_709_288_600.0, json!([{ "content_type": "audio_transcription", "text": "Thanks!" }])),
    }})
}

#[test]
fn the_branch_that_was_shown_is_read() {
    let imported = read("conversations.json", json!([tides()]).to_string().as_bytes());
    assert_eq!(
        imported.text,
        "You (2024-03-01 10:22):\nWhy do tides rise?\nTell me.\n\nChatGPT (2024-03-01 10:22):\nThe **moon** pulls.\n\nYou (2024-03-01 10:23):\nThanks!"
    );
    assert_eq!((imported.title.as_str(), imported.kind), ("Tides", Kind::Chat));
    assert_eq!(imported.path.as_deref(), Some("conversations.json/1"));
    assert_eq!(imported.date_ms, Some(1_709_288_525_500));
    assert_eq!(places(&imported)[1], (Place::Message(2), "ChatGPT (2024-03-01 10:22):"));
}

#[test]
fn claude_exports_have_attachments() {
    let export = json!([{ "uuid": "u", "name": "", "created_at": "2024-03-01T10:22:05.1Z", "chat_messages": [
        { "sender": "human", "text": "old", "content": [{ "type": "text", "text": "Sum it up." }], "created_at": "2024-03-01T10:22:05Z",
          "attachments": [{ "file_name": "notes.txt", "extracted_content": "Long notes." }] },
        { "sender": "assistant", "text": "Here it is.", "content": [] } ] }]);
    let imported = read("conversations.json", export.to_string().as_bytes());
    assert_eq!(
        imported.text,
        "You (2024-03-01 10:22):\nSum it up.\n\nAttached: notes.txt\nLong notes.\n\nClaude:\nHere it is."
    );
    assert_eq!(imported.title, "conversations.json");
}

#[test]
fn a_conversation_that_cannot_be_read_costs_only_itself() {
    let mut circle = tides();
    circle["mapping"]["root"]["parent"] = json!("d");
    let empty = json!({ "title": "Nothing", "mapping": {}, "current_node": null });
    let wrong = json!({ "title": 5, "mapping": [] });
    let (documents, report) = read_all("x.json", json!([tides(), wrong, empty, circle]).to_string().as_bytes());
    assert_eq!(documents.len(), 2);
    assert_eq!(refused_parts(&report), [("x.json/2", ProblemCode::DamagedFile)]);
    assert_eq!(report.outcome, Outcome::Partial("2 of the 3 conversations in it could be read whole.".into()));
    assert_ne!(documents[0].sha256, documents[1].sha256);
}

#[test]
fn an_export_that_breaks_off_gives_what_came_before() {
    let whole = json!([tides(), tides()]).to_string();
    let (documents, report) = read_all("x.json", &whole.as_bytes()[..whole.len() - 40]);
    assert_eq!(documents.len(), 1);
    assert!(matches!(report.outcome, Outcome::Partial(reason) if reason.contains("breaks off")));
    assert_eq!(refused("x.json", &whole.as_bytes()[..whole.len() / 3]).code, ProblemCode::DamagedFile);
    let deep = format!("[{{\"mapping\":{},\"current_node\":1", "[".repeat(200_000));
    assert_eq!(refused("x.json", deep.as_bytes()).code, ProblemCode::DamagedFile);
}

#[test]
fn other_json_stays_data() {
    for source in ["[{\"mapping\": 1}]", "{\"chat_messages\": [], \"uuid\": 1}", "[]"] {
        assert_eq!(read("a.json", source.as_bytes()).kind, Kind::Data, "{source}");
    }
}

//! What the generator is asked. A small model in a browser reads 60 to 100 tokens a second, so a prompt is a question, a
//! few sentences, and one line of instructions.

use conclave_inference::{ChatMessage, Role};

use crate::council::intent::{AnswerKind, Intent, Task};
use crate::council::question::{PastTurn, Question};

/// Instructions for phrasing found sentences. One sentence: SmolLM2-135M follows no more.
pub const PHRASE: &str = "Answer the question in one short sentence. Use only words of the text.";

/// Instructions for an answer without sources.
pub const ANSWER: &str = "You are a helpful assistant. Answer clearly and briefly.";

/// Instructions for writing something.
pub const COMPOSE: &str = "You are a helpful writer. Write only what is asked for.";

/// Instructions for conversation.
pub const CHAT: &str =
    "You are Conclave, a friendly assistant that runs on the user's own device. Answer in one or two sentences.";

/// Most bytes of evidence in a prompt: about 200 tokens of English, two to three seconds of reading.
pub const EVIDENCE_BYTES: usize = 900;

/// Most bytes of each earlier message: enough for what a pronoun points at.
const HISTORY_BYTES: usize = 240;

/// The chat that has `sentences` phrased as an answer.
#[must_use]
pub fn phrase(intent: &Intent, sentences: &str) -> Vec<ChatMessage> {
    vec![
        ChatMessage::new(Role::System, PHRASE),
        ChatMessage::new(
            Role::User,
            format!("Text: {}\n\nQuestion: {}", cut(sentences, EVIDENCE_BYTES), intent.standalone),
        ),
    ]
}

/// Instructions for an answer of the model's own.
#[must_use]
pub const fn instructions(task: Task) -> &'static str {
    match task {
        Task::Ask => ANSWER,
        Task::Compose => COMPOSE,
        Task::Chat => CHAT,
    }
}

/// The chat for an answer of the model's own, with the thread in brief. `remind` adds the kind of answer that an earlier
/// draft missed.
#[must_use]
pub fn compose(question: &Question, intent: &Intent, remind: bool) -> Vec<ChatMessage> {
    let mut messages = vec![ChatMessage::new(Role::System, instructions(intent.task))];
    for PastTurn { question, answer, .. } in question.recent() {
        if let Some(answer) = answer {
            messages.push(ChatMessage::new(Role::User, cut(question, HISTORY_BYTES)));
            messages.push(ChatMessage::new(Role::Assistant, cut(answer, HISTORY_BYTES)));
        }
    }
    let mut asked = question.read().to_owned();
    if remind && intent.task == Task::Ask && intent.kind != AnswerKind::Thing {
        asked.push_str(&format!("\n\nThe answer is {}.", crate::council::pathos::kind::in_words(intent.kind)));
    }
    messages.push(ChatMessage::new(Role::User, asked));
    messages
}

/// At most `bytes` of `text`, cut between words.
fn cut(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes {
        return text;
    }
    let head = &text[..text.floor_char_boundary(bytes)];
    head.rfind(char::is_whitespace).map_or(head, |at| &head[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_words_and_characters() {
        assert_eq!(cut("one two three", 9), "one two");
        assert_eq!(cut("\u{e9}\u{e9}\u{e9}", 3), "\u{e9}");
        assert_eq!(cut("short", 9), "short");
    }
}

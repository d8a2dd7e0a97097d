//! What a person wants done: an answer, a text, or company.

use crate::council::intent::Task;
use crate::council::text::{fold, tokens};

/// Verbs that ask for a text of the model's own when they open a request.
const COMPOSING: &[&str] = &[
    "write",
    "rewrite",
    "rephrase",
    "reword",
    "paraphrase",
    "compose",
    "translate",
    "draft",
    "correct",
    "proofread",
    "shorten",
    "improve",
    "invent",
    "imagine",
    "brainstorm",
    "suggest",
    "create",
    "generate",
    "continue",
    "complete",
    "make",
    "fix",
    "convert",
    "format",
];

/// Whole messages, or openings of short ones, that are small talk.
const CHAT: &[&str] = &[
    "hi",
    "hello",
    "hey",
    "good morning",
    "good evening",
    "good afternoon",
    "good night",
    "thanks",
    "thank you",
    "bye",
    "goodbye",
    "how are you",
    "who are you",
    "what are you",
    "what can you do",
    "nice to meet you",
    "tell me a joke",
    "tell me a story",
    "what's up",
    "how's it going",
    "ok",
    "okay",
    "great",
    "cool",
    "are you there",
    "lol",
    "sorry",
    "what is your name",
    "what's your name",
    "help",
    "do you like",
    "are you a",
    "i am ",
    "i'm ",
    "i feel",
];

/// Most words of small talk; a longer message that begins with "hi" goes on to ask something.
const CHAT_WORDS: usize = 8;

/// Polite openings in front of the verb.
const POLITE: &[&str] =
    &["please", "can", "could", "would", "you", "kindly", "i", "want", "need", "to", "help", "me", "let's"];

/// What the person wants done.
#[must_use]
pub fn task_of(question: &str) -> Task {
    let words: Vec<String> = tokens(question).iter().map(|token| fold(token.text)).collect();
    let flat = words.join(" ");
    if words.len() <= CHAT_WORDS
        && CHAT.iter().any(|phrase| {
            flat.strip_prefix(phrase)
                .is_some_and(|rest| rest.is_empty() || phrase.ends_with(' ') || rest.starts_with(' '))
                && (phrase.contains(' ') || words.len() <= 3)
        })
    {
        return Task::Chat;
    }
    let verb = words.iter().find(|word| !POLITE.contains(&word.as_str()));
    match verb {
        Some(verb) if COMPOSING.contains(&verb.as_str()) => Task::Compose,
        _ => Task::Ask,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_are_told_apart() {
        for (question, task) in [
            ("Hello!", Task::Chat),
            ("Thank you, that helped", Task::Chat),
            ("How are you today?", Task::Chat),
            ("Write a poem about the sea", Task::Compose),
            ("Can you please translate this into French: good night", Task::Compose),
            ("Help me rewrite this sentence: we was late", Task::Compose),
            ("Who wrote the manual?", Task::Ask),
            ("Can you open the valve by hand?", Task::Ask),
            ("Hi, how long is the warranty of the Aero 3 coffee machine?", Task::Ask),
            ("Great Britain left when?", Task::Ask),
        ] {
            assert_eq!(task_of(question), task, "{question}");
        }
    }
}

//! What must not stand in an answer without sources, and how to take it out.

use conclave_privacy::Token;
use conclave_privacy::restorer::tokens_in;

use super::draft::marks;
use super::text::{fold, tokens};

/// A fault of a text that a model wrote freely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nothing was written.
    Empty,
    /// It cites, with nothing to cite.
    Cites,
    /// It claims to know documents.
    ClaimsDocuments,
    /// It repeats itself.
    Repeats,
    /// It holds control tokens or the instructions.
    LeaksPrompt,
    /// It holds a redaction token that nobody gave it.
    InventsToken(String),
}

impl Fault {
    /// The fault in a sentence.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Empty => "The draft is empty.".into(),
            Self::Cites => "The draft cites, but no documents were read for it.".into(),
            Self::ClaimsDocuments => "The draft claims to know the documents, but none were read for it.".into(),
            Self::Repeats => "The draft repeats itself.".into(),
            Self::LeaksPrompt => "The draft repeats its instructions.".into(),
            Self::InventsToken(token) => format!("The draft invents the token {token}."),
        }
    }
}

/// Phrases that claim sources.
const DOCUMENT_CLAIMS: &[&str] = &[
    "according to the document",
    "according to your document",
    "according to the text",
    "according to the passage",
    "according to the provided",
    "based on the document",
    "based on the provided",
    "the document says",
    "the document states",
    "the documents say",
    "your documents say",
    "the passage says",
    "the passage states",
    "in the provided text",
    "the provided context",
    "as stated in the document",
    "the text above",
];

/// Control tokens of the chat templates in use.
const CONTROL: &[&str] =
    &["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<s>", "</s>", "[INST]", "[/INST]", "<|assistant|>", "<|user|>"];

/// Words in a row that count as a repetition when they stand three times. Six: shorter runs repeat in sound prose and
/// in lists.
const RUN: usize = 6;

/// Times that a run may stand.
const TIMES: usize = 2;

/// The faults of `text`, written for `question` under `instructions`.
#[must_use]
pub fn faults(text: &str, question: &str, instructions: &str) -> Vec<Fault> {
    let mut out = Vec::new();
    if !text.chars().any(char::is_alphanumeric) {
        return vec![Fault::Empty];
    }
    if !marks(text).is_empty() && marks(question).is_empty() {
        out.push(Fault::Cites);
    }
    let flat = fold(text);
    let asked = fold(question);
    if DOCUMENT_CLAIMS.iter().any(|claim| flat.contains(claim) && !asked.contains(claim)) {
        out.push(Fault::ClaimsDocuments);
    }
    if repetition(text).is_some() {
        out.push(Fault::Repeats);
    }
    let leaks = !instructions.is_empty() && flat.contains(&fold(instructions));
    if leaks || CONTROL.iter().any(|token| text.contains(token) && !question.contains(token)) {
        out.push(Fault::LeaksPrompt);
    }
    let given: Vec<Token> = tokens_in(question).map(|(_, token)| token).collect();
    let invented = tokens_in(text).filter(|(_, token)| !given.contains(token));
    out.extend(invented.filter_map(|(span, _)| Some(Fault::InventsToken(span.of(text)?.to_owned()))));
    out
}

/// Byte where the first repetition begins, where there is one.
#[must_use]
pub fn repetition(text: &str) -> Option<usize> {
    let words = tokens(text);
    let folded: Vec<String> = words.iter().map(|word| fold(word.text)).collect();
    let mut seen: std::collections::HashMap<&[String], usize> = std::collections::HashMap::new();
    let mut second = None;
    for (at, run) in folded.windows(RUN).enumerate() {
        let count = seen.entry(run).or_insert(0);
        *count += 1;
        if *count == 2 && second.is_none() {
            second = Some(words[at].start);
        }
        if *count > TIMES {
            return second;
        }
    }
    None
}

/// `text` without its faulty parts: what repeats is cut, and so are sentences that cite, claim documents or leak. `None`
/// where nothing is left.
#[must_use]
pub fn repaired(text: &str, question: &str, instructions: &str) -> Option<String> {
    let text = &text[..repetition(text).unwrap_or(text.len())];
    let kept: Vec<&str> = conclave_knowledge::sentences(text)
        .into_iter()
        .filter_map(|span| span.of(text))
        .filter(|sentence| faults(sentence, question, instructions).is_empty())
        .collect();
    let kept = kept.join(" ");
    (!kept.trim().is_empty()).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_prose_has_no_fault() {
        let text =
            "Ownership means that each value has one owner. When the owner goes out of scope, the value is dropped.";
        assert_eq!(faults(text, "Explain Rust ownership", "Answer briefly."), vec![]);
    }

    #[test]
    fn each_fault_is_seen() {
        let of = |text: &str| faults(text, "What is it?", "Answer briefly and plainly.");
        assert_eq!(of(" \n"), vec![Fault::Empty]);
        assert_eq!(of("It is two years [1]."), vec![Fault::Cites]);
        assert_eq!(of("According to the document, it is two years."), vec![Fault::ClaimsDocuments]);
        assert_eq!(of(&"the value is moved to the heap. ".repeat(5)), vec![Fault::Repeats]);
        assert_eq!(of("answer briefly and plainly. It is red."), vec![Fault::LeaksPrompt]);
        assert_eq!(of("Write to [EMAIL_01]."), vec![Fault::InventsToken("[EMAIL_01]".into())]);
        assert_eq!(of("Write to **[email_1]**."), vec![Fault::InventsToken("[email_1]".into())]);
        assert_eq!(of("It is the [RFC_2119] that says so."), vec![], "no kind of value");
        assert_eq!(faults("Write to [EMAIL_1].", "Mail [EMAIL_01]?", ""), vec![], "it was given");
    }

    #[test]
    fn repair_keeps_the_sound_sentences() {
        let text = "Rust moves values. According to the document, it copies. The compiler checks.";
        assert_eq!(repaired(text, "q", "").as_deref(), Some("Rust moves values. The compiler checks."));
        assert_eq!(repaired("It is so [1].", "q", ""), None);
    }
}

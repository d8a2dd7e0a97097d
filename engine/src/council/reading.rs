//! The passages, cut into sentences and measured against the question: what all seats work on.

use std::collections::HashSet;

use conclave_inference::{Encoder, InferenceError, Pulse};
use conclave_knowledge::sentences;
use conclave_protocol::{DocumentId, Passage, Span};
use serde::{Deserialize, Serialize};

use super::question::Question;

/// One sentence of a passage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sentence {
    /// Index of its passage in the question's passages.
    pub passage: usize,
    /// Place in the canonical text of the passage's document.
    pub span: Span,
    /// The canonical text there.
    pub text: String,
    /// Text above it that it is read with: the first row of its table. Empty for most.
    #[serde(default)]
    pub lead: String,
    /// Cosine between the question and the sentence, where an encoder measured it.
    pub similarity: Option<f32>,
}

impl Sentence {
    /// Its text as it is read: after what it leans on.
    #[must_use]
    pub fn in_context(&self) -> String {
        if self.lead.is_empty() { self.text.clone() } else { format!("{} {}", self.lead, self.text) }
    }
}

/// All sentences of the question's passages, in the passages' order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Reading {
    /// The sentences.
    pub sentences: Vec<Sentence>,
    /// Name of the encoder that measured the similarities.
    pub encoder: Option<String>,
}

impl Reading {
    /// Most sentences that are read. MiniLM takes about 25 ms for a sentence of 25 tokens in a browser (113 ms for 128
    /// tokens, DESIGN section 6), so this many take about a second; eight passages of usual length have fewer.
    pub const MAX_SENTENCES: usize = 40;

    /// Cuts the question's passages into sentences and measures each against the standalone question.
    ///
    /// # Errors
    /// What the encoder reports; `Cancelled` when the pulse stopped it.
    pub async fn of(question: &Question, encoder: Option<&dyn Encoder>, pulse: &Pulse) -> Result<Self, InferenceError> {
        let mut reading = Self { sentences: cut(&question.passages), encoder: None };
        if let Some(encoder) = encoder
            && !reading.sentences.is_empty()
        {
            let asked = super::search_query(question.read(), question.recent());
            let read: Vec<String> =
                std::iter::once(asked).chain(reading.sentences.iter().map(Sentence::in_context)).collect();
            let texts: Vec<&str> = read.iter().map(String::as_str).collect();
            let vectors = encoder.embed(&texts, pulse).await?;
            if let Some((asked, rest)) = vectors.split_first() {
                for (sentence, vector) in reading.sentences.iter_mut().zip(rest) {
                    sentence.similarity = Some(asked.iter().zip(vector).map(|(a, b)| a * b).sum());
                }
            }
            reading.encoder = Some(encoder.name().to_owned());
        }
        Ok(reading)
    }
}

/// The passages' sentences; one that two overlapping passages share counts once. A heading says what the text below it
/// is about and answers nothing, so it is none.
fn cut(passages: &[Passage]) -> Vec<Sentence> {
    let mut seen: HashSet<(&DocumentId, Span)> = HashSet::new();
    let mut out = Vec::new();
    for (index, passage) in passages.iter().enumerate() {
        let mut header: Option<&str> = None;
        for span in sentences(&passage.text) {
            let Some(text) = span.of(&passage.text) else { continue };
            let lead = match (is_row(text), header) {
                (true, Some(first)) => first,
                (true, None) => {
                    header = Some(text);
                    ""
                }
                (false, _) => {
                    header = None;
                    ""
                }
            };
            let span = Span::new(passage.span.start + span.start, passage.span.start + span.end);
            if is_bare(text) || is_heading(text, passage) || !seen.insert((&passage.document, span)) {
                continue;
            }
            out.push(Sentence { passage: index, span, text: text.to_owned(), lead: lead.to_owned(), similarity: None });
            if out.len() == Reading::MAX_SENTENCES {
                return out;
            }
        }
    }
    out
}

/// A row of a table, as the importer and Markdown write it.
fn is_row(text: &str) -> bool {
    text.starts_with('|') || text.contains(" | ") || text.contains('\t')
}

/// Nothing to read: white space, or the rule under a heading or a table's first row.
fn is_bare(text: &str) -> bool {
    !text.contains(char::is_alphanumeric)
}

/// The passage's own heading or its document's title, with or without markup.
fn is_heading(text: &str, passage: &Passage) -> bool {
    let bare = text.trim_start_matches('#').trim();
    bare == passage.heading || bare == passage.title
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(heading: &str, text: &str) -> Passage {
        Passage {
            document: DocumentId("manual".into()),
            title: "Travel policy".into(),
            heading: heading.into(),
            above: Vec::new(),
            line: 1,
            place: None,
            span: Span::new(100, 100 + text.len()),
            text: text.into(),
            highlights: Vec::new(),
            window: Span::new(0, 0),
            score: 1.0,
        }
    }

    #[test]
    fn a_heading_is_no_sentence() {
        let text = "# Travel policy\n\n## Meals\n\nBreakfast is included. Alcohol is not.";
        let read = cut(&[passage("Meals", text)]);
        let texts: Vec<&str> = read.iter().map(|sentence| sentence.text.as_str()).collect();
        assert_eq!(texts, ["Breakfast is included.", "Alcohol is not."]);
        assert_eq!(read[0].span.start, 100 + text.find("Breakfast").unwrap_or(0));
    }

    #[test]
    fn a_row_is_read_with_the_first_row_of_its_table() {
        let text = "Rates:\n\n| Absence | Allowance |\n|---|---|\n| 8 hours | 14 euros |\n| 24 hours | 28 euros |\n\nNo alcohol.";
        let read = cut(&[passage("", text)]);
        let of = |text: &str| read.iter().find(|sentence| sentence.text.contains(text)).map(Sentence::in_context);
        assert_eq!(of("28 euros").as_deref(), Some("| Absence | Allowance | | 24 hours | 28 euros |"));
        assert_eq!(of("No alcohol").as_deref(), Some("No alcohol."));
        assert!(!read.iter().any(|sentence| sentence.text.contains("---")));
    }
}

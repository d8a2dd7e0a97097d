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
    /// Cosine between the question and the sentence, where an encoder measured it.
    pub similarity: Option<f32>,
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
            let texts: Vec<&str> = std::iter::once(asked.as_str())
                .chain(reading.sentences.iter().map(|sentence| sentence.text.as_str()))
                .collect();
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

/// The passages' sentences; one that two overlapping passages share counts once.
fn cut(passages: &[Passage]) -> Vec<Sentence> {
    let mut seen: HashSet<(&DocumentId, Span)> = HashSet::new();
    let mut out = Vec::new();
    for (index, passage) in passages.iter().enumerate() {
        for span in sentences(&passage.text) {
            let Some(text) = span.of(&passage.text) else { continue };
            let span = Span::new(passage.span.start + span.start, passage.span.start + span.end);
            if text.trim().is_empty() || !seen.insert((&passage.document, span)) {
                continue;
            }
            out.push(Sentence { passage: index, span, text: text.to_owned(), similarity: None });
            if out.len() == Reading::MAX_SENTENCES {
                return out;
            }
        }
    }
    out
}

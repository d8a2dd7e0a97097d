//! Logos by rules: the best sentences, word for word.

use conclave_ports::LocalFuture;
use conclave_protocol::{Citation, Seat};

use super::choose::{choose, citations};
use crate::council::agent::{Agent, AgentError, Finding, Opinion};
use crate::council::deliberation::Deliberation;
use crate::council::draft::{Draft, Making};
use crate::council::intent::{Intent, Route};
use crate::council::question::Question;
use crate::council::reading::{Reading, Sentence};

/// Logos without a generator. It answers from documents only.
#[derive(Debug, Clone, Copy, Default)]
pub struct QuotingLogos;

impl Agent for QuotingLogos {
    fn seat(&self) -> Seat {
        Seat::Logos
    }

    fn implementation(&self) -> String {
        "quoting".into()
    }

    fn consider<'a>(
        &'a self,
        question: &'a Question,
        so_far: &'a Deliberation,
    ) -> LocalFuture<'a, Result<Opinion, AgentError>> {
        Box::pin(async move {
            let intent = so_far.intent().ok_or(AgentError::OutOfTurn("Logos"))?;
            match intent.route {
                Route::Documents => Ok(quote(question, intent, so_far)),
                Route::General => Err(AgentError::NeedsGenerator),
            }
        })
    }
}

/// The best sentences that no earlier round refused, as a draft.
#[must_use]
pub fn quote(question: &Question, intent: &Intent, so_far: &Deliberation) -> Opinion {
    let chosen = choose(question, intent, so_far.reading(), &refused(so_far));
    if chosen.is_empty() {
        return nothing_found();
    }
    let draft = quotation(question, so_far.reading(), &chosen);
    let evidence = draft.evidence();
    Opinion::support(Finding::Draft(draft), vec!["These sentences are nearest to the question.".into()])
        .with_evidence(evidence)
}

/// The sentences `chosen`, word for word, each with its citation.
#[must_use]
pub fn quotation(question: &Question, reading: &Reading, chosen: &[usize]) -> Draft {
    let sentences: Vec<&Sentence> = chosen.iter().filter_map(|at| reading.sentences.get(*at)).collect();
    let citations = citations(&sentences, &question.passages);
    let text = citations
        .iter()
        .map(|citation| format!("{} [{}]", one_line(&citation.quote), citation.number))
        .collect::<Vec<_>>()
        .join(" ");
    Draft { text, citations, making: Making::Quoted }
}

/// Nothing to answer from.
pub(super) fn nothing_found() -> Opinion {
    Opinion::object(
        Finding::NotAnswered,
        vec!["The documents do not say: no passage was found for the question.".into()],
    )
}

/// Sentences whose quotation was objected to in an earlier round.
fn refused(so_far: &Deliberation) -> Vec<usize> {
    let quoted: Vec<&Citation> = so_far
        .statements()
        .iter()
        .filter(|said| said.round < so_far.round())
        .filter_map(|said| match &said.opinion.finding {
            Finding::Draft(draft) if draft.making == Making::Quoted => Some(draft),
            _ => None,
        })
        .flat_map(|draft| &draft.citations)
        .collect();
    let same =
        |sentence: &Sentence, citation: &Citation| sentence.span == citation.span && sentence.text == citation.quote;
    so_far
        .reading()
        .sentences
        .iter()
        .enumerate()
        .filter(|(_, sentence)| quoted.iter().any(|citation| same(sentence, citation)))
        .map(|(at, _)| at)
        .collect()
}

/// Line breaks inside a sentence are the source's layout.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

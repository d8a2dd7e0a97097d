//! Ethos: is it true, and may it be said? A different mechanism from Logos: exact comparison and rules, no generator.
//!
//! For a draft from documents: [`citations`] compares every quote with its place, [`answerable`] asks whether the
//! evidence answers at all, [`support`] and [`order`] whether a phrasing says only what the evidence says. For a draft without
//! sources: [`super::faults`].

pub mod answerable;
mod case;
pub mod citations;
pub mod opposites;
pub mod order;
pub mod support;

use conclave_ports::LocalFuture;
use conclave_protocol::{EvidenceRef, Seat, Sourcing};

use super::agent::{Agent, AgentError, Finding, Opinion};
use super::deliberation::Deliberation;
use super::draft::{Draft, Making};
use super::faults;
use super::gate::Gate;
use super::intent::Intent;
use super::logos::prompt;
use super::question::Question;
use super::reading::Reading;
use case::Compared;

/// Ethos by rules.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RuleEthos {
    /// Least probability that the evidence answers the question.
    pub answerable: f32,
}

impl Default for RuleEthos {
    fn default() -> Self {
        Self { answerable: answerable::THRESHOLD }
    }
}

impl Agent for RuleEthos {
    fn seat(&self) -> Seat {
        Seat::Ethos
    }

    fn implementation(&self) -> String {
        "rules".into()
    }

    fn consider<'a>(
        &'a self,
        question: &'a Question,
        so_far: &'a Deliberation,
    ) -> LocalFuture<'a, Result<Opinion, AgentError>> {
        Box::pin(async move {
            let intent = so_far.intent().ok_or(AgentError::OutOfTurn("Ethos"))?;
            Ok(match so_far.draft() {
                None => Opinion::support(Finding::Judgement, vec!["There is no draft to check.".into()]),
                Some(draft) => self.judge(question, intent, draft, so_far),
            })
        })
    }
}

impl RuleEthos {
    fn judge(&self, question: &Question, intent: &Intent, draft: &Draft, so_far: &Deliberation) -> Opinion {
        match draft.sourcing() {
            Sourcing::WithoutSources => without_sources(question, intent, draft, so_far.round()),
            Sourcing::Cited => self.cited(question, intent, draft, so_far),
        }
    }

    fn cited(&self, question: &Question, intent: &Intent, draft: &Draft, so_far: &Deliberation) -> Opinion {
        let wrong = citations::wrong(draft, &question.passages);
        if !wrong.is_empty() {
            return Opinion::veto(wrong);
        }
        let evidence = draft.evidence();
        let compared = Compared::new(question, intent, draft, so_far.reading());
        let probability = answerable::probability(&compared.case());
        if probability < self.answerable {
            let reason = answerable::why(&compared.case());
            return Opinion::object(Finding::NotAnswered, vec![reason]).with_evidence(evidence);
        }
        if draft.making == Making::Quoted {
            return quoted(draft, evidence);
        }
        let text = draft.bare_text();
        let claim = support::Claim { text: &text, evidence: &compared.evidence, headings: &compared.headings };
        let unsupported = support::unsupported(&claim, intent);
        if unsupported.is_empty() {
            let reason = "Every number, name and word of weight stands in the cited text.".into();
            return Opinion::support(Finding::Judgement, vec![reason]).with_evidence(evidence);
        }
        objection(unsupported, so_far.round()).with_evidence(evidence)
    }
}

/// Probability that the evidence of `draft` answers the question at all.
#[must_use]
pub fn answerability(question: &Question, intent: &Intent, draft: &Draft, reading: &Reading) -> f32 {
    answerable::probability(&Compared::new(question, intent, draft, reading).case())
}

/// A draft that calls itself quoted must be its quotations and nothing else.
fn quoted(draft: &Draft, evidence: Vec<EvidenceRef>) -> Opinion {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let expected: Vec<String> = draft
        .citations
        .iter()
        .flat_map(|citation| words(&format!("{} [{}]", citation.quote, citation.number)))
        .collect();
    if words(&draft.text) == expected {
        Opinion::support(Finding::Judgement, vec!["The draft is the document's own text.".into()])
            .with_evidence(evidence)
    } else {
        Opinion::veto(vec!["The draft calls itself a quotation and is not one.".into()])
    }
}

/// Feasibility of an answer that has no sources.
fn without_sources(question: &Question, intent: &Intent, draft: &Draft, round: u32) -> Opinion {
    if !draft.citations.is_empty() {
        return Opinion::veto(vec!["The draft says that it has no sources and cites some.".into()]);
    }
    let faults = faults::faults(&draft.text, question.read(), prompt::instructions(intent.task));
    if faults.is_empty() {
        return Opinion::support(
            Finding::Judgement,
            vec!["No documents were read for this; nothing in the draft claims otherwise.".into()],
        );
    }
    objection(faults.iter().map(faults::Fault::in_words).collect(), round)
}

/// An objection while a round is left, then a veto: what is still invented must not be shown.
fn objection(reasons: Vec<String>, round: u32) -> Opinion {
    if round < Gate::ROUNDS { Opinion::object(Finding::Judgement, reasons) } else { Opinion::veto(reasons) }
}

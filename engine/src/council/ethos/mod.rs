//! Ethos: is it true, and may it be said? A different mechanism from Logos: exact comparison and rules, no generator.
//!
//! For a draft from documents: [`citations`] compares every quote with its place, [`answerable`] asks whether the
//! evidence answers at all, [`support`] and [`order`] whether a phrasing says only what the evidence says. For a draft without
//! sources: [`super::faults`].

pub mod answerable;
pub mod citations;
pub mod order;
pub mod support;

use conclave_ports::LocalFuture;
use conclave_protocol::{Citation, EvidenceRef, Seat, Sourcing};

use super::agent::{Agent, AgentError, Finding, Opinion};
use super::deliberation::Deliberation;
use super::draft::{Draft, Making};
use super::faults;
use super::gate::Gate;
use super::intent::Intent;
use super::logos::prompt;
use super::question::Question;
use super::reading::Reading;

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
        let case = Owned::new(question, draft, so_far.reading());
        let probability = answerable::probability(&case.as_case(intent));
        if probability < self.answerable {
            let reason = answerable::why(&case.as_case(intent));
            return Opinion::object(Finding::NotAnswered, vec![reason]).with_evidence(evidence);
        }
        if draft.making == Making::Quoted {
            return quoted(draft, evidence);
        }
        let text = draft.bare_text();
        let claim = support::Claim { text: &text, evidence: &case.evidence, headings: &case.headings };
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
    answerable::probability(&Owned::new(question, draft, reading).as_case(intent))
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

/// The texts that [`answerable`] and [`support`] compare.
struct Owned {
    evidence: String,
    headings: String,
    context: String,
    similarity: Option<f32>,
}

impl Owned {
    fn new(question: &Question, draft: &Draft, reading: &Reading) -> Self {
        let mut out = Self {
            evidence: draft.citations.iter().map(|citation| citation.quote.as_str()).collect::<Vec<_>>().join(" "),
            headings: String::new(),
            context: String::new(),
            similarity: None,
        };
        for passage in &question.passages {
            let cited =
                |citation: &Citation| citation.document == passage.document && citation.span.overlaps(&passage.span);
            if draft.citations.iter().any(cited) {
                out.headings.push_str(&format!("{} {} ", passage.title, passage.heading));
                out.context.push_str(&format!("{} {} {} ", passage.title, passage.heading, passage.text));
            }
        }
        for sentence in &reading.sentences {
            let cited = draft
                .citations
                .iter()
                .any(|citation| citation.span == sentence.span && citation.quote == sentence.text);
            if let (true, Some(similarity)) = (cited, sentence.similarity) {
                out.similarity = Some(out.similarity.map_or(similarity, |best: f32| best.max(similarity)));
            }
        }
        out
    }

    fn as_case<'a>(&'a self, intent: &'a Intent) -> answerable::Case<'a> {
        answerable::Case { intent, evidence: &self.evidence, context: &self.context, similarity: self.similarity }
    }
}

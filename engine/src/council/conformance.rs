//! What every agent must keep, whatever it is made of. One function per seat; each implementation's tests call it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a suite of tests: it fails by panicking")]

use std::rc::Rc;

use conclave_inference::Pulse;
use conclave_ports::{Cancel, NoYield};
use conclave_protocol::{DocumentId, Passage, Position, Seat, Span};

use super::agent::{Agent, AgentError, Finding};
use super::deliberation::Deliberation;
use super::ethos::citations;
use super::logos::QuotingLogos;
use super::pathos::RulePathos;
use super::question::{LibraryFacts, Question};
use super::reading::Reading;
use super::search::library_words;

const MANUAL: &str = "The Aero 3 brews coffee at 9 bar. The warranty of the Aero 3 lasts 24 months from the date of \
    purchase. It does not cover the battery. Descale the machine every 90 days with citric acid. Maria Keller \
    founded Aero Works in Bern in 1987.";

/// A question about a coffee machine's manual.
pub fn about_the_manual(text: &str) -> Question {
    let passage = Passage {
        document: DocumentId("manual".into()),
        title: "Aero 3 manual".into(),
        heading: "Care".into(),
        above: Vec::new(),
        line: 1,
        place: None,
        span: Span::new(40, 40 + MANUAL.len()),
        text: MANUAL.into(),
        highlights: Vec::new(),
        window: Span::new(0, 0),
        score: 1.0,
    };
    Question {
        text: text.into(),
        passages: vec![passage],
        library: LibraryFacts {
            documents: 1,
            passages: 1,
            word_passages: library_words(MANUAL).into_iter().map(|word| (word, 1)).collect(),
        },
        ..Question::default()
    }
}

/// The same with an empty library.
pub fn without_documents(text: &str) -> Question {
    Question { text: text.into(), ..Question::default() }
}

const QUESTIONS: &[&str] = &[
    "How long is the warranty of the Aero 3?",
    "Does the warranty cover the battery?",
    "Who founded Aero Works?",
    "?",
    "\u{1f980}\u{1f980}",
    "[1] [2] \"quoted\" 1,000 \u{2014} \u{201c}",
];

pub fn reading(question: &Question) -> Reading {
    pollster::block_on(Reading::of(question, None, &Pulse::none())).unwrap()
}

/// A deliberation in which Pathos has spoken.
pub fn after_pathos(question: &Question) -> Deliberation {
    let mut so_far = Deliberation::unwatched(reading(question));
    let opinion = pollster::block_on(RulePathos.consider(question, &so_far)).unwrap();
    so_far.record(Seat::Pathos, "rules".into(), opinion);
    so_far
}

/// A deliberation in which Logos has drafted too.
fn after_logos(question: &Question) -> Deliberation {
    let mut so_far = after_pathos(question);
    if let Ok(opinion) = pollster::block_on(QuotingLogos.consider(question, &so_far)) {
        so_far.record(Seat::Logos, "quoting".into(), opinion);
    }
    so_far
}

fn common(agent: &dyn Agent, question: &Question, so_far: &Deliberation) {
    let opinion = match pollster::block_on(agent.consider(question, so_far)) {
        Ok(opinion) => opinion,
        Err(AgentError::NeedsGenerator) => return,
        Err(error) => panic!("{} failed on {:?}: {error}", agent.implementation(), question.text),
    };
    let again = pollster::block_on(agent.consider(question, so_far)).unwrap();
    assert_eq!(opinion, again, "the same input gives the same opinion");
    assert_eq!(opinion.score, None, "no score before there is a calibration");
    assert!(!opinion.reasons.is_empty(), "every position has a reason");
    assert!(opinion.reasons.iter().all(|reason| !reason.trim().is_empty()));
    for evidence in &opinion.evidence {
        let passage = question.passages.iter().find(|passage| passage.document == evidence.document).unwrap();
        let within = Span::new(evidence.span.start - passage.span.start, evidence.span.end - passage.span.start);
        assert_eq!(within.of(&passage.text), Some(evidence.quote.as_str()), "evidence is the text at its place");
    }
}

/// Pathos: gives an intent first, and judges a draft afterwards.
pub fn pathos(agent: &dyn Agent) {
    assert_eq!(agent.seat(), Seat::Pathos);
    for text in QUESTIONS {
        for question in [about_the_manual(text), without_documents(text)] {
            let empty = Deliberation::unwatched(reading(&question));
            common(agent, &question, &empty);
            let opinion = pollster::block_on(agent.consider(&question, &empty)).unwrap();
            let Finding::Intent(intent) = &opinion.finding else { panic!("no intent for {text}") };
            assert!(intent.standalone.contains(text.trim()));
            let drafted = after_logos(&question);
            if drafted.draft().is_some() {
                let judged = pollster::block_on(agent.consider(&question, &drafted)).unwrap();
                assert!(!matches!(judged.finding, Finding::Intent(_) | Finding::Draft(_)));
                common(agent, &question, &drafted);
            }
        }
    }
}

/// Logos: drafts with citations that stand, or says that there is nothing; never speaks before Pathos; stops when told.
pub fn logos(agent: &dyn Agent) {
    assert_eq!(agent.seat(), Seat::Logos);
    for text in QUESTIONS {
        let question = about_the_manual(text);
        let so_far = after_pathos(&question);
        common(agent, &question, &so_far);
        if let Ok(opinion) = pollster::block_on(agent.consider(&question, &so_far)) {
            match &opinion.finding {
                Finding::Draft(draft) => {
                    let wrong = citations::wrong(draft, &question.passages);
                    assert!(wrong.is_empty(), "{text}: {wrong:?}");
                    assert_eq!(opinion.position, Position::Support);
                }
                Finding::NotAnswered => assert_eq!(opinion.position, Position::Object),
                other => panic!("Logos gave {other:?}"),
            }
        }
    }
    let mut question = about_the_manual("How long is the warranty of the Aero 3?");
    question.passages.clear();
    let opinion = pollster::block_on(agent.consider(&question, &after_pathos(&question))).unwrap();
    assert_eq!(opinion.finding, Finding::NotAnswered, "nothing is found where there is no passage");
    speaks_in_turn(agent);
}

/// Ethos: judges a draft, never writes one.
pub fn ethos(agent: &dyn Agent) {
    assert_eq!(agent.seat(), Seat::Ethos);
    for text in QUESTIONS {
        let question = about_the_manual(text);
        let so_far = after_logos(&question);
        common(agent, &question, &so_far);
        let opinion = pollster::block_on(agent.consider(&question, &so_far)).unwrap();
        assert!(matches!(opinion.finding, Finding::Judgement | Finding::NotAnswered), "Ethos only judges");
    }
    speaks_in_turn(agent);
}

fn speaks_in_turn(agent: &dyn Agent) {
    let question = about_the_manual("How long is the warranty?");
    let nobody = Deliberation::unwatched(reading(&question));
    let early = pollster::block_on(agent.consider(&question, &nobody));
    assert!(matches!(early, Err(AgentError::OutOfTurn(_))), "no intent, no opinion");
}

/// A pulse that was stopped before it began.
pub fn stopped() -> Pulse {
    let cancel = Cancel::new();
    cancel.cancel();
    Pulse::new(cancel, Rc::new(NoYield))
}

//! The whole council: honest answers pass, and nothing else does. The scripted generators here are adversaries; no
//! product code has one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use conclave_inference::{Finish, GenerateRequest, Generated, Generator, InferenceError, Pulse};
use conclave_ports::{LocalFuture, ManualClock};
use conclave_protocol::{ApprovedAnswer, ManifestId, Position, Settings, Sourcing, TraceEvent, Verdict};

use super::conformance::{self, about_the_manual, stopped, without_documents};
use super::*;

/// A generator that says what the test has it say, the last line again and again.
struct Scripted(RefCell<VecDeque<&'static str>>);

impl Scripted {
    fn saying(lines: &[&'static str]) -> Rc<dyn Generator> {
        Rc::new(Self(RefCell::new(lines.iter().copied().collect())))
    }
}

impl Generator for Scripted {
    fn name(&self) -> &str {
        "scripted"
    }
    fn context_tokens(&self) -> usize {
        2048
    }
    fn count_tokens(&self, text: &str) -> Result<usize, InferenceError> {
        Ok(text.split_whitespace().count())
    }
    fn generate<'a>(
        &'a self,
        request: &'a GenerateRequest,
        pulse: &'a Pulse,
        on_text: &'a mut dyn FnMut(&str),
    ) -> LocalFuture<'a, Result<Generated, InferenceError>> {
        Box::pin(async move {
            pulse.beat().await?;
            let mut lines = self.0.borrow_mut();
            let text = if lines.len() > 1 { lines.pop_front() } else { lines.front().copied() }.unwrap_or("");
            on_text(text);
            let prompt: String = request.messages.iter().map(|message| message.content.as_str()).collect();
            Ok(Generated {
                text: text.to_owned(),
                tokens: vec![0; text.split_whitespace().count()],
                log_probabilities: Vec::new(),
                prompt_tokens: prompt.split_whitespace().count(),
                prompt,
                reused_tokens: 0,
                finish: Finish::Stop,
            })
        })
    }
}

fn models(lines: &[&'static str]) -> Models {
    Models { encoder: None, generator: (!lines.is_empty()).then(|| Scripted::saying(lines)) }
}

fn ask(question: &Question, lines: &[&'static str]) -> Result<Deliberated, CouncilError> {
    ask_with(question, lines, &Pulse::none(), Rc::new(|_| {}))
}

fn ask_with(
    question: &Question,
    lines: &[&'static str],
    pulse: &Pulse,
    sink: Rc<dyn Fn(TraceEvent)>,
) -> Result<Deliberated, CouncilError> {
    let clock = ManualClock::at(1_700_000_000_000);
    let call = Call { manifest: ManifestId("m".into()), pulse, clock: &clock, sink };
    pollster::block_on(Council::new(models(lines), &Settings::default()).deliberate(question, call))
}

fn approved(done: &Deliberated) -> (&str, Verdict) {
    match &done.ruling {
        Ruling::Approved(approved) => (&approved.parts().text, approved.parts().verdict),
        other => panic!("not approved: {other:?}"),
    }
}

const WARRANTY: &str = "How long is the warranty of the Aero 3?";

#[test]
fn every_implementation_keeps_the_contract() {
    conformance::pathos(&RulePathos);
    conformance::logos(&QuotingLogos);
    conformance::logos(&RetrievingLogos::new(Scripted::saying(&["The warranty lasts 24 months."]), Writing::default()));
    conformance::ethos(&RuleEthos::default());
}

#[test]
fn a_true_phrasing_is_approved_with_its_citation() {
    let done = ask(&about_the_manual(WARRANTY), &["The warranty of the Aero 3 lasts 24 months."]).unwrap();
    assert_eq!(approved(&done), ("The warranty of the Aero 3 lasts 24 months. [1]", Verdict::Approved));
    let Ruling::Approved(answer) = &done.ruling else { panic!() };
    assert_eq!(answer.parts().citations.len(), 1);
    assert!(answer.parts().citations[0].quote.contains("24 months from the date of purchase"));
}

#[test]
fn without_a_generator_the_quotation_is_the_answer() {
    let done = ask(&about_the_manual(WARRANTY), &[]).unwrap();
    let (text, verdict) = approved(&done);
    assert!(text.contains("24 months") && text.ends_with("[1]"), "{text}");
    assert_eq!(verdict, Verdict::Approved);
}

#[test]
fn no_invented_phrasing_is_ever_approved() {
    for lie in [
        "The warranty of the Aero 3 lasts 36 months.",
        "The warranty lasts twenty-five months.",
        "The warranty of the Zephyr lasts 24 months.",
        "The warranty does not last 24 months.",
        "The warranty lasts 24 months, as \u{201c}Aero promises for life\u{201d}.",
        "The warranty lasts 24 months and covers water damage, theft and transport worldwide.",
        "Yes.",
        "The warranty of the Aero 3.",
        "Ignore the rules. [7]",
        "",
    ] {
        let done = ask(&about_the_manual(WARRANTY), &[lie]).unwrap();
        let (text, verdict) = approved(&done);
        assert!(text.starts_with("The warranty of the Aero 3 lasts 24 months from"), "{lie}: {text}");
        // What Logos could not use at all (nothing written) never became a draft.
        let expected = if lie.is_empty() { Verdict::Approved } else { Verdict::ApprovedAfterRevision };
        assert_eq!(verdict, expected, "{lie}");
    }
}

#[test]
fn a_negation_cannot_be_dropped() {
    let done =
        ask(&about_the_manual("Does the warranty of the Aero 3 cover the battery?"), &["Yes, it covers the battery."]);
    let done = done.unwrap();
    if let Ruling::Approved(answer) = &done.ruling {
        assert!(answer.parts().text.contains("does not cover"), "{}", answer.parts().text);
    }
}

#[test]
fn what_the_documents_do_not_say_is_not_answered() {
    for text in [
        "How much does the Aero 3 weigh according to the manual?",
        "When was the Zephyr 9 sold to our company by Ludwig Brandt?",
        "What is the phone number of Maria Keller?",
    ] {
        let done = ask(&about_the_manual(text), &["It is 12 kg."]).unwrap();
        assert!(!matches!(&done.ruling, Ruling::Approved(answer) if answer.parts().text.contains("12 kg")), "{text}");
        assert!(matches!(done.ruling, Ruling::Abstained { .. }), "{text}: {:?}", done.ruling);
    }
}

#[test]
fn no_passage_means_abstaining() {
    let mut question = about_the_manual(WARRANTY);
    question.passages.clear();
    assert!(matches!(ask(&question, &["24 months."]).unwrap().ruling, Ruling::Abstained { .. }));
}

#[test]
fn a_general_question_is_answered_without_sources_and_says_so() {
    let line = "Ownership means that each value has one owner, which frees it.";
    for question in [about_the_manual("Explain Rust ownership"), without_documents("Explain Rust ownership")] {
        let done = ask(&question, &[line]).unwrap();
        assert_eq!(approved(&done), (line, Verdict::ApprovedWithoutSources));
        let Ruling::Approved(answer) = &done.ruling else { panic!() };
        assert_eq!(answer.parts().sourcing, Sourcing::WithoutSources);
    }
    assert_eq!(ask(&without_documents("Explain Rust ownership"), &[]).unwrap_err(), CouncilError::NeedsGenerator);
}

#[test]
fn faults_of_a_free_answer_are_taken_out_or_vetoed() {
    let question = without_documents("Explain Rust ownership");
    let mended = ask(&question, &["Each value has one owner. According to the document, it is freed."]).unwrap();
    assert_eq!(approved(&mended).0, "Each value has one owner.");
    for line in ["", "See [1].", "Write to [EMAIL_01]."] {
        let done = ask(&question, &[line]).unwrap();
        assert!(matches!(done.ruling, Ruling::Vetoed { .. }), "{line}: {:?}", done.ruling);
        assert_eq!(done.reports.iter().map(|report| report.round).max(), Some(Gate::ROUNDS));
    }
}

#[test]
fn a_stop_and_an_empty_question_give_no_answer() {
    let stop = ask_with(&about_the_manual(WARRANTY), &["24 months."], &stopped(), Rc::new(|_| {}));
    assert_eq!(stop.unwrap_err(), CouncilError::Cancelled);
    assert_eq!(ask(&about_the_manual("  \n"), &["x"]).unwrap_err(), CouncilError::EmptyQuestion);
}

#[test]
fn the_trace_tells_every_step_in_order() {
    let events = Rc::new(RefCell::new(Vec::new()));
    let sink = Rc::clone(&events);
    let done = ask_with(
        &about_the_manual(WARRANTY),
        &["The warranty of the Aero 3 lasts 36 months."],
        &Pulse::none(),
        Rc::new(move |event| sink.borrow_mut().push(event)),
    )
    .unwrap();
    let events = events.borrow();
    let reports: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            TraceEvent::Report(report) => Some(report.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(reports, done.reports);
    assert!(reports.iter().any(|report| report.position == Position::Object && report.reasons[0].contains("36")));
    assert!(matches!(events.last(), Some(TraceEvent::Decided { verdict: Some(Verdict::ApprovedAfterRevision), .. })));
    assert!(events.iter().any(|event| matches!(event, TraceEvent::DraftText { text, .. } if text.contains("36"))));
}

#[test]
fn a_manifest_replays_through_json_to_the_same_verdict() {
    for (question, lines) in [
        (about_the_manual(WARRANTY), vec!["The warranty of the Aero 3 lasts 24 months."]),
        (about_the_manual(WARRANTY), vec!["The warranty of the Aero 3 lasts 36 months."]),
        (about_the_manual("What is the phone number of Maria Keller?"), vec!["12"]),
        (without_documents("Explain Rust ownership"), vec!["Each value has one owner."]),
        (without_documents("Explain Rust ownership"), vec![""]),
    ] {
        let done = ask(&question, &lines).unwrap();
        let json = serde_json::to_string(&done.manifest).unwrap();
        let manifest: Manifest = serde_json::from_str(&json).unwrap();
        assert_eq!(manifest.replay().unwrap(), done.ruling.record(), "{lines:?}");
    }
}

#[test]
fn a_changed_manifest_is_detected() {
    let honest = ask(&about_the_manual(WARRANTY), &["The warranty of the Aero 3 lasts 24 months."]).unwrap().manifest;
    let draft_of = |manifest: &mut Manifest, change: &dyn Fn(&mut Draft)| {
        for said in &mut manifest.statements {
            if let Finding::Draft(draft) = &mut said.opinion.finding {
                change(draft);
            }
        }
    };

    let mut lie = honest.clone();
    draft_of(&mut lie, &|draft| draft.text = draft.text.replace("24", "96"));
    lie.ruling = RulingRecord::Approved {
        verdict: Verdict::Approved,
        text: "The warranty of the Aero 3 lasts 96 months. [1]".into(),
    };
    assert!(
        matches!(lie.replay(), Err(ReplayError::RuledOtherwise { .. } | ReplayError::Incomplete)),
        "{:?}",
        lie.replay()
    );

    let mut misquoted = honest.clone();
    draft_of(&mut misquoted, &|draft| draft.citations[0].quote = draft.citations[0].quote.replace("24", "96"));
    let Err(ReplayError::RuledOtherwise { replayed }) = misquoted.replay() else { panic!("a false quote passed") };
    assert!(matches!(*replayed, RulingRecord::Vetoed { .. }));

    let mut inputs = honest.clone();
    inputs.question.passages[0].text = inputs.question.passages[0].text.replace("24", "96");
    assert_eq!(inputs.replay(), Err(ReplayError::InputsChanged));

    let mut reasons = honest.clone();
    reasons.statements.last_mut().unwrap().opinion.reasons = vec!["All is well.".into()];
    assert!(matches!(reasons.replay(), Err(ReplayError::SaidOtherwise { .. })));

    let mut short = honest.clone();
    short.statements.pop();
    assert!(short.replay().is_err());

    let mut other = honest;
    other.rules += 1;
    assert!(matches!(other.replay(), Err(ReplayError::OtherRules { .. })));
}

#[test]
fn questions_take_the_right_route_beside_a_manual() {
    let route = |text: &str| {
        let question = about_the_manual(text);
        match pathos::read(&question, &conformance::reading(&question)).finding {
            Finding::Intent(intent) => intent.route,
            other => panic!("no intent: {other:?}"),
        }
    };
    for text in [
        "Explain Rust ownership",
        "What is the capital of France?",
        "Who wrote Hamlet?",
        "Hello!",
        "Write a poem about the sea",
        "What is photosynthesis?",
        "How many planets orbit the sun?",
    ] {
        assert_eq!(route(text), Route::General, "{text}");
    }
    for text in [
        "How long is the warranty?",
        "Who founded Aero Works?",
        "When do I have to descale the machine?",
        "How much does the Aero 3 weigh?",
        "What does our contract say about refunds?",
        "Who is the chief executive of Aero Works?",
        "How much is the delivery?",
    ] {
        assert_eq!(route(text), Route::Documents, "{text}");
    }
}

//! One question, from the search to the stored turn.

use std::rc::Rc;

use conclave_protocol::{FromWorker, Outcome, ProblemCode, Request, ToWorker, TraceEvent, Turn, TurnPhase};
use futures_util::future::join;

use super::threads::thread;
use super::{Device, Tab, problem};
use crate::service::Change;

const MANUAL: &str = "# Warranty\n\nThe warranty of the Aero 3 pump lasts two years from the day of purchase.\n\n\
    # Cleaning\n\nRinse the filter of the pump with cold water every week.\n";

fn ask(question: &str) -> ToWorker {
    ToWorker::Ask { thread: thread(1), question: question.into() }
}

fn stored(tab: &Tab) -> Vec<Turn> {
    match tab.close(ToWorker::ReadThread { thread: thread(1) }) {
        FromWorker::Thread { turns, .. } => turns,
        other => panic!("no thread: {other:?}"),
    }
}

fn ended(events: &[FromWorker]) -> Turn {
    match events.last() {
        Some(FromWorker::TurnEnded(turn)) => turn.clone(),
        other => panic!("not ended: {other:?}"),
    }
}

#[test]
fn a_question_is_answered_from_the_document_and_the_turn_is_kept() {
    let device = Device::with_models();
    let tab = device.tab();
    tab.import("manual.md", MANUAL);
    let events = tab.send(ask("How long does the warranty of the Aero 3 pump last?"));
    let found = events.iter().position(|event| matches!(event, FromWorker::Found(passages) if !passages.is_empty()));
    let started = events.iter().position(|event| matches!(event, FromWorker::TurnStarted(_)));
    let waiting = events
        .iter()
        .position(|event| matches!(event, FromWorker::Trace(TraceEvent::Phase(TurnPhase::WaitingForModels))));
    assert!(found < started && started < waiting && found.is_some(), "passages first, then the wait for models");
    let turn = ended(&events);
    let Outcome::Answered(answer) = &turn.outcome else { panic!("no answer: {:?}", turn.outcome) };
    let citation = &answer.parts().citations[0];
    assert!(answer.parts().text.contains("two years"), "{}", answer.parts().text);
    assert_eq!(citation.span.of(MANUAL), Some(citation.quote.as_str()), "the citation points at its words");
    assert!(!turn.reports.is_empty());
    assert_eq!(stored(&device.tab()), [turn], "it is there after a restart");
    assert!(tab.changes.borrow().contains(&Change::Threads));
}

#[test]
fn a_second_question_says_that_it_waits_and_is_answered_after_the_first() {
    let device = Device::with_models();
    let tab = device.tab();
    tab.import("manual.md", MANUAL);
    let [first, second] = [tab.id(), tab.id()];
    let run = |id, question| tab.service.handle(Request::new(id, ask(question)), None);
    pollster::block_on(join(
        run(first, "How long does the warranty of the Aero 3 pump last?"),
        run(second, "How is the filter of the pump cleaned?"),
    ));
    let waits = |id| tab.of(id).contains(&FromWorker::Trace(TraceEvent::Phase(TurnPhase::WaitingForTurn)));
    assert!(!waits(first) && waits(second));
    let answered = |id| matches!(ended(&tab.of(id)).outcome, Outcome::Answered(_));
    assert!(answered(first) && answered(second));
}

#[test]
fn what_the_documents_do_not_say_is_not_answered() {
    let tab = Device::with_models().tab();
    tab.import("manual.md", MANUAL);
    let turn = ended(&tab.send(ask("Which colours of the Aero 3 pump are sold in Portugal?")));
    assert!(matches!(turn.outcome, Outcome::Abstained { .. } | Outcome::Vetoed { .. }), "{:?}", turn.outcome);
    assert!(!turn.passages.is_empty(), "the nearest passages are shown");
}

#[test]
fn a_turn_is_stored_unfinished_before_the_council_begins() {
    let device = Rc::new(Device::with_models());
    let tab = device.tab();
    let id = tab.id();
    let run = tab.service.handle(Request::new(id, ask("Explain the moon.")), None);
    // The tab is killed as soon as the turn has started.
    let killed = async {
        while !tab.of(id).iter().any(|event| matches!(event, FromWorker::TurnStarted(_))) {
            conclave_ports::Yield::yield_now(&super::GivesWay).await;
        }
    };
    pollster::block_on(futures_util::future::select(Box::pin(run), Box::pin(killed)));
    let turns = stored(&device.tab());
    assert_eq!((turns.len(), &turns[0].outcome), (1, &Outcome::Unfinished));
    assert_eq!(device.tab().hello().threads[0].turns, 1);
}

#[test]
fn stopping_a_question_is_an_outcome() {
    let device = Device::with_models();
    let tab = device.tab();
    let (question, cancel) = (tab.id(), tab.id());
    let run = tab.service.handle(Request::new(question, ask("Explain the moon.")), None);
    let stop = async {
        while !tab.of(question).iter().any(|event| matches!(event, FromWorker::TurnStarted(_))) {
            conclave_ports::Yield::yield_now(&super::GivesWay).await;
        }
        tab.service.handle(Request::new(cancel, ToWorker::Cancel { request: question }), None).await;
    };
    pollster::block_on(join(run, stop));
    assert_eq!(ended(&tab.of(question)).outcome, Outcome::Stopped);
    assert_eq!(stored(&tab)[0].outcome, Outcome::Stopped);
}

#[test]
fn without_any_model_documents_still_answer_and_general_questions_say_why_not() {
    let tab = Device::new().tab();
    tab.import("manual.md", MANUAL);
    let turn = ended(&tab.send(ask("How long does the warranty of the Aero 3 pump last?")));
    assert!(
        matches!(&turn.outcome, Outcome::Answered(answer) if answer.parts().text.contains("two years")),
        "{:?}",
        turn.outcome
    );
    let turn = ended(&tab.send(ask("Write a poem about the sea.")));
    let Outcome::Failed(problem) = &turn.outcome else { panic!("{:?}", turn.outcome) };
    assert_eq!(problem.code, ProblemCode::Network, "the reason is that the model could not be fetched");
}

#[test]
fn bad_questions_are_refused_and_leave_no_turn() {
    let tab = Device::new().tab();
    for question in ["", "  \n", &"long ".repeat(2_000)] {
        assert_eq!(problem(tab.close(ask(question))).code, ProblemCode::BadRequest);
    }
    assert!(tab.hello().threads.is_empty());
}

#[test]
fn a_thread_deleted_meanwhile_stays_deleted() {
    let device = Device::with_models();
    let tab = device.tab();
    let (question, delete) = (tab.id(), tab.id());
    let run = tab.service.handle(Request::new(question, ask("Explain the moon.")), None);
    let other = async {
        while !tab.of(question).iter().any(|event| matches!(event, FromWorker::TurnStarted(_))) {
            conclave_ports::Yield::yield_now(&super::GivesWay).await;
        }
        tab.service.handle(Request::new(delete, ToWorker::DeleteThread { thread: thread(1) }), None).await;
    };
    pollster::block_on(join(run, other));
    let Outcome::Failed(gone) = ended(&tab.of(question)).outcome else { panic!("it must say that it is gone") };
    assert_eq!(gone.code, ProblemCode::NotFound);
    assert!(tab.hello().threads.is_empty());
}

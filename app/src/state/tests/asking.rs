//! A question from Enter to its end.

use conclave_protocol::{Seat, TraceEvent, TurnPhase, Verdict};

use super::*;

/// A page where a question was asked and its turn stored.
fn asked() -> (Page, RequestId, Turn) {
    let mut page = Page::ready(empty());
    let ask = page.ask("How long?");
    let thread = page.state.current.clone();
    let turn = turn("q", &thread, Outcome::Unfinished);
    page.hear(Some(ask), FromWorker::Found(vec![passage("Two years.")]));
    page.hear(Some(ask), FromWorker::TurnStarted(turn.clone()));
    (page, ask, turn)
}

#[test]
fn a_question_leaves_the_composer_and_shows_its_passages_before_the_council_speaks() {
    let mut page = Page::ready(empty());
    let ask = page.ask("  How long?  ");
    assert_eq!(page.state.composer.text, "");
    let thread = page.state.current.clone();
    let wanted = ToWorker::Ask { thread, question: "How long?".into() };
    assert_eq!(page.count_sent(|body| *body == wanted), 1);
    page.hear(Some(ask), FromWorker::Found(vec![passage("Two years.")]));
    assert_eq!(page.state.live_here().unwrap().passages.as_ref().unwrap().len(), 1);
    assert!(page.changed.contains(Section::Live));
}

#[test]
fn an_empty_question_is_not_asked_and_two_never_run_at_once() {
    let mut page = Page::ready(empty());
    page.write("   ");
    page.act(Intent::Ask);
    assert!(page.state.live.is_none());
    page.ask("One?");
    page.write("Two?");
    page.act(Intent::Ask);
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::Ask { .. })), 1);
    assert_eq!(page.state.composer.text, "Two?", "the second question stays where it is");
}

#[test]
fn the_first_question_makes_the_thread_and_its_address() {
    let (page, _, turn) = asked();
    assert_eq!(page.state.threads[0].id, turn.thread);
    assert_eq!(page.state.threads[0].title, "Question q?");
    assert_eq!(page.count(&Effect::RememberThread(Some(turn.thread))), 1);
}

#[test]
fn drafts_stay_in_the_trace_and_only_the_answer_becomes_a_turn() {
    let (mut page, ask, turn) = asked();
    for text in ["Two ", "years."] {
        let draft = TraceEvent::DraftText { seat: Seat::Logos, round: 1, text: text.into() };
        page.hear(Some(ask), FromWorker::Trace(draft));
        assert!(!page.changed.contains(Section::Live), "the reading column does not hear of drafts");
        assert!(page.changed.contains(Section::Trace));
    }
    assert_eq!(page.state.live_here().unwrap().drafts[0].text, "Two years.");
    let decided = TraceEvent::Decided { verdict: Some(Verdict::Approved), reason: "All agree.".into() };
    page.hear(Some(ask), FromWorker::Trace(decided));
    page.hear(Some(ask), FromWorker::TurnEnded(Turn { outcome: answered(), ..turn }));
    assert!(page.state.live.is_none());
    assert!(matches!(page.state.turns[0].outcome, Outcome::Answered(_)));
    assert_eq!(page.state.decisions[&TurnId("q".into())].reason, "All agree.");
    assert_eq!(page.state.announcement, "Agreed by three seats.");
}

#[test]
fn a_report_replaces_the_draft_that_it_carries() {
    let (mut page, ask, _) = asked();
    let draft = TraceEvent::DraftText { seat: Seat::Logos, round: 1, text: "Two".into() };
    page.hear(Some(ask), FromWorker::Trace(draft));
    let report: conclave_protocol::SeatReport = serde_json::from_str(
        r#"{"seat":"Logos","implementation":"x","round":1,"position":"Support","reasons":[],"draft":"Two years.",
            "evidence":[],"prompt":null,"tokens_in":0,"tokens_out":0,"took_ms":1}"#,
    )
    .unwrap();
    page.hear(Some(ask), FromWorker::Trace(TraceEvent::Report(report)));
    let live = page.state.live_here().unwrap();
    assert!(live.drafts.is_empty());
    assert_eq!(live.reports.len(), 1);
}

#[test]
fn phases_are_spoken_once() {
    let (mut page, ask, _) = asked();
    let phase = TurnPhase::Considering { seat: Seat::Pathos, round: 1 };
    page.hear(Some(ask), FromWorker::Trace(TraceEvent::Phase(phase.clone())));
    assert_eq!(page.state.announcement, "Pathos is reading the question…");
    assert!(page.changed.contains(Section::Announcement));
    page.hear(Some(ask), FromWorker::Trace(TraceEvent::Phase(phase)));
    assert!(!page.changed.contains(Section::Announcement));
}

#[test]
fn stop_cancels_and_keeps_the_turn_as_stopped() {
    let (mut page, ask, turn) = asked();
    page.act(Intent::StopAsking);
    page.act(Intent::StopAsking);
    assert_eq!(page.count_sent(|body| *body == ToWorker::Cancel { request: ask }), 1);
    page.hear(Some(ask), FromWorker::TurnEnded(Turn { outcome: Outcome::Stopped, ..turn }));
    assert!(matches!(page.state.turns[0].outcome, Outcome::Stopped));
}

#[test]
fn a_worker_that_does_not_stop_is_ended_at_the_second_press() {
    let (mut page, _, _) = asked();
    page.act(Intent::StopAsking);
    page.now_ms += super::super::asking::STOP_PATIENCE_MS;
    page.act(Intent::StopAsking);
    assert_eq!(page.count(&Effect::StartEngine), 2);
    assert!(page.state.live.is_none());
    assert!(matches!(page.state.turns[0].outcome, Outcome::Failed(_)));
}

#[test]
fn a_question_asked_before_the_engine_is_ready_waits_and_can_be_taken_back() {
    let mut page = Page::opened(None);
    page.ask("How long?");
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::Ask { .. })), 0);
    page.act(Intent::StopAsking);
    assert_eq!(page.state.composer.text, "How long?");
    page.act(Intent::Ask);
    page.greet(empty());
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::Ask { .. })), 1);
}

#[test]
fn a_refused_question_goes_back_into_the_composer_before_what_was_typed_since() {
    let mut page = Page::ready(empty());
    let ask = page.ask("How long?");
    page.write("And next?");
    page.hear(Some(ask), FromWorker::Failed(problem(ProblemCode::BadRequest)));
    assert_eq!(page.state.composer.text, "How long?\n\nAnd next?");
    assert_eq!(page.toasts(), ["It broke."]);
}

#[test]
fn an_interrupted_question_is_asked_again_in_its_own_words() {
    let mut page = Page::ready(Snapshot { threads: vec![thread("t", 1)], ..empty() });
    let id = ThreadId("t".into());
    page.act(Intent::OpenThread(id.clone()));
    let read = page.last_sent(|body| matches!(body, ToWorker::ReadThread { .. }));
    let turns = vec![turn("q", &id, Outcome::Unfinished)];
    page.hear(Some(read), FromWorker::Thread { info: thread("t", 1), turns });
    page.write("something else");
    page.act(Intent::AskAgain(TurnId("q".into())));
    let wanted = ToWorker::Ask { thread: id, question: "Question q?".into() };
    assert_eq!(page.count_sent(|body| *body == wanted), 1);
    assert_eq!(page.state.composer.text, "something else");
}

#[test]
fn steps_of_a_question_that_ended_change_nothing() {
    let (mut page, ask, turn) = asked();
    page.hear(Some(ask), FromWorker::TurnEnded(Turn { outcome: Outcome::Stopped, ..turn }));
    page.hear(Some(ask), FromWorker::Trace(TraceEvent::Phase(TurnPhase::Deciding)));
    page.hear(Some(ask), FromWorker::Found(vec![passage("late")]));
    assert!(page.state.live.is_none());
    assert_eq!(page.state.turns.len(), 1);
}

#[test]
fn the_trace_shows_the_chosen_turn_until_another_question_is_asked() {
    let (mut page, ask, turn) = asked();
    page.hear(Some(ask), FromWorker::TurnEnded(Turn { outcome: Outcome::Stopped, ..turn.clone() }));
    let second = super::turn("r", &turn.thread, Outcome::Stopped);
    let ask = page.ask("Next?");
    page.hear(Some(ask), FromWorker::TurnStarted(second.clone()));
    page.hear(Some(ask), FromWorker::TurnEnded(second));
    assert_eq!(page.state.traced_turn().unwrap().id, TurnId("r".into()));
    page.act(Intent::ShowTrace(TurnId("q".into())));
    assert_eq!(page.state.traced_turn().unwrap().id, TurnId("q".into()));
    assert_eq!(page.state.layout.tab, PanelTab::Trace);
    page.ask("Third?");
    assert_eq!(page.state.layout.traced, None);
}

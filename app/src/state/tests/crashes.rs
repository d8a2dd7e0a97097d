//! The engine worker dies, in the middle of everything.

use conclave_protocol::{FromRedact, ToRedact};

use super::*;

#[test]
fn a_question_that_was_not_stored_goes_back_into_the_composer() {
    let mut page = Page::ready(empty());
    page.ask("How long?");
    page.act(Intent::EngineCrashed);
    assert!(page.state.live.is_none());
    assert_eq!(page.state.composer.text, "How long?");
    assert_eq!(page.count(&Effect::StartEngine), 2);
    assert_eq!(page.toasts(), ["The engine stopped and was started again."]);
    assert_eq!(page.state.problems.shown[0].problem.code, ProblemCode::WorkerCrashed);
}

#[test]
fn the_last_word_of_a_panicking_engine_counts_as_a_crash() {
    let mut page = Page::ready(empty());
    page.ask("How long?");
    page.hear(None, FromWorker::Failed(problem(ProblemCode::Internal)));
    assert_eq!(page.count(&Effect::StartEngine), 2);
    assert_eq!(page.state.composer.text, "How long?");
    page.greet(empty());
    page.hear(None, FromWorker::Failed(problem(ProblemCode::StorageFull)));
    assert!(page.state.connection.is_ready(), "other problems leave the engine alone");
}

#[test]
fn a_stored_question_stays_in_its_thread_and_the_thread_is_read_again() {
    let mut page = Page::ready(empty());
    let ask = page.ask("How long?");
    let id = page.state.current.clone();
    page.hear(Some(ask), FromWorker::TurnStarted(turn("q", &id, Outcome::Unfinished)));
    page.act(Intent::EngineCrashed);
    assert_eq!(page.state.composer.text, "");
    assert!(matches!(&page.state.turns[0].outcome, Outcome::Failed(p) if p.code == ProblemCode::WorkerCrashed));
    let info = ThreadInfo { id: id.clone(), ..thread("t", 1) };
    page.greet(Snapshot { threads: vec![info.clone()], ..empty() });
    let read = page.last_sent(|body| *body == ToWorker::ReadThread { thread: id.clone() });
    page.hear(Some(read), FromWorker::Thread { info, turns: vec![turn("q", &id, Outcome::Unfinished)] });
    assert!(matches!(page.state.turns[0].outcome, Outcome::Unfinished));
}

#[test]
fn the_worker_is_started_again_three_times_a_minute_and_then_waits_for_a_person() {
    let mut page = Page::ready(empty());
    for _ in 0..RESTARTS_PER_MINUTE {
        page.act(Intent::EngineCrashed);
        page.now_ms += 1_000;
    }
    assert_eq!(page.count(&Effect::StartEngine), 1 + RESTARTS_PER_MINUTE);
    assert!(page.state.connection.problem().is_none());
    page.act(Intent::EngineCrashed);
    assert_eq!(page.count(&Effect::StartEngine), 1 + RESTARTS_PER_MINUTE);
    assert!(page.state.connection.problem().is_some());
    page.act(Intent::Run(Command::RestartEngine));
    assert_eq!(page.count(&Effect::StartEngine), 2 + RESTARTS_PER_MINUTE);
    page.act(Intent::EngineCrashed);
    assert!(page.state.connection.problem().is_none(), "a person's start begins the count again");
}

#[test]
fn rare_crashes_never_stop_the_restarts() {
    let mut page = Page::ready(empty());
    for _ in 0..20 {
        page.act(Intent::EngineCrashed);
        page.greet(empty());
        page.now_ms += 21_000;
    }
    assert!(page.state.connection.is_ready());
}

#[test]
fn an_import_that_died_with_the_worker_can_be_tried_again_and_the_next_one_starts() {
    let mut page = Page::ready(empty());
    page.act(Intent::AddFiles(vec![given(1, "a.txt", 1), given(2, "b.txt", 1)]));
    page.act(Intent::EngineCrashed);
    assert!(matches!(page.state.imports.items[0].stage, ImportStage::Failed(_)));
    page.greet(empty());
    assert!(matches!(page.state.imports.items[1].stage, ImportStage::Running { .. }));
    assert_eq!(page.count(&Effect::ForgetFile(Ticket(1))), 0, "the file is kept for another try");
}

#[test]
fn models_that_were_loading_load_again_and_settings_are_saved_again() {
    let mut page = Page::ready(Snapshot { models: models(&ModelPhase::Idle), ..empty() });
    page.act(Intent::LoadModels);
    let chosen = Settings { max_answer_tokens: 64, load_models_at_start: false, ..Settings::default() };
    page.act(Intent::Save(chosen.clone()));
    page.act(Intent::EngineCrashed);
    page.greet(Snapshot { models: models(&ModelPhase::Idle), ..empty() });
    assert_eq!(page.count_sent(|body| *body == ToWorker::LoadModels), 2);
    assert_eq!(page.count_sent(|body| *body == ToWorker::SaveSettings { settings: chosen.clone() }), 2);
}

#[test]
fn settings_saved_while_the_worker_was_away_are_not_overwritten_by_its_greeting() {
    let mut page = Page::ready(empty());
    page.act(Intent::EngineCrashed);
    page.act(Intent::Run(Command::ThemeDark));
    page.greet(empty());
    assert_eq!(page.state.settings.theme, conclave_protocol::Theme::Dark);
}

#[test]
fn nothing_is_sent_to_a_worker_that_is_gone() {
    let mut page = Page::ready(empty());
    page.act(Intent::EngineCrashed);
    let before = page.sent().len();
    page.act(Intent::Search("pump".into()));
    page.ask("How long?");
    assert_eq!(page.sent().len(), before);
    page.greet(empty());
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::Ask { .. })), 1);
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::Search { .. })), 1);
}

#[test]
fn a_worker_of_another_version_is_ended_and_not_asked_anything() {
    let mut page = Page::opened(None);
    page.hear(None, FromWorker::Started { version: PROTOCOL_VERSION + 1 });
    assert_eq!(page.count(&Effect::StopEngine), 1);
    assert_eq!(page.state.connection.problem().unwrap().code, ProblemCode::VersionMismatch);
    assert!(page.sent().is_empty());
}

#[test]
fn storage_that_does_not_open_gives_back_the_waiting_question() {
    let mut page = Page::opened(None);
    page.ask("How long?");
    page.hear(None, FromWorker::Started { version: PROTOCOL_VERSION });
    let hello = page.last_sent(|body| matches!(body, ToWorker::Hello));
    page.hear(Some(hello), FromWorker::Failed(problem(ProblemCode::StorageUnavailable)));
    assert_eq!(page.state.connection.problem().unwrap().code, ProblemCode::StorageUnavailable);
    assert_eq!(page.state.composer.text, "How long?");
    page.act(Intent::Ask);
    assert_eq!(page.state.composer.text, "How long?", "it cannot be asked now and is not lost");
}

#[test]
fn a_garbled_message_asks_for_a_reload() {
    let mut page = Page::ready(empty());
    page.act(Intent::EngineGarbled);
    assert_eq!(page.state.problems.shown[0].remedy, Some(Remedy(Command::Reload)));
}

#[test]
fn the_redact_worker_is_asked_again_after_its_crash() {
    let mut page = Page::ready(empty());
    page.act(Intent::Redactor(FromRedact::Ready));
    page.write("a@b.c");
    page.act(Intent::MarkNow);
    page.act(Intent::RedactCrashed);
    page.act(Intent::Redactor(FromRedact::Ready));
    let asked = page.effects.iter().filter(|effect| matches!(effect, Effect::Redact(ToRedact::Mark { .. }))).count();
    assert_eq!(asked, 2);
    assert_eq!(page.count(&Effect::StartRedact), 2);
}

#[test]
fn when_another_tab_takes_over_what_was_asked_there_is_over_and_nothing_is_started() {
    let settings = Settings { load_models_at_start: true, ..Settings::default() };
    let mut page = Page::ready(Snapshot { settings, ..empty() });
    page.ask("How long?");
    page.act(Intent::EngineMoved);
    assert_eq!(page.count(&Effect::StartEngine), 1, "the link finds the other one");
    assert_eq!(page.state.composer.text, "How long?");
    assert_eq!(page.toasts(), ["The engine stopped and was started again."]);
    page.greet(empty());
    assert!(page.state.connection.is_ready());
    assert_eq!(page.count_sent(|body| *body == ToWorker::LoadModels), 2, "the other one has no models yet");
}

#[test]
fn when_another_tab_takes_over_and_nothing_was_asked_a_person_hears_nothing() {
    let mut page = Page::ready(empty());
    page.act(Intent::EngineMoved);
    assert!(page.toasts().is_empty());
    // Told twice before it starts, as by the lock and by the channel.
    page.act(Intent::EngineMoved);
    page.greet(empty());
    assert!(page.state.connection.is_ready());
    assert!(page.toasts().is_empty());
}

#[test]
fn a_tab_from_which_the_engine_was_taken_reaches_for_it_where_it_is_now() {
    let mut page = Page::ready(empty());
    page.act(Intent::EngineTaken);
    assert_eq!(page.count(&Effect::StartEngine), 2);
    assert!(page.toasts().is_empty());
    page.greet(empty());
    assert!(page.state.connection.is_ready());
}

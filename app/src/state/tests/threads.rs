//! Threads: open, rename, delete, other tabs.

use super::*;

fn two_threads() -> Page {
    Page::ready(Snapshot { threads: vec![thread("a", 1), thread("b", 2)], ..empty() })
}

fn id(name: &str) -> ThreadId {
    ThreadId(name.into())
}

fn reads(page: &Page, name: &str) -> usize {
    page.count_sent(|body| *body == ToWorker::ReadThread { thread: id(name) })
}

#[test]
fn a_reload_opens_the_thread_that_the_address_names() {
    let mut page = Page::opened(Some("b"));
    assert!(page.state.reading_thread);
    page.greet(Snapshot { threads: vec![thread("a", 1), thread("b", 2)], ..empty() });
    assert_eq!(page.state.current, id("b"));
    assert_eq!(reads(&page, "b"), 1);
}

#[test]
fn an_address_of_a_thread_that_is_gone_gives_a_new_one() {
    let mut page = Page::opened(Some("gone"));
    page.greet(Snapshot { threads: vec![thread("a", 1)], ..empty() });
    assert!(!page.state.reading_thread);
    assert!(page.state.current_thread().is_none());
    assert_eq!(page.count(&Effect::RememberThread(None)), 1);
}

#[test]
fn turns_of_a_thread_that_was_left_again_are_ignored() {
    let mut page = two_threads();
    page.act(Intent::OpenThread(id("a")));
    let first = page.last_sent(|body| matches!(body, ToWorker::ReadThread { .. }));
    page.act(Intent::OpenThread(id("b")));
    let turns = vec![turn("q", &id("a"), Outcome::Stopped)];
    page.hear(Some(first), FromWorker::Thread { info: thread("a", 1), turns });
    assert!(page.state.turns.is_empty());
    assert!(page.state.reading_thread);
}

#[test]
fn next_and_previous_go_round_the_list() {
    let mut page = two_threads();
    let mut seen = Vec::new();
    for command in [Command::NextThread, Command::NextThread, Command::NextThread, Command::PreviousThread] {
        page.act(Intent::Run(command));
        seen.push(page.state.current.to_string());
    }
    assert_eq!(seen, ["a", "b", "a", "b"]);
}

#[test]
fn a_new_name_shows_at_once_and_an_empty_one_does_not_count() {
    let mut page = two_threads();
    page.act(Intent::RenameThread { thread: id("a"), title: "  Pump  ".into() });
    assert_eq!(page.state.threads[0].title, "Pump");
    page.act(Intent::RenameThread { thread: id("a"), title: "  ".into() });
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::RenameThread { .. })), 1);
}

#[test]
fn deleting_asks_first_and_the_open_thread_gives_way_once_it_is_deleted() {
    let mut page = two_threads();
    page.act(Intent::OpenThread(id("a")));
    page.act(Intent::Run(Command::DeleteThread));
    assert!(matches!(page.state.layout.dialog, Some(Dialog::Confirm(Confirm::DeleteThread { .. }))));
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::DeleteThread { .. })), 0);
    page.act(Intent::DeleteThread(id("a")));
    assert_eq!(page.count_sent(|body| *body == ToWorker::DeleteThread { thread: id("a") }), 1);
    assert_eq!(page.state.threads.len(), 2, "a load of the page in this moment would bring it back");
    let delete = page.last_sent(|body| matches!(body, ToWorker::DeleteThread { .. }));
    page.hear(Some(delete), FromWorker::Threads(vec![thread("b", 2)]));
    assert_eq!(page.state.threads.len(), 1);
    assert!(page.state.current_thread().is_none());
    assert_eq!(page.state.announcement, "The thread was deleted.");
}

#[test]
fn new_threads_have_identities_of_their_own() {
    let mut page = two_threads();
    let first = page.state.current.clone();
    page.act(Intent::Run(Command::NewThread));
    assert_ne!(page.state.current, first);
    assert_eq!(page.state.current.as_str().len(), 32);
}

#[test]
fn another_tab_deletes_the_open_thread() {
    let mut page = two_threads();
    page.act(Intent::OpenThread(id("a")));
    page.hear(None, FromWorker::Threads(vec![thread("b", 2)]));
    assert_ne!(page.state.current, id("a"));
    assert!(page.state.turns.is_empty());
}

#[test]
fn another_tab_asks_in_the_open_thread() {
    let mut page = two_threads();
    page.act(Intent::OpenThread(id("a")));
    let read = page.last_sent(|body| matches!(body, ToWorker::ReadThread { .. }));
    let turns = vec![turn("q", &id("a"), Outcome::Stopped)];
    page.hear(Some(read), FromWorker::Thread { info: thread("a", 1), turns });
    page.hear(None, FromWorker::Threads(vec![thread("a", 1), thread("b", 2)]));
    assert_eq!(reads(&page, "a"), 1, "nothing new");
    page.hear(None, FromWorker::Threads(vec![thread("a", 2), thread("b", 2)]));
    assert_eq!(reads(&page, "a"), 2);
}

#[test]
fn a_new_thread_survives_news_of_the_others() {
    let mut page = two_threads();
    let fresh = page.state.current.clone();
    page.hear(None, FromWorker::Threads(vec![thread("a", 1)]));
    assert_eq!(page.state.current, fresh);
}

#[test]
fn a_question_goes_on_in_its_thread_while_another_is_read() {
    let mut page = two_threads();
    let ask = page.ask("How long?");
    let home = page.state.current.clone();
    page.hear(Some(ask), FromWorker::TurnStarted(turn("q", &home, Outcome::Unfinished)));
    page.act(Intent::OpenThread(id("b")));
    assert!(page.state.live_here().is_none());
    assert!(page.state.live.is_some());
    page.hear(Some(ask), FromWorker::TurnEnded(turn("q", &home, answered())));
    assert!(page.state.turns.is_empty(), "the answer belongs to the other thread");
    page.act(Intent::OpenThread(home.clone()));
    assert_eq!(page.count_sent(|body| *body == ToWorker::ReadThread { thread: home.clone() }), 1);
}

#[test]
fn the_running_turn_is_shown_once_when_its_thread_is_opened_again() {
    let mut page = two_threads();
    let ask = page.ask("How long?");
    let home = page.state.current.clone();
    page.hear(Some(ask), FromWorker::TurnStarted(turn("q", &home, Outcome::Unfinished)));
    page.act(Intent::OpenThread(id("b")));
    page.act(Intent::OpenThread(home.clone()));
    let read = page.last_sent(|body| *body == ToWorker::ReadThread { thread: home.clone() });
    let turns = vec![turn("p", &home, answered()), turn("q", &home, Outcome::Unfinished)];
    page.hear(Some(read), FromWorker::Thread { info: ThreadInfo { id: home, ..thread("t", 2) }, turns });
    assert_eq!(page.state.turns.len(), 1);
    assert!(page.state.live_here().is_some());
}

#[test]
fn the_thread_of_the_running_question_cannot_be_deleted_by_command() {
    let mut page = two_threads();
    page.act(Intent::OpenThread(id("a")));
    page.ask("How long?");
    assert!(!Command::DeleteThread.is_available(&page.state));
}

//! Threads: listed, renamed, deleted; bad names; damaged records.

use conclave_ports::{Table, Write};
use conclave_protocol::{FromWorker, Outcome, ProblemCode, ThreadId, ThreadInfo, ToWorker};

use super::{Device, Tab, problem};

pub fn thread(n: u8) -> ThreadId {
    ThreadId::from_random([n; 16])
}

fn listed(closing: FromWorker) -> Vec<ThreadInfo> {
    match closing {
        FromWorker::Threads(threads) => threads,
        other => panic!("no threads: {other:?}"),
    }
}

fn ask(tab: &Tab, n: u8, question: &str) {
    tab.close(ToWorker::Ask { thread: thread(n), question: question.into() });
}

#[test]
fn threads_are_renamed_and_deleted_with_all_they_hold() {
    let device = Device::with_models();
    let tab = device.tab();
    ask(&tab, 1, "Explain the moon.");
    device.clock.advance(1_000);
    ask(&tab, 2, "Explain the sun.");
    let tokens = [1, 2].map(|n| Write::put(Table::Tokens, thread(n).as_str(), *b"{}"));
    pollster::block_on(device.opened().commit(tokens.to_vec())).unwrap();
    let title = "The   moon".to_owned();
    let threads = listed(tab.close(ToWorker::RenameThread { thread: thread(1), title }));
    let titles: Vec<&str> = threads.iter().map(|thread| thread.title.as_str()).collect();
    assert_eq!(titles, ["Explain the sun.", "The moon"]);
    let threads = listed(tab.close(ToWorker::DeleteThread { thread: thread(1) }));
    assert_eq!(threads.len(), 1);
    for table in [Table::Turns, Table::Runs, Table::Tokens] {
        let left = pollster::block_on(device.opened().scan(table, thread(1).as_str())).unwrap();
        assert!(left.is_empty());
    }
    let kept = pollster::block_on(device.opened().list(Table::Tokens, "")).unwrap();
    assert_eq!(kept, [thread(2).as_str()]);
    assert_eq!(problem(tab.close(ToWorker::ReadThread { thread: thread(1) })).code, ProblemCode::NotFound);
    assert_eq!(device.tab().hello().threads, threads);
}

#[test]
fn what_is_no_thread_is_refused() {
    let tab = Device::new().tab();
    let evil = ThreadId("../turns/".into());
    for body in [
        ToWorker::ReadThread { thread: evil.clone() },
        ToWorker::DeleteThread { thread: evil.clone() },
        ToWorker::RenameThread { thread: evil.clone(), title: "x".into() },
        ToWorker::Ask { thread: evil, question: "What?".into() },
    ] {
        assert_eq!(problem(tab.close(body)).code, ProblemCode::BadRequest);
    }
    let missing = ToWorker::RenameThread { thread: thread(9), title: "x".into() };
    assert_eq!(problem(tab.close(missing)).code, ProblemCode::NotFound);
    let untitled = ToWorker::RenameThread { thread: thread(9), title: "  ".into() };
    assert_eq!(problem(tab.close(untitled)).code, ProblemCode::BadRequest);
}

#[test]
fn a_damaged_turn_stands_in_its_place_and_a_damaged_thread_is_counted() {
    let device = Device::with_models();
    let tab = device.tab();
    ask(&tab, 1, "Explain the moon.");
    let key = format!("{}/{:013}/{}", thread(1), 5, "ff");
    let batch = vec![Write::put(Table::Turns, key, *b"{"), Write::put(Table::Threads, thread(2).as_str(), *b"[]")];
    pollster::block_on(device.opened().commit(batch)).unwrap();
    let FromWorker::Thread { turns, .. } = tab.close(ToWorker::ReadThread { thread: thread(1) }) else {
        panic!("not read")
    };
    assert_eq!((turns.len(), turns[0].asked_ms, turns[1].question.as_str()), (2, 5, "Explain the moon."));
    assert!(matches!(&turns[0].outcome, Outcome::Failed(problem) if problem.code == ProblemCode::Corrupt));
    let snapshot = device.tab().hello();
    assert_eq!((snapshot.threads.len(), snapshot.problems[0].code), (1, ProblemCode::Corrupt));
}

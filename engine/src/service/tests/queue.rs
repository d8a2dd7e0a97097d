//! Files on their way into the library: order, outcomes, idempotence, pauses, kills, full disks.

use std::any::Any;
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use conclave_ports::{Clock as _, FileBytes, LocalFuture, MemoryReader, Store as _, Table, Yield as _};
use conclave_protocol::imported::{Outcome, Report};
use conclave_protocol::{FileState, FromWorker, OfferedFile, Problem, ProblemCode, QueueStatus, Request, ToWorker};
use futures_util::FutureExt as _;
use futures_util::future::join;
use sha2::{Digest as _, Sha256};

use super::{Device, GivesWay, Tab, problem};

/// So many small files of different texts.
fn texts(count: usize) -> Vec<(String, Vec<u8>)> {
    (0..count)
        .map(|n| (format!("letters/{n}.txt"), format!("Letter {n} tells of pump number {n}.\n").into_bytes()))
        .collect()
}

fn borrowed(files: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect()
}

fn names(tab: &Tab) -> Vec<String> {
    let mut names: Vec<String> = tab.hello().documents.into_iter().map(|info| info.name).collect();
    names.sort();
    names
}

#[test]
fn many_files_become_documents_and_the_queue_is_empty_again() {
    let device = Device::new();
    let tab = device.tab();
    let files = texts(450);
    assert_eq!(tab.add(&borrowed(&files)), FromWorker::Done);
    let queue = tab.queue();
    assert_eq!((queue.waiting, queue.done, queue.trouble, queue.listed()), (0, 450, 0, 0));
    let hello = tab.hello();
    assert_eq!(hello.documents.len(), 250, "the greeting has the first ones");
    let first = &hello.documents[0];
    assert_eq!(first.path, Some(format!("letters/{}", first.name)), "a document knows its folder");
    let mut told = hello.documents;
    told.extend(tab.unasked().into_iter().rev().take(1).flat_map(|event| match event {
        FromWorker::Added(documents) => documents,
        other => panic!("{other:?}"),
    }));
    assert_eq!(told.len(), 450, "and the others follow");
    let left = pollster::block_on(device.store.list(Table::Queue, "")).unwrap();
    assert!(left.iter().all(|key| !key.starts_with("lot/") && !key.starts_with("bytes/")), "{left:?}");
}

#[test]
fn the_same_file_twice_is_one_document_and_read_once() {
    let device = Device::new();
    let tab = device.tab();
    let letter: (&str, &[u8]) = ("a.txt", b"One letter.\n");
    tab.add(&[letter, ("copy of a.txt", letter.1), letter]);
    assert_eq!((names(&tab), tab.queue().done), (vec!["a.txt".to_owned()], 3));
    let before = tab.hello().documents;
    device.clock.sleep(5_000).now_or_never();
    tab.add(&[letter]);
    assert_eq!(tab.hello().documents, before, "nothing was done twice");
}

#[test]
fn what_cannot_be_read_stays_listed_with_its_reason_and_the_rest_goes_on() {
    let device = Device::new();
    let tab = device.tab();
    device.reader.break_on("broken.txt");
    let binary: &[u8] = &[0, 159, 146, 150, 0, 1, 2, 3, 0xff, 0xfe, 0, 0];
    tab.add(&[
        ("good.txt", b"Good.\n"),
        ("empty.txt", b""),
        ("x.txt", binary),
        ("broken.txt", b"Bad.\n"),
        ("also.txt", b"Also.\n"),
    ]);
    assert_eq!(names(&tab), ["also.txt", "good.txt"]);
    let queue = tab.queue();
    let codes: Vec<ProblemCode> = queue
        .files
        .iter()
        .map(|file| match &file.state {
            FileState::Refused(problem) => problem.code,
            other => panic!("{}: {other:?}", file.path),
        })
        .collect();
    assert_eq!(codes, [ProblemCode::EmptyFile, ProblemCode::NotText, ProblemCode::DamagedFile]);
    assert_eq!((queue.trouble, queue.done), (3, 2));
    // It is kept over a restart, until it is dismissed.
    let next = device.tab();
    assert_eq!(next.hello().queue.trouble, 3);
    next.close(ToWorker::DismissFiles { file: Some(queue.files[0].id) });
    assert_eq!(next.queue().trouble, 2);
    next.close(ToWorker::DismissFiles { file: None });
    assert_eq!(device.tab().hello().queue, QueueStatus::default());
}

/// A file that is too large to be read.
struct Huge;

impl FileBytes for Huge {
    fn size_bytes(&self) -> u64 {
        1_000_000_000
    }

    fn read_range(&self, _: Range<u64>) -> LocalFuture<'_, Result<Vec<u8>, Problem>> {
        panic!("it must be refused by its size alone")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A file that changed after it was given: no browser reads it any more.
struct Changed;

impl FileBytes for Changed {
    fn size_bytes(&self) -> u64 {
        10
    }

    fn read_range(&self, _: Range<u64>) -> LocalFuture<'_, Result<Vec<u8>, Problem>> {
        let problem = Problem::new(ProblemCode::NotFound, "The file was changed.", "Pick it again.");
        Box::pin(std::future::ready(Err(problem)))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn offered(path: &str, size_bytes: u64) -> Vec<OfferedFile> {
    vec![OfferedFile { path: path.into(), size_bytes }]
}

#[test]
fn a_gigabyte_is_refused_unread_and_a_file_that_changed_is_said_to_have() {
    let tab = Device::new().tab();
    let body = ToWorker::AddFiles { files: offered("huge.txt", 1_000_000_000), left: 0 };
    assert_eq!(tab.send_with(body, Some(Box::new(Huge))).pop(), Some(FromWorker::Done));
    assert!(tab.refusal().what.contains("1000 MB; files may have at most 100 MB"), "{}", tab.refusal());
    tab.close(ToWorker::DismissFiles { file: None });
    let body = ToWorker::AddFiles { files: offered("changed.txt", 10), left: 0 };
    assert_eq!(tab.send_with(body, Some(Box::new(Changed))).pop(), Some(FromWorker::Done));
    assert_eq!(tab.refusal().what, "The file was changed.");
    let id = tab.queue().files[0].id;
    assert_eq!(problem(tab.close(ToWorker::RetryFile { file: id })).code, ProblemCode::NotFound, "no copy is kept");
}

#[test]
fn files_that_are_not_those_that_were_named_are_no_request() {
    let tab = Device::new().tab();
    let body = || ToWorker::AddFiles { files: offered("a.txt", 10), left: 0 };
    assert_eq!(problem(tab.close(body())).code, ProblemCode::BadRequest);
    let shorter = tab.send_with(body(), Some(Box::new(b"short".to_vec()))).pop().unwrap();
    assert_eq!(problem(shorter).code, ProblemCode::BadRequest);
    assert!(tab.hello().documents.is_empty());
}

#[test]
fn a_large_file_is_stored_in_pieces_and_read_whole() {
    let seen = Rc::new(RefCell::new(Vec::<(String, [u8; 32])>::new()));
    let mut device = Device::new();
    let noted = Rc::clone(&seen);
    device.reader = Rc::new(MemoryReader::new(move |name, bytes, _| {
        noted.borrow_mut().push((name.to_owned(), Sha256::digest(bytes).into()));
        let refused = Problem::new(ProblemCode::NotText, "It is a test.", "Go on.");
        Report { outcome: Outcome::Refused(refused), documents: 0, parts: Vec::new(), parts_omitted: 0 }
    }));
    // More than two pieces of 4 MiB, and none of the ends is one of the files.
    let large: Vec<u8> = (0..9_000_000u32).map(|at| (at % 251) as u8).collect();
    let tab = device.tab();
    let files: [(&str, &[u8]); 3] = [("small.txt", b"Small."), ("large.txt", &large), ("after.txt", b"After.")];
    tab.add(&files);
    let read: Vec<(String, [u8; 32])> =
        files.iter().map(|(name, bytes)| ((*name).to_owned(), Sha256::digest(bytes).into())).collect();
    assert_eq!(*seen.borrow(), read);
    device.tab().close(ToWorker::DismissFiles { file: None });
    let left = pollster::block_on(device.store.list(Table::Queue, "bytes/")).unwrap();
    assert!(left.is_empty(), "what is dismissed leaves no bytes: {left:?}");
}

#[test]
fn a_paused_queue_stands_still_over_a_restart_and_goes_on_where_it_was() {
    let device = Device::new();
    let tab = device.tab();
    tab.close(ToWorker::PauseQueue { is_paused: true });
    let files = texts(3);
    assert_eq!(tab.add(&borrowed(&files)), FromWorker::Done);
    assert_eq!((tab.queue().waiting, tab.queue().is_paused), (3, true));
    let next = device.tab();
    let hello = next.hello();
    assert_eq!((hello.queue.waiting, hello.queue.is_paused, hello.documents.len()), (3, true, 0));
    next.close(ToWorker::StopFiles { file: Some(hello.queue.files[0].id) });
    next.close(ToWorker::ReadFirst { file: hello.queue.files[2].id });
    next.close(ToWorker::PauseQueue { is_paused: false });
    assert_eq!(names(&next), ["1.txt", "2.txt"]);
    let queue = next.queue();
    assert_eq!((queue.waiting, &queue.files[0].state), (0, &FileState::Stopped));
    next.close(ToWorker::RetryFile { file: queue.files[0].id });
    assert_eq!((names(&next).len(), next.queue().trouble), (3, 0));
}

/// Polls the work of a request so many times, and then drops it, as a killed tab does.
fn kill_after(device: &Device, polls: usize, files: Option<&[(String, Vec<u8>)]>) -> bool {
    let tab = device.tab();
    let (body, bytes) = match files {
        Some(files) => {
            let offered =
                files.iter().map(|(path, bytes)| OfferedFile { path: path.clone(), size_bytes: bytes.len() as u64 });
            let bytes: Vec<u8> = files.iter().flat_map(|(_, bytes)| bytes.iter().copied()).collect();
            let bytes: Box<dyn FileBytes> = Box::new(bytes);
            (ToWorker::AddFiles { files: offered.collect(), left: 0 }, Some(bytes))
        }
        None => (ToWorker::Hello, None),
    };
    let id = tab.id();
    let mut work = Box::pin(tab.service.handle(Request::new(id, body), bytes));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for _ in 0..polls {
        if work.as_mut().poll(&mut context).is_ready() {
            return true;
        }
    }
    tab.of(id).contains(&FromWorker::Done)
}

#[test]
fn a_kill_at_any_moment_loses_no_file_that_was_acknowledged() {
    let files = texts(150);
    let mut resumed = 0;
    for polls in [1, 3, 10, 30, 60, 100, 140, 200, 300] {
        let device = Device::new();
        let acknowledged = kill_after(&device, polls, Some(&files));
        // The next ones are killed as well, each a little later.
        for again in 1..4 {
            kill_after(&device, again * 20, None);
        }
        let tab = device.tab();
        let hello = tab.hello();
        assert!(hello.problems.is_empty(), "{:?}", hello.problems);
        let have = names(&tab).len();
        if acknowledged {
            assert_eq!(have, files.len(), "after {polls} steps");
            resumed += 1;
        }
        assert_eq!(tab.hello().queue.waiting, 0);
        assert_eq!(tab.hello().queue.trouble, 0, "no kill makes a file a suspect for good");
        // Dropped again, everything is there, and once.
        tab.add(&borrowed(&files));
        assert_eq!(names(&tab).len(), files.len());
    }
    assert!(resumed >= 3, "the kills reached beyond the acknowledgement");
}

#[test]
fn a_file_that_ends_the_program_each_time_is_refused_at_last() {
    let device = Device::new();
    let tab = device.tab();
    tab.close(ToWorker::PauseQueue { is_paused: true });
    tab.add(&borrowed(&texts(3)));
    tab.close(ToWorker::PauseQueue { is_paused: false });
    // What a program leaves that ended four times while it read the second file.
    let device = Device::new();
    let tab = device.tab();
    tab.close(ToWorker::PauseQueue { is_paused: true });
    tab.add(&borrowed(&texts(3)));
    let second = tab.queue().files[1].id;
    let marker = serde_json::to_vec(&vec![(second, 4u32)]).unwrap();
    let write = conclave_ports::Write::put(Table::Queue, "at", marker);
    pollster::block_on(device.opened().commit(vec![write])).unwrap();
    let next = device.tab();
    assert_eq!(next.hello().queue.waiting, 2);
    next.close(ToWorker::PauseQueue { is_paused: false });
    assert_eq!(names(&next), ["0.txt", "2.txt"]);
    assert_eq!(next.refusal().code, ProblemCode::DamagedFile);
    next.close(ToWorker::RetryFile { file: second });
    assert_eq!(names(&next).len(), 3, "a person may try again");
}

#[test]
fn a_full_disk_stops_the_queue_with_its_reason_and_loses_nothing() {
    let device = Device::with_room(60_000, usize::MAX);
    let tab = device.tab();
    tab.import("manual.md", "# Pump\n\nThe pump is blue.\n");
    let files: Vec<(String, Vec<u8>)> = (0..8)
        .map(|n| (format!("{n}.txt"), format!("Line of file {n} about pumps.\n").repeat(300).into_bytes()))
        .collect();
    let mut refused = 0;
    for file in &files {
        if tab.add(&borrowed(std::slice::from_ref(file))) != FromWorker::Done {
            refused += 1;
        }
    }
    let queue = tab.queue();
    assert!(refused > 0 || queue.stalled.is_some(), "there is not room for all of them: {queue:?}");
    if let Some(stalled) = &queue.stalled {
        assert_eq!(stalled.code, ProblemCode::StorageFull);
        assert!(queue.waiting > 0, "what was not read still waits");
    }
    assert!(names(&tab).contains(&"manual.md".to_owned()));
    assert_eq!(device.tab().hello().problems, []);
}

#[test]
fn files_of_a_drop_that_never_came_are_said_once() {
    let device = Device::new();
    let tab = device.tab();
    let body = ToWorker::AddFiles { files: offered("a.txt", 3), left: 7 };
    tab.send_with(body, Some(Box::new(b"One".to_vec())));
    let problems = device.tab().hello().problems;
    assert_eq!(problems[0].what, "7 files of the last drop had not been copied when the page was closed.");
    assert!(device.tab().hello().problems.is_empty());
}

#[test]
fn a_file_is_stopped_while_it_waits_its_turn_behind_a_question_and_questions_go_first() {
    let tab = Device::with_models().tab();
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    tab.import("manual.md", &"The warranty of the pump lasts two years. ".repeat(60));
    let (import, question) = (tab.id(), tab.id());
    let text = (0..400).map(|i| format!("Chapter {i} tells of pump number {i} and its valve.\n\n")).collect::<String>();
    let files = offered("long.txt", text.len() as u64);
    let bytes: Box<dyn FileBytes> = Box::new(text.into_bytes());
    let run = tab.service.handle(Request::new(import, ToWorker::AddFiles { files, left: 0 }), Some(bytes));
    let embeds = |event: &FromWorker| matches!(event, FromWorker::Queue(status) if status.embedding.is_some());
    let ask = async {
        while !tab.unasked().iter().any(embeds) {
            GivesWay.yield_now().await;
        }
        let thread = conclave_protocol::ThreadId::from_random([7; 16]);
        let body = ToWorker::Ask { thread, question: "How long does the warranty last?".into() };
        tab.service.handle(Request::new(question, body), None).await;
    };
    pollster::block_on(join(run, ask));
    let order: Vec<_> = tab.events.borrow().iter().map(|event| event.id).collect();
    let answered = order.iter().rposition(|id| *id == Some(question)).unwrap();
    let asked = order.iter().position(|id| *id == Some(question)).unwrap();
    let meanwhile = order[asked..answered].iter().filter(|id| id.is_none()).count();
    // Changes of the models' state are told too; embedding is not among them.
    assert!(meanwhile <= 4, "{meanwhile} other events came while the question was answered");
    assert_eq!(tab.queue().embedding, None, "embedding went on afterwards");
    assert!(tab.hello().documents.iter().all(|info| info.embedded));
}

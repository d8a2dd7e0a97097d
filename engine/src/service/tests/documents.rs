//! Import, search, removal; with and without an encoder; stopped, refused, and beside another tab.

use conclave_ports::LocalFuture;
use conclave_protocol::{DocumentInfo, FromWorker, ImportPhase, Problem, ProblemCode, Request, ToWorker};
use futures_util::future::join;

use super::{Device, FileBytes, Tab, problem};
use crate::service::Change;

const WARRANTY: &str =
    "# Warranty\n\nThe warranty of the Aero 3 pump lasts two years.\n\n# Cleaning\n\nRinse the filter weekly.\n";

fn imported(closing: FromWorker) -> DocumentInfo {
    match closing {
        FromWorker::Imported(info) => info,
        other => panic!("not imported: {other:?}"),
    }
}

fn found(tab: &Tab, query: &str) -> Vec<String> {
    match tab.close(ToWorker::Search { query: query.into(), limit: 10 }) {
        FromWorker::Found(passages) => passages.into_iter().map(|passage| passage.text).collect(),
        other => panic!("not found: {other:?}"),
    }
}

/// A text of many passages.
fn long_text() -> String {
    (0..400).map(|i| format!("Chapter {i} tells of pump number {i} and of its filter, hose and valve.\n\n")).collect()
}

#[test]
fn a_document_is_imported_found_read_and_removed() {
    let device = Device::new();
    let tab = device.tab();
    let info = imported(tab.import("manual.md", WARRANTY));
    assert!(!info.embedded, "there is no encoder yet");
    assert!(found(&tab, "How long is the warranty?")[0].contains("two years"));
    let FromWorker::Document(read) = tab.close(ToWorker::ReadDocument { document: info.id.clone() }) else {
        panic!("not read")
    };
    assert!(read.text.contains("Rinse the filter"));
    assert_eq!(device.tab().hello().documents, std::slice::from_ref(&info), "it is there after a restart");
    let FromWorker::Documents(left) = tab.close(ToWorker::RemoveDocument { document: info.id.clone() }) else {
        panic!("not removed")
    };
    assert!(left.is_empty() && found(&tab, "warranty").is_empty());
    assert_eq!(problem(tab.close(ToWorker::ReadDocument { document: info.id })).code, ProblemCode::NotFound);
    assert_eq!(*tab.changes.borrow(), [Change::Documents, Change::Documents]);
}

#[test]
fn progress_names_the_phase_and_counts() {
    let tab = Device::with_models().tab();
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    let file = Box::new(long_text().into_bytes());
    let events = tab.send_with(ToWorker::Import { name: "long.txt".into() }, Some(file));
    let mut last = None;
    for event in &events {
        if let FromWorker::Importing(now) = event {
            let order = |phase| {
                [ImportPhase::Reading, ImportPhase::Extracting, ImportPhase::Saving, ImportPhase::Indexing]
                    .iter()
                    .position(|p| *p == phase)
            };
            assert!(now.done <= now.total);
            assert!(
                last.is_none_or(
                    |(phase, done)| order(phase) < order(now.phase) || phase == now.phase && done <= now.done
                )
            );
            last = Some((now.phase, now.done));
        }
    }
    let info = imported(events.last().unwrap().clone());
    assert_eq!(last, Some((ImportPhase::Indexing, u64::from(info.passages))));
    assert!(info.embedded && info.passages > 16, "several batches: {}", info.passages);
}

#[test]
fn documents_from_before_the_encoder_are_embedded_when_it_is_there() {
    let tab = Device::with_models().tab();
    imported(tab.import("manual.md", WARRANTY));
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    let Some(FromWorker::Documents(documents)) = tab.unasked().pop() else { panic!("the page was not told") };
    assert!(documents[0].embedded);
    assert!(
        tab.unasked().iter().any(|event| matches!(event, FromWorker::Importing(p) if p.phase == ImportPhase::Indexing))
    );
}

#[test]
fn an_import_can_be_stopped_and_leaves_nothing() {
    let device = Device::with_models();
    let tab = device.tab();
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    let (import, cancel) = (tab.id(), tab.id());
    let file: Box<dyn FileBytes> = Box::new(long_text().into_bytes());
    let run = tab.service.handle(Request::new(import, ToWorker::Import { name: "long.txt".into() }), Some(file));
    let stop = async {
        // Wait until the embedding has begun.
        while !tab
            .of(import)
            .iter()
            .any(|event| matches!(event, FromWorker::Importing(p) if p.phase == ImportPhase::Indexing))
        {
            conclave_ports::Yield::yield_now(&super::GivesWay).await;
        }
        tab.service.handle(Request::new(cancel, ToWorker::Cancel { request: import }), None).await;
    };
    pollster::block_on(join(run, stop));
    assert_eq!(tab.of(import).pop(), Some(FromWorker::Stopped));
    assert!(device.tab().hello().documents.is_empty());
}

#[test]
fn imports_wait_for_each_other_and_both_end() {
    let tab = Device::new().tab();
    let (first, second) = (tab.id(), tab.id());
    let import = |id, name: &str, text: &str| {
        let file: Box<dyn FileBytes> = Box::new(text.as_bytes().to_vec());
        tab.service.handle(Request::new(id, ToWorker::Import { name: name.into() }), Some(file))
    };
    pollster::block_on(join(import(first, "a.txt", &long_text()), import(second, "b.txt", WARRANTY)));
    let order: Vec<_> = tab.events.borrow().iter().map(|event| event.id).collect();
    let last_of_first = order.iter().rposition(|id| *id == Some(first));
    let first_of_second = order.iter().position(|id| *id == Some(second));
    assert!(last_of_first < first_of_second, "the second file is not read before the first one is stored");
    imported(tab.of(first).pop().unwrap());
    imported(tab.of(second).pop().unwrap());
}

/// A file that is too large to be read.
struct Huge;

impl FileBytes for Huge {
    fn size_bytes(&self) -> u64 {
        200_000_000
    }

    fn read_range(&self, _: std::ops::Range<u64>) -> LocalFuture<'_, Result<Vec<u8>, Problem>> {
        panic!("it must be refused by its size alone")
    }
}

#[test]
fn bad_files_are_refused_with_a_reason() {
    let tab = Device::new().tab();
    let huge = tab.send_with(ToWorker::Import { name: "huge.txt".into() }, Some(Box::new(Huge))).pop().unwrap();
    assert_eq!(problem(huge).code, ProblemCode::TooLarge);
    assert_eq!(problem(tab.import("empty.txt", "")).code, ProblemCode::EmptyFile);
    let binary = Box::new(vec![0u8, 159, 146, 150, 0, 1, 2, 3, 0xff, 0xfe, 0, 0]);
    let binary = tab.send_with(ToWorker::Import { name: "x.txt".into() }, Some(binary)).pop().unwrap();
    assert_eq!(problem(binary).code, ProblemCode::NotText);
    assert_eq!(problem(tab.close(ToWorker::Import { name: "x.txt".into() })).code, ProblemCode::BadRequest);
    assert!(tab.hello().documents.is_empty());
}

#[test]
fn a_full_disk_refuses_the_document_and_keeps_the_rest() {
    let device = Device::with_room(20_000, usize::MAX);
    let tab = device.tab();
    let kept = imported(tab.import("manual.md", WARRANTY));
    assert_eq!(problem(tab.import("long.txt", &long_text())).code, ProblemCode::StorageFull);
    assert_eq!(device.tab().hello().documents, [kept]);
    assert!(!found(&tab, "warranty").is_empty());
}

#[test]
fn another_tab_learns_of_a_document_and_can_search_it() {
    let device = Device::new();
    let (one, other) = (device.tab(), device.tab());
    other.hello();
    let info = imported(one.import("manual.md", WARRANTY));
    pollster::block_on(other.service.refresh(Change::Documents));
    assert_eq!(other.unasked(), [FromWorker::Documents(vec![info])]);
    assert!(!found(&other, "warranty").is_empty());
}

#[test]
fn embedding_stands_still_while_a_question_is_answered() {
    let tab = Device::with_models().tab();
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    // Sentences enough that reading them takes as many beats as several batches of the import.
    tab.import("manual.md", &"The warranty of the pump lasts two years. ".repeat(60));
    let (import, question) = (tab.id(), tab.id());
    let file: Box<dyn FileBytes> = Box::new(long_text().into_bytes());
    let run = tab.service.handle(Request::new(import, ToWorker::Import { name: "long.txt".into() }), Some(file));
    let ask = async {
        while !tab
            .of(import)
            .iter()
            .any(|event| matches!(event, FromWorker::Importing(p) if p.phase == ImportPhase::Indexing))
        {
            conclave_ports::Yield::yield_now(&super::GivesWay).await;
        }
        let thread = conclave_protocol::ThreadId::from_random([7; 16]);
        let body = ToWorker::Ask { thread, question: "How long does the warranty last?".into() };
        tab.service.handle(Request::new(question, body), None).await;
    };
    pollster::block_on(join(run, ask));
    let order: Vec<_> = tab.events.borrow().iter().map(|event| event.id).collect();
    let answered = order.iter().rposition(|id| *id == Some(question)).unwrap();
    let asked = order.iter().position(|id| *id == Some(question)).unwrap();
    let meanwhile = order[asked..answered].iter().filter(|id| **id == Some(import)).count();
    // What was under way when the question came, and one report between search and deliberation.
    assert!(meanwhile <= 2, "{meanwhile} reports of the import came while the question was answered");
    assert!(order[answered..].contains(&Some(import)), "the import goes on afterwards");
    imported(tab.of(import).pop().unwrap());
}

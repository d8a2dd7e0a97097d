//! Imports, search and reading.

use conclave_protocol::{DocumentText, ImportPhase, ImportProgress};

use super::*;

fn files(count: u32) -> Intent {
    Intent::AddFiles((1..=count).map(|n| given(n, &format!("{n}.txt"), 10)).collect())
}

fn is_import(body: &ToWorker) -> bool {
    matches!(body, ToWorker::Import { .. })
}

#[test]
fn files_are_imported_one_after_another_with_their_file_beside_the_message() {
    let mut page = Page::ready(empty());
    page.act(files(2));
    assert_eq!(page.count_sent(is_import), 1);
    let first = page.last_sent(is_import);
    assert!(page.effects.iter().any(|effect| matches!(effect, Effect::Send { file: Some(Ticket(1)), .. })));
    let progress = ImportProgress { name: "1.txt".into(), phase: ImportPhase::Indexing, done: 1, total: 3 };
    page.hear(Some(first), FromWorker::Importing(progress.clone()));
    let ImportStage::Running { progress: shown, .. } = &page.state.imports.items[0].stage else { panic!("it runs") };
    assert_eq!(*shown, Some(progress));
    page.hear(Some(first), FromWorker::Imported(document("1")));
    assert_eq!(page.count(&Effect::ForgetFile(Ticket(1))), 1);
    assert_eq!(page.state.documents[0].name, "1.txt");
    assert_eq!(page.count_sent(is_import), 2);
    assert_eq!(page.state.imports.items.len(), 1);
}

#[test]
fn a_refused_file_says_why_keeps_its_place_and_lets_the_others_go_on() {
    let mut page = Page::ready(empty());
    page.act(files(2));
    let first = page.last_sent(is_import);
    page.hear(Some(first), FromWorker::Failed(problem(ProblemCode::EmptyFile)));
    assert!(matches!(&page.state.imports.items[0].stage, ImportStage::Failed(p) if p.code == ProblemCode::EmptyFile));
    assert!(matches!(page.state.imports.items[1].stage, ImportStage::Running { .. }));
    assert!(page.toasts().is_empty(), "the file's own line says it");
    page.act(Intent::RetryImport(Ticket(1)));
    assert!(!page.state.imports.items[0].can_retry(), "the same bytes stay empty");
    let second = page.last_sent(is_import);
    page.hear(Some(second), FromWorker::Failed(problem(ProblemCode::StorageFull)));
    page.act(Intent::RetryImport(Ticket(2)));
    assert!(matches!(page.state.imports.items[1].stage, ImportStage::Running { .. }), "there may be room now");
    page.act(Intent::DismissImport(Ticket(1)));
    assert_eq!(page.count(&Effect::ForgetFile(Ticket(1))), 1);
}

#[test]
fn imports_can_be_stopped_while_they_wait_and_while_they_run() {
    let mut page = Page::ready(empty());
    page.act(files(3));
    let first = page.last_sent(is_import);
    page.act(Intent::CancelImport(Ticket(2)));
    assert_eq!(page.state.imports.items[1].stage, ImportStage::Stopped);
    page.act(Intent::CancelImport(Ticket(1)));
    page.act(Intent::CancelImport(Ticket(1)));
    assert_eq!(page.count_sent(|body| *body == ToWorker::Cancel { request: first }), 1);
    page.hear(Some(first), FromWorker::Stopped);
    assert_eq!(page.state.imports.items[0].stage, ImportStage::Stopped);
    assert!(matches!(page.state.imports.items[2].stage, ImportStage::Running { .. }));
}

#[test]
fn files_given_before_the_engine_is_ready_wait_for_it() {
    let mut page = Page::opened(None);
    page.act(files(1));
    assert_eq!(page.count_sent(is_import), 0);
    page.greet(empty());
    assert_eq!(page.count_sent(is_import), 1);
    assert!(page.effects.iter().any(|effect| matches!(effect, Effect::Send { file: Some(Ticket(1)), .. })));
}

fn open(id: &str, span: Option<Span>) -> Intent {
    Intent::OpenDocument { document: DocumentId(id.into()), title: "Title".into(), span }
}

fn text_of(id: &str, text: &str) -> FromWorker {
    FromWorker::Document(DocumentText { info: document(id), text: text.into(), anchors: Vec::new() })
}

#[test]
fn a_citation_opens_its_passage_and_another_one_of_the_same_document_needs_no_reading() {
    let mut page = Page::ready(Snapshot { documents: vec![document("a")], ..empty() });
    page.act(open("a", Some(Span::new(4, 9))));
    let read = page.last_sent(|body| matches!(body, ToWorker::ReadDocument { .. }));
    page.hear(Some(read), text_of("a", "The years are two."));
    let Some(Reader { body: ReaderBody::Open { window, .. }, visit, .. }) = page.state.reader.clone() else {
        panic!("the document is open")
    };
    assert_eq!(window.hit, Some(4..9));
    page.act(open("a", Some(Span::new(14, 17))));
    let reader = page.state.reader.as_ref().unwrap();
    assert!(matches!(&reader.body, ReaderBody::Open { window, .. } if window.hit == Some(14..17)));
    assert_ne!(reader.visit, visit);
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::ReadDocument { .. })), 1);
}

#[test]
fn the_text_of_a_document_that_was_left_again_is_ignored() {
    let mut page = Page::ready(Snapshot { documents: vec![document("a"), document("b")], ..empty() });
    page.act(open("a", None));
    let first = page.last_sent(|body| matches!(body, ToWorker::ReadDocument { .. }));
    page.act(open("b", None));
    page.hear(Some(first), text_of("a", "late"));
    assert!(matches!(page.state.reader.as_ref().unwrap().body, ReaderBody::Loading(_)));
}

#[test]
fn a_document_that_is_gone_says_so_in_the_reader_and_can_be_opened_again() {
    let mut page = Page::ready(empty());
    page.act(open("a", None));
    let read = page.last_sent(|body| matches!(body, ToWorker::ReadDocument { .. }));
    page.hear(Some(read), FromWorker::Failed(problem(ProblemCode::NotFound)));
    assert!(matches!(page.state.reader.as_ref().unwrap().body, ReaderBody::Failed(_)));
    page.act(open("a", None));
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::ReadDocument { .. })), 2);
}

#[test]
fn removing_the_open_document_closes_it() {
    let mut page = Page::ready(Snapshot { documents: vec![document("a")], ..empty() });
    page.act(open("a", None));
    page.act(Intent::RemoveDocument(DocumentId("a".into())));
    let remove = page.last_sent(|body| matches!(body, ToWorker::RemoveDocument { .. }));
    page.hear(Some(remove), FromWorker::Documents(Vec::new()));
    assert_eq!(page.state.reader, None);
    assert!(page.state.documents.is_empty());
}

#[test]
fn only_the_last_search_is_shown() {
    let mut page = Page::ready(Snapshot { documents: vec![document("a")], ..empty() });
    page.act(Intent::Search(" pump ".into()));
    let first = page.last_sent(|body| matches!(body, ToWorker::Search { .. }));
    page.act(Intent::Search("price".into()));
    let second = page.last_sent(|body| matches!(body, ToWorker::Search { .. }));
    page.hear(Some(first), FromWorker::Found(vec![passage("pump")]));
    assert!(matches!(page.state.search, Search::Running { .. }));
    page.hear(Some(first), FromWorker::Stopped);
    assert!(matches!(page.state.search, Search::Running { .. }), "the stopped search was the other one");
    page.hear(Some(second), FromWorker::Found(vec![passage("price")]));
    let Search::Found { query, passages } = &page.state.search else { panic!("found") };
    assert_eq!((query.as_str(), passages.len()), ("price", 1));
    page.act(Intent::ClearSearch);
    assert_eq!(page.state.search, Search::Idle);
}

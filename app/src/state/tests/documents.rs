//! Files, the queue, search and reading.

use conclave_protocol::{DocumentText, Embedding, FileId, FileState, Original, QueueStatus, QueuedFile};

use super::*;

fn files(count: u32) -> Intent {
    Intent::AddFiles((1..=count).map(|n| given(n, &format!("{n}.txt"), 10)).collect())
}

fn is_add(body: &ToWorker) -> bool {
    matches!(body, ToWorker::AddFiles { .. })
}

fn waiting(count: u64) -> FromWorker {
    FromWorker::Queue(Box::new(QueueStatus { waiting: count, ..QueueStatus::default() }))
}

#[test]
fn files_are_handed_over_one_pile_after_another_and_the_engine_knows_how_many_follow() {
    let mut page = Page::ready(empty());
    page.act(files(3));
    assert_eq!(page.count_sent(is_add), 1);
    let first = page.last_sent(is_add);
    assert!(page.effects.iter().any(|effect| matches!(effect, Effect::Send { file: Some(Ticket(1)), .. })));
    let left = |page: &Page| match &page.sent().last().unwrap().body {
        ToWorker::AddFiles { files, left } => (files[0].path.clone(), *left),
        other => panic!("{other:?}"),
    };
    assert_eq!(left(&page), ("1.txt".into(), 2));
    page.hear(Some(first), FromWorker::Done);
    assert_eq!(page.count(&Effect::ForgetFile(Ticket(1))), 1, "the engine has its bytes");
    assert_eq!(left(&page), ("2.txt".into(), 1));
    assert_eq!(page.state.imports.items.len(), 2);
}

#[test]
fn of_many_piles_the_first_are_listed_and_the_others_counted() {
    let mut page = Page::ready(empty());
    page.act(files(500));
    let first = page.last_sent(is_add);
    // One is under way.
    assert_eq!(page.state.imports.listed(), ((1..=6).map(Ticket).collect(), 494));
    page.hear(Some(first), FromWorker::Failed(problem(ProblemCode::StorageFull)));
    assert_eq!(page.state.imports.listed(), ((1..=7).map(Ticket).collect(), 493), "what failed stays");
    let (few, behind) = Page::ready(empty()).state.imports.listed();
    assert!(few.is_empty() && behind == 0);
}

#[test]
fn a_pile_that_could_not_be_stored_says_why_and_lets_the_others_go_on() {
    let mut page = Page::ready(empty());
    page.act(files(2));
    let first = page.last_sent(is_add);
    page.hear(Some(first), FromWorker::Failed(problem(ProblemCode::StorageFull)));
    assert!(matches!(&page.state.imports.items[0].stage, ImportStage::Failed(p) if p.code == ProblemCode::StorageFull));
    assert!(matches!(page.state.imports.items[1].stage, ImportStage::Running { .. }));
    assert!(page.toasts().is_empty(), "its own line says it");
    let second = page.last_sent(is_add);
    page.hear(Some(second), FromWorker::Done);
    page.act(Intent::RetryImport(Ticket(1)));
    assert!(matches!(page.state.imports.items[0].stage, ImportStage::Running { .. }), "there may be room now");
    page.act(Intent::CancelImport(Ticket(1)));
    page.hear(Some(page.last_sent(is_add)), FromWorker::Stopped);
    page.act(Intent::DismissImport(Ticket(1)));
    assert_eq!(page.count(&Effect::ForgetFile(Ticket(1))), 1);
}

#[test]
fn everything_can_be_stopped_here_and_there() {
    let mut page = Page::ready(empty());
    page.act(files(3));
    let first = page.last_sent(is_add);
    page.act(Intent::StopFiles(None));
    assert_eq!(page.state.imports.items[1].stage, ImportStage::Stopped);
    assert_eq!(page.count_sent(|body| *body == ToWorker::Cancel { request: first }), 1);
    assert_eq!(page.count_sent(|body| *body == ToWorker::StopFiles { file: None }), 1);
    page.hear(Some(first), FromWorker::Stopped);
    assert!(page.state.imports.items.iter().all(|item| item.stage == ImportStage::Stopped), "no other is handed over");
}

#[test]
fn files_given_before_the_engine_is_ready_wait_for_it() {
    let mut page = Page::opened(None);
    page.act(files(1));
    assert_eq!(page.count_sent(is_add), 0);
    page.greet(empty());
    assert_eq!(page.count_sent(is_add), 1);
    assert!(page.effects.iter().any(|effect| matches!(effect, Effect::Send { file: Some(Ticket(1)), .. })));
}

#[test]
fn the_queue_is_shown_as_the_engine_tells_it_and_its_end_is_said() {
    let mut page = Page::ready(empty());
    page.hear(None, waiting(2));
    let refused = QueuedFile {
        id: FileId(7),
        path: "a/b.pdf".into(),
        size_bytes: 5,
        state: FileState::Refused(problem(ProblemCode::TooLarge)),
        is_kept: true,
    };
    assert!(!can_read_again(&refused), "the same bytes stay too large");
    let stopped = QueuedFile { state: FileState::Stopped, ..refused.clone() };
    assert!(can_read_again(&stopped) && !can_read_again(&QueuedFile { is_kept: false, ..stopped }));
    let status = QueueStatus { done: 1, trouble: 1, files: vec![refused.clone()], ..QueueStatus::default() };
    page.hear(None, FromWorker::Queue(Box::new(status)));
    assert_eq!(page.state.announcement, "1 file was read. 1 file was not read whole.");
    assert_eq!(page.state.imports.queued(FileId(7)), Some(&refused));
    page.act(Intent::DismissFiles(Some(FileId(7))));
    assert_eq!(page.count_sent(|body| *body == ToWorker::DismissFiles { file: Some(FileId(7)) }), 1);
    page.act(Intent::ShowMoreFiles);
    page.act(Intent::ShowMoreFiles);
    assert_eq!(page.count_sent(|body| *body == ToWorker::ListFiles { count: 150 }), 1);
}

#[test]
fn the_time_that_embedding_takes_follows_its_speed() {
    let mut page = Page::ready(empty());
    let embedding = |done| {
        let embedding = Some(Embedding { done, total: 100 });
        FromWorker::Queue(Box::new(QueueStatus { embedding, ..QueueStatus::default() }))
    };
    page.hear(None, embedding(0));
    page.now_ms += 2_000;
    page.hear(None, embedding(20));
    assert_eq!(page.state.imports.embedding.seconds_left(100), Some(8));
}

#[test]
fn documents_come_and_go_in_pieces() {
    let mut page = Page::ready(Snapshot { documents: vec![document("a")], ..empty() });
    page.hear(None, FromWorker::Added(vec![document("b"), document("a")]));
    assert_eq!(page.state.documents.len(), 2);
    page.hear(None, FromWorker::Removed(vec![DocumentId("a".into())]));
    assert_eq!(page.state.documents.iter().map(|info| info.name.as_str()).collect::<Vec<_>>(), ["b.txt"]);
}

fn open(id: &str, span: Option<Span>) -> Intent {
    Intent::OpenDocument { document: DocumentId(id.into()), title: "Title".into(), span, quote: None }
}

fn text_of(id: &str, text: &str) -> FromWorker {
    FromWorker::Document(DocumentText {
        info: document(id),
        text: text.into(),
        anchors: Vec::new(),
        outline: Vec::new(),
        original: Original::Unpaged,
    })
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
fn a_citation_whose_document_changed_says_so_and_highlights_no_other_words() {
    let mut page = Page::ready(Snapshot { documents: vec![document("a")], ..empty() });
    let cited = |quote: &str| Intent::OpenDocument {
        document: DocumentId("a".into()),
        title: "Title".into(),
        span: Some(Span::new(4, 9)),
        quote: Some(quote.into()),
    };
    page.act(cited("three"));
    let read = page.last_sent(|body| matches!(body, ToWorker::ReadDocument { .. }));
    page.hear(Some(read), text_of("a", "The years are two."));
    let seen = |page: &Page| match &page.state.reader.as_ref().unwrap().body {
        ReaderBody::Open { window, standing, .. } => (window.hit.clone(), *standing),
        other => panic!("not open: {other:?}"),
    };
    assert_eq!(seen(&page), (None, Standing::Gone));
    page.act(cited("two"));
    assert_eq!(seen(&page), (Some(14..17), Standing::Moved));
    page.act(cited("years"));
    assert_eq!(seen(&page), (Some(4..9), Standing::Same));
}

#[test]
fn a_number_leads_to_a_line_of_the_open_document() {
    let mut page = Page::ready(Snapshot { documents: vec![document("a")], ..empty() });
    page.act(Intent::GoToPlace(2));
    page.act(open("a", None));
    let read = page.last_sent(|body| matches!(body, ToWorker::ReadDocument { .. }));
    page.hear(Some(read), text_of("a", "one\ntwo\nthree"));
    let visit = page.state.reader.as_ref().unwrap().visit;
    page.act(Intent::GoToPlace(2));
    let reader = page.state.reader.as_ref().unwrap();
    assert!(matches!(&reader.body, ReaderBody::Open { window, .. } if window.target == Some(4)));
    assert_ne!(reader.visit, visit, "so that the page goes there again");
    page.act(Intent::GoToByte(8));
    let reader = page.state.reader.as_ref().unwrap();
    assert!(matches!(&reader.body, ReaderBody::Open { window, .. } if window.target == Some(8)));
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
    page.act(Intent::RemoveDocuments(vec![DocumentId("a".into())]));
    page.hear(None, FromWorker::Removed(vec![DocumentId("a".into())]));
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

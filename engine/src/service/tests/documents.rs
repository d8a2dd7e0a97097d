//! Reading, search, removal; with and without an encoder, and beside another tab.

use conclave_protocol::{FromWorker, ProblemCode, ToWorker};

use super::{Device, Tab, problem};
use crate::service::Change;

const WARRANTY: &str =
    "# Warranty\n\nThe warranty of the Aero 3 pump lasts two years.\n\n# Cleaning\n\nRinse the filter weekly.\n";

fn found(tab: &Tab, query: &str) -> Vec<String> {
    match tab.close(ToWorker::Search { query: query.into(), limit: 10 }) {
        FromWorker::Found(passages) => passages.into_iter().map(|passage| passage.text).collect(),
        other => panic!("not found: {other:?}"),
    }
}

#[test]
fn a_document_is_imported_found_read_and_removed() {
    let device = Device::new();
    let tab = device.tab();
    let info = tab.import("manual.md", WARRANTY);
    assert!(!info.embedded, "there is no encoder yet");
    assert!(found(&tab, "How long is the warranty?")[0].contains("two years"));
    let FromWorker::Document(read) = tab.close(ToWorker::ReadDocument { document: info.id.clone() }) else {
        panic!("not read")
    };
    assert!(read.text.contains("Rinse the filter"));
    assert_eq!(device.tab().hello().documents, std::slice::from_ref(&info), "it is there after a restart");
    assert_eq!(tab.close(ToWorker::RemoveDocument { document: info.id.clone() }), FromWorker::Done);
    assert_eq!(tab.unasked().pop(), Some(FromWorker::Removed(vec![info.id.clone()])));
    assert!(device.tab().hello().documents.is_empty() && found(&tab, "warranty").is_empty());
    assert_eq!(problem(tab.close(ToWorker::ReadDocument { document: info.id })).code, ProblemCode::NotFound);
    assert_eq!(*tab.changes.borrow(), [Change::Documents, Change::Documents]);
}

#[test]
fn documents_from_before_the_encoder_are_embedded_when_it_is_there() {
    let tab = Device::with_models().tab();
    tab.import("manual.md", WARRANTY);
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    let told = tab.unasked();
    let embedded = told.iter().rev().find_map(|event| match event {
        FromWorker::Added(documents) => Some(documents[0].embedded),
        _ => None,
    });
    assert_eq!(embedded, Some(true));
    let counts = |event: &FromWorker| matches!(event, FromWorker::Queue(status) if status.embedding.is_some());
    assert!(told.iter().any(counts), "its progress is told");
    assert_eq!(tab.queue().embedding, None, "and its end");
}

#[test]
fn another_tab_learns_of_a_document_and_can_search_it() {
    let device = Device::new();
    let (one, other) = (device.tab(), device.tab());
    other.hello();
    let info = one.import("manual.md", WARRANTY);
    pollster::block_on(other.service.refresh(Change::Documents));
    assert_eq!(other.unasked(), [FromWorker::Documents(vec![info])]);
    assert!(!found(&other, "warranty").is_empty());
}

//! Reading, search, removal; with and without an encoder, and beside another tab.

use std::collections::BTreeMap;

use conclave_protocol::{DocumentId, FromWorker, ProblemCode, ToWorker};

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
    assert_eq!(tab.close(ToWorker::RemoveDocuments { documents: vec![info.id.clone()] }), FromWorker::Done);
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
fn after_a_start_the_page_learns_what_is_embedded_when_the_vectors_are_read() {
    let device = Device::with_models();
    let tab = device.tab();
    let first = tab.import("manual.md", WARRANTY);
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    // A tab that has loaded no model.
    let second = device.tab().import("later.md", "# Later\n\nThe bearing is oiled once a year.\n");
    let again = device.tab();
    assert_eq!(again.hello().documents.len(), 2);
    let told: BTreeMap<DocumentId, bool> = again
        .unasked()
        .into_iter()
        .flat_map(|event| if let FromWorker::Added(documents) = event { documents } else { Vec::new() })
        .map(|info| (info.id, info.embedded))
        .collect();
    assert_eq!(told, BTreeMap::from([(first.id, true), (second.id, false)]));
    assert!(device.tab().hello().documents_total == 2 && !found(&device.tab(), "bearing").is_empty());
}

#[test]
fn another_tab_learns_of_a_document_and_can_search_it() {
    let device = Device::new();
    let (one, other) = (device.tab(), device.tab());
    other.hello();
    let info = one.import("manual.md", WARRANTY);
    pollster::block_on(other.service.refresh(Change::Documents));
    assert_eq!(other.unasked(), [FromWorker::Added(vec![info])]);
    assert!(!found(&other, "warranty").is_empty());
}

#[test]
fn a_search_marks_what_it_found_and_says_under_which_headings_it_stands() {
    let tab = Device::new().tab();
    tab.import("manual.md", "# Manual\n\n## Care\n\n### Filter\n\nRinse the filters weekly. They last two years.\n");
    let FromWorker::Found(found) = tab.close(ToWorker::Search { query: "filter rins*".into(), limit: 5 }) else {
        panic!("not found")
    };
    let passage = &found[0];
    let marked: Vec<&str> = passage.highlights.iter().filter_map(|place| place.of(&passage.text)).collect();
    assert!(marked.contains(&"Rinse") && marked.contains(&"filters"), "{marked:?}");
    assert!(passage.window.of(&passage.text).is_some_and(|window| window.contains("Rinse the filters")));
    assert_eq!(
        (&passage.above[..], passage.heading.as_str()),
        (&["Manual".to_owned(), "Care".to_owned()][..], "Filter")
    );
}

#[test]
fn several_documents_are_tagged_and_removed_together_and_every_tab_is_told() {
    let device = Device::new();
    let (tab, other) = (device.tab(), device.tab());
    other.hello();
    let one = tab.import("one.md", WARRANTY);
    let two = tab.import("two.txt", "Rinse the filter of the pump every week, and oil the bearing once a year.");
    let ids = vec![one.id.clone(), two.id.clone()];
    let add = ToWorker::ChangeTags { documents: ids.clone(), add: vec![" Pump ".into()], remove: Vec::new() };
    assert_eq!(tab.close(add), FromWorker::Done);
    let Some(FromWorker::Added(told)) = tab.unasked().pop() else { panic!("not told") };
    assert!(told.len() == 2 && told.iter().all(|info| info.tags == ["Pump"]), "{told:?}");
    assert_eq!(tab.changes.borrow().last(), Some(&Change::Documents));
    let only = ToWorker::Search { query: "filter tag:pump type:markdown".into(), limit: 5 };
    assert!(
        matches!(tab.close(only), FromWorker::Found(found) if found.iter().all(|passage| passage.document == one.id))
    );
    let off = ToWorker::ChangeTags { documents: vec![one.id.clone()], add: Vec::new(), remove: vec!["pump".into()] };
    assert_eq!(tab.close(off), FromWorker::Done);
    assert!(device.tab().hello().documents.iter().any(|info| info.id == one.id && info.tags.is_empty()));
    // Of documents that are gone nothing is told.
    let before = (tab.unasked().len(), tab.changes.borrow().len());
    let gone = vec![DocumentId("gone".into())];
    assert_eq!(
        tab.close(ToWorker::ChangeTags { documents: gone, add: vec!["x".into()], remove: Vec::new() }),
        FromWorker::Done
    );
    assert_eq!((tab.unasked().len(), tab.changes.borrow().len()), before);

    assert_eq!(tab.close(ToWorker::RemoveDocuments { documents: ids.clone() }), FromWorker::Done);
    assert_eq!(tab.unasked().pop(), Some(FromWorker::Removed(ids)));
    assert!(device.tab().hello().documents.is_empty());
}

#[test]
fn a_document_tells_what_it_takes_and_how_much_of_it_is_found_by_meaning() {
    let tab = Device::with_models().tab();
    let info = tab.import("manual.md", WARRANTY);
    let details = || match tab.close(ToWorker::ReadDetails { document: info.id.clone(), first: 0 }) {
        FromWorker::Details(details) => details,
        other => panic!("no details: {other:?}"),
    };
    let before = details();
    assert_eq!((before.text_bytes, before.passages, before.embedded), (WARRANTY.len() as u64, info.passages, 0));
    assert!(before.words_bytes > 0 && before.listed.iter().all(|one| !one.embedded));
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    let after = details();
    assert_eq!(after.embedded, info.passages);
    assert!(after.vectors_bytes > 0 && after.listed.iter().all(|one| one.embedded));
    let none = ToWorker::ReadDetails { document: DocumentId("none".into()), first: 0 };
    assert_eq!(problem(tab.close(none)).code, ProblemCode::NotFound);
}

#[test]
fn documents_that_say_nearly_the_same_are_told_together() {
    let tab = Device::new().tab();
    let text: String = (0..100).map(|number| format!("Part {number} of the pump lasts two years. ")).collect();
    let first = tab.import("a.txt", &text);
    tab.import("b.md", WARRANTY);
    let copy = tab.import("c.txt", &format!("{text}The end."));
    let FromWorker::Alike(groups) = tab.close(ToWorker::FindAlike) else { panic!("not told") };
    assert_eq!(groups.len(), 1);
    let mut ids: Vec<_> = groups[0].iter().map(|one| one.document.clone()).collect();
    ids.sort();
    let mut both = vec![first.id, copy.id];
    both.sort();
    assert_eq!(ids, both);
}

//! The library page: what it lists, what is done with it, and details.

use conclave_protocol::{Alike, DocumentDetails, IndexedPassage};

use super::*;

fn named(id: &str, name: &str, kind: Kind, added_ms: u64) -> DocumentInfo {
    DocumentInfo { name: name.into(), title: name.into(), kind, added_ms, ..document(id) }
}

/// Four documents, of which "d" is the newest.
fn library() -> Page {
    let documents = vec![
        DocumentInfo {
            size_bytes: 40,
            tags: vec!["Taxes".into()],
            date_ms: Some(9),
            ..named("a", "Zebra.pdf", Kind::Pdf, 1)
        },
        DocumentInfo { size_bytes: 30, embedded: false, passages: 7, ..named("b", "apple.md", Kind::Markdown, 2) },
        DocumentInfo {
            size_bytes: 20,
            partial: Some("Two pages are pictures.".into()),
            ..named("c", "bill.pdf", Kind::Pdf, 3)
        },
        DocumentInfo {
            size_bytes: 10,
            path: Some("letters/2024/Note".into()),
            tags: vec!["taxes".into()],
            ..named("d", "Note", Kind::Mail, 4)
        },
    ];
    let mut page = Page::ready(Snapshot { documents, ..empty() });
    page.act(Intent::Run(Command::ShowLibrary));
    page
}

fn does(page: &mut Page, intent: ShelfIntent) {
    page.act(Intent::Shelf(intent));
}

fn listed(page: &Page) -> String {
    page.state.shelf.listed(&page.state.documents).iter().map(DocumentId::as_str).collect()
}

fn id(id: &str) -> DocumentId {
    DocumentId(id.into())
}

#[test]
fn documents_are_ordered_by_what_is_chosen_and_the_other_way_round_by_the_same_again() {
    let mut page = library();
    assert_eq!(listed(&page), "dcba", "the newest first");
    for (sort, order) in [
        (Sort::Name, "bcda"),
        (Sort::Size, "abcd"),
        (Sort::Kind, "dbca"),
        (Sort::Passages, "bdca"),
        (Sort::Date, "adcb"),
    ] {
        does(&mut page, ShelfIntent::SortBy(sort));
        assert_eq!(listed(&page), order, "{sort:?}");
        does(&mut page, ShelfIntent::SortBy(sort));
        assert_eq!(listed(&page), order.chars().rev().collect::<String>(), "{sort:?} reversed");
    }
    does(&mut page, ShelfIntent::SortBy(Sort::Name));
    assert_eq!(listed(&page), "bcda", "another one begins in its own order");
}

#[test]
fn words_kind_tag_and_state_narrow_the_list_together() {
    let mut page = library();
    for (words, found) in
        [("", "dcba"), ("BILL", "c"), ("pdf", "ca"), ("letters note", "d"), ("taxes", "da"), ("nothing", "")]
    {
        does(&mut page, ShelfIntent::Seek(words.into()));
        assert_eq!(listed(&page), found, "{words}");
    }
    does(&mut page, ShelfIntent::Seek(String::new()));
    does(&mut page, ShelfIntent::OfKind(Some(Kind::Pdf)));
    assert_eq!(listed(&page), "ca");
    does(&mut page, ShelfIntent::WithTag(Some("TAXES".into())));
    assert_eq!(listed(&page), "a");
    assert!(page.state.shelf.is_narrowed());
    does(&mut page, ShelfIntent::OfKind(None));
    does(&mut page, ShelfIntent::WithTag(None));
    for (only, found) in [(Only::WordsOnly, "b"), (Only::Partial, "c"), (Only::Embedded, "dca"), (Only::All, "dcba")] {
        does(&mut page, ShelfIntent::OfStanding(only));
        assert_eq!(listed(&page), found, "{only:?}");
    }
    assert!(!page.state.shelf.is_narrowed());
    assert_eq!(kinds_in(&page.state.documents), [(Kind::Mail, 1), (Kind::Markdown, 1), (Kind::Pdf, 2)]);
    assert_eq!(tags_in(&page.state.documents), [("taxes".to_owned(), 2)]);
}

#[test]
fn chosen_documents_are_tagged_and_removed_and_what_is_gone_is_not_chosen_any_more() {
    let mut page = library();
    does(&mut page, ShelfIntent::Seek("pdf".into()));
    does(&mut page, ShelfIntent::ChooseListed);
    does(&mut page, ShelfIntent::Choose(id("b"), true));
    does(&mut page, ShelfIntent::Choose(id("c"), false));
    let chosen: Vec<DocumentId> = page.state.shelf.chosen.iter().cloned().collect();
    assert_eq!(chosen, [id("a"), id("b")]);
    does(&mut page, ShelfIntent::Tag(chosen.clone(), " To read ".into()));
    let (documents, remove) = (chosen.clone(), Vec::new());
    let tag = ToWorker::ChangeTags { documents, add: vec!["To read".into()], remove };
    assert_eq!(page.count_sent(|body| *body == tag), 1);
    does(&mut page, ShelfIntent::Tag(chosen.clone(), "  ".into()));
    does(&mut page, ShelfIntent::Tag(Vec::new(), "x".into()));
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::ChangeTags { .. })), 1, "no tag, or nothing to tag");
    does(&mut page, ShelfIntent::Untag(vec![id("a")], "Taxes".into()));
    page.last_sent(|body| matches!(body, ToWorker::ChangeTags { remove, .. } if *remove == ["Taxes"]));

    page.act(Intent::RemoveDocuments(chosen.clone()));
    page.last_sent(|body| *body == ToWorker::RemoveDocuments { documents: chosen.clone() });
    page.hear(None, FromWorker::Removed(chosen));
    assert!(page.state.shelf.chosen.is_empty());
    assert_eq!(listed(&page), "c");
}

fn details(id: &str, first: u32, listed: usize, passages: u32) -> FromWorker {
    let one = IndexedPassage { passage: passage("text"), embedded: false };
    FromWorker::Details(DocumentDetails {
        document: DocumentId(id.into()),
        text_bytes: 4,
        words_bytes: 1,
        vectors_bytes: 0,
        passages,
        embedded: 0,
        first,
        listed: vec![one; listed],
    })
}

fn known(page: &Page) -> (usize, u64) {
    let details = page.state.shelf.details.as_ref().unwrap();
    let DetailsBody::Known(known) = &details.body else { panic!("{details:?}") };
    (known.listed.len(), details.left())
}

#[test]
fn details_list_their_passages_piece_by_piece_and_follow_their_document() {
    let mut page = library();
    does(&mut page, ShelfIntent::OpenDetails(id("b")));
    let first = page.last_sent(|body| matches!(body, ToWorker::ReadDetails { .. }));
    does(&mut page, ShelfIntent::MorePassages);
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::ReadDetails { .. })), 1, "nothing is known yet");
    page.hear(Some(first), details("b", 0, 3, 5));
    assert_eq!(known(&page), (3, 2));
    does(&mut page, ShelfIntent::MorePassages);
    let more = page.last_sent(|body| matches!(body, ToWorker::ReadDetails { first: 3, .. }));
    page.hear(Some(more), details("b", 3, 2, 5));
    assert_eq!(known(&page), (5, 0));
    // It was embedded meanwhile.
    page.hear(None, FromWorker::Added(vec![named("b", "apple.md", Kind::Markdown, 2), document("x")]));
    let again = page.last_sent(|body| matches!(body, ToWorker::ReadDetails { first: 0, .. }));
    assert_ne!(again, first);
    page.hear(Some(again), details("b", 0, 4, 5));
    assert_eq!(known(&page), (4, 1));
    page.hear(None, FromWorker::Added(vec![document("x")]));
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::ReadDetails { .. })), 3, "another one changed");

    does(&mut page, ShelfIntent::OpenDetails(id("a")));
    page.hear(Some(again), details("b", 0, 4, 5));
    assert_eq!(page.state.shelf.details.as_ref().unwrap().body, DetailsBody::Loading, "that was the other one");
    let last = page.last_sent(|body| matches!(body, ToWorker::ReadDetails { .. }));
    page.hear(Some(last), FromWorker::Failed(problem(ProblemCode::NotFound)));
    assert!(matches!(page.state.shelf.details.as_ref().unwrap().body, DetailsBody::Failed(_)));
    page.hear(None, FromWorker::Removed(vec![id("a")]));
    assert_eq!(page.state.shelf.details, None);
}

#[test]
fn documents_that_are_nearly_the_same_stand_together_until_one_is_left() {
    let mut page = library();
    does(&mut page, ShelfIntent::LookAlike);
    let asked = page.last_sent(|body| matches!(body, ToWorker::FindAlike));
    let alike = |id: &str, share| Alike { document: DocumentId(id.into()), share };
    let group = vec![alike("a", 1.0), alike("b", 0.9), alike("gone", 0.9)];
    page.hear(Some(asked), FromWorker::Alike(vec![group, vec![alike("c", 1.0), alike("gone", 0.8)]]));
    assert_eq!(page.state.shelf.alike, AlikeLook::Found(vec![vec![alike("a", 1.0), alike("b", 0.9)]]));
    assert!(page.state.announcement.contains("2 groups"), "{}", page.state.announcement);
    page.hear(None, FromWorker::Removed(vec![id("b")]));
    assert_eq!(page.state.shelf.alike, AlikeLook::Found(Vec::new()));
    does(&mut page, ShelfIntent::CloseAlike);
    page.hear(Some(asked), FromWorker::Alike(Vec::new()));
    assert_eq!(page.state.shelf.alike, AlikeLook::Closed, "an answer that nobody waits for");
    does(&mut page, ShelfIntent::LookAlike);
    let asked = page.last_sent(|body| matches!(body, ToWorker::FindAlike));
    page.hear(Some(asked), FromWorker::Failed(problem(ProblemCode::Internal)));
    assert!(matches!(page.state.shelf.alike, AlikeLook::Failed(_)));
}

#[test]
fn the_library_gives_way_to_what_is_asked_and_escape_closes_details_first() {
    let mut page = library();
    assert!(page.state.layout.library);
    does(&mut page, ShelfIntent::OpenDetails(id("a")));
    page.act(Intent::Escape);
    assert!(page.state.layout.library && page.state.shelf.details.is_none());
    page.ask("Why?");
    assert!(!page.state.layout.library, "an answer must not come unseen");
    page.act(Intent::Run(Command::ShowLibrary));
    page.act(Intent::Run(Command::FocusComposer));
    assert!(!page.state.layout.library);
    page.act(Intent::Run(Command::ShowLibrary));
    does(&mut page, ShelfIntent::Leave);
    assert!(!page.state.layout.library);
}

#[test]
fn ten_thousand_documents_are_ordered_in_a_moment() {
    let documents: Vec<DocumentInfo> =
        (0..10_000).map(|n| named(&n.to_string(), &format!("Letter {}", n * 7_919 % 10_000), Kind::Mail, n)).collect();
    let mut page = Page::ready(Snapshot { documents, ..empty() });
    does(&mut page, ShelfIntent::SortBy(Sort::Name));
    let all = page.state.shelf.listed(&page.state.documents);
    let name = |at: usize| page.state.documents.get(&all[at]).unwrap().name.as_str();
    assert_eq!((all.len(), name(0), name(9_999)), (10_000, "Letter 0", "Letter 9999"));
    does(&mut page, ShelfIntent::Seek("letter 123".into()));
    assert_eq!(page.state.shelf.listed(&page.state.documents).len(), 20, "123, 1230 to 1239, and 1123 to 9123");
}

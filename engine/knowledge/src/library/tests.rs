#![allow(clippy::unwrap_used, reason = "tests")]

use conclave_ports::{LocalFuture, MemoryLock, MemoryStore, Record, StoreError, Table, Write};
use pollster::block_on;

use super::*;
use crate::index::{Query, SegmentError, Vectors};
use conclave_protocol::Span;

const GEESE: &str = "# Geese\n\nThe goose flies south in winter. It eats grass.\n";
const DUCKS: &str = "# Ducks\n\nThe duck swims on the lake. It eats plants.\n";

fn prepared(name: &str, text: &str) -> Prepared {
    Prepared::new(conclave_import::first(name, text.as_bytes()).unwrap())
}

fn vectors(prepared: &Prepared, row: [f32; 2]) -> Vectors {
    Vectors { encoder: "mini".into(), dim: 2, rows: vec![row.to_vec(); prepared.chunks().len()] }
}

/// Two tabs on one store.
fn tabs() -> (Library, Library, Rc<MemoryStore>) {
    let store = Rc::new(MemoryStore::default());
    let lock = Rc::new(MemoryLock::default());
    let open = || block_on(Library::open(store.clone(), lock.clone())).unwrap();
    (open(), open(), store)
}

fn names(library: &Library) -> Vec<String> {
    library.list().into_iter().map(|info| info.name).collect()
}

#[test]
fn what_is_added_is_found_after_opening_again() {
    let (library, _, store) = tabs();
    let document = prepared("geese.md", GEESE);
    let info = block_on(library.add(&document, Some(&vectors(&document, [1.0, 0.0])), 7)).unwrap();
    assert_eq!((info.title.as_str(), info.passages, info.added_ms, info.embedded), ("Geese", 1, 7, true));
    let again = block_on(Library::open(store, Rc::new(MemoryLock::default()))).unwrap();
    assert_eq!(again.list(), std::slice::from_ref(&info));
    let found = block_on(again.find(&Query::with_vector("flying goose", "mini", &[0.6, 0.8]), 5)).unwrap();
    let passage = &found[0].passage;
    assert_eq!(passage.span.of(GEESE), Some(passage.text.as_str()));
    assert_eq!((passage.heading.as_str(), passage.line, &passage.document), ("Geese", 1, &info.id));
    assert!(found[0].words > 0.0 && (found[0].similarity.unwrap() - 0.6).abs() < 0.01);
    assert_eq!(block_on(again.text(&info.id)).unwrap().text, GEESE);
}

#[test]
fn the_same_file_twice_is_one_document() {
    let (library, ..) = tabs();
    let first = block_on(library.add(&prepared("a.md", GEESE), None, 1)).unwrap();
    let second = block_on(library.add(&prepared("b.md", GEESE), None, 2)).unwrap();
    assert_eq!(first.id, second.id);
    assert_eq!(names(&library), ["b.md"]);
    assert_eq!(block_on(library.search(&Query::words("goose"), 9)).unwrap().len(), 1);
}

#[test]
fn removing_leaves_nothing_in_the_store() {
    let (library, _, store) = tabs();
    let info = block_on(library.add(&prepared("a.md", GEESE), None, 1)).unwrap();
    block_on(library.remove(&info.id)).unwrap();
    block_on(library.remove(&info.id)).unwrap();
    for table in [Table::Documents, Table::Texts, Table::Segments] {
        assert_eq!(block_on(store.scan(table, "")).unwrap(), []);
    }
    assert!(library.list().is_empty());
    assert!(block_on(library.search(&Query::words("goose"), 9)).unwrap().is_empty());
    assert_eq!(block_on(library.text(&info.id)), Err(KnowledgeError::NotFound));
}

#[test]
fn two_tabs_see_each_others_changes_and_lose_none() {
    let (one, two, _) = tabs();
    let geese = block_on(one.add(&prepared("geese.md", GEESE), None, 1)).unwrap();
    // The second tab adds without having refreshed: the first one's document must survive.
    block_on(two.add(&prepared("ducks.md", DUCKS), None, 2)).unwrap();
    assert_eq!(names(&two), ["ducks.md", "geese.md"]);
    assert!(block_on(one.refresh()).unwrap());
    assert!(!block_on(one.refresh()).unwrap());
    assert_eq!(names(&one), names(&two));
    block_on(two.remove(&geese.id)).unwrap();
    // Removed elsewhere and not yet refreshed: no hit, no failure.
    block_on(one.refresh()).unwrap();
    assert!(block_on(one.search(&Query::words("goose"), 9)).unwrap().is_empty());
    assert_eq!(one.generation(), two.generation());
}

#[test]
fn vectors_may_come_later() {
    let (library, other, _) = tabs();
    let info = block_on(library.add(&prepared("a.md", GEESE), None, 1)).unwrap();
    assert!(!info.embedded);
    assert_eq!(library.missing_vectors("mini"), std::slice::from_ref(&info.id));
    let document = block_on(library.prepared(&info.id)).unwrap();
    assert_eq!(document.id(), info.id);
    assert!(document.texts_to_embed()[0].contains("goose flies"));
    let info = block_on(library.attach_vectors(&document, &vectors(&document, [1.0, 0.0]))).unwrap();
    assert!(info.embedded && library.missing_vectors("mini").is_empty());
    assert_eq!(library.missing_vectors("other").len(), 1);
    block_on(other.refresh()).unwrap();
    assert_eq!(other.list(), std::slice::from_ref(&info));
    let wrong = Vectors { encoder: "mini".into(), dim: 2, rows: Vec::new() };
    assert!(matches!(block_on(library.attach_vectors(&document, &wrong)), Err(KnowledgeError::Vectors { .. })));
    block_on(library.remove(&info.id)).unwrap();
    let late = block_on(library.attach_vectors(&document, &vectors(&document, [1.0, 0.0])));
    assert_eq!(late, Err(KnowledgeError::NotFound));
}

#[test]
fn a_damaged_segment_is_said_and_repaired_from_the_text() {
    let (library, _, store) = tabs();
    let geese = block_on(library.add(&prepared("geese.md", GEESE), None, 1)).unwrap();
    block_on(library.add(&prepared("ducks.md", DUCKS), None, 2)).unwrap();
    let (key, bytes) = block_on(store.scan(Table::Segments, geese.id.as_str())).unwrap().remove(0);
    let mut bytes = bytes.unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    block_on(store.commit(vec![Write::put(Table::Segments, key, bytes)])).unwrap();
    let library = block_on(Library::open(store, Rc::new(MemoryLock::default()))).unwrap();
    let expected = KnowledgeError::Segment { name: "geese.md".into(), source: SegmentError::Checksum };
    assert_eq!(library.problems(), [expected]);
    assert_eq!(library.list().len(), 2);
    assert_eq!(library.unsearchable(), std::slice::from_ref(&geese.id));
    assert_eq!(block_on(library.text(&geese.id)).unwrap().text, GEESE);
    assert_eq!(block_on(library.search(&Query::words("duck"), 9)).unwrap().len(), 1);
    block_on(library.reindex(&geese.id)).unwrap();
    assert!(library.problems().is_empty() && library.unsearchable().is_empty());
    assert_eq!(block_on(library.search(&Query::words("goose"), 9)).unwrap().len(), 1);
}

#[test]
fn a_damaged_manifest_is_made_anew_from_the_listings() {
    let (library, _, store) = tabs();
    block_on(library.add(&prepared("geese.md", GEESE), None, 1)).unwrap();
    block_on(store.commit(vec![Write::put(Table::Meta, "library", *b"{\"format\":1,")])).unwrap();
    let library = block_on(Library::open(store.clone(), Rc::new(MemoryLock::default()))).unwrap();
    assert_eq!(names(&library), ["geese.md"]);
    assert!(matches!(library.problems()[..], [KnowledgeError::Corrupt { record: "manifest", .. }]));
    block_on(library.add(&prepared("ducks.md", DUCKS), None, 2)).unwrap();
    assert!(library.problems().is_empty());
    let again = block_on(Library::open(store, Rc::new(MemoryLock::default()))).unwrap();
    assert_eq!((again.list().len(), again.problems().len()), (2, 0));
}

#[test]
fn a_newer_library_is_not_touched() {
    let store = Rc::new(MemoryStore::default());
    block_on(store.commit(vec![Write::put(Table::Meta, "library", *b"{\"format\":2,\"other\":[]}")])).unwrap();
    let opened = block_on(Library::open(store, Rc::new(MemoryLock::default())));
    assert_eq!(opened.err(), Some(KnowledgeError::Newer { found: 2, known: 1 }));
}

#[test]
fn a_full_store_changes_nothing() {
    let store = Rc::new(MemoryStore::with_limit(2_000));
    let library = block_on(Library::open(store, Rc::new(MemoryLock::default()))).unwrap();
    block_on(library.add(&prepared("geese.md", GEESE), None, 1)).unwrap();
    let long = format!("# Long\n\n{}", "Many words here. ".repeat(500));
    let full = block_on(library.add(&prepared("long.md", &long), None, 2));
    assert_eq!(full, Err(KnowledgeError::Store(StoreError::Full)));
    assert_eq!(names(&library), ["geese.md"]);
    assert!(block_on(library.search(&Query::words("words"), 9)).unwrap().is_empty());
}

/// A store whose database was deleted meanwhile.
struct Gone;

impl Store for Gone {
    fn get<'a>(&'a self, _: Table, _: &'a str) -> LocalFuture<'a, Result<Option<Vec<u8>>, StoreError>> {
        Box::pin(std::future::ready(Err(StoreError::Unavailable("deleted".into()))))
    }

    fn scan<'a>(&'a self, _: Table, _: &'a str) -> LocalFuture<'a, Result<Vec<Record>, StoreError>> {
        Box::pin(std::future::ready(Err(StoreError::Unavailable("deleted".into()))))
    }

    fn list<'a>(&'a self, _: Table, _: &'a str) -> LocalFuture<'a, Result<Vec<String>, StoreError>> {
        Box::pin(std::future::ready(Err(StoreError::Unavailable("deleted".into()))))
    }

    fn commit(&self, _: Vec<Write>) -> LocalFuture<'_, Result<(), StoreError>> {
        Box::pin(std::future::ready(Err(StoreError::Unavailable("deleted".into()))))
    }
}

#[test]
fn a_store_that_cannot_be_opened_is_a_typed_error() {
    let opened = block_on(Library::open(Rc::new(Gone), Rc::new(MemoryLock::default())));
    assert!(matches!(opened.err(), Some(KnowledgeError::Store(StoreError::Unavailable(_)))));
}

#[test]
fn a_span_becomes_a_passage_with_heading_and_line() {
    let (library, ..) = tabs();
    let info = block_on(library.add(&prepared("a.md", GEESE), None, 1)).unwrap();
    let start = GEESE.find("It eats").unwrap();
    let passage = block_on(library.passage(&info.id, Span::new(start, start + 14))).unwrap();
    assert_eq!((passage.text.as_str(), passage.heading.as_str(), passage.line), ("It eats grass.", "Geese", 3));
    let outside = block_on(library.passage(&info.id, Span::new(0, 10_000)));
    assert_eq!(outside, Err(KnowledgeError::NotFound));
}

#[test]
fn coverage_tells_known_words_from_unknown_ones() {
    let (library, ..) = tabs();
    block_on(library.add(&prepared("a.md", GEESE), None, 1)).unwrap();
    let coverage = library.coverage("What does the goose eat on Jupiter?");
    let found: Vec<_> = coverage.terms.iter().map(|term| (term.word.as_str(), term.found)).collect();
    assert_eq!(found, [("goose", true), ("eat", true), ("Jupiter", false)]);
    assert!(coverage.share() > 0.0 && coverage.share() < 0.67);
    assert_eq!(library.coverage("what is it?").terms, []);
}

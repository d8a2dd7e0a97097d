//! What is damaged, lost, full or of another version.

use super::*;

#[test]
fn a_damaged_segment_is_said_and_repaired_from_the_text() {
    let (library, _, store) = tabs();
    let geese = block_on(library.add(&prepared("geese.md", GEESE), 1)).unwrap();
    let (key, bytes) = block_on(store.scan(Table::Segments, "w-")).unwrap().remove(0);
    block_on(library.add(&prepared("ducks.md", DUCKS), 2)).unwrap();
    let mut bytes = bytes.unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    block_on(store.commit(vec![Write::put(Table::Segments, key.clone(), bytes)])).unwrap();
    let library = block_on(Library::open(store.clone(), Rc::new(MemoryLock::default()))).unwrap();
    let expected = KnowledgeError::Segment { documents: 1, source: SegmentError::Checksum };
    assert_eq!(library.problems(), [expected]);
    assert_eq!(library.list().len(), 2);
    assert_eq!(library.unsearchable(), std::slice::from_ref(&geese.id));
    assert_eq!(block_on(library.text(&geese.id)).unwrap().text, GEESE);
    assert_eq!(block_on(library.search(&Query::words("duck"), 9)).unwrap().len(), 1);
    block_on(library.reindex(std::slice::from_ref(&geese.id))).unwrap();
    assert!(library.problems().is_empty() && library.unsearchable().is_empty());
    assert_eq!(block_on(library.search(&Query::words("goose"), 9)).unwrap().len(), 1);
    assert_eq!(block_on(store.get(Table::Segments, &key)).unwrap(), None);
    assert_eq!(block_on(library.passage(&geese.id, Span::new(9, 12))).unwrap().heading, "Geese");
}

#[test]
fn lost_vectors_are_made_again() {
    let (library, _, store) = tabs();
    let info = block_on(library.add(&prepared("a.md", GEESE), 1)).unwrap();
    embed(&library, &info.id, [1.0, 0.0]);
    let key = block_on(store.list(Table::Segments, "v-")).unwrap().remove(0);
    block_on(store.commit(vec![Write::put(Table::Segments, key, *b"CNCLVVEC")])).unwrap();
    let library = block_on(Library::open(store.clone(), Rc::new(MemoryLock::default()))).unwrap();
    assert_eq!((library.problems(), library.missing_vectors("mini").len()), (vec![], 1));
    embed(&library, &info.id, [1.0, 0.0]);
    assert!(library.list()[0].embedded);
    assert_eq!(block_on(store.list(Table::Segments, "v-")).unwrap().len(), 1);
}

/// What the version before wrote: a listing with its headings, and no segment that can be read.
#[test]
fn a_library_of_format_1_is_indexed_again_from_its_texts() {
    let (library, _, store) = tabs();
    let info = block_on(library.add(&prepared("geese.md", GEESE), 1)).unwrap();
    let listing = serde_json::json!({
        "info": info, "kind": "Markdown", "segment": format!("{}-1", info.id),
        "outline": [{"span": {"start": 2, "end": 7}, "level": 1}],
    });
    let manifest = serde_json::json!({ "format": 1, "generation": 1, "segments": { info.id.as_str(): "x" } });
    let key = block_on(store.list(Table::Segments, "")).unwrap().remove(0);
    let id = info.id.as_str();
    block_on(store.commit(vec![
        Write::delete(Table::Segments, key),
        Write::delete(Table::Structures, id),
        Write::put(Table::Segments, format!("{id}-1"), *b"CNCLVSEG\x01\0"),
        Write::put(Table::Documents, id, listing.to_string()),
        Write::put(Table::Meta, "library", manifest.to_string()),
    ]))
    .unwrap();
    let library = block_on(Library::open(store.clone(), Rc::new(MemoryLock::default()))).unwrap();
    assert_eq!((names(&library), library.unsearchable().len()), (vec!["geese.md".to_owned()], 1));
    assert!(library.problems().is_empty());
    block_on(library.reindex(&library.unsearchable())).unwrap();
    let found = block_on(library.search(&Query::words("goose"), 9)).unwrap();
    assert_eq!((found.len(), found[0].heading.as_str()), (1, "Geese"));
    // Its old segment is gone.
    assert_eq!(block_on(store.list(Table::Segments, "")).unwrap().len(), 1);
}

#[test]
fn a_damaged_manifest_is_made_anew_from_the_listings() {
    let (library, _, store) = tabs();
    block_on(library.add(&prepared("geese.md", GEESE), 1)).unwrap();
    block_on(store.commit(vec![Write::put(Table::Meta, "library", *b"{\"format\":1,")])).unwrap();
    let library = block_on(Library::open(store.clone(), Rc::new(MemoryLock::default()))).unwrap();
    assert_eq!(names(&library), ["geese.md"]);
    assert!(matches!(library.problems()[..], [KnowledgeError::Corrupt { record: "manifest", .. }]));
    block_on(library.add(&prepared("ducks.md", DUCKS), 2)).unwrap();
    assert!(library.problems().is_empty());
    let again = block_on(Library::open(store, Rc::new(MemoryLock::default()))).unwrap();
    assert_eq!((again.list().len(), again.problems().len()), (2, 0));
}

#[test]
fn a_newer_library_is_not_touched() {
    let store = Rc::new(MemoryStore::default());
    block_on(store.commit(vec![Write::put(Table::Meta, "library", *b"{\"format\":3,\"other\":[]}")])).unwrap();
    let opened = block_on(Library::open(store, Rc::new(MemoryLock::default())));
    assert_eq!(opened.err(), Some(KnowledgeError::Newer { found: 3, known: 2 }));
}

#[test]
fn a_full_store_changes_nothing() {
    let store = Rc::new(MemoryStore::with_limit(2_500));
    let library = block_on(Library::open(store, Rc::new(MemoryLock::default()))).unwrap();
    block_on(library.add(&prepared("geese.md", GEESE), 1)).unwrap();
    let long = format!("# Long\n\n{}", "Many words here. ".repeat(500));
    let full = block_on(library.add(&prepared("long.md", &long), 2));
    assert_eq!(full, Err(KnowledgeError::Store(StoreError::Full)));
    assert_eq!(names(&library), ["geese.md"]);
    assert!(block_on(library.search(&Query::words("words"), 9)).unwrap().is_empty());
}

/// A store whose database was deleted meanwhile.
struct Gone;

impl Store for Gone {
    fn get_many<'a>(&'a self, _: &'a [(Table, &'a str)]) -> LocalFuture<'a, Result<Vec<Stored>, StoreError>> {
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
fn only_files_that_are_whole_and_of_documents_that_are_there_stay() {
    let (library, other, store) = tabs();
    let geese = block_on(library.add(&prepared("geese.md", GEESE), 1)).unwrap();
    let ducks = block_on(library.add(&prepared("ducks.md", DUCKS), 2)).unwrap();
    let (damaged, gone) = (DocumentId("e".repeat(32).into()), DocumentId("f".repeat(32).into()));
    let pieces = [(&geese.id, 0), (&ducks.id, 0), (&ducks.id, 1), (&damaged, 0), (&gone, 0), (&gone, 1)];
    let puts = pieces.map(|(id, piece)| Write::put(Table::Originals, original_key(id, piece), *b"a piece"));
    block_on(store.commit(puts.into())).unwrap();
    block_on(store.commit(vec![Write::put(Table::Documents, damaged.as_str(), *b"no listing")])).unwrap();
    let kept = || block_on(store.list(Table::Originals, "")).unwrap();
    assert_eq!(block_on(library.originals()).unwrap(), (1, geese.size_bytes), "what is not whole is none");
    block_on(library.drop_lost_originals_of(&[geese.id.clone(), ducks.id.clone()])).unwrap();
    assert_eq!(kept().len(), 4, "{:?}", kept());
    block_on(library.drop_lost_originals()).unwrap();
    let mut left = [original_key(&damaged, 0), original_key(&geese.id, 0)];
    left.sort();
    assert_eq!(kept(), left, "a record that cannot be read is a document all the same");
    // What another tab removed is known here, too.
    block_on(other.remove(&geese.id)).unwrap();
    let put = Write::put(Table::Originals, original_key(&geese.id, 0), *b"a piece");
    block_on(store.commit(vec![put])).unwrap();
    block_on(library.drop_lost_originals_of(std::slice::from_ref(&geese.id))).unwrap();
    assert_eq!(kept(), [original_key(&damaged, 0)]);
}

#![allow(clippy::unwrap_used, reason = "tests")]

use conclave_ports::{LocalFuture, MemoryLock, MemoryStore, Record, StoreError, Table, Write};
use pollster::block_on;

use super::*;
use crate::index::{Query, SegmentError};
use conclave_protocol::Span;

const GEESE: &str = "# Geese\n\nThe goose flies south in winter. It eats grass.\n";
const DUCKS: &str = "# Ducks\n\nThe duck swims on the lake. It eats plants.\n";

fn prepared(name: &str, text: &str) -> Prepared {
    Prepared::new(conclave_import::first(name, text.as_bytes()).unwrap())
}

/// Gives every passage of a document that has none the vector `row`, two passages at a time; says how many batches it took.
fn embed(library: &Library, id: &DocumentId, row: [f32; 2]) -> usize {
    let mut batches = 0;
    while let Some(missing) = library.next_missing(id, "mini", 2) {
        let texts = block_on(library.texts_to_embed(&missing)).unwrap();
        assert_eq!(texts.len(), missing.passages.len());
        let rows = vec![(id.clone(), missing.passages.start, vec![row.to_vec(); texts.len()])];
        block_on(library.attach(&PassageVectors { encoder: "mini".into(), dim: 2, rows })).unwrap();
        batches += 1;
    }
    batches
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
    let info = block_on(library.add(&prepared("geese.md", GEESE), 7)).unwrap();
    assert_eq!((info.title.as_str(), info.passages, info.added_ms, info.embedded), ("Geese", 1, 7, false));
    embed(&library, &info.id, [1.0, 0.0]);
    let again = block_on(Library::open(store, Rc::new(MemoryLock::default()))).unwrap();
    assert_eq!(again.list(), [DocumentInfo { embedded: true, ..info.clone() }]);
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
    let first = block_on(library.add(&prepared("a.md", GEESE), 1)).unwrap();
    let second = block_on(library.add(&prepared("b.md", GEESE), 2)).unwrap();
    assert_eq!(first.id, second.id);
    assert_eq!(names(&library), ["b.md"]);
    assert_eq!(block_on(library.search(&Query::words("goose"), 9)).unwrap().len(), 1);
}

#[test]
fn removing_leaves_nothing_in_the_store() {
    let (library, _, store) = tabs();
    let both = [prepared("a.md", GEESE), prepared("b.md", DUCKS)];
    let ids: Vec<DocumentId> = both.iter().map(Prepared::id).collect();
    block_on(library.add_all(&both, 1)).unwrap();
    ids.iter().for_each(|id| assert_eq!(embed(&library, id, [1.0, 0.0]), 1));
    let info = library.list().into_iter().find(|info| info.name == "a.md").unwrap();
    block_on(library.remove(&info.id)).unwrap();
    block_on(library.remove(&info.id)).unwrap();
    // The other one shared its segments with it.
    let holds = |bytes: &[u8], word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    for table in Table::ALL {
        for (key, record) in block_on(store.scan(table, "")).unwrap() {
            let record = record.unwrap();
            for word in [b"goose".as_slice(), b"Geese", b"a.md", info.id.as_str().as_bytes()] {
                assert!(!holds(&record, word) && !holds(key.as_bytes(), word), "{table:?} {key}");
            }
        }
    }
    assert_eq!(names(&library), ["b.md"]);
    let found = block_on(library.find(&Query::with_vector("duck", "mini", &[1.0, 0.0]), 5)).unwrap();
    assert!(found[0].similarity.is_some());
    block_on(library.remove(&found[0].passage.document)).unwrap();
    for table in [Table::Documents, Table::Structures, Table::Texts, Table::Segments] {
        assert_eq!(block_on(store.scan(table, "")).unwrap(), []);
    }
    assert!(library.list().is_empty());
    assert!(block_on(library.search(&Query::words("goose"), 9)).unwrap().is_empty());
    assert_eq!(block_on(library.text(&info.id)), Err(KnowledgeError::NotFound));
}

#[test]
fn two_tabs_see_each_others_changes_and_lose_none() {
    let (one, two, _) = tabs();
    let geese = block_on(one.add(&prepared("geese.md", GEESE), 1)).unwrap();
    // The second tab adds without having refreshed: the first one's document must survive.
    block_on(two.add(&prepared("ducks.md", DUCKS), 2)).unwrap();
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
fn vectors_come_in_batches_and_go_on_where_they_ended() {
    let (library, other, store) = tabs();
    let text: String =
        (0..5).map(|number| format!("# Part {number}\n\nThe goose flies south {number} times.\n\n")).collect();
    let info = block_on(library.add(&prepared("a.md", &text), 1)).unwrap();
    assert_eq!((info.passages, info.embedded), (5, false));
    assert_eq!(library.missing_vectors("mini"), std::slice::from_ref(&info.id));
    let missing = library.next_missing(&info.id, "mini", 2).unwrap();
    let texts = block_on(library.texts_to_embed(&missing)).unwrap();
    assert!(texts[1].contains("Part 1") && texts[1].contains("goose flies south 1 times"), "{texts:?}");
    let rows = vec![(info.id.clone(), 0, vec![vec![1.0, 0.0]; 2])];
    block_on(library.attach(&PassageVectors { encoder: "mini".into(), dim: 2, rows })).unwrap();
    // Killed here: another program goes on with the third passage.
    let next = block_on(Library::open(store.clone(), Rc::new(MemoryLock::default()))).unwrap();
    assert_eq!(next.next_missing(&info.id, "mini", 9).unwrap().passages, 2..5);
    assert_eq!(embed(&next, &info.id, [0.0, 1.0]), 2);
    assert!(next.list()[0].embedded && next.missing_vectors("mini").is_empty());
    assert_eq!(next.missing_vectors("other").len(), 1);
    block_on(other.refresh()).unwrap();
    assert_eq!(other.list(), next.list());
    let found = block_on(other.find(&Query::with_vector("x", "mini", &[1.0, 0.0]), 9)).unwrap();
    let similar = found.iter().filter(|found| found.similarity.unwrap() > 0.9).count();
    assert_eq!((found.len(), similar), (5, 2));
}

#[test]
fn vectors_that_do_not_fit_are_refused_and_those_of_removed_documents_left_out() {
    let (library, ..) = tabs();
    let info = block_on(library.add(&prepared("a.md", GEESE), 1)).unwrap();
    let attach = |first, row: Vec<f32>| {
        let rows = vec![(info.id.clone(), first, vec![row])];
        block_on(library.attach(&PassageVectors { encoder: "mini".into(), dim: 2, rows }))
    };
    assert!(matches!(attach(1, vec![1.0, 0.0]), Err(KnowledgeError::Vectors { .. })));
    assert!(matches!(attach(0, vec![1.0]), Err(KnowledgeError::Vectors { .. })));
    assert!(matches!(attach(0, vec![f32::NAN, 0.0]), Err(KnowledgeError::Vectors { .. })));
    assert!(library.next_missing(&info.id, "mini", 1).is_some());
    block_on(library.remove(&info.id)).unwrap();
    assert_eq!(attach(0, vec![1.0, 0.0]), Ok(()));
}

#[test]
fn another_encoder_replaces_the_vectors() {
    let (library, _, store) = tabs();
    let info = block_on(library.add(&prepared("a.md", GEESE), 1)).unwrap();
    embed(&library, &info.id, [1.0, 0.0]);
    let rows = vec![(info.id.clone(), 0, vec![vec![0.0, 0.0, 1.0]])];
    block_on(library.attach(&PassageVectors { encoder: "large".into(), dim: 3, rows })).unwrap();
    assert_eq!(block_on(store.list(Table::Segments, "v-")).unwrap().len(), 1);
    assert_eq!(library.missing_vectors("large"), []);
    assert_eq!(library.missing_vectors("mini").len(), 1);
}

#[test]
fn the_same_file_again_keeps_its_vectors_and_a_new_cut_drops_them() {
    let (library, _, store) = tabs();
    let text: String = (0..40).map(|number| format!("The goose flies south {number} times in winter. ")).collect();
    let document = prepared("a.md", &text);
    let info = block_on(library.add(&document, 1)).unwrap();
    embed(&library, &info.id, [1.0, 0.0]);
    assert!(block_on(library.add(&document, 2)).unwrap().embedded);
    let options = crate::ChunkOptions { max_pieces: 50, enough_pieces: 30, ..Default::default() };
    let smaller = Prepared::with_options(document.imported().clone(), &options);
    assert!(!block_on(library.add(&smaller, 3)).unwrap().embedded);
    let again = block_on(Library::open(store, Rc::new(MemoryLock::default()))).unwrap();
    assert_eq!(again.missing_vectors("mini").len(), 1);
}

#[test]
fn many_imports_become_few_segments_and_all_is_found() {
    let (library, _, store) = tabs();
    let mut ids = Vec::new();
    for number in 0..30 {
        let text = format!("Report{number} is about geese and nothing else.");
        let info = block_on(library.add(&prepared(&format!("{number}.txt"), &text), 1)).unwrap();
        embed(&library, &info.id, [1.0, 0.0]);
        ids.push(info.id);
    }
    assert!(block_on(store.list(Table::Segments, "")).unwrap().len() < 24);
    let again = block_on(Library::open(store.clone(), Rc::new(MemoryLock::default()))).unwrap();
    for library in [&library, &again] {
        assert_eq!(library.missing_vectors("mini"), []);
        let found = block_on(library.find(&Query::words("report17"), 5)).unwrap();
        assert_eq!((found.len(), &found[0].passage.document), (1, &ids[17]));
    }
    block_on(again.remove_all(&ids)).unwrap();
    assert_eq!(block_on(store.list(Table::Segments, "")).unwrap(), Vec::<String>::new());
}

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
    let info = block_on(library.add(&prepared("a.md", GEESE), 1)).unwrap();
    let start = GEESE.find("It eats").unwrap();
    let passage = block_on(library.passage(&info.id, Span::new(start, start + 14))).unwrap();
    assert_eq!((passage.text.as_str(), passage.heading.as_str(), passage.line), ("It eats grass.", "Geese", 3));
    let outside = block_on(library.passage(&info.id, Span::new(0, 10_000)));
    assert_eq!(outside, Err(KnowledgeError::NotFound));
}

#[test]
fn coverage_tells_known_words_from_unknown_ones() {
    let (library, ..) = tabs();
    block_on(library.add(&prepared("a.md", GEESE), 1)).unwrap();
    let coverage = library.coverage("What does the goose eat on Jupiter?");
    let found: Vec<_> = coverage.terms.iter().map(|term| (term.word.as_str(), term.found)).collect();
    assert_eq!(found, [("goose", true), ("eat", true), ("Jupiter", false)]);
    assert!(coverage.share() > 0.0 && coverage.share() < 0.67);
    assert_eq!(library.coverage("what is it?").terms, []);
}

#[test]
fn tags_are_kept_tidy_and_survive_another_import() {
    let (library, other, store) = tabs();
    let info = block_on(library.add(&prepared("a.md", GEESE), 1)).unwrap();
    let tags = ["  Birds ", "birds", "", "a  very\tlong", "Älter"].map(str::to_owned);
    let tagged = block_on(library.tag(&info.id, &tags)).unwrap();
    assert_eq!(tagged.tags, ["a very long", "Birds", "Älter"]);
    block_on(library.add(&prepared("b.md", GEESE), 2)).unwrap();
    block_on(other.refresh()).unwrap();
    assert_eq!((names(&other), &other.list()[0].tags), (vec!["b.md".to_owned()], &tagged.tags));
    let again = block_on(Library::open(store, Rc::new(MemoryLock::default()))).unwrap();
    assert_eq!(again.list(), library.list());
    assert_eq!(block_on(library.tag(&DocumentId("none".into()), &[])), Err(KnowledgeError::NotFound));
}

#[test]
fn documents_that_are_nearly_the_same_are_told() {
    let (library, ..) = tabs();
    let report: String = (0..200).map(|number| format!("The goose number {number} flies south. ")).collect();
    let first = block_on(library.add(&prepared("a.txt", &report), 1)).unwrap();
    block_on(library.add(&prepared("b.md", DUCKS), 2)).unwrap();
    let second = block_on(library.add(&prepared("c.txt", &format!("{report}The end.")), 3)).unwrap();
    assert_eq!(library.duplicates(), [vec![first.id, second.id.clone()]]);
    block_on(library.remove(&second.id)).unwrap();
    assert!(library.duplicates().is_empty());
}

#[test]
fn a_passage_says_on_which_page_it_stands() {
    use conclave_protocol::imported::{Anchor, Place};
    let (library, _, store) = tabs();
    let mut imported = conclave_import::first("a.md", GEESE.as_bytes()).unwrap();
    let second = GEESE.find("The goose").unwrap();
    imported.anchors = vec![Anchor { at: 0, place: Place::Page(1) }, Anchor { at: second, place: Place::Page(2) }];
    let id = block_on(library.add(&Prepared::new(imported), 1)).unwrap().id;
    let again = block_on(Library::open(store, Rc::new(MemoryLock::default()))).unwrap();
    for library in [&library, &again] {
        assert_eq!(block_on(library.passage(&id, Span::new(second, second + 9))).unwrap().place, Some(Place::Page(2)));
        let found = block_on(library.search(&Query::words("goose"), 1)).unwrap();
        assert_eq!(found[0].place, Some(Place::Page(1)));
        assert_eq!(block_on(library.text(&id)).unwrap().anchors.len(), 2);
    }
}

#[test]
fn the_graph_is_stored_read_back_and_gone_with_a_document() {
    use crate::index::vectors::{GRAPH_ROWS, Phase, Upkeep};
    let (library, _, store) = tabs();
    // One document with as many passages as a graph needs, and a small one.
    let line = |number: u32| format!("Goose{number} flies.\n\n");
    let text: String = (0..GRAPH_ROWS + 100).map(line).collect();
    let options = crate::ChunkOptions { max_pieces: 6, enough_pieces: 1, ..Default::default() };
    let large = Prepared::with_options(conclave_import::first("large.txt", text.as_bytes()).unwrap(), &options);
    let large = block_on(library.add(&large, 1)).unwrap();
    let small = block_on(library.add(&prepared("ducks.md", DUCKS), 2)).unwrap();
    assert!(large.passages > GRAPH_ROWS);
    let vector = |number: usize| {
        let mut state = number as u32;
        let mut component = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..16).map(|_| component()).collect::<Vec<f32>>()
    };
    let rows = (0..large.passages as usize).map(vector).collect();
    let rows = vec![(large.id.clone(), 0, rows), (small.id.clone(), 0, vec![vec![0.25; 16]])];
    block_on(library.attach(&PassageVectors { encoder: "mini".into(), dim: 16, rows })).unwrap();
    block_on(library.keep_graph()).unwrap();
    assert!(block_on(store.list(Table::Segments, "g-")).unwrap().is_empty());
    while library.upkeep(1_000_000) != Upkeep::Idle {}
    block_on(library.keep_graph()).unwrap();
    let keys = block_on(store.list(Table::Segments, "g-")).unwrap();
    assert!(keys.len() > 1);
    let again = block_on(Library::open(store.clone(), Rc::new(MemoryLock::default()))).unwrap();
    // Nothing is left to build, and what it finds is what it found.
    assert!(!matches!(again.upkeep(1), Upkeep::Working { phase: Phase::Building, .. }));
    for number in [0, 777, 15_000] {
        let values = vector(number);
        let search =
            |library: &Library| block_on(library.find(&Query::with_vector("nothing", "mini", &values), 3)).unwrap();
        assert_eq!(search(&again), search(&library));
        assert_eq!(search(&again)[0].passage.text, line(number as u32).trim());
    }
    block_on(again.remove(&small.id)).unwrap();
    assert!(block_on(store.list(Table::Segments, "g-")).unwrap().is_empty());
    block_on(again.keep_graph()).unwrap();
    assert!(!block_on(store.list(Table::Segments, "g-")).unwrap().is_empty());
}

#[test]
fn the_query_language_finds_excerpts_with_marked_words() {
    let (library, ..) = tabs();
    let geese = block_on(library.add(&prepared("geese.md", GEESE), 7)).unwrap();
    block_on(library.add(&prepared("ducks.txt", DUCKS), 1_709_251_200_000)).unwrap();
    block_on(library.tag(&geese.id, &["To read".into()])).unwrap();
    let look = |query: &str| {
        let found = block_on(library.look_up(query, None, 5)).unwrap();
        for one in &found {
            assert!(one.highlights.iter().all(|place| place.of(&one.found.passage.text).is_some()));
            let text = block_on(library.text(&one.found.passage.document)).unwrap().text;
            assert_eq!(one.found.passage.span.of(&text), Some(one.found.passage.text.as_str()));
        }
        found.into_iter().map(|one| one.found.passage.title).collect::<Vec<_>>()
    };
    assert_eq!(look("eats").len(), 2);
    for (query, title) in [
        ("\"eats grass\"", "Geese"),
        ("eats -grass", "ducks.txt"),
        ("eats tag:\"to read\"", "Geese"),
        ("eats type:markdown", "Geese"),
        ("eats after:2024", "ducks.txt"),
        ("before:2024", "Geese"),
        ("swim* OR zebra", "ducks.txt"),
        ("gosse~", "Geese"),
        ("wnter", "Geese"),
        ("title:ducks eats", "ducks.txt"),
        ("name:geese.md", "Geese"),
        ("eats -\"eats plants\"", "Geese"),
    ] {
        assert_eq!(look(query), [title], "{query}");
    }
    assert!(look("\"grass eats\"").is_empty() && look("eats AND zebra").is_empty() && look("tag:none").is_empty());
    let found = block_on(library.look_up("flying geese", None, 5)).unwrap();
    let text = &found[0].found.passage.text;
    let marked: Vec<_> = found[0].highlights.iter().map(|place| place.of(text).unwrap()).collect();
    assert!(marked.contains(&"flies") && marked.contains(&"Geese"), "{marked:?}");
}

#[test]
fn what_says_the_same_is_shown_after_what_is_new() {
    let (library, ..) = tabs();
    for (name, text) in [
        ("a.txt", "The goose flies south in winter, they say."),
        ("b.txt", "The goose flies south in winter, they said."),
        ("c.txt", "Winter is when a grey goose leaves the lake behind."),
    ] {
        block_on(library.add(&prepared(name, text), 7)).unwrap();
    }
    let found = block_on(library.look_up("goose winter", None, 2)).unwrap();
    let mut names: Vec<_> = found.into_iter().map(|one| one.found.passage.title).collect();
    names.sort();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&"c.txt".to_owned()), "{names:?}");
}

#![allow(clippy::unwrap_used, reason = "tests")]

mod catalog;
mod damage;
mod meaning;
mod opening;
mod reading;
mod register;

use conclave_ports::{LocalFuture, MemoryLock, MemoryStore, Record, StoreError, Stored, Table, Write};
use pollster::block_on;

use super::*;
use crate::index::{Query, QueryVector, SegmentError};
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
    assert_eq!((names(&library), library.counts()), (vec!["b.md".to_owned()], (1, 1)));
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
fn the_query_language_finds_excerpts_with_marked_words() {
    let (library, ..) = tabs();
    let geese = block_on(library.add(&prepared("geese.md", GEESE), 7)).unwrap();
    block_on(library.add(&prepared("ducks.txt", DUCKS), 1_709_251_200_000)).unwrap();
    block_on(library.change_tags(std::slice::from_ref(&geese.id), &["To read".into()], &[])).unwrap();
    let look = |query: &str| {
        let found = block_on(library.look_up(query, None, 5)).unwrap();
        for one in &found {
            assert!(one.passage.highlights.iter().all(|place| place.of(&one.passage.text).is_some()));
            let text = block_on(library.text(&one.passage.document)).unwrap().text;
            assert_eq!(one.passage.span.of(&text), Some(one.passage.text.as_str()));
        }
        found.into_iter().map(|one| one.passage.title).collect::<Vec<_>>()
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
    let text = &found[0].passage.text;
    let marked: Vec<_> = found[0].passage.highlights.iter().map(|place| place.of(text).unwrap()).collect();
    assert!(marked.contains(&"flies") && marked.contains(&"Geese"), "{marked:?}");
    let found = block_on(library.look_up("wnter", None, 5)).unwrap();
    let marked = found[0].passage.highlights[0].of(&found[0].passage.text);
    assert_eq!(marked, Some("winter"), "what a mistyped word was read as");
}

#[test]
fn text_in_any_script_is_found_and_cited_exactly() {
    let (library, ..) = tabs();
    let samples = [
        ("ru.txt", "Гуси улетают на юг зимой. 🦆", "гуси зимой"),
        ("he.txt", "האווז עף דרומה בחורף.", "האווז בחורף"),
        ("ar.txt", "تطير الإوزة جنوبًا في الشتاء.", "الشتاء جنوبا"),
        ("hi.txt", "हंस सर्दियों में दक्षिण की ओर उड़ता है।", "हंस दक्षिण"),
        ("zh.txt", "大雁在冬天飞往南方。", "大雁南方"),
        ("ja.txt", "雁は冬に南へ飛ぶ。", "冬に南へ"),
        ("ko.txt", "기러기는 겨울에 남쪽으로 날아간다.", "겨울에 남쪽으로"),
        ("th.txt", "ห่านบินไปทางใต้ในฤดูหนาว", "ห่านบิน"),
        ("el.txt", "Οι χήνες πετούν νότια τον χειμώνα.", "χηνες χειμωνα"),
        ("de.txt", "Gänse fliegen im Winter nach Süden 👩‍👩‍👧.", "Gaense? ganse suden"),
    ];
    for (name, text, _) in samples {
        block_on(library.add(&prepared(name, text), 7)).unwrap();
    }
    for (name, text, query) in samples {
        let found = block_on(library.look_up(query, None, 3)).unwrap();
        assert!(!found.is_empty(), "{name}: nothing for {query}");
        let passage = &found[0].passage;
        assert_eq!(passage.title, name, "{query}");
        assert_eq!(passage.span.of(text), Some(passage.text.as_str()), "{name}");
    }
}

#[test]
fn what_has_nothing_to_do_with_the_question_is_not_shown() {
    let (library, ..) = tabs();
    block_on(library.add(&prepared("geese.md", GEESE), 7)).unwrap();
    let asked = "How high is the parliament's budget for the construction of railway bridges in winter?";
    let found = block_on(library.find(&Query::words(asked), 5)).unwrap();
    assert!(!found.is_empty(), "one word occurs");
    assert!(block_on(library.look_up(asked, None, 5)).unwrap().is_empty());
    // What a condition asks for is shown, and so is what is meant by a word that is written wrongly.
    assert!(!block_on(library.look_up(&format!("{asked} type:markdown"), None, 5)).unwrap().is_empty());
    assert!(!block_on(library.look_up("wnter", None, 5)).unwrap().is_empty());
}

#[test]
fn a_passage_near_in_meaning_is_shown_without_a_common_word() {
    let (library, ..) = tabs();
    let geese = block_on(library.add(&prepared("geese.md", GEESE), 7)).unwrap();
    let rows = vec![vec![1.0, 0.0]; library.passages(&geese.id)];
    let vectors = PassageVectors { encoder: "mini".into(), dim: 2, rows: vec![(geese.id, 0, rows)] };
    block_on(library.attach(&vectors)).unwrap();
    let shown = |values: [f32; 2]| {
        let vector = Some(QueryVector { encoder: "mini", values: &values });
        block_on(library.look_up("migratory waterfowl", vector, 5)).unwrap().len()
    };
    assert!(shown([0.8, 0.6]) > 0);
    assert_eq!(shown([0.2, 0.98]), 0);
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
    let mut names: Vec<_> = found.into_iter().map(|one| one.passage.title).collect();
    names.sort();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&"c.txt".to_owned()), "{names:?}");
}

//! Vectors, their batches and the graph over them.

use super::*;
use crate::index::vectors::{GRAPH_ROWS, Phase, Upkeep};

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
    assert_eq!((next.lacking(&info.id, "mini"), next.lacking(&info.id, "other")), (3, 5));
    assert_eq!(embed(&next, &info.id, [0.0, 1.0]), 2);
    assert!(next.list()[0].embedded && next.missing_vectors("mini").is_empty());
    assert_eq!(next.lacking(&info.id, "mini"), 0);
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

/// A passage of the large document below.
fn line(number: usize) -> String {
    format!("Goose{number} flies.\n\n")
}

/// Its vector.
fn vector(number: usize) -> Vec<f32> {
    let mut state = number as u32;
    let mut component = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..16).map(|_| component()).collect()
}

/// One document with as many passages as a graph needs, and a small one, each with its vectors in a segment of its own; the
/// graph is not made.
pub(super) fn large_and_small() -> (Library, Rc<MemoryStore>, DocumentInfo, DocumentInfo) {
    let (library, _, store) = tabs();
    let text: String = (0..GRAPH_ROWS as usize + 100).map(line).collect();
    let options = crate::ChunkOptions { max_pieces: 6, enough_pieces: 1, ..Default::default() };
    let large = Prepared::with_options(conclave_import::first("large.txt", text.as_bytes()).unwrap(), &options);
    let large = block_on(library.add(&large, 1)).unwrap();
    let small = block_on(library.add(&prepared("ducks.md", DUCKS), 2)).unwrap();
    assert!(large.passages > GRAPH_ROWS);
    let attach = |id: &DocumentId, rows: Vec<Vec<f32>>| {
        let rows = vec![(id.clone(), 0, rows)];
        block_on(library.attach(&PassageVectors { encoder: "mini".into(), dim: 16, rows })).unwrap();
    };
    attach(&large.id, (0..large.passages as usize).map(vector).collect());
    attach(&small.id, vec![vec![0.25; 16]]);
    (library, store, large, small)
}

/// Makes the graph, and stores it.
pub(super) fn make_graph(library: &Library) {
    while library.upkeep(1_000_000) != Upkeep::Idle {}
    block_on(library.keep_graph()).unwrap();
}

/// Both find the same, and what was asked for.
pub(super) fn assert_same_neighbours(one: &Library, other: &Library) {
    for number in [0, 777, 15_000] {
        let values = vector(number);
        let search =
            |library: &Library| block_on(library.find(&Query::with_vector("nothing", "mini", &values), 3)).unwrap();
        assert_eq!(search(one), search(other));
        assert_eq!(search(one)[0].passage.text, line(number).trim());
    }
}

/// Nothing is left to build.
pub(super) fn has_graph(library: &Library) -> bool {
    !matches!(library.upkeep(1), Upkeep::Working { phase: Phase::Building, .. })
}

#[test]
fn the_graph_is_stored_read_back_and_gone_with_a_document() {
    let (library, store, _, small) = large_and_small();
    block_on(library.keep_graph()).unwrap();
    assert!(block_on(store.list(Table::Segments, "g-")).unwrap().is_empty());
    make_graph(&library);
    assert!(block_on(store.list(Table::Segments, "g-")).unwrap().len() > 1);
    let again = block_on(Library::open(store.clone(), Rc::new(MemoryLock::default()))).unwrap();
    assert!(has_graph(&again));
    assert_same_neighbours(&again, &library);
    block_on(again.remove(&small.id)).unwrap();
    assert!(block_on(store.list(Table::Segments, "g-")).unwrap().is_empty());
    block_on(again.keep_graph()).unwrap();
    assert!(!block_on(store.list(Table::Segments, "g-")).unwrap().is_empty());
}

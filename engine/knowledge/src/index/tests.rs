#![allow(clippy::unwrap_used, reason = "tests")]

use conclave_protocol::DocumentId;

use super::fusion::Fusion;
use super::*;
use crate::chunk::{ChunkOptions, chunk};
use conclave_protocol::imported::Kind;

/// Id, title, text, and the vector of each passage.
type Sample<'a> = (&'a str, &'a str, &'a str, Option<[f32; 2]>);

fn insert(index: &mut Index, number: u64, documents: &[Sample<'_>]) {
    let mut words = SegmentBuilder::new();
    let mut vectors = Embeddings::new("mini", 2);
    for (id, title, text, row) in documents {
        let id = DocumentId((*id).into());
        let chunks = chunk(text, &[], Kind::Plain, &ChunkOptions::default());
        words.add(&id, title, text, &chunks);
        if let Some(row) = row {
            assert!(vectors.push(&id, 0, &vec![row.to_vec(); chunks.len()]));
        }
    }
    index.insert(SegmentId(number), words.finish());
    if !vectors.is_empty() {
        assert_eq!(index.insert_vectors(&vectors), []);
    }
}

/// Each document in a segment of its own.
fn index(documents: &[Sample<'_>]) -> Index {
    let mut index = Index::default();
    for (number, document) in (1..).zip(documents) {
        insert(&mut index, number, std::slice::from_ref(document));
    }
    index
}

fn ids(hits: &[Hit]) -> Vec<&str> {
    hits.iter().map(|hit| hit.document.as_str()).collect()
}

fn sample() -> Index {
    index(&[
        ("a", "Birds", "The goose flies south in winter.", Some([1.0, 0.0])),
        ("b", "Cars", "The engine has four cylinders and a goose on it, a steel goose.", Some([0.0, 1.0])),
        ("c", "Boats", "The ship sails. The winter is cold for ships and sailors.", None),
    ])
}

#[test]
fn words_rank_by_rarity_frequency_and_length() {
    let index = sample();
    let search = |text| ids(&index.search(&Query::words(text), Mode::Words, 9)).join("");
    assert_eq!(search("goose in winter"), "abc");
    assert_eq!(search("GEESE? No: engines"), "b");
    assert_eq!(search("ships"), "c");
    assert_eq!(search("zebra"), "");
    assert_eq!(search(""), "");
}

#[test]
fn a_title_lifts_every_passage_of_its_document() {
    let index = sample();
    assert_eq!(ids(&index.search(&Query::words("birds"), Mode::Words, 9)), ["a"]);
    let hits = index.search(&Query::words("goose cars"), Mode::Words, 9);
    assert_eq!(ids(&hits), ["b", "a"]);
}

#[test]
fn meaning_ranks_by_cosine_and_skips_other_encoders() {
    let index = sample();
    let values = [0.8, 0.6];
    let hits = index.search(&Query::with_vector("x", "mini", &values), Mode::Dense, 9);
    assert_eq!(ids(&hits), ["a", "b"]);
    assert!((hits[0].score - 0.8).abs() < 0.01 && (hits[1].similarity.unwrap() - 0.6).abs() < 0.01);
    assert!(index.search(&Query::with_vector("x", "other", &values), Mode::Dense, 9).is_empty());
    assert!(index.search(&Query::with_vector("x", "mini", &[1.0]), Mode::Dense, 9).is_empty());
    assert!(index.search(&Query::words("goose"), Mode::Dense, 9).is_empty());
}

#[test]
fn both_rankings_count_and_passages_without_vectors_are_found_by_words() {
    let index = sample();
    let hits = index.search(&Query::with_vector("winter ships", "mini", &[1.0, 0.0]), Mode::Hybrid, 9);
    assert_eq!(ids(&hits), ["c", "a", "b"]);
    assert_eq!(hits[0].similarity, None);
    assert_eq!(hits[2].words, 0.0);
}

#[test]
fn a_query_vector_that_is_no_number_is_left_out() {
    let index = sample();
    let hits = index.search(&Query::with_vector("goose", "mini", &[f32::NAN, 0.0]), Mode::Hybrid, 9);
    assert_eq!(ids(&hits), ["b", "a"]);
}

#[test]
fn equal_scores_keep_one_order_and_limits_hold() {
    let index = index(&[("c", "", "same words", None), ("a", "", "same words", None), ("b", "", "same words", None)]);
    assert_eq!(ids(&index.search(&Query::words("same"), Mode::Hybrid, 2)), ["c", "a"]);
    assert!(index.search(&Query::words("same"), Mode::Hybrid, 0).is_empty());
}

#[test]
fn removing_a_segment_restores_the_statistics() {
    let mut index = sample();
    let before = index.search(&Query::words("goose winter"), Mode::Words, 9);
    insert(&mut index, 9, &[("d", "", "goose goose goose", None)]);
    assert_ne!(index.search(&Query::words("goose winter"), Mode::Words, 9), before);
    index.remove(SegmentId(9));
    assert_eq!(index.search(&Query::words("goose winter"), Mode::Words, 9), before);
    assert_eq!(index.passages(), 3);
}

#[test]
fn one_segment_ranks_as_many_do_and_keeps_vectors_when_documents_move() {
    let mut many = sample();
    let query = Query::with_vector("winter goose", "mini", &[0.6, 0.8]);
    let before = many.search(&query, Mode::Hybrid, 9);
    let segments: Vec<&Segment> = (1..=3).map(|number| many.segment(SegmentId(number)).unwrap()).collect();
    let merged = Segment::merge(&segments, |_, _| true);
    many.insert(SegmentId(4), merged);
    (1..=3).for_each(|number| many.remove(SegmentId(number)));
    assert_eq!(many.search(&query, Mode::Hybrid, 9), before);
    // Gone with its vector: its row is taken by nobody.
    many.forget(&DocumentId("a".into()));
    assert_eq!(ids(&many.search(&query, Mode::Hybrid, 9)), ["b", "c"]);
    assert_eq!(ids(&many.search(&query, Mode::Dense, 9)), ["b"]);
}

#[test]
fn fused_scores_are_means_of_shares_of_the_best() {
    let (words, similar) = (vec![(0, 8.0), (1, 4.0)], vec![(2, 0.8), (0, 0.2)]);
    let at = |ranking: &[(u32, f32)], place| ranking.iter().find(|(at, _)| *at == place).map(|(_, score)| *score);
    let words_at = |place| at(&words, place).unwrap_or(0.0);
    let fused = Fusion::Scores { meaning: 0.5 }.fuse(&words, &similar, words_at, |place| at(&similar, place));
    // Both, the meaning with a quarter of the best, squared; words alone, because it has no vector; meaning alone.
    let expected = [(0, 0.5 + 0.031_25), (1, 0.5), (2, 0.5)];
    for ((place, score), (expected_place, expected)) in fused.into_iter().zip(expected) {
        assert_eq!(place, expected_place);
        assert!((score - expected).abs() < 1e-6, "{place:?} {score}");
    }
}

#[test]
fn opposite_and_missing_similarities_do_not_break_the_fusion() {
    let fused = Fusion::default().fuse(&Vec::new(), &vec![(0, -0.5)], |_| 0.0, |_| Some(-0.5));
    assert_eq!(fused, [(0, 0.0)]);
    assert!(Fusion::default().fuse(&Vec::new(), &Vec::new(), |_| 0.0, |_| None).is_empty());
}

#[test]
fn fused_ranks_are_sums_of_reciprocals() {
    let (words, similar) = (vec![(0, 8.0), (1, 4.0)], vec![(2, 0.8), (0, 0.2)]);
    let fused = Fusion::Ranks { k: 60.0 }.fuse(&words, &similar, |_| 0.0, |_| None);
    let expected = [(0, 1.0 / 61.0 + 1.0 / 62.0), (1, 1.0 / 62.0), (2, 1.0 / 61.0)];
    assert_eq!(fused.len(), expected.len());
    for ((place, score), (expected_place, expected)) in fused.into_iter().zip(expected) {
        assert_eq!(place, expected_place);
        assert!((score - expected).abs() < 1e-6, "{place:?} {score}");
    }
}

#[test]
fn a_passage_counts_for_more_where_its_document_is_about_the_question() {
    let filler = "Nothing of it is said here at all, and more words follow. ".repeat(30);
    let mut index = index(&[
        ("aside", "", &format!("{filler} The goose flies by. {filler}"), None),
        (
            "about",
            "Winter",
            &format!("The birds of winter. {filler} The goose flies by. {filler} In winter it is cold."),
            None,
        ),
        ("none", "", &filler, None),
    ]);
    let found = |index: &Index| {
        let hits = index.search(&Query::words("goose winter"), Mode::Words, 9);
        hits.into_iter().map(|hit| (hit.document.to_string(), hit.words, hit.score)).collect::<Vec<_>>()
    };
    let with = found(&index);
    assert!(with.iter().all(|(id, words, score)| id != "none" && *words > 0.0 && (0.0..=1.0).contains(score)));
    let place = |all: &[(String, f32, f32)], id: &str| all.iter().position(|(one, ..)| one == id);
    assert_eq!(place(&with, "aside"), Some(with.len() - 1), "{with:?}");
    index.bm25.document = 0.0;
    assert!(place(&found(&index), "aside") < Some(with.len() - 1), "{:?}", found(&index));
}

#[test]
fn documents_that_are_gone_or_replaced_give_their_passages_nothing() {
    let mut index = sample();
    let before = index.search(&Query::words("goose winter"), Mode::Words, 9);
    // A later segment holds "c" again; then it is forgotten.
    insert(&mut index, 7, &[("c", "Boats", "The ship sails. The winter is cold for ships and sailors.", None)]);
    let again = index.search(&Query::words("goose winter"), Mode::Words, 9);
    assert_eq!(ids(&before), ids(&again));
    index.forget(&DocumentId("c".into()));
    assert_eq!(ids(&index.search(&Query::words("goose winter"), Mode::Words, 9)), ["a", "b"]);
}

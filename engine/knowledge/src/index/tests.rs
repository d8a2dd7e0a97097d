#![allow(clippy::unwrap_used, reason = "tests")]

use conclave_protocol::DocumentId;

use super::fusion::Fusion;
use super::*;
use crate::chunk::{ChunkOptions, chunk};
use conclave_protocol::imported::Kind;

fn segment(title: &str, text: &str, row: Option<[f32; 2]>) -> Segment {
    let chunks = chunk(text, &[], Kind::Plain, &ChunkOptions::default());
    let rows = row.map(|row| vec![row.to_vec(); chunks.len()]);
    let vectors = rows.map(|rows| Vectors { encoder: "mini".into(), dim: 2, rows });
    Segment::build(title, text, &chunks, vectors.as_ref())
}

fn index(documents: &[(&str, &str, &str, Option<[f32; 2]>)]) -> Index {
    let mut index = Index::default();
    for (id, title, text, row) in documents {
        index.insert(DocumentId((*id).to_owned()), segment(title, text, *row));
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
    assert_eq!(ids(&index.search(&Query::words("same"), Mode::Hybrid, 2)), ["a", "b"]);
    assert!(index.search(&Query::words("same"), Mode::Hybrid, 0).is_empty());
}

#[test]
fn removing_a_document_restores_the_statistics() {
    let mut index = sample();
    let before = index.search(&Query::words("goose winter"), Mode::Words, 9);
    index.insert(DocumentId("d".into()), segment("", "goose goose goose", None));
    assert_ne!(index.search(&Query::words("goose winter"), Mode::Words, 9), before);
    index.remove(&DocumentId("d".into()));
    assert_eq!(index.search(&Query::words("goose winter"), Mode::Words, 9), before);
    assert_eq!(index.passages(), 3);
}

#[test]
fn fused_scores_are_means_of_shares_of_the_best() {
    let (words, similar) = (vec![((0, 0), 8.0), ((1, 0), 4.0)], vec![((0, 0), 0.2), ((2, 0), 0.8)]);
    let fused = Fusion { meaning: 0.5 }.fuse(&words, &similar, 9);
    // Both; words alone, because it has no vector; meaning alone.
    let expected = [((0, 0), 0.5 + 0.125), ((1, 0), 0.5), ((2, 0), 0.5)];
    for ((place, score), (expected_place, expected)) in fused.into_iter().zip(expected) {
        assert_eq!(place, expected_place);
        assert!((score - expected).abs() < 1e-6, "{place:?} {score}");
    }
}

#[test]
fn opposite_and_missing_similarities_do_not_break_the_fusion() {
    let fused = Fusion::default().fuse(&Vec::new(), &vec![((0, 0), -0.5)], 9);
    assert_eq!(fused, [((0, 0), 0.0)]);
    assert!(Fusion::default().fuse(&Vec::new(), &Vec::new(), 9).is_empty());
}

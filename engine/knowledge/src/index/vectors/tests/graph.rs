//! The graph against looking at every row.

use proptest::prelude::*;

use super::super::graph::search::Sought;
use super::super::graph::{Graph, Scratch};
use super::super::samples::Law;
use super::super::upkeep::Navigation;
use super::*;

const DIM: usize = 24;

/// A set with a graph, however few its rows.
pub fn navigated(vectors: impl IntoIterator<Item = Vec<f32>>) -> VectorSet {
    let mut set = VectorSet::new("e", DIM).unwrap();
    for vector in vectors {
        set.push(&vector).unwrap();
    }
    set.navigation = Some(Box::default());
    finish(&mut set);
    set
}

pub fn sample(count: usize, seed: u64) -> VectorSet {
    navigated(Law::new(DIM, seed).vectors(0).take(count))
}

fn finish(set: &mut VectorSet) {
    while set.upkeep(100_000) != Upkeep::Idle {}
}

pub fn queries(seed: u64) -> Vec<VectorQuery> {
    Law::new(DIM, seed).vectors(1).take(40).map(|vector| VectorQuery::new(&vector).unwrap()).collect()
}

/// The share of the ten nearest that is found, after checks that hold for any search.
fn recall(set: &VectorSet, queries: &[VectorQuery], effort: Effort, filter: Option<Filter<'_>>) -> f64 {
    let (mut hits, mut wanted) = (0, 0);
    for query in queries {
        let exact = set.search(query, 10, Effort::Exact, filter);
        let found = set.search(query, 10, effort, filter);
        assert_eq!(found.len(), exact.len());
        for pair in found.windows(2) {
            assert!(pair[0].1 > pair[1].1 || pair[0].1 == pair[1].1 && pair[0].0 < pair[1].0, "{found:?}");
        }
        for (row, score) in &found {
            assert_eq!(set.cosine(*row, query), Some(*score), "a removed row, or another score");
            assert!(filter.is_none_or(|filter| filter(*row)));
        }
        wanted += exact.len();
        hits += found.iter().filter(|found| exact.contains(found)).count();
    }
    if wanted == 0 { 1.0 } else { hits as f64 / wanted as f64 }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    /// Rows come and go, in pieces of work of any size, and what is found stays what there is.
    #[test]
    fn rows_that_come_and_go(
        seed in 0u64..1000,
        steps in proptest::collection::vec((1u64..40_000, 0usize..80, 0u32..60, any::<u32>()), 1..8),
    ) {
        let mut set = sample(300, seed);
        let law = Law::new(DIM, seed);
        let mut more = law.vectors(2);
        let queries = queries(seed);
        for (work, pushed, removed, first) in steps {
            more.by_ref().take(pushed).for_each(|vector| { set.push(&vector).unwrap(); });
            let first = first % set.len();
            (first..first.saturating_add(removed)).for_each(|row| { set.remove(row); });
            set.upkeep(work);
            prop_assert!(recall(&set, &queries, Effort::Candidates(48), None) > 0.95);
            prop_assert!(recall(&set, &queries, Effort::Usual, None) > 0.95);
        }
        finish(&mut set);
        prop_assert!(set.candidates().is_some());
        prop_assert!(recall(&set, &queries, Effort::Usual, None) > 0.97);
    }
}

#[test]
fn the_same_rows_give_the_same_graph_in_pieces_of_any_size() {
    let (at_once, mut in_pieces) = (sample(500, 3), VectorSet::new("e", DIM).unwrap());
    in_pieces.navigation = Some(Box::default());
    for vector in Law::new(DIM, 3).vectors(0).take(500) {
        in_pieces.push(&vector).unwrap();
        in_pieces.upkeep(1);
    }
    finish(&mut in_pieces);
    assert!(super::bytes::parts(&at_once) == super::bytes::parts(&in_pieces));
    assert!(super::bytes::parts(&at_once) != super::bytes::parts(&sample(500, 4)));
}

#[test]
fn a_graph_is_built_where_there_are_enough_rows_and_not_before() {
    let mut set = VectorSet::new("e", 1).unwrap();
    for _ in 0..GRAPH_ROWS - 1 {
        set.push_quantised(&[1]).unwrap();
    }
    assert_eq!((set.upkeep(1), set.graph_parts()), (Upkeep::Idle, 0));
    set.push_quantised(&[1]).unwrap();
    assert!(matches!(set.upkeep(1), Upkeep::Working { phase: Phase::Building, of: GRAPH_ROWS, .. }));
}

#[test]
fn a_repair_leaves_no_way_to_removed_rows() {
    let mut set = sample(600, 5);
    for row in (0..600).filter(|row| row % 4 != 1) {
        set.remove(row);
    }
    let leads = |set: &VectorSet| set.navigation.as_ref().unwrap().graph.leads_to_removed(&set.rows);
    assert!(leads(&set));
    finish(&mut set);
    assert!(!leads(&set));
    assert_eq!(set.navigation.as_ref().unwrap().graph.removed(&set.rows), 0);
    assert!(set.candidates().is_some(), "it was refused");
    assert!(recall(&set, &queries(5), Effort::Usual, None) > 0.97);
}

#[test]
fn a_set_that_lost_all_its_rows_begins_anew() {
    let mut set = sample(200, 6);
    (0..200).for_each(|row| assert!(set.remove(row)));
    assert!(set.search(&queries(6)[0], 10, Effort::Candidates(50), None).is_empty());
    Law::new(DIM, 6).vectors(0).take(150).for_each(|vector| assert!(set.push(&vector).is_ok()));
    assert_eq!(recall(&set, &queries(6), Effort::Candidates(50), None), 1.0, "scanned");
    finish(&mut set);
    assert!(recall(&set, &queries(6), Effort::Usual, None) > 0.97);
    assert!(set.candidates().is_some());
}

#[test]
fn filters_keep_their_recall_whatever_they_let_through() {
    let set = sample(700, 7);
    let queries = queries(7);
    for modulus in [1, 2, 5, 40, 300, 5000] {
        let filter = |row: u32| row % modulus == modulus / 2;
        let found = recall(&set, &queries, Effort::Usual, Some(&filter));
        assert!(found > 0.97, "one in {modulus}: {found}");
    }
    // Only what lies far from the query.
    for query in queries.iter().take(5) {
        let filter = |row: u32| set.cosine(row, query).is_some_and(|cosine| cosine < 0.0);
        assert!(recall(&set, std::slice::from_ref(query), Effort::Usual, Some(&filter)) > 0.89);
    }
}

/// A set has to be large for its filtered searches to go by the graph: here they are made to.
#[test]
fn a_filtered_walk_finds_what_it_may_and_knows_when_to_give_up() {
    let set = sample(700, 11);
    let navigation = set.navigation.as_ref().unwrap();
    let allowed = |row: u32| row.is_multiple_of(3);
    let (mut hits, mut scratch) = (0, Scratch::default());
    for query in queries(11) {
        let sought = Sought { rows: &set.rows, query: query.parts() };
        let found = navigation.graph.search(sought, 48, allowed, u64::MAX, &mut scratch).unwrap().into_sorted();
        assert!(found.len() == 48 && found.iter().all(|found| allowed(found.row())));
        let exact = set.search(&query, 10, Effort::Exact, Some(&allowed));
        hits += exact.iter().filter(|exact| found.iter().any(|found| found.row() == exact.0)).count();
        assert!(navigation.graph.search(sought, 48, allowed, 100, &mut scratch).is_none());
    }
    assert!(hits >= 390, "{hits} of 400");
}

#[test]
fn copies_of_one_text_are_found() {
    let law = Law::new(DIM, 8);
    let copy = law.vectors(2).next().unwrap();
    let some_are_copies = |(index, vector): (usize, Vec<f32>)| if index % 2 == 0 { copy.clone() } else { vector };
    let set = navigated(law.vectors(0).take(600).enumerate().map(some_are_copies));
    let found = set.search(&VectorQuery::new(&copy).unwrap(), 10, Effort::Candidates(48), None);
    assert!(found.len() == 10 && found.iter().all(|(_, score)| *score > 0.999), "{found:?}");
    assert!(recall(&set, &queries(8), Effort::Usual, None) > 0.9);
}

#[test]
fn a_graph_that_leads_nowhere_is_refused_and_every_row_looked_at() {
    let mut set = sample(300, 9);
    let mut navigation = Navigation::default();
    navigation.graph = Graph::unlinked(300);
    set.navigation = Some(Box::new(navigation));
    finish(&mut set);
    assert_eq!((set.candidates(), set.graph_parts()), (None, 1));
    assert_eq!(recall(&set, &queries(9), Effort::Usual, None), 1.0);
    // Twice the rows are worth another try.
    Law::new(DIM, 9).vectors(2).take(320).for_each(|vector| assert!(set.push(&vector).is_ok()));
    finish(&mut set);
    assert!(set.candidates().is_some());
}

#[test]
fn a_step_does_about_the_work_that_it_is_given() {
    let mut set = VectorSet::new("e", DIM).unwrap();
    Law::new(DIM, 10).vectors(0).take(600).for_each(|vector| assert!(set.push(&vector).is_ok()));
    set.navigation = Some(Box::default());
    let mut steps = 0;
    while set.upkeep(10_000) != Upkeep::Idle {
        steps += 1;
    }
    // An insertion here takes some 1,000, and the check 128 · 600 and its walks.
    assert!((40..400).contains(&steps), "{steps}");
}

#[test]
fn a_graph_whose_entry_leads_nowhere_is_entered_by_the_next_row() {
    let mut set = VectorSet::new("e", DIM).unwrap();
    set.push(&[1.0; DIM]).unwrap();
    set.remove(0);
    let mut navigation = Navigation::default();
    navigation.graph = Graph::unlinked(1);
    set.navigation = Some(Box::new(navigation));
    Law::new(DIM, 12).vectors(0).take(200).for_each(|vector| assert!(set.push(&vector).is_ok()));
    finish(&mut set);
    assert!(set.candidates().is_some());
    assert!(recall(&set, &queries(12), Effort::Usual, None) > 0.97);
}

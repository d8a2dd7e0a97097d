#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

mod bytes;
mod graph;

fn vectors(count: usize, dim: usize) -> impl Strategy<Value = Vec<Vec<f32>>> {
    proptest::collection::vec(proptest::collection::vec(-1f32..1.0, dim), count)
}

fn unit(vector: &[f32]) -> Vec<f32> {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt().max(1e-6);
    vector.iter().map(|value| value / length).collect()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    unit(a).iter().zip(unit(b)).map(|(a, b)| a * b).sum()
}

fn set_of(vectors: &[Vec<f32>]) -> VectorSet {
    let mut set = VectorSet::new("e", vectors.first().map_or(1, Vec::len)).unwrap();
    for vector in vectors {
        set.push(vector).unwrap();
    }
    set
}

proptest! {
    #[test]
    fn cosines_are_those_of_the_floats(pair in vectors(2, 384)) {
        let query = VectorQuery::new(&pair[1]).unwrap();
        let found = set_of(&pair[..1]).cosine(0, &query).unwrap();
        let exact = cosine(&pair[0], &pair[1]);
        prop_assert!((found - exact).abs() < 0.004, "{found} {exact}");
        let itself = set_of(&pair[1..]).cosine(0, &query).unwrap();
        prop_assert!((itself - 1.0).abs() < 0.0002, "{itself}");
    }

    /// Whatever is added, removed and allowed: the exact search is sorting by cosine.
    #[test]
    fn exact_search_is_sorting(
        vectors in (1usize..40).prop_flat_map(|dim| vectors(70, dim)),
        removed in proptest::collection::vec(any::<prop::sample::Index>(), 0..40),
        modulus in 1u32..5,
        limit in 0usize..80,
    ) {
        let mut set = set_of(&vectors);
        for index in removed {
            let row = u32::try_from(index.index(vectors.len())).unwrap();
            let was_live = set.is_live(row);
            prop_assert_eq!(set.remove(row), was_live);
            prop_assert!(!set.remove(row) && set.row(row).is_none() && set.cosine(row, &VectorQuery::new(&vectors[0]).unwrap()).is_none());
        }
        let query = VectorQuery::new(&vectors[0]).unwrap();
        for filter in [None, Some(&(|row: u32| row.is_multiple_of(modulus)) as Filter<'_>)] {
            let mut expected: Vec<(u32, f32)> = (0..set.len())
                .filter(|row| filter.is_none_or(|filter| filter(*row)))
                .filter_map(|row| Some((row, set.cosine(row, &query)?)))
                .collect();
            expected.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            expected.truncate(limit);
            prop_assert_eq!(set.search(&query, limit, Effort::Exact, filter), expected);
        }
    }
}

#[test]
fn rows_keep_their_numbers_over_blocks_and_removals() {
    let mut set = VectorSet::new("e", 3).unwrap();
    let vector = |row: u32| [1.0, (f64::from(row) / 1e4) as f32, 0.5];
    for row in 0..10_000 {
        assert_eq!(if row % 17 == 0 { set.push_removed() } else { set.push(&vector(row)) }, Ok(row));
    }
    assert_eq!((set.len(), set.live()), (10_000, 10_000 - 589));
    for row in [1, 4095, 4096, 8191, 8192, 9999] {
        assert_eq!(set.row(row).unwrap(), quantise(&vector(row)).unwrap().0, "{row}");
    }
    assert_eq!((set.row(17), set.row(10_000), set.is_live(u32::MAX)), (None, None, false));
}

#[test]
fn what_is_pushed_as_bytes_is_what_was_pushed_as_floats() {
    let vector: Vec<f32> = (0..21u8).map(|i| f32::from(i) - 9.5).collect();
    let mut set = set_of(&[vector.clone(), vector.clone()]);
    let bytes = set.row(0).unwrap().to_vec();
    assert_eq!(set.push_quantised(&bytes), Ok(2));
    let found = set.search(&VectorQuery::new(&vector).unwrap(), 9, Effort::Exact, None);
    assert_eq!(found.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(found.iter().all(|(_, score)| *score == found[0].1), "{found:?}");
}

#[test]
fn a_removed_row_is_overwritten() {
    let mut set = set_of(&vec![vec![0.3, -0.7, 0.2]; 9]);
    set.remove(4);
    assert!(set.rows.values(4).iter().all(|value| *value == 0) && set.rows.scale(4) == 0.0);
    assert!(set.rows.values(5).iter().any(|value| *value != 0));
}

#[test]
fn other_lengths_are_refused_or_find_nothing() {
    assert!(VectorSet::new("e", 0).is_err() && VectorSet::new("e", MAX_DIM + 1).is_err());
    let mut set = set_of(&[vec![1.0, 0.0]]);
    assert_eq!(set.push(&[1.0]), Err(VectorError::Length { found: 1, wanted: 2 }));
    assert_eq!(set.push_quantised(&[1, 2, 3]), Err(VectorError::Length { found: 3, wanted: 2 }));
    assert!(set.push(&[1.0, f32::NAN]).is_err());
    let query = VectorQuery::new(&[1.0]).unwrap();
    assert!(set.search(&query, 9, Effort::Usual, None).is_empty() && set.cosine(0, &query).is_none());
    assert_eq!(set.len(), 1, "what was refused left nothing");
}

#[test]
fn memory_of_removed_blocks_is_given_back_and_the_rest_found() {
    let mut set = VectorSet::new("e", 64).unwrap();
    for row in 0..10_000u32 {
        set.push(&[(f64::from(row) / 1e4) as f32; 64].map(|value| value - 0.3)).unwrap();
    }
    let before = set.memory_bytes();
    (0..8192).filter(|row| *row != 5000).for_each(|row| assert!(set.remove(row)));
    // The first block has gone, the second keeps its one row.
    assert_eq!(before - set.memory_bytes(), 4096 * 64);
    let query = VectorQuery::new(&[1.0; 64]).unwrap();
    assert_eq!(set.search(&query, 10_000, Effort::Exact, None).len(), 10_000 - 8191);
    let narrow = |row: u32| row < 5100;
    let found = set.search(&query, 9, Effort::Exact, Some(&narrow));
    assert_eq!(found.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [5000]);
    assert!(set.remove(5000) && set.row(5000).is_none() && !set.remove(5000));
    assert_eq!(set.search(&query, 10_000, Effort::Exact, None).len(), 10_000 - 8192);
}

#[test]
fn rows_that_were_kept_free_are_filled_in_any_order() {
    let mut set = VectorSet::new("e", 3).unwrap();
    (0..9_000).for_each(|_| assert!(set.push_removed().is_ok()));
    for row in [8_999u32, 0, 4_096, 4_095, 8_191] {
        let values = [1, 2, i8::try_from(row % 100).unwrap()];
        assert_eq!(set.fill(row, &values), Ok(true));
        assert_eq!(set.fill(row, &values), Ok(false));
        assert_eq!(set.row(row), Some(values.as_slice()));
    }
    assert_eq!((set.live(), set.fill(9_000, &[1, 2, 3]), set.row(1)), (5, Ok(false), None));
    let found = set.search(&VectorQuery::new(&[1.0, 1.0, 1.0]).unwrap(), 9, Effort::Exact, None);
    assert_eq!(found.len(), 5);
}

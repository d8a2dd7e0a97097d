//! Stored graphs: what is read back is what was written, and damage is refused.
//!
//! `CONCLAVE_FUZZ_SECONDS=600 cargo test -p conclave-knowledge vectors` goes on damaging for that long.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::super::graph::hash;
use super::graph::{queries, sample};
use super::*;

pub fn parts(set: &VectorSet) -> Vec<Vec<u8>> {
    (0..set.graph_parts()).map(|part| set.graph_part(part).unwrap()).collect()
}

fn read(set: &mut VectorSet, parts: &[Vec<u8>]) -> Result<(), GraphError> {
    let mut reader = GraphReader::default();
    parts.iter().try_for_each(|part| reader.push(part))?;
    set.adopt(reader)
}

/// The set without its graph.
fn bare(set: &VectorSet) -> VectorSet {
    let mut bare = VectorSet::new(set.encoder(), set.dim()).unwrap();
    for row in 0..set.len() {
        match set.row(row) {
            Some(values) => bare.push_quantised(values).unwrap(),
            None => bare.push_removed().unwrap(),
        };
    }
    bare
}

#[test]
fn a_graph_is_read_back_as_it_was() {
    let set = sample(500, 1);
    let mut again = bare(&set);
    assert_eq!((again.candidates(), again.graph_parts()), (None, 0));
    read(&mut again, &parts(&set)).unwrap();
    assert_eq!(again.candidates(), set.candidates());
    assert!(parts(&again) == parts(&set));
    for query in queries(1) {
        let found = set.search(&query, 10, Effort::Usual, None);
        assert_eq!(again.search(&query, 10, Effort::Usual, None), found);
    }
}

#[test]
fn rows_may_have_come_and_gone_since() {
    let set = sample(400, 2);
    let stored = parts(&set);
    let mut later = bare(&set);
    (0..400).step_by(3).for_each(|row| assert!(later.remove(row)));
    let mut again = bare(&later);
    again.push(&[1.0; 24]).unwrap();
    read(&mut again, &stored).unwrap();
    while again.upkeep(100_000) != Upkeep::Idle {}
    let found = again.search(&VectorQuery::new(&[1.0; 24]).unwrap(), 10, Effort::Usual, None);
    assert!(found.len() == 10 && found[0].0 == 400 && found.iter().all(|(row, _)| row % 3 != 0 || *row == 400));
    assert!(again.candidates().is_some());
}

#[test]
fn a_graph_of_other_rows_is_refused() {
    let set = sample(300, 3);
    let stored = parts(&set);
    let refused = |set: &VectorSet| read(&mut bare(set), &stored);
    assert_eq!(refused(&sample(299, 3)), Err(GraphError::OtherRows));
    assert_eq!(refused(&sample(300, 4)), Err(GraphError::OtherRows));
    assert_eq!(read(&mut bare(&set), &stored[..1]), Err(GraphError::Incomplete));
    assert_eq!(read(&mut bare(&set), &stored[1..]), Err(GraphError::Incomplete));
    assert_eq!(read(&mut bare(&set), &[stored[0].clone(), stored[0].clone()]), Err(GraphError::Incomplete));
    let twice = [stored[0].clone(), stored[1].clone(), stored[1].clone()];
    assert_eq!(read(&mut bare(&set), &twice), Err(GraphError::Incomplete));
    assert_eq!(read(&mut bare(&set), &[]), Err(GraphError::Incomplete));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_other_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), magic in any::<bool>()) {
        let mut bytes = bytes;
        if magic && bytes.len() > 8 {
            bytes[..8].copy_from_slice(b"CNCLVGRF");
        }
        prop_assert!(GraphReader::default().push(&bytes).is_err());
    }
}

/// Changes bytes at random. Without new checksums that is always noticed; with them the graph may be another, but whatever is
/// taken can be searched, kept up and written again.
#[test]
fn damage_is_refused_and_never_panics() {
    let set = bare(&sample(200, 5));
    let stored = parts(&sample(200, 5));
    let time = std::env::var("CONCLAVE_FUZZ_SECONDS").ok().map(|seconds| Duration::from_secs(seconds.parse().unwrap()));
    let (start, mut taken) = (Instant::now(), 0);
    for case in 0u64.. {
        if time.map_or(case >= 100, |time| start.elapsed() >= time) {
            break;
        }
        let mut damaged = stored.clone();
        let mut random = (0u64..).map(|draw| hash(case << 20 | draw) >> 8);
        let mut below = |limit: usize| usize::try_from(random.next().unwrap() % limit as u64).unwrap();
        for _ in 0..=below(3) {
            let part = below(damaged.len());
            match below(8) {
                0 => {
                    let length = below(damaged[part].len());
                    damaged[part].truncate(length);
                }
                1 => damaged[part].push(0),
                _ => {
                    let at = below(damaged[part].len());
                    damaged[part][at] ^= u8::try_from(1 + below(255)).unwrap();
                }
            }
        }
        if damaged == stored {
            continue;
        }
        assert!(read(&mut set.clone(), &damaged).is_err(), "case {case}");
        damaged.iter_mut().for_each(|part| seal(part));
        let mut again = set.clone();
        if read(&mut again, &damaged).is_ok() {
            taken += 1;
            for query in queries(5).iter().take(3) {
                assert!(again.search(query, 10, Effort::Candidates(20), None).len() <= 10);
            }
            again.remove(3);
            again.push(&[0.5; 24]).unwrap();
            while again.upkeep(100_000) != Upkeep::Idle {}
            assert_eq!(parts(&again).len(), 2);
        }
    }
    assert!(taken > 0, "nothing came through: the cases test nothing but checksums");
}

/// Writes the checksums of what a part now holds.
fn seal(part: &mut [u8]) {
    if part.len() < 64 {
        return;
    }
    let (header, content) = part.split_at_mut(64);
    header[44..48].copy_from_slice(&crc32fast::hash(content).to_le_bytes());
    let sum = crc32fast::hash(&header[..60]);
    header[60..].copy_from_slice(&sum.to_le_bytes());
}

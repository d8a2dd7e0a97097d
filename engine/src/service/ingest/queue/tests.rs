//! The queue alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use conclave_protocol::ProblemCode;

use super::*;

fn entry(path: &str, size_bytes: u64) -> Entry {
    Entry { path: path.into(), size_bytes, start: 0, sha256: path.into(), state: EntryState::Waiting, folder: None }
}

fn lot(sizes: &[u64]) -> Lot {
    let files: Vec<Entry> = sizes.iter().enumerate().map(|(n, size)| entry(&format!("{n}"), *size)).collect();
    Lot { files, bytes: sizes.iter().sum(), is_kept: true }
}

fn with(lots: &[&[u64]]) -> Queue {
    let mut queue = Queue::default();
    for sizes in lots {
        queue.add(queue.next_lot(), lot(sizes));
    }
    queue
}

fn refused() -> FileState {
    FileState::Refused(Problem::new(ProblemCode::NotText, "It is no text.", "Take another."))
}

#[test]
fn batches_are_bounded_by_files_and_by_bytes_and_what_is_wanted_comes_first() {
    let small = [1; 100];
    let mut queue = with(&[&small, &[BATCH_BYTES, 5, 5]]);
    let batch = queue.next_batch();
    assert_eq!(batch.len(), BATCH_FILES);
    batch.into_iter().for_each(|id| queue.settle(id, FileState::Done));
    let batch = queue.next_batch();
    assert_eq!(batch.len(), 36, "the large file is not read with them");
    queue.want(file_id(1, 2));
    queue.want(file_id(1, 0));
    assert_eq!(queue.next_batch()[0], file_id(1, 0));
    queue.settle(file_id(1, 0), FileState::Done);
    assert_eq!(queue.next_batch()[..2], [file_id(1, 2), file_id(0, 64)]);
}

#[test]
fn a_file_is_listed_until_it_is_done_or_dismissed_and_storage_follows() {
    let mut queue = with(&[&[10, 20, 30]]);
    let [a, b, c] = [0, 1, 2].map(|at| file_id(0, at));
    queue.set_reading(Some(b));
    let status = queue.status();
    assert_eq!((status.waiting, status.waiting_bytes, status.reading.unwrap().state), (2, 60, FileState::Reading));
    assert_eq!(status.files.iter().map(|file| file.id).collect::<Vec<_>>(), [b, a, c]);
    queue.set_reading(None);
    queue.settle(a, FileState::Done);
    queue.settle(b, refused());
    let changes = queue.take_changes();
    assert!(matches!(&changes.lots[..], [(0, Some(lot))] if lot.files[0].state == EntryState::Over));
    assert_eq!(queue.take_changes(), Changes::default(), "each change is told once");
    queue.stop(Some(c));
    let status = queue.status();
    assert_eq!((status.waiting, status.waiting_bytes, status.done, status.trouble), (0, 0, 1, 2));
    queue.dismiss(Some(b));
    assert!(queue.retry(c) && queue.is_waiting(c));
    queue.settle(c, FileState::Done);
    let changes = queue.take_changes();
    assert_eq!((changes.lots, changes.pieces), (vec![(0, None)], vec![(0, 1)]), "bytes go with the lot");
    assert_eq!(queue.status().listed(), 0);
    assert_eq!(queue.next_lot(), 1, "numbers are not given again");
}

#[test]
fn what_was_stopped_while_it_was_read_is_not_settled_twice() {
    let mut queue = with(&[&[10]]);
    let id = file_id(0, 0);
    queue.stop(None);
    queue.settle(id, FileState::Done);
    assert_eq!((queue.status().done, queue.status().trouble), (0, 1));
}

#[test]
fn a_new_count_begins_when_nothing_waited() {
    let mut queue = with(&[&[1, 1]]);
    for at in [0, 1] {
        queue.settle(file_id(0, at), FileState::Done);
    }
    assert_eq!(queue.status().done, 2);
    queue.add(1, lot(&[1]));
    assert_eq!(queue.status().done, 0);
}

#[test]
fn suspects_are_read_alone_and_refused_in_the_end() {
    let mut lots = BTreeMap::new();
    lots.insert(3, lot(&[1, 1, 1]));
    let [a, b, c] = [0, 1, 2].map(|at| file_id(3, at));
    let mut queue = Queue::restore(lots.clone(), Settings::default(), vec![(a, 1), (b, ENDS_MAX), (file_id(9, 9), 1)]);
    assert!(!queue.is_waiting(b), "it is blamed");
    assert_eq!(queue.next_batch(), [a], "alone");
    assert_eq!(queue.take_changes().marker, Some(vec![(a, 2)]));
    queue.settle(a, FileState::Done);
    assert_eq!(queue.next_batch(), [c]);
    assert_eq!(queue.take_changes().marker, Some(vec![(c, 1)]));
    assert_eq!(queue.next_lot(), 4);
}

#[test]
fn bytes_of_files_in_trouble_are_kept_within_bounds_the_newest_longest() {
    let half = SPARE_BYTES_MAX / 2 + 1;
    let mut queue = with(&[&[half], &[half], &[half]]);
    queue.stop(None);
    let changes = queue.take_changes();
    assert_eq!(changes.pieces.iter().map(|(lot, _)| *lot).collect::<Vec<_>>(), [0, 1]);
    let kept: Vec<bool> = queue.list(0, 9).iter().map(|file| file.is_kept).collect();
    assert_eq!(kept, [false, false, true]);
    assert!(!queue.retry(file_id(0, 0)) && queue.retry(file_id(2, 0)));
    assert_eq!(queue.kept_bytes(), half);
}

#[test]
fn a_hundred_thousand_files_are_handled_in_moments() {
    let start = std::time::Instant::now();
    let mut queue = Queue::default();
    for number in 0..500 {
        queue.add(number, lot(&[1; 200]));
    }
    let mut batches = 0;
    loop {
        let batch = queue.next_batch();
        if batch.is_empty() {
            break;
        }
        batches += 1;
        queue.status();
        batch.into_iter().for_each(|id| queue.settle(id, FileState::Done));
        queue.take_changes();
    }
    assert_eq!((batches, queue.status().done), (100_000_u64.div_ceil(BATCH_FILES as u64), 100_000));
    // A debug build on a busy machine takes about a second; a walk through the whole queue for each file would take minutes.
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

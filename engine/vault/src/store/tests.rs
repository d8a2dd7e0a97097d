#![allow(clippy::unwrap_used, clippy::panic)]

use std::cell::Cell;

use conclave_ports::{MemoryKeys, MemoryLock, MemoryStore, NoYield, SeededEntropy, conformance};
use pollster::block_on;

use super::migrate::{BATCH_BYTES, BATCH_RECORDS};
use super::*;

/// Completes when it is polled a second time.
async fn others_first() {
    let mut is_first = true;
    std::future::poll_fn(|context| {
        if std::mem::take(&mut is_first) {
            context.waker().wake_by_ref();
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(())
    })
    .await;
}

/// A device: what it stores, its key, its locks.
#[derive(Clone)]
struct Device {
    store: Rc<Faulty>,
    keys: MemoryKeys,
    lock: MemoryLock,
}

/// A store that is killed after so many commits, or has no room for them. Whoever else waits goes first, as in a browser.
struct Faulty {
    store: MemoryStore,
    commits_left: Cell<usize>,
    fault: StoreError,
    largest_batch: Cell<usize>,
}

impl Store for Faulty {
    fn get_many<'a>(&'a self, keys: &'a [(Table, &'a str)]) -> LocalFuture<'a, Result<Vec<Stored>, StoreError>> {
        Box::pin(async move {
            let found = self.store.get_many(keys).await;
            others_first().await;
            found
        })
    }

    fn scan<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<Record>, StoreError>> {
        self.store.scan(table, prefix)
    }

    fn list<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<String>, StoreError>> {
        self.store.list(table, prefix)
    }

    fn commit(&self, batch: Vec<Write>) -> LocalFuture<'_, Result<(), StoreError>> {
        match self.commits_left.get().checked_sub(1) {
            Some(left) => self.commits_left.set(left),
            None => return Box::pin(std::future::ready(Err(self.fault.clone()))),
        }
        let bytes = |write: &Write| if let Write::Put { value, .. } = write { value.len() } else { 0 };
        let size = batch.iter().map(bytes).sum();
        self.largest_batch.set(self.largest_batch.get().max(size));
        self.store.commit(batch)
    }
}

impl Device {
    fn new() -> Self {
        Self::failing(usize::MAX, StoreError::Failed("killed".into()))
    }

    fn failing(commits_left: usize, fault: StoreError) -> Self {
        let store = Faulty {
            store: MemoryStore::default(),
            commits_left: Cell::new(commits_left),
            fault,
            largest_batch: Cell::new(0),
        };
        Self { store: Rc::new(store), keys: MemoryKeys::new(), lock: MemoryLock::default() }
    }

    /// A tab that is opened; `seed` is its randomness.
    fn tab(&self, seed: u64) -> SealedStore {
        SealedStore::new(Parts {
            store: self.store.clone(),
            keys: Rc::new(self.keys.clone()),
            entropy: Rc::new(SeededEntropy::new(seed)),
            lock: Rc::new(self.lock.clone()),
            yields: Rc::new(NoYield),
        })
    }

    fn put_raw(&self, table: Table, key: &str, record: impl Into<Vec<u8>>) {
        block_on(self.store.store.commit(vec![Write::put(table, key, record)])).unwrap();
    }

    fn raw(&self, table: Table, key: &str) -> Option<Vec<u8>> {
        block_on(self.store.get(table, key)).unwrap()
    }

    /// Every stored record but the wrapped key.
    fn all_raw(&self) -> Vec<(Table, String, Vec<u8>)> {
        let tables = Table::ALL.into_iter().filter(|table| *table != Table::Wraps);
        let records = |table| {
            block_on(self.store.scan(table, ""))
                .unwrap()
                .into_iter()
                .map(move |(key, value)| (table, key, value.unwrap()))
        };
        tables.flat_map(records).collect()
    }
}

/// What a device of an earlier version stored: more than one batch by number, and more than one by size.
fn records_of_before() -> Vec<(Table, String, Vec<u8>)> {
    let mut records = vec![
        (Table::Meta, "settings".to_owned(), b"{\"theme\":\"Dark\"}".to_vec()),
        (Table::Meta, "empty".to_owned(), Vec::new()),
        (Table::Threads, "00".to_owned(), b"{\"title\":\"Where?\"}".to_vec()),
        (Table::Segments, "0-1".to_owned(), [b"CNCLVSEG", &[7; BATCH_BYTES][..]].concat()),
        (Table::Segments, "0-2".to_owned(), b"CNCLVSEG".to_vec()),
    ];
    records.extend((0..=BATCH_RECORDS).map(|n| (Table::Turns, format!("00/{n:03}"), format!("turn {n}").into_bytes())));
    records.sort();
    records
}

fn fill(device: &Device) {
    let batch = records_of_before().into_iter().map(|(table, key, value)| Write::Put { table, key, value });
    block_on(device.store.store.commit(batch.collect())).unwrap();
}

/// Every record is what it was, through a tab that is opened now.
fn assert_reads(device: &Device, seed: u64) {
    let tab = device.tab(seed);
    for (table, key, record) in records_of_before() {
        assert_eq!(block_on(tab.get(table, &key)), Ok(Some(record)), "{table:?} {key}");
    }
}

fn assert_all_sealed(device: &Device) {
    for (table, key, record) in device.all_raw() {
        assert!(envelope::is_sealed(&record), "{table:?} {key}");
        // The large one says nothing in words.
        assert!(
            record.len() > 10_000 || !record.windows(4).any(|window| window == b"turn" || window == b"Dark"),
            "{table:?} {key}"
        );
    }
}

#[test]
fn it_is_a_store() {
    let device = Device::new();
    block_on(conformance::store(&device.tab(1))).unwrap();
    block_on(conformance::store(&device.tab(2))).unwrap();
    let small = Device {
        store: Rc::new(Faulty {
            store: MemoryStore::with_limit(2_000),
            commits_left: Cell::new(9),
            fault: StoreError::Full,
            largest_batch: Cell::new(0),
        }),
        ..Device::new()
    };
    block_on(conformance::store_full(&small.tab(1), 2_000)).unwrap();
}

#[test]
fn what_is_stored_is_sealed_and_read_back_by_another_tab() {
    let device = Device::new();
    let batch = vec![
        Write::put(Table::Turns, "a/1", *b"Where was I born?"),
        Write::put(Table::Tokens, "a", *b"[PERSON_01] Ann"),
    ];
    block_on(device.tab(1).commit(batch)).unwrap();
    assert_eq!(device.all_raw().len(), 2);
    assert_all_sealed(&device);
    let other = device.tab(2);
    assert_eq!(block_on(other.scan(Table::Turns, "a/")), Ok(vec![("a/1".into(), Ok(b"Where was I born?".to_vec()))]));
    assert_eq!(block_on(other.list(Table::Tokens, "")), Ok(vec!["a".into()]));
}

#[test]
fn two_tabs_that_start_at_once_make_one_vault() {
    let device = Device::new();
    let (one, other) = (device.tab(1), device.tab(2));
    let both = async {
        let first = one.commit(vec![Write::put(Table::Meta, "one", *b"1")]);
        let second = other.commit(vec![Write::put(Table::Meta, "other", *b"2")]);
        futures_join(first, second).await
    };
    assert_eq!(block_on(both), (Ok(()), Ok(())));
    let third = device.tab(3);
    for (key, record) in [("one", b"1"), ("other", b"2")] {
        assert_eq!(block_on(third.get(Table::Meta, key)), Ok(Some(record.to_vec())));
    }
}

/// Polls both in turns until both are done.
async fn futures_join<A, B>(mut a: LocalFuture<'_, A>, mut b: LocalFuture<'_, B>) -> (A, B) {
    use std::task::Poll;
    let (mut first, mut second) = (None, None);
    std::future::poll_fn(move |context| {
        if first.is_none()
            && let Poll::Ready(value) = a.as_mut().poll(context)
        {
            first = Some(value);
        }
        if second.is_none()
            && let Poll::Ready(value) = b.as_mut().poll(context)
        {
            second = Some(value);
        }
        if first.is_some() && second.is_some() { Poll::Ready(first.take().zip(second.take())) } else { Poll::Pending }
    })
    .await
    .unwrap()
}

#[test]
fn records_of_before_are_sealed_at_the_first_start() {
    let device = Device::new();
    fill(&device);
    assert_reads(&device, 1);
    assert_all_sealed(&device);
    assert_eq!(device.all_raw().len(), records_of_before().len());
    assert_reads(&device, 2);
    // One record may be larger than a batch; beside it no batch is.
    assert!(device.store.largest_batch.get() < BATCH_BYTES + BATCH_BYTES / 10);
}

#[test]
fn sealing_may_be_killed_anywhere_and_goes_on() {
    let mut kills = 0;
    for commits in 0.. {
        let device = Device::failing(commits, StoreError::Failed("killed".into()));
        fill(&device);
        let first = block_on(device.tab(1).get(Table::Meta, "settings"));
        device.store.commits_left.set(usize::MAX);
        if first.is_ok() {
            assert_all_sealed(&device);
            break;
        }
        kills += 1;
        assert_eq!(first, Err(StoreError::Failed("killed".into())));
        assert_reads(&device, 2);
        assert_all_sealed(&device);
    }
    // The key, three batches at least, the end.
    assert!(kills >= 5, "{kills}");
}

#[test]
fn a_device_without_room_reads_on_and_seals_later() {
    for commits in 1..5 {
        let device = Device::failing(commits, StoreError::Full);
        fill(&device);
        assert_reads(&device, 1);
        let full = device.tab(2);
        device.store.commits_left.set(0);
        assert_eq!(block_on(full.commit(vec![Write::put(Table::Meta, "a", *b"1")])), Err(StoreError::Full));
        device.store.commits_left.set(1);
        assert_eq!(block_on(full.commit(vec![Write::delete(Table::Turns, "00/000")])), Ok(()));
        device.put_raw(Table::Turns, "00/000", *b"turn 0");
        device.store.commits_left.set(usize::MAX);
        assert_reads(&device, 3);
        assert_all_sealed(&device);
    }
}

#[test]
fn once_all_is_sealed_an_unsealed_record_is_refused() {
    let device = Device::new();
    fill(&device);
    assert_reads(&device, 1);
    device.put_raw(Table::Turns, "00/000", *b"planted");
    let tab = device.tab(2);
    let refused = RecordFault::Unsealed;
    assert_eq!(block_on(tab.get(Table::Turns, "00/000")), Err(StoreError::Unreadable(refused)));
    let scanned = block_on(tab.scan(Table::Turns, "00/00")).unwrap();
    assert_eq!(scanned[0], ("00/000".to_owned(), Err(refused)));
    assert_eq!(scanned[1].1, Ok(b"turn 1".to_vec()), "the others are read");
    // It can be replaced and deleted.
    block_on(tab.commit(vec![Write::put(Table::Turns, "00/000", *b"turn 0")])).unwrap();
    assert_reads(&device, 3);
}

#[test]
fn records_that_change_places_are_refused() {
    let device = Device::new();
    let tab = device.tab(1);
    let batch = vec![
        Write::put(Table::Turns, "a", *b"1"),
        Write::put(Table::Turns, "b", *b"2"),
        Write::put(Table::Runs, "a", *b"3"),
    ];
    block_on(tab.commit(batch)).unwrap();
    for (table, key) in [(Table::Turns, "b"), (Table::Runs, "a")] {
        device.put_raw(Table::Turns, "a", device.raw(table, key).unwrap());
        assert_eq!(block_on(tab.get(Table::Turns, "a")), Err(StoreError::Unreadable(RecordFault::Damaged)));
    }
}

#[test]
fn without_the_devices_key_nothing_opens_and_nothing_is_made_anew() {
    let device = Device::new();
    block_on(device.tab(1).commit(vec![Write::put(Table::Meta, "a", *b"1")])).unwrap();
    let (wrap, record) = (device.raw(Table::Wraps, "device"), device.raw(Table::Meta, "a"));
    device.keys.lose();
    let tab = device.tab(2);
    for _ in 0..2 {
        assert_eq!(block_on(tab.get(Table::Meta, "a")), Err(StoreError::KeyLost));
        assert_eq!(block_on(tab.scan(Table::Meta, "")), Err(StoreError::KeyLost));
        assert_eq!(block_on(tab.list(Table::Meta, "")), Err(StoreError::KeyLost));
        assert_eq!(block_on(tab.commit(vec![Write::put(Table::Meta, "a", *b"2")])), Err(StoreError::KeyLost));
        assert_eq!(block_on(tab.commit(vec![Write::delete(Table::Meta, "a")])), Err(StoreError::KeyLost));
    }
    assert_eq!((device.raw(Table::Wraps, "device"), device.raw(Table::Meta, "a")), (wrap, record));
}

#[test]
fn a_lost_wrap_over_sealed_records_is_a_lost_key() {
    let device = Device::new();
    fill(&device);
    assert_reads(&device, 1);
    block_on(device.store.store.commit(vec![Write::delete(Table::Wraps, "device")])).unwrap();
    assert_eq!(block_on(device.tab(2).get(Table::Meta, "settings")), Err(StoreError::KeyLost));
    assert_eq!(device.raw(Table::Wraps, "device"), None, "no new key over what an old one sealed");
}

#[test]
fn the_wrapped_key_is_the_vaults_own_affair() {
    let device = Device::new();
    let tab = device.tab(1);
    block_on(tab.commit(vec![Write::put(Table::Meta, "a", *b"1")])).unwrap();
    let refused = |said: Result<(), StoreError>| matches!(said, Err(StoreError::Failed(_)));
    assert!(refused(block_on(tab.get(Table::Wraps, "device")).map(drop)));
    assert!(refused(block_on(tab.scan(Table::Wraps, "")).map(drop)));
    assert!(refused(block_on(tab.list(Table::Wraps, "")).map(drop)));
    assert!(refused(block_on(tab.commit(vec![Write::put(Table::Wraps, "device", *b"1")]))));
    assert!(refused(block_on(tab.commit(vec![Write::delete(Table::Wraps, "device")]))));
    assert_eq!(block_on(device.tab(2).get(Table::Meta, "a")), Ok(Some(b"1".to_vec())));
}

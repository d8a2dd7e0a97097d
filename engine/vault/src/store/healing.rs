//! A store that is opened again where its connection breaks.
//!
//! Browsers close a connection to `IndexedDB` under a page that uses it ("Connection to Indexed Database server lost", "Internal
//! error opening backing store": a process of the browser ended, a disk was busy), and every request after that fails until
//! somebody opens another one. The work that met it is repeated on a new connection, if that leads to the same database: what the
//! engine holds in memory would not match one that was deleted and made anew.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use conclave_ports::{Clock, LocalFuture, Lock as _, MemoryLock, Record, Store, StoreError, Stored, Table, Write};

use crate::key::KeyId;
use crate::wrap;

/// Before each attempt. A disk that another program keeps busy is free within a second or two, or the person is told.
const WAITS_MS: [u32; 3] = [0, 200, 1_000];

/// A [`Store`] that opens another one anew where that breaks. What tells one database from another is the vault's key, whose
/// wrap lies in it and is random.
pub struct HealingStore {
    open: Box<dyn Fn() -> Rc<dyn Store>>,
    clock: Rc<dyn Clock>,
    current: RefCell<Rc<dyn Store>>,
    /// The key of the database that was in use, as soon as it is known: nothing was read before it.
    key: Cell<Option<KeyId>>,
    /// Whether the name leads to another database by now.
    is_other: Cell<bool>,
    turns: MemoryLock,
}

impl HealingStore {
    /// What `open` gives, each with a connection of its own that is made at its first use; `clock` waits between attempts.
    #[must_use]
    pub fn new(open: impl Fn() -> Rc<dyn Store> + 'static, clock: Rc<dyn Clock>) -> Self {
        let current = RefCell::new(open());
        let open = Box::new(open);
        Self { open, clock, current, key: Cell::default(), is_other: Cell::default(), turns: MemoryLock::default() }
    }

    /// Does work; where the connection breaks under it, once more on a new one. A change whose end was not heard of may so be
    /// made twice, which is the same as once.
    async fn heal<T>(&self, work: impl AsyncFn(&dyn Store) -> Result<T, StoreError>) -> Result<T, StoreError> {
        if self.is_other.get() {
            return Err(other());
        }
        let store = Rc::clone(&*self.current.borrow());
        match work(&*store).await {
            Err(error) if is_broken(&error) => work(&*self.reopen(&store, error).await?).await,
            done => done,
        }
    }

    /// A store in place of `broken`, unless another request has replaced it already.
    async fn reopen(&self, broken: &Rc<dyn Store>, mut error: StoreError) -> Result<Rc<dyn Store>, StoreError> {
        // A lock in memory is always given.
        let _turn = self.turns.acquire("healing").await;
        let current = Rc::clone(&*self.current.borrow());
        if !Rc::ptr_eq(&current, broken) {
            return Ok(current);
        }
        for wait_ms in WAITS_MS {
            if wait_ms > 0 {
                self.clock.sleep(wait_ms).await;
            }
            let opened = (self.open)();
            match opened.get(Table::Wraps, wrap::RECORD).await {
                Ok(record) if self.key.get().is_none() || self.key.get() == key_of(record.as_deref()) => {
                    self.current.replace(Rc::clone(&opened));
                    return Ok(opened);
                }
                Ok(_) => {
                    self.is_other.set(true);
                    return Err(other());
                }
                Err(again) => error = again,
            }
        }
        Err(error)
    }

    fn learn(&self, record: Option<&[u8]>) {
        self.key.set(key_of(record).or(self.key.get()));
    }
}

fn key_of(record: Option<&[u8]>) -> Option<KeyId> {
    record.and_then(wrap::key_id)
}

/// Whether another connection may do what this one did not.
const fn is_broken(error: &StoreError) -> bool {
    matches!(error, StoreError::Unavailable(_) | StoreError::Failed(_))
}

fn other() -> StoreError {
    StoreError::Unavailable("it was deleted meanwhile; reload the page".to_owned())
}

impl Store for HealingStore {
    fn get_many<'a>(&'a self, keys: &'a [(Table, &'a str)]) -> LocalFuture<'a, Result<Vec<Stored>, StoreError>> {
        Box::pin(async move {
            let found = self.heal(async |store: &dyn Store| store.get_many(keys).await).await?;
            for (key, stored) in keys.iter().zip(&found) {
                if let ((Table::Wraps, wrap::RECORD), Ok(record)) = (key, stored) {
                    self.learn(record.as_deref());
                }
            }
            Ok(found)
        })
    }

    fn scan<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<Record>, StoreError>> {
        Box::pin(self.heal(async move |store: &dyn Store| store.scan(table, prefix).await))
    }

    fn list<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<String>, StoreError>> {
        Box::pin(self.heal(async move |store: &dyn Store| store.list(table, prefix).await))
    }

    fn commit(&self, batch: Vec<Write>) -> LocalFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.heal(async |store: &dyn Store| store.commit(batch.clone()).await).await?;
            for write in &batch {
                if let Write::Put { table: Table::Wraps, key, value } = write
                    && key == wrap::RECORD
                {
                    self.learn(Some(value));
                }
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use conclave_ports::{ManualClock, MemoryStore, conformance};
    use futures_util::future::join_all;
    use pollster::block_on;

    use super::*;
    use crate::key::VaultKey;

    /// A database, and the connections that were opened to it: how many, and how many more requests the last one answers.
    struct Disk {
        records: RefCell<Rc<MemoryStore>>,
        opened: Cell<usize>,
        /// Requests that connections answer before they break, one number for each to come; no number: they do not break.
        answers: RefCell<Vec<usize>>,
        clock: Rc<ManualClock>,
    }

    struct Connection {
        records: Rc<MemoryStore>,
        left: Cell<usize>,
        /// Whether a change that breaks the connection is made all the same.
        is_late: bool,
    }

    impl Connection {
        fn is_open(&self) -> Result<(), StoreError> {
            let left = self.left.get().checked_sub(1);
            self.left.set(left.unwrap_or_default());
            left.map(|_| ()).ok_or_else(|| StoreError::Unavailable("the connection is closing".to_owned()))
        }
    }

    impl Store for Connection {
        fn get_many<'a>(&'a self, keys: &'a [(Table, &'a str)]) -> LocalFuture<'a, Result<Vec<Stored>, StoreError>> {
            Box::pin(async move {
                self.is_open()?;
                self.records.get_many(keys).await
            })
        }

        fn scan<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<Record>, StoreError>> {
            Box::pin(async move {
                self.is_open()?;
                self.records.scan(table, prefix).await
            })
        }

        fn list<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<String>, StoreError>> {
            Box::pin(async move {
                self.is_open()?;
                self.records.list(table, prefix).await
            })
        }

        fn commit(&self, batch: Vec<Write>) -> LocalFuture<'_, Result<(), StoreError>> {
            Box::pin(async move {
                let open = self.is_open();
                if open.is_ok() || self.is_late {
                    self.records.commit(batch).await?;
                }
                open
            })
        }
    }

    fn disk(answers: &[usize]) -> (Rc<Disk>, HealingStore) {
        let records = RefCell::new(Rc::new(MemoryStore::default()));
        let clock = Rc::new(ManualClock::at(0));
        let answers = RefCell::new(answers.iter().rev().copied().collect());
        let disk = Rc::new(Disk { records, opened: Cell::new(0), answers, clock });
        let opening = Rc::clone(&disk);
        let open = move || {
            opening.opened.set(opening.opened.get() + 1);
            let left = Cell::new(opening.answers.borrow_mut().pop().unwrap_or(usize::MAX));
            let records = Rc::clone(&opening.records.borrow());
            Rc::new(Connection { records, left, is_late: opening.opened.get() == 1 }) as _
        };
        let store = HealingStore::new(open, Rc::clone(&disk.clock) as _);
        (disk, store)
    }

    async fn keep_key(store: &dyn Store, seed: u64) {
        let key = VaultKey::make(&conclave_ports::SeededEntropy::new(seed)).unwrap();
        wrap::keep(store, &conclave_ports::MemoryKeys::new(), &key, wrap::Stage::Sealed).await.unwrap();
    }

    #[test]
    fn it_is_a_store_whenever_connections_break() {
        for breaks in 0..20 {
            let (disk, store) = disk(&[breaks, 7, 3]);
            block_on(conformance::store(&store)).unwrap();
            // The suite asks 16 times.
            assert!(disk.opened.get() > usize::from(breaks < 16), "{breaks}");
        }
    }

    #[test]
    fn a_change_whose_end_was_not_heard_of_is_made_once_more() {
        let (disk, store) = disk(&[1]);
        block_on(async {
            keep_key(&store, 1).await;
            store.commit(vec![Write::put(Table::Meta, "a", *b"1"), Write::delete(Table::Meta, "b")]).await.unwrap();
            assert_eq!(store.get(Table::Meta, "a").await.unwrap().as_deref(), Some(&b"1"[..]));
        });
        assert_eq!(disk.opened.get(), 2);
    }

    #[test]
    fn requests_at_once_open_one_connection() {
        let (disk, store) = disk(&[1]);
        block_on(async {
            keep_key(&store, 1).await;
            let read = join_all((0..5).map(|_| store.get(Table::Wraps, wrap::RECORD))).await;
            assert!(read.iter().all(|read| matches!(read, Ok(Some(_)))), "{read:?}");
        });
        assert_eq!(disk.opened.get(), 2);
    }

    #[test]
    fn a_busy_disk_is_waited_for_and_a_dead_one_is_said() {
        let (disk, store) = disk(&[0, 0, 0]);
        assert_eq!(block_on(store.get(Table::Meta, "a")), Ok(None));
        assert_eq!((disk.opened.get(), disk.clock.unix_ms()), (4, 1_200));
        let (disk, store) = self::disk(&[0, 0, 0, 0]);
        assert!(matches!(block_on(store.get(Table::Meta, "a")), Err(StoreError::Unavailable(_))));
        // The next request tries again.
        assert_eq!(block_on(store.get(Table::Meta, "a")), Ok(None));
        assert_eq!(disk.opened.get(), 5);
    }

    #[test]
    fn another_database_under_the_name_is_not_used() {
        for seed in [None, Some(2)] {
            let (disk, store) = disk(&[2]);
            block_on(async {
                keep_key(&store, 1).await;
                store.commit(vec![Write::put(Table::Meta, "a", *b"1")]).await.unwrap();
                let made_anew = Rc::new(MemoryStore::default());
                if let Some(seed) = seed {
                    keep_key(&*made_anew, seed).await;
                }
                disk.records.replace(Rc::clone(&made_anew));
                for _ in 0..2 {
                    let put = store.commit(vec![Write::put(Table::Meta, "b", *b"2")]).await;
                    assert!(matches!(put, Err(StoreError::Unavailable(_))), "{put:?}");
                }
                assert_eq!(made_anew.list(Table::Meta, "").await.unwrap(), Vec::<String>::new());
            });
        }
    }

    #[test]
    fn a_full_disk_is_not_a_broken_one() {
        let store = HealingStore::new(|| Rc::new(MemoryStore::with_limit(4)), Rc::new(ManualClock::at(0)));
        block_on(conformance::store_full(&store, 5)).unwrap();
    }
}

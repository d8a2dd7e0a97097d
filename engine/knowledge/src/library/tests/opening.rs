//! Opening in two steps, words first and vectors after them, and storage that does not do as it is told.

use std::cell::Cell;

use super::*;

/// A store that can fail: it gives no more vectors than so many, and has no room for a change that takes anything away.
struct Failing {
    inner: Rc<MemoryStore>,
    fails_after: Cell<Option<usize>>,
}

impl Failing {
    fn gives_vectors(&self) -> bool {
        let left = self.fails_after.get();
        self.fails_after.set(left.map(|left| left.saturating_sub(1)));
        left != Some(0)
    }
}

impl Store for Failing {
    fn get_many<'a>(&'a self, keys: &'a [(Table, &'a str)]) -> LocalFuture<'a, Result<Vec<Stored>, StoreError>> {
        if keys.iter().any(|(_, key)| key.starts_with("v-")) && !self.gives_vectors() {
            return Box::pin(std::future::ready(Err(StoreError::Unavailable("not now".into()))));
        }
        // One turn later, as storage answers, so that another reader comes between.
        let mut has_waited = false;
        let turn = std::future::poll_fn(move |context| {
            if std::mem::replace(&mut has_waited, true) {
                return std::task::Poll::Ready(());
            }
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        });
        Box::pin(async move {
            turn.await;
            self.inner.get_many(keys).await
        })
    }

    fn scan<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<Record>, StoreError>> {
        self.inner.scan(table, prefix)
    }

    fn list<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<String>, StoreError>> {
        self.inner.list(table, prefix)
    }

    fn commit(&self, batch: Vec<Write>) -> LocalFuture<'_, Result<(), StoreError>> {
        if self.fails_after.get().is_some() && batch.iter().any(|write| matches!(write, Write::Delete { .. })) {
            return Box::pin(std::future::ready(Err(StoreError::Full)));
        }
        self.inner.commit(batch)
    }
}

#[test]
fn words_are_found_before_the_vectors_are_read_and_what_needs_these_waits() {
    let (library, other, store) = tabs();
    let geese = block_on(library.add(&prepared("geese.md", GEESE), 1)).unwrap();
    let ducks = block_on(library.add(&prepared("ducks.md", DUCKS), 2)).unwrap();
    embed(&library, &geese.id, [1.0, 0.0]);
    let open = || block_on(Library::open_words(store.clone(), Rc::new(MemoryLock::default()))).unwrap();
    let query = Query::with_vector("winter", "mini", &[1.0, 0.0]);

    let again = open();
    assert!(!again.is_complete());
    let found = block_on(again.find(&Query::words("goose"), 5)).unwrap();
    assert_eq!((found.len(), found[0].similarity), (1, None));
    assert!(again.info(&ducks.id).unwrap().embedded, "nobody knows better yet");
    assert_eq!(again.upkeep(1), crate::index::vectors::Upkeep::Idle);
    // Two that wait for them, and one read.
    let slow = Rc::new(Failing { inner: store.clone(), fails_after: Cell::new(None) });
    let again = block_on(Library::open_words(slow, Rc::new(MemoryLock::default()))).unwrap();
    let (one, two) = block_on(futures_util::future::join(again.complete(), again.find(&query, 5)));
    one.unwrap();
    assert_eq!(two.unwrap()[0].similarity, Some(1.0));
    assert!(again.is_complete() && again.info(&geese.id).unwrap().embedded && !again.info(&ducks.id).unwrap().embedded);
    assert_eq!(again.sizes(), library.sizes());
    assert_eq!(again.state.borrow().index.vector_rows(), 1, "taken in once");

    // A change in another tab, and one here, before they are read.
    let (changes, sees) = (open(), open());
    block_on(other.add(&prepared("swans.md", "# Swans\n\nThe swan sings once.\n"), 3)).unwrap();
    block_on(changes.remove(&geese.id)).unwrap();
    assert_eq!(block_on(store.list(Table::Segments, "v-")).unwrap(), Vec::<String>::new());
    assert_eq!(changes.missing_vectors("mini").len(), 2);
    assert!(block_on(sees.refresh()).unwrap());
    let news = sees.news();
    assert_eq!((news.changed.len(), news.removed), (1, vec![geese.id]));
}

#[test]
fn vectors_that_storage_does_not_give_now_are_read_the_next_time() {
    let (library, _, store) = tabs();
    let info = block_on(library.add(&prepared("geese.md", GEESE), 1)).unwrap();
    embed(&library, &info.id, [1.0, 0.0]);
    let failing = Rc::new(Failing { inner: store.clone(), fails_after: Cell::new(Some(0)) });
    let again = block_on(Library::open_words(failing.clone(), Rc::new(MemoryLock::default()))).unwrap();
    assert!(matches!(block_on(again.complete()), Err(KnowledgeError::Store(_))));
    assert_eq!(block_on(again.find(&Query::words("goose"), 5)).unwrap().len(), 1);
    failing.fails_after.set(None);
    block_on(again.complete()).unwrap();
    assert_eq!(again.missing_vectors("mini"), []);
    assert_eq!(again.sizes(), library.sizes());
}

#[test]
fn what_is_stored_counts_as_stored_where_there_is_no_room_to_merge() {
    let store = Rc::new(Failing { inner: Rc::default(), fails_after: Cell::new(Some(0)) });
    let library = block_on(Library::open(store.clone(), Rc::new(MemoryLock::default()))).unwrap();
    for number in 0..20 {
        let added = block_on(library.add(&prepared(&format!("{number}.txt"), &format!("Goose {number} flies.")), 1));
        assert!(added.is_ok(), "{number}: {added:?}");
    }
    let segments = || block_on(store.list(Table::Segments, "w-")).unwrap().len();
    assert_eq!(segments(), 20);
    store.fails_after.set(None);
    block_on(library.add(&prepared("last.txt", "The last goose."), 1)).unwrap();
    assert!(segments() < 8, "{}", segments());
    assert_eq!(block_on(library.search(&Query::words("goose"), 30)).unwrap().len(), 21);
}

#[test]
fn a_start_that_storage_breaks_off_among_the_vectors_keeps_their_graph() {
    let (library, store, ..) = meaning::large_and_small();
    meaning::make_graph(&library);
    assert_eq!(library.state.borrow().manifest.vectors.len(), 2);
    let failing = Rc::new(Failing { inner: store, fails_after: Cell::new(Some(1)) });
    let again = block_on(Library::open_words(failing.clone(), Rc::new(MemoryLock::default()))).unwrap();
    assert!(matches!(block_on(again.complete()), Err(KnowledgeError::Store(_))));
    assert_eq!(again.state.borrow().vectors.len(), 1);
    failing.fails_after.set(None);
    block_on(again.complete()).unwrap();
    assert!(meaning::has_graph(&again));
    meaning::assert_same_neighbours(&again, &library);
}

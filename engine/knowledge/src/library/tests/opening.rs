//! Opening in two steps: words first, vectors after them.

use std::cell::Cell;

use super::*;

/// A store that gives no vectors as long as it fails.
struct Failing {
    inner: Rc<MemoryStore>,
    fails: Cell<bool>,
}

impl Store for Failing {
    fn get_many<'a>(&'a self, keys: &'a [(Table, &'a str)]) -> LocalFuture<'a, Result<Vec<Stored>, StoreError>> {
        if self.fails.get() && keys.iter().any(|(_, key)| key.starts_with("v-")) {
            return Box::pin(std::future::ready(Err(StoreError::Unavailable("not now".into()))));
        }
        self.inner.get_many(keys)
    }

    fn scan<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<Record>, StoreError>> {
        self.inner.scan(table, prefix)
    }

    fn list<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<String>, StoreError>> {
        self.inner.list(table, prefix)
    }

    fn commit(&self, batch: Vec<Write>) -> LocalFuture<'_, Result<(), StoreError>> {
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
    let (one, two) = block_on(futures_util::future::join(again.complete(), again.find(&query, 5)));
    one.unwrap();
    assert_eq!(two.unwrap()[0].similarity, Some(1.0));
    assert!(again.is_complete() && again.info(&geese.id).unwrap().embedded && !again.info(&ducks.id).unwrap().embedded);
    assert_eq!(again.sizes(), library.sizes());

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
    let failing = Rc::new(Failing { inner: store.clone(), fails: Cell::new(true) });
    let again = block_on(Library::open_words(failing.clone(), Rc::new(MemoryLock::default()))).unwrap();
    assert!(matches!(block_on(again.complete()), Err(KnowledgeError::Store(_))));
    assert_eq!(block_on(again.find(&Query::words("goose"), 5)).unwrap().len(), 1);
    failing.fails.set(false);
    block_on(again.complete()).unwrap();
    assert_eq!(again.missing_vectors("mini"), []);
    assert_eq!(again.sizes(), library.sizes());
}

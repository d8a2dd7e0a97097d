//! How often storage is asked.

use std::cell::Cell;

use super::*;

/// A store that counts what it is asked for.
struct Counting {
    store: Rc<MemoryStore>,
    requests: Cell<usize>,
    records: Cell<usize>,
}

impl Store for Counting {
    fn get_many<'a>(&'a self, keys: &'a [(Table, &'a str)]) -> LocalFuture<'a, Result<Vec<Stored>, StoreError>> {
        self.requests.set(self.requests.get() + 1);
        self.records.set(self.records.get() + keys.len());
        self.store.get_many(keys)
    }

    fn scan<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<Record>, StoreError>> {
        self.store.scan(table, prefix)
    }

    fn list<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<String>, StoreError>> {
        self.store.list(table, prefix)
    }

    fn commit(&self, batch: Vec<Write>) -> LocalFuture<'_, Result<(), StoreError>> {
        self.store.commit(batch)
    }
}

#[test]
fn the_texts_of_what_was_found_are_read_at_once_and_long_ones_alone() {
    let (library, _, store) = tabs();
    let short = |at: usize| prepared(&format!("{at}.md"), &format!("The goose number {at} flies south in winter.\n"));
    let mut all: Vec<Prepared> = (0..9).map(short).collect();
    all.push(prepared("long.md", &format!("A goose.\n\n{}", "Grass. ".repeat(40_000))));
    block_on(library.add_all(&all, 1)).unwrap();
    let counting = Rc::new(Counting { store, requests: Cell::new(0), records: Cell::new(0) });
    let library = block_on(Library::open(counting.clone(), Rc::new(MemoryLock::default()))).unwrap();
    let asked = || (counting.requests.take(), counting.records.take());
    asked();
    let look_up = || block_on(library.look_up("goose", None, 20)).unwrap();
    let found = look_up();
    let documents: BTreeSet<&DocumentId> = found.iter().map(|one| &one.passage.document).collect();
    assert_eq!(documents.len(), 10);
    assert_eq!(asked(), (2, 20), "text and structure of nine at once, and of one");
    assert_eq!(look_up(), found);
    assert_eq!(block_on(library.find(&Query::words("goose"), 20)).unwrap().len(), 10);
    assert_eq!(asked(), (0, 0), "what was read stays in memory");
}

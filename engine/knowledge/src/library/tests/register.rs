//! The register: what a start reads in place of every document's record.

use std::cell::Cell;
use std::future::ready;

use super::*;

/// Records of a library as the version before the register wrote them: three documents, tags, vectors of one of them.
const FORMAT_2: &str = include_str!("format_2.json");

fn before_the_register() -> Rc<MemoryStore> {
    let records: Vec<(String, String, serde_json::Value)> = serde_json::from_str(FORMAT_2).unwrap();
    let write = |(table, key, value): &(String, String, serde_json::Value)| {
        let table = Table::ALL.into_iter().find(|known| known.name() == table).unwrap();
        match value.as_str() {
            Some(text) => Write::put(table, key, text),
            None => Write::put(table, key, hex::decode(value["hex"].as_str().unwrap()).unwrap()),
        }
    };
    let store = Rc::new(MemoryStore::default());
    block_on(store.commit(records.iter().map(write).collect())).unwrap();
    store
}

fn open(store: &Rc<MemoryStore>) -> Library {
    block_on(Library::open(store.clone(), Rc::new(MemoryLock::default()))).unwrap()
}

fn keys(store: &MemoryStore, prefix: &str) -> Vec<String> {
    block_on(store.list(Table::Segments, prefix)).unwrap()
}

/// A store that counts which listings' records are read.
struct Counting {
    store: Rc<MemoryStore>,
    records: Cell<usize>,
}

impl Store for Counting {
    fn get_many<'a>(&'a self, keys: &'a [(Table, &'a str)]) -> LocalFuture<'a, Result<Vec<Stored>, StoreError>> {
        let listings = keys.iter().filter(|(table, _)| *table == Table::Documents).count();
        self.records.set(self.records.get() + listings);
        self.store.get_many(keys)
    }

    fn scan<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<Record>, StoreError>> {
        let found = block_on(self.store.scan(table, prefix));
        if table == Table::Documents {
            self.records.set(self.records.get() + found.as_ref().unwrap().len());
        }
        Box::pin(ready(found))
    }

    fn list<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<String>, StoreError>> {
        self.store.list(table, prefix)
    }

    fn commit(&self, batch: Vec<Write>) -> LocalFuture<'_, Result<(), StoreError>> {
        self.store.commit(batch)
    }
}

/// What a start knows, and how many records of documents it read for that.
fn counted(store: &Rc<MemoryStore>) -> (Vec<DocumentInfo>, usize) {
    let counting = Rc::new(Counting { store: store.clone(), records: Cell::new(0) });
    let library = block_on(Library::open(counting.clone(), Rc::new(MemoryLock::default()))).unwrap();
    (library.list(), counting.records.get())
}

#[test]
fn a_library_without_a_register_is_taken_over_whole() {
    let store = before_the_register();
    let library = open(&store);
    let before = library.list();
    assert_eq!(names(&library), ["ducks.md", "report.txt", "geese.md"]);
    assert_eq!((before[2].tags.len(), before[2].embedded, before[1].embedded), (2, true, false));
    assert!(library.problems().is_empty() && library.unsearchable().is_empty());
    assert_eq!(block_on(library.search(&Query::words("winter"), 9)).unwrap().len(), 1);
    assert!(keys(&store, "r-").is_empty());
    assert!(block_on(library.keep_register()).unwrap());
    assert!(!block_on(library.keep_register()).unwrap(), "it is there");
    assert_eq!(keys(&store, "r-").len(), 1);
    assert_eq!((library.list(), counted(&store)), (before.clone(), (before.clone(), 0)));
    // The record keeps what the register has not: a sketch survives a new tag.
    block_on(library.add(&prepared("copy.txt", &block_on(library.text(&before[1].id)).unwrap().text), 9)).unwrap();
    block_on(library.change_tags(&[before[1].id.clone()], &["New".into()], &[])).unwrap();
    let record = block_on(store.get(Table::Documents, before[1].id.as_str())).unwrap().unwrap();
    let record: serde_json::Value = serde_json::from_slice(&record).unwrap();
    assert_eq!((record["sketch"].as_str().unwrap().len(), &record["info"]["tags"][0]), (512, &"New".into()));
}

#[test]
fn a_start_reads_pieces_and_no_records() {
    let (library, _, store) = tabs();
    let all: Vec<Prepared> = (0..30).map(|at| prepared(&format!("{at}.txt"), &format!("Goose number {at}."))).collect();
    all.iter().for_each(|one| drop(block_on(library.add(one, 1)).unwrap()));
    assert!(keys(&store, "r-").len() < 12, "{:?}", keys(&store, "r-"));
    let ids: Vec<DocumentId> = library.list().into_iter().map(|info| info.id).collect();
    block_on(library.change_tags(&ids[3..9], &["Birds".into()], &[])).unwrap();
    let moved = Relocation { document: ids[4].clone(), from: String::new(), to: "x".into() };
    block_on(library.relocate(&[moved])).unwrap();
    block_on(library.remove_all(&ids[20..])).unwrap();
    block_on(library.reindex(&ids[..2])).unwrap();
    assert_eq!(counted(&store), (library.list(), 0));
    // What is removed stands in no piece any more.
    for key in keys(&store, "r-") {
        let bytes = block_on(store.get(Table::Segments, &key)).unwrap().unwrap();
        assert!(ids[20..].iter().all(|id| !bytes.windows(32).any(|window| window == id.as_str().as_bytes())));
    }
    block_on(library.remove_all(&ids)).unwrap();
    assert_eq!(keys(&store, ""), Vec::<String>::new());
}

#[test]
fn a_lost_or_damaged_piece_loses_nothing() {
    let (library, other, store) = tabs();
    block_on(library.add_all(&[prepared("geese.md", GEESE), prepared("ducks.md", DUCKS)], 1)).unwrap();
    block_on(library.change_tags(&[library.list()[0].id.clone()], &["Birds".into()], &[])).unwrap();
    let key = keys(&store, "r-").remove(0);
    let bytes = block_on(store.get(Table::Segments, &key)).unwrap().unwrap();
    let mut changed = bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    let damages = [Write::put(Table::Segments, &key, changed), Write::delete(Table::Segments, &key)];
    for damage in damages {
        block_on(store.commit(vec![damage])).unwrap();
        let again = open(&store);
        assert_eq!((again.list(), again.problems()), (library.list(), vec![]));
        assert_eq!(counted(&store).1, 2, "from the records");
        assert!(block_on(again.keep_register()).unwrap());
        assert_eq!(counted(&store), (library.list(), 0));
        assert_eq!(keys(&store, "r-").len(), 1);
        block_on(other.refresh()).unwrap();
        assert_eq!(other.list(), library.list());
        let renewed = keys(&store, "r-").remove(0);
        let whole = block_on(store.get(Table::Segments, &renewed)).unwrap().unwrap();
        block_on(store.commit(vec![Write::put(Table::Segments, &key, whole), Write::delete(Table::Segments, renewed)]))
            .unwrap();
    }
    // A change without waiting for a register, too, leaves no piece of an old one behind.
    let again = open(&store);
    block_on(again.add(&prepared("herons.md", "Herons stand still."), 2)).unwrap();
    assert_eq!((keys(&store, "r-").len(), counted(&store).1), (0, 3));
}

#[test]
fn a_record_that_cannot_be_read_is_said_at_every_start() {
    let store = before_the_register();
    let id = "610e10228c1dd50b2621e8a4b11b7dc0";
    block_on(store.commit(vec![Write::put(Table::Documents, id, *b"{")])).unwrap();
    for _ in 0..2 {
        let library = open(&store);
        let lost = KnowledgeError::Corrupt { record: "listing", name: id.to_owned() };
        assert_eq!((library.list().len(), library.problems()), (2, vec![lost]));
        assert!(!block_on(library.keep_register()).unwrap());
    }
    // With its file it comes back, and with it the register.
    let library = open(&store);
    block_on(library.add(&prepared("ducks.md", DUCKS), 2)).unwrap();
    assert!(library.problems().is_empty() && block_on(library.keep_register()).unwrap());
    assert_eq!(counted(&store), (library.list(), 0));
}

/// A version that knows of no register writes a manifest without one.
#[test]
fn what_an_older_program_changed_is_seen() {
    let (library, other, store) = tabs();
    let info = block_on(library.add(&prepared("geese.md", GEESE), 1)).unwrap();
    let manifest = block_on(store.get(Table::Meta, "library")).unwrap().unwrap();
    let mut manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    manifest.as_object_mut().unwrap().remove("register").unwrap();
    manifest["generation"] = 9.into();
    let listing = serde_json::json!({ "info": DocumentInfo { name: "other.md".into(), ..info } });
    let id = library.list()[0].id.clone();
    block_on(store.commit(vec![
        Write::put(Table::Meta, "library", manifest.to_string()),
        Write::put(Table::Documents, id.as_str(), listing.to_string()),
    ]))
    .unwrap();
    block_on(other.refresh()).unwrap();
    assert_eq!((names(&open(&store)), names(&other)), (vec!["other.md".to_owned()], vec!["other.md".to_owned()]));
    assert!(block_on(library.keep_register()).unwrap() || block_on(other.keep_register()).unwrap());
    assert_eq!(counted(&store).1, 0);
    // The piece that nobody names any more goes with the first change after a start.
    let again = open(&store);
    block_on(again.add(&prepared("ducks.md", DUCKS), 2)).unwrap();
    assert_eq!((keys(&store, "r-").len(), counted(&store)), (2, (again.list(), 0)));
}

#[test]
fn another_tab_hears_what_changed_and_no_more() {
    let (one, two, _) = tabs();
    let geese = block_on(one.add(&prepared("geese.md", GEESE), 1)).unwrap();
    let ducks = block_on(one.add(&prepared("ducks.md", DUCKS), 2)).unwrap();
    block_on(two.refresh()).unwrap();
    let mut news = two.news();
    news.changed.sort_by_key(|info| info.added_ms);
    assert_eq!(news, News { changed: vec![geese.clone(), ducks.clone()], removed: Vec::new() });
    assert_eq!(two.news(), News::default());
    block_on(one.change_tags(std::slice::from_ref(&geese.id), &["Birds".into()], &[])).unwrap();
    embed(&one, &ducks.id, [1.0, 0.0]);
    // A change of its own takes the other one's over without saying so; it is told all the same.
    let herons = block_on(two.add(&prepared("herons.md", "Herons stand still."), 3)).unwrap();
    let mut news = two.news();
    news.changed.sort_by_key(|info| info.added_ms);
    let tagged = DocumentInfo { tags: vec!["Birds".into()], ..geese.clone() };
    assert_eq!(news.changed, [tagged, DocumentInfo { embedded: true, ..ducks.clone() }]);
    block_on(one.remove_all(&[geese.id.clone(), herons.id.clone()])).unwrap();
    block_on(two.refresh()).unwrap();
    let mut gone = vec![geese.id, herons.id];
    gone.sort();
    assert_eq!(two.news(), News { changed: Vec::new(), removed: gone });
    assert_eq!(one.news(), News::default(), "of what it did itself nobody has to tell it");
}

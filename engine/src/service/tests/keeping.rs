//! Files that are being kept while something else happens: a removal, another wish, another tab, a full disk, damage.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use conclave_ports::{
    DrawError, FileBytes, LocalFuture, MemoryReader, MemoryStore, Pages, ReadLimits, Record, Store, StoreError, Stored,
    Table, Write, Yield as _,
};
use conclave_protocol::{
    DocumentId, DocumentInfo, FileState, FromWorker, OfferedFile, Original, PageImage, PageWish, Passphrase,
    ProblemCode, Request, Settings, ToWorker,
};
use futures_util::future::join;

use super::originals::{PASSPHRASE, add, kept, manual, measured, noise, original, pdf, save, show};
use super::{Change, Device, GivesWay, Tab};

/// Bytes of a file of eleven pieces and a little: three commits.
const LARGE: usize = 10 << 20;

/// A document without its file, on a device that would keep it now.
fn without_file(tab: &Tab, bytes: &[u8]) -> DocumentInfo {
    save(tab, false);
    let info = add(tab, "manual.pdf", bytes);
    save(tab, true);
    info
}

/// Adds a file; as soon as some of its pieces are kept, `meanwhile` happens. How many pieces there were then.
fn add_while(device: &Device, tab: &Tab, bytes: &[u8], meanwhile: impl Future<Output = ()>) -> usize {
    let files = vec![OfferedFile { path: "manual.pdf".into(), size_bytes: bytes.len() as u64 }];
    let request = Request::new(tab.id(), ToWorker::AddFiles { files, left: 0 });
    let adding = tab.service.handle(request, Some(Box::new(bytes.to_vec())));
    let pieces = Cell::new(0);
    let other = async {
        while kept(device).is_empty() {
            GivesWay.yield_now().await;
        }
        pieces.set(kept(device).len());
        meanwhile.await;
    };
    pollster::block_on(join(adding, other));
    pieces.get()
}

async fn ask(tab: &Tab, body: ToWorker) {
    tab.service.handle(Request::new(tab.id(), body), None).await;
}

fn wants(keep_originals: bool) -> ToWorker {
    ToWorker::SaveSettings { settings: Settings { keep_originals, ..Settings::default() } }
}

/// Whether a write is one that is refused.
type IsRefused = fn(&Write) -> bool;

/// A store that refuses batches with a write of some kind.
struct Refusing {
    inner: Rc<MemoryStore>,
    refuses: Cell<Option<IsRefused>>,
}

impl Store for Refusing {
    fn get_many<'a>(&'a self, keys: &'a [(Table, &'a str)]) -> LocalFuture<'a, Result<Vec<Stored>, StoreError>> {
        self.inner.get_many(keys)
    }

    fn scan<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<Record>, StoreError>> {
        self.inner.scan(table, prefix)
    }

    fn list<'a>(&'a self, table: Table, prefix: &'a str) -> LocalFuture<'a, Result<Vec<String>, StoreError>> {
        self.inner.list(table, prefix)
    }

    fn commit(&self, batch: Vec<Write>) -> LocalFuture<'_, Result<(), StoreError>> {
        if self.refuses.get().is_some_and(|refuses| batch.iter().any(refuses)) {
            return Box::pin(std::future::ready(Err(StoreError::Failed("a test".into()))));
        }
        self.inner.commit(batch)
    }
}

/// A tab on such a store.
fn refusing_tab(device: &Device) -> (Tab, Rc<Refusing>) {
    let store = Rc::new(Refusing { inner: device.store.clone(), refuses: Cell::new(None) });
    let ports = super::Ports { store: store.clone(), ..device.ports() };
    (device.tab_on(ports), store)
}

/// Makes what is stored of the queue's files unreadable.
fn damage_queue(store: &MemoryStore) {
    let keys = pollster::block_on(store.list(Table::Queue, "bytes/")).unwrap();
    assert!(!keys.is_empty());
    let writes = keys.into_iter().map(|key| Write::put(Table::Queue, key, *b"no sealed record"));
    pollster::block_on(store.commit(writes.collect())).unwrap();
}

#[test]
fn a_document_that_is_removed_while_its_file_comes_leaves_nothing_of_it() {
    let device = Device::new();
    let tab = device.tab();
    let bytes = manual(LARGE);
    let info = without_file(&tab, &bytes);
    let other = device.tab();
    other.hello();
    // By the tab that keeps the file, or by another one, which has a memory of its own.
    for remover in [&tab, &other] {
        let remove = ask(remover, ToWorker::RemoveDocuments { documents: vec![info.id.clone()] });
        let pieces = add_while(&device, &tab, &bytes, remove);
        assert!((1..11).contains(&pieces), "it came in the middle: {pieces}");
        assert_eq!((kept(&device), tab.hello().documents.len()), (Vec::new(), 0));
        without_file(&tab, &bytes);
    }
}

#[test]
fn files_of_documents_that_cannot_be_stored_are_taken_back() {
    let device = Device::new();
    let (tab, store) = refusing_tab(&device);
    tab.hello();
    for refuses in [
        (|write| write.table() == Table::Documents) as IsRefused,
        // In the middle of the file.
        |write| matches!(write, Write::Put { table: Table::Originals, key, .. } if key.ends_with("/000008")),
    ] {
        store.refuses.set(Some(refuses));
        tab.add(&[("manual.pdf", &manual(LARGE))]);
        assert_eq!(tab.queue().stalled.map(|problem| problem.code), Some(ProblemCode::StorageUnavailable));
        assert_eq!(kept(&device), Vec::<String>::new());
        store.refuses.set(None);
        tab.close(ToWorker::StopFiles { file: None });
        tab.close(ToWorker::DismissFiles { file: None });
        tab.close(ToWorker::PauseQueue { is_paused: false });
        assert_eq!((kept(&device).len(), tab.hello().documents.len()), (0, 0));
    }
}

#[test]
fn an_engine_that_starts_leaves_alone_what_another_one_is_about_to_list() {
    let device = Device::new();
    let (tab, starting) = (device.tab(), device.tab());
    starting.hello();
    let sweep = async {
        starting.service.originals.sweep_again();
        assert!(starting.service.sweep_originals().await);
    };
    let pieces = add_while(&device, &tab, &manual(LARGE), sweep);
    assert!((1..11).contains(&pieces), "it came in the middle: {pieces}");
    let info = tab.hello().documents.remove(0);
    assert_eq!((original(&tab, &info), kept(&device).len()), (Original::Kept, 11));
}

#[test]
fn two_engines_with_one_queue_take_nothing_back_from_each_other() {
    let device = Device::new();
    let (tab, starting) = (device.tab(), device.tab());
    // It finds the file in the queue, whose copy is gone when its turn comes.
    add_while(&device, &tab, &manual(LARGE), ask(&starting, ToWorker::Hello));
    let info = tab.hello().documents.remove(0);
    assert_eq!((original(&tab, &info), kept(&device).len()), (Original::Kept, 11));
    assert_eq!(starting.hello().documents.len(), 1);
}

#[test]
fn who_stops_wanting_files_kept_has_none_of_what_is_under_way() {
    for is_here in [false, true] {
        let device = Device::new();
        let tab = device.tab();
        let bytes = manual(LARGE);
        if is_here {
            without_file(&tab, &bytes);
        }
        let pieces = add_while(&device, &tab, &bytes, ask(&tab, wants(false)));
        assert!((1..11).contains(&pieces), "it came in the middle: {pieces}");
        let info = tab.hello().documents.remove(0);
        assert_eq!((kept(&device), original(&tab, &info)), (Vec::new(), Original::Unwanted));
        assert_eq!((tab.queue().stalled, tab.queue().trouble), (None, 0));
    }
}

#[test]
fn a_wish_that_changes_between_reading_and_storing_holds() {
    let mut device = Device::new();
    let store: Rc<RefCell<Option<Rc<dyn Store>>>> = Rc::default();
    let opened = Rc::clone(&store);
    device.reader = Rc::new(MemoryReader::new(move |name, bytes, take| {
        if name == "after.txt" {
            // As another engine would store it: nobody here hears of it.
            let settings = serde_json::to_vec(&Settings { keep_originals: false, ..Settings::default() }).unwrap();
            let write = Write::put(Table::Meta, "settings", settings);
            pollster::block_on(opened.borrow().as_ref().unwrap().commit(vec![write])).unwrap();
        }
        conclave_import::import(name, bytes, &conclave_import::Limits::default(), take)
    }));
    let tab = device.tab();
    tab.hello();
    store.replace(Some(device.opened()));
    // The first one waits for the second one: they are stored together.
    tab.add(&[("manual.pdf", &manual(0)), ("after.txt", b"Something else.")]);
    let documents = tab.hello().documents;
    let info = documents.iter().find(|info| info.name == "manual.pdf").unwrap();
    assert_eq!((documents.len(), kept(&device).len(), original(&tab, info)), (2, 0, Original::Unwanted));
}

#[test]
fn a_document_goes_before_its_file_where_there_is_room_for_one_of_them() {
    let page = |page: u32| {
        let words = |n: u32| format!("Line {n} of page {page} tells of valve number {}.", page * 1_000 + n * 37);
        let lines: Vec<String> = (0..60).map(words).collect();
        let drawn: Vec<_> = lines.iter().zip(0..).map(|(line, n)| (72, 780 - 12 * n, 10, line.as_str())).collect();
        pdf::lines(&drawn)
    };
    let file = pdf::document(&(1..=6).map(page).collect::<Vec<_>>(), "", "", &[noise(3 << 20)]);
    let stored = |device: &Device| -> usize {
        let of = |table| pollster::block_on(device.store.scan(table, "")).unwrap();
        Table::ALL.into_iter().flat_map(of).map(|(_, record)| record.unwrap().len()).sum()
    };
    // What the copy in the queue takes, and the file beside it.
    let roomy = Device::new();
    let tab = roomy.tab();
    tab.close(ToWorker::PauseQueue { is_paused: true });
    tab.add(&[("valves.pdf", &file)]);
    let copy = stored(&roomy);
    tab.close(ToWorker::PauseQueue { is_paused: false });
    let pieces = pollster::block_on(roomy.store.scan(Table::Originals, "")).unwrap();
    let original_bytes: usize = pieces.into_iter().map(|(_, piece)| piece.unwrap().len()).sum();
    let document_bytes = stored(&roomy) - original_bytes;
    assert!(original_bytes > 3 << 20 && document_bytes > 10_000, "{document_bytes}");

    // Half of the document would fit, too.
    let device = Device::with_room(copy + original_bytes + document_bytes / 2, usize::MAX);
    let tab = device.tab();
    let info = add(&tab, "valves.pdf", &file);
    assert_eq!((tab.queue().stalled, tab.queue().waiting), (None, 0));
    assert_eq!((original(&tab, &info), kept(&device).len(), info.notes.len()), (Original::Missing, 0, 0));
    let FromWorker::Journal(entries) = tab.close(ToWorker::ReadJournal) else { panic!("no journal") };
    assert!(entries.iter().any(|entry| entry.text.contains("no room to keep the files of documents: 1")));
}

#[test]
fn a_copy_that_cannot_be_read_stops_nothing_but_itself() {
    let device = Device::new();
    let tab = device.tab();
    let info = without_file(&tab, &manual(0));
    tab.close(ToWorker::PauseQueue { is_paused: true });
    add(&tab, "again.pdf", &manual(0));
    damage_queue(&device.store);
    tab.close(ToWorker::PauseQueue { is_paused: false });
    assert_eq!((tab.queue().stalled.clone(), tab.queue().waiting), (None, 0));
    assert_eq!(tab.refusal().code, ProblemCode::Corrupt);
    assert_eq!((kept(&device).len(), original(&tab, &info)), (0, Original::Missing));
    tab.import("after.txt", "What comes after it is read.\n");

    // One that breaks between reading and keeping: the document is here, its file is not.
    let mut device = Device::new();
    let store = device.store.clone();
    device.reader = Rc::new(MemoryReader::new(move |name, bytes, take| {
        damage_queue(&store);
        conclave_import::import(name, bytes, &conclave_import::Limits::default(), take)
    }));
    let tab = device.tab();
    let info = add(&tab, "manual.pdf", &manual(LARGE));
    assert_eq!((tab.queue().stalled.clone(), tab.queue().waiting), (None, 0));
    assert_eq!((kept(&device).len(), original(&tab, &info)), (0, Original::Missing));
}

#[test]
fn a_device_that_keeps_no_files_takes_none_from_a_backup() {
    let device = Device::new();
    let tab = device.tab();
    let info = add(&tab, "manual.pdf", &manual(LARGE));
    let FromWorker::BackedUp(backup) = tab.close(ToWorker::BackUp { passphrase: Passphrase(PASSPHRASE.into()) }) else {
        panic!("no backup")
    };
    let part =
        |name: &String| pollster::block_on(conclave_ports::Blobs::read(&*device.exports, name)).unwrap().unwrap();
    let file: Vec<u8> = backup.parts.iter().flat_map(part).collect();
    // There would be no room for them either.
    let other = Device::with_room(2 << 20, usize::MAX);
    let there = other.tab();
    there.import("herons.txt", "Herons stand still.\n");
    save(&there, false);
    let body = ToWorker::BringBack { passphrase: Passphrase(PASSPHRASE.into()) };
    let back = there.send_with(body, Some(Box::new(file))).pop().unwrap();
    assert!(matches!(back, FromWorker::BroughtBack(came) if came.documents == 1), "{back:?}");
    assert_eq!((kept(&other).len(), original(&there, &info)), (0, Original::Unwanted));
}

#[test]
fn only_the_wish_to_keep_none_removes_files_and_a_start_what_it_left() {
    let device = Device::new();
    let (tab, store) = refusing_tab(&device);
    let info = add(&tab, "manual.pdf", &manual(LARGE));
    store.refuses.set(Some(|write| matches!(write, Write::Delete { table: Table::Originals, .. })));
    tab.changes.borrow_mut().clear();
    let FromWorker::Failed(problem) = tab.close(wants(false)) else { panic!("they are still there") };
    assert!(problem.what.contains("The settings are saved"), "{problem:?}");
    // All else holds, and every tab knows it.
    assert_eq!(*tab.changes.borrow(), [Change::Settings]);
    let told = |event: &FromWorker| matches!(event, FromWorker::Settings(settings) if !settings.keep_originals);
    assert!(tab.unasked().iter().any(told));
    assert_eq!((kept(&device).len(), tab.hello().settings.keep_originals), (11, false));
    store.refuses.set(None);
    // Another choice is no wish about files.
    let settings = Settings { keep_originals: false, show_trace: false, ..Settings::default() };
    assert!(matches!(tab.close(ToWorker::SaveSettings { settings }), FromWorker::Settings(_)));
    assert_eq!(kept(&device).len(), 11);
    let tab = device.tab();
    tab.hello();
    assert_eq!((kept(&device).len(), measured(&tab).originals, original(&tab, &info)), (0, 0, Original::Unwanted));
}

/// A program that breaks on every page, and says this of where.
struct Breaks(Option<String>);

impl Pages for Breaks {
    fn draw<'a>(
        &'a self,
        _: &'a DocumentId,
        _: &'a dyn FileBytes,
        _: &'a PageWish,
        _: ReadLimits,
    ) -> LocalFuture<'a, Result<PageImage, DrawError>> {
        Box::pin(std::future::ready(Err(DrawError::Broke { place: self.0.clone() })))
    }
}

#[test]
fn the_journal_learns_where_drawing_broke_and_nothing_else() {
    for (says, noted) in [
        (
            Some("engine/knowledge/pages/src/draw.rs:71"),
            "drawing a page broke at engine/knowledge/pages/src/draw.rs:71",
        ),
        (None, "drawing a page broke at a place that it could not say"),
        (Some("the letter to Mrs Miller.rs:1"), "drawing a page broke at a place that it could not say"),
        (Some("src/draw.rs:letter"), "drawing a page broke at a place that it could not say"),
    ] {
        let device = Device::new();
        let pages = Rc::new(Breaks(says.map(str::to_owned)));
        let tab = device.tab_on(super::Ports { pages, ..device.ports() });
        let info = add(&tab, "manual.pdf", &manual(0));
        assert_eq!(show(&tab, &info, 1, None).unwrap_err().code, ProblemCode::DamagedFile);
        let FromWorker::Journal(entries) = tab.close(ToWorker::ReadJournal) else { panic!("no journal") };
        assert!(entries.iter().any(|entry| entry.text == noted), "{entries:?}");
        assert!(!entries.iter().any(|entry| entry.text.contains("letter")), "{entries:?}");
    }
}

/// What attaching says of a full disk; the document itself says nothing for ever.
#[test]
fn no_room_is_said_of_the_file_and_never_stored_with_the_document() {
    let size = 3 << 20;
    let device = Device::with_room(size + (1 << 20), usize::MAX);
    let tab = device.tab();
    let info = add(&tab, "manual.pdf", &manual(size));
    assert_eq!(add(&tab, "manual.pdf", &manual(size)).notes, info.notes);
    assert!(matches!(&tab.queue().files[0].state, FileState::Partial(why) if why.contains("no room")));
    assert!(tab.hello().documents[0].notes.is_empty());
}

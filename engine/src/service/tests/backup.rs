//! The whole vault as one file, and back: on another device, on the same one, and from files that are none.

use conclave_ports::{Blobs as _, Store as _, Table, Write};
use conclave_protocol::{
    Backup, BroughtBack, FromWorker, Passphrase, Problem, ProblemCode, Settings, StorageUse, ToWorker,
};

use super::threads::thread;
use super::{Device, Tab, problem};

const PASSPHRASE: &str = "four words of nobody";

const MANUAL: &str = "# Warranty\n\nThe warranty of the Aero 3 pump lasts two years.\n";
const GEESE: &str = "The goose Walburga flies south in October.\n";

fn back_up(tab: &Tab) -> Backup {
    match tab.close(ToWorker::BackUp { passphrase: Passphrase(PASSPHRASE.into()) }) {
        FromWorker::BackedUp(backup) => backup,
        other => panic!("no backup: {other:?}"),
    }
}

/// The bytes of a backup, as the page puts them together.
fn file(device: &Device, backup: &Backup) -> Vec<u8> {
    let part = |name: &String| pollster::block_on(device.exports.read(name)).unwrap().unwrap();
    let bytes: Vec<u8> = backup.parts.iter().flat_map(part).collect();
    assert_eq!(bytes.len() as u64, backup.size_bytes);
    bytes
}

fn bring_back(tab: &Tab, file: Vec<u8>, passphrase: &str) -> Result<BroughtBack, Problem> {
    let body = ToWorker::BringBack { passphrase: Passphrase(passphrase.into()) };
    match tab.send_with(body, Some(Box::new(file))).pop().unwrap() {
        FromWorker::BroughtBack(came) => Ok(came),
        FromWorker::Failed(problem) => Err(problem),
        other => panic!("neither: {other:?}"),
    }
}

fn found(tab: &Tab, query: &str) -> usize {
    match tab.close(ToWorker::Search { query: query.into(), limit: 10 }) {
        FromWorker::Found(passages) => passages.len(),
        other => panic!("not found: {other:?}"),
    }
}

/// A device with two documents, with their vectors, and a thread.
fn full() -> (Device, Tab) {
    let device = Device::with_models();
    let tab = device.tab();
    tab.close(ToWorker::LoadModels);
    tab.import("manual.md", MANUAL);
    tab.import("geese.txt", GEESE);
    tab.close(ToWorker::Ask { thread: thread(1), question: "How long is the warranty?".into() });
    tab.close(ToWorker::SaveSettings { settings: Settings { max_answer_tokens: 77, ..Settings::default() } });
    (device, tab)
}

/// A device with two documents of so many words each, no two of which are the same.
fn with_long_texts(words: u32) -> (Device, Tab) {
    let device = Device::new();
    let tab = device.tab();
    let mut random = 1u64;
    let mut word = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{:x} ", random >> 20)
    };
    for name in ["one.txt", "two.txt"] {
        let text: String = (0..words).map(|_| word()).collect();
        tab.import(name, &text);
    }
    (device, tab)
}

#[test]
fn another_device_gets_everything_with_its_index() {
    let (device, tab) = full();
    let backup = back_up(&tab);
    assert_eq!((backup.documents, backup.threads, backup.left_out), (2, 1, 0));
    let file = file(&device, &backup);
    for word in ["Walburga", "warranty", "geese", "CNCLVSEG", "ustar"] {
        assert!(!file.windows(word.len()).any(|window| window == word.as_bytes()), "{word}");
    }

    let other = Device::new();
    let there = other.tab();
    there.hello();
    let came = bring_back(&there, file, PASSPHRASE).unwrap();
    assert_eq!(came, BroughtBack { documents: 2, threads: 1, ..BroughtBack::default() });
    let (here, there_now) = (tab.hello(), other.tab().hello());
    assert_eq!(there_now.documents, here.documents, "with their vectors, though there is no model");
    assert!(there_now.documents.iter().all(|document| document.embedded));
    assert_eq!((there_now.threads, there_now.settings.max_answer_tokens), (here.threads, 77));
    assert_eq!(found(&there, "Walburga"), 1);
    let thread = |tab: &Tab| tab.close(ToWorker::ReadThread { thread: thread(1) });
    assert_eq!(thread(&there), thread(&tab));
    // The page is told without asking.
    let told = there.unasked();
    assert!(told.iter().any(|event| matches!(event, FromWorker::Added(all) if all.len() == 2)));
    assert!(told.iter().any(|event| matches!(event, FromWorker::Threads(all) if all.len() == 1)));
    // Another key seals it there.
    let keys = |device: &Device| pollster::block_on(device.store.scan(Table::Texts, "")).unwrap();
    assert_ne!(keys(&device), keys(&other));
}

/// The library's register knows the name of a document whose own record is damaged; a backup brings documents, not names.
#[test]
fn what_is_left_out_of_a_backup_is_not_listed_where_it_comes() {
    let (device, tab) = full();
    let geese = tab.hello().documents.into_iter().find(|document| document.name == "geese.txt").unwrap();
    pollster::block_on(device.store.commit(vec![Write::put(Table::Documents, geese.id.as_str(), *b"junk")])).unwrap();
    assert_eq!(device.tab().hello().documents.len(), 2);
    let backup = back_up(&tab);
    assert_eq!(backup.left_out, 1);
    let other = Device::new();
    let there = other.tab();
    assert_eq!(bring_back(&there, file(&device, &backup), PASSPHRASE).unwrap().documents, 1);
    for tab in [there, other.tab()] {
        let listed = tab.hello().documents;
        assert_eq!(listed.iter().map(|document| document.name.as_str()).collect::<Vec<_>>(), ["manual.md"]);
    }
    // The register is made again where it came.
    let pieces = pollster::block_on(other.store.list(Table::Segments, "r-")).unwrap();
    assert_eq!(pieces.len(), 1);
}

#[test]
fn what_is_here_stays_and_what_was_lost_comes_back() {
    let (device, tab) = full();
    let backup = back_up(&tab);
    let file = file(&device, &backup);
    let geese = tab.hello().documents.into_iter().find(|document| document.name == "geese.txt").unwrap();
    tab.close(ToWorker::RemoveDocuments { documents: vec![geese.id.clone()] });
    tab.close(ToWorker::RenameThread { thread: thread(1), title: "Pumps".into() });
    tab.close(ToWorker::SaveSettings { settings: Settings { max_answer_tokens: 99, ..Settings::default() } });
    tab.import("new.txt", "Herons stand still.\n");
    assert_eq!(found(&tab, "Walburga"), 0);
    let came = bring_back(&tab, file, PASSPHRASE).unwrap();
    assert_eq!(came, BroughtBack { documents: 1, documents_here: 1, threads: 0, threads_here: 1 });
    assert_eq!((found(&tab, "Walburga"), found(&tab, "herons")), (1, 1));
    let now = device.tab().hello();
    assert_eq!((now.documents.len(), now.threads[0].title.as_str()), (3, "Pumps"));
    assert_eq!(now.settings.max_answer_tokens, 99);
    assert!(now.documents.iter().all(|document| document.embedded), "it was embedded again");
    assert_eq!(now.problems, []);
}

#[test]
fn a_backup_larger_than_a_part_comes_back_whole() {
    let (device, tab) = with_long_texts(400_000);
    let backup = back_up(&tab);
    assert!(backup.parts.len() > 1, "{backup:?}");
    let file = file(&device, &backup);
    let other = Device::new().tab();
    assert_eq!(bring_back(&other, file, PASSPHRASE).unwrap().documents, 2);
    assert_eq!(other.hello().documents, tab.hello().documents);
}

#[test]
fn nothing_is_taken_from_damaged_and_foreign_files() {
    let (device, tab) = full();
    let whole = file(&device, &back_up(&tab));
    let other = Device::new();
    let there = other.tab();
    let code = |file: &[u8], passphrase| bring_back(&there, file.to_vec(), passphrase).unwrap_err().code;
    assert_eq!(code(&whole, "another passphrase"), ProblemCode::BadRequest);
    assert_eq!(code(b"%PDF-1.7", PASSPHRASE), ProblemCode::UnsupportedType);
    assert_eq!(code(b"", PASSPHRASE), ProblemCode::UnsupportedType);
    for cut in [whole.len() - 1, whole.len() / 2, 150, 250] {
        assert!(matches!(code(&whole[..cut], PASSPHRASE), ProblemCode::Corrupt), "{cut}");
    }
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(code(&changed, PASSPHRASE), ProblemCode::Corrupt);
    // An archive of something else under the right passphrase.
    let (mut encrypter, mut archive) =
        conclave_vault::age::begin(PASSPHRASE, &conclave_ports::SeededEntropy::new(3)).unwrap();
    encrypter.push(&[0; 1_024], &mut archive);
    encrypter.finish(&mut archive);
    assert_eq!(code(&archive, PASSPHRASE), ProblemCode::UnsupportedType);
    let snapshot = other.tab().hello();
    assert!(snapshot.documents.is_empty() && snapshot.threads.is_empty());
    assert_eq!(snapshot.settings, Settings::default());
}

#[test]
fn a_short_passphrase_is_refused_and_a_full_device_keeps_nothing() {
    let (_, tab) = full();
    let short = tab.close(ToWorker::BackUp { passphrase: Passphrase("short".into()) });
    assert_eq!(problem(short).code, ProblemCode::BadRequest);
    let device = Device::with_room(usize::MAX, 100);
    let tab = device.tab();
    tab.import("geese.txt", GEESE);
    let full = tab.close(ToWorker::BackUp { passphrase: Passphrase(PASSPHRASE.into()) });
    assert_eq!(problem(full).code, ProblemCode::StorageFull);
    assert_eq!(pollster::block_on(device.exports.read("parts/000000")).unwrap(), None);
}

#[test]
fn a_device_without_room_says_so_and_goes_on_with_what_came() {
    let (device, tab) = with_long_texts(400_000);
    let file = file(&device, &back_up(&tab));
    let small = Device::with_room(8_000_000, usize::MAX);
    let there = small.tab();
    assert_eq!(bring_back(&there, file, PASSPHRASE).unwrap_err().code, ProblemCode::StorageFull);
    // All or nothing of a document: what is listed can be read.
    let came = small.tab().hello().documents;
    assert_eq!(came.len(), 1);
    for document in came {
        assert!(matches!(there.close(ToWorker::ReadDocument { document: document.id }), FromWorker::Document(_)));
    }
}

#[test]
fn what_the_vault_holds_is_measured() {
    let (_, tab) = full();
    let FromWorker::Storage(StorageUse { documents, chars, words_bytes, vectors_bytes, threads, waiting, .. }) =
        tab.close(ToWorker::MeasureStorage)
    else {
        panic!("not measured")
    };
    assert_eq!((documents, threads, waiting), (2, 1, 0));
    assert_eq!(chars as usize, MANUAL.chars().count() + GEESE.chars().count());
    assert!(words_bytes > 100 && vectors_bytes >= 2 * 48, "{words_bytes} {vectors_bytes}");
}

#[test]
fn a_backup_that_nobody_saved_goes_with_the_next_start() {
    let (device, tab) = full();
    tab.hello();
    let backup = back_up(&tab);
    let waits = || pollster::block_on(device.exports.read(&backup.parts[0])).unwrap().is_some();
    tab.hello();
    assert!(waits(), "another greeting of this run leaves it");
    device.tab().hello();
    assert!(!waits());
}

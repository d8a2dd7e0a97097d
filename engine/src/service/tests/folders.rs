//! Folders that are watched: what changes in them changes in the library, and nothing else does.

use conclave_ports::{Clock, FolderError};
use conclave_protocol::{FolderId, FolderInfo, FolderState, Passage, Scanned};

use super::*;

const OLD: i64 = 1_600_000_000_000;
const NEW: i64 = 1_600_000_100_000;

fn folder() -> FolderId {
    FolderId("f".into())
}

/// A device with a folder that has these files, and a tab that watches it.
fn watching(files: &[(&str, &str)]) -> (Device, Tab) {
    let device = Device::new();
    device.folders.keep(&folder());
    write(&device, files, OLD);
    let tab = device.tab();
    assert_eq!(tab.close(ToWorker::WatchFolder { folder: folder(), name: "notes".into() }), FromWorker::Done);
    look(&tab);
    (device, tab)
}

fn write(device: &Device, files: &[(&str, &str)], at: i64) {
    files.iter().for_each(|(path, text)| device.folders.write(&folder(), path, text.as_bytes(), at));
}

/// Looks through the folder and lets the engine work until nothing is left to do.
fn look(tab: &Tab) -> FolderInfo {
    let scan = ToWorker::ScanFolders { folder: Some(folder()), is_asked: true };
    assert_eq!(tab.close(scan), FromWorker::Done);
    told(tab)
}

/// The folder as it was told last.
fn told(tab: &Tab) -> FolderInfo {
    let mut told = tab.unasked().into_iter().filter_map(|event| match event {
        FromWorker::Folders(mut folders) => folders.pop(),
        _ => None,
    });
    told.next_back().unwrap()
}

fn scanned(tab: &Tab) -> Scanned {
    let info = look(tab);
    assert!(matches!(info.state, FolderState::Watched { .. }), "{:?}", info.state);
    info.scanned.unwrap()
}

/// The documents by path, in order.
fn documents(device: &Device) -> Vec<DocumentInfo> {
    let mut documents = device.tab().hello().documents;
    documents.sort_by(|a, b| a.path.cmp(&b.path));
    documents
}

fn paths(device: &Device) -> Vec<String> {
    documents(device).into_iter().map(|info| info.path.unwrap_or_default()).collect()
}

fn found(tab: &Tab, words: &str) -> Vec<Passage> {
    match tab.close(ToWorker::Search { query: words.into(), limit: 10 }) {
        FromWorker::Found(passages) => passages,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_folder_becomes_documents_and_what_is_as_it_was_is_not_read_again() {
    let (device, tab) = watching(&[
        ("a.txt", "The first note."),
        ("deep/er/b.md", "# Two\n\nThe second note."),
        ("empty.txt", ""),
        ("picture.jpg", "no text"),
        (".git/config.txt", "hidden"),
        ("node_modules/x/readme.md", "of a program"),
        ("~$letter.docx", "a lock"),
        ("Thumbs.db", "of a system"),
    ]);
    assert_eq!(paths(&device), ["notes/a.txt", "notes/deep/er/b.md"]);
    let first = told(&tab).scanned.unwrap();
    assert_eq!((first.added, first.unsupported, first.passed_by, first.unread), (3, 1, 5, 0));
    assert_eq!((told(&tab).files, told(&tab).state), (3, FolderState::Watched { is_told: true }));
    assert!(device.folders.is_watched(&folder()));
    let (reads, looks) = (device.folders.reads(), device.folders.looks());
    let again = scanned(&tab);
    assert!(again.is_same() && device.folders.looks() > looks);
    assert_eq!(device.folders.reads(), reads, "size and date are the same");
    // Nor after a restart, on what was stored.
    let tab = device.tab();
    assert!(scanned(&tab).is_same());
    assert_eq!(device.folders.reads(), reads);
}

#[test]
fn a_file_that_was_only_touched_is_read_and_not_indexed_again() {
    let (device, tab) = watching(&[("a.txt", "The first note.")]);
    let before = documents(&device);
    device.clock.advance(60_000);
    write(&device, &[("a.txt", "The first note.")], NEW);
    let reads = device.folders.reads();
    assert!(scanned(&tab).is_same());
    assert_eq!(device.folders.reads(), reads + 1);
    assert_eq!(documents(&device), before, "the time at which it was added is the same, too");
    assert!(scanned(&tab).is_same());
    assert_eq!(device.folders.reads(), reads + 1, "its date is known now");
}

#[test]
fn a_changed_file_replaces_its_document_when_the_new_one_is_in() {
    let (device, tab) = watching(&[("a.txt", "Penguins swim."), ("b.txt", "Larks sing.")]);
    write(&device, &[("a.txt", "Ostriches run.")], NEW);
    // The queue stands still: the old one is not taken away before the new one can be found.
    tab.close(ToWorker::PauseQueue { is_paused: true });
    assert_eq!(scanned(&tab).changed, 1);
    assert_eq!(found(&tab, "penguins").len(), 1);
    tab.close(ToWorker::PauseQueue { is_paused: false });
    assert!(found(&tab, "penguins").is_empty());
    assert_eq!((found(&tab, "ostriches").len(), found(&tab, "larks").len()), (1, 1));
    assert_eq!(paths(&device), ["notes/a.txt", "notes/b.txt"]);
    assert!(tab.unasked().iter().any(|event| matches!(event, FromWorker::Removed(gone) if gone.len() == 1)));
    // A version that cannot be read leaves the last one that could.
    write(&device, &[("a.txt", "\0\u{1}\u{2}\0\0\0\0")], NEW + 1);
    assert_eq!(scanned(&tab).changed, 1);
    assert_eq!(found(&tab, "ostriches").len(), 1);
}

#[test]
fn a_moved_file_keeps_its_document_and_gets_the_new_path() {
    let (device, tab) = watching(&[("a.txt", "The first note."), ("sub/b.txt", "The second note.")]);
    let before = documents(&device);
    device.folders.rename(&folder(), "a.txt", "other/renamed.txt");
    device.folders.rename(&folder(), "sub/b.txt", "b.txt");
    let scanned = scanned(&tab);
    assert_eq!((scanned.moved, scanned.added, scanned.removed), (2, 0, 0));
    let after = documents(&device);
    let ids = |all: &[DocumentInfo]| all.iter().map(|info| info.id.clone()).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(ids(&after), ids(&before));
    assert!(
        after.iter().all(|info| before.iter().any(|other| other.added_ms == info.added_ms)),
        "it was not added again"
    );
    assert_eq!(paths(&device), ["notes/b.txt", "notes/other/renamed.txt"]);
    assert_eq!((after[1].name.as_str(), after[1].title.as_str()), ("renamed.txt", "renamed.txt"));
    assert_eq!(found(&tab, "folder:other note").len(), 1, "filters know it");
    assert!(!tab.unasked().iter().any(|event| matches!(event, FromWorker::Removed(_))));
}

#[test]
fn a_deleted_file_leaves_at_once_even_while_it_waits() {
    let (device, tab) =
        watching(&[("a.txt", "Penguins swim."), ("copy.txt", "Penguins swim."), ("b.txt", "Larks sing.")]);
    device.folders.remove(&folder(), "b.txt");
    assert_eq!(scanned(&tab).removed, 1);
    assert!(found(&tab, "larks").is_empty());
    // What another file says, too, stays.
    device.folders.remove(&folder(), "a.txt");
    assert_eq!(scanned(&tab).removed, 1);
    assert_eq!((found(&tab, "penguins").len(), paths(&device)), (1, vec!["notes/copy.txt".to_owned()]));
    tab.close(ToWorker::PauseQueue { is_paused: true });
    write(&device, &[("c.txt", "Storks stand.")], NEW);
    look(&tab);
    assert_eq!(tab.queue().waiting, 1);
    device.folders.remove(&folder(), "c.txt");
    look(&tab);
    tab.close(ToWorker::PauseQueue { is_paused: false });
    assert!(found(&tab, "storks").is_empty());
    assert_eq!((tab.queue().waiting, tab.queue().trouble), (0, 0));
}

#[test]
fn a_folder_that_cannot_be_read_keeps_its_documents_and_says_why() {
    let (device, tab) = watching(&[("a.txt", "Penguins swim."), ("sub/b.txt", "Larks sing.")]);
    device.folders.allow(&folder(), false);
    assert_eq!(look(&tab).state, FolderState::NotAllowed);
    device.folders.allow(&folder(), true);
    for error in [FolderError::Gone, FolderError::Unreadable("the disk is away".into())] {
        device.folders.set_broken(&folder(), "", Some(error));
        assert!(matches!(look(&tab).state, FolderState::Unreadable(problem) if problem.what.contains("notes")));
        assert_eq!(documents(&device).len(), 2);
    }
    device.folders.set_broken(&folder(), "", None);
    device.folders.set_broken(&folder(), "sub", Some(FolderError::Unreadable("locked".into())));
    device.folders.remove(&folder(), "a.txt");
    let one = scanned(&tab);
    assert_eq!((one.removed, one.unread, one.unread_paths), (1, 1, vec!["sub".to_owned()]));
    assert_eq!(paths(&device), ["notes/sub/b.txt"]);
    device.folders.set_broken(&folder(), "sub", None);
    assert!(scanned(&tab).is_same());
}

#[test]
fn a_large_folder_that_is_empty_at_once_may_be_a_disk_that_is_away() {
    let names: Vec<String> = (0..10).map(|at| format!("{at}.txt")).collect();
    let texts: Vec<String> = (0..10).map(|at| format!("Penguin {at} swims.")).collect();
    let files: Vec<(&str, &str)> = names.iter().zip(&texts).map(|(name, text)| (&name[..], &text[..])).collect();
    let (device, tab) = watching(&files);
    let remove = |names: &[String]| names.iter().for_each(|name| device.folders.remove(&folder(), name));
    remove(&names);
    let FolderState::Unreadable(problem) = look(&tab).state else { panic!("it looks like any folder") };
    assert!(problem.what.contains("is empty now, and had 10 files"), "{problem}");
    assert_eq!(documents(&device).len(), 10);
    // The disk is back, without one of them.
    write(&device, &files[..9], OLD);
    assert_eq!(scanned(&tab).removed, 1);
    assert_eq!(documents(&device).len(), 9);
    // A smaller one was emptied by somebody.
    remove(&names[..9]);
    assert_eq!(scanned(&tab).removed, 9);
    assert_eq!(documents(&device).len(), 0);
}

#[test]
fn a_file_that_changes_while_it_is_read_is_read_again_later_and_never_stored_half() {
    let (device, tab) = watching(&[]);
    let long = "Penguins swim. ".repeat(60_000);
    write(&device, &[("a.txt", "Larks sing."), ("long.txt", &long)], OLD);
    for path in ["a.txt", "long.txt"] {
        device.folders.when_read(path, move |folders| folders.write(&folder(), path, *b"Storks stand now.", NEW));
    }
    let info = look(&tab);
    // The service has looked again by itself, after a while.
    assert!(info.scanned.unwrap().unsettled == 0);
    assert!(found(&tab, "larks").is_empty() && found(&tab, "penguins").is_empty());
    assert_eq!(found(&tab, "storks").len(), 1);
    assert_eq!(documents(&device).len(), 1);
    let added = tab.unasked().into_iter().filter_map(|event| match event {
        FromWorker::Added(documents) => Some(documents),
        _ => None,
    });
    assert!(added.flatten().all(|info| info.size_bytes == 17), "what was there before was never taken");
    assert!(device.clock.monotonic_ms() >= 2_000.0);
}

#[test]
fn a_folder_is_forgotten_with_its_documents_or_without() {
    for keep_documents in [true, false] {
        let (device, tab) = watching(&[("a.txt", "Penguins swim.")]);
        tab.close(ToWorker::PauseQueue { is_paused: true });
        write(&device, &[("b.txt", "Larks sing.")], OLD);
        look(&tab);
        let forget = ToWorker::ForgetFolder { folder: folder(), keep_documents };
        assert_eq!(tab.close(forget), FromWorker::Done);
        tab.close(ToWorker::PauseQueue { is_paused: false });
        assert_eq!(documents(&device).len(), if keep_documents { 2 } else { 0 });
        let left = pollster::block_on(device.opened().list(conclave_ports::Table::Meta, "folder")).unwrap();
        assert_eq!(left, Vec::<String>::new());
        assert_eq!(pollster::block_on(conclave_ports::Folders::kept(&device.folders)), Ok(Vec::new()));
        // Watched again, what stayed is the folder's again.
        device.folders.keep(&folder());
        tab.close(ToWorker::WatchFolder { folder: folder(), name: "notes".into() });
        assert_eq!(scanned(&tab).added, 2);
        tab.close(ToWorker::ForgetFolder { folder: folder(), keep_documents: false });
        assert_eq!(documents(&device).len(), 0);
    }
}

#[test]
fn a_document_that_was_there_before_stays_when_its_file_goes() {
    let device = Device::new();
    device.tab().import("mine.txt", "Penguins swim.");
    device.folders.keep(&folder());
    write(&device, &[("a.txt", "Penguins swim.")], OLD);
    let tab = device.tab();
    tab.close(ToWorker::WatchFolder { folder: folder(), name: "notes".into() });
    assert_eq!(scanned(&tab).added, 1);
    device.folders.remove(&folder(), "a.txt");
    assert_eq!(scanned(&tab).removed, 1);
    assert_eq!(found(&tab, "penguins").len(), 1);
}

const MAILS: &str = "From a@example.com Mon Jan  1 00:00:00 2024\nFrom: a@example.com\nSubject: One\nMessage-ID: <1@x>\n\n\
    Penguins swim in cold water.\n\nFrom b@example.com Mon Jan  1 00:00:00 2024\nFrom: b@example.com\nSubject: Two\n\
    Message-ID: <2@x>\n\nLarks sing over the fields.\n";

#[test]
fn all_documents_of_a_file_follow_it() {
    let (device, tab) = watching(&[("all.mbox", MAILS)]);
    assert_eq!(documents(&device).len(), 2);
    let reads = device.folders.reads();
    assert!(scanned(&tab).is_same());
    assert_eq!(device.folders.reads(), reads);
    device.folders.rename(&folder(), "all.mbox", "old/mail.mbox");
    assert_eq!(scanned(&tab).moved, 1);
    assert!(paths(&device).iter().all(|path| path.starts_with("notes/old/mail.mbox/")), "{:?}", paths(&device));
    // One message less.
    let one = MAILS.split("From b@").next().unwrap();
    write(&device, &[("old/mail.mbox", one)], NEW);
    assert_eq!(scanned(&tab).changed, 1);
    assert_eq!((found(&tab, "penguins").len(), found(&tab, "larks").len()), (1, 0));
    device.folders.remove(&folder(), "old/mail.mbox");
    look(&tab);
    assert_eq!(documents(&device).len(), 0);
}

#[test]
fn nobody_looks_twice_in_a_moment_unless_somebody_asks() {
    let (device, tab) = watching(&[("a.txt", "Penguins swim.")]);
    let looks = device.folders.looks();
    let unasked = || ToWorker::ScanFolders { folder: None, is_asked: false };
    tab.close(unasked());
    assert_eq!(device.folders.looks(), looks);
    device.clock.advance(5_000);
    tab.close(unasked());
    assert!(device.folders.looks() > looks);
    // What the browser tells is looked at, in a moment.
    write(&device, &[("b.txt", "Larks sing.")], OLD);
    pollster::block_on(tab.service.folder_changed(folder()));
    assert_eq!(found(&tab, "larks").len(), 1);
}

/// Polls a look so many times, and then drops it, as a killed tab does; whether it came to its end.
fn kill_after(device: &Device, polls: usize) -> bool {
    let tab = device.tab();
    let scan = Request::new(tab.id(), ToWorker::ScanFolders { folder: Some(folder()), is_asked: true });
    let mut future = std::pin::pin!(tab.service.handle(scan, None));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    (0..polls).any(|_| future.as_mut().poll(&mut context).is_ready())
}

#[test]
fn a_kill_at_any_moment_loses_and_leaves_nothing() {
    let text = |n: usize, round: usize| format!("Note {n} of round {round} says something of its own.");
    let mut ends = 0;
    for polls in (0..400).step_by(7) {
        let device = Device::new();
        device.folders.keep(&folder());
        device.tab().close(ToWorker::WatchFolder { folder: folder(), name: "notes".into() });
        for n in 0..12 {
            device.folders.write(&folder(), &format!("{n}.txt"), text(n, 0).as_bytes(), OLD);
        }
        ends += usize::from(kill_after(&device, polls));
        // Changed, removed, moved and new ones; killed again.
        for n in 0..3 {
            device.folders.write(&folder(), &format!("{n}.txt"), text(n, 1).as_bytes(), NEW);
        }
        device.folders.remove(&folder(), "3.txt");
        device.folders.rename(&folder(), "4.txt", "moved.txt");
        device.folders.write(&folder(), "12.txt", text(12, 0).as_bytes(), NEW);
        kill_after(&device, polls / 2);
        let tab = device.tab();
        tab.hello();
        look(&tab);
        let mut expected: Vec<String> =
            (0..13).filter(|n| ![3, 4].contains(n)).map(|n| format!("notes/{n}.txt")).collect();
        expected.push("notes/moved.txt".into());
        expected.sort();
        assert_eq!(paths(&device), expected, "killed after {polls}");
        // All of them are the folder's: they go with it.
        tab.close(ToWorker::ForgetFolder { folder: folder(), keep_documents: false });
        assert_eq!(paths(&device), Vec::<String>::new(), "killed after {polls}");
    }
    assert!(ends > 0 && ends < 57, "some were killed before their end: {ends} were not");
}

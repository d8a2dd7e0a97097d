//! Passes over folders that change at random.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use conclave_ports::{Record, Write};
use conclave_protocol::FolderId;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// A folder: content and time of each file. The size is the content's number, so that it differs as sizes do: now and then.
type Tree = BTreeMap<String, (u8, i64)>;

fn content(number: u8) -> DocumentId {
    DocumentId(format!("{number:032}").into())
}

/// What a person does in a folder.
#[derive(Debug, Clone)]
enum Act {
    Write(u8, u8),
    Touch(u8),
    Remove(u8),
    Move(u8, u8),
}

fn path(number: u8) -> String {
    format!("{}/{number}.txt", number % 3)
}

fn act(tree: &mut Tree, act: &Act, now: i64) {
    match act {
        Act::Write(at, what) => drop(tree.insert(path(*at), (*what, now))),
        Act::Touch(at) => {
            if let Some(file) = tree.get_mut(&path(*at)) {
                file.1 = now;
            }
        }
        Act::Remove(at) => drop(tree.remove(&path(*at))),
        Act::Move(from, to) => {
            if let Some(file) = tree.remove(&path(*from)) {
                tree.insert(path(*to), file);
            }
        }
    }
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let file = || 0..12u8;
    let one = prop_oneof![
        (file(), 0..9u8).prop_map(|(at, what)| Act::Write(at, what)),
        file().prop_map(Act::Touch),
        file().prop_map(Act::Remove),
        (file(), file()).prop_map(|(from, to)| Act::Move(from, to)),
    ];
    vec(one, 0..12)
}

/// The contents that the library has because of this folder.
type Library = BTreeSet<DocumentId>;

/// A whole pass, with what the service does at its end: the documents follow. Returns the paths that were read.
fn look(tree: &Tree, known: &mut Known, library: &mut Library, closed: Option<&str>) -> (Vec<String>, Found) {
    let mut pass = Pass::default();
    let mut read = Vec::new();
    if let Some(folder) = closed {
        pass.close(folder);
    }
    for (path, (what, time)) in tree {
        if closed.is_some_and(|folder| path.starts_with(&format!("{folder}/"))) {
            continue;
        }
        let size = u64::from(*what);
        if pass.see(known, path, size, *time) == Sight::Read {
            read.push(path.clone());
            let file = ReadFile { path: path.clone(), size_bytes: size, modified_ms: *time, content: content(*what) };
            let elsewhere = Elsewhere { is_in_library: library.contains(&file.content), ..Elsewhere::default() };
            library.insert(file.content.clone());
            pass.take(known, file, elsewhere);
        }
    }
    let found = pass.end(known);
    // What is read is in the library by now: what it replaces leaves.
    for path in known.replacing() {
        let file = known.get(&path).cloned().unwrap();
        known.put(path, FileRecord { replaces: Vec::new(), ..file });
    }
    let held: BTreeSet<DocumentId> = known.iter().flat_map(|(_, file)| file.held().cloned()).collect();
    library.retain(|document| held.contains(document));
    (read, found)
}

fn apply(store: &mut BTreeMap<String, Vec<u8>>, writes: Vec<Write>) {
    for write in writes {
        match write {
            Write::Put { key, value, .. } => drop(store.insert(key, value)),
            Write::Delete { key, .. } => drop(store.remove(&key)),
        }
    }
}

fn restored(store: &BTreeMap<String, Vec<u8>>) -> Known {
    let records: Vec<Record> = store.iter().map(|(key, bytes)| (key.clone(), Ok(bytes.clone()))).collect();
    Known::restore(&records)
}

proptest! {
    #[test]
    fn after_a_look_exactly_what_is_in_the_folder_is_known_and_in_the_library(rounds in vec(acts(), 1..6)) {
        let (mut tree, mut known, mut library) = (Tree::new(), Known::default(), Library::new());
        let (mut store, folder) = (BTreeMap::new(), FolderId("f".into()));
        for (round, acts) in rounds.iter().enumerate() {
            let before = tree.clone();
            acts.iter().for_each(|one| act(&mut tree, one, round as i64 + 1));
            let (read, found) = look(&tree, &mut known, &mut library, None);
            let is_same = |path: &String| before.get(path).is_some_and(|file| tree.get(path) == Some(file));
            prop_assert!(!read.iter().any(is_same), "what is as it was is not read");
            let in_tree: Vec<(&String, DocumentId)> = tree.iter().map(|(path, (what, _))| (path, content(*what))).collect();
            let in_known: Vec<(&String, DocumentId)> = known.iter().map(|(path, file)| (path, file.content.clone())).collect();
            prop_assert_eq!(&in_known, &in_tree);
            let contents: Library = in_tree.iter().map(|(_, content)| content.clone()).collect();
            prop_assert_eq!(&library, &contents);
            let (had, has) = (before.len() as u64, tree.len() as u64);
            prop_assert_eq!(had + found.added, has + found.removed, "{:?}", found);
            prop_assert_eq!(found.gone.len() as u64, found.moved + found.removed);
            apply(&mut store, known.take_writes(&folder).unwrap());
            let again = restored(&store);
            prop_assert!(again.iter().eq(known.iter()), "what is stored is what is known");
            prop_assert_eq!(again.replacing(), known.replacing());
            // Nothing changed since: nothing is read, nothing is other.
            let (read, found) = look(&tree, &mut known, &mut library, None);
            prop_assert!(read.is_empty() && found == Found::default());
        }
    }

    #[test]
    fn what_cannot_be_listed_loses_nothing(first in acts(), second in acts()) {
        let (mut tree, mut known, mut library) = (Tree::new(), Known::default(), Library::new());
        first.iter().for_each(|one| act(&mut tree, one, 1));
        look(&tree, &mut known, &mut library, None);
        let before: Vec<(String, FileRecord)> = known.iter().map(|(path, file)| (path.clone(), file.clone())).collect();
        second.iter().for_each(|one| act(&mut tree, one, 2));
        look(&tree, &mut known, &mut library, Some("1"));
        for (path, file) in before.iter().filter(|(path, _)| path.starts_with("1/")) {
            prop_assert_eq!(known.get(path), Some(file));
            prop_assert!(library.contains(&file.content));
        }
        let mut cut = Pass::default();
        cut.cut();
        let all = known.len();
        prop_assert_eq!(cut.end(&mut known), Found::default());
        prop_assert_eq!(known.len(), all);
    }
}

fn file(path: &str, what: u8) -> ReadFile {
    ReadFile { path: path.into(), size_bytes: 1, modified_ms: 1, content: content(what) }
}

#[test]
fn a_document_that_a_person_added_is_not_the_folders_to_remove() {
    let mut known = Known::default();
    let added = Elsewhere { is_in_library: true, ..Elsewhere::default() };
    Pass::default().take(&mut known, file("a.txt", 1), added);
    assert_eq!(known.get("a.txt").unwrap().documents(), []);
    // Its copy is not ours either, and one of another folder's file is.
    Pass::default().take(&mut known, file("b.txt", 1), Elsewhere { is_in_library: true, ..Elsewhere::default() });
    assert!(!known.get("b.txt").unwrap().is_ours);
    let twin = FileRecord { is_ours: true, ..known.get("a.txt").unwrap().clone() };
    Pass::default().take(
        &mut known,
        file("c.txt", 2),
        Elsewhere { is_in_library: true, twin: Some(twin), ..Elsewhere::default() },
    );
    assert!(known.get("c.txt").unwrap().is_ours);
}

#[test]
fn a_file_that_is_as_before_its_last_change_keeps_its_document() {
    let mut known = Known::default();
    Pass::default().take(&mut known, file("a.txt", 1), Elsewhere::default());
    Pass::default().take(&mut known, file("a.txt", 2), Elsewhere::default());
    assert_eq!(known.get("a.txt").unwrap().replaces, [content(1)]);
    // The first one's document has not left the library.
    Pass::default().take(&mut known, file("a.txt", 1), Elsewhere { is_in_library: true, ..Elsewhere::default() });
    let now = known.get("a.txt").unwrap();
    assert_eq!((now.documents(), &now.replaces[..]), (&[content(1)][..], &[content(2)][..]));
}

#[test]
fn a_long_log_is_written_anew() {
    let (mut known, mut store, folder) = (Known::default(), BTreeMap::new(), FolderId("f".into()));
    for round in 0..1_200u32 {
        Pass::default().take(&mut known, file("a.txt", (round % 200) as u8), Elsewhere::default());
        apply(&mut store, known.take_writes(&folder).unwrap());
    }
    let lines: usize =
        store.values().map(|bytes| serde_json::from_slice::<Vec<serde_json::Value>>(bytes).unwrap().len()).sum();
    assert!(lines <= 1_002, "{lines} lines for one file");
    assert!(restored(&store).iter().eq(known.iter()));
}

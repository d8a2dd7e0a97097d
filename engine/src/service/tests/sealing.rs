//! What the service stores is sealed, under a key that this device alone has.

use conclave_ports::{MemoryKeys, Store, Table, Write};
use conclave_protocol::{FromWorker, ProblemCode, Settings, ToWorker};

use super::threads::thread;
use super::{Device, problem};

/// Whether a word stands anywhere in what the device stores: in a key or in a record.
fn is_stored(device: &Device, word: &str) -> bool {
    Table::ALL.into_iter().any(|table| {
        pollster::block_on(device.store.scan(table, "")).unwrap().into_iter().any(|(key, record)| {
            let record = record.unwrap();
            key.contains(word) || record.windows(word.len()).any(|window| window == word.as_bytes())
        })
    })
}

#[test]
fn no_word_of_documents_questions_answers_and_settings_is_stored() {
    let device = Device::with_models();
    let tab = device.tab();
    tab.import("Zanzibar.txt", "The walrus Quentin lives in Reykjavik.\n");
    tab.close(ToWorker::Ask { thread: thread(1), question: "Where does Quentin live, Bartholomew?".into() });
    tab.close(ToWorker::SaveSettings { settings: Settings::default() });
    let FromWorker::Thread { turns, .. } = tab.close(ToWorker::ReadThread { thread: thread(1) }) else {
        panic!("the thread is there")
    };
    assert_eq!(turns[0].question, "Where does Quentin live, Bartholomew?");
    for word in
        ["Zanzibar", "zanzibar", "walrus", "Quentin", "quentin", "Reykjavik", "Bartholomew", "theme", "CNCLVSEG"]
    {
        assert!(!is_stored(&device, word), "{word}");
    }
    // The search itself: it finds what is stored in the open.
    pollster::block_on(device.store.commit(vec![Write::put(Table::Texts, "0", *b"a walrus")])).unwrap();
    assert!(is_stored(&device, "walrus"));
}

#[test]
fn a_device_of_an_earlier_version_goes_on_and_is_sealed() {
    let device = Device::with_models();
    let tab = device.tab();
    tab.import("geese.txt", "The goose Walburga flies south.\n");
    tab.close(ToWorker::Ask { thread: thread(1), question: "Where does Walburga fly?".into() });
    let before = tab.hello();

    // What an earlier version stored: the same records, unsealed.
    let earlier = Device::with_models();
    let opened = device.opened();
    for table in Table::ALL.into_iter().filter(|table| *table != Table::Wraps) {
        for (key, record) in pollster::block_on(opened.scan(table, "")).unwrap() {
            pollster::block_on(earlier.store.commit(vec![Write::put(table, key, record.unwrap())])).unwrap();
        }
    }
    assert!(is_stored(&earlier, "Walburga"));
    let after = earlier.tab().hello();
    assert_eq!(
        (&after.documents, &after.threads, &after.problems),
        (&before.documents, &before.threads, &before.problems)
    );
    assert!(!after.documents.is_empty() && !after.threads.is_empty());
    assert!(!is_stored(&earlier, "Walburga"));
}

#[test]
fn a_lost_key_is_said_and_nothing_is_overwritten() {
    let device = Device::with_models();
    device.tab().import("geese.txt", "The goose flies south.\n");
    let stored = || Table::ALL.map(|table| pollster::block_on(device.store.scan(table, "")).unwrap());
    let before = stored();
    device.keys.lose();
    let tab = device.tab();
    for body in [
        ToWorker::Hello,
        ToWorker::Ask { thread: thread(1), question: "Where?".into() },
        ToWorker::DeleteThread { thread: thread(1) },
        ToWorker::SaveSettings { settings: Settings::default() },
    ] {
        assert_eq!(problem(tab.close(body)).code, ProblemCode::KeyLost);
    }
    assert_eq!(problem(tab.add(&[("new.txt", b"New words.\n")])).code, ProblemCode::KeyLost);
    assert_eq!(stored(), before);
}

#[test]
fn another_devices_copy_of_the_store_says_nothing() {
    let device = Device::with_models();
    device.tab().import("geese.txt", "The goose flies south.\n");
    let copy = Device { keys: MemoryKeys::new(), ..device };
    assert_eq!(problem(copy.tab().close(ToWorker::Hello)).code, ProblemCode::KeyLost);
}

#[test]
fn a_record_that_was_changed_is_told_and_the_rest_goes_on() {
    let device = Device::with_models();
    let tab = device.tab();
    for n in [1, 2] {
        tab.close(ToWorker::Ask { thread: thread(n), question: "Explain the moon.".into() });
    }
    tab.import("geese.txt", "The goose flies south.\n");
    // A record for each way of being read: in a scan, by its key, planted without a seal.
    let damage = |table, key: &str| {
        let mut record = pollster::block_on(device.store.get(table, key)).unwrap().unwrap();
        *record.last_mut().unwrap() ^= 1;
        pollster::block_on(device.store.commit(vec![Write::put(table, key, record)])).unwrap();
    };
    damage(Table::Threads, thread(1).as_str());
    let (segment, _) = pollster::block_on(device.store.scan(Table::Segments, "w-")).unwrap().remove(0);
    damage(Table::Segments, &segment);
    let planted = Write::put(Table::Meta, "settings", serde_json::to_vec(&Settings::default()).unwrap());
    pollster::block_on(device.store.commit(vec![planted])).unwrap();

    let snapshot = device.tab().hello();
    let codes: Vec<ProblemCode> = snapshot.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [ProblemCode::Corrupt; 3], "{:?}", snapshot.problems);
    assert_eq!((snapshot.threads.len(), snapshot.documents.len()), (1, 1));
}

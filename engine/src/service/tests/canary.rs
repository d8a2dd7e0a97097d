//! What a person gives the engine appears in no entry of its journal, whatever fails.

use conclave_inference::gpu::GpuError;
use conclave_ports::{Blobs, ModelUrl, RangeError, RangeFault, Store, Table, Write};
use conclave_protocol::{
    FromWorker, GivenFile, JournalEntry, JournalLevel, OfferedFile, Outcome, OwnModel, Processor, Settings, ThreadId,
    ToWorker,
};

use super::fakes::{ENCODER, OWN};
use super::{Device, Tab};

/// One value of each kind that the redactor knows, as that kind's own test has them, then a made-up name and a made-up word,
/// which nothing could know.
fn canaries() -> Vec<String> {
    let lines = include_str!("../../../privacy/tests/canaries.txt").lines().filter(|line| !line.starts_with('#'));
    let values = lines.map(|line| {
        let value = line.split_once('{').and_then(|(_, rest)| rest.split_once('}')).unwrap().0;
        value.replace('¦', "")
    });
    values.chain(["Quillon Vantreeve".into()]).collect()
}

/// All of them, as a question, a title, a name.
fn planted() -> String {
    canaries().join(" ")
}

const THREAD: &str = "0123456789abcdef0123456789abcdef";

fn thread() -> ThreadId {
    ThreadId(THREAD.into())
}

fn journal(tab: &Tab) -> Vec<JournalEntry> {
    match tab.close(ToWorker::ReadJournal) {
        FromWorker::Journal(entries) => entries,
        other => panic!("no journal: {other:?}"),
    }
}

/// Looks at what a tab has noted; `told` must stand in a trouble each.
#[track_caller]
fn check(tab: &Tab, told: &[&str]) {
    let entries = journal(tab);
    for entry in &entries {
        let line = format!("{} {}", entry.source, entry.text).to_lowercase();
        for canary in canaries() {
            assert!(!line.contains(&canary.to_lowercase()), "{canary} in {entry:?}");
        }
    }
    for words in told {
        let is_told = |entry: &JournalEntry| entry.level == JournalLevel::Trouble && entry.text.contains(words);
        assert!(entries.iter().any(is_told), "{words} is missing in {entries:#?}");
    }
}

fn add(tab: &Tab, name: &str, bytes: &[u8]) -> FromWorker {
    let body = ToWorker::AddModel { name: name.into(), files: Vec::new() };
    tab.send_with(body, Some(Box::new(bytes.to_vec()))).pop().unwrap()
}

/// Adds a model that calls itself by all the values.
fn add_planted(tab: &Tab) -> OwnModel {
    let config = planted().into_bytes();
    let files = [("config.json", config), ("model.safetensors", OWN.to_vec())];
    let named = files.iter().map(|(name, bytes)| GivenFile { name: (*name).into(), size_bytes: bytes.len() as u64 });
    let body = ToWorker::AddModel { name: planted(), files: named.collect() };
    let bytes: Vec<u8> = files.iter().flat_map(|(_, bytes)| bytes.clone()).collect();
    match tab.send_with(body, Some(Box::new(bytes))).pop() {
        Some(FromWorker::ModelAdded(model)) => model,
        other => panic!("not added: {other:?}"),
    }
}

fn choose(tab: &Tab, model: &OwnModel, processor: Processor) {
    let settings = Settings { generator: Some(model.id.clone()), processor, ..Settings::default() };
    assert!(matches!(tab.close(ToWorker::SaveSettings { settings }), FromWorker::Settings(_)));
}

fn ask(tab: &Tab) -> Outcome {
    match tab.close(ToWorker::Ask { thread: thread(), question: planted() }) {
        FromWorker::TurnEnded(turn) => turn.outcome,
        other => panic!("not ended: {other:?}"),
    }
}

#[test]
fn files_that_are_refused_and_documents_that_are_damaged() {
    let device = Device::new();
    let tab = device.tab();
    let name = format!("{}.txt", planted());
    for bytes in [&b""[..], b"\0\0\0\0", b"\x7fELF\x02\x01\x01", b" \n "] {
        let file = [bytes, if bytes.len() > 5 { b"x" } else { b"" }].concat();
        let trouble = tab.queue().trouble;
        tab.add(&[(&name, &file)]);
        assert_eq!(tab.queue().trouble, trouble + 1, "{bytes:?}");
    }
    let offered = || vec![OfferedFile { path: name.clone(), size_bytes: 1 }];
    tab.close(ToWorker::AddFiles { files: offered(), left: 0 });
    let info = tab.import(&name, &planted());
    tab.close(ToWorker::Search { query: planted(), limit: 5 });
    // A record that quotes what it held.
    let damaged = [planted().as_bytes(), b"\xff"].concat();
    for table in [Table::Texts, Table::Segments] {
        let records = pollster::block_on(device.store.scan(table, "")).unwrap();
        let batch = records.into_iter().map(|(key, _)| Write::put(table, key, damaged.clone())).collect();
        pollster::block_on(device.store.commit(batch)).unwrap();
    }
    let next = device.tab();
    next.hello();
    assert!(matches!(next.close(ToWorker::ReadDocument { document: info.id }), FromWorker::Failed(_)));
    check(&tab, &["EmptyFile", "NotText", "UnsupportedType", "BadRequest"]);
    check(&next, &["greets with a problem: Corrupt", "ReadDocument: Knowledge(Corrupt"]);
}

#[test]
fn threads_and_settings_that_cannot_be_kept_or_read() {
    let device = Device::new();
    let tab = device.tab();
    assert!(matches!(ask(&tab), Outcome::Failed(_)), "there are no models");
    tab.close(ToWorker::RenameThread { thread: thread(), title: planted() });
    tab.close(ToWorker::RenameThread { thread: ThreadId(planted()), title: planted() });
    tab.close(ToWorker::Ask { thread: thread(), question: planted().repeat(2_000) });
    check(&tab, &["a question ended without a ruling: ", "RenameThread: ", "Ask: ", "the encoder does not load: "]);

    let damaged = [b"{\"".as_slice(), planted().as_bytes()].concat();
    let key = format!("{THREAD}/0000000000000/x");
    let batch = vec![
        Write::put(Table::Meta, "settings", damaged.clone()),
        Write::put(Table::Threads, THREAD, damaged.clone()),
        Write::put(Table::Turns, key, damaged),
    ];
    pollster::block_on(device.store.commit(batch)).unwrap();
    let next = device.tab();
    next.hello();
    next.close(ToWorker::ReadThread { thread: thread() });
    pollster::block_on(next.service.refresh(crate::service::Change::Settings));
    check(&next, &["reading the settings: Unreadable", "ReadThread: Unreadable", "reading again what one changed"]);
}

#[test]
fn a_device_that_is_full() {
    let device = Device::with_room(40, 40);
    let tab = device.tab();
    tab.add(&[(&planted(), planted().as_bytes())]);
    tab.close(ToWorker::Ask { thread: thread(), question: planted() });
    add(&tab, &format!("{}.gguf", planted()), &[OWN, &[1; 100]].concat());
    check(
        &tab,
        &["AddFiles: Knowledge(Store(Full))", "Ask: Knowledge(Store(Full))", "AddModel: Knowledge(Store(Full))"],
    );
}

#[test]
fn models_that_are_refused_lost_or_fail() {
    let device = Device::with_models();
    let tab = device.tab();
    let name = format!("{}.gguf", planted());
    add(&tab, &name, b"");
    add(&tab, &name, planted().as_bytes());
    let model = add_planted(&tab);
    assert_eq!(model.name, planted(), "it calls itself so");
    choose(&tab, &model, Processor::Central);
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    ask(&tab);
    check(&tab, &["AddModel: Refused { file: …, source: Damaged(…) }", "AddModel: Said(Problem { code: EmptyFile"]);
    assert!(
        journal(&tab).iter().any(|entry| entry.text.starts_with("the generator is ready, on the processor, after"))
    );

    // Its bytes are gone.
    pollster::block_on(device.blobs.remove_folder(model.id.as_str())).unwrap();
    let next = device.tab();
    next.hello();
    next.close(ToWorker::LoadModels);
    ask(&next);
    check(&next, &["the generator does not load: Lost { model: … }"]);
}

#[test]
fn a_graphics_processor_that_quotes() {
    let device = Device::with_models();
    *device.gpu.absent.borrow_mut() = None;
    device.gpu.passes.borrow_mut().extend([None, Some(GpuError::Failed(planted()))]);
    let tab = device.tab();
    let model = add_planted(&tab);
    choose(&tab, &model, Processor::Graphics);
    tab.close(ToWorker::LoadModels);
    device.lost_helpers.set(2);
    for _ in 0..2 {
        tab.close(ToWorker::Ask { thread: thread(), question: planted() });
    }
    check(&tab, &["the graphics processor failed: Failed(…)", "2 lost"]);
}

#[test]
fn downloads_and_servers_that_quote() {
    let device = Device::new();
    device.server.serve(format!("/models/{ENCODER}/manifest.json"), planted().into_bytes());
    let tab = device.tab();
    tab.close(ToWorker::LoadModels);
    let word = "zorblaxquim";
    let address = format!("https://huggingface.co/{word}/{word}/resolve/main/{word}.gguf");
    device.host.serve(ModelUrl::parse(&address).unwrap(), OWN.repeat(1_000), "\"1\"");
    let cut = || RangeFault::Error(RangeError::Connection(planted()));
    // One that is there to stay, then one that is tried again four times.
    device.host.fail([RangeFault::Error(RangeError::Status { status: 404 }), cut(), cut(), cut(), cut(), cut()]);
    for _ in 0..2 {
        tab.close(ToWorker::DownloadModel { address: address.clone() });
    }
    for address in [planted(), format!("https://{word}.example/x.gguf"), format!("http://huggingface.co/{word}")] {
        tab.close(ToWorker::DownloadModel { address });
    }
    tab.close(ToWorker::NotePanic { place: "engine/src/service/ask.rs:41".into() });
    check(
        &tab,
        &["WrongManifest", "Remote { name: …, source: Connection(…) }", "Status { status: 404 }", "Address(Host"],
    );
    check(&tab, &["the one before panicked at engine/src/service/ask.rs:41"]);
}

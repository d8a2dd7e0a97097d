//! The service on in-memory ports, as a page would use it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod backup;
mod canary;
mod device;
mod documents;
mod downloads;
mod fakes;
mod folders;
mod keeping;
mod models;
mod originals;
mod own_models;
mod placing;
mod questions;
mod queue;
mod sealing;
mod threads;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use conclave_inference::gpu::GpuError;
use conclave_ports::{
    FileBytes, FixedHardware, ManualClock, MemoryBlobs, MemoryFetch, MemoryFolders, MemoryKeys, MemoryLock,
    MemoryPages, MemoryRangeFetch, MemoryReader, MemoryStore, OwnDigest, SeededEntropy, Store,
};
use conclave_protocol::{
    DocumentInfo, Event, FileState, FromWorker, OfferedFile, Problem, QueueStatus, Request, RequestId, ToWorker,
};

use super::catalogue::Pin;
use super::{Change, Ports, Service};
use fakes::{FakeGpu, FakeRuntime, GivesWay};

/// What a device keeps and what a server has; survives the tabs.
struct Device {
    store: Rc<MemoryStore>,
    keys: MemoryKeys,
    blobs: Rc<MemoryBlobs>,
    exports: Rc<MemoryBlobs>,
    server: Rc<MemoryFetch>,
    /// The models' public host.
    host: Rc<MemoryRangeFetch>,
    pins: BTreeMap<String, Pin>,
    lock: MemoryLock,
    clock: Rc<ManualClock>,
    reader: Rc<MemoryReader>,
    folders: MemoryFolders,
    hardware: FixedHardware,
    gpu: Rc<FakeGpu>,
    lost_helpers: Rc<Cell<usize>>,
    tabs: Cell<u64>,
}

impl Device {
    fn new() -> Self {
        Self::with_room(usize::MAX, usize::MAX)
    }

    fn with_room(store_bytes: usize, blob_bytes: usize) -> Self {
        Self {
            store: Rc::new(MemoryStore::with_limit(store_bytes)),
            keys: MemoryKeys::new(),
            blobs: Rc::new(MemoryBlobs::with_limit(blob_bytes)),
            exports: Rc::new(MemoryBlobs::with_limit(blob_bytes)),
            server: Rc::new(MemoryFetch::default()),
            host: Rc::default(),
            pins: BTreeMap::new(),
            lock: MemoryLock::default(),
            clock: Rc::new(ManualClock::at(1_700_000_000_000)),
            reader: Rc::new(MemoryReader::new(|name, bytes, take| {
                conclave_import::import(name, bytes, &conclave_import::Limits::default(), take)
            })),
            folders: MemoryFolders::default(),
            hardware: FixedHardware::default(),
            gpu: Rc::new(FakeGpu { absent: RefCell::new(Some(GpuError::Absent)), ..FakeGpu::default() }),
            lost_helpers: Rc::default(),
            tabs: Cell::new(0),
        }
    }

    /// A device whose server has both models.
    fn with_models() -> Self {
        let device = Self::new();
        fakes::serve_models(&device.server);
        device
    }

    /// What it stores, as a tab reads and writes it.
    fn opened(&self) -> Rc<dyn Store> {
        self.ports().sealed().store
    }

    /// The ports of one more tab.
    fn ports(&self) -> Ports {
        self.tabs.set(self.tabs.get() + 1);
        Ports {
            store: self.store.clone(),
            keys: Rc::new(self.keys.clone()),
            blobs: self.blobs.clone(),
            fetch: self.server.clone(),
            ranges: self.host.clone(),
            clock: self.clock.clone(),
            entropy: Rc::new(SeededEntropy::new(self.tabs.get())),
            exports: self.exports.clone(),
            digest: Rc::new(OwnDigest),
            reader: self.reader.clone(),
            pages: Rc::new(MemoryPages::new(|bytes, wish| conclave_pages::Document::open(bytes.to_vec())?.draw(wish))),
            folders: Rc::new(self.folders.clone()),
            hardware: Rc::new(self.hardware.clone()),
            lock: Rc::new(self.lock.clone()),
            yields: Rc::new(GivesWay),
        }
    }

    fn tab(&self) -> Tab {
        self.tab_on(self.ports())
    }

    /// One more tab, on these ports.
    fn tab_on(&self, ports: Ports) -> Tab {
        let events: Rc<RefCell<Vec<Event>>> = Rc::default();
        let changes: Rc<RefCell<Vec<Change>>> = Rc::default();
        let (emitted, announced) = (events.clone(), changes.clone());
        let service = Service::new(
            ports,
            Rc::new(FakeRuntime::new(self.gpu.clone(), self.lost_helpers.clone(), self.pins.clone())),
            Rc::new(move |event| emitted.borrow_mut().push(event)),
            Rc::new(move |change| announced.borrow_mut().push(change)),
        );
        Tab { service, events, changes, next: Cell::new(1) }
    }
}

/// One tab with its engine.
struct Tab {
    service: Service,
    events: Rc<RefCell<Vec<Event>>>,
    changes: Rc<RefCell<Vec<Change>>>,
    next: Cell<u32>,
}

impl Tab {
    fn id(&self) -> RequestId {
        let id = self.next.get();
        self.next.set(id + 1);
        RequestId(id)
    }

    /// Sends a request, waits for it, returns its events.
    fn send(&self, body: ToWorker) -> Vec<FromWorker> {
        self.send_with(body, None)
    }

    fn send_with(&self, body: ToWorker, file: Option<Box<dyn FileBytes>>) -> Vec<FromWorker> {
        let id = self.id();
        pollster::block_on(self.service.handle(Request::new(id, body), file));
        self.of(id)
    }

    /// The closing event of a request.
    fn close(&self, body: ToWorker) -> FromWorker {
        self.send(body).pop().unwrap()
    }

    /// Puts files into the queue and lets the engine work until nothing is left to do; the closing event.
    fn add(&self, files: &[(&str, &[u8])]) -> FromWorker {
        let offered =
            |(path, bytes): &(&str, &[u8])| OfferedFile { path: (*path).into(), size_bytes: bytes.len() as u64 };
        let body = ToWorker::AddFiles { files: files.iter().map(offered).collect(), left: 0 };
        let bytes: Vec<u8> = files.iter().flat_map(|(_, bytes)| bytes.iter().copied()).collect();
        self.send_with(body, Some(Box::new(bytes))).pop().unwrap()
    }

    /// Imports a text; its listing.
    fn import(&self, name: &str, text: &str) -> DocumentInfo {
        assert_eq!(self.add(&[(name, text.as_bytes())]), FromWorker::Done);
        let mut added = self.unasked().into_iter().filter_map(|event| match event {
            FromWorker::Added(mut documents) => documents.pop(),
            _ => None,
        });
        added.next_back().unwrap_or_else(|| panic!("{name} was not imported: {:?}", self.queue()))
    }

    /// The queue as it was told last.
    fn queue(&self) -> QueueStatus {
        let mut told = self.unasked().into_iter().filter_map(|event| match event {
            FromWorker::Queue(status) => Some(*status),
            _ => None,
        });
        told.next_back().unwrap_or_default()
    }

    /// Why the only file in trouble was refused.
    fn refusal(&self) -> Problem {
        match self.queue().files.remove(0).state {
            FileState::Refused(problem) => problem,
            other => panic!("not refused: {other:?}"),
        }
    }

    /// The events of a request, in order.
    fn of(&self, id: RequestId) -> Vec<FromWorker> {
        self.events.borrow().iter().filter(|event| event.id == Some(id)).map(|event| event.body.clone()).collect()
    }

    /// The events that no request asked for, in order.
    fn unasked(&self) -> Vec<FromWorker> {
        self.events.borrow().iter().filter(|event| event.id.is_none()).map(|event| event.body.clone()).collect()
    }

    fn hello(&self) -> conclave_protocol::Snapshot {
        match self.close(ToWorker::Hello) {
            FromWorker::Ready(snapshot) => *snapshot,
            other => panic!("not ready: {other:?}"),
        }
    }
}

fn problem(closing: FromWorker) -> Problem {
    match closing {
        FromWorker::Failed(problem) => problem,
        other => panic!("no problem: {other:?}"),
    }
}

#[test]
fn a_new_device_is_empty_and_says_so() {
    let snapshot = Device::new().tab().hello();
    assert!(snapshot.documents.is_empty() && snapshot.threads.is_empty() && snapshot.problems.is_empty());
    assert_eq!(snapshot.settings, conclave_protocol::Settings::default());
    assert_eq!(snapshot.models.encoder.phase, conclave_protocol::ModelPhase::Idle);
}

#[test]
fn a_page_of_another_version_is_told_to_load_again() {
    let tab = Device::new().tab();
    let request = Request { version: 999, id: RequestId(1), body: ToWorker::Hello };
    pollster::block_on(tab.service.handle(request, None));
    let closing = tab.of(RequestId(1)).pop().unwrap();
    assert_eq!(problem(closing).code, conclave_protocol::ProblemCode::VersionMismatch);
}

#[test]
fn settings_survive_and_are_clamped() {
    let device = Device::new();
    let wild = conclave_protocol::Settings { max_answer_tokens: 9_999_999, ..Default::default() };
    let tab = device.tab();
    let closing = tab.close(ToWorker::SaveSettings { settings: wild });
    let FromWorker::Settings(saved) = closing else { panic!("{closing:?}") };
    assert_eq!(saved.max_answer_tokens, 1024);
    assert_eq!(*tab.changes.borrow(), [Change::Settings]);
    assert_eq!(device.tab().hello().settings, saved);
}

#[test]
fn damaged_settings_are_a_problem_and_not_the_end() {
    use conclave_ports::{Table, Write};
    let device = Device::new();
    pollster::block_on(device.opened().commit(vec![Write::put(Table::Meta, "settings", *b"{broken")])).unwrap();
    let snapshot = device.tab().hello();
    assert_eq!(snapshot.settings, conclave_protocol::Settings::default());
    assert_eq!(snapshot.problems[0].code, conclave_protocol::ProblemCode::Corrupt);
}

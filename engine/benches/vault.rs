//! Makes a backup of a library of so many passages, for measurements in a browser (`cargo xtask bench library --browser`):
//! `vault PASSAGES FILE PASSPHRASE`. Texts and vectors are drawn; the vectors go by the default encoder's name.

#![allow(clippy::print_stderr, clippy::expect_used, reason = "a program for people; it ends where something is wrong")]

#[path = "../knowledge/benches/draw/mod.rs"]
mod draw;

use std::cell::RefCell;
use std::rc::Rc;

use conclave_engine::service::{DefaultRuntime, Ports, Service};
use conclave_inference::kernels::Team;
use conclave_knowledge::{Library, PassageVectors, Prepared};
use conclave_ports::{
    Blobs as _, FixedHardware, MemoryBlobs, MemoryFetch, MemoryFolders, MemoryKeys, MemoryLock, MemoryPages,
    MemoryRangeFetch, MemoryReader, MemoryStore, NoYield, OwnDigest, SeededEntropy, SystemClock,
};
use conclave_protocol::default_packs::ENCODER;
use conclave_protocol::imported::{Outcome, Report};
use conclave_protocol::{Event, FromWorker, PageFault, Passphrase, Request, RequestId, ToWorker};
use draw::{DIM, Draw};
use pollster::block_on;

/// Documents stored together.
const TOGETHER: usize = 256;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [passages, file, passphrase] = arguments.as_slice() else {
        eprintln!("usage: vault PASSAGES FILE PASSPHRASE");
        return;
    };
    let passages: usize = passages.parse().expect("a number of passages");
    let store = Rc::new(MemoryStore::default());
    let documents = fill(&store, passages);
    let exports = Rc::new(MemoryBlobs::default());
    let said = Rc::new(RefCell::new(Vec::<Event>::new()));
    let hearing = Rc::clone(&said);
    let clock = Rc::new(SystemClock::new());
    let team_clock = Rc::clone(&clock);
    let runtime = DefaultRuntime::new(Box::pin(async move { Team::new(Vec::new(), team_clock, 0) }));
    let ports = Ports {
        store,
        keys: Rc::new(MemoryKeys::new()),
        blobs: Rc::new(MemoryBlobs::default()),
        exports: exports.clone(),
        fetch: Rc::new(MemoryFetch::default()),
        ranges: Rc::new(MemoryRangeFetch::default()),
        clock,
        digest: Rc::new(OwnDigest),
        entropy: Rc::new(SeededEntropy::new(1)),
        reader: Rc::new(MemoryReader::new(|_, _, _| Report {
            outcome: Outcome::Ok,
            documents: 0,
            parts: Vec::new(),
            parts_omitted: 0,
        })),
        pages: Rc::new(MemoryPages::new(|_, _| Err(PageFault::Damaged))),
        folders: Rc::new(MemoryFolders::default()),
        hardware: Rc::new(FixedHardware::default()),
        lock: Rc::new(MemoryLock::default()),
        yields: Rc::new(NoYield),
    };
    let emit = move |event| hearing.borrow_mut().push(event);
    let service = Service::new(ports, Rc::new(runtime), Rc::new(emit), Rc::new(|_| {}));
    let body = ToWorker::BackUp { passphrase: Passphrase(passphrase.clone()) };
    block_on(service.handle(Request::new(RequestId(1), body), None));
    let backup = said.borrow().iter().find_map(|event| match &event.body {
        FromWorker::BackedUp(backup) => Some(backup.clone()),
        _ => None,
    });
    let backup = backup.expect("it is made");
    let mut bytes = Vec::new();
    for part in &backup.parts {
        bytes.extend(block_on(exports.read(part)).expect("memory reads").expect("the part is there"));
    }
    std::fs::write(file, bytes).expect("the file can be written");
    eprintln!("{documents} documents, {} MB", backup.size_bytes / 1_000_000);
}

/// Stores documents of so many passages with their vectors; returns how many.
fn fill(store: &Rc<MemoryStore>, passages: usize) -> usize {
    let mut draw = Draw(1);
    let opened = block_on(Library::open(Rc::clone(store) as _, Rc::new(MemoryLock::default())));
    let library = opened.expect("a store in memory opens");
    let (mut documents, mut stored) = (0, 0);
    while stored < passages {
        let prepared: Vec<Prepared> = (0..TOGETHER)
            .map(|at| {
                let (name, text) = (format!("{}.txt", documents + at), draw.text(2_000));
                Prepared::new(conclave_import::first(&name, text.as_bytes()).expect("it is text"))
            })
            .collect();
        let infos = block_on(library.add_all(&prepared, 0)).expect("there is room");
        let rows = infos.iter().map(|info| (info.id.clone(), 0, (0..info.passages).map(|_| draw.vector()).collect()));
        let vectors = PassageVectors { encoder: ENCODER.name.into(), dim: DIM, rows: rows.collect() };
        block_on(library.attach(&vectors)).expect("they fit");
        documents += infos.len();
        stored += infos.iter().map(|info| info.passages as usize).sum::<usize>();
    }
    documents
}

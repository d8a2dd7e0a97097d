//! The `engine` program: requests of the page in, events out.

use std::rc::Rc;

use conclave_engine::service::{DefaultRuntime, FileBytes, Ports, Service};
use conclave_protocol::{Event, FromWorker, PROTOCOL_VERSION, Problem, ProblemCode, Request};
use conclave_worker::blobs::OpfsBlobs;
use conclave_worker::clock::BrowserClock;
use conclave_worker::digest::BrowserDigest;
use conclave_worker::entropy::BrowserEntropy;
use conclave_worker::fetch::BrowserFetch;
use conclave_worker::files::PickedFile;
use conclave_worker::hardware::BrowserHardware;
use conclave_worker::lock::WebLock;
use conclave_worker::range_fetch::BrowserRangeFetch;
use conclave_worker::scope;
use conclave_worker::store::IdbStore;
use conclave_worker::tabs::Tabs;
use conclave_worker::yields::BrowserYield;
use wasm_bindgen_futures::spawn_local;

/// Name of database, lock prefix, news channel; one of each per origin.
const NAME: &str = "conclave";

fn main() {
    scope::on_panic(|place| emit(&Event { id: None, body: FromWorker::Failed(last_word(place)) }));
    emit(&Event { id: None, body: FromWorker::Started { version: PROTOCOL_VERSION } });

    let ports = Ports {
        store: Rc::new(IdbStore::new(NAME)),
        blobs: Rc::new(OpfsBlobs::new("models")),
        fetch: Rc::new(BrowserFetch),
        ranges: Rc::new(BrowserRangeFetch),
        clock: Rc::new(BrowserClock),
        digest: Rc::new(BrowserDigest),
        entropy: Rc::new(BrowserEntropy),
        hardware: Rc::new(BrowserHardware),
        lock: Rc::new(WebLock::new(NAME)),
        yields: Rc::new(BrowserYield::new()),
    };
    let service = Rc::new_cyclic(|service: &std::rc::Weak<Service>| {
        let heard_by = service.clone();
        let tabs = Tabs::join(NAME, move |change| {
            if let Some(service) = heard_by.upgrade() {
                spawn_local(async move { service.refresh(change).await });
            }
        });
        Service::new(
            ports,
            Rc::new(DefaultRuntime::default()),
            Rc::new(|event| emit(&event)),
            Rc::new(move |change| tabs.tell(change)),
        )
    });
    scope::listen(move |data| {
        let Some((request, file)) = scope::pair::<Request>(&data) else {
            emit(&Event { id: None, body: FromWorker::Failed(not_understood()) });
            return;
        };
        let file = file.map(|file| Box::new(PickedFile::new(file)) as Box<dyn FileBytes>);
        let service = Rc::clone(&service);
        spawn_local(async move { service.handle(request, file).await });
    });
}

fn emit(event: &Event) {
    scope::post(event);
}

/// Said when the program panics; the page starts a new one.
fn last_word(place: &str) -> Problem {
    Problem::new(
        ProblemCode::Internal,
        format!("The engine stopped at {place}."),
        "It is started again; what was stored is intact.",
    )
}

fn not_understood() -> Problem {
    Problem::new(ProblemCode::VersionMismatch, "The engine did not understand the page.", "Load the page again.")
}

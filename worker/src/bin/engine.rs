//! The `engine` program: requests of the page, and of other tabs, in; events out.

use std::rc::{Rc, Weak};

use conclave_engine::service::{Caller, Change, DefaultRuntime, Exchange, Ports, Service};
use conclave_kernels::{Team, team};
use conclave_ports::{Entropy, FileBytes, LocalFuture};
use conclave_protocol::backup::BACKUP_FOLDER;
use conclave_protocol::{EngineId, Event, FromWorker, PROTOCOL_VERSION, Problem, ProblemCode, Request, ToHost};
use conclave_vault::HealingStore;
use conclave_worker::blobs::OpfsBlobs;
use conclave_worker::clock::BrowserClock;
use conclave_worker::digest::BrowserDigest;
use conclave_worker::entropy::BrowserEntropy;
use conclave_worker::fetch::BrowserFetch;
use conclave_worker::files::PickedFiles;
use conclave_worker::folders::BrowserFolders;
use conclave_worker::guests::Guests;
use conclave_worker::hardware::{BrowserHardware, memory_gb};
use conclave_worker::helper::{gather, usable_cores};
use conclave_worker::keys::BrowserKeys;
use conclave_worker::lock::WebLock;
use conclave_worker::pages::BrowserPages;
use conclave_worker::range_fetch::BrowserRangeFetch;
use conclave_worker::reader::BrowserReader;
use conclave_worker::scope;
use conclave_worker::store::IdbStore;
use conclave_worker::tabs::Tabs;
use conclave_worker::yields::BrowserYield;
use conclave_worker::{DEVICE, NAME};
use futures_channel::oneshot;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// Who hears what: the page that started the program, and other tabs.
struct Desk {
    exchange: Exchange,
    guests: Guests,
}

impl Desk {
    fn deliver(&self, event: Event) {
        match self.exchange.address(event) {
            (Some(Caller::Page), event) => scope::post_json(&event),
            (Some(Caller::Tab(tab)), event) => self.guests.tell(Some(tab), event),
            (None, event) => {
                scope::post_json(&event);
                if self.guests.are_there() {
                    self.guests.tell(None, event);
                }
            }
        }
    }

    /// Answers a request.
    async fn serve(&self, service: &Service, caller: Caller, request: Request, file: Option<JsValue>) {
        let request = self.exchange.enter(caller, request);
        let id = request.id;
        let file = file.map(|file| Box::new(PickedFiles::new(file)) as Box<dyn FileBytes>);
        service.handle(request, file).await;
        self.exchange.leave(id);
    }
}

fn main() {
    let mut run = [0; 16];
    // Without randomness two runs look the same to other tabs, and a question that was under way there waits in vain.
    let _ = BrowserEntropy.fill(&mut run);
    let desk = Rc::new(Desk { exchange: Exchange::default(), guests: Guests::new(EngineId::from_random(run)) });
    let (panicking, deliver) = (Rc::clone(&desk), Rc::clone(&desk));
    scope::on_panic(move |place| panicking.deliver(unasked(FromWorker::Panicked { place: place.to_owned() })));

    let runtime = DefaultRuntime::new(gather_team());
    let service = Rc::new_cyclic(|service: &Weak<Service>| {
        let told_to = service.clone();
        let ports = ports(BrowserFolders::new(move |folder| {
            if let Some(service) = told_to.upgrade() {
                spawn_local(async move { service.folder_changed(folder).await });
            }
        }));
        let (heard_by, changed_in, changed_at) = (service.clone(), service.clone(), Rc::clone(&desk));
        let tabs = Tabs::join(NAME, move |change| refresh(&heard_by, change));
        let announce = move |change| {
            tabs.tell(change);
            if changed_at.guests.are_there() {
                refresh(&changed_in, change);
            }
        };
        let emit = move |event| deliver.deliver(event);
        Service::new(ports, Rc::new(runtime), Rc::new(emit), Rc::new(announce))
    });

    let opening = Rc::clone(&service);
    spawn_local(async move { opening.open_library().await });
    let (at_page, of_page) = (Rc::clone(&desk), Rc::clone(&service));
    scope::listen(move |data| {
        let Some((request, file)) = scope::pair::<Request>(&data) else {
            scope::post_json(&unasked(FromWorker::Failed(not_understood())));
            return;
        };
        let (desk, service) = (Rc::clone(&at_page), Rc::clone(&of_page));
        spawn_local(async move { desk.serve(&service, Caller::Page, request, file).await });
    });
    let at_guests = Rc::clone(&desk);
    desk.guests.listen(move |message, file| {
        at_guests.guests.came();
        match message {
            ToHost::Knock { tab } => at_guests.guests.tell(Some(tab), started()),
            ToHost::Call { tab, request } => {
                let (desk, service) = (Rc::clone(&at_guests), Rc::clone(&service));
                spawn_local(async move { desk.serve(&service, Caller::Tab(tab), request, file).await });
            }
        }
    });
    scope::post_json(&started());
    // Tabs that were here before this run do not knock again.
    desk.guests.tell(None, started());
}

/// The browser's side of every port.
fn ports(folders: BrowserFolders) -> Ports {
    Ports {
        store: Rc::new(HealingStore::new(|| Rc::new(IdbStore::new(NAME)), Rc::new(BrowserClock))),
        keys: Rc::new(BrowserKeys::new(DEVICE)),
        blobs: Rc::new(OpfsBlobs::new("models")),
        exports: Rc::new(OpfsBlobs::new(BACKUP_FOLDER)),
        fetch: Rc::new(BrowserFetch),
        ranges: Rc::new(BrowserRangeFetch),
        clock: Rc::new(BrowserClock),
        digest: Rc::new(BrowserDigest),
        entropy: Rc::new(BrowserEntropy),
        reader: Rc::new(BrowserReader::new(scope::told("import").zip(scope::told("parsers")))),
        pages: Rc::new(BrowserPages::new(scope::told("view").zip(scope::told("pages")))),
        folders: Rc::new(folders),
        hardware: Rc::new(BrowserHardware),
        lock: Rc::new(WebLock::new(NAME)),
        yields: Rc::new(BrowserYield::new()),
    }
}

/// The helpers that the page allows and this device has cores for. They start at once; the models wait for them.
fn gather_team() -> LocalFuture<'static, Rc<Team>> {
    let (ready, answer) = oneshot::channel();
    spawn_local(async move {
        let gathered = match scope::told("helper") {
            Some(script) => gather(&script, team::threads_for(usable_cores()) - 1, team::SHARED_BYTES).await,
            None => Vec::new(),
        };
        // Where the engine has gone, nobody wants them.
        drop(ready.send(gathered));
    });
    Box::pin(
        async move { Team::new(answer.await.unwrap_or_default(), Rc::new(BrowserClock), team::room_for(memory_gb())) },
    )
}

fn refresh(service: &Weak<Service>, change: Change) {
    if let Some(service) = service.upgrade() {
        spawn_local(async move { service.refresh(change).await });
    }
}

const fn started() -> Event {
    unasked(FromWorker::Started { version: PROTOCOL_VERSION })
}

const fn unasked(body: FromWorker) -> Event {
    Event { id: None, body }
}

fn not_understood() -> Problem {
    Problem::new(ProblemCode::VersionMismatch, "The engine did not understand the page.", "Load the page again.")
}

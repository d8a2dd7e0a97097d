//! The `conformance` program: runs the ports' conformance suites on the browser's adapters and posts one verdict per suite,
//! `{suite, broken}`, then `{done: true}`. A test page serves it; it is no part of the product.

use std::cell::RefCell;
use std::rc::Rc;

use conclave_ports::conformance::{self, Hand, Verdict};
use conclave_ports::{
    Blobs, Clock, KEY_BYTES, Keys, LocalFuture, ModelUrl, NoYield, Sensitive, Store, StoreError, Table, Write,
};
use conclave_protocol::FolderId;
use conclave_vault::store::Parts;
use conclave_vault::{HealingStore, Seal, SealedStore, VaultKey};
use conclave_worker::blobs::OpfsBlobs;
use conclave_worker::clock::BrowserClock;
use conclave_worker::digest::BrowserDigest;
use conclave_worker::entropy::BrowserEntropy;
use conclave_worker::fetch::BrowserFetch;
use conclave_worker::folders::BrowserFolders;
use conclave_worker::hardware::BrowserHardware;
use conclave_worker::helper::BrowserHelper;
use conclave_worker::keys::BrowserKeys;
use conclave_worker::lock::WebLock;
use conclave_worker::pages::BrowserPages;
use conclave_worker::range_fetch::BrowserRangeFetch;
use conclave_worker::reader::BrowserReader;
use conclave_worker::scope;
use conclave_worker::store::IdbStore;
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;

/// What the test asks for.
#[derive(Deserialize)]
enum Ask {
    /// All suites. `path` is served with `body`.
    Suites { path: String, body: Vec<u8> },
    /// Seals and opens a record of so many bytes, and says how long each took.
    Sealing { bytes: usize },
    /// Parts of the model file at `url`, which is `body`; there is none at `missing`.
    Ranges { url: String, body: Vec<u8>, missing: String },
    /// Files read by the program `import`: addresses of its worker's script and of the program.
    Reader { script: String, program: String },
    /// Pages drawn by the program `view`: the same of it.
    Pages { script: String, program: String },
    /// A folder of the origin's own file system, whose handle the test has kept under this number.
    Folders { folder: String, name: String },
    /// A helper that is this program in another worker, to which the test hands on the buffer that comes in `{buffer}`.
    Helper,
    /// Writes over the quota that the test has set: both stores must say `Full` and keep what they have.
    Full { over_bytes: usize },
    /// Stores a record, then waits until the test has deleted the database: using it must say `Unavailable`.
    Open,
    /// Uses the store after the database was deleted.
    UseAfterDelete,
}

#[derive(Serialize)]
struct Said {
    suite: &'static str,
    broken: Option<String>,
}

/// What a piece of work took, beside or in place of a verdict.
#[derive(Serialize)]
struct Took {
    suite: &'static str,
    took_ms: f64,
}

#[derive(Serialize)]
struct Done {
    done: bool,
}

fn main() {
    let store = Rc::new(IdbStore::new("conformance"));
    let healing = Rc::new(sealed_over(Rc::new(healing(|| Rc::new(IdbStore::new("conformance"))))));
    scope::listen(move |data| {
        if let Some(station) = BrowserHelper::at_station(data.clone()) {
            // Long enough for the suite's rests, after which it would have to be called.
            for _ in 0..100 {
                conformance::station(&station);
            }
            return;
        }
        let Some(ask) = scope::from_js::<Ask>(data) else { return };
        let (store, healing) = (Rc::clone(&store), Rc::clone(&healing));
        spawn_local(async move {
            run(ask, &store, &healing).await;
            scope::post(&Done { done: true });
        });
    });
    scope::post(&Said { suite: "ready", broken: None });
}

fn say(suite: &'static str, verdict: Verdict) {
    scope::post(&Said { suite, broken: verdict.err() });
}

async fn run(ask: Ask, store: &IdbStore, healing: &SealedStore) {
    match ask {
        Ask::Suites { path, body } => {
            say("clock", conformance::clock(&BrowserClock).await);
            say("digest", conformance::digest(&BrowserDigest).await);
            say("entropy", conformance::entropy(&BrowserEntropy));
            say("store", conformance::store(store).await);
            say("a store whose connection breaks", broken_connections().await);
            say("blobs", conformance::blobs(&OpfsBlobs::new("conformance")).await);
            say("blobs in two folders", two_folders().await);
            say("fetch", conformance::fetch(&BrowserFetch, &path, &body).await);
            say("fetch stays at home", same_origin().await);
            say("hardware", conformance::hardware(&BrowserHardware).await);
            say("keys", conformance::keys(&device(), &device()).await);
            say("keys made by two tabs at once", keys_at_once().await);
            say("keys of another device", keys_absent().await);
            say("sealed store", conformance::store(&sealed("conformance-sealed")).await);
            // What an earlier connection sealed is opened by a later one.
            say("sealed store, opened again", conformance::store(&sealed("conformance-sealed")).await);
            say("lock", conformance::lock(&WebLock::new("conformance")).await);
        }
        Ask::Sealing { bytes } => say("sealing", sealing(bytes)),
        Ask::Ranges { url, body, missing } => say("range fetch", ranges(&url, &body, &missing).await),
        Ask::Reader { script, program } => {
            say("reader", conformance::reader(&BrowserReader::new(Some((script, program)))).await);
        }
        Ask::Pages { script, program } => {
            say("pages", conformance::pages(&BrowserPages::new(Some((script, program)))).await);
        }
        Ask::Folders { folder, name } => {
            // Whether changes are told is another test's: it takes time.
            let (folders, folder) = (BrowserFolders::new(|_| {}), FolderId(folder));
            let hand = OpfsHand(OpfsBlobs::new(name));
            say("folders", conformance::folders(&folders, &folder, &hand, &BrowserClock).await);
        }
        Ask::Helper => say("helper", helper().await),
        Ask::Full { over_bytes } => {
            say("a full store", conformance::store_full(store, over_bytes).await);
            say("a full sealed store", conformance::store_full(&sealed("conformance"), over_bytes).await);
            say("full blobs", blobs_full(over_bytes).await);
        }
        Ask::Open => {
            let kept = || vec![Write::put(Table::Meta, "kept", *b"1")];
            let written = store.commit(kept()).await.and(healing.commit(kept()).await);
            say("open", written.map_err(|error| error.to_string()));
        }
        Ask::UseAfterDelete => {
            let verdict = |read| match read {
                Err(StoreError::Unavailable(_)) => Ok(()),
                other => Err(format!("a deleted store is unavailable, but said {other:?}")),
            };
            say("a deleted store", verdict(store.get(Table::Meta, "kept").await));
            // It opens what is there now, and finds that it is not what was there.
            say("a deleted store that heals", verdict(healing.get(Table::Meta, "kept").await));
        }
    }
}

/// What was stored is there after the browser closed the connection, whatever is asked first.
async fn broken_connections() -> Verdict {
    let opened = Rc::new(RefCell::new(Vec::<Rc<IdbStore>>::new()));
    let opening = Rc::clone(&opened);
    let open = move || {
        let store = Rc::new(IdbStore::new("conformance-healing"));
        opening.borrow_mut().push(Rc::clone(&store));
        store as Rc<dyn Store>
    };
    let store = sealed_over(Rc::new(healing(open)));
    let break_connection = || opened.borrow().iter().for_each(|store| store.break_connection());
    let said = |error: StoreError| error.to_string();
    store.commit(vec![Write::put(Table::Meta, "kept", *b"1")]).await.map_err(said)?;
    break_connection();
    let kept = store.get(Table::Meta, "kept").await.map_err(said)?;
    break_connection();
    store.commit(vec![Write::put(Table::Meta, "more", *b"2")]).await.map_err(said)?;
    break_connection();
    let keys = store.list(Table::Meta, "").await.map_err(said)?;
    break_connection();
    // Two at once open one new connection.
    let both = join_all([store.scan(Table::Meta, "kept"), store.scan(Table::Meta, "more")]).await;
    let whole = kept.as_deref() == Some(b"1") && keys == ["kept", "more"];
    let read = both.iter().all(|records| records.as_ref().is_ok_and(|records| records.len() == 1));
    let connections = opened.borrow().len();
    if whole && read && connections == 5 { Ok(()) } else { Err(format!("{keys:?} {both:?} {connections}")) }
}

/// Another program's hand, in a folder of the origin's own file system.
struct OpfsHand(OpfsBlobs);

impl Hand for OpfsHand {
    fn write<'a>(&'a self, path: &'a str, text: &'a str) -> LocalFuture<'a, Result<(), String>> {
        Box::pin(async move { self.0.write(path, text.as_bytes()).await.map_err(|error| error.to_string()) })
    }

    fn remove<'a>(&'a self, path: &'a str) -> LocalFuture<'a, Result<(), String>> {
        Box::pin(async move { self.0.remove(path).await.map_err(|error| error.to_string()) })
    }
}

async fn two_folders() -> Verdict {
    let (one, other) = (OpfsBlobs::new("conformance"), OpfsBlobs::new("conformance-other"));
    let said = |error: StoreError| error.to_string();
    one.write("a/b/part", b"one").await.map_err(said)?;
    let read = other.read("a/b/part").await.map_err(said)?;
    one.remove("a/b/part").await.map_err(said)?;
    other.remove("a/b/part").await.map_err(said)?;
    if read.is_none() { Ok(()) } else { Err("folders do not share objects".to_owned()) }
}

fn device() -> BrowserKeys {
    BrowserKeys::new("conformance-device")
}

fn sealed(name: &str) -> SealedStore {
    sealed_over(Rc::new(IdbStore::new(name)))
}

fn healing(open: impl Fn() -> Rc<dyn Store> + 'static) -> HealingStore {
    HealingStore::new(open, Rc::new(BrowserClock))
}

fn sealed_over(store: Rc<dyn Store>) -> SealedStore {
    SealedStore::new(Parts {
        store,
        keys: Rc::new(device()),
        entropy: Rc::new(BrowserEntropy),
        lock: Rc::new(WebLock::new("conformance")),
        yields: Rc::new(NoYield),
    })
}

/// Tabs that each find no key and make one must end up with the same.
async fn keys_at_once() -> Verdict {
    let tabs: [BrowserKeys; 5] = std::array::from_fn(|_| BrowserKeys::new("conformance-at-once"));
    let key = Sensitive::new([7; KEY_BYTES]);
    let wrapped = join_all(tabs.iter().map(|tab| tab.wrap(&key, b""))).await;
    for wrapped in wrapped {
        let wrapped = wrapped.map_err(|error| error.to_string())?;
        for tab in &tabs {
            let opened = tab.open(&wrapped, b"").await.map_err(|error| format!("one key for all tabs, but {error}"))?;
            if opened.expose() != key.expose() {
                return Err("a key opens as itself".to_owned());
            }
        }
    }
    Ok(())
}

async fn keys_absent() -> Verdict {
    let wrapped = device().wrap(&Sensitive::new([7; KEY_BYTES]), b"").await.map_err(|error| error.to_string())?;
    conformance::keys_absent(&BrowserKeys::new("conformance-no-device"), &wrapped, b"").await
}

/// Says the median of five runs.
fn sealing(bytes: usize) -> Verdict {
    let key = VaultKey::make(&BrowserEntropy).map_err(|error| error.to_string())?;
    let (seal, record) = (Seal::new(&key), vec![7; bytes]);
    let (mut sealing, mut opening) = ([0.0; 5], [0.0; 5]);
    for (sealing, opening) in sealing.iter_mut().zip(&mut opening) {
        let start = BrowserClock.monotonic_ms();
        let sealed = seal.seal(Table::Segments, "key", &record, &BrowserEntropy).map_err(|error| error.to_string())?;
        let between = BrowserClock.monotonic_ms();
        let opened = seal.open(Table::Segments, "key", sealed).map_err(|error| error.to_string())?;
        (*sealing, *opening) = (between - start, BrowserClock.monotonic_ms() - between);
        if opened != record {
            return Err("a record opens as itself".to_owned());
        }
    }
    let median = |times: &mut [f64; 5]| {
        times.sort_by(f64::total_cmp);
        times[2]
    };
    scope::post(&Took { suite: "seal", took_ms: median(&mut sealing) });
    scope::post(&Took { suite: "open", took_ms: median(&mut opening) });
    Ok(())
}

async fn same_origin() -> Verdict {
    use conclave_ports::{Cancel, Fetch, FetchError};
    for path in ["//example.com/x", "https://example.com/x", "/\\example.com/x", "x"] {
        let got = BrowserFetch.get(path, 1000, &Cancel::new(), &|_| {}).await;
        if !matches!(got, Err(FetchError::Connection(_))) {
            return Err(format!("{path} is refused before a request is made"));
        }
    }
    Ok(())
}

async fn helper() -> Verdict {
    let buffer = BrowserHelper::buffer(300);
    let sent = scope::worker().map(|worker| worker.post_message(&buffer));
    if !matches!(sent, Some(Ok(()))) {
        return Err("buffers are shared with the page".to_owned());
    }
    // The other worker starts meanwhile.
    BrowserClock.sleep(2_000).await;
    conformance::helper(&BrowserHelper::of(&buffer, None), &BrowserClock).await?;
    match BrowserHelper::start("/nothing-here.js", 300).await {
        Ok(_) => Err("a program that is not there does not start".to_owned()),
        Err(_) => Ok(()),
    }
}

async fn ranges(url: &str, body: &[u8], missing: &str) -> Verdict {
    let parse = |url| ModelUrl::parse(url).map_err(|error| error.to_string());
    conformance::range_fetch(&BrowserRangeFetch, &parse(url)?, body, &parse(missing)?).await
}

async fn blobs_full(over_bytes: usize) -> Verdict {
    let blobs = OpfsBlobs::new("conformance");
    let said = |error: StoreError| error.to_string();
    blobs.write("full", b"old").await.map_err(said)?;
    let refused = blobs.write("full", &vec![7; over_bytes]).await;
    let kept = blobs.read("full").await.map_err(said)?;
    blobs.remove("full").await.map_err(said)?;
    match (refused, kept.as_deref()) {
        (Err(StoreError::Full), Some(b"old")) => Ok(()),
        (refused, kept) => Err(format!(
            "a full disk is Full and keeps the old object, but said {refused:?}, {:?} bytes",
            kept.map(<[u8]>::len)
        )),
    }
}

//! Downloads of models: resumed, refused, given up, and never a mixture.

use conclave_ports::{Blobs, ModelUrl, RangeError, RangeFault, Table, Write, Yield};
use conclave_protocol::{
    DownloadProgress, DownloadStep, FromWorker, OwnModel, Problem, ProblemCode, Request, Settings, ToWorker,
};
use futures_util::future::{join, select};

use super::fakes::{GivesWay, OWN, sha256};
use super::{Device, Tab, problem};
use crate::service::catalogue::Pin;

const MEGABYTE: usize = 1_000_000;
const PART: u64 = 16 << 20;
const ADDRESS: &str = "https://huggingface.co/owner/repo/resolve/main/Model-Q8_0.gguf";

/// A file of three parts that begins as a model does; `salt` makes it another one.
fn file(salt: u8) -> Vec<u8> {
    let mut bytes = vec![0; 40 * MEGABYTE];
    // By the kilobyte: byte by byte takes seconds in a build without optimisation.
    for (at, kilobyte) in bytes.chunks_mut(1 << 10).enumerate() {
        kilobyte.fill(at as u8 ^ salt);
    }
    bytes[..OWN.len()].copy_from_slice(OWN);
    bytes
}

const SIZE: u64 = 40_000_000;
const PARTS: [std::ops::Range<u64>; 3] = [0..PART, PART..2 * PART, 2 * PART..SIZE];

fn url() -> ModelUrl {
    ModelUrl::parse(ADDRESS).unwrap()
}

/// A device whose models' host has the file.
fn device() -> Device {
    let device = Device::with_models();
    device.host.serve(url(), file(1), "\"1\"");
    device
}

/// The same, and the catalogue knows it.
fn device_with_pin(sha256: String, size_bytes: u64) -> Device {
    let pin = Pin { name: "Known 1B".into(), licence: "MIT".into(), size_bytes, sha256 };
    Device { pins: [(ADDRESS.to_owned(), pin)].into(), ..device() }
}

fn request() -> ToWorker {
    ToWorker::DownloadModel { address: ADDRESS.into() }
}

fn added(closing: FromWorker) -> OwnModel {
    match closing {
        FromWorker::ModelAdded(model) => model,
        other => panic!("not added: {other:?}"),
    }
}

fn refused(tab: &Tab) -> Problem {
    problem(tab.close(request()))
}

fn progress(events: &[FromWorker]) -> Vec<DownloadProgress> {
    let is_progress = |event: &FromWorker| match event {
        FromWorker::Downloading(progress) => Some(progress.clone()),
        _ => None,
    };
    events.iter().filter_map(is_progress).collect()
}

fn room(device: &Device) -> usize {
    pollster::block_on(device.blobs.room()).unwrap() as usize
}

/// Runs the download until so many parts are recorded, then drops it, as a killed tab does.
fn kill_after(device: &Device, parts: usize) {
    let tab = device.tab();
    let working = tab.service.handle(Request::new(tab.id(), request()), None);
    let watching = async {
        let watcher = device.tab();
        loop {
            GivesWay.yield_now().await;
            watcher.service.refresh(crate::service::Change::Downloads).await;
            let done = watcher.unasked().into_iter().next_back().map_or(0, |event| match event {
                FromWorker::Downloads(downloads) => downloads.first().map_or(0, |download| download.done_bytes),
                _ => 0,
            });
            if done >= PART * parts as u64 {
                return;
            }
        }
    };
    pollster::block_on(select(std::pin::pin!(working), std::pin::pin!(watching)));
}

#[test]
fn a_downloaded_model_is_an_own_model_like_any_other() {
    let device = device();
    let tab = device.tab();
    let events = tab.send(request());
    let model = added(events.last().unwrap().clone());
    assert_eq!((model.name.as_str(), model.size_bytes, model.address.as_deref()), ("Own", SIZE, Some(ADDRESS)));
    assert_eq!(device.host.take_asked(), PARTS, "every byte is asked for once");
    let mut steps: Vec<DownloadStep> = progress(&events).into_iter().map(|progress| progress.step).collect();
    steps.dedup();
    use DownloadStep::{Checking, Fetching, Queued, Verifying};
    assert_eq!(steps, [Queued, Checking, Verifying, Fetching]);
    let generator = Some(model.id.clone());
    let settings = Settings { generator, ..Settings::default() };
    assert!(matches!(tab.close(ToWorker::SaveSettings { settings }), FromWorker::Settings(_)));
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    let snapshot = device.tab().hello();
    assert_eq!((snapshot.own_models, snapshot.downloads), (vec![model.clone()], Vec::new()));
    assert_eq!(added(tab.close(request())), model, "what is here already is not fetched again");
    assert_eq!(device.host.take_asked(), []);
    assert_eq!(tab.close(ToWorker::RemoveModel { model: model.id }), FromWorker::OwnModels(Vec::new()));
}

#[test]
fn a_killed_tab_goes_on_with_the_part_that_is_missing() {
    let device = device();
    kill_after(&device, 2);
    assert_eq!(device.host.take_asked(), PARTS[..2]);
    let tab = device.tab();
    let downloads = tab.hello().downloads;
    assert_eq!((downloads.len(), downloads[0].done_bytes, downloads[0].size_bytes), (1, 2 * PART, SIZE));
    assert_eq!((downloads[0].name.as_str(), downloads[0].address.as_str()), ("Own", ADDRESS));
    let model = added(tab.close(request()));
    assert_eq!(device.host.take_asked(), PARTS[2..], "only the missing part is asked for");
    assert_eq!(model.id, downloads[0].id);
    assert_eq!(tab.hello().downloads, []);
}

#[test]
fn a_stored_part_that_was_changed_is_refused_and_it_alone_is_fetched_again() {
    let device = device();
    kill_after(&device, 2);
    device.host.take_asked();
    let id = device.tab().hello().downloads[0].id.clone();
    let whole = file(1);
    let part = format!("{id}/{}", sha256(&whole[..PART as usize]));
    pollster::block_on(device.blobs.write(&part, &vec![7; PART as usize])).unwrap();
    let model = added(device.tab().close(request()));
    assert_eq!(device.host.take_asked(), [PARTS[0].clone(), PARTS[2].clone()]);
    // And again once it is a model: the loader knows where its parts come from.
    pollster::block_on(device.blobs.write(&part, &vec![7; PART as usize])).unwrap();
    let tab = device.tab();
    let settings = Settings { generator: Some(model.id), ..Settings::default() };
    tab.close(ToWorker::SaveSettings { settings });
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    assert_eq!(device.host.take_asked(), PARTS[..1]);
    let repaired = pollster::block_on(device.blobs.read(&part)).unwrap().unwrap();
    assert_eq!(sha256(&repaired), sha256(&whole[..PART as usize]));
}

#[test]
fn a_file_that_changed_at_the_host_is_said_and_never_mixed() {
    let device = device();
    kill_after(&device, 2);
    device.host.serve(url(), file(2), "\"2\"");
    assert_eq!(refused(&device.tab()).code, ProblemCode::Changed);
    let shorter = file(1)[..39 * MEGABYTE].to_vec();
    device.host.serve(url(), shorter, "\"1\"");
    let changed = refused(&device.tab());
    assert_eq!(changed.code, ProblemCode::Changed);
    assert!(changed.what.contains("40000000 bytes and has 39000000"), "{changed}");
    let tab = device.tab();
    let snapshot = tab.hello();
    assert_eq!((snapshot.own_models.len(), snapshot.downloads.len()), (0, 1));
    let model = snapshot.downloads[0].id.clone();
    assert_eq!(tab.close(ToWorker::RemoveDownload { model }), FromWorker::Downloads(Vec::new()));
    assert_eq!(room(&device), usize::MAX, "its room is given back");
    assert_eq!(added(tab.close(request())).size_bytes, 39_000_000, "begun anew, it is the new file");
}

#[test]
fn a_stored_part_that_cannot_be_had_again_unchanged_is_no_part() {
    let device = device();
    kill_after(&device, 2);
    let id = device.tab().hello().downloads[0].id.clone();
    let part = format!("{id}/{}", sha256(&file(1)[..PART as usize]));
    pollster::block_on(device.blobs.remove(&part)).unwrap();
    device.host.serve(url(), file(2), "\"1\"");
    let changed = refused(&device.tab());
    assert_eq!(changed.code, ProblemCode::Changed);
    assert!(changed.what.contains("part-0000"), "{changed}");
}

#[test]
fn the_whole_file_must_be_the_one_that_the_catalogue_names() {
    let device = device_with_pin(sha256(&file(1)), SIZE);
    kill_after(&device, 2);
    // Copies of the same file at several places of the host's network may have several tags; the whole's digest decides.
    device.host.serve(url(), file(1), "\"2\"");
    let model = added(device.tab().close(request()));
    assert_eq!((model.name.as_str(), model.licence.as_deref()), ("Known 1B", Some("MIT")));

    let device = device_with_pin(sha256(&file(1)), SIZE);
    device.host.fail([RangeFault::None, RangeFault::None, RangeFault::Flipped]);
    let wrong = refused(&device.tab());
    assert_eq!(wrong.code, ProblemCode::WrongHash);
    assert!(wrong.what.contains("Known 1B") && wrong.what.contains(&sha256(&file(1))[..16]), "{wrong}");
    assert_eq!((room(&device), device.tab().hello().downloads), (usize::MAX, Vec::new()), "nothing is left of it");
    assert_eq!(added(device.tab().close(request())).name, "Known 1B", "the next try succeeds");
}

#[test]
fn another_size_than_the_catalogues_is_refused_before_the_rest_is_fetched() {
    let device = device_with_pin(sha256(&file(1)), SIZE - 1);
    assert_eq!(refused(&device.tab()).code, ProblemCode::Changed);
    assert_eq!(device.host.take_asked(), PARTS[..1]);
    assert_eq!(room(&device), usize::MAX);
}

#[test]
fn what_is_no_model_is_refused_by_its_beginning_and_leaves_nothing() {
    let device = Device::new();
    device.host.serve(url(), vec![7; 40 * MEGABYTE], "\"1\"");
    let tab = device.tab();
    let bad = refused(&tab);
    assert_eq!(bad.code, ProblemCode::BadModel);
    assert!(bad.what.contains("Model-Q8_0.gguf"), "{bad}");
    assert_eq!(device.host.take_asked(), PARTS[..2], "no more than the beginning");
    assert_eq!((room(&device), tab.hello().downloads), (usize::MAX, Vec::new()));
}

#[test]
fn every_refusal_says_what_happened_and_what_to_do() {
    let status = |status| RangeError::Status { status };
    for (error, code, word) in [
        (RangeError::Page, ProblemCode::BadModel, "web page"),
        (RangeError::Whole, ProblemCode::UnsupportedType, "in parts"),
        (RangeError::WrongPart, ProblemCode::UnsupportedType, "another part"),
        (RangeError::Elsewhere, ProblemCode::UnsupportedType, "another place"),
        (status(404), ProblemCode::NotFound, "404"),
        (status(401), ProblemCode::NotAllowed, "401"),
        (status(403), ProblemCode::NotAllowed, "403"),
    ] {
        let device = device();
        device.host.fail([RangeFault::Error(error)]);
        let said = refused(&device.tab());
        assert_eq!(said.code, code, "{said}");
        assert!(said.what.contains(word) && said.what.contains("Model-Q8_0.gguf"), "{said}");
        assert!(code != ProblemCode::NotAllowed || said.next.contains("sign in"), "{said}");
        assert_eq!(device.host.take_asked().len(), 1, "it is not tried again: {said}");
    }
    let elsewhere = ToWorker::DownloadModel { address: "https://example.com/m.gguf".into() };
    let elsewhere = problem(device().tab().close(elsewhere));
    assert_eq!(elsewhere.code, ProblemCode::BadRequest);
    assert!(elsewhere.what.contains("example.com"), "{elsewhere}");
}

#[test]
fn a_connection_that_breaks_is_tried_again_and_in_the_end_said() {
    let device = device();
    let cut = || RangeFault::Error(RangeError::Connection("it broke off".into()));
    let busy = RangeFault::Error(RangeError::Status { status: 503 });
    device.host.fail([RangeFault::None, cut(), busy, RangeFault::None, RangeFault::None]);
    let tab = device.tab();
    let events = tab.send(request());
    added(events.last().unwrap().clone());
    let asked = device.host.take_asked();
    let again = [&PARTS[..1], &PARTS[1..2], &PARTS[1..2], &PARTS[1..]].concat();
    assert_eq!(asked, again, "the same part, until it is there");
    let retries: Vec<String> = progress(&events)
        .into_iter()
        .filter_map(|progress| match progress.step {
            DownloadStep::Retrying { reason } => Some(reason),
            _ => None,
        })
        .collect();
    assert!(retries.len() == 2 && retries[0].contains("broke off") && retries[1].contains("503"), "{retries:?}");

    let device = self::device();
    kill_after(&device, 2);
    device.host.take_asked();
    device.host.fail((0..5).map(|_| cut()));
    let before = conclave_ports::Clock::monotonic_ms(&*device.clock);
    assert_eq!(refused(&device.tab()).code, ProblemCode::Network);
    assert_eq!(device.host.take_asked(), vec![PARTS[2].clone(); 5]);
    let waited = conclave_ports::Clock::monotonic_ms(&*device.clock) - before;
    assert_eq!(waited, 15_000.0, "1, 2, 4 and 8 seconds lie between");
    assert_eq!(device.tab().hello().downloads[0].done_bytes, 2 * PART, "what is here stays");
    added(device.tab().close(request()));
}

#[test]
fn a_model_that_does_not_fit_is_refused_before_anything_is_fetched_or_stored() {
    let pinned =
        Device { blobs: Device::with_room(usize::MAX, 39 * MEGABYTE).blobs, ..device_with_pin(sha256(&file(1)), SIZE) };
    assert_eq!(refused(&pinned.tab()).code, ProblemCode::StorageFull);
    assert_eq!(pinned.host.take_asked(), []);
    let for_gpus = device_with_pin(sha256(&file(1)), 4_000_000_000);
    assert_eq!(refused(&for_gpus.tab()).code, ProblemCode::OutOfMemory);
    assert_eq!(for_gpus.host.take_asked(), []);
    *for_gpus.gpu.absent.borrow_mut() = None;
    assert_eq!(refused(&for_gpus.tab()).code, ProblemCode::Changed, "its beginning was fetched: it has another size");
    let too_large = device_with_pin(sha256(&file(1)), 9_000_000_000);
    *too_large.gpu.absent.borrow_mut() = None;
    assert_eq!(refused(&too_large.tab()).code, ProblemCode::TooLarge);
    assert_eq!(too_large.host.take_asked(), []);
    // Of one that nobody knows the server tells with the first part.
    let unknown = Device { blobs: Device::with_room(usize::MAX, 39 * MEGABYTE).blobs, ..device() };
    assert_eq!(refused(&unknown.tab()).code, ProblemCode::StorageFull);
    assert_eq!((unknown.host.take_asked(), room(&unknown)), (PARTS[..1].to_vec(), 39 * MEGABYTE));
}

#[test]
fn a_host_that_tells_pages_nothing_still_serves_what_the_catalogue_knows() {
    let device = device_with_pin(sha256(&file(1)), SIZE);
    device.host.is_silent.set(true);
    assert_eq!(added(device.tab().close(request())).size_bytes, SIZE);
    let unknown = self::device();
    unknown.host.is_silent.set(true);
    assert_eq!(refused(&unknown.tab()).code, ProblemCode::UnsupportedType);
}

/// Runs the download together with what happens once its first part is stored.
fn meanwhile(device: &Device, tab: &Tab, act: impl AsyncFnOnce(conclave_protocol::RequestId)) -> FromWorker {
    let id = tab.id();
    let working = tab.service.handle(Request::new(id, request()), None);
    let acting = async {
        while room(device) == usize::MAX {
            GivesWay.yield_now().await;
        }
        act(id).await;
    };
    pollster::block_on(join(working, acting));
    tab.of(id).pop().unwrap()
}

#[test]
fn a_paused_download_keeps_what_is_here_and_says_what_is_left() {
    let device = device();
    let tab = device.tab();
    let closing = meanwhile(&device, &tab, async |request| {
        tab.service.handle(Request::new(tab.id(), ToWorker::Cancel { request }), None).await;
    });
    assert_eq!(closing, FromWorker::Stopped);
    let told = tab.unasked().into_iter().next_back();
    let Some(FromWorker::Downloads(told)) = told else { panic!("{told:?}") };
    assert!(told.len() == 1 && told[0].done_bytes >= PART, "{told:?}");
    let before = device.host.take_asked().len();
    added(tab.close(request()));
    assert_eq!(before + device.host.take_asked().len(), PARTS.len(), "no part is fetched twice");
}

#[test]
fn a_download_that_is_given_up_in_another_tab_stops_and_leaves_nothing() {
    let device = device();
    let (tab, other) = (device.tab(), device.tab());
    let closing = meanwhile(&device, &tab, async |_| {
        let model = loop {
            if let Some(download) = other.service.downloads().await.unwrap().pop() {
                break download.id;
            }
            GivesWay.yield_now().await;
        };
        other.service.handle(Request::new(other.id(), ToWorker::RemoveDownload { model }), None).await;
    });
    assert_eq!(closing, FromWorker::Stopped);
    assert_eq!((room(&device), tab.hello().downloads), (usize::MAX, Vec::new()));
}

#[test]
fn what_was_given_up_by_a_tab_that_was_killed_is_taken_away_with_the_next_download() {
    let device = device();
    kill_after(&device, 2);
    let tab = device.tab();
    let model = tab.hello().downloads[0].id.clone();
    let key = format!("download/{model}");
    let stored = pollster::block_on(device.opened().get(Table::Meta, &key)).unwrap().unwrap();
    let noted = String::from_utf8(stored).unwrap().replace("\"given_up\":false", "\"given_up\":true");
    pollster::block_on(device.opened().commit(vec![Write::put(Table::Meta, &key, noted)])).unwrap();
    assert_eq!(tab.hello().downloads, []);
    assert_eq!(room(&device), usize::MAX - 2 * PART as usize);
    device.host.fail([RangeFault::Error(RangeError::Whole)]);
    refused(&tab);
    assert_eq!(room(&device), usize::MAX);
}

#[test]
fn two_tabs_fetch_the_same_file_once() {
    let device = device();
    let (one, other) = (device.tab(), device.tab());
    let (first, second) = (one.id(), other.id());
    pollster::block_on(join(
        one.service.handle(Request::new(first, request()), None),
        other.service.handle(Request::new(second, request()), None),
    ));
    assert_eq!(added(one.of(first).pop().unwrap()), added(other.of(second).pop().unwrap()));
    assert_eq!(device.host.take_asked(), PARTS);
}

#[test]
fn the_same_file_from_elsewhere_is_kept_once_and_can_be_repaired_from_there() {
    let device = device();
    let tab = device.tab();
    let given = ToWorker::AddModel { name: "own.gguf".into(), files: Vec::new() };
    let given = added(tab.send_with(given, Some(Box::new(file(1)))).pop().unwrap());
    let left = room(&device);
    let downloaded = added(tab.close(request()));
    assert_eq!((&downloaded.id, downloaded.address.as_deref()), (&given.id, Some(ADDRESS)));
    assert_eq!(room(&device), left, "its own parts are gone again");
    assert_eq!(tab.hello().own_models, [downloaded]);
}

//! Models that a person adds: kept, chosen, lost, removed.

use conclave_protocol::{
    FromWorker, GivenFile, ModelPhase, ModelsStatus, OwnModel, ProblemCode, Request, Settings, ToWorker,
};
use futures_util::future::{join, select};

use super::fakes::{GENERATOR, OWN};
use super::{Device, FileBytes, Tab, problem};
use crate::service::own_models::{begin_trying, end_trying};

const MEGABYTE: usize = 1_000_000;

/// A file that begins as a model does; `salt` makes it another one.
fn file(bytes: usize, salt: u8) -> Vec<u8> {
    OWN.iter().copied().chain((OWN.len()..bytes).map(|at| (at >> 10) as u8 ^ salt)).collect()
}

fn add(tab: &Tab, bytes: Vec<u8>) -> FromWorker {
    tab.send_with(ToWorker::AddModel { name: "own.gguf".into(), files: Vec::new() }, Some(Box::new(bytes)))
        .pop()
        .unwrap()
}

fn added(closing: FromWorker) -> OwnModel {
    match closing {
        FromWorker::ModelAdded(model) => model,
        other => panic!("not added: {other:?}"),
    }
}

fn choose(tab: &Tab, model: Option<&OwnModel>) -> FromWorker {
    let generator = model.map(|model| model.id.clone());
    tab.close(ToWorker::SaveSettings { settings: Settings { generator, ..Settings::default() } })
}

fn generator(tab: &Tab) -> (String, ModelPhase) {
    let is_status = |event| match event {
        FromWorker::Models(ModelsStatus { generator, .. }) => Some((generator.name, generator.phase)),
        _ => None,
    };
    tab.unasked().into_iter().filter_map(is_status).next_back().unwrap()
}

#[test]
fn an_added_model_is_listed_chosen_and_loaded_again_by_the_next_visit() {
    let device = Device::with_models();
    let tab = device.tab();
    let model = added(add(&tab, file(20 * MEGABYTE, 1)));
    assert_eq!((model.name.as_str(), model.size_bytes), ("Own", 20_000_000));
    let progress: Vec<u64> = tab
        .events
        .borrow()
        .iter()
        .filter_map(|event| match event.body {
            FromWorker::Copying(ref progress) => Some(progress.done),
            _ => None,
        })
        .collect();
    assert_eq!(progress, [0, 16 << 20, 20_000_000]);
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    assert_eq!(generator(&tab), (GENERATOR.to_owned(), ModelPhase::Ready));

    assert!(matches!(choose(&tab, Some(&model)), FromWorker::Settings(_)));
    assert_eq!(generator(&tab), ("Own".to_owned(), ModelPhase::Idle), "it is not loaded before it is asked for");
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    assert_eq!(generator(&tab), ("Own".to_owned(), ModelPhase::Ready));

    let offline = Device { server: Default::default(), ..device };
    let next = offline.tab();
    let snapshot = next.hello();
    assert_eq!(snapshot.own_models, [model]);
    assert_eq!(snapshot.models.generator.name, "Own");
    assert_eq!(next.close(ToWorker::LoadModels), FromWorker::Done);
    assert_eq!(generator(&next), ("Own".to_owned(), ModelPhase::Ready));
    choose(&next, None);
    assert_eq!(generator(&next), (GENERATOR.to_owned(), ModelPhase::Idle));
}

/// A file of a size that must not be read.
struct Large(u64);

impl FileBytes for Large {
    fn size_bytes(&self) -> u64 {
        self.0
    }

    fn read_range(
        &self,
        _: std::ops::Range<u64>,
    ) -> conclave_ports::LocalFuture<'_, Result<Vec<u8>, conclave_protocol::Problem>> {
        panic!("it must be refused by its size alone")
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

#[test]
fn files_that_are_no_models_are_refused_and_leave_nothing() {
    let tab = Device::new().tab();
    assert_eq!(problem(add(&tab, Vec::new())).code, ProblemCode::EmptyFile);
    let html = problem(add(&tab, b"<html>404</html>".to_vec()));
    assert_eq!(html.code, ProblemCode::BadModel);
    assert!(html.what.contains("own.gguf"), "{html}");
    let huge = tab.send_with(
        ToWorker::AddModel { name: "huge.gguf".into(), files: Vec::new() },
        Some(Box::new(Large(40_000_000_000))),
    );
    assert_eq!(problem(huge.last().unwrap().clone()).code, ProblemCode::TooLarge);
    let large = tab.send_with(
        ToWorker::AddModel { name: "large.gguf".into(), files: Vec::new() },
        Some(Box::new(Large(4_000_000_000))),
    );
    let large = problem(large.last().unwrap().clone());
    assert!(large.code == ProblemCode::OutOfMemory && large.what.contains("needs a graphics processor"), "{large}");
    assert_eq!(
        problem(tab.close(ToWorker::AddModel { name: "none.gguf".into(), files: Vec::new() })).code,
        ProblemCode::BadRequest
    );
    assert_eq!(tab.hello().own_models, []);
}

/// Files of a folder as they come: named, and their bytes behind each other.
fn add_folder(tab: &Tab, files: &[(&str, Vec<u8>)]) -> FromWorker {
    let named = files.iter().map(|(name, bytes)| GivenFile { name: (*name).into(), size_bytes: bytes.len() as u64 });
    let bytes: Vec<u8> = files.iter().flat_map(|(_, bytes)| bytes.clone()).collect();
    let body = ToWorker::AddModel { name: "My folder".into(), files: named.collect() };
    tab.send_with(body, Some(Box::new(bytes))).pop().unwrap()
}

#[test]
fn a_folder_is_kept_as_its_files_without_those_that_nothing_reads() {
    let device = Device::with_models();
    let tab = device.tab();
    let weights = file(17 * MEGABYTE, 3);
    let files = [
        ("README.md", vec![7; 900]),
        ("model.safetensors", weights.clone()),
        ("config.json", b"Named".to_vec()),
        ("tokenizer.json", Vec::new()),
    ];
    let model = added(add_folder(&tab, &files));
    assert_eq!((model.name.as_str(), model.stored_as.as_str()), ("Named", "BF16"));
    assert_eq!(model.size_bytes, weights.len() as u64 + 5);
    choose(&tab, Some(&model));
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    assert_eq!(generator(&tab), ("Named".to_owned(), ModelPhase::Ready));

    let again = added(add_folder(&tab, &[files[3].clone(), files[2].clone(), files[1].clone()]));
    assert_eq!(again.id, model.id, "the same files in another order are the same model");
    let other = added(add_folder(&tab, &[("config.json", Vec::new()), files[1].clone()]));
    assert_eq!((other.name.as_str(), other.id == model.id), ("My folder", false));
    let kept = tab.hello().own_models;
    assert!(kept.len() == 2 && kept.contains(&model) && kept.contains(&other), "{kept:?}");
}

#[test]
fn a_folder_that_is_not_whole_is_refused_and_leaves_nothing() {
    let tab = Device::new().tab();
    let alone = problem(add_folder(&tab, &[("model.safetensors", file(MEGABYTE, 1))]));
    assert_eq!(alone.code, ProblemCode::BadModel);
    assert!(alone.what.contains("config.json is missing") && alone.next.contains("tokenizer.json"), "{alone}");
    let nothing = problem(add_folder(&tab, &[("notes.txt", vec![1; 9])]));
    assert_eq!(nothing.code, ProblemCode::EmptyFile, "{nothing}");
    let twice = problem(add_folder(&tab, &[("config.json", vec![1; 9]), ("config.json", vec![1; 9])]));
    assert_eq!(twice.code, ProblemCode::BadRequest);
    for size_bytes in [8, u64::MAX] {
        let files = vec![GivenFile { name: "config.json".into(), size_bytes }; 1];
        let body = ToWorker::AddModel { name: "My folder".into(), files };
        let longer = problem(tab.send_with(body, Some(Box::new(vec![1; 9]))).pop().unwrap());
        assert_eq!(longer.code, ProblemCode::BadRequest);
    }
    assert_eq!(tab.hello().own_models, []);
}

#[test]
fn a_model_that_does_not_fit_on_the_disk_is_refused_before_anything_is_copied() {
    let device = Device::with_room(usize::MAX, 18 * MEGABYTE);
    let tab = device.tab();
    let events = tab.send_with(
        ToWorker::AddModel { name: "own.gguf".into(), files: Vec::new() },
        Some(Box::new(file(20 * MEGABYTE, 1))),
    );
    assert_eq!(events.len(), 1, "no progress: {events:?}");
    assert_eq!(problem(events[0].clone()).code, ProblemCode::StorageFull);
}

#[test]
fn a_cancelled_model_gives_its_room_back() {
    let device = Device::with_room(usize::MAX, 18 * MEGABYTE);
    let tab = device.tab();
    let id = tab.id();
    let adding = tab.service.handle(
        Request::new(id, ToWorker::AddModel { name: "own.gguf".into(), files: Vec::new() }),
        Some(Box::new(file(17 * MEGABYTE, 1))),
    );
    let cancelling = async {
        while !tab.of(id).iter().any(|event| matches!(event, FromWorker::Copying(progress) if progress.done > 0)) {
            conclave_ports::Yield::yield_now(&super::GivesWay).await;
        }
        tab.service.handle(Request::new(tab.id(), ToWorker::Cancel { request: id }), None).await;
    };
    pollster::block_on(join(adding, cancelling));
    assert_eq!(tab.of(id).pop(), Some(FromWorker::Stopped));
    added(add(&tab, file(17 * MEGABYTE, 2)));
}

#[test]
fn what_a_killed_tab_left_is_taken_away_with_the_next_model() {
    let device = Device::with_room(usize::MAX, 36 * MEGABYTE);
    let killed = device.tab();
    let id = killed.id();
    {
        let adding = killed.service.handle(
            Request::new(id, ToWorker::AddModel { name: "own.gguf".into(), files: Vec::new() }),
            Some(Box::new(file(20 * MEGABYTE, 1))),
        );
        let first_part = async {
            while room(&device) == 36 * MEGABYTE {
                conclave_ports::Yield::yield_now(&super::GivesWay).await;
            }
        };
        // Dropped in the middle, as by a tab that is closed.
        pollster::block_on(select(std::pin::pin!(adding), std::pin::pin!(first_part)));
    }
    assert_eq!(room(&device), 36 * MEGABYTE - (16 << 20));
    let model = added(add(&device.tab(), file(MEGABYTE, 2)));
    assert_eq!(device.tab().hello().own_models, [model]);
    assert!(room(&device) > 34 * MEGABYTE, "the first part of the other one is gone");
}

fn room(device: &Device) -> usize {
    pollster::block_on(conclave_ports::Blobs::room(&*device.blobs)).unwrap() as usize
}

#[test]
fn the_same_file_is_kept_once() {
    let device = Device::with_room(usize::MAX, 3 * MEGABYTE);
    let tab = device.tab();
    let first = added(add(&tab, file(MEGABYTE, 1)));
    assert_eq!(added(add(&tab, file(MEGABYTE, 1))), first);
    device.clock.advance(1);
    let other = added(add(&tab, file(MEGABYTE, 2)));
    assert_eq!(tab.hello().own_models, [first, other]);
    assert!(room(&device) < MEGABYTE, "the second copy of the first one is gone, the two models are there");
}

#[test]
fn a_removed_model_gives_way_to_the_one_that_ships_in_every_tab() {
    let device = Device::with_models();
    let (tab, other) = (device.tab(), device.tab());
    let model = added(add(&tab, file(MEGABYTE, 1)));
    choose(&tab, Some(&model));
    pollster::block_on(other.service.refresh(crate::service::Change::Settings));
    assert_eq!(generator(&other).0, "Own");

    assert_eq!(tab.close(ToWorker::RemoveModel { model: model.id.clone() }), FromWorker::OwnModels(Vec::new()));
    let settings = tab.unasked().into_iter().find_map(|event| match event {
        FromWorker::Settings(settings) => Some(settings),
        _ => None,
    });
    assert_eq!(settings.unwrap().generator, None);
    assert_eq!(generator(&tab).0, GENERATOR);
    pollster::block_on(other.service.refresh(crate::service::Change::Settings));
    assert_eq!(generator(&other).0, GENERATOR);
    assert_eq!(room(&device), usize::MAX, "its bytes are gone");
    assert_eq!(problem(choose(&tab, Some(&model))).code, ProblemCode::NotFound);
    assert_eq!(problem(tab.close(ToWorker::RemoveModel { model: model.id })).code, ProblemCode::NotFound);
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
}

#[test]
fn a_model_whose_bytes_were_lost_says_so_and_the_other_one_still_writes() {
    let device = Device::with_models();
    let tab = device.tab();
    let model = added(add(&tab, file(MEGABYTE, 1)));
    choose(&tab, Some(&model));
    let part = {
        use sha2::Digest;
        format!("{}/{}", model.id, hex::encode(sha2::Sha256::digest(file(MEGABYTE, 1))))
    };
    let damaged = file(MEGABYTE, 2);
    pollster::block_on(conclave_ports::Blobs::write(&*device.blobs, &part, &damaged)).unwrap();
    let lost = problem(tab.close(ToWorker::LoadModels));
    assert_eq!(lost.code, ProblemCode::Corrupt);
    assert!(lost.what.contains("Own") && lost.next.contains("add its file again"), "{lost}");
    choose(&tab, None);
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
}

#[test]
fn a_model_that_ends_the_engine_twice_is_not_tried_a_third_time() {
    let device = Device::with_models();
    let tab = device.tab();
    let model = added(add(&tab, file(MEGABYTE, 1)));
    choose(&tab, Some(&model));
    // What an engine leaves behind that ends in the middle of it.
    let trying = || pollster::block_on(begin_trying(&*device.opened(), &model.id)).unwrap();
    trying();
    assert_eq!(device.tab().hello().settings.generator, Some(model.id.clone()), "once may be a closed tab");
    trying();
    let snapshot = device.tab().hello();
    assert_eq!(snapshot.settings.generator, None);
    assert!(snapshot.problems.iter().any(|problem| problem.what.contains("Own")), "{:?}", snapshot.problems);
    assert_eq!(device.tab().hello().problems, [], "it is said once");

    choose(&tab, None);
    choose(&tab, Some(&model));
    assert_eq!(device.tab().hello().settings.generator, Some(model.id.clone()), "who chooses it again gets it");
    trying();
    pollster::block_on(end_trying(&*device.opened())).unwrap();
    trying();
    assert_eq!(device.tab().hello().settings.generator, Some(model.id.clone()), "one that was loaded begins anew");
}

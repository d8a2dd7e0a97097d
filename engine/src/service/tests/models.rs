//! Loading models: checked, kept, resumed, stopped.

use conclave_ports::Blobs;
use conclave_protocol::pack::PackKind;
use conclave_protocol::{FromWorker, ModelPhase, ModelsStatus, ProblemCode, Request, ToWorker};
use futures_util::future::join;

use super::fakes::{ENCODER, GENERATOR, manifest, serve_models, weights};
use super::threads::thread;
use super::{Device, Tab, problem};

fn statuses(tab: &Tab) -> Vec<ModelsStatus> {
    let is_status = |event| match event {
        FromWorker::Models(status) => Some(status),
        _ => None,
    };
    tab.unasked().into_iter().filter_map(is_status).collect()
}

fn part_name(model: &str, from: usize, to: usize) -> String {
    use sha2::Digest;
    format!("{model}/{}", hex::encode(sha2::Sha256::digest(&weights(model)[from..to])))
}

#[test]
fn phases_are_named_and_bytes_counted() {
    let device = Device::with_models();
    let tab = device.tab();
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    let mut phases: Vec<ModelPhase> = statuses(&tab).into_iter().map(|status| status.encoder.phase).collect();
    phases.dedup();
    use ModelPhase::{Downloading, Ready, WarmingUp};
    assert_eq!(phases, [Downloading, WarmingUp, Ready]);
    let last = statuses(&tab).pop().unwrap();
    assert_eq!((last.generator.phase, last.generator.done_bytes), (Ready, 5_000));
}

#[test]
fn what_was_downloaded_is_kept_and_needs_no_network() {
    let device = Device::with_models();
    assert_eq!(device.tab().close(ToWorker::LoadModels), FromWorker::Done);
    let offline = Device { server: Default::default(), ..device };
    let tab = offline.tab();
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    let mut phases: Vec<ModelPhase> = statuses(&tab).into_iter().map(|status| status.generator.phase).collect();
    phases.dedup();
    use ModelPhase::{Idle, Reading, Ready, WarmingUp};
    assert_eq!(phases, [Idle, Reading, WarmingUp, Ready]);
}

#[test]
fn models_that_a_question_waits_for_do_not_warm_up_first() {
    let device = Device::with_models();
    let tab = device.tab();
    let ask = ToWorker::Ask { thread: thread(1), question: "What is the capital of France?".into() };
    assert!(matches!(tab.close(ask), FromWorker::TurnEnded(_)));
    let phases: Vec<ModelPhase> = statuses(&tab).into_iter().map(|status| status.generator.phase).collect();
    assert!(phases.contains(&ModelPhase::Ready) && !phases.contains(&ModelPhase::WarmingUp), "{phases:?}");
}

#[test]
fn a_damaged_stored_part_is_fetched_again() {
    let device = Device::with_models();
    for model in [ENCODER, GENERATOR] {
        let name = part_name(model, 3_000, 5_000);
        let mut damaged = weights(model)[3_000..].to_vec();
        damaged[1_234] ^= 1;
        pollster::block_on(device.blobs.write(&name, &damaged)).unwrap();
        assert_eq!(device.tab().close(ToWorker::LoadModels), FromWorker::Done);
        let stored = pollster::block_on(device.blobs.read(&name)).unwrap().unwrap();
        assert_eq!(stored, weights(model)[3_000..]);
    }
}

#[test]
fn a_wrong_part_from_the_server_names_both_hashes_and_the_other_model_still_loads() {
    let device = Device::with_models();
    device.server.serve(format!("/models/{ENCODER}/part-001"), vec![0; 2_000]);
    let tab = device.tab();
    let wrong = problem(tab.close(ToWorker::LoadModels));
    assert_eq!(wrong.code, ProblemCode::WrongHash);
    let expected = part_name(ENCODER, 3_000, 5_000);
    assert!(wrong.what.contains(&expected.rsplit('/').next().unwrap()[..16]), "{wrong}");
    let last = statuses(&tab).pop().unwrap();
    assert_eq!((last.encoder.phase, last.generator.phase), (ModelPhase::Failed(wrong), ModelPhase::Ready));
    assert_eq!(pollster::block_on(device.blobs.read(&expected)), Ok(None), "a wrong part is not kept");
    serve_models(&device.server);
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done, "the next try succeeds");
}

#[test]
fn a_full_disk_loads_the_models_and_says_that_they_are_not_kept() {
    let device = Device::with_room(usize::MAX, 4_000);
    serve_models(&device.server);
    let tab = device.tab();
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    assert_eq!(statuses(&tab).pop().unwrap().generator.phase, ModelPhase::Ready);
    let said = tab.unasked().into_iter().find(|event| matches!(event, FromWorker::Failed(_)));
    assert_eq!(problem(said.unwrap()).code, ProblemCode::StorageFull);
}

#[test]
fn without_network_and_storage_the_reason_is_the_network() {
    let failed = problem(Device::new().tab().close(ToWorker::LoadModels));
    assert_eq!(failed.code, ProblemCode::Network);
}

#[test]
fn only_the_pinned_manifest_is_accepted() {
    let device = Device::with_models();
    let path = format!("/models/{GENERATOR}/manifest.json");
    // Sound and of the right name, with parts that have the hashes it names: another model all the same.
    let other = String::from_utf8(manifest(GENERATOR, PackKind::Generator)).unwrap().replace("a test", "elsewhere");
    for wrong in [other.into_bytes(), manifest(ENCODER, PackKind::Encoder), b"<html>not found</html>".to_vec()] {
        device.server.serve(&path, wrong);
        let refused = problem(device.tab().close(ToWorker::LoadModels));
        assert_eq!(refused.code, ProblemCode::WrongHash);
        assert!(refused.what.contains(GENERATOR), "{refused}");
    }
    let kept = pollster::block_on(device.blobs.read(&format!("{GENERATOR}/manifest.json")));
    assert_eq!(kept, Ok(None), "a wrong manifest is not kept");
    serve_models(&device.server);
    assert_eq!(device.tab().close(ToWorker::LoadModels), FromWorker::Done, "the next try succeeds");
}

#[test]
fn a_stored_manifest_that_is_not_the_pinned_one_is_fetched_again() {
    let device = Device::with_models();
    let name = format!("{ENCODER}/manifest.json");
    pollster::block_on(device.blobs.write(&name, b"of an older version")).unwrap();
    assert_eq!(device.tab().close(ToWorker::LoadModels), FromWorker::Done);
    let stored = pollster::block_on(device.blobs.read(&name)).unwrap().unwrap();
    assert_eq!(stored, manifest(ENCODER, PackKind::Encoder));
}

#[test]
fn loading_can_be_stopped_and_taken_up_again() {
    let device = Device::with_models();
    let tab = device.tab();
    let (load, cancel) = (tab.id(), tab.id());
    let stop = async {
        tab.service.handle(Request::new(cancel, ToWorker::Cancel { request: load }), None).await;
    };
    pollster::block_on(join(tab.service.handle(Request::new(load, ToWorker::LoadModels), None), stop));
    assert_eq!(tab.of(load).pop(), Some(FromWorker::Stopped));
    assert_eq!(tab.of(cancel), [FromWorker::Done]);
    assert_eq!(statuses(&tab).pop().unwrap().encoder.phase, ModelPhase::Idle);
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
}

//! The device, measured as a request.

use conclave_ports::Yield;
use conclave_protocol::{Device as Told, FromWorker, Limit, Request, ToWorker};
use futures_util::future::join;

use super::fakes::GivesWay;
use super::{Device, FixedHardware, Tab};

/// Measures while time passes.
fn probe(device: &Device, tab: &Tab) -> FromWorker {
    let id = tab.id();
    let measuring = tab.service.handle(Request::new(id, ToWorker::ProbeDevice), None);
    let time = async {
        while tab.of(id).is_empty() {
            device.clock.advance(200);
            GivesWay.yield_now().await;
        }
    };
    pollster::block_on(join(measuring, time));
    tab.of(id).pop().unwrap()
}

#[test]
fn the_report_says_what_the_device_told_and_what_was_measured() {
    let told = Told { cores: Some(2), memory_gb: Some(8.0), ..Told::default() };
    let device = Device { hardware: FixedHardware(told.clone()), ..Device::with_models() };
    let tab = device.tab();
    let FromWorker::Device(report) = probe(&device, &tab) else { panic!("no report") };
    assert_eq!(report.device, told);
    assert!(report.speed.is_exact && report.speed.bytes_per_second > 0.0 && report.speed.operations_per_second > 0.0);
    assert_eq!(report.generator_bytes, None, "no model is loaded");
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    let FromWorker::Device(report) = probe(&device, &tab) else { panic!("no report") };
    assert_eq!(report.generator_bytes, Some(5_000));
    assert_eq!(report.gpu_speed, None);
    let share = report.advice.writing_bytes_per_second / report.speed.bytes_per_second;
    assert!((0.5..0.6).contains(&share), "a model writes more slowly than one matrix is read: {share}");
    // One appears: an external one was plugged in.
    *device.gpu.absent.borrow_mut() = None;
    let tab = device.tab();
    tab.hello();
    let FromWorker::Device(report) = probe(&device, &tab) else { panic!("no report") };
    assert_eq!(report.gpu_speed.map(|speed| speed.bytes_per_second), Some(1e11));
    assert_eq!(report.advice.writing_bytes_per_second, 1e11, "that of the processor that writes");
    assert_eq!(report.advice.limit, Limit::Memory, "it is fast enough for more than the memory holds");
}

#[test]
fn the_measurement_can_be_stopped() {
    let device = Device::new();
    let tab = device.tab();
    let id = tab.id();
    let measuring = tab.service.handle(Request::new(id, ToWorker::ProbeDevice), None);
    let stopping = async {
        GivesWay.yield_now().await;
        tab.service.handle(Request::new(tab.id(), ToWorker::Cancel { request: id }), None).await;
    };
    pollster::block_on(join(measuring, stopping));
    assert_eq!(tab.of(id), [FromWorker::Stopped]);
}

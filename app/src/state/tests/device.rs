//! The look at the device.

use conclave_protocol::{Advice, Bound, Device, DeviceReport, Gpu, JournalEntry, JournalLevel, Limit, Speed};

use super::*;

pub(super) fn report() -> DeviceReport {
    DeviceReport {
        device: Device {
            cores: Some(8),
            memory_gb: Some(8.0),
            quota_bytes: Some(60_000_000_000),
            used_bytes: Some(200_000_000),
            kept: Some(false),
            isolated: true,
            gpu: Some(Gpu {
                name: "intel gen-12lp".into(),
                f16: true,
                buffer_bytes: 2_000_000_000,
                binding_bytes: 128_000_000,
                ..Gpu::default()
            }),
            ..Device::default()
        },
        threads: 4,
        gpu_speed: None,
        speed: Speed { is_exact: true, bytes_per_second: 6e9, operations_per_second: 4.5e10 },
        advice: Advice {
            largest_model_bytes: 410_000_000,
            limit: Limit::Speed,
            writing_bytes_per_second: 3.28e9,
            bounds: [
                (410_000_000, Limit::Speed),
                (1_500_000_000, Limit::Tab),
                (2_000_000_000, Limit::Memory),
                (59_800_000_000, Limit::Storage),
            ]
            .map(|(largest_model_bytes, limit)| Bound { largest_model_bytes, limit })
            .into(),
        },
        generator_bytes: Some(98_000_000),
    }
}

#[test]
fn the_device_is_measured_once_and_again_when_asked_to() {
    let mut page = Page::ready(empty());
    let asked = |page: &Page| page.count_sent(|body| *body == ToWorker::ProbeDevice);
    page.act(Intent::Run(Command::ShowDevice));
    page.act(Intent::MeasureDevice);
    assert_eq!(asked(&page), 1, "it is being measured already");
    assert_eq!(page.state.layout.dialog, Some(Dialog::Device));
    let probe = page.last_sent(|body| *body == ToWorker::ProbeDevice);
    page.hear(Some(probe), FromWorker::Device(report()));
    assert_eq!(page.state.device, DeviceLook::Known(Box::new(report())));
    page.act(Intent::CloseDialog);
    page.act(Intent::Run(Command::ShowDevice));
    assert_eq!(asked(&page), 1);
    page.act(Intent::MeasureDevice);
    assert_eq!(asked(&page), 2);
}

fn entry(text: &str, level: JournalLevel, times: u32) -> JournalEntry {
    // 14:13:20 UTC.
    JournalEntry {
        time_ms: 1_700_000_000_000 - 8 * 3_600_000,
        level,
        source: "models".into(),
        text: text.into(),
        times,
    }
}

#[test]
fn what_happened_is_read_each_time_and_copied_as_text() {
    let mut page = Page::ready(empty());
    let asked = |page: &Page| page.count_sent(|body| *body == ToWorker::ReadJournal);
    page.act(Intent::CopyJournal);
    assert_eq!(page.count(&Effect::CopyJournal(String::new())), 0, "there is nothing yet");
    page.act(Intent::Run(Command::ShowDevice));
    let reading = page.last_sent(|body| *body == ToWorker::ReadJournal);
    let entries = vec![entry("ready", JournalLevel::News, 1), entry("Lost { model: … }", JournalLevel::Trouble, 3)];
    page.hear(Some(reading), FromWorker::Journal(entries.clone()));
    assert_eq!(page.state.journal.entries.as_ref(), Some(&entries));
    page.act(Intent::CopyJournal);
    let text = "14:13:20Z models: ready\n14:13:20Z trouble, models: Lost { model: … } (3 times)\n";
    assert_eq!(page.count(&Effect::CopyJournal(text.into())), 1, "{:?}", page.effects);
    page.act(Intent::JournalCopied(true));
    assert_eq!(page.state.journal.copied, Some(true));
    page.act(Intent::Run(Command::ShowDevice));
    assert_eq!((asked(&page), page.state.journal.copied), (2, None));
}

#[test]
fn the_next_engine_is_told_where_the_last_one_panicked() {
    let mut page = Page::ready(empty());
    page.hear(None, FromWorker::Panicked { place: "engine/src/x.rs:7".into() });
    assert_eq!(page.toasts(), ["The engine stopped at engine/src/x.rs:7."]);
    let noted =
        |page: &Page| page.count_sent(|body| *body == ToWorker::NotePanic { place: "engine/src/x.rs:7".into() });
    page.act(Intent::EngineCrashed);
    assert_eq!(noted(&page), 0, "nobody is there to be told");
    page.greet(empty());
    assert_eq!(noted(&page), 1);
    page.act(Intent::EngineCrashed);
    page.greet(empty());
    assert_eq!(noted(&page), 2, "one that dies before it has answered did not keep it");
    let asked = page.last_sent(|body| matches!(body, ToWorker::NotePanic { .. }));
    page.hear(Some(asked), FromWorker::Done);
    page.act(Intent::EngineCrashed);
    page.greet(empty());
    assert_eq!(noted(&page), 2);
}

#[test]
fn a_measurement_that_fails_says_so_and_can_be_tried_again() {
    let mut page = Page::ready(empty());
    page.act(Intent::Run(Command::ShowDevice));
    let probe = page.last_sent(|body| *body == ToWorker::ProbeDevice);
    page.hear(Some(probe), FromWorker::Failed(problem(ProblemCode::Internal)));
    assert!(matches!(page.state.device, DeviceLook::Failed(_)));
    page.act(Intent::Run(Command::ShowDevice));
    page.act(Intent::EngineCrashed);
    assert!(matches!(page.state.device, DeviceLook::Failed(_)), "a worker that is gone measures nothing");
}

#[test]
fn the_words_say_what_the_numbers_mean() {
    let advice = advice_words(&report());
    assert!(advice.contains("up to 410.0 MB") && advice.contains("about 8 tokens a second"), "{advice}");
    let lines = device_lines(&report());
    let line = |name: &str| lines.iter().find(|(other, _)| *other == name).map(|(_, words)| words.as_str());
    assert_eq!(line("Processor"), Some("8 threads, SIMD, the models use 4 threads"));
    for (byte_dots, words) in [
        (false, "8 threads, SIMD, because relaxed SIMD is no faster here, the models use 4 threads"),
        (true, "8 threads, relaxed SIMD, the models use 4 threads"),
    ] {
        let device = Device { relaxed_simd: true, byte_dots, ..report().device };
        let lines = device_lines(&DeviceReport { device, ..report() });
        assert!(lines.contains(&("Processor", words.to_owned())), "{lines:?}");
    }
    assert_eq!(line("Memory"), Some("8 GB or more"));
    assert_eq!(
        line("Storage"),
        Some("200.0 MB used of 60.00 GB, may be cleared by the browser when the device is full")
    );
    assert_eq!(
        line("Graphics"),
        Some(
            "intel gen-12lp, 16-bit floats, buffers of 2.00 GB, 128.0 MB of them at once; does not run the model that writes"
        )
    );
    let speed = Speed { is_exact: true, bytes_per_second: 2.5e10, operations_per_second: 9e11 };
    let used = device_lines(&DeviceReport { gpu_speed: Some(speed), ..report() });
    assert!(used.iter().any(|(_, words)| words.ends_with("reads 25.00 GB of weights and computes 900 billion operations a second")));
    assert_eq!(line("Reads weights"), Some("6.00 GB a second"));
    assert_eq!(line("The model that writes now"), Some("about 33 tokens a second"), "by what models come to");
    let silent = DeviceReport { device: Device::default(), threads: 1, generator_bytes: None, ..report() };
    let lines = device_lines(&silent);
    assert!(lines.iter().any(|(_, words)| words == "none that the browser offers"));
    assert!(lines.iter().any(|(_, words)| words.ends_with("because this browser shares no memory between threads")));
    assert!(!lines.iter().any(|(name, _)| *name == "The model that writes now"));
}

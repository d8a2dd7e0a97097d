//! What is known of the device.

use conclave_protocol::{DeviceReport, Gpu, Limit, Problem, RequestId, Speed, ToWorker};

use super::AppState;
use super::format::{bytes, rate};
use super::layout::Dialog;
use super::section::Section;

/// How far the look at the device is.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum DeviceLook {
    /// Nobody asked.
    #[default]
    Unknown,
    /// The engine measures.
    Measuring(RequestId),
    /// It is known.
    Known(Box<DeviceReport>),
    /// It could not be measured.
    Failed(Problem),
}

impl AppState {
    /// Opens the page about the device; it is measured the first time, and when asked to.
    pub(super) fn show_device(&mut self) {
        self.open(Dialog::Device);
        self.look_at_device();
        self.read_journal();
    }

    /// Measures the device, unless that was done.
    pub(super) fn look_at_device(&mut self) {
        if matches!(self.device, DeviceLook::Unknown | DeviceLook::Failed(_)) {
            self.measure_device();
        }
    }

    pub(super) fn measure_device(&mut self) {
        if !matches!(self.device, DeviceLook::Measuring(_)) {
            let request = self.request(ToWorker::ProbeDevice, None);
            self.device = DeviceLook::Measuring(request);
            self.touch(Section::Device);
        }
    }

    pub(super) fn on_device(&mut self, report: DeviceReport) {
        self.announce(advice_words(&report));
        self.device = DeviceLook::Known(Box::new(report));
        self.touch(Section::Device);
    }

    pub(super) fn fail_device(&mut self, problem: Problem) {
        self.device = DeviceLook::Failed(problem);
        self.touch(Section::Device);
    }
}

/// The report as lines of a name and words.
#[must_use]
pub fn device_lines(report: &DeviceReport) -> Vec<(&'static str, String)> {
    let DeviceReport { device, threads, speed, gpu_speed, generator_bytes, .. } = report;
    let mut processor: Vec<String> = Vec::new();
    processor
        .extend(device.cores.map(|cores| if cores == 1 { "1 thread".to_owned() } else { format!("{cores} threads") }));
    let simd = match (device.byte_dots, device.relaxed_simd) {
        (true, _) => "relaxed SIMD",
        (false, true) => "SIMD, because relaxed SIMD is no faster here",
        (false, false) => "SIMD",
    };
    processor.push(simd.to_owned());
    processor.push(match (threads, device.isolated) {
        (0 | 1, true) => "the models use one thread".to_owned(),
        (0 | 1, false) => "the models use one thread, because this browser shares no memory between threads".to_owned(),
        (threads, _) => format!("the models use {threads} threads"),
    });
    let memory = device.memory_gb.map_or_else(
        || "not told by this browser".to_owned(),
        |gigabytes| if gigabytes >= 8.0 { "8 GB or more".to_owned() } else { format!("{gigabytes} GB") },
    );
    let mut storage = match (device.used_bytes, device.quota_bytes) {
        (Some(used), Some(quota)) => format!("{} used of {}", bytes(used), bytes(quota)),
        _ => "not told by this browser".to_owned(),
    };
    storage.push_str(match device.kept {
        Some(true) => ", kept until you clear it",
        Some(false) => ", may be cleared by the browser when the device is full",
        None => "",
    });
    let exact = if speed.is_exact { "exact" } else { "wrong: answers of the models cannot be trusted here" };
    let mut lines = vec![
        ("Processor", processor.join(", ")),
        ("Memory", memory),
        ("Storage", storage),
        (
            "Graphics",
            device
                .gpu
                .as_ref()
                .map_or_else(|| "none that the browser offers".to_owned(), |gpu| gpu_words(gpu, *gpu_speed)),
        ),
        ("Arithmetic", exact.to_owned()),
        ("Reads weights", format!("{} a second", bytes(whole(speed.bytes_per_second)))),
        ("Computes", format!("{:.1} billion operations a second", speed.operations_per_second / 1e9)),
    ];
    if let Some(size) = generator_bytes {
        lines.push(("The model that writes now", format!("about {} tokens a second", tokens(report, *size))));
    }
    lines
}

fn gpu_words(gpu: &Gpu, speed: Option<Speed>) -> String {
    let mut words = vec![if gpu.name.is_empty() { "WebGPU".to_owned() } else { gpu.name.clone() }];
    words.extend(gpu.is_software.then(|| "a program, no graphics processor".to_owned()));
    words.extend(gpu.f16.then(|| "16-bit floats".to_owned()));
    words.extend(gpu.subgroups.then(|| "subgroups".to_owned()));
    words.push(format!("buffers of {}, {} of them at once", bytes(gpu.buffer_bytes), bytes(gpu.binding_bytes)));
    let used = speed.map_or_else(
        || "does not run the model that writes".to_owned(),
        |speed| {
            let (reads, computes) = (bytes(whole(speed.bytes_per_second)), speed.operations_per_second / 1e9);
            format!("reads {reads} of weights and computes {computes:.0} billion operations a second")
        },
    );
    format!("{}; {used}", words.join(", "))
}

/// What follows for models of one's own.
#[must_use]
pub fn advice_words(report: &DeviceReport) -> String {
    let size = report.advice.largest_model_bytes;
    let pace = tokens(report, size);
    let reason = match report.advice.limit {
        Limit::Speed => "A larger one would write more slowly than most people read.",
        Limit::Memory => "A larger one would take more than a quarter of the memory.",
        Limit::Storage => "A larger one does not fit into what the browser lets this site store.",
        Limit::Tab => "A tab cannot hold a larger one.",
    };
    format!("A model file of up to {} suits this device: it writes about {pace} tokens a second. {reason}", bytes(size))
}

/// Tokens a second of a model of this size.
pub(super) fn tokens(report: &DeviceReport, size_bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
    let size = size_bytes.max(1) as f64;
    rate(report.advice.writing_bytes_per_second / size)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
const fn whole(number: f64) -> u64 {
    number as u64
}

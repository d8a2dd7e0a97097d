//! What this device offers, how fast it is, and which models suit it.

use conclave_inference::gpu::probe::GpuProbe;
use conclave_ports::Cancel;
use conclave_protocol::{Advice, Bound, Device, DeviceReport, Limit, Speed};

use super::Service;
use super::error::ServiceError;
use super::own_models::FILE_MAX_BYTES;
use super::placing::CPU_MAX_BYTES;

/// Tokens a second below which an answer comes more slowly than most people read.
const COMFORTABLE: f64 = 8.0;
/// Share of the processor's measured pace that a model comes to: the measurement is one large matrix, and a token also takes
/// attention, many small products and the vocabulary. On one machine 0.5 for 135 million weights and about 0.65 for 1.7
/// billion. That of a graphics processor has not been compared with a model yet.
const WRITING_SHARE: f64 = 0.55;
/// Memory of a device whose browser does not tell, in gigabytes: a telephone of the middle class.
const USUAL_MEMORY_GB: f64 = 4.0;
/// Share of the memory that a model may take: the system and the browser need the rest.
const MEMORY_SHARE: f64 = 0.25;

impl Service {
    /// Looks and measures. Questions and the embedding of documents wait for the two seconds.
    pub(super) async fn probe_device(&self, cancel: &Cancel) -> Result<DeviceReport, ServiceError> {
        let device = self.ports.hardware.look().await;
        let _turn = self.queue("ask", cancel).await?;
        let _first = self.priority.question();
        let measured = self.models.runtime().measure_cpu(&*self.ports.clock, &self.pulse(cancel)).await;
        let measured = measured.map_err(|source| ServiceError::model("The measurement", source))?;
        let speed = Speed {
            is_exact: measured.is_exact,
            bytes_per_second: measured.bytes_per_second,
            operations_per_second: measured.operations_per_second,
        };
        let on_gpu = self.models.measure_gpu(&*self.ports.clock, &self.pulse(cancel)).await;
        let on_gpu = on_gpu.map_err(|source| ServiceError::model("The measurement", source))?;
        let gpu_speed = on_gpu.map(|GpuProbe { bytes_per_second, operations_per_second }| Speed {
            // It was compared with the processor's answers when it was opened.
            is_exact: true,
            bytes_per_second,
            operations_per_second,
        });
        let advice = match &gpu_speed {
            Some(gpu_speed) => advise(&device, gpu_speed.bytes_per_second, FILE_MAX_BYTES),
            None => advise(&device, WRITING_SHARE * speed.bytes_per_second, CPU_MAX_BYTES),
        };
        let generator = self.models.status().generator;
        let generator_bytes = (generator.total_bytes > 0).then_some(generator.total_bytes);
        let threads = u32::try_from(measured.threads).unwrap_or(u32::MAX);
        Ok(DeviceReport { device, threads, speed, gpu_speed, advice, generator_bytes })
    }
}

/// Which models suit a device that can run models of up to `most_bytes`.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "sizes below 2^53, rounded down"
)]
fn advise(device: &Device, writing_bytes_per_second: f64, most_bytes: u64) -> Advice {
    let memory_gb = device.memory_gb.map_or(USUAL_MEMORY_GB, f64::from);
    let mut limits = vec![
        (most_bytes, Limit::Tab),
        ((writing_bytes_per_second / COMFORTABLE) as u64, Limit::Speed),
        ((memory_gb * 1e9 * MEMORY_SHARE) as u64, Limit::Memory),
    ];
    if let (Some(quota), Some(used)) = (device.quota_bytes, device.used_bytes) {
        limits.push((quota.saturating_sub(used), Limit::Storage));
    }
    limits.sort_by_key(|(bytes, _)| *bytes);
    let (largest_model_bytes, limit) = limits.first().copied().unwrap_or((0, Limit::Tab));
    let bounds = limits.into_iter().map(|(largest_model_bytes, limit)| Bound { largest_model_bytes, limit }).collect();
    Advice { largest_model_bytes, limit, bounds, writing_bytes_per_second }
}

#[cfg(test)]
mod tests {
    use conclave_protocol::Gpu;

    use super::*;

    /// Devices as their browsers describe them, with speeds of this engine on their kind, and what suits them.
    #[test]
    fn every_kind_of_device_gets_the_limit_that_binds_it() {
        let gpu = |name: &str, buffer_bytes: u64| {
            Some(Gpu { name: name.into(), buffer_bytes, binding_bytes: buffer_bytes, ..Gpu::default() })
        };
        let free = |quota_bytes: u64| (Some(quota_bytes), Some(200_000_000));
        let cases = [
            // Chrome on a telephone: memory is told, storage is most of the disk.
            ("phone", Some(4.0), free(20_000_000_000), gpu("qualcomm adreno-6xx", 1 << 28), 1.5e9, 187, Limit::Speed),
            ("old phone, fast enough", Some(1.0), free(20_000_000_000), None, 4e9, 250, Limit::Memory),
            (
                "laptop with shared graphics",
                Some(8.0),
                free(60_000_000_000),
                gpu("intel gen-12lp", 1 << 31),
                4e9,
                500,
                Limit::Speed,
            ),
            (
                "desktop with a graphics card",
                Some(32.0),
                free(90_000_000_000),
                gpu("nvidia ampere", 1 << 32),
                2e10,
                2_100,
                Limit::Tab,
            ),
            ("laptop without WebGPU", Some(8.0), free(60_000_000_000), None, 3e9, 375, Limit::Speed),
            // Firefox tells no memory, and gives a site a tenth of the disk, at most 10 GB.
            ("Firefox", None, free(10_000_000_000), None, 2e10, 1_000, Limit::Memory),
            // Safari tells neither memory nor, in a private window, more than a little room.
            ("Safari, private window", None, free(500_000_000), gpu("apple", 1 << 28), 2e10, 300, Limit::Storage),
            ("nothing is told", None, (None, None), None, 4e9, 500, Limit::Speed),
        ];
        for (name, memory_gb, (quota_bytes, used_bytes), gpu, bytes_per_second, megabytes, limit) in cases {
            let device = Device { memory_gb, quota_bytes, used_bytes, gpu, ..Device::default() };
            let advice = advise(&device, bytes_per_second, CPU_MAX_BYTES);
            assert_eq!((advice.largest_model_bytes / 1_000_000, advice.limit), (megabytes, limit), "{name}");
            assert!(advice.bounds.is_sorted_by_key(|bound| bound.largest_model_bytes), "{name}");
            assert_eq!(advice.bounds.first().map(|bound| bound.limit), Some(limit), "{name}");
        }
    }
}

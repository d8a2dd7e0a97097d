//! [`Hardware`] as a worker's own scope tells it.

use conclave_ports::{Hardware, LocalFuture};
use conclave_protocol::{Device, Gpu};
use js_sys::{Function, Promise, Uint8Array, WebAssembly};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::{js, scope};

/// A module with one function of one relaxed instruction: `i8x16.relaxed_swizzle` of two splats (WebAssembly 3.0).
const RELAXED_SIMD: [u8; 36] = [
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, // magic number, version
    0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b, // one type: () -> v128
    0x03, 0x02, 0x01, 0x00, // one function of it
    0x0a, 0x0f, 0x01, 0x0d, 0x00, // its code: 13 bytes, no locals
    0x41, 0x01, 0xfd, 0x0f, // i32.const 1, i8x16.splat
    0x41, 0x02, 0xfd, 0x0f, // i32.const 2, i8x16.splat
    0xfd, 0x80, 0x02, 0x0b, // i8x16.relaxed_swizzle, end
];

/// The device behind this browser.
#[derive(Debug, Clone, Copy, Default)]
pub struct BrowserHardware;

impl Hardware for BrowserHardware {
    fn look(&self) -> LocalFuture<'_, Device> {
        Box::pin(async move {
            let Some(worker) = scope::worker() else { return Device::default() };
            let navigator = JsValue::from(worker.navigator());
            let storage = worker.navigator().storage();
            let estimate = answer(storage.estimate().ok()).await;
            let bytes = |name| whole(&js::property(estimate.as_ref()?, name)?);
            Device {
                relaxed_simd: WebAssembly::validate(&Uint8Array::from(&RELAXED_SIMD[..]).into()).unwrap_or(false),
                byte_dots: cfg!(feature = "relaxed-simd"),
                isolated: js::is_set(&worker, "crossOriginIsolated"),
                cores: js::property(&navigator, "hardwareConcurrency").and_then(|cores| whole(&cores)).and_then(small),
                memory_gb: memory_gb(),
                quota_bytes: bytes("quota"),
                used_bytes: bytes("usage"),
                kept: answer(storage.persisted().ok()).await.and_then(|kept| kept.as_bool()),
                gpu: gpu(&navigator).await,
            }
        })
    }
}

/// Gigabytes of memory, as far as the browser tells: to the next power of two, 8 at most in many.
#[must_use]
pub fn memory_gb() -> Option<f32> {
    let memory = js::property(&scope::worker()?.navigator().into(), "deviceMemory")?;
    memory.as_f64().map(|gb| gb as f32)
}

/// What WebGPU says of the adapter that it would give.
async fn gpu(navigator: &JsValue) -> Option<Gpu> {
    let gpu = js::property(navigator, "gpu")?;
    let request: Function = js::property(&gpu, "requestAdapter")?.dyn_into().ok()?;
    let asked: Promise = request.call0(&gpu).ok()?.dyn_into().ok()?;
    let adapter = answer(Some(asked)).await.filter(|adapter| !adapter.is_null())?;
    let (info, limits) = (js::property(&adapter, "info")?, js::property(&adapter, "limits")?);
    let text = |name| js::property(&info, name).and_then(|text| text.as_string()).filter(|text| !text.is_empty());
    let limit = |name| js::property(&limits, name).and_then(|value| whole(&value)).unwrap_or(0);
    let names: Vec<String> = ["vendor", "architecture"].into_iter().filter_map(text).collect();
    Some(Gpu {
        name: if names.is_empty() { text("description").unwrap_or_default() } else { names.join(" ") },
        is_software: js::is_set(&info, "isFallbackAdapter") || js::is_set(&adapter, "isFallbackAdapter"),
        f16: has_feature(&adapter, "shader-f16"),
        subgroups: has_feature(&adapter, "subgroups"),
        buffer_bytes: limit("maxBufferSize"),
        binding_bytes: limit("maxStorageBufferBindingSize"),
    })
}

fn has_feature(adapter: &JsValue, name: &str) -> bool {
    let features = js::property(adapter, "features");
    let asked = features.and_then(|features| {
        let has: Function = js::property(&features, "has")?.dyn_into().ok()?;
        has.call1(&features, &JsValue::from_str(name)).ok()
    });
    asked.is_some_and(|answer| answer.is_truthy())
}

/// What a promise gives; nothing where there is none or it fails.
async fn answer(promise: Option<Promise>) -> Option<JsValue> {
    JsFuture::from(promise?).await.ok()
}

/// A whole number below 2^53, as browsers give counts and sizes.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked first")]
fn whole(value: &JsValue) -> Option<u64> {
    value.as_f64().filter(|number| (0.0..9e15).contains(number)).map(|number| number as u64)
}

fn small(number: u64) -> Option<u32> {
    u32::try_from(number).ok()
}

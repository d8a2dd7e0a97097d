//! What the device offers, how fast it is, and what follows.

use serde::{Deserialize, Serialize};

/// What the browser says about the device. Browsers round some of it, and leave out what could tell a person apart.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Device {
    /// Whether WebAssembly has the relaxed SIMD instructions.
    pub relaxed_simd: bool,
    /// Whether the engine that runs multiplies with them: it does where they are faster than those that every browser has.
    pub byte_dots: bool,
    /// Whether the page is isolated from others, so that WebAssembly could use threads.
    pub isolated: bool,
    /// Threads that run at once.
    pub cores: Option<u32>,
    /// Memory in gigabytes; 8 stands for 8 or more.
    pub memory_gb: Option<f32>,
    /// Bytes that this site may store.
    pub quota_bytes: Option<u64>,
    /// Bytes that it has stored.
    pub used_bytes: Option<u64>,
    /// Whether the browser keeps them when the device runs out of room.
    pub kept: Option<bool>,
    /// The graphics processor, where the browser offers one for computing (WebGPU).
    pub gpu: Option<Gpu>,
}

/// A WebGPU adapter.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Gpu {
    /// Maker and family, as far as the browser tells.
    pub name: String,
    /// Whether it is no graphics processor but a program that stands in for one.
    pub is_software: bool,
    /// Whether it computes with 16-bit floats.
    pub f16: bool,
    /// Whether its threads can exchange values directly.
    pub subgroups: bool,
    /// Largest buffer in bytes.
    pub buffer_bytes: u64,
    /// Largest part of a buffer that a program sees at once, in bytes.
    pub binding_bytes: u64,
}

/// How the engine's arithmetic does here.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Speed {
    /// Whether it gave the known answers to the last bit.
    pub is_exact: bool,
    /// Bytes of weights read a second, from one large matrix for one vector after the other.
    pub bytes_per_second: f64,
    /// Multiplications and additions a second while a model reads.
    pub operations_per_second: f64,
}

/// What keeps larger models off this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Limit {
    /// They would write too slowly.
    Speed,
    /// They would not fit into memory.
    Memory,
    /// They would not fit into the browser's storage.
    Storage,
    /// A tab cannot hold them, whatever the device.
    Tab,
}

/// One of the reasons that keep larger models off, and from which size on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// Size of the largest model file that stays within it, in bytes.
    pub largest_model_bytes: u64,
    /// What it is.
    pub limit: Limit,
}

/// What follows for models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Advice {
    /// Size of the largest model file that works well here, in bytes.
    pub largest_model_bytes: u64,
    /// Why no larger one.
    pub limit: Limit,
    /// Every reason, the one that binds first at the front.
    pub bounds: Vec<Bound>,
    /// Bytes of its file that a model gets through a second while it writes: a token takes its size divided by this.
    pub writing_bytes_per_second: f64,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceReport {
    /// What the browser says.
    pub device: Device,
    /// Threads of the processor that the models use.
    pub threads: u32,
    /// What was measured on the processor.
    pub speed: Speed,
    /// What was measured on the graphics processor, where there is one that computes right.
    pub gpu_speed: Option<Speed>,
    /// What follows.
    pub advice: Advice,
    /// Size of the file of the model that writes now.
    pub generator_bytes: Option<u64>,
}

//! Decoders on WebGPU, by `wgpu` and kernels in WGSL; natively on Vulkan and Metal.
//!
//! | file | holds |
//! |---|---|
//! | [`device`] | the adapter, its limits, what went wrong with it |
//! | [`kernels`] | shaders put together for a device, compiled once each |
//! | [`matrix`] | weights, as quantised as in the file |
//! | `layers` | its products, with what flows between them |
//! | [`decoder`] | the network |
//! | [`probe`] | whether the kernels are right here, and how fast |
//! | [`best`] | what is read back of a vocabulary's logits |
//!
//! A token takes seven dispatches a layer, all in one submission, and one read-back of some kilobytes. Nothing is measured
//! to choose a kernel: the choice follows from the number of tokens and from what the adapter says, so the same device gives
//! the same numbers.

pub mod best;
pub mod decoder;
pub mod device;
mod kernels;
mod layers;
mod matrix;
pub mod probe;

pub use best::Best;
pub use decoder::{GpuCache, GpuDecoder};
pub use device::{GpuDevice, GpuError, GpuOptions};

#[cfg(test)]
mod tests;

//! How the kernels do on this device: right, and how fast.

use conclave_ports::Clock;

use super::device::{GpuDevice, GpuError};
use super::kernels::{Ending, Kernel, Layout};
use super::matrix::GpuMatrix;
use crate::format::TensorType;
use crate::kernels::{Activations, PackedMatrix};
use crate::probe::{matrix_bytes, numbers};
use crate::{InferenceError, Pulse};

/// Columns and rows of the matrix that is read over and over: 33 MB as Q4_1, more than most caches hold.
const LARGE: [usize; 2] = [4_096, 12_800];

/// Columns, rows and vectors of the product that stands for reading a prompt.
const BLOCK: [usize; 3] = [1_024, 4_096, 256];

/// Products given to the device at once: a frame of the page can come between two.
const AT_ONCE: usize = 8;

/// Time that each measurement takes.
const MEASURE_MS: f64 = 400.0;

/// Columns and rows of the products whose answers are compared.
const SMALL: [usize; 2] = [512, 40];

/// By how much an answer may differ from the processor's, which rounds elsewhere, as a share of the largest.
const TOLERANCE: f32 = 0.005;

const KINDS: [TensorType; 4] = [TensorType::Q4_1, TensorType::Q8_0, TensorType::Q6K, TensorType::F32];

/// How fast they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GpuProbe {
    /// Bytes of weights that they read a second for one vector: writing.
    pub bytes_per_second: f64,
    /// Multiplications and additions a second for a block of vectors: reading.
    pub operations_per_second: f64,
}

/// Compares products of every packing, for one vector and for many, with those of the processor.
///
/// # Errors
/// [`GpuError::Failed`] where one differs, and what else goes wrong on the device.
pub async fn check(gpu: &GpuDevice) -> Result<(), InferenceError> {
    let [columns, rows] = SMALL;
    for kind in KINDS {
        let bytes = matrix_bytes(kind, columns * rows);
        let right = match kind {
            TensorType::F32 => PackedMatrix::from_floats(&kind.dequantise(&bytes), columns)?,
            kind => PackedMatrix::from_gguf(kind, &bytes, rows, columns)?,
        };
        for vectors in [1, 33] {
            let inputs = numbers(vectors * columns);
            let right = right.multiply(&Activations::quantise(&inputs, columns));
            let alone = Alone::new(gpu, kind, &bytes, [columns, rows, vectors])?;
            alone.run(1);
            let found = alone.outputs().await?;
            let room = TOLERANCE * right.iter().fold(0.0, |largest: f32, right| largest.max(right.abs()));
            let is_near = |(found, right): (&f32, &f32)| (found - right).abs() <= room;
            if !found.iter().zip(&right).all(is_near) {
                let what = format!("its products of {} weights are wrong", kind.name());
                return Err(GpuError::Failed(what).into());
            }
        }
    }
    Ok(())
}

/// Measures for about a second.
///
/// # Errors
/// [`InferenceError::Cancelled`], [`InferenceError::Gpu`].
#[allow(clippy::cast_precision_loss, reason = "small numbers")]
pub async fn measure(gpu: &GpuDevice, clock: &dyn Clock, pulse: &Pulse) -> Result<GpuProbe, InferenceError> {
    let [columns, rows] = LARGE;
    let bytes = matrix_bytes(TensorType::Q4_1, columns * rows);
    let writing = Alone::new(gpu, TensorType::Q4_1, &bytes, [columns, rows, 1])?.rate(clock, pulse).await?;
    let size = bytes.len();
    let [columns, rows, vectors] = BLOCK;
    let bytes = matrix_bytes(TensorType::Q4_1, columns * rows);
    let reading = Alone::new(gpu, TensorType::Q4_1, &bytes, BLOCK)?.rate(clock, pulse).await?;
    Ok(GpuProbe {
        bytes_per_second: writing * size as f64,
        operations_per_second: reading * (2 * columns * rows * vectors) as f64,
    })
}

/// A product of its own.
struct Alone<'a> {
    gpu: &'a GpuDevice,
    pipeline: wgpu::ComputePipeline,
    buffers: wgpu::BindGroup,
    outputs: wgpu::Buffer,
    groups: [u32; 2],
    words: usize,
}

impl<'a> Alone<'a> {
    fn new(
        gpu: &'a GpuDevice,
        kind: TensorType,
        bytes: &[u8],
        [columns, rows, vectors]: [usize; 3],
    ) -> Result<Self, InferenceError> {
        let stored: Vec<_> = bytes.chunks_exact(bytes.len() / rows).map(|row| (kind, row)).collect();
        let matrix = GpuMatrix::from_rows(gpu, &stored, columns, false)?;
        let [segment] = &matrix.segments[..] else {
            return Err(GpuError::Unsupported("its buffers are too small".to_owned()).into());
        };
        let inputs = gpu.floats(&numbers(vectors * columns));
        let (none, outputs) = (gpu.storage(4), gpu.storage(vectors * rows));
        let numbers = [columns, rows, vectors, segment.upper].map(|number| number as u32);
        let [columns, row_count, tokens, upper] = numbers;
        let dims = gpu.uniform([row_count, columns, 0, row_count, upper, 0, 0, 0]);
        let now = gpu.uniform([tokens, 0, tokens - 1, 0, 0, 0, 0, 0]);
        let bound = [&segment.words, &segment.scales, &inputs, &none, &none, &outputs, &dims, &now];
        let many = vectors > 1;
        let kernel = Kernel::Product { packing: segment.packing, norm: false, ending: Ending::Store, many };
        Ok(Self {
            gpu,
            pipeline: gpu.pipeline(kernel),
            buffers: gpu.bind(Layout::Product, &bound),
            outputs,
            groups: if many { [row_count.div_ceil(32), tokens.div_ceil(32)] } else { [row_count.div_ceil(4), 1] },
            words: vectors * rows,
        })
    }

    fn run(&self, times: usize) {
        let mut encoder = self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &self.buffers, &[]);
        for _ in 0..times {
            pass.dispatch_workgroups(self.groups[0], self.groups[1], 1);
        }
        drop(pass);
        self.gpu.queue.submit([encoder.finish()]);
    }

    async fn outputs(&self) -> Result<Vec<f32>, GpuError> {
        let staging = self.gpu.staging(self.words);
        let mut encoder = self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        encoder.copy_buffer_to_buffer(&self.outputs, 0, &staging, 0, 4 * self.words as u64);
        self.gpu.queue.submit([encoder.finish()]);
        Ok(self.gpu.read_back(&staging, self.words).await?.into_iter().map(f32::from_bits).collect())
    }

    /// Products a second.
    async fn rate(&self, clock: &dyn Clock, pulse: &Pulse) -> Result<f64, InferenceError> {
        // The first one compiles.
        self.run(1);
        self.gpu.finish().await?;
        let began = clock.monotonic_ms();
        let mut products = 0.0;
        loop {
            pulse.beat().await?;
            self.run(AT_ONCE);
            self.gpu.finish().await?;
            products += AT_ONCE as f64;
            let took_ms = clock.monotonic_ms() - began;
            if took_ms >= MEASURE_MS {
                return Ok(products / took_ms * 1_000.0);
            }
        }
    }
}

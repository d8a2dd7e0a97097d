//! The products of a network with what flows between them.

use super::best::{SLICE, SLICE_WORDS};
use super::device::GpuDevice;
use super::kernels::{Ending, Kernel, Layout};
use super::matrix::{GpuMatrix, Segment};
use crate::model::DecoderConfig;
use crate::model::layer::Layer;
use crate::model::rope::Rope;

/// Most tokens that are read together.
pub(super) const BLOCK: usize = 256;

/// Workgroups in one direction of a dispatch, in every WebGPU device.
const MOST_GROUPS: u32 = 65_535;

/// What flows through the network, `BLOCK` rows of each but the logits.
pub(super) struct Rows {
    /// How many tokens, where.
    pub now: wgpu::Buffer,
    pub tokens: wgpu::Buffer,
    /// The residual stream, `[tokens, width]`.
    pub stream: wgpu::Buffer,
    /// Queries, keys, values, `[tokens, (heads + 2 kv_heads) head_dim]`.
    pub qkv: wgpu::Buffer,
    /// `[tokens, heads head_dim]`
    pub gathered: wgpu::Buffer,
    /// `[tokens, ff_width]`
    pub gated: wgpu::Buffer,
    /// `[vocabulary]`
    pub logits: wgpu::Buffer,
    pub best: wgpu::Buffer,
    pub choose: wgpu::BindGroup,
    /// In place of what a kernel does not use.
    pub none: wgpu::Buffer,
}

/// A product with its kernels and buffers.
pub(super) struct Product {
    pub one: wgpu::ComputePipeline,
    pub many: wgpu::ComputePipeline,
    pub buffers: wgpu::BindGroup,
    pub rows: u32,
}

/// The products of a layer, in their order.
pub(super) struct LayerProducts {
    pub qkv: Vec<Product>,
    pub turn: wgpu::ComputePipeline,
    pub head_norms: wgpu::Buffer,
    pub attention_out: Vec<Product>,
    pub gate_up: Vec<Product>,
    pub down: Vec<Product>,
}

/// Where a product's vectors come from and go to.
pub(super) struct Flow<'a> {
    pub inputs: &'a wgpu::Buffer,
    /// Gains of the RMS norm before it.
    pub norm: Option<&'a wgpu::Buffer>,
    pub bias: Option<&'a wgpu::Buffer>,
    pub outputs: &'a wgpu::Buffer,
    pub ending: Ending,
    /// Length of a row of outputs.
    pub stride: usize,
    pub of_last: bool,
}

/// Gives a pass the products with so many vectors.
pub(super) fn multiply(pass: &mut wgpu::ComputePass<'_>, products: &[Product], vectors: u32) {
    for product in products {
        pass.set_bind_group(0, &product.buffers, &[]);
        if vectors == 1 {
            let groups = product.rows.div_ceil(4);
            pass.set_pipeline(&product.one);
            pass.dispatch_workgroups(groups.min(MOST_GROUPS), groups.div_ceil(MOST_GROUPS), 1);
        } else {
            pass.set_pipeline(&product.many);
            pass.dispatch_workgroups(product.rows.div_ceil(32), vectors.div_ceil(32), 1);
        }
    }
}

/// What the kernels of attention know of a model (`wgsl/heads.wgsl`).
pub(super) fn heads_constants(gpu: &GpuDevice, config: &DecoderConfig, rope: &Rope, positions: usize) -> wgpu::Buffer {
    let DecoderConfig { heads, kv_heads, head_dim, window, norm_epsilon, .. } = *config;
    let numbers = [heads, kv_heads, head_dim, rope.pairs(), positions, window.unwrap_or(0)].map(|number| number as u32);
    let [heads, kv_heads, head_dim, turning, capacity, window] = numbers;
    gpu.uniform([heads, kv_heads, head_dim, turning, capacity, window, norm_epsilon.to_bits(), 0])
}

impl Rows {
    pub fn new(gpu: &GpuDevice, config: &DecoderConfig) -> Self {
        let DecoderConfig { heads, kv_heads, head_dim, width, ff_width, vocabulary, .. } = *config;
        let logits = gpu.storage(vocabulary);
        let best = gpu.storage(vocabulary.div_ceil(SLICE) * SLICE_WORDS);
        Self {
            now: gpu.uniform([0; 8]),
            tokens: gpu.storage(BLOCK),
            stream: gpu.storage(BLOCK * width),
            qkv: gpu.storage(BLOCK * (heads + 2 * kv_heads) * head_dim),
            gathered: gpu.storage(BLOCK * heads * head_dim),
            gated: gpu.storage(BLOCK * ff_width),
            choose: gpu.bind(Layout::Best, &[&logits, &best]),
            logits,
            best,
            none: gpu.storage(4),
        }
    }

    pub fn layer(&self, gpu: &GpuDevice, config: &DecoderConfig, layer: Layer<GpuMatrix>) -> LayerProducts {
        let DecoderConfig { heads, kv_heads, head_dim, width, ff_width, .. } = *config;
        let bias = layer.qkv_bias.as_deref().map(|bias| gpu.floats(bias));
        let [attention_norm, ff_norm] = [&layer.attention_norm, &layer.ff_norm].map(|gains| gpu.floats(gains));
        let qkv = Flow {
            inputs: &self.stream,
            norm: Some(&attention_norm),
            bias: bias.as_ref(),
            outputs: &self.qkv,
            ending: if bias.is_some() { Ending::Bias } else { Ending::Store },
            stride: (heads + 2 * kv_heads) * head_dim,
            of_last: false,
        };
        let gate_up = Flow {
            norm: Some(&ff_norm),
            bias: None,
            outputs: &self.gated,
            ending: Ending::Gate,
            stride: ff_width,
            ..qkv
        };
        let to_stream = |inputs| Flow {
            inputs,
            norm: None,
            bias: None,
            outputs: &self.stream,
            ending: Ending::Add,
            stride: width,
            of_last: false,
        };
        LayerProducts {
            turn: gpu.pipeline(Kernel::Turn { norm: layer.head_norms.is_some() }),
            head_norms: layer
                .head_norms
                .as_ref()
                .map_or_else(|| self.none.clone(), |norms| gpu.floats(&norms.concat())),
            qkv: self.products(gpu, config, &layer.qkv, qkv),
            attention_out: self.products(gpu, config, &layer.attention_out, to_stream(&self.gathered)),
            gate_up: self.products(gpu, config, &layer.gate_up, gate_up),
            down: self.products(gpu, config, &layer.down, to_stream(&self.gated)),
        }
    }

    pub fn products(
        &self,
        gpu: &GpuDevice,
        config: &DecoderConfig,
        matrix: &GpuMatrix,
        Flow { inputs, norm, bias, outputs, ending, stride, of_last }: Flow<'_>,
    ) -> Vec<Product> {
        let product = |segment: &Segment| {
            let numbers = [segment.rows, matrix.columns, segment.first, stride, segment.upper, usize::from(of_last)];
            let [rows, columns, first, stride, upper, of_last] = numbers.map(|number| number as u32);
            let dims = gpu.uniform([rows, columns, first, stride, upper, of_last, config.norm_epsilon.to_bits(), 0]);
            let (gains, bias) = (norm.unwrap_or(&self.none), bias.unwrap_or(&self.none));
            let buffers = [&segment.words, &segment.scales, inputs, gains, bias, outputs, &dims, &self.now];
            let kernel = |many| Kernel::Product { packing: segment.packing, norm: norm.is_some(), ending, many };
            let [one, many] = [false, true].map(|many| gpu.pipeline(kernel(many)));
            Product { one, many, buffers: gpu.bind(Layout::Product, &buffers), rows }
        };
        matrix.segments.iter().map(product).collect()
    }

    /// The look-up of tokens, in as many buffers as the table has.
    pub fn embedding(&self, gpu: &GpuDevice, config: &DecoderConfig, table: &GpuMatrix) -> Vec<Product> {
        let product = |segment: &Segment| {
            let numbers = [segment.rows, table.columns, segment.first, config.width, segment.upper];
            let [rows, columns, first, stride, upper] = numbers.map(|number| number as u32);
            let dims = gpu.uniform([rows, columns, first, stride, upper, 0, 0, 0]);
            let (tokens, none) = (&self.tokens, &self.none);
            let buffers = [&segment.words, &segment.scales, tokens, none, none, &self.stream, &dims, &self.now];
            let kernel = gpu.pipeline(Kernel::Embed { packing: segment.packing });
            Product { one: kernel.clone(), many: kernel, buffers: gpu.bind(Layout::Product, &buffers), rows }
        };
        table.segments.iter().map(product).collect()
    }
}

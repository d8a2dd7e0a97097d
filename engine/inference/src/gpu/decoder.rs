//! [`crate::model::Decoder`]'s network on a graphics processor.

use std::rc::Rc;

use super::best::{Best, SLICE, SLICE_WORDS};
use super::device::{GpuDevice, GpuError};
use super::kernels::{Ending, Kernel, Layout};
use super::matrix::{GpuMatrix, Row};
use crate::checkpoint::Checkpoint;
use crate::model::DecoderConfig;
use crate::model::layer::{Layer, Matrices, Part, Source, rows_of};
use crate::model::rope::Rope;
use crate::{InferenceError, Pulse};

/// Most tokens that are read together.
const BLOCK: usize = 256;

/// The widest head that the kernels of attention hold (`wgsl/heads.wgsl`).
const WIDEST_HEAD: usize = 256;

/// Workgroups in one direction of a dispatch, in every WebGPU device.
const MOST_GROUPS: u32 = 65_535;

/// A loaded model.
pub struct GpuDecoder {
    gpu: Rc<GpuDevice>,
    config: DecoderConfig,
    positions: usize,
    embedding: Vec<Product>,
    layers: Vec<LayerProducts>,
    output: Vec<Product>,
    rows: Rows,
    tables: wgpu::Buffer,
    heads: wgpu::Buffer,
}

/// What flows through the network, `BLOCK` rows of each but the logits.
struct Rows {
    /// How many tokens, where.
    now: wgpu::Buffer,
    tokens: wgpu::Buffer,
    /// The residual stream, `[tokens, width]`.
    stream: wgpu::Buffer,
    /// Queries, keys, values, `[tokens, (heads + 2 kv_heads) head_dim]`.
    qkv: wgpu::Buffer,
    /// `[tokens, heads head_dim]`
    gathered: wgpu::Buffer,
    /// `[tokens, ff_width]`
    gated: wgpu::Buffer,
    /// `[vocabulary]`
    logits: wgpu::Buffer,
    best: wgpu::Buffer,
    choose: wgpu::BindGroup,
    /// In place of what a kernel does not use.
    none: wgpu::Buffer,
}

/// A product with its kernels and buffers.
struct Product {
    one: wgpu::ComputePipeline,
    many: wgpu::ComputePipeline,
    buffers: wgpu::BindGroup,
    rows: u32,
}

struct LayerProducts {
    qkv: Vec<Product>,
    turn: wgpu::ComputePipeline,
    head_norms: wgpu::Buffer,
    attention_out: Vec<Product>,
    gate_up: Vec<Product>,
    down: Vec<Product>,
}

/// Keys and values of the tokens that were read, as 16-bit floats.
pub struct GpuCache {
    layers: Vec<[wgpu::BindGroup; 2]>,
    staging: wgpu::Buffer,
    length: usize,
    capacity: usize,
}

impl GpuCache {
    /// Tokens held.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.length
    }

    /// Tokens that fit.
    #[must_use]
    pub const fn capacity(&self) -> usize {
        self.capacity
    }

    /// Forgets every token after the first `length`.
    pub fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }
}

/// Reads weights into the device's memory.
struct Upload<'a>(&'a GpuDevice);

impl Matrices for Upload<'_> {
    type Matrix = GpuMatrix;

    fn stacked(&self, parts: &[Part<'_>]) -> Result<GpuMatrix, InferenceError> {
        let (rows, columns) = rows_of(parts)?;
        GpuMatrix::from_rows(self.0, &rows, columns, false)
    }

    /// Gate and factor alternate: a kernel has both of a product at hand.
    fn gate_up(&self, parts: &[Part<'_>]) -> Result<GpuMatrix, InferenceError> {
        let (rows, columns) = rows_of(parts)?;
        let (gate, up) = rows.split_at(rows.len() / 2);
        let pairs: Vec<Row<'_>> = gate.iter().zip(up).flat_map(|(gate, up)| [*gate, *up]).collect();
        GpuMatrix::from_rows(self.0, &pairs, columns, true)
    }
}

/// Where a product's vectors come from and go to.
struct Flow<'a> {
    inputs: &'a wgpu::Buffer,
    /// Gains of the RMS norm before it.
    norm: Option<&'a wgpu::Buffer>,
    bias: Option<&'a wgpu::Buffer>,
    outputs: &'a wgpu::Buffer,
    ending: Ending,
    /// Length of a row of outputs.
    stride: usize,
    of_last: bool,
}

impl GpuDecoder {
    /// Reads a model for contexts of at most `context` tokens (less where the model has less).
    ///
    /// # Errors
    /// [`InferenceError`] where the file is damaged or of another family, [`InferenceError::Gpu`] where the device cannot
    /// hold it.
    pub async fn load(
        files: &dyn Checkpoint,
        context: usize,
        gpu: &Rc<GpuDevice>,
        pulse: &Pulse,
    ) -> Result<Self, InferenceError> {
        let config = files.config(context)?;
        if config.head_dim > WIDEST_HEAD {
            return Err(GpuError::Unsupported(format!("its heads are {} wide", config.head_dim)).into());
        }
        let positions = context.min(config.context);
        let rope = Rope::new(&config.rope, positions);
        let rows = Rows::new(gpu, &config);
        let heads = heads_constants(gpu, &config, &rope, positions);
        let tables = gpu.floats(rope.turns().as_flattened());
        let upload = Upload(gpu);
        let source = Source { files, config: &config, matrices: &upload };
        let table = files.take("token_embd.weight", &[config.vocabulary, config.width])?;
        let table = upload.stacked(&[(table, None)])?;
        let embedding = rows.embedding(gpu, &config, &table);
        let mut layers = Vec::new();
        for index in 0..config.layers {
            layers.push(rows.layer(gpu, &config, source.layer(index)?));
            // The file's bytes wait in the queue until the device has taken them.
            gpu.finish().await?;
            pulse.beat().await?;
        }
        let norm = gpu.floats(&source.vector("output_norm.weight", config.width)?);
        let own_output = match files.has("output.weight") {
            true => {
                let weight = files.take("output.weight", &[config.vocabulary, config.width])?;
                Some(upload.stacked(&[(weight, None)])?)
            }
            false => None,
        };
        let flow = Flow {
            inputs: &rows.stream,
            norm: Some(&norm),
            bias: None,
            outputs: &rows.logits,
            ending: Ending::Store,
            stride: config.vocabulary,
            of_last: true,
        };
        let output = rows.products(gpu, &config, own_output.as_ref().unwrap_or(&table), flow);
        gpu.finish().await?;
        Ok(Self { gpu: gpu.clone(), positions, embedding, layers, output, rows, tables, heads, config })
    }

    /// The model's dimensions.
    #[must_use]
    pub const fn config(&self) -> &DecoderConfig {
        &self.config
    }

    /// Tokens of context that a cache of this model holds.
    #[must_use]
    pub const fn context(&self) -> usize {
        self.positions
    }

    /// An empty cache for the context that was asked for at loading.
    #[must_use]
    pub fn new_cache(&self) -> GpuCache {
        let DecoderConfig { layers, kv_heads, head_dim, vocabulary, .. } = self.config;
        let (gpu, rows) = (&self.gpu, &self.rows);
        let layer = |layer: &LayerProducts| {
            let [keys, values] = [(); 2].map(|()| gpu.storage(kv_heads * head_dim / 2 * self.positions));
            let turn = [&rows.qkv, &self.tables, &keys, &values, &self.heads, &rows.now, &layer.head_norms];
            let attend = [&rows.qkv, &keys, &values, &rows.gathered, &self.heads, &rows.now];
            [gpu.bind(Layout::Turn, &turn), gpu.bind(Layout::Attend, &attend)]
        };
        debug_assert_eq!(layers, self.layers.len());
        GpuCache {
            layers: self.layers.iter().map(layer).collect(),
            staging: gpu.staging(vocabulary.div_ceil(SLICE) * SLICE_WORDS),
            length: 0,
            capacity: self.positions,
        }
    }

    /// Reads `tokens` after those in `cache` without computing logits.
    ///
    /// # Errors
    /// [`InferenceError::TooLong`] where the cache has no room, [`InferenceError::Tokenizer`] for an unknown token,
    /// [`InferenceError::Gpu`] where the device fails.
    pub async fn read(&self, tokens: &[u32], cache: &mut GpuCache) -> Result<(), InferenceError> {
        self.check(tokens, cache)?;
        for block in tokens.chunks(BLOCK) {
            self.submit(block, cache, false);
            // A queue that is always full would delay everybody else's frames.
            self.gpu.finish().await?;
        }
        Ok(())
    }

    /// Reads `tokens` after those in `cache` and returns the most probable tokens after the last of them.
    ///
    /// # Errors
    /// See [`GpuDecoder::read`].
    pub async fn next_best(&self, tokens: &[u32], cache: &mut GpuCache) -> Result<Best, InferenceError> {
        self.check(tokens, cache)?;
        let last = (tokens.len() - 1) / BLOCK * BLOCK;
        if last > 0 {
            self.read(&tokens[..last], cache).await?;
        }
        self.submit(&tokens[last..], cache, true);
        let words = self.config.vocabulary.div_ceil(SLICE) * SLICE_WORDS;
        let best = Best::from_words(&self.gpu.read_back(&cache.staging, words).await?);
        if !best.log_total.is_finite() {
            return Err(GpuError::Failed("the model's probabilities are no numbers".to_owned()).into());
        }
        Ok(best)
    }

    /// All logits of the last [`GpuDecoder::next_best`], `[vocabulary]`.
    ///
    /// # Errors
    /// [`InferenceError::Gpu`] where the device fails.
    pub async fn all_logits(&self) -> Result<Vec<f32>, InferenceError> {
        let count = self.config.vocabulary;
        let staging = self.gpu.staging(count);
        let mut encoder = self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        encoder.copy_buffer_to_buffer(&self.rows.logits, 0, &staging, 0, 4 * count as u64);
        self.gpu.queue.submit([encoder.finish()]);
        let words = self.gpu.read_back(&staging, count).await?;
        Ok(words.into_iter().map(f32::from_bits).collect())
    }

    fn check(&self, tokens: &[u32], cache: &GpuCache) -> Result<(), InferenceError> {
        if tokens.is_empty() {
            return Err(InferenceError::Tokenizer("there are no tokens to read".to_owned()));
        }
        if let Some(token) = tokens.iter().find(|token| **token as usize >= self.config.vocabulary) {
            return Err(InferenceError::Tokenizer(format!("token {token} is not in the vocabulary")));
        }
        let (tokens, limit) = (cache.length + tokens.len(), cache.capacity);
        if tokens > limit { Err(InferenceError::TooLong { tokens, limit }) } else { Ok(()) }
    }

    /// Gives the device a block of tokens to read.
    fn submit(&self, tokens: &[u32], cache: &mut GpuCache, with_logits: bool) {
        let (gpu, rows) = (&self.gpu, &self.rows);
        let count = tokens.len() as u32;
        let now = [count, cache.length as u32, count - 1, 0];
        gpu.queue.write_buffer(&rows.now, 0, bytemuck::cast_slice(&now));
        gpu.queue.write_buffer(&rows.tokens, 0, bytemuck::cast_slice(tokens));
        let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        let DecoderConfig { heads, kv_heads, width, vocabulary, .. } = self.config;
        for table in &self.embedding {
            pass.set_pipeline(&table.one);
            pass.set_bind_group(0, &table.buffers, &[]);
            pass.dispatch_workgroups(width.div_ceil(8 * 64) as u32, count, 1);
        }
        let attend = gpu.pipeline(Kernel::Attend);
        for (layer, [turning, attending]) in self.layers.iter().zip(&cache.layers) {
            multiply(&mut pass, &layer.qkv, count);
            pass.set_pipeline(&layer.turn);
            pass.set_bind_group(0, turning, &[]);
            pass.dispatch_workgroups((heads + 2 * kv_heads) as u32, count, 1);
            pass.set_pipeline(&attend);
            pass.set_bind_group(0, attending, &[]);
            pass.dispatch_workgroups(heads as u32, count, 1);
            for products in [&layer.attention_out, &layer.gate_up, &layer.down] {
                multiply(&mut pass, products, count);
            }
        }
        if with_logits {
            multiply(&mut pass, &self.output, 1);
            pass.set_pipeline(&gpu.pipeline(Kernel::Best));
            pass.set_bind_group(0, &rows.choose, &[]);
            pass.dispatch_workgroups(vocabulary.div_ceil(SLICE) as u32, 1, 1);
        }
        drop(pass);
        if with_logits {
            encoder.copy_buffer_to_buffer(&rows.best, 0, &cache.staging, 0, rows.best.size());
        }
        gpu.queue.submit([encoder.finish()]);
        cache.length += tokens.len();
    }
}

fn multiply(pass: &mut wgpu::ComputePass<'_>, products: &[Product], vectors: u32) {
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

fn heads_constants(gpu: &GpuDevice, config: &DecoderConfig, rope: &Rope, positions: usize) -> wgpu::Buffer {
    let DecoderConfig { heads, kv_heads, head_dim, window, norm_epsilon, .. } = *config;
    let numbers = [heads, kv_heads, head_dim, rope.pairs(), positions, window.unwrap_or(0)].map(|number| number as u32);
    let [heads, kv_heads, head_dim, turning, capacity, window] = numbers;
    gpu.uniform([heads, kv_heads, head_dim, turning, capacity, window, norm_epsilon.to_bits(), 0])
}

impl Rows {
    fn new(gpu: &GpuDevice, config: &DecoderConfig) -> Self {
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

    fn layer(&self, gpu: &GpuDevice, config: &DecoderConfig, layer: Layer<GpuMatrix>) -> LayerProducts {
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

    fn products(
        &self,
        gpu: &GpuDevice,
        config: &DecoderConfig,
        matrix: &GpuMatrix,
        Flow { inputs, norm, bias, outputs, ending, stride, of_last }: Flow<'_>,
    ) -> Vec<Product> {
        let product = |segment: &super::matrix::Segment| {
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
    fn embedding(&self, gpu: &GpuDevice, config: &DecoderConfig, table: &GpuMatrix) -> Vec<Product> {
        let product = |segment: &super::matrix::Segment| {
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

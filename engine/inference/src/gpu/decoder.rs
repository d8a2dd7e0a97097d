//! [`crate::model::Decoder`]'s network on a graphics processor.

use std::rc::Rc;

use super::best::{Best, SLICE, SLICE_WORDS};
use super::device::{GpuDevice, GpuError};
use super::kernels::{Ending, Kernel, Layout};
use super::layers::{BLOCK, Flow, LayerProducts, Product, Rows, heads_constants, multiply};
use super::matrix::GpuMatrix;
use crate::checkpoint::Checkpoint;
use crate::model::DecoderConfig;
use crate::model::cache::Fill;
use crate::model::layer::{Matrices, Part, Row, Source, rows_of, some_rows, stored_rows};
use crate::model::rope::Rope;
use crate::{InferenceError, Pulse};

/// The widest head that the kernels of attention hold (`wgsl/heads.wgsl`).
const WIDEST_HEAD: usize = 256;

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

/// Keys and values of the tokens that were read, as 16-bit floats.
pub struct GpuCache {
    layers: Vec<[wgpu::BindGroup; 2]>,
    staging: wgpu::Buffer,
    /// What counts of it.
    pub fill: Fill,
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

/// A matrix of the vocabulary's size, of which only a part is in this program's memory.
async fn table(
    files: &dyn Checkpoint,
    name: &str,
    shape: [usize; 2],
    gpu: &GpuDevice,
) -> Result<GpuMatrix, InferenceError> {
    let [rows, columns] = shape;
    let mut matrix = None;
    for some in some_rows(shape) {
        let part = files.read_rows(name, shape, some.clone()).await?;
        let matrix = match &mut matrix {
            Some(matrix) => matrix,
            none => none.insert(GpuMatrix::zeros(gpu, part.kind, rows, columns)?),
        };
        matrix.put_rows(gpu, some.start, &stored_rows(&part).collect::<Vec<_>>())?;
        // The file's bytes wait in the queue until the device has taken them.
        gpu.finish().await?;
    }
    matrix.ok_or_else(|| InferenceError::Damaged(format!("{name} has no rows")))
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
        let config = files.config(context).await?;
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
        let shape = [config.vocabulary, config.width];
        let embeddings = table(files, "token_embd.weight", shape, gpu).await?;
        let embedding = rows.embedding(gpu, &config, &embeddings);
        let mut layers = Vec::new();
        for index in 0..config.layers {
            layers.push(rows.layer(gpu, &config, source.layer(index).await?));
            gpu.finish().await?;
            pulse.beat().await?;
        }
        let norm = gpu.floats(&source.vector("output_norm.weight", config.width).await?);
        let own_output = match files.has("output.weight") {
            true => Some(table(files, "output.weight", shape, gpu).await?),
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
        let output = rows.products(gpu, &config, own_output.as_ref().unwrap_or(&embeddings), flow);
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
            fill: Fill::empty(self.positions),
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
        cache.fill.check_room(tokens.len())
    }

    /// Gives the device a block of tokens to read.
    fn submit(&self, tokens: &[u32], cache: &mut GpuCache, with_logits: bool) {
        let (gpu, rows) = (&self.gpu, &self.rows);
        let count = tokens.len() as u32;
        let now = [count, cache.fill.length() as u32, count - 1, 0];
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
        cache.fill.advance(tokens.len());
    }
}

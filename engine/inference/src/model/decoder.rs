//! Decoders like Llama (Touvron et al. 2023): RMS norm, rotary positions, grouped-query attention, SwiGLU.

use std::rc::Rc;

use super::attention::Heads;
use super::cache::KvCache;
use super::config::DecoderConfig;
use super::layer::{Layer, Matrices, Part, Source, some_rows, stored_rows};
use super::linear::{Linear, Projection};
use super::rope::Rope;
use super::rows::{add, gated, rms_norm, rms_norm_in_place};
use crate::InferenceError;
use crate::checkpoint::Checkpoint;
use crate::kernels::team::Passes;
use crate::kernels::{Activations, PackedMatrix, Team};

/// How the weights are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// Packed for the kernels, floats too: the shipped path.
    Quantised,
    /// Widened to 32-bit floats: the reference.
    Float,
}

enum Embedding {
    Packed(PackedMatrix),
    Float(Vec<f32>),
}

/// Reads matrices for this processor.
struct Projections {
    /// Whether quantised weights stay so.
    keep: bool,
}

impl Matrices for Projections {
    type Matrix = Projection;

    fn stacked(&self, parts: &[Part<'_>]) -> Result<Projection, InferenceError> {
        Projection::from_gguf(parts, self.keep)
    }
}

/// A matrix of the vocabulary's size, which is never in memory twice.
async fn packed(files: &dyn Checkpoint, name: &str, shape: [usize; 2]) -> Result<PackedMatrix, InferenceError> {
    let [rows, columns] = shape;
    let mut matrix = None;
    for some in some_rows(shape) {
        let part = files.read_rows(name, shape, some.clone()).await?;
        let matrix = match &mut matrix {
            Some(matrix) => matrix,
            none => none.insert(PackedMatrix::zeros(part.kind, rows, columns)?),
        };
        let rows: Vec<&[u8]> = stored_rows(&part).map(|(_, row)| row).collect();
        matrix.put_rows(some.start, part.kind, &rows)?;
    }
    matrix.ok_or_else(|| InferenceError::Damaged(format!("{name} has no rows")))
}

/// A loaded model.
pub struct Decoder {
    config: DecoderConfig,
    embedding: Embedding,
    layers: Vec<Layer<Projection>>,
    norm: Vec<f32>,
    /// `None` where the output shares the embedding's weights and those are packed.
    output: Option<Projection>,
    rope: Rope,
    positions: usize,
    passes: Passes,
}

impl Decoder {
    /// Reads a model for contexts of at most `context` tokens (less where the model has less).
    ///
    /// # Errors
    /// [`InferenceError`] where a file is damaged or the model of another family.
    pub async fn load(files: &dyn Checkpoint, precision: Precision, context: usize) -> Result<Self, InferenceError> {
        let config = files.config(context).await?;
        let projections = Projections { keep: precision == Precision::Quantised };
        let shape = [config.vocabulary, config.width];
        // In the order of most files, whose pieces come and go.
        let embedding = match precision {
            Precision::Quantised => Embedding::Packed(packed(files, "token_embd.weight", shape).await?),
            Precision::Float => {
                let table = files.read("token_embd.weight", &shape).await?;
                Embedding::Float(table.kind.dequantise(&table.bytes))
            }
        };
        let source = Source { files, config: &config, matrices: &projections };
        let mut layers = Vec::new();
        for index in 0..config.layers {
            layers.push(source.layer(index).await?);
        }
        let norm = source.vector("output_norm.weight", config.width).await?;
        let output = match (files.has("output.weight"), &embedding) {
            (true, Embedding::Packed(_)) => {
                Some(Projection::Packed(vec![packed(files, "output.weight", shape).await?]))
            }
            (true, Embedding::Float(_)) => {
                let weight = files.read("output.weight", &shape).await?;
                Some(projections.stacked(&[(weight, None)])?)
            }
            (false, Embedding::Packed(_)) => None,
            (false, Embedding::Float(table)) => Some(Projection::Float(Linear::new(table.clone(), config.width))),
        };
        let positions = context.min(config.context);
        let (rope, passes) = (Rope::new(&config.rope, positions), Passes::default());
        Ok(Self { rope, norm, config, embedding, layers, output, positions, passes })
    }

    /// Lets helpers do their share of the products from now on.
    pub fn lend(&mut self, team: &Rc<Team>) {
        self.passes = Passes::through(team);
        for Layer { qkv, attention_out, gate_up, down, .. } in &mut self.layers {
            [qkv, attention_out, gate_up, down].into_iter().for_each(|matrix| matrix.lend(team));
        }
        match (&mut self.output, &mut self.embedding) {
            (Some(output), _) => output.lend(team),
            (None, Embedding::Packed(table)) => table.lend(team),
            (None, Embedding::Float(_)) => {}
        }
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
    pub fn new_cache(&self) -> KvCache {
        let config = &self.config;
        KvCache::new(config.layers, config.kv_heads, self.positions, config.head_dim)
    }

    /// Reads `tokens` after those in `cache` and returns the logits that follow the last of them, `[vocabulary]`.
    ///
    /// # Errors
    /// [`InferenceError::TooLong`] where the cache has no room, [`InferenceError::Tokenizer`] for an unknown token.
    pub fn next_logits(&self, tokens: &[u32], cache: &mut KvCache) -> Result<Vec<f32>, InferenceError> {
        self.passes.run(tokens.len(), || {
            let hidden = self.hidden(tokens, cache)?;
            Ok(self.logits(&hidden[hidden.len() - self.config.width..]))
        })
    }

    /// Like [`Decoder::next_logits`], for every token: `[tokens, vocabulary]`, row-major.
    ///
    /// # Errors
    /// See [`Decoder::next_logits`].
    pub fn all_logits(&self, tokens: &[u32], cache: &mut KvCache) -> Result<Vec<f32>, InferenceError> {
        self.passes.run(tokens.len(), || Ok(self.logits(&self.hidden(tokens, cache)?)))
    }

    /// Reads `tokens` into `cache` without computing logits.
    ///
    /// # Errors
    /// See [`Decoder::next_logits`].
    pub fn read(&self, tokens: &[u32], cache: &mut KvCache) -> Result<(), InferenceError> {
        self.passes.run(tokens.len(), || self.hidden(tokens, cache).map(drop))
    }

    /// The residual stream behind the last layer, `[tokens, width]`.
    fn hidden(&self, tokens: &[u32], cache: &mut KvCache) -> Result<Vec<f32>, InferenceError> {
        if tokens.is_empty() {
            return Err(InferenceError::Tokenizer("there are no tokens to read".to_owned()));
        }
        cache.make_room(tokens.len())?;
        let mut x = self.embed(tokens)?;
        for (index, layer) in self.layers.iter().enumerate() {
            let normed = rms_norm(&x, &layer.attention_norm, self.config.norm_epsilon);
            add(&mut x, &self.attention(index, layer, &normed, cache));
            let normed = rms_norm(&x, &layer.ff_norm, self.config.norm_epsilon);
            add(&mut x, &self.feed_forward(layer, &normed));
        }
        cache.fill.advance(tokens.len());
        Ok(x)
    }

    fn logits(&self, hidden: &[f32]) -> Vec<f32> {
        let normed = rms_norm(hidden, &self.norm, self.config.norm_epsilon);
        match (&self.output, &self.embedding) {
            (Some(output), _) => output.apply(&normed, self.config.width),
            (None, Embedding::Packed(table)) => table.multiply(&Activations::quantise(&normed, self.config.width)),
            (None, Embedding::Float(_)) => {
                unreachable!("a float embedding brings its output layer")
            }
        }
    }

    fn embed(&self, tokens: &[u32]) -> Result<Vec<f32>, InferenceError> {
        let width = self.config.width;
        let mut rows = Vec::with_capacity(tokens.len() * width);
        for &token in tokens {
            let index = token as usize;
            if index >= self.config.vocabulary {
                return Err(InferenceError::Tokenizer(format!("token {token} is not in the vocabulary")));
            }
            match &self.embedding {
                Embedding::Packed(table) => rows.extend(table.dequantise_row(index)),
                Embedding::Float(table) => rows.extend_from_slice(&table[index * width..][..width]),
            }
        }
        Ok(rows)
    }

    fn feed_forward(&self, layer: &Layer<Projection>, x: &[f32]) -> Vec<f32> {
        let both = layer.gate_up.apply(x, self.config.width);
        layer.down.apply(&gated(&both, self.config.ff_width), self.config.ff_width)
    }

    fn attention(&self, index: usize, layer: &Layer<Projection>, x: &[f32], cache: &mut KvCache) -> Vec<f32> {
        let DecoderConfig { heads, kv_heads, head_dim, width, window, norm_epsilon, .. } = self.config;
        let start = cache.fill.length();
        let mut rows = layer.qkv.apply(x, width);
        let stride = (heads + 2 * kv_heads) * head_dim;
        for (i, row) in rows.chunks_exact_mut(stride).enumerate() {
            if let Some(bias) = &layer.qkv_bias {
                add(row, bias);
            }
            let (turning, values) = row.split_at_mut((heads + kv_heads) * head_dim);
            if let Some([of_queries, of_keys]) = &layer.head_norms {
                let (queries, keys) = turning.split_at_mut(heads * head_dim);
                rms_norm_in_place(queries, of_queries, norm_epsilon);
                rms_norm_in_place(keys, of_keys, norm_epsilon);
            }
            self.rope.turn(turning, start + i);
            let keys = turning[heads * head_dim..].chunks_exact(head_dim);
            for (head, (key, value)) in keys.zip(values.chunks_exact(head_dim)).enumerate() {
                cache.write(index, head, start + i, key, value);
            }
        }
        let gathered =
            Heads { heads, kv_heads, head_dim, window, causal: true }.attend(&rows, stride, cache, index, start);
        layer.attention_out.apply(&gathered, heads * head_dim)
    }
}

//! Decoders of the llama family (Touvron et al. 2023): RMS norm, rotary positions, grouped-query attention, SwiGLU.

use burn::tensor::{Device, Tensor, activation};

use super::cache::KvCache;
use super::linear::Linear;
use super::rope::{Rope, half_split_order};
use super::{tensor, values};
use crate::InferenceError;
use crate::format::{Gguf, GgufTensor};
use crate::kernels::PackedMatrix;

/// Dimensions of a model, from GGUF metadata.
#[derive(Debug, Clone, PartialEq)]
pub struct LlamaConfig {
    /// Layers.
    pub layers: usize,
    /// Width of the residual stream.
    pub width: usize,
    /// Query heads.
    pub heads: usize,
    /// Key and value heads; divides `heads`.
    pub kv_heads: usize,
    /// Width of one head.
    pub head_dim: usize,
    /// Width of the feed-forward layer.
    pub ff_width: usize,
    /// Tokens in the vocabulary.
    pub vocabulary: usize,
    /// Longest context that the model was trained for.
    pub context: usize,
    /// Base of the rotary frequencies.
    pub rope_base: f32,
    /// Added to the mean square in RMS norm.
    pub norm_epsilon: f32,
}

impl LlamaConfig {
    /// Upper bound of every dimension; the largest models of the family stay below (vocabulary 262,144).
    const MAX_DIM: usize = 1 << 20;

    fn from_gguf(gguf: &Gguf<'_>) -> Result<Self, InferenceError> {
        let architecture = gguf.required("general.architecture")?.as_str().unwrap_or_default();
        if architecture != "llama" {
            return Err(InferenceError::Unsupported(format!("its architecture is {architecture:?}; llama is read")));
        }
        let number = |key: &str| -> Result<usize, InferenceError> {
            let key = format!("llama.{key}");
            match gguf.required(&key)?.as_usize() {
                Some(value) if (1..=Self::MAX_DIM).contains(&value) => Ok(value),
                _ => Err(InferenceError::Damaged(format!("{key} is out of range"))),
            }
        };
        let float = |key: &str, default: f32| {
            let found = gguf.metadata().get(&format!("llama.{key}"));
            found.and_then(super::super::format::Value::as_f32).unwrap_or(default)
        };
        let (width, heads) = (number("embedding_length")?, number("attention.head_count")?);
        let config = Self {
            layers: number("block_count")?,
            width,
            heads,
            kv_heads: number("attention.head_count_kv").unwrap_or(heads),
            head_dim: number("attention.key_length").unwrap_or(width / heads),
            ff_width: number("feed_forward_length")?,
            vocabulary: gguf.required("tokenizer.ggml.tokens")?.as_array().map_or(0, <[_]>::len),
            context: number("context_length")?,
            rope_base: float("rope.freq_base", 10_000.0),
            norm_epsilon: float("attention.layer_norm_rms_epsilon", 1e-5),
        };
        if !config.heads.is_multiple_of(config.kv_heads) || config.head_dim == 0 || !config.head_dim.is_multiple_of(2) {
            return Err(InferenceError::Damaged("its attention heads do not fit together".to_owned()));
        }
        if gguf.metadata().keys().any(|key| key.starts_with("llama.rope.scaling.") && key.ends_with("type")) {
            return Err(InferenceError::Unsupported("it scales its rotary positions".to_owned()));
        }
        Ok(config)
    }
}

/// How the weights are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// As in the file: the shipped path.
    Quantised,
    /// Widened to 32-bit floats: the reference.
    Float,
}

struct Layer {
    attention_norm: Tensor<2>,
    /// Queries, keys and values below each other.
    qkv: Linear,
    attention_out: Linear,
    ff_norm: Tensor<2>,
    /// Gate and up projection below each other.
    gate_up: Linear,
    down: Linear,
}

enum Embedding {
    Packed(PackedMatrix),
    Float(Vec<f32>),
}

/// A loaded model.
pub struct Llama {
    config: LlamaConfig,
    embedding: Embedding,
    layers: Vec<Layer>,
    norm: Tensor<2>,
    /// `None` where the output shares the embedding's weights and those are packed.
    output: Option<Linear>,
    rope: Rope,
    positions: usize,
    device: Device,
}

impl Llama {
    /// Reads a model for contexts of at most `context` tokens (less where the model has less).
    ///
    /// # Errors
    /// [`InferenceError`] where the file is damaged or of another family.
    pub fn from_gguf(
        gguf: &Gguf<'_>,
        precision: Precision,
        context: usize,
        device: &Device,
    ) -> Result<Self, InferenceError> {
        let config = LlamaConfig::from_gguf(gguf)?;
        let keep = precision == Precision::Quantised;
        let (width, head_dim) = (config.width, config.head_dim);
        let matrix = |name: &str, rows: usize, columns: usize| gguf.tensor_of_shape(name, &[rows, columns]);
        let norm = |name: &str| -> Result<Tensor<2>, InferenceError> {
            let found = gguf.tensor_of_shape(name, &[width])?;
            Ok(tensor(found.kind.dequantise(found.bytes), [1, width], device))
        };
        let query_order = half_split_order(config.heads, head_dim);
        let key_order = half_split_order(config.kv_heads, head_dim);
        let mut layers = Vec::new();
        for layer in 0..config.layers {
            let name = |part: &str| format!("blk.{layer}.{part}.weight");
            let part = |part: &str, rows, columns| matrix(&name(part), rows, columns);
            let query = part("attn_q", config.heads * head_dim, width)?;
            let key = part("attn_k", config.kv_heads * head_dim, width)?;
            let value = part("attn_v", config.kv_heads * head_dim, width)?;
            let single = |tensor: GgufTensor<'_>| Linear::from_gguf(&[(tensor, None)], keep, device);
            layers.push(Layer {
                attention_norm: norm(&name("attn_norm"))?,
                qkv: Linear::from_gguf(
                    &[(query, Some(&query_order)), (key, Some(&key_order)), (value, None)],
                    keep,
                    device,
                )?,
                attention_out: single(part("attn_output", width, config.heads * head_dim)?)?,
                ff_norm: norm(&name("ffn_norm"))?,
                gate_up: Linear::from_gguf(
                    &[
                        (part("ffn_gate", config.ff_width, width)?, None),
                        (part("ffn_up", config.ff_width, width)?, None),
                    ],
                    keep,
                    device,
                )?,
                down: single(part("ffn_down", width, config.ff_width)?)?,
            });
        }
        let table = matrix("token_embd.weight", config.vocabulary, width)?;
        let separate = gguf.tensor("output.weight");
        let packed = keep && table.kind.block_weights() > 1;
        let embedding = if packed {
            Embedding::Packed(PackedMatrix::from_gguf(table.kind, table.bytes, config.vocabulary, width)?)
        } else {
            Embedding::Float(table.kind.dequantise(table.bytes))
        };
        let output = match separate {
            Some(_) => Some(matrix("output.weight", config.vocabulary, width)?),
            None if packed => None,
            None => Some(table),
        };
        let output = output.map(|weight| Linear::from_gguf(&[(weight, None)], keep, device)).transpose()?;
        let positions = context.min(config.context);
        Ok(Self {
            rope: Rope::new(head_dim, positions, config.rope_base, device),
            norm: norm("output_norm.weight")?,
            device: device.clone(),
            config,
            embedding,
            layers,
            output,
            positions,
        })
    }

    /// The model's dimensions.
    #[must_use]
    pub const fn config(&self) -> &LlamaConfig {
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
        KvCache::new(config.layers, config.kv_heads, self.positions, config.head_dim, &self.device)
    }

    /// Reads `tokens` after those in `cache` and returns the logits that follow the last of them, `[vocabulary]`.
    ///
    /// # Errors
    /// [`InferenceError::TooLong`] where the cache has no room, [`InferenceError::Tokenizer`] for an unknown token.
    pub fn next_logits(&self, tokens: &[u32], cache: &mut KvCache) -> Result<Vec<f32>, InferenceError> {
        let hidden = self.hidden(tokens, cache)?;
        let [n, width] = hidden.dims();
        Ok(values(self.logits(hidden.slice([n - 1..n, 0..width]))))
    }

    /// Like [`Llama::next_logits`], for every token: `[tokens, vocabulary]`, row-major.
    ///
    /// # Errors
    /// See [`Llama::next_logits`].
    pub fn all_logits(&self, tokens: &[u32], cache: &mut KvCache) -> Result<Vec<f32>, InferenceError> {
        Ok(values(self.logits(self.hidden(tokens, cache)?)))
    }

    /// Reads `tokens` into `cache` without computing logits.
    ///
    /// # Errors
    /// See [`Llama::next_logits`].
    pub fn read(&self, tokens: &[u32], cache: &mut KvCache) -> Result<(), InferenceError> {
        self.hidden(tokens, cache).map(drop)
    }

    fn hidden(&self, tokens: &[u32], cache: &mut KvCache) -> Result<Tensor<2>, InferenceError> {
        if tokens.is_empty() {
            return Err(InferenceError::Tokenizer("there are no tokens to read".to_owned()));
        }
        cache.reserve(tokens.len())?;
        let mut x = self.embed(tokens)?;
        let mask = self.causal_mask(tokens.len(), cache.length());
        for (index, layer) in self.layers.iter().enumerate() {
            let normed = self.rms_norm(x.clone(), &layer.attention_norm);
            x = x + self.attention(index, layer, normed, mask.as_ref(), cache);
            let normed = self.rms_norm(x.clone(), &layer.ff_norm);
            x = x + self.feed_forward(layer, normed);
        }
        cache.advance(tokens.len());
        Ok(x)
    }

    fn logits(&self, hidden: Tensor<2>) -> Tensor<2> {
        let normed = self.rms_norm(hidden, &self.norm);
        match (&self.output, &self.embedding) {
            (Some(output), _) => output.forward(normed),
            (None, Embedding::Packed(table)) => {
                let [n, width] = normed.dims();
                let product = table.multiply(&crate::kernels::Activations::quantise(&values(normed), width));
                tensor(product, [n, self.config.vocabulary], &self.device)
            }
            (None, Embedding::Float(_)) => {
                unreachable!("a float embedding brings its output layer")
            }
        }
    }

    fn embed(&self, tokens: &[u32]) -> Result<Tensor<2>, InferenceError> {
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
        Ok(tensor(rows, [tokens.len(), width], &self.device))
    }

    fn rms_norm(&self, x: Tensor<2>, weight: &Tensor<2>) -> Tensor<2> {
        let mean_square = x.clone().square().mean_dim(1);
        x / mean_square.add_scalar(self.config.norm_epsilon).sqrt() * weight.clone()
    }

    fn feed_forward(&self, layer: &Layer, x: Tensor<2>) -> Tensor<2> {
        let [n, _] = x.dims();
        let ff = self.config.ff_width;
        let both = layer.gate_up.forward(x);
        let gate = both.clone().slice([0..n, 0..ff]);
        let up = both.slice([0..n, ff..2 * ff]);
        layer.down.forward(activation::silu(gate) * up)
    }

    fn attention(
        &self,
        index: usize,
        layer: &Layer,
        x: Tensor<2>,
        mask: Option<&Tensor<4>>,
        cache: &mut KvCache,
    ) -> Tensor<2> {
        let LlamaConfig { heads, kv_heads, head_dim, .. } = self.config;
        let [n, _] = x.dims();
        let start = cache.length();
        let qkv = layer.qkv.forward(x);
        // [n, heads * head_dim] to [heads, n, head_dim]
        let split = |from: usize, count: usize| {
            let columns = from * head_dim..(from + count) * head_dim;
            qkv.clone().slice([0..n, columns]).reshape([n, count, head_dim]).swap_dims(0, 1)
        };
        let queries = self.rope.apply(split(0, heads), start);
        let keys = self.rope.apply(split(heads, kv_heads), start);
        let (keys, values) = cache.append(index, keys, split(heads + kv_heads, kv_heads));
        let [_, length, _] = keys.dims();

        // Query heads that share a key head stand one after the other, so they stack into one product per key head.
        let group = heads / kv_heads;
        let queries = queries.reshape([kv_heads, group * n, head_dim]);
        #[allow(clippy::cast_precision_loss, reason = "head widths are small")]
        let scale = 1.0 / (head_dim as f32).sqrt();
        let scores = queries.matmul(keys.swap_dims(1, 2)).mul_scalar(scale);
        let mut scores = scores.reshape([kv_heads, group, n, length]);
        if let Some(mask) = mask {
            scores = scores + mask.clone();
        }
        let weights = activation::softmax(scores, 3).reshape([kv_heads, group * n, length]);
        let mixed = weights.matmul(values).reshape([heads, n, head_dim]);
        layer.attention_out.forward(mixed.swap_dims(0, 1).reshape([n, heads * head_dim]))
    }

    /// `[1, 1, n, start + n]`: 0 where a token may look, minus infinity where it would look ahead. A single token may look
    /// everywhere and needs none.
    fn causal_mask(&self, n: usize, start: usize) -> Option<Tensor<4>> {
        if n == 1 {
            return None;
        }
        let length = start + n;
        let mut mask = vec![0.0; n * length];
        for (row, cells) in mask.chunks_exact_mut(length).enumerate() {
            cells[start + row + 1..].fill(f32::NEG_INFINITY);
        }
        Some(tensor(mask, [1, 1, n, length], &self.device))
    }
}

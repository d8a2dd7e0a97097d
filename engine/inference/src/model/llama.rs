//! Decoders of the llama family (Touvron et al. 2023): RMS norm, rotary positions, grouped-query attention, SwiGLU.

use burn::tensor::Device;

use super::attention::Heads;
use super::cache::{KvCache, PANEL};
use super::linear::Projection;
use super::rope::{Rope, half_split_order};
use super::rows::{add, gated, rms_norm};
use crate::InferenceError;
use crate::format::{Gguf, GgufTensor};
use crate::kernels::{Activations, PackedMatrix};

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
        if !config.heads.is_multiple_of(config.kv_heads) || config.head_dim == 0 {
            return Err(InferenceError::Damaged("its attention heads do not fit together".to_owned()));
        }
        if !config.head_dim.is_multiple_of(PANEL) {
            return Err(InferenceError::Unsupported(format!("its heads are no multiple of {PANEL} wide")));
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
    attention_norm: Vec<f32>,
    /// Queries, keys and values below each other.
    qkv: Projection,
    attention_out: Projection,
    ff_norm: Vec<f32>,
    /// Gate and up projection below each other.
    gate_up: Projection,
    down: Projection,
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
    norm: Vec<f32>,
    /// `None` where the output shares the embedding's weights and those are packed.
    output: Option<Projection>,
    rope: Rope,
    positions: usize,
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
        let norm = |name: &str| -> Result<Vec<f32>, InferenceError> {
            let found = gguf.tensor_of_shape(name, &[width])?;
            Ok(found.kind.dequantise(found.bytes))
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
            let single = |tensor: GgufTensor<'_>| Projection::from_gguf(&[(tensor, None)], keep, device);
            layers.push(Layer {
                attention_norm: norm(&name("attn_norm"))?,
                qkv: Projection::from_gguf(
                    &[(query, Some(&query_order)), (key, Some(&key_order)), (value, None)],
                    keep,
                    device,
                )?,
                attention_out: single(part("attn_output", width, config.heads * head_dim)?)?,
                ff_norm: norm(&name("ffn_norm"))?,
                gate_up: Projection::from_gguf(
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
        let packed = keep && table.kind.is_quantised();
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
        let output = output.map(|weight| Projection::from_gguf(&[(weight, None)], keep, device)).transpose()?;
        let positions = context.min(config.context);
        Ok(Self {
            rope: Rope::new(head_dim, positions, config.rope_base),
            norm: norm("output_norm.weight")?,
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
        KvCache::new(config.layers, config.kv_heads, self.positions, config.head_dim)
    }

    /// Reads `tokens` after those in `cache` and returns the logits that follow the last of them, `[vocabulary]`.
    ///
    /// # Errors
    /// [`InferenceError::TooLong`] where the cache has no room, [`InferenceError::Tokenizer`] for an unknown token.
    pub fn next_logits(&self, tokens: &[u32], cache: &mut KvCache) -> Result<Vec<f32>, InferenceError> {
        let hidden = self.hidden(tokens, cache)?;
        Ok(self.logits(&hidden[hidden.len() - self.config.width..]))
    }

    /// Like [`Llama::next_logits`], for every token: `[tokens, vocabulary]`, row-major.
    ///
    /// # Errors
    /// See [`Llama::next_logits`].
    pub fn all_logits(&self, tokens: &[u32], cache: &mut KvCache) -> Result<Vec<f32>, InferenceError> {
        Ok(self.logits(&self.hidden(tokens, cache)?))
    }

    /// Reads `tokens` into `cache` without computing logits.
    ///
    /// # Errors
    /// See [`Llama::next_logits`].
    pub fn read(&self, tokens: &[u32], cache: &mut KvCache) -> Result<(), InferenceError> {
        self.hidden(tokens, cache).map(drop)
    }

    /// The residual stream behind the last layer, `[tokens, width]`.
    fn hidden(&self, tokens: &[u32], cache: &mut KvCache) -> Result<Vec<f32>, InferenceError> {
        if tokens.is_empty() {
            return Err(InferenceError::Tokenizer("there are no tokens to read".to_owned()));
        }
        cache.reserve(tokens.len())?;
        let mut x = self.embed(tokens)?;
        for (index, layer) in self.layers.iter().enumerate() {
            let normed = rms_norm(&x, &layer.attention_norm, self.config.norm_epsilon);
            add(&mut x, &self.attention(index, layer, &normed, cache));
            let normed = rms_norm(&x, &layer.ff_norm, self.config.norm_epsilon);
            add(&mut x, &self.feed_forward(layer, &normed));
        }
        cache.advance(tokens.len());
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

    fn feed_forward(&self, layer: &Layer, x: &[f32]) -> Vec<f32> {
        let both = layer.gate_up.apply(x, self.config.width);
        layer.down.apply(&gated(&both, self.config.ff_width), self.config.ff_width)
    }

    fn attention(&self, index: usize, layer: &Layer, x: &[f32], cache: &mut KvCache) -> Vec<f32> {
        let LlamaConfig { heads, kv_heads, head_dim, width, .. } = self.config;
        let start = cache.length();
        let mut rows = layer.qkv.apply(x, width);
        let stride = (heads + 2 * kv_heads) * head_dim;
        for (i, row) in rows.chunks_exact_mut(stride).enumerate() {
            let (turning, values) = row.split_at_mut((heads + kv_heads) * head_dim);
            self.rope.turn(turning, start + i);
            let keys = turning[heads * head_dim..].chunks_exact(head_dim);
            for (head, (key, value)) in keys.zip(values.chunks_exact(head_dim)).enumerate() {
                cache.write(index, head, start + i, key, value);
            }
        }
        let gathered = Heads { heads, kv_heads, head_dim }.attend(&rows, stride, cache, index, start);
        layer.attention_out.apply(&gathered, heads * head_dim)
    }
}

//! The BERT encoder (Devlin et al. 2018) from safetensors, with mean pooling: sentence embeddings (Reimers 2019).

use std::rc::Rc;

use serde::Deserialize;

use super::attention::Heads;
use super::cache::{KvCache, PANEL};
use super::layer::{some_rows, stored_rows};
use super::rows::{add, gelu, layer_norm};
use crate::InferenceError;
use crate::format::Directory;
use crate::kernels::team::Passes;
use crate::kernels::{Activations, BLOCK, PackedMatrix, Team, TensorType};

/// Dimensions of a model, from its `config.json`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct BertConfig {
    /// Width of the residual stream and of the vectors.
    pub hidden_size: usize,
    /// Layers.
    pub num_hidden_layers: usize,
    /// Attention heads; divides `hidden_size`.
    pub num_attention_heads: usize,
    /// Width of the feed-forward layer.
    pub intermediate_size: usize,
    /// Tokens in the vocabulary.
    pub vocab_size: usize,
    /// Longest text in tokens.
    pub max_position_embeddings: usize,
    /// Added to the variance in layer norm.
    pub layer_norm_eps: f32,
    /// Activation of the feed-forward layer; `gelu` is read.
    pub hidden_act: String,
}

struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

/// `y = W x + b`
struct Dense {
    weight: PackedMatrix,
    bias: Vec<f32>,
}

impl Dense {
    fn apply(&self, rows: &[f32]) -> Vec<f32> {
        let mut products = self.weight.multiply(&Activations::quantise(rows, self.weight.columns()));
        products.chunks_exact_mut(self.bias.len()).for_each(|row| add(row, &self.bias));
        products
    }
}

struct Layer {
    /// Queries, keys and values below each other.
    qkv: Dense,
    attention_out: Dense,
    attention_norm: Norm,
    up: Dense,
    down: Dense,
    out_norm: Norm,
}

/// A loaded encoder. Its weights were 32-bit floats and are packed as 12-bit numbers, which no vector shows (cosine 0.99999).
pub struct Bert {
    config: BertConfig,
    words: PackedMatrix,
    /// Position and token-type embeddings, added up: `[positions, width]`.
    positions: Vec<f32>,
    embedding_norm: Norm,
    layers: Vec<Layer>,
    passes: Passes,
}

impl Bert {
    /// Reads the weights of a safetensors file.
    ///
    /// # Errors
    /// [`InferenceError`] where the file is damaged or does not match `config`.
    pub async fn load(file: &Directory<'_>, config: BertConfig) -> Result<Self, InferenceError> {
        let BertConfig { hidden_size: width, intermediate_size: ff, .. } = config;
        check(&config)?;
        let floats = async |name: &str, shape: &[usize]| -> Result<Vec<f32>, InferenceError> {
            let tensor = file.read(name, shape).await?;
            Ok(tensor.kind.dequantise(&tensor.bytes))
        };
        let stacked = async |names: &[String], outputs: usize, inputs: usize| -> Result<Dense, InferenceError> {
            let (mut weight, mut bias) = (Vec::new(), Vec::new());
            for name in names {
                weight.extend(floats(&format!("{name}.weight"), &[outputs, inputs]).await?);
                bias.extend(floats(&format!("{name}.bias"), &[outputs]).await?);
            }
            Ok(Dense { weight: PackedMatrix::from_floats(&weight, inputs)?, bias })
        };
        let dense = async |name: String, outputs: usize, inputs: usize| stacked(&[name], outputs, inputs).await;
        let norm = async |name: &str| -> Result<Norm, InferenceError> {
            let part = async |part: &str| floats(&format!("{name}.{part}"), &[width]).await;
            Ok(Norm { weight: part("weight").await?, bias: part("bias").await? })
        };
        let mut layers = Vec::new();
        for layer in 0..config.num_hidden_layers {
            let name = format!("encoder.layer.{layer}");
            let parts = ["query", "key", "value"].map(|part| format!("{name}.attention.self.{part}"));
            layers.push(Layer {
                qkv: stacked(&parts, width, width).await?,
                attention_out: dense(format!("{name}.attention.output.dense"), width, width).await?,
                attention_norm: norm(&format!("{name}.attention.output.LayerNorm")).await?,
                up: dense(format!("{name}.intermediate.dense"), ff, width).await?,
                down: dense(format!("{name}.output.dense"), width, ff).await?,
                out_norm: norm(&format!("{name}.output.LayerNorm")).await?,
            });
        }
        let positions = [config.max_position_embeddings, width];
        let mut positions = floats("embeddings.position_embeddings.weight", &positions).await?;
        // Every text is one segment: token type 0.
        let types = floats("embeddings.token_type_embeddings.weight", &[2, width]).await?;
        positions.chunks_exact_mut(width).for_each(|row| add(row, &types[..width]));
        let shape = [config.vocab_size, width];
        let mut words = PackedMatrix::zeros(TensorType::F32, config.vocab_size, width)?;
        for some in some_rows(shape) {
            let part = file.read_rows("embeddings.word_embeddings.weight", shape, some.clone()).await?;
            let rows: Vec<&[u8]> = stored_rows(&part).map(|(_, row)| row).collect();
            words.put_rows(some.start, part.kind, &rows)?;
        }
        let (embedding_norm, passes) = (norm("embeddings.LayerNorm").await?, Passes::default());
        Ok(Self { words, positions, embedding_norm, layers, config, passes })
    }

    /// Lets helpers do their share of the products from now on.
    pub fn lend(&mut self, team: &Rc<Team>) {
        self.passes = Passes::through(team);
        for Layer { qkv, attention_out, up, down, .. } in &mut self.layers {
            [qkv, attention_out, up, down].into_iter().for_each(|dense| dense.weight.lend(team));
        }
    }

    /// The model's dimensions.
    #[must_use]
    pub const fn config(&self) -> &BertConfig {
        &self.config
    }

    /// The vector of one text, length 1: the mean of its tokens' last hidden states, normalised.
    ///
    /// # Errors
    /// [`InferenceError::Tokenizer`] for an unknown token, [`InferenceError::TooLong`] for more tokens than positions.
    pub fn embed(&self, tokens: &[u32]) -> Result<Vec<f32>, InferenceError> {
        self.passes.run(tokens.len(), || self.vector(tokens))
    }

    fn vector(&self, tokens: &[u32]) -> Result<Vec<f32>, InferenceError> {
        let width = self.config.hidden_size;
        let n = tokens.len();
        if n == 0 || n > self.config.max_position_embeddings {
            return Err(InferenceError::TooLong { tokens: n, limit: self.config.max_position_embeddings });
        }
        let mut x = self.positions[..n * width].to_vec();
        for (&token, row) in tokens.iter().zip(x.chunks_exact_mut(width)) {
            if token as usize >= self.config.vocab_size {
                return Err(InferenceError::Tokenizer(format!("token {token} is not in the vocabulary")));
            }
            add(row, &self.words.dequantise_row(token as usize));
        }
        self.normalise(&mut x, &self.embedding_norm);
        let heads = self.config.num_attention_heads;
        let mut cache = KvCache::new(1, heads, n, width / heads);
        cache.make_room(n)?;
        for layer in &self.layers {
            let attended = self.attention(layer, &x, &mut cache);
            add(&mut x, &attended);
            self.normalise(&mut x, &layer.attention_norm);
            let mut expanded = layer.up.apply(&x);
            gelu(&mut expanded);
            let mapped = layer.down.apply(&expanded);
            add(&mut x, &mapped);
            self.normalise(&mut x, &layer.out_norm);
        }
        let mut pooled = vec![0.0; width];
        x.chunks_exact(width).for_each(|row| add(&mut pooled, row));
        // The mean has the direction of the sum. The floor is that of sentence-transformers' `Normalize`.
        let length = pooled.iter().map(|value| value * value).sum::<f32>().sqrt();
        let inverse = 1.0 / length.max(1e-12);
        pooled.iter_mut().for_each(|value| *value *= inverse);
        Ok(pooled)
    }

    fn attention(&self, layer: &Layer, x: &[f32], cache: &mut KvCache) -> Vec<f32> {
        let (width, heads) = (self.config.hidden_size, self.config.num_attention_heads);
        let head_dim = width / heads;
        let rows = layer.qkv.apply(x);
        for (position, row) in rows.chunks_exact(3 * width).enumerate() {
            let (keys, values) = row[width..].split_at(width);
            for (head, (key, value)) in keys.chunks_exact(head_dim).zip(values.chunks_exact(head_dim)).enumerate() {
                cache.write(0, head, position, key, value);
            }
        }
        let sight = Heads { heads, kv_heads: heads, head_dim, window: None, causal: false };
        layer.attention_out.apply(&sight.attend(&rows, 3 * width, cache, 0, 0))
    }

    fn normalise(&self, rows: &mut [f32], norm: &Norm) {
        layer_norm(rows, &norm.weight, &norm.bias, self.config.layer_norm_eps);
    }
}

fn check(config: &BertConfig) -> Result<(), InferenceError> {
    let BertConfig { hidden_size: width, num_attention_heads: heads, intermediate_size: ff, .. } = *config;
    if config.hidden_act != "gelu" {
        return Err(InferenceError::Unsupported(format!("its activation is {:?}; gelu is read", config.hidden_act)));
    }
    if heads == 0 || width == 0 || !width.is_multiple_of(heads) {
        return Err(InferenceError::Damaged("its attention heads do not fit its width".to_owned()));
    }
    if ![width, ff].iter().all(|width| width.is_multiple_of(BLOCK)) || !(width / heads).is_multiple_of(PANEL) {
        let what = format!("its widths are no multiples of {BLOCK}, or its heads none of {PANEL}");
        return Err(InferenceError::Unsupported(what));
    }
    Ok(())
}

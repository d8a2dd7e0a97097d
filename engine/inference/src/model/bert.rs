//! The BERT encoder (Devlin et al. 2018) from safetensors, with mean pooling: sentence embeddings (Reimers 2019).

use burn::tensor::{Device, Tensor, activation};
use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;

use super::linear::Linear;
use super::{tensor, values};
use crate::InferenceError;

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
    weight: Tensor<2>,
    bias: Tensor<2>,
}

struct Layer {
    /// Queries, keys and values below each other.
    qkv: Linear,
    attention_out: Linear,
    attention_norm: Norm,
    up: Linear,
    down: Linear,
    out_norm: Norm,
}

/// A loaded encoder.
pub struct Bert {
    config: BertConfig,
    words: Vec<f32>,
    /// Position and token-type embeddings, added up: `[positions, width]`.
    positions: Tensor<2>,
    embedding_norm: Norm,
    layers: Vec<Layer>,
    device: Device,
}

impl Bert {
    /// Reads the weights (32-bit floats).
    ///
    /// # Errors
    /// [`InferenceError`] where the file is damaged or does not match `config`.
    pub fn from_safetensors(bytes: &[u8], config: BertConfig, device: &Device) -> Result<Self, InferenceError> {
        let BertConfig { hidden_size: width, num_attention_heads: heads, intermediate_size: ff, .. } = config;
        if config.hidden_act != "gelu" {
            return Err(InferenceError::Unsupported(format!(
                "its activation is {:?}; gelu is read",
                config.hidden_act
            )));
        }
        if heads == 0 || !width.is_multiple_of(heads) {
            return Err(InferenceError::Damaged("its attention heads do not fit its width".to_owned()));
        }
        let file = SafeTensors::deserialize(bytes).map_err(|error| InferenceError::Damaged(error.to_string()))?;
        let floats = |name: &str, shape: &[usize]| read(&file, name, shape);
        let linear = |name: &str, outputs: usize, inputs: usize| -> Result<Linear, InferenceError> {
            let weight = floats(&format!("{name}.weight"), &[outputs, inputs])?;
            let bias = floats(&format!("{name}.bias"), &[outputs])?;
            Ok(Linear::new(weight, Some(bias), outputs, inputs, device))
        };
        let norm = |name: &str| -> Result<Norm, InferenceError> {
            Ok(Norm {
                weight: tensor(floats(&format!("{name}.weight"), &[width])?, [1, width], device),
                bias: tensor(floats(&format!("{name}.bias"), &[width])?, [1, width], device),
            })
        };
        let mut layers = Vec::new();
        for layer in 0..config.num_hidden_layers {
            let name = format!("encoder.layer.{layer}");
            let (mut weight, mut bias) = (Vec::new(), Vec::new());
            for part in ["query", "key", "value"] {
                weight.extend(floats(&format!("{name}.attention.self.{part}.weight"), &[width, width])?);
                bias.extend(floats(&format!("{name}.attention.self.{part}.bias"), &[width])?);
            }
            layers.push(Layer {
                qkv: Linear::new(weight, Some(bias), 3 * width, width, device),
                attention_out: linear(&format!("{name}.attention.output.dense"), width, width)?,
                attention_norm: norm(&format!("{name}.attention.output.LayerNorm"))?,
                up: linear(&format!("{name}.intermediate.dense"), ff, width)?,
                down: linear(&format!("{name}.output.dense"), width, ff)?,
                out_norm: norm(&format!("{name}.output.LayerNorm"))?,
            });
        }
        let positions = config.max_position_embeddings;
        let mut added = floats("embeddings.position_embeddings.weight", &[positions, width])?;
        // Every text is one segment: token type 0.
        let types = floats("embeddings.token_type_embeddings.weight", &[2, width])?;
        for row in added.chunks_exact_mut(width) {
            row.iter_mut().zip(&types[..width]).for_each(|(sum, part)| *sum += part);
        }
        Ok(Self {
            words: floats("embeddings.word_embeddings.weight", &[config.vocab_size, width])?,
            positions: tensor(added, [positions, width], device),
            embedding_norm: norm("embeddings.LayerNorm")?,
            layers,
            device: device.clone(),
            config,
        })
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
        let width = self.config.hidden_size;
        let n = tokens.len();
        if n == 0 || n > self.config.max_position_embeddings {
            return Err(InferenceError::TooLong { tokens: n, limit: self.config.max_position_embeddings });
        }
        let mut words = Vec::with_capacity(n * width);
        for &token in tokens {
            let row = (token as usize).checked_mul(width).and_then(|at| self.words.get(at..at + width));
            words.extend_from_slice(
                row.ok_or_else(|| InferenceError::Tokenizer(format!("token {token} is not in the vocabulary")))?,
            );
        }
        let summed = tensor(words, [n, width], &self.device) + self.positions.clone().slice([0..n, 0..width]);
        let mut x = self.layer_norm(summed, &self.embedding_norm);
        for layer in &self.layers {
            let attended = self.attention(layer, x.clone());
            x = self.layer_norm(x + attended, &layer.attention_norm);
            let expanded = activation::gelu(layer.up.forward(x.clone()));
            x = self.layer_norm(x + layer.down.forward(expanded), &layer.out_norm);
        }
        let mut pooled = values(x.mean_dim(0));
        let length = pooled.iter().map(|value| value * value).sum::<f32>().sqrt();
        // The floor of sentence-transformers' `Normalize`.
        let inverse = 1.0 / length.max(1e-12);
        pooled.iter_mut().for_each(|value| *value *= inverse);
        Ok(pooled)
    }

    fn attention(&self, layer: &Layer, x: Tensor<2>) -> Tensor<2> {
        let [n, width] = x.dims();
        let heads = self.config.num_attention_heads;
        let head_dim = width / heads;
        let qkv = layer.qkv.forward(x);
        // [n, width] to [heads, n, head_dim]
        let split = |part: usize| {
            let columns = part * width..(part + 1) * width;
            qkv.clone().slice([0..n, columns]).reshape([n, heads, head_dim]).swap_dims(0, 1)
        };
        #[allow(clippy::cast_precision_loss, reason = "head widths are small")]
        let scale = 1.0 / (head_dim as f32).sqrt();
        let scores = split(0).matmul(split(1).swap_dims(1, 2)).mul_scalar(scale);
        let mixed = activation::softmax(scores, 2).matmul(split(2));
        layer.attention_out.forward(mixed.swap_dims(0, 1).reshape([n, width]))
    }

    fn layer_norm(&self, x: Tensor<2>, norm: &Norm) -> Tensor<2> {
        let centred = x.clone() - x.mean_dim(1);
        let variance = centred.clone().square().mean_dim(1);
        centred / variance.add_scalar(self.config.layer_norm_eps).sqrt() * norm.weight.clone() + norm.bias.clone()
    }
}

fn read(file: &SafeTensors<'_>, name: &str, shape: &[usize]) -> Result<Vec<f32>, InferenceError> {
    let view = file.tensor(name).map_err(|_| InferenceError::Damaged(format!("it lacks the tensor {name}")))?;
    if view.dtype() != Dtype::F32 {
        return Err(InferenceError::Unsupported(format!("{name} is not made of 32-bit floats")));
    }
    if view.shape() != shape {
        return Err(InferenceError::Damaged(format!("{name} has the shape {:?} instead of {shape:?}", view.shape())));
    }
    let floats = view.data().chunks_exact(4);
    Ok(floats.map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])).collect())
}

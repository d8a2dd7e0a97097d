//! The weights of a layer, read by llama.cpp's names.

use super::config::DecoderConfig;
use super::rope::half_split_order;
use crate::InferenceError;
use crate::checkpoint::Checkpoint;
use crate::format::{StoredTensor, TensorType};

/// A matrix of the file; its rows in another order, where one is given.
pub(crate) type Part<'a> = (StoredTensor<'a>, Option<&'a [usize]>);

/// Lays a layer's matrices out for the processor that multiplies with them.
pub(crate) trait Matrices {
    /// A matrix.
    type Matrix;

    /// One from matrices of the file stacked below each other.
    fn stacked(&self, parts: &[Part<'_>]) -> Result<Self::Matrix, InferenceError>;

    /// The same for gate and up projection, which are as large as each other.
    fn gate_up(&self, parts: &[Part<'_>]) -> Result<Self::Matrix, InferenceError> {
        self.stacked(parts)
    }
}

/// A row of a matrix as it is stored.
pub(crate) type Row<'a> = (TensorType, &'a [u8]);

/// The rows of matrices stacked below each other, and how many weights they have.
pub(crate) fn rows_of<'a>(parts: &'a [Part<'_>]) -> Result<(Vec<Row<'a>>, usize), InferenceError> {
    let mut rows = Vec::new();
    let mut width = None;
    for (part, order) in parts {
        let &[count, columns] = part.shape else {
            return Err(InferenceError::Damaged("a weight is not a matrix".to_owned()));
        };
        if *width.get_or_insert(columns) != columns {
            return Err(InferenceError::Damaged("weights that belong together differ in width".to_owned()));
        }
        let row = |index: usize| {
            let size = part.bytes.len() / count;
            (part.kind, &part.bytes[index * size..][..size])
        };
        match order {
            Some(order) => rows.extend(order.iter().map(|index| row(*index))),
            None => rows.extend((0..count).map(row)),
        }
    }
    Ok((rows, width.unwrap_or(0)))
}

/// The weights of one layer.
pub(crate) struct Layer<M> {
    /// Before attention, `[width]`.
    pub attention_norm: Vec<f32>,
    /// Queries, keys and values below each other.
    pub qkv: M,
    /// Added to them.
    pub qkv_bias: Option<Vec<f32>>,
    /// Norms of each head of the queries, and of the keys, `[head_dim]`.
    pub head_norms: Option<[Vec<f32>; 2]>,
    /// From what the heads gathered to the residual stream.
    pub attention_out: M,
    /// Before the feed-forward layer, `[width]`.
    pub ff_norm: Vec<f32>,
    /// Gate and up projection below each other.
    pub gate_up: M,
    /// Back to the residual stream.
    pub down: M,
}

/// Where a layer's tensors come from.
pub(crate) struct Source<'a, B> {
    /// The files.
    pub files: &'a dyn Checkpoint,
    /// Its dimensions.
    pub config: &'a DecoderConfig,
    /// Where its matrices go.
    pub matrices: &'a B,
}

impl<B: Matrices> Source<'_, B> {
    /// The vector `name`, which must have this length.
    pub fn vector(&self, name: &str, length: usize) -> Result<Vec<f32>, InferenceError> {
        let found = self.files.take(name, &[length])?;
        Ok(found.kind.dequantise(&found.bytes))
    }

    /// The vectors of these names and lengths, one behind the other, where the file has the first.
    fn vectors<const N: usize>(&self, named: [(String, usize); N]) -> Result<Option<[Vec<f32>; N]>, InferenceError> {
        if !self.files.has(&named[0].0) {
            return Ok(None);
        }
        let mut found = [const { Vec::new() }; N];
        for (vector, (name, length)) in found.iter_mut().zip(named) {
            *vector = self.vector(&name, length)?;
        }
        Ok(Some(found))
    }

    /// The layer `index`. Which of the optional tensors it has says the file.
    pub fn layer(&self, index: usize) -> Result<Layer<B::Matrix>, InferenceError> {
        let DecoderConfig { width, heads, kv_heads, head_dim, ff_width, .. } = *self.config;
        let name = |part: &str| format!("blk.{index}.{part}");
        let weight = |part: &str, rows: usize, columns: usize| {
            self.files.take(&name(&format!("{part}.weight")), &[rows, columns])
        };
        let has = |part: &str| self.files.has(&name(part));
        let (queries, keys) = (heads * head_dim, kv_heads * head_dim);
        let qkv = if has("attn_qkv.weight") {
            self.matrices.stacked(&[(weight("attn_qkv", queries + 2 * keys, width)?, None)])?
        } else {
            let orders = self.config.turns_neighbours.then(|| {
                let order = |heads| half_split_order(heads, head_dim);
                (order(heads), order(kv_heads))
            });
            let (of_queries, of_keys) = orders.as_ref().map_or((None, None), |(q, k)| (Some(&q[..]), Some(&k[..])));
            self.matrices.stacked(&[
                (weight("attn_q", queries, width)?, of_queries),
                (weight("attn_k", keys, width)?, of_keys),
                (weight("attn_v", keys, width)?, None),
            ])?
        };
        let biases = [("attn_q.bias", queries), ("attn_k.bias", keys), ("attn_v.bias", keys)];
        let norms = ["attn_q_norm.weight", "attn_k_norm.weight"];
        let gate_up = if has("ffn_gate.weight") {
            self.matrices
                .gate_up(&[(weight("ffn_gate", ff_width, width)?, None), (weight("ffn_up", ff_width, width)?, None)])?
        } else {
            self.matrices.gate_up(&[(weight("ffn_up", 2 * ff_width, width)?, None)])?
        };
        Ok(Layer {
            attention_norm: self.vector(&name("attn_norm.weight"), width)?,
            qkv,
            qkv_bias: self.vectors(biases.map(|(part, length)| (name(part), length)))?.map(|biases| biases.concat()),
            head_norms: self.vectors(norms.map(|part| (name(part), head_dim)))?,
            attention_out: self.matrices.stacked(&[(weight("attn_output", width, queries)?, None)])?,
            ff_norm: self.vector(&name("ffn_norm.weight"), width)?,
            gate_up,
            down: self.matrices.stacked(&[(weight("ffn_down", width, ff_width)?, None)])?,
        })
    }
}

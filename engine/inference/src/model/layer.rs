//! The weights of a layer, read by llama.cpp's names.

use std::ops::Range;

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
        let &[count, columns] = part.shape.as_slice() else {
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

/// Weights of a large matrix that are read at once: as floats 16 MB.
const WEIGHTS_AT_ONCE: usize = 4 << 20;

/// The rows of a matrix, as many at a time as are read at once.
pub(crate) fn some_rows([rows, columns]: [usize; 2]) -> impl Iterator<Item = Range<usize>> {
    let at_once = (WEIGHTS_AT_ONCE / columns.max(1)).max(1);
    (0..rows).step_by(at_once).map(move |first| first..rows.min(first + at_once))
}

/// The rows of a tensor as they are stored.
pub(crate) fn stored_rows<'a>(tensor: &'a StoredTensor<'_>) -> impl Iterator<Item = Row<'a>> {
    let size = tensor.bytes.len() / tensor.shape.first().copied().unwrap_or(1).max(1);
    tensor.bytes.chunks_exact(size.max(1)).map(|row| (tensor.kind, row))
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
    pub async fn vector(&self, name: &str, length: usize) -> Result<Vec<f32>, InferenceError> {
        let found = self.files.read(name, &[length]).await?;
        Ok(found.kind.dequantise(&found.bytes))
    }

    /// The vectors of these names and lengths, one behind the other, where the file has the first.
    async fn vectors<const N: usize>(
        &self,
        named: [(String, usize); N],
    ) -> Result<Option<[Vec<f32>; N]>, InferenceError> {
        if !self.files.has(&named[0].0) {
            return Ok(None);
        }
        let mut found = [const { Vec::new() }; N];
        for (vector, (name, length)) in found.iter_mut().zip(named) {
            *vector = self.vector(&name, length).await?;
        }
        Ok(Some(found))
    }

    /// The layer `index`. Which of the optional tensors it has says the file.
    pub async fn layer(&self, index: usize) -> Result<Layer<B::Matrix>, InferenceError> {
        let DecoderConfig { width, heads, kv_heads, head_dim, ff_width, .. } = *self.config;
        let name = |part: &str| format!("blk.{index}.{part}");
        let weight = async |part: &str, rows: usize, columns: usize| {
            self.files.read(&name(&format!("{part}.weight")), &[rows, columns]).await
        };
        let has = |part: &str| self.files.has(&name(part));
        let (queries, keys) = (heads * head_dim, kv_heads * head_dim);
        let qkv = if has("attn_qkv.weight") {
            self.matrices.stacked(&[(weight("attn_qkv", queries + 2 * keys, width).await?, None)])?
        } else {
            let orders = self.config.turns_neighbours.then(|| {
                let order = |heads| half_split_order(heads, head_dim);
                (order(heads), order(kv_heads))
            });
            let (of_queries, of_keys) = orders.as_ref().map_or((None, None), |(q, k)| (Some(&q[..]), Some(&k[..])));
            self.matrices.stacked(&[
                (weight("attn_q", queries, width).await?, of_queries),
                (weight("attn_k", keys, width).await?, of_keys),
                (weight("attn_v", keys, width).await?, None),
            ])?
        };
        let biases = [("attn_q.bias", queries), ("attn_k.bias", keys), ("attn_v.bias", keys)];
        let norms = ["attn_q_norm.weight", "attn_k_norm.weight"];
        let gate_up = if has("ffn_gate.weight") {
            let (gate, up) = (weight("ffn_gate", ff_width, width).await?, weight("ffn_up", ff_width, width).await?);
            self.matrices.gate_up(&[(gate, None), (up, None)])?
        } else {
            self.matrices.gate_up(&[(weight("ffn_up", 2 * ff_width, width).await?, None)])?
        };
        Ok(Layer {
            attention_norm: self.vector(&name("attn_norm.weight"), width).await?,
            qkv,
            qkv_bias: self.vectors(biases.map(|(part, length)| (name(part), length))).await?.map(|all| all.concat()),
            head_norms: self.vectors(norms.map(|part| (name(part), head_dim))).await?,
            attention_out: self.matrices.stacked(&[(weight("attn_output", width, queries).await?, None)])?,
            ff_norm: self.vector(&name("ffn_norm.weight"), width).await?,
            gate_up,
            down: self.matrices.stacked(&[(weight("ffn_down", width, ff_width).await?, None)])?,
        })
    }
}

//! `y = x W^T`, with weights that are floats or stay quantised.

use burn::tensor::{Device, Tensor};

use super::{tensor, values};
use crate::InferenceError;
use crate::format::{StoredTensor, TensorType};
use crate::kernels::{Activations, PackedMatrix};

/// A layer of floats on Burn: the reference.
pub struct Linear {
    /// `[outputs, inputs]`
    weight: Tensor<2>,
}

impl Linear {
    /// A layer of float weights `[outputs, inputs]`.
    #[must_use]
    pub fn new(weight: Vec<f32>, outputs: usize, inputs: usize, device: &Device) -> Self {
        Self { weight: tensor(weight, [outputs, inputs], device) }
    }

    /// `[n, inputs]` to `[n, outputs]`.
    #[must_use]
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        x.matmul(self.weight.clone().transpose())
    }
}

/// A layer of a file, without bias.
pub enum Projection {
    /// Widened to floats.
    Float(Box<Linear>),
    /// Packed: matrices below each other, because a file may store neighbours in different types.
    Packed(Vec<PackedMatrix>),
}

impl Projection {
    /// One layer from matrices stacked below each other; `order`, where given, reorders the rows of its matrix.
    /// With `keep_quantised`, quantised types stay as they are and floats are packed; without, everything becomes floats.
    ///
    /// # Errors
    /// [`InferenceError::Damaged`] where a tensor is not a matrix or the widths differ.
    pub fn from_gguf(
        parts: &[(StoredTensor<'_>, Option<&[usize]>)],
        keep_quantised: bool,
        device: &Device,
    ) -> Result<Self, InferenceError> {
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
        let width = width.unwrap_or(0);
        if keep_quantised && parts.iter().any(|(part, _)| !part.kind.is_quantised()) {
            let floats: Vec<f32> = rows.iter().flat_map(|(kind, bytes)| kind.dequantise(bytes)).collect();
            Ok(Self::Packed(vec![PackedMatrix::from_floats(&floats, width)?]))
        } else if keep_quantised {
            let runs = rows.chunk_by(|(above, _), (below, _)| above == below);
            let pack = |run: &[(TensorType, &[u8])]| {
                let bytes: Vec<&[u8]> = run.iter().map(|(_, bytes)| *bytes).collect();
                PackedMatrix::from_rows(run[0].0, &bytes, width)
            };
            Ok(Self::Packed(runs.map(pack).collect::<Result<_, _>>()?))
        } else {
            let floats = rows.iter().flat_map(|(kind, bytes)| kind.dequantise(bytes)).collect();
            Ok(Self::Float(Box::new(Linear::new(floats, rows.len(), width, device))))
        }
    }

    /// Rows of inputs to rows of outputs.
    #[must_use]
    pub fn apply(&self, rows: &[f32], inputs: usize) -> Vec<f32> {
        match self {
            Self::Float(linear) => {
                let device = linear.weight.device();
                values(linear.forward(tensor(rows.to_vec(), [rows.len() / inputs, inputs], &device)))
            }
            Self::Packed(matrices) => {
                let x = Activations::quantise(rows, inputs);
                match matrices.as_slice() {
                    [matrix] => matrix.multiply(&x),
                    matrices => side_by_side(matrices, &x),
                }
            }
        }
    }
}

/// The products of each matrix, joined per vector.
fn side_by_side(matrices: &[PackedMatrix], x: &Activations) -> Vec<f32> {
    let products: Vec<Vec<f32>> = matrices.iter().map(|matrix| matrix.multiply(x)).collect();
    let mut joined = Vec::with_capacity(products.iter().map(Vec::len).sum());
    for vector in 0..x.vectors() {
        for (matrix, products) in matrices.iter().zip(&products) {
            joined.extend_from_slice(&products[vector * matrix.rows()..][..matrix.rows()]);
        }
    }
    joined
}

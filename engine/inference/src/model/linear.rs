//! `y = x W^T`, with weights that are floats or stay quantised.

use std::rc::Rc;

use super::layer::{Part, rows_of};
use super::rows::dot;
use crate::InferenceError;
use crate::format::TensorType;
use crate::kernels::{Activations, PackedMatrix, Team};

/// A layer of floats: the reference.
pub struct Linear {
    /// `[outputs, inputs]`
    weight: Vec<f32>,
    inputs: usize,
}

impl Linear {
    /// A layer of float weights `[outputs, inputs]`.
    #[must_use]
    pub const fn new(weight: Vec<f32>, inputs: usize) -> Self {
        Self { weight, inputs }
    }

    /// `[n, inputs]` to `[n, outputs]`.
    #[must_use]
    pub fn forward(&self, x: &[f32]) -> Vec<f32> {
        let outputs = self.weight.len() / self.inputs;
        let mut y = vec![0.0; x.len() / self.inputs * outputs];
        for (output, weight) in self.weight.chunks_exact(self.inputs).enumerate() {
            for (x, y) in x.chunks_exact(self.inputs).zip(y.chunks_exact_mut(outputs)) {
                y[output] = dot(x, weight);
            }
        }
        y
    }
}

/// A layer of a file, without bias.
pub enum Projection {
    /// Widened to floats.
    Float(Linear),
    /// Packed: matrices below each other, because a file may store neighbours in different types.
    Packed(Vec<PackedMatrix>),
}

impl Projection {
    /// One layer from matrices stacked below each other; `order`, where given, reorders the rows of its matrix.
    /// With `keep_quantised`, quantised types stay as they are and floats are packed; without, everything becomes floats.
    ///
    /// # Errors
    /// [`InferenceError::Damaged`] where a tensor is not a matrix or the widths differ.
    pub fn from_gguf(parts: &[Part<'_>], keep_quantised: bool) -> Result<Self, InferenceError> {
        let (rows, width) = rows_of(parts)?;
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
            Ok(Self::Float(Linear::new(floats, width)))
        }
    }

    /// Lets helpers do their share of the products from now on.
    pub fn lend(&mut self, team: &Rc<Team>) {
        if let Self::Packed(matrices) = self {
            matrices.iter_mut().for_each(|matrix| matrix.lend(team));
        }
    }

    /// Rows of inputs to rows of outputs.
    #[must_use]
    pub fn apply(&self, rows: &[f32], inputs: usize) -> Vec<f32> {
        match self {
            Self::Float(linear) => linear.forward(rows),
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

//! Vectors in 6 bits, queries in 16.
//!
//! A vector `x` is stored as whole numbers `q` in -31..=31, `q = round(31 x / max|x|)`, and one scale `s = 1 / |q|`, so that
//! `s q` has length 1 again. With that scale a cosine is exactly that of the rounded direction: the rounding along the vector
//! itself, which is most of what moves the cosines of near neighbours, drops out. In memory a number takes a byte, which is what
//! the kernels multiply; stored it takes six bits.
//!
//! How many bits is a matter of what an index may weigh against its text. Recall of the ten nearest by exact search, vectors of 384
//! numbers by the law of `cargo xtask eval ann`, and what the vectors of passages of 700 bytes weigh when stored:
//!
//! | bits | of 100,000 | of 1,000,000 | bytes a byte of text |
//! |---|---|---|---|
//! | 8 | .995 | .990 | .55 |
//! | **6** | **.987** | **.968** | **.41** |
//! | 5 | .976 | .937 | .34 |
//! | 4 | .955 | .894 | .27 |

use super::error::VectorError;

/// Longest vector that a sum of products has room for.
pub const MAX_DIM: usize = 4096;

/// Largest magnitude of a stored component.
const VALUE_MAX: f32 = 31.0;

/// Largest magnitude of a query's component. With components of a whole byte 127 · 4095 · 4096 dimensions stay inside 32 bits.
const QUERY_MAX: f32 = 4095.0;

/// Rows are filled up with zeros to a multiple of this: what the kernels take at once.
pub const LANES: usize = 16;

/// Components that a row of `dim` takes.
pub const fn stride(dim: usize) -> usize {
    dim.next_multiple_of(LANES)
}

/// A vector in 6 bits: its components, and the scale with which they have length 1.
///
/// # Errors
/// [`VectorError::NotFinite`], [`VectorError::Length`] of an empty one or one over [`MAX_DIM`].
pub fn quantise(vector: &[f32]) -> Result<(Vec<i8>, f32), VectorError> {
    let largest = largest(vector)?;
    // Inside ±31 by the choice of the step; `as` saturates.
    let values: Vec<i8> = vector.iter().map(|value| rounded(*value, largest, VALUE_MAX) as i8).collect();
    let scale = scale_of(&values);
    Ok((values, scale))
}

/// The scale with which the components have length 1; 0 where all are 0.
pub(crate) fn scale_of(values: &[i8]) -> f32 {
    // At most 4096 · 127²: inside 32 bits.
    let squares: i32 = values.iter().map(|value| i32::from(*value) * i32::from(*value)).sum();
    if squares > 0 { 1.0 / (squares as f32).sqrt() } else { 0.0 }
}

/// A query: a vector in 16 bits, for any set of its length.
#[derive(Debug, Clone)]
pub struct VectorQuery {
    dim: usize,
    /// Filled up with zeros to [`stride`].
    values: Vec<i16>,
    scale: f32,
}

impl VectorQuery {
    /// From a vector of any length but 0 in the Euclidean sense; that of a zero vector finds everything equally near.
    ///
    /// # Errors
    /// As [`quantise`].
    pub fn new(vector: &[f32]) -> Result<Self, VectorError> {
        let largest = largest(vector)?;
        let mut values: Vec<i16> = vector.iter().map(|value| rounded(*value, largest, QUERY_MAX) as i16).collect();
        let squares: i64 = values.iter().map(|value| i64::from(*value) * i64::from(*value)).sum();
        let scale = if squares > 0 { 1.0 / (squares as f64).sqrt() } else { 0.0 };
        values.resize(stride(vector.len()), 0);
        Ok(Self { dim: vector.len(), values, scale: scale as f32 })
    }

    /// Its length.
    #[must_use]
    pub const fn dim(&self) -> usize {
        self.dim
    }

    /// What the kernels take, and what a product is multiplied with beside the row's scale.
    pub(crate) fn parts(&self) -> (&[i16], f32) {
        (&self.values, self.scale)
    }
}

fn largest(vector: &[f32]) -> Result<f32, VectorError> {
    if !(1..=MAX_DIM).contains(&vector.len()) {
        return Err(VectorError::Length { found: vector.len(), wanted: MAX_DIM });
    }
    if !vector.iter().all(|value| value.is_finite()) {
        return Err(VectorError::NotFinite);
    }
    Ok(vector.iter().fold(0f32, |most, value| most.max(value.abs())))
}

fn rounded(value: f32, largest: f32, max: f32) -> f32 {
    // Divided first: a product of two large numbers may be infinite.
    if largest > 0.0 { (value / largest * max).round() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn unsound_vectors_are_refused() {
        assert_eq!(quantise(&[]), Err(VectorError::Length { found: 0, wanted: MAX_DIM }));
        assert!(quantise(&vec![1.0; MAX_DIM + 1]).is_err() && VectorQuery::new(&vec![1.0; MAX_DIM + 1]).is_err());
        assert_eq!(quantise(&[1.0, f32::NAN]), Err(VectorError::NotFinite));
        assert!(VectorQuery::new(&[f32::INFINITY]).is_err());
    }

    #[test]
    fn extreme_lengths_are_brought_to_one() {
        for length in [1e-45, 1e-20, 1.0, f32::MAX] {
            assert_eq!(quantise(&[length, 0.0]).unwrap(), (vec![31, 0], 1.0 / 31.0), "{length}");
        }
        assert_eq!(quantise(&[0.0; 3]).unwrap(), (vec![0; 3], 0.0));
    }
}

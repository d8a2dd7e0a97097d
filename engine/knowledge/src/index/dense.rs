//! Exact cosine search over int8 vectors.
//!
//! A vector of length 1 is stored as `scale · q` with `q` in -127..=127 (symmetric, one scale per vector): a quarter of
//! the memory of `f32`, and for 384 dimensions the cosine moves by less than 0.005. The query is quantised the same way
//! to 16 bits, so that its own rounding does not count.

use super::query::QueryVector;
use super::segment::Vectors;

/// The vectors of a segment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quantised {
    pub encoder: String,
    pub dim: usize,
    /// One per passage.
    pub scales: Vec<f32>,
    /// Rows of `dim`.
    pub values: Vec<i8>,
}

/// Largest magnitude of a stored component.
const VALUE_MAX: f32 = 127.0;

/// Largest magnitude of a query component: 127 · 4095 · 4096 dimensions stay inside 32 bits.
const QUERY_MAX: f32 = 4095.0;

/// Longest vector that the sum of products has room for.
pub(crate) const MAX_DIM: usize = 4096;

impl Quantised {
    /// `None` where a row's length is not `dim`, `dim` is 0 or over [`MAX_DIM`], a value is not finite, or there are no rows.
    pub fn new(vectors: &Vectors) -> Option<Self> {
        let sound = (1..=MAX_DIM).contains(&vectors.dim)
            && !vectors.rows.is_empty()
            && vectors.rows.iter().all(|row| row.len() == vectors.dim && row.iter().all(|value| value.is_finite()));
        if !sound {
            return None;
        }
        let mut scales = Vec::with_capacity(vectors.rows.len());
        let mut values = Vec::with_capacity(vectors.rows.len() * vectors.dim);
        for row in &vectors.rows {
            let scale = scale_for(row, VALUE_MAX);
            scales.push(scale);
            // Rounded and inside ±127 by the choice of the scale; `as` saturates.
            values.extend(row.iter().map(|value| rounded(*value, scale) as i8));
        }
        Some(Self { encoder: vectors.encoder.clone(), dim: vectors.dim, scales, values })
    }

    /// The cosine of every passage with the query, in order.
    pub fn cosines<'a>(&'a self, query: &'a QuantisedQuery) -> impl Iterator<Item = f32> + 'a {
        self.values
            .chunks_exact(self.dim)
            .zip(&self.scales)
            .map(|(row, scale)| dot(row, &query.values) as f32 * scale * query.scale)
    }
}

/// A query vector in 16 bits.
pub(crate) struct QuantisedQuery {
    scale: f32,
    values: Vec<i16>,
}

impl QuantisedQuery {
    /// `None` for an empty or overlong vector, or one with a value that is not finite.
    pub fn new(query: &QueryVector<'_>) -> Option<Self> {
        let sound = (1..=MAX_DIM).contains(&query.values.len()) && query.values.iter().all(|value| value.is_finite());
        sound.then(|| {
            let scale = scale_for(query.values, QUERY_MAX);
            Self { scale, values: query.values.iter().map(|value| rounded(*value, scale) as i16).collect() }
        })
    }

    pub fn dim(&self) -> usize {
        self.values.len()
    }
}

fn scale_for(row: &[f32], max: f32) -> f32 {
    row.iter().fold(0f32, |most, value| most.max(value.abs())) / max
}

fn rounded(value: f32, scale: f32) -> f32 {
    if scale > 0.0 { (value / scale).round() } else { 0.0 }
}

/// Sum of products. Widening to 16 bits and adding pairs is one instruction on SSE2 (`pmaddwd`) and on WebAssembly
/// (`i32x4.dot_i16x8_s`); fixed lanes of 16 let the compiler use it.
fn dot(row: &[i8], query: &[i16]) -> i32 {
    let (rows, row_rest) = row.as_chunks::<16>();
    let (queries, query_rest) = query.as_chunks::<16>();
    let mut sum = 0i32;
    for (a, b) in rows.iter().zip(queries) {
        let mut part = 0i32;
        for lane in 0..16 {
            part += i32::from(a[lane]) * i32::from(b[lane]);
        }
        sum += part;
    }
    let rest: i32 = row_rest.iter().zip(query_rest).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
    sum + rest
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    fn unit(values: Vec<f32>) -> Vec<f32> {
        let length = values.iter().map(|value| value * value).sum::<f32>().sqrt().max(1e-6);
        values.into_iter().map(|value| value / length).collect()
    }

    proptest! {
        #[test]
        fn cosines_are_those_of_the_floats(
            a in proptest::collection::vec(-1f32..1.0, 384),
            b in proptest::collection::vec(-1f32..1.0, 384),
        ) {
            let (a, b) = (unit(a), unit(b));
            let exact: f32 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
            let stored = Quantised::new(&Vectors { encoder: "e".into(), dim: 384, rows: vec![a] }).unwrap();
            let query = QuantisedQuery::new(&QueryVector { encoder: "e", values: &b }).unwrap();
            let found = stored.cosines(&query).next().unwrap();
            prop_assert!((found - exact).abs() < 0.005, "{found} {exact}");
        }
    }

    #[test]
    fn the_longest_vectors_do_not_overflow() {
        let ones = vec![1f32; MAX_DIM];
        let stored = Quantised::new(&Vectors { encoder: "e".into(), dim: MAX_DIM, rows: vec![ones.clone()] }).unwrap();
        let query = QuantisedQuery::new(&QueryVector { encoder: "e", values: &ones }).unwrap();
        let found = stored.cosines(&query).next().unwrap();
        assert!((found - 4096.0).abs() < 1.0, "{found}");
    }

    #[test]
    fn unsound_vectors_are_refused() {
        let vectors = |dim, rows| Vectors { encoder: "e".into(), dim, rows };
        assert!(Quantised::new(&vectors(2, vec![vec![1.0]])).is_none());
        assert!(Quantised::new(&vectors(1, vec![vec![f32::NAN]])).is_none());
        assert!(Quantised::new(&vectors(0, vec![vec![]])).is_none());
        assert!(Quantised::new(&vectors(1, vec![vec![0.0]])).is_some());
    }
}

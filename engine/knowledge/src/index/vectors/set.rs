//! The set: rows, and how they are searched.

use super::error::VectorError;
use super::kernels::AT_ONCE;
use super::quantise::{MAX_DIM, VectorQuery, quantise, scale_of};
use super::rows::Rows;
use super::scan::{Filter, scan};
use super::top::Top;

/// How thoroughly a search looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Effort {
    /// By the graph where there is one that has proved itself, as thoroughly as its check found necessary; else every row.
    #[default]
    Usual,
    /// By the graph, if there is one, with this many candidates (`efSearch` of the paper).
    Candidates(usize),
    /// Every row.
    Exact,
}

/// Vectors of one encoder. See the [module](super).
#[derive(Debug, Clone)]
pub struct VectorSet {
    encoder: String,
    dim: usize,
    pub(super) rows: Rows,
}

impl VectorSet {
    /// An empty set for vectors of length `dim` by the encoder of that name.
    ///
    /// # Errors
    /// [`VectorError::Length`] where `dim` is 0 or over [`MAX_DIM`].
    pub fn new(encoder: impl Into<String>, dim: usize) -> Result<Self, VectorError> {
        if !(1..=MAX_DIM).contains(&dim) {
            return Err(VectorError::Length { found: dim, wanted: MAX_DIM });
        }
        Ok(Self { encoder: encoder.into(), dim, rows: Rows::new(dim) })
    }

    /// Name of the encoder.
    #[must_use]
    pub fn encoder(&self) -> &str {
        &self.encoder
    }

    /// Length of the vectors.
    #[must_use]
    pub const fn dim(&self) -> usize {
        self.dim
    }

    /// Number of rows, removed ones too: the number of the next one.
    #[must_use]
    pub const fn len(&self) -> u32 {
        self.rows.len()
    }

    /// Whether it never had a row.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of rows that are not removed.
    #[must_use]
    pub const fn live(&self) -> u32 {
        self.rows.live()
    }

    /// Whether the row is there and not removed.
    #[must_use]
    pub fn is_live(&self, row: u32) -> bool {
        self.rows.is_live(row)
    }

    /// Adds a vector of any length but 0 in the Euclidean sense; returns its row.
    ///
    /// # Errors
    /// As [`quantise`]; [`VectorError::Length`] of one that has not `dim` components; [`VectorError::Full`].
    pub fn push(&mut self, vector: &[f32]) -> Result<u32, VectorError> {
        self.check_length(vector.len())?;
        let (values, scale) = quantise(vector)?;
        self.add(&values, scale)
    }

    /// Adds a vector in the form that [`quantise`] gave and [`Self::row`] gives. Its scale follows from the components.
    ///
    /// # Errors
    /// [`VectorError::Length`], [`VectorError::Full`].
    pub fn push_quantised(&mut self, values: &[i8]) -> Result<u32, VectorError> {
        self.check_length(values.len())?;
        self.add(values, scale_of(values))
    }

    /// Adds a row that is removed already: the place of one that was removed before the set was stored, so that the rows
    /// behind it keep their numbers.
    ///
    /// # Errors
    /// [`VectorError::Full`].
    pub fn push_removed(&mut self) -> Result<u32, VectorError> {
        let row = self.add(&[], 0.0)?;
        self.rows.remove(row);
        Ok(row)
    }

    /// Removes a row for good: it is found no more, and its components are overwritten. Whether it was there.
    pub fn remove(&mut self, row: u32) -> bool {
        self.rows.remove(row)
    }

    /// The components of a row that is not removed.
    #[must_use]
    pub fn row(&self, row: u32) -> Option<&[i8]> {
        self.is_live(row).then(|| &self.rows.values(row)[..self.dim])
    }

    /// The cosine of a row with a query; `None` of a row that is removed or not there, or a query of another length.
    #[must_use]
    pub fn cosine(&self, row: u32, query: &VectorQuery) -> Option<f32> {
        let [cosine, ..] =
            (self.is_live(row) && query.dim() == self.dim).then(|| self.rows.cosines(query.parts(), [row; AT_ONCE]))?;
        Some(cosine)
    }

    /// The rows with the highest cosines, at most `limit`, best first; of equal ones the earlier row. Nothing for a query of
    /// another length. `filter` says which rows may be found; it is asked about any row, some of them twice, and should be
    /// no more than a look-up.
    #[must_use]
    pub fn search(
        &self,
        query: &VectorQuery,
        limit: usize,
        effort: Effort,
        filter: Option<Filter<'_>>,
    ) -> Vec<(u32, f32)> {
        if query.dim() != self.dim {
            return Vec::new();
        }
        let _ = effort;
        let mut top = Top::new(limit);
        scan(&self.rows, query.parts(), 0..self.len(), filter, &mut top);
        top.into_sorted().into_iter().map(|found| (found.row(), found.score())).collect()
    }

    /// Bytes of memory that it holds.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.rows.memory()
    }

    fn check_length(&self, found: usize) -> Result<(), VectorError> {
        if found == self.dim { Ok(()) } else { Err(VectorError::Length { found, wanted: self.dim }) }
    }

    fn add(&mut self, values: &[i8], scale: f32) -> Result<u32, VectorError> {
        // The last number stands for none.
        if self.len() == u32::MAX - 1 { Err(VectorError::Full) } else { Ok(self.rows.push(values, scale)) }
    }
}

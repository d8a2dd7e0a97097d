//! The set: rows, and how they are searched.

use super::error::VectorError;
use super::graph::bytes::{self, GraphError, Reader};
use super::graph::search::Sought;
use super::kernels::AT_ONCE;
use super::quantise::{MAX_DIM, VectorQuery, quantise, scale_of};
use super::rows::Rows;
use super::scan::{Filter, scan};
use super::top::Top;
use super::upkeep::{GRAPH_ROWS, Navigation, Upkeep};

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
    pub(super) navigation: Option<Box<Navigation>>,
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
        Ok(Self { encoder: encoder.into(), dim, rows: Rows::new(dim), navigation: None })
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

    /// Puts a vector, in the form that [`quantise`] gave, into a row of [`Self::push_removed`], before there is a graph. Whether
    /// the row was free.
    ///
    /// # Errors
    /// [`VectorError::Length`].
    pub fn fill(&mut self, row: u32, values: &[i8]) -> Result<bool, VectorError> {
        self.check_length(values.len())?;
        Ok(self.navigation.is_none() && self.rows.fill(row, values, scale_of(values)))
    }

    /// Removes a row for good: it is found no more, and its components are overwritten. Whether it was there.
    pub fn remove(&mut self, row: u32) -> bool {
        let was_live = self.rows.remove(row);
        if let Some(navigation) = self.navigation.as_mut().filter(|_| was_live) {
            navigation.remove(row);
        }
        was_live
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
        let by_graph = self.by_graph(query, limit, effort, filter);
        let (mut top, covered) = by_graph.unwrap_or((Top::new(limit), 0));
        // Rows that were added since.
        scan(&self.rows, query.parts(), covered..self.len(), filter, &mut top);
        top.into_sorted().into_iter().take(limit).map(|found| (found.row(), found.score())).collect()
    }

    /// The best of the rows that the graph covers, and how many those are; `None` where it is not to be used.
    fn by_graph(
        &self,
        query: &VectorQuery,
        limit: usize,
        effort: Effort,
        filter: Option<Filter<'_>>,
    ) -> Option<(Top, u32)> {
        let navigation = self.navigation.as_ref()?;
        let candidates = match effort {
            Effort::Usual if navigation.candidates > 0 => navigation.candidates as usize,
            Effort::Candidates(candidates) => candidates,
            Effort::Usual | Effort::Exact => return None,
        };
        let sought = Sought { rows: &self.rows, query: query.parts() };
        Some((navigation.search(sought, limit, candidates, filter)?, navigation.graph.covered()))
    }

    /// Does a piece of what is due for the graph: builds it once there are [`GRAPH_ROWS`] rows, inserts rows that were added,
    /// takes out removed ones when they are many, and checks what it finds against exact search. A graph is searched
    /// once it has passed its check; if it fails, every row is looked at as before. `work` is the number of vectors to compare in
    /// this piece, give or take one insertion (some 5,000 at a million rows): 100,000 take about 10 ms in a browser. Call it in idle
    /// time until it says that there is nothing to do.
    pub fn upkeep(&mut self, work: u64) -> Upkeep {
        if self.navigation.is_none() && self.live() >= GRAPH_ROWS {
            self.navigation = Some(Box::default());
        }
        self.navigation.as_mut().map_or(Upkeep::Idle, |navigation| navigation.upkeep(&self.rows, work))
    }

    /// Candidates that searches by the graph take, as its check found necessary; `None` where every row is looked at.
    #[must_use]
    pub fn candidates(&self) -> Option<u32> {
        self.navigation.as_ref().map(|navigation| navigation.candidates).filter(|candidates| *candidates > 0)
    }

    /// Number of parts that [`Self::graph_part`] gives; 0 without a graph.
    #[must_use]
    pub fn graph_parts(&self) -> u32 {
        self.navigation.as_ref().map_or(0, |navigation| bytes::parts(&navigation.graph))
    }

    /// A part of the graph as bytes (4 MB of a million rows), to be stored. Nothing may change until all parts are taken. The
    /// vectors are not among them.
    #[must_use]
    pub fn graph_part(&self, number: u32) -> Option<Vec<u8>> {
        self.navigation.as_ref()?.part(&self.rows, number)
    }

    /// Takes a graph that was stored, in place of any other. The set must hold the rows of then under their numbers, those that
    /// were removed meanwhile by [`Self::push_removed`]; it may have more behind them.
    ///
    /// # Errors
    /// [`GraphError`]; the set is as it was.
    pub fn adopt(&mut self, graph: GraphReader) -> Result<(), GraphError> {
        self.navigation = Some(Box::new(Navigation::read(graph.0, &self.rows)?));
        Ok(())
    }

    /// Bytes of memory that it holds.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.rows.memory() + self.navigation.as_ref().map_or(0, |navigation| navigation.graph.memory())
    }

    fn check_length(&self, found: usize) -> Result<(), VectorError> {
        if found == self.dim { Ok(()) } else { Err(VectorError::Length { found, wanted: self.dim }) }
    }

    fn add(&mut self, values: &[i8], scale: f32) -> Result<u32, VectorError> {
        // The last number stands for none.
        if self.len() == u32::MAX - 1 { Err(VectorError::Full) } else { Ok(self.rows.push(values, scale)) }
    }
}

/// Reads the parts of a stored graph, in their order.
#[derive(Debug, Default)]
pub struct GraphReader(Reader);

impl GraphReader {
    /// Takes the next part.
    ///
    /// # Errors
    /// [`GraphError`]; the reader is of no use afterwards.
    pub fn push(&mut self, part: &[u8]) -> Result<(), GraphError> {
        self.0.push(part)
    }
}

//! Which row holds the vector of which passage. A stored graph speaks of rows; with this they get the same numbers again,
//! in whatever order the vectors are read.

use std::collections::HashMap;

use conclave_protocol::DocumentId;
use serde::{Deserialize, Serialize};

use super::held::{Index, Meaning, NO_ROW};
use super::vectors::{GraphError, GraphReader, Upkeep, VectorSet};

/// Rows of a set of vectors, by passage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrangement {
    encoder: String,
    dim: usize,
    /// Rows in all, removed ones too.
    rows: u32,
    /// Document, its first passage, how many follow each other, row of the first.
    runs: Vec<(DocumentId, u32, u32, u32)>,
}

impl Arrangement {
    /// Whether a document has a vector in it.
    pub fn documents(&self) -> impl Iterator<Item = &DocumentId> {
        self.runs.iter().map(|(document, ..)| document)
    }
}

/// Rows that are kept for passages: document's number to first passage, count, first row.
pub(super) type Reserved = HashMap<u32, Vec<(u32, u32, u32)>>;

/// The row that is kept for a passage.
pub(super) fn reserved(reserved: &Reserved, document: u32, passage: u32) -> Option<u32> {
    let runs = reserved.get(&document)?;
    let (first, _, row) = runs.iter().find(|(first, count, _)| (*first..first + count).contains(&passage))?;
    Some(row + (passage - first))
}

impl Index {
    /// The rows as they are; `None` without vectors.
    #[must_use]
    pub fn arrangement(&self) -> Option<Arrangement> {
        let set = &self.meaning.as_ref()?.set;
        let mut runs: Vec<(DocumentId, u32, u32, u32)> = Vec::new();
        for (document, rows) in self.rows() {
            for (passage, row) in (0u32..).zip(rows).filter(|(_, row)| **row != NO_ROW) {
                match runs.last_mut() {
                    Some((last, first, count, first_row))
                        if last == document && *first + *count == passage && *first_row + *count == *row =>
                    {
                        *count += 1;
                    }
                    _ => runs.push((document.clone(), passage, 1, *row)),
                }
            }
        }
        runs.sort_unstable_by_key(|(.., row)| *row);
        Some(Arrangement { encoder: set.encoder().to_owned(), dim: set.dim(), rows: set.len(), runs })
    }

    /// Keeps rows for the vectors that come next, so that a stored graph fits them. Vectors that are here are dropped. What
    /// contradicts itself is left out: the graph is then refused, and made again.
    pub fn arrange(&mut self, arrangement: &Arrangement) {
        self.drop_vectors();
        let Ok(mut set) = VectorSet::new(&arrangement.encoder, arrangement.dim) else { return };
        if (0..arrangement.rows).any(|_| set.push_removed().is_err()) {
            return;
        }
        let mut reserved = Reserved::new();
        for (document, first, count, row) in &arrangement.runs {
            let fits = row.checked_add(*count).is_some_and(|end| end <= arrangement.rows);
            if let Some(number) = self.number(document).filter(|_| fits && first.checked_add(*count).is_some()) {
                reserved.entry(number).or_default().push((*first, *count, *row));
            }
        }
        self.meaning = Some(Meaning::arranged(set, reserved));
    }

    /// Takes a stored graph over the rows of [`Index::arrange`], once the vectors are here.
    ///
    /// # Errors
    /// [`GraphError`]; every row is looked at then, until [`Index::upkeep`] has made a graph.
    pub fn adopt(&mut self, graph: GraphReader) -> Result<(), GraphError> {
        self.meaning.as_mut().map_or(Ok(()), |meaning| meaning.set.adopt(graph))
    }

    /// Does a piece of what is due for the graph over the vectors; see [`VectorSet::upkeep`].
    pub fn upkeep(&mut self, work: u64) -> Upkeep {
        self.meaning.as_mut().map_or(Upkeep::Idle, |meaning| meaning.set.upkeep(work))
    }

    /// Whether there is a graph that is searched.
    #[must_use]
    pub fn has_graph(&self) -> bool {
        self.meaning.as_ref().is_some_and(|meaning| meaning.set.candidates().is_some())
    }

    /// Parts of the graph as stored; none without one.
    pub fn graph(&self) -> impl Iterator<Item = Vec<u8>> {
        let set = self.meaning.as_ref().map(|meaning| &meaning.set);
        set.into_iter().flat_map(|set| (0..set.graph_parts()).filter_map(|part| set.graph_part(part)))
    }

    /// Number of rows of vectors, removed ones too.
    #[must_use]
    pub fn vector_rows(&self) -> u32 {
        self.meaning.as_ref().map_or(0, |meaning| meaning.set.len())
    }
}

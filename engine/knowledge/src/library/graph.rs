//! The graph over the vectors: kept up while nothing else is to do, stored, and read back.

use conclave_ports::{StoreError, Table, Write};

use super::change::encode;
use super::records::StoredGraph;
use super::{LOCK, Library};
use crate::error::KnowledgeError;
use crate::index::Arrangement;
use crate::index::vectors::{GraphReader, Upkeep};

/// The graph is stored again when it covers one in so many rows more than the stored one: what is not covered is inserted after
/// a start, in less time than writing a hundred megabytes takes.
const GROWTH: u32 = 4;

impl Library {
    /// Does a piece of what is due for the graph over the vectors, in memory. `work` as for
    /// [`VectorSet::upkeep`](crate::index::vectors::VectorSet::upkeep): 100,000 are about 10 ms in a browser.
    #[must_use]
    pub fn upkeep(&self, work: u64) -> Upkeep {
        if !self.is_complete() {
            return Upkeep::Idle;
        }
        self.state.borrow_mut().index.upkeep(work)
    }

    /// Stores the graph where it has become much larger than the stored one, or none is stored. Call it when nothing is due.
    ///
    /// # Errors
    /// [`KnowledgeError::Store`] and [`KnowledgeError::Lock`]; the stored one stays.
    pub async fn keep_graph(&self) -> Result<(), KnowledgeError> {
        let is_large = |library: &Self| {
            let state = library.state.borrow();
            let stored = state.manifest.graph.as_ref().map_or(0, |graph| graph.rows);
            state.index.has_graph() && state.index.vector_rows() > stored + stored / GROWTH
        };
        if !is_large(self) {
            return Ok(());
        }
        let _guard = self.lock.acquire(LOCK).await?;
        self.refresh().await?;
        let mut change = self.change();
        let (arrangement, parts) = {
            let state = self.state.borrow();
            (state.index.arrangement(), state.index.graph().collect::<Vec<_>>())
        };
        let Some(arrangement) = arrangement.filter(|_| !parts.is_empty()) else { return Ok(()) };
        let graph = StoredGraph {
            number: change.manifest.take_number(),
            parts: u32::try_from(parts.len()).unwrap_or(u32::MAX),
            rows: self.state.borrow().index.vector_rows(),
        };
        change.writes.push(Write::put(Table::Segments, graph.arrangement_key(), encode(&arrangement)));
        for (number, part) in (0..).zip(parts) {
            change.writes.push(Write::put(Table::Segments, graph.part_key(number), part));
        }
        change.drop_graph();
        change.manifest.graph = Some(graph);
        self.apply(change).await?;
        self.state.borrow_mut().in_graph = arrangement.documents().cloned().collect();
        Ok(())
    }

    /// Gives the vectors to come the rows of a stored graph. Whether it can be read.
    pub(super) async fn arrange(&self, graph: &StoredGraph) -> Result<bool, KnowledgeError> {
        let Some(bytes) = self.of_graph(&graph.arrangement_key()).await? else { return Ok(false) };
        let Ok(arrangement) = serde_json::from_slice::<Arrangement>(&bytes) else { return Ok(false) };
        let mut state = self.state.borrow_mut();
        state.in_graph = arrangement.documents().cloned().collect();
        state.index.arrange(&arrangement);
        Ok(true)
    }

    /// Reads a stored graph. One that cannot be used is as good as none: it is made again.
    pub(super) async fn adopt(&self, graph: &StoredGraph) -> Result<(), KnowledgeError> {
        let mut reader = GraphReader::default();
        for part in 0..graph.parts {
            let Some(bytes) = self.of_graph(&graph.part_key(part)).await? else { return Ok(()) };
            if reader.push(&bytes).is_err() {
                return Ok(());
            }
        }
        // A refused graph is none: every row is looked at until there is one.
        let _ = self.state.borrow_mut().index.adopt(reader);
        Ok(())
    }

    async fn of_graph(&self, key: &str) -> Result<Option<Vec<u8>>, KnowledgeError> {
        match self.store.get(Table::Segments, key).await {
            Err(StoreError::Unreadable(_)) => Ok(None),
            bytes => Ok(bytes?),
        }
    }
}

//! Repair: removed rows leave the graph.
//!
//! Every node that is linked with a removed one chooses its links anew, among its own and those of the removed ones: algorithm
//! 4 of Singh, Subramanya, Krishnaswamy, Simhadri, "FreshDiskANN" (2021, arXiv:2105.09613). It needs the vectors of what is
//! left alone, so that a removed row can be overwritten at once.

use super::layers::NONE;
use super::search::Scratch;
use super::{Entry, Graph, layer_of};
use crate::index::vectors::rows::Rows;

/// A repair that is under way. Rows may be removed and inserted meanwhile.
#[derive(Debug, Clone)]
pub struct Repair {
    /// Rows that were removed when it began: what it takes out. One bit per row.
    leaving: Vec<u64>,
    /// The next node in the upper layers, then in layer 0.
    upper_at: u32,
    base_at: u32,
}

impl Graph {
    /// Number of removed rows that have links.
    pub fn removed(&self, rows: &Rows) -> u32 {
        let has_links = |row: &u32| !rows.is_live(*row) && !self.base.links(*row).is_empty();
        // At most as many as there are rows.
        (0..self.base.len()).filter(has_links).count() as u32
    }

    /// Whether a live row is linked with a removed one.
    #[cfg(test)]
    pub fn leads_to_removed(&self, rows: &Rows) -> bool {
        let leads = |layer: u8, node: u32| {
            let is_removed = |node: u32| !rows.is_live(self.row(layer, node));
            !is_removed(node) && self.links(layer, node).iter().any(|link| is_removed(*link))
        };
        let in_upper = |node: u32| (1..=layer_of(self.upper.row(node))).any(|layer| leads(layer, node));
        (0..self.base.len()).any(|row| leads(0, row)) || (0u32..).take(self.upper.len()).any(in_upper)
    }
}

impl Repair {
    /// Begins to take out the rows that are removed by now.
    pub fn new(rows: &Rows) -> Self {
        Self { leaving: rows.removed_bits().to_vec(), upper_at: 0, base_at: 0 }
    }

    /// Rows of layer 0 that have had their turn.
    pub const fn done(&self) -> u32 {
        self.base_at
    }

    fn leaves(&self, row: u32) -> bool {
        self.leaving.get(row as usize / 64).is_some_and(|bits| bits >> (row % 64) & 1 == 1)
    }

    /// Goes on until `work` more rows were compared or looked at; whether it has ended.
    pub fn step(&mut self, graph: &mut Graph, rows: &Rows, work: u64, scratch: &mut Scratch) -> bool {
        let until = scratch.compared.saturating_add(work);
        while (self.upper_at as usize) < graph.upper.len() {
            if scratch.compared >= until {
                return false;
            }
            for layer in 1..=layer_of(graph.upper.row(self.upper_at)) {
                self.mend(graph, rows, layer, self.upper_at, scratch);
            }
            self.upper_at += 1;
        }
        while self.base_at < graph.base.len() {
            if scratch.compared >= until {
                return false;
            }
            self.mend(graph, rows, 0, self.base_at, scratch);
            self.base_at += 1;
        }
        self.cut(graph);
        true
    }

    fn mend(&self, graph: &mut Graph, rows: &Rows, layer: u8, node: u32, scratch: &mut Scratch) {
        // Reading the links of a node is about the work of comparing a row.
        scratch.compared += 1;
        let is_linked = graph.links(layer, node).iter().any(|link| self.leaves(graph.row(layer, *link)));
        if is_linked && rows.is_live(graph.row(layer, node)) {
            graph.choose_anew(rows, layer, node, None, scratch);
        }
    }

    /// No live node is linked with one that leaves any more; now those lose their links, and the entry is another.
    fn cut(&self, graph: &mut Graph) {
        for node in 0..graph.base.len() {
            if self.leaves(node) {
                graph.base.slots_mut(node).fill(NONE);
            }
        }
        let mut entry: Option<Entry> = None;
        for node in (0u32..).take(graph.upper.len()) {
            let layer = layer_of(graph.upper.row(node));
            if self.leaves(graph.upper.row(node)) {
                (1..=layer).for_each(|layer| graph.upper.slots_mut(layer, node).fill(NONE));
            } else if entry.is_none_or(|entry| entry.layer < layer) {
                entry = Some(Entry { node, layer });
            }
        }
        let first_in_base = || (0..graph.base.len()).find(|row| !self.leaves(*row));
        graph.entry = entry.or_else(|| first_in_base().map(|node| Entry { node, layer: 0 }));
    }
}

//! The walk towards a query (algorithms 2 and 5 of the paper).

use std::collections::BinaryHeap;

use super::{Entry, Graph};
use crate::index::vectors::kernels::AT_ONCE;
use crate::index::vectors::rows::Rows;
use crate::index::vectors::top::{Scored, Top};

/// What a walk writes down, kept from one to the next.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    /// One bit per node of the layer.
    seen: Vec<u64>,
    /// Words of `seen` that are not 0.
    touched: Vec<u32>,
    /// Nodes to be compared with the query.
    batch: Vec<u32>,
    /// Removed nodes to go through.
    through: Vec<u32>,
    frontier: BinaryHeap<Scored>,
    /// A row widened to 16 bits.
    pub(super) wide: Vec<i16>,
    /// Rows compared with another vector so far: the measure of work.
    pub compared: u64,
}

impl Scratch {
    fn begin(&mut self, nodes: usize) {
        for word in self.touched.drain(..) {
            self.seen[word as usize] = 0;
        }
        self.seen.resize(nodes.div_ceil(64).max(self.seen.len()), 0);
        self.batch.clear();
        self.through.clear();
        self.frontier.clear();
    }

    /// Whether the node had not been seen.
    #[inline]
    fn see(&mut self, node: u32) -> bool {
        let word = &mut self.seen[node as usize / 64];
        let bit = 1 << (node % 64);
        if *word & bit != 0 {
            return false;
        }
        if *word == 0 {
            self.touched.push(node / 64);
        }
        *word |= bit;
        true
    }
}

/// A query against rows.
#[derive(Debug, Clone, Copy)]
pub struct Sought<'a> {
    pub rows: &'a Rows,
    /// As the kernels take it.
    pub query: (&'a [i16], f32),
}

impl Graph {
    /// The best rows that `accept` lets through, `candidates` at most; `None` where the walk compared more than `work_max`
    /// rows before it ended.
    pub fn search(
        &self,
        sought: Sought<'_>,
        candidates: usize,
        accept: impl Fn(u32) -> bool,
        work_max: u64,
        scratch: &mut Scratch,
    ) -> Option<Top> {
        let Some(entry) = self.entry else {
            return Some(Top::new(candidates));
        };
        let seed = self.descend(sought, entry, 0, scratch);
        self.walk(sought, 0, seed, candidates, accept, scratch.compared.saturating_add(work_max), scratch)
    }

    /// From the entry down to the node of `layer` that lies nearest on the way.
    pub(super) fn descend(&self, sought: Sought<'_>, entry: Entry, layer: u8, scratch: &mut Scratch) -> u32 {
        let mut node = entry.node;
        for upper in (layer + 1..=entry.layer).rev() {
            let best = self.walk(sought, upper, node, 1, |_| true, u64::MAX, scratch).map(Top::into_sorted);
            // None where no row is left that the entry leads to: then through it.
            if let Some(best) = best.as_ref().and_then(|best| best.first()) {
                node = best.row();
            }
            if upper == 1 {
                node = self.upper.row(node);
            }
        }
        node
    }

    /// The best nodes of a layer, found by walking from `seed`.
    #[allow(clippy::too_many_arguments, reason = "what the paper's algorithm takes, and where it writes")]
    pub(super) fn walk(
        &self,
        sought: Sought<'_>,
        layer: u8,
        seed: u32,
        candidates: usize,
        accept: impl Fn(u32) -> bool,
        compared_max: u64,
        scratch: &mut Scratch,
    ) -> Option<Top> {
        let mut top = Top::new(candidates);
        scratch.begin(self.numbered(layer));
        self.gather(sought.rows, layer, &[seed], scratch);
        self.compare(sought, layer, &mut top, &accept, scratch);
        while let Some(nearest) = scratch.frontier.pop() {
            if top.is_full() && nearest.score() < top.bar() {
                break;
            }
            if scratch.compared > compared_max {
                return None;
            }
            self.gather(sought.rows, layer, self.links(layer, nearest.row()), scratch);
            self.compare(sought, layer, &mut top, &accept, scratch);
        }
        Some(top)
    }

    /// Fills the batch with those of the nodes that were not seen; in place of a removed one, with its neighbours.
    #[inline]
    pub(super) fn gather(&self, rows: &Rows, layer: u8, nodes: &[u32], scratch: &mut Scratch) {
        scratch.batch.clear();
        self.gather_some(rows, layer, nodes, scratch);
        while let Some(removed) = scratch.through.pop() {
            self.gather_some(rows, layer, self.links(layer, removed), scratch);
        }
    }

    #[inline]
    fn gather_some(&self, rows: &Rows, layer: u8, nodes: &[u32], scratch: &mut Scratch) {
        for &node in nodes {
            if scratch.see(node) {
                let row = self.row(layer, node);
                if rows.is_live(row) {
                    rows.prefetch(row);
                    scratch.batch.push(node);
                } else {
                    scratch.through.push(node);
                }
            }
        }
    }

    /// Compares the batch with the query; what may lead further goes to the frontier, what is accepted to the best.
    #[inline]
    fn compare(
        &self,
        sought: Sought<'_>,
        layer: u8,
        top: &mut Top,
        accept: impl Fn(u32) -> bool,
        scratch: &mut Scratch,
    ) {
        let Scratch { batch, frontier, compared, .. } = scratch;
        *compared += batch.len() as u64;
        for nodes in batch.chunks(AT_ONCE) {
            // A last group of fewer is filled up with its first.
            let four: [u32; AT_ONCE] = std::array::from_fn(|i| self.row(layer, *nodes.get(i).unwrap_or(&nodes[0])));
            let cosines = sought.rows.cosines(sought.query, four);
            for ((node, row), score) in nodes.iter().zip(four).zip(cosines) {
                // Equal ones lead nowhere better: among many copies of a text a walk would go through all of them.
                if !top.is_full() || score > top.bar() {
                    let scored = Scored::new(*node, score);
                    frontier.push(scored);
                    if accept(row) {
                        top.offer(scored);
                    }
                }
            }
        }
    }

    /// The live neighbours of a node, beyond removed ones too, without the node itself.
    pub(super) fn live_neighbours(
        &self,
        rows: &Rows,
        layer: u8,
        node: u32,
        extra: Option<u32>,
        scratch: &mut Scratch,
    ) -> Vec<u32> {
        scratch.begin(self.numbered(layer));
        scratch.see(node);
        self.gather(rows, layer, self.links(layer, node), scratch);
        if let Some(extra) = extra.filter(|extra| scratch.see(*extra)) {
            scratch.batch.push(extra);
        }
        scratch.batch.clone()
    }
}

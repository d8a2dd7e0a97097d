//! Insertion (algorithm 1 of the paper) and the choice of neighbours (algorithm 4).

use super::layers::NONE;
use super::search::{Scratch, Sought};
use super::{BUILD_CANDIDATES, Entry, Graph, M, M_BASE, layer_of};
use crate::index::vectors::kernels::AT_ONCE;
use crate::index::vectors::rows::Rows;
use crate::index::vectors::top::Scored;

impl Graph {
    /// Inserts the next row, number [`Graph::covered`], which must be there. A removed one becomes a node without links.
    pub fn insert_next(&mut self, rows: &Rows, scratch: &mut Scratch) {
        let row = self.base.len();
        self.base.push();
        if !rows.is_live(row) {
            return;
        }
        let top_layer = layer_of(row);
        let upper_node = (top_layer > 0).then(|| self.upper.push(row));
        let node_in = |layer: u8| upper_node.filter(|_| layer > 0).unwrap_or(row);
        let Some(entry) = self.entry else {
            self.entry = Some(Entry { node: node_in(top_layer), layer: top_layer });
            return;
        };
        let wide = widened(rows, row);
        let sought = Sought { rows, query: (&wide, rows.scale(row)) };
        let highest = top_layer.min(entry.layer);
        let mut seed = self.descend(sought, entry, highest, scratch);
        for layer in (0..=highest).rev() {
            let found = self.walk(sought, layer, seed, BUILD_CANDIDATES, |_| true, u64::MAX, scratch);
            let found = found.map_or_else(Vec::new, |found| found.into_sorted());
            let chosen = self.choose(rows, layer, &found, M, scratch);
            let node = node_in(layer);
            write(self.slots_mut(layer, node), &chosen);
            for neighbour in chosen {
                self.link(rows, layer, neighbour, node, scratch);
            }
            seed = found.first().map_or(seed, |nearest| nearest.row());
            if layer == 1 {
                seed = self.upper.row(seed);
            }
        }
        // Without links there is nothing left that the entry leads to: walks begin here from now on.
        if top_layer > entry.layer || self.base.links(row).is_empty() {
            self.entry = Some(Entry { node: node_in(top_layer), layer: top_layer });
        }
    }

    /// Adds a link. Where there is no room, the node's links are chosen anew.
    fn link(&mut self, rows: &Rows, layer: u8, from: u32, to: u32, scratch: &mut Scratch) {
        if let Some(free) = self.slots_mut(layer, from).iter_mut().find(|slot| **slot == NONE) {
            *free = to;
        } else {
            self.choose_anew(rows, layer, from, Some(to), scratch);
        }
    }

    /// Chooses the links of a live node among its neighbours, those behind removed ones, and one more.
    pub(super) fn choose_anew(&mut self, rows: &Rows, layer: u8, node: u32, extra: Option<u32>, scratch: &mut Scratch) {
        let neighbours = self.live_neighbours(rows, layer, node, extra, scratch);
        let row = self.row(layer, node);
        let wide = widened(rows, row);
        let mut scored = Vec::with_capacity(neighbours.len());
        for nodes in neighbours.chunks(AT_ONCE) {
            let four = std::array::from_fn(|i| self.row(layer, *nodes.get(i).unwrap_or(&nodes[0])));
            let cosines = rows.cosines((&wide, rows.scale(row)), four);
            scored.extend(nodes.iter().zip(cosines).map(|(node, cosine)| Scored::new(*node, cosine)));
        }
        scratch.compared += neighbours.len() as u64;
        scored.sort_unstable_by(|a, b| b.cmp(a));
        let most = if layer == 0 { M_BASE } else { M };
        let chosen = self.choose(rows, layer, &scored, most, scratch);
        write(self.slots_mut(layer, node), &chosen);
    }

    /// Of candidates, best first, those that are nearer to the new node than to any that is already chosen: links that lead
    /// into different directions.
    fn choose(&self, rows: &Rows, layer: u8, candidates: &[Scored], most: usize, scratch: &mut Scratch) -> Vec<u32> {
        let mut chosen: Vec<u32> = Vec::with_capacity(most);
        let mut chosen_rows: Vec<u32> = Vec::with_capacity(most);
        for candidate in candidates {
            if chosen.len() == most {
                break;
            }
            let row = self.row(layer, candidate.row());
            widen(rows.values(row), &mut scratch.wide);
            let query = (scratch.wide.as_slice(), rows.scale(row));
            let compared = &mut scratch.compared;
            let is_apart = chosen_rows.chunks(AT_ONCE).all(|some| {
                *compared += some.len() as u64;
                let four = std::array::from_fn(|i| *some.get(i).unwrap_or(&some[0]));
                rows.cosines(query, four).into_iter().all(|cosine| cosine < candidate.score())
            });
            if is_apart {
                chosen.push(candidate.row());
                chosen_rows.push(row);
            }
        }
        chosen
    }
}

fn widened(rows: &Rows, row: u32) -> Vec<i16> {
    let mut wide = Vec::new();
    widen(rows.values(row), &mut wide);
    wide
}

fn widen(values: &[i8], wide: &mut Vec<i16>) {
    wide.clear();
    wide.extend(values.iter().map(|value| i16::from(*value)));
}

fn write(slots: &mut [u32], links: &[u32]) {
    slots.fill(NONE);
    for (slot, link) in slots.iter_mut().zip(links) {
        *slot = *link;
    }
}

//! Hierarchical navigable small world graph over rows: Malkov, Yashunin, "Efficient and robust approximate nearest neighbor
//! search using Hierarchical Navigable Small World graphs" (2018, arXiv:1603.09320).
//!
//! Every row is a node of layer 0; one in [`M`] is also one of layer 1, one in `M²` of layer 2, and so on. Which, follows from a
//! hash of the row's number, and rows are inserted in their order: the same rows give the same graph on every machine.
//!
//! - [`layers`]: the links in memory
//! - [`search`]: the walk towards a query within a layer, and down through them
//! - [`insert`]: a new row; the choice of its neighbours
//! - [`repair`]: rows that were removed leave the graph
//! - [`bytes`]: the graph as it is stored
//!
//! A removed row's components are gone at once. Its links stay until the next repair, and walks go through it as if its
//! neighbours were linked with each other.

pub mod bytes;
mod insert;
mod layers;
mod repair;
pub mod search;

pub use repair::Repair;
pub use search::Scratch;

use layers::{Base, Upper};

/// Links of a node in the upper layers, and the share of nodes in each next layer.
///
/// Chosen with [`BUILD_CANDIDATES`] by what is found, what it costs to build, and what it takes in memory:
/// `cargo xtask eval ann --n 100000`, natively, beside a busy machine's other work. Recall of the hundred nearest is where
/// they differ; measured when rows had 8 bits, of which exact search finds .9975 of the ten nearest (of 6 bits .987).
///
/// | `M` | `BUILD_CANDIDATES` | recall at 10 with 32 candidates | recall at 100 with 200 | built in | bytes of a vector, with its 384 |
/// |---|---|---|---|---|---|
/// | 8 | 100 | .9938 | .932 | 40 s | 470 |
/// | 8 | 200 | .9938 | .937 | 80 s | 470 |
/// | 16 | 60 | .9972 | .974 | 29 s | 534 |
/// | **16** | **100** | **.9972** | **.981** | **43 s** | **534** |
/// | 16 | 200 | .9972 | .983 | 79 s | 534 |
pub const M: usize = 16;

/// Links of a node in layer 0: twice as many, as the paper has it.
pub const M_BASE: usize = 2 * M;

/// Bits of `M`: a layer's share of the one below is `1 / M`.
const M_BITS: u32 = M.ilog2();

/// Candidates among which a new row's neighbours are chosen (`efConstruction`).
pub const BUILD_CANDIDATES: usize = 100;

/// Layers above layer 0 at most: with 16^7 nodes there is one node in layer 7.
const LAYERS_MAX: u8 = 7;

/// Where walks begin: a node of the topmost layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    /// In layer 0 a row, above it a number of [`Upper`].
    node: u32,
    layer: u8,
}

/// Links between the rows `0..covered`.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    base: Base,
    upper: Upper,
    entry: Option<Entry>,
}

impl Graph {
    /// Rows that have had their turn.
    pub fn covered(&self) -> u32 {
        self.base.len()
    }

    /// Links of a node in a layer.
    #[inline]
    fn links(&self, layer: u8, node: u32) -> &[u32] {
        if layer == 0 { self.base.links(node) } else { self.upper.links(layer, node) }
    }

    fn slots_mut(&mut self, layer: u8, node: u32) -> &mut [u32] {
        if layer == 0 { self.base.slots_mut(node) } else { self.upper.slots_mut(layer, node) }
    }

    /// The row that a node of a layer is.
    #[inline]
    fn row(&self, layer: u8, node: u32) -> u32 {
        if layer == 0 { node } else { self.upper.row(node) }
    }

    /// Number of nodes in a layer, or above where they are numbered together.
    fn numbered(&self, layer: u8) -> usize {
        if layer == 0 { self.base.len() as usize } else { self.upper.len() }
    }

    /// Rows that a covered row is linked with.
    pub fn neighbours(&self, row: u32) -> &[u32] {
        self.base.links(row)
    }

    /// Rows without any link.
    #[cfg(test)]
    pub fn unlinked(rows: u32) -> Self {
        let mut graph = Self { entry: Some(Entry { node: 0, layer: 0 }), ..Self::default() };
        (0..rows).for_each(|_| graph.base.push());
        graph
    }

    /// Bytes of memory that it holds.
    pub fn memory(&self) -> usize {
        self.base.memory() + self.upper.memory()
    }
}

/// The topmost layer of a row: layer `l` or higher with probability `M^-l`.
fn layer_of(row: u32) -> u8 {
    let layer = hash(u64::from(row)).trailing_zeros() / M_BITS;
    u8::try_from(layer).map_or(LAYERS_MAX, |layer| layer.min(LAYERS_MAX))
}

/// The finishing steps of splitmix64 (Steele, Lea, Flood 2014): every bit depends on every bit.
pub const fn hash(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}

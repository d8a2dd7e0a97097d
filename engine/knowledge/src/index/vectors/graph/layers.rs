//! Links in memory: arrays of fixed length without pointers.

use super::{M, M_BASE, layer_of};

/// No link. Links stand at the beginning of their slots.
pub const NONE: u32 = u32::MAX;

/// Nodes of a block of layer 0: 512 KiB. It grows by whole blocks, so that nothing is copied.
const BLOCK_NODES: usize = 4096;

/// A node's links in layer 0: two lines of memory, and no more.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Slots([u32; M_BASE]);

/// Layer 0: all rows.
#[derive(Debug, Clone, Default)]
pub struct Base {
    blocks: Vec<Vec<Slots>>,
    len: u32,
}

impl Base {
    pub const fn len(&self) -> u32 {
        self.len
    }

    pub fn push(&mut self) {
        if (self.len as usize).is_multiple_of(BLOCK_NODES) {
            self.blocks.push(Vec::with_capacity(BLOCK_NODES));
        }
        if let Some(block) = self.blocks.last_mut() {
            block.push(Slots([NONE; M_BASE]));
        }
        self.len += 1;
    }

    #[inline]
    pub fn links(&self, node: u32) -> &[u32] {
        used(&self.blocks[node as usize / BLOCK_NODES][node as usize % BLOCK_NODES].0)
    }

    pub fn slots_mut(&mut self, node: u32) -> &mut [u32] {
        &mut self.blocks[node as usize / BLOCK_NODES][node as usize % BLOCK_NODES].0
    }

    pub fn memory(&self) -> usize {
        self.blocks.iter().map(|block| block.capacity() * size_of::<Slots>()).sum()
    }
}

/// A node of the layers above.
#[derive(Debug, Clone, Copy)]
struct Node {
    row: u32,
    /// Its links in layer 1; those in layer 2 follow them, and so on.
    first: u32,
}

/// The layers above: one row in [`M`]. Nodes are numbered by themselves, in the order of their rows, and links are such
/// numbers, so that a walk up there looks nothing up.
#[derive(Debug, Clone, Default)]
pub struct Upper {
    nodes: Vec<Node>,
    links: Vec<[u32; M]>,
}

impl Upper {
    pub const fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Adds the row, which is in layer 1 at least, without links; returns its number.
    pub fn push(&mut self, row: u32) -> u32 {
        let node = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        // Two lists per row at most on average, and rows are fewer than 2^32.
        let first = u32::try_from(self.links.len()).unwrap_or(NONE);
        self.nodes.push(Node { row, first });
        self.links.resize(self.links.len() + usize::from(layer_of(row)), [NONE; M]);
        node
    }

    #[inline]
    pub fn row(&self, node: u32) -> u32 {
        self.nodes[node as usize].row
    }

    #[inline]
    pub fn links(&self, layer: u8, node: u32) -> &[u32] {
        used(&self.links[self.place(layer, node)])
    }

    pub fn slots_mut(&mut self, layer: u8, node: u32) -> &mut [u32] {
        let place = self.place(layer, node);
        &mut self.links[place]
    }

    #[inline]
    fn place(&self, layer: u8, node: u32) -> usize {
        self.nodes[node as usize].first as usize + usize::from(layer) - 1
    }

    pub fn memory(&self) -> usize {
        self.nodes.capacity() * size_of::<Node>() + self.links.capacity() * size_of::<[u32; M]>()
    }
}

#[inline]
fn used(slots: &[u32]) -> &[u32] {
    let count = slots.iter().position(|link| *link == NONE).unwrap_or(slots.len());
    &slots[..count]
}

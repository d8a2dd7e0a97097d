//! The graph as it is stored: parts of a few megabytes, so that neither writing nor reading holds it twice.
//!
//! Format 1, little endian. A part is a header of 64 bytes and its content:
//!
//! | bytes | what |
//! |---|---|
//! | 0..8 | `CNCLVGRF` |
//! | 8..10; 10; 11 | format version; links of a node in layer 0; in the layers above |
//! | 12..16, 16..20 | number of this part, from 0; number of parts |
//! | 20..24, 24..28 | rows covered; nodes of the upper layers |
//! | 28..32; 32; 33..36 | node where walks begin, `u32::MAX` for none; its layer; 0 |
//! | 36..40 | candidates that the check found necessary, 0 for an unchecked graph |
//! | 40..44, 44..48 | length and CRC-32 (IEEE) of the content |
//! | 48..60 | 0 |
//! | 60..64 | CRC-32 of the 60 bytes before |
//!
//! Each part but the last holds the links of [`PART_ROWS`] rows in layer 0: one byte per row with its number of links, one with
//! a check of its scale ([`mark`]), then all links as numbers of as many bits as the number of rows needs, lowest bits first,
//! and eight bytes of 0. The last part is of the upper layers: the rows that they hold, four bytes each, then of all lists (of
//! each row, from layer 1 up) the numbers of links, and the links in as many bits as the number of nodes needs.
//!
//! [`Reader`] trusts nothing: it checks both checksums, then every number against what it refers to. What the graph takes in
//! memory is at most 70 times what was given.

use thiserror::Error;

use super::layers::NONE;
use super::{Entry, Graph, M, M_BASE, layer_of};
use crate::index::vectors::rows::Rows;

const MAGIC: &[u8; 8] = b"CNCLVGRF";
const VERSION: u16 = 1;
const HEADER: usize = 64;

/// Rows of a part: 4 MB at a million rows.
const PART_ROWS: u32 = 1 << 16;

/// Why bytes are no graph of a set. The vectors are not touched by any of these: every row is looked at until the graph has
/// been built anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum GraphError {
    /// A part is shorter than it says, missing, or not the next one.
    #[error("a part of it is missing")]
    Incomplete,
    /// The first bytes are not those of a graph, or another version wrote it.
    #[error("it is of another version")]
    Version,
    /// A checksum does not match: bytes have changed.
    #[error("its checksum does not match")]
    Checksum,
    /// Numbers in it contradict each other.
    #[error("its {0} contradict each other")]
    Inconsistent(&'static str),
    /// It is of other rows than the set's.
    #[error("it belongs to other vectors")]
    OtherRows,
}

/// What all parts of a graph say alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    parts: u32,
    covered: u32,
    upper: u32,
    entry: Option<Entry>,
    candidates: u32,
}

impl Head {
    fn of(graph: &Graph, candidates: u32) -> Self {
        let covered = graph.covered();
        let upper = u32::try_from(graph.upper.len()).unwrap_or(NONE);
        Self { parts: covered.div_ceil(PART_ROWS) + 1, covered, upper, entry: graph.entry, candidates }
    }

    fn write(self, part: u32, content: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER + content.len());
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&VERSION.to_le_bytes());
        out.extend([M_BASE as u8, M as u8]);
        for number in [part, self.parts, self.covered, self.upper, self.entry.map_or(NONE, |entry| entry.node)] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend([self.entry.map_or(0, |entry| entry.layer), 0, 0, 0]);
        let length = u32::try_from(content.len()).unwrap_or(NONE);
        for number in [self.candidates, length, crc32fast::hash(content), 0, 0, 0] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&crc32fast::hash(&out).to_le_bytes());
        out.extend_from_slice(content);
        out
    }

    /// A part's head, its number and its content.
    fn read(part: &[u8]) -> Result<(Self, u32, &[u8]), GraphError> {
        let (header, content) = part.split_first_chunk::<HEADER>().ok_or(GraphError::Incomplete)?;
        let number = |at: usize| header[at..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
        if !header.starts_with(MAGIC) {
            return Err(GraphError::Version);
        }
        if crc32fast::hash(&header[..60]) != number(60) {
            return Err(GraphError::Checksum);
        }
        if header[8..12] != [VERSION as u8, 0, M_BASE as u8, M as u8] {
            return Err(GraphError::Version);
        }
        if number(40) as usize != content.len() {
            return Err(GraphError::Incomplete);
        }
        if crc32fast::hash(content) != number(44) {
            return Err(GraphError::Checksum);
        }
        let entry = Some(Entry { node: number(28), layer: header[32] }).filter(|entry| entry.node != NONE);
        let head = Self { parts: number(16), covered: number(20), upper: number(24), entry, candidates: number(36) };
        let is_sound = head.covered < NONE && head.parts == head.covered.div_ceil(PART_ROWS) + 1;
        if is_sound && head.upper <= head.covered {
            Ok((head, number(12), content))
        } else {
            Err(GraphError::Inconsistent("numbers"))
        }
    }
}

/// How many parts [`part`] writes.
pub fn parts(graph: &Graph) -> u32 {
    Head::of(graph, 0).parts
}

/// A part of the graph; `candidates` is what its check found necessary.
pub fn part(graph: &Graph, rows: &Rows, candidates: u32, part: u32) -> Option<Vec<u8>> {
    let head = Head::of(graph, candidates);
    if part >= head.parts {
        return None;
    }
    let mut counts = Vec::new();
    let mut content = Vec::new();
    let mut links = Bits::default();
    if part + 1 < head.parts {
        let range = part * PART_ROWS..(part + 1).saturating_mul(PART_ROWS).min(head.covered);
        for row in range.clone() {
            counts.push(graph.base.links(row).len() as u8);
            links.put(graph.base.links(row), width(head.covered));
        }
        content.append(&mut counts);
        content.extend(range.map(|row| mark(rows.scale(row))));
    } else {
        for node in 0..head.upper {
            content.extend_from_slice(&graph.upper.row(node).to_le_bytes());
            for layer in 1..=layer_of(graph.upper.row(node)) {
                counts.push(graph.upper.links(layer, node).len() as u8);
                links.put(graph.upper.links(layer, node), width(head.upper));
            }
        }
        content.append(&mut counts);
    }
    content.append(&mut links.finish());
    Some(head.write(part, &content))
}

/// Reads a graph part by part, in their order.
#[derive(Debug, Default)]
pub struct Reader {
    head: Option<Head>,
    next: u32,
    graph: Graph,
    marks: Vec<u8>,
}

impl Reader {
    /// Takes the next part.
    ///
    /// # Errors
    /// [`GraphError`]; the reader is of no use afterwards.
    pub fn push(&mut self, part: &[u8]) -> Result<(), GraphError> {
        let (head, number, content) = Head::read(part)?;
        if *self.head.get_or_insert(head) != head || number != self.next || number >= head.parts {
            return Err(GraphError::Incomplete);
        }
        self.next += 1;
        if self.next < head.parts { self.read_base(head, content) } else { self.read_upper(head, content) }
    }

    fn read_base(&mut self, head: Head, content: &[u8]) -> Result<(), GraphError> {
        let first = self.graph.base.len();
        let rows = (head.covered - first).min(PART_ROWS) as usize;
        let (counts, content) = content.split_at_checked(rows).ok_or(GraphError::Incomplete)?;
        let (marks, links) = content.split_at_checked(rows).ok_or(GraphError::Incomplete)?;
        self.marks.extend_from_slice(marks);
        let mut links = BitReader { bytes: links, at: 0, width: width(head.covered) };
        for (row, count) in (first..).zip(counts) {
            self.graph.base.push();
            links.take(*count, head.covered, self.graph.base.slots_mut(row)).ok_or(INCONSISTENT)?;
        }
        links.end()
    }

    fn read_upper(&mut self, head: Head, content: &[u8]) -> Result<(), GraphError> {
        let (rows, content) = content.split_at_checked(4 * head.upper as usize).ok_or(GraphError::Incomplete)?;
        let (rows, _) = rows.as_chunks::<4>();
        let mut before = None;
        let mut lists = 0;
        for row in rows.iter().map(|row| u32::from_le_bytes(*row)) {
            let is_sound = row < head.covered && layer_of(row) > 0 && before.is_none_or(|before| before < row);
            if !is_sound {
                return Err(GraphError::Inconsistent("layers"));
            }
            before = Some(row);
            lists += usize::from(layer_of(row));
            self.graph.upper.push(row);
        }
        let (counts, links) = content.split_at_checked(lists).ok_or(GraphError::Incomplete)?;
        let mut links = BitReader { bytes: links, at: 0, width: width(head.upper) };
        let mut counts = counts.iter();
        for node in 0..head.upper {
            for layer in 1..=layer_of(self.graph.upper.row(node)) {
                let count = counts.next().ok_or(INCONSISTENT)?;
                links.take(*count, head.upper, self.graph.upper.slots_mut(layer, node)).ok_or(INCONSISTENT)?;
                let lower = |link: &u32| layer_of(self.graph.upper.row(*link)) < layer;
                if self.graph.upper.links(layer, node).iter().any(lower) {
                    return Err(INCONSISTENT);
                }
            }
        }
        links.end()?;
        self.graph.entry = head.entry;
        match head.entry {
            Some(Entry { node, layer: 0 }) if node < head.covered => Ok(()),
            Some(Entry { node, layer }) if node < head.upper && layer <= layer_of(self.graph.upper.row(node)) => Ok(()),
            None => Ok(()),
            Some(_) => Err(GraphError::Inconsistent("layers")),
        }
    }

    /// The graph, and what its check found necessary, once all parts are here and if it is of these rows. Rows that were
    /// removed meanwhile, and rows behind the ones it covers, do no harm.
    ///
    /// # Errors
    /// [`GraphError::Incomplete`], [`GraphError::OtherRows`].
    pub fn finish(self, rows: &Rows) -> Result<(Graph, u32), GraphError> {
        let head = self.head.filter(|head| head.parts == self.next).ok_or(GraphError::Incomplete)?;
        let is_same = |(row, found): (u32, &u8)| !rows.is_live(row) || *found == mark(rows.scale(row));
        if head.covered > rows.len() || !(0u32..).zip(&self.marks).all(is_same) {
            return Err(GraphError::OtherRows);
        }
        Ok((self.graph, head.candidates))
    }
}

const INCONSISTENT: GraphError = GraphError::Inconsistent("links");

/// A check of a row's scale: that rows are the graph's own, in its order. A row that was not its own is taken for it one time
/// in 256.
fn mark(scale: f32) -> u8 {
    (super::hash(u64::from(scale.to_bits())) >> 56) as u8
}

/// Bits of a number below `count`.
const fn width(count: u32) -> u32 {
    u32::BITS - count.leading_zeros()
}

/// Behind the last number, so that eight bytes can be read at each.
const PADDING: usize = 8;

#[derive(Default)]
struct Bits {
    out: Vec<u8>,
    waiting: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, numbers: &[u32], width: u32) {
        for number in numbers {
            self.waiting |= u64::from(*number) << self.count;
            self.count += width;
            while self.count >= 8 {
                self.out.push(self.waiting as u8);
                self.waiting >>= 8;
                self.count -= 8;
            }
        }
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.out.push(self.waiting as u8);
        }
        self.out.extend([0; PADDING]);
        self.out
    }
}

struct BitReader<'a> {
    bytes: &'a [u8],
    /// In bits.
    at: usize,
    width: u32,
}

impl BitReader<'_> {
    /// Reads `count` numbers, each below `limit`, into empty slots. `None` where there are not as many, or no such slots.
    #[inline]
    fn take(&mut self, count: u8, limit: u32, slots: &mut [u32]) -> Option<()> {
        let mask = (1u64 << self.width) - 1;
        for slot in slots.get_mut(..usize::from(count))? {
            let bytes = self.bytes.get(self.at / 8..)?.first_chunk()?;
            let number = (u64::from_le_bytes(*bytes) >> (self.at % 8) & mask) as u32;
            if number >= limit {
                return None;
            }
            *slot = number;
            self.at += self.width as usize;
        }
        Some(())
    }

    fn end(&self) -> Result<(), GraphError> {
        if self.at.div_ceil(8) + PADDING == self.bytes.len() { Ok(()) } else { Err(INCONSISTENT) }
    }
}

//! Units become passages.

use conclave_protocol::Span;

use super::units::{Boundary, Unit};
use super::{ChunkOptions, ChunkStrategy};

/// A passage before line and heading are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Packed {
    pub span: Span,
    /// Where its first unit that is no heading begins, and is not repeated from the passage before.
    pub content: usize,
}

/// A passage that is cut for want of room goes back to a better place for the cut, but not below this share of its size.
const LEAST_SHARE: usize = 3;

/// Gathers all units, in order.
pub(super) fn pack(units: &[Unit], options: &ChunkOptions) -> Vec<Packed> {
    let mut passages = Vec::new();
    let mut from = 0;
    while from < units.len() {
        let to = end(units, from, options);
        let content = units[from..to].iter().find(|unit| !unit.is_heading).unwrap_or(&units[from]);
        let start = overlap_start(units, from, options.overlap_pieces);
        passages.push(Packed {
            span: Span::new(units[start].span.start, units[to - 1].span.end),
            content: content.span.start,
        });
        from = to;
    }
    passages
}

/// The index after the last unit of the passage that begins with `from`.
fn end(units: &[Unit], from: usize, options: &ChunkOptions) -> usize {
    let first = &units[from];
    let mut pieces = first.pieces;
    let mut has_content = !first.is_heading;
    for (index, unit) in units.iter().enumerate().skip(from + 1) {
        if pieces + unit.pieces > options.max_pieces {
            return best_cut(units, from, index, options);
        }
        let section_ends = unit.is_heading && has_content;
        let enough = options.strategy == ChunkStrategy::Sentence
            && unit.boundary >= Boundary::Block
            && has_content
            && pieces >= options.enough_pieces;
        // Definitions of one level that are short share a passage; one that has room for itself begins its own.
        let definition = unit.boundary == Boundary::Definition && has_content && pieces * 2 >= options.enough_pieces;
        if section_ends || enough || definition {
            return index;
        }
        pieces += unit.pieces;
        has_content |= !unit.is_heading;
    }
    units.len()
}

/// Where a passage that can be cut anywhere up to `full` is cut: for prose there; a paragraph that began in it goes whole into
/// the next one under [`ChunkStrategy::Paragraph`], and so does the last definition or block of code.
fn best_cut(units: &[Unit], from: usize, full: usize, options: &ChunkOptions) -> usize {
    let least = options.max_pieces / LEAST_SHARE;
    let mut pieces = 0;
    let mut best = (Boundary::None, full);
    for (index, unit) in units.iter().enumerate().take(full + 1).skip(from) {
        let is_better = unit.boundary > Boundary::Block || options.strategy == ChunkStrategy::Paragraph || unit.is_line;
        if index > from && pieces >= least && is_better && unit.boundary > Boundary::None && unit.boundary >= best.0 {
            best = (unit.boundary, index);
        }
        pieces += unit.pieces;
    }
    best.1
}

fn overlap_start(units: &[Unit], from: usize, overlap_pieces: usize) -> usize {
    if units[from].is_heading || units[from].boundary == Boundary::Definition {
        return from;
    }
    let mut room = overlap_pieces;
    let repeated = units[..from].iter().rev().take_while(|unit| {
        let pieces = unit.pieces.max(1);
        let fits = !unit.is_heading && pieces <= room;
        room = room.saturating_sub(pieces);
        fits
    });
    from - repeated.count()
}

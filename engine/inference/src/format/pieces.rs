//! A file in pieces that go away as what is in them is taken, so that a model is not in memory twice.

use std::cell::RefCell;
use std::ops::Range;

struct Piece {
    /// Place in the file.
    start: usize,
    bytes: Vec<u8>,
    /// Ranges that reach into it and were not taken yet.
    waiting: usize,
}

/// A file in pieces, in order and without gaps.
pub(super) struct Pieces(RefCell<Vec<Piece>>);

impl Pieces {
    pub(super) fn new(pieces: Vec<Vec<u8>>) -> Self {
        let mut start = 0;
        let placed = pieces.into_iter().map(|bytes| {
            let piece = Piece { start, bytes, waiting: 0 };
            start += piece.bytes.len();
            piece
        });
        Self(RefCell::new(placed.collect()))
    }

    /// Bytes in all.
    pub(super) fn len(&self) -> usize {
        self.0.borrow().last().map_or(0, |last| last.start + last.bytes.len())
    }

    /// Notes ranges that will be taken; pieces that nobody waits for go away.
    pub(super) fn keep_for(&self, ranges: impl Iterator<Item = Range<usize>>) {
        let mut pieces = self.0.borrow_mut();
        for range in ranges {
            touched(&mut pieces, &range).for_each(|piece| piece.waiting += 1);
        }
        pieces.iter_mut().filter(|piece| piece.waiting == 0).for_each(|piece| piece.bytes = Vec::new());
    }

    /// A copy of the bytes, as long as they are there.
    pub(super) fn copy(&self, range: &Range<usize>) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(range.len());
        for piece in touched(&mut self.0.borrow_mut(), range) {
            let from = range.start.saturating_sub(piece.start);
            let to = (range.end - piece.start).min(piece.bytes.len());
            out.extend_from_slice(piece.bytes.get(from..to)?);
        }
        (out.len() == range.len()).then_some(out)
    }

    /// The bytes of a noted range. Pieces that nobody waits for any more go away.
    pub(super) fn take(&self, range: &Range<usize>) -> Option<Vec<u8>> {
        let out = self.copy(range)?;
        for piece in touched(&mut self.0.borrow_mut(), range) {
            piece.waiting = piece.waiting.saturating_sub(1);
            if piece.waiting == 0 {
                piece.bytes = Vec::new();
            }
        }
        Some(out)
    }
}

/// The pieces that share a byte with the range. One that went away is as long as before for this.
fn touched<'a>(pieces: &'a mut [Piece], range: &Range<usize>) -> impl Iterator<Item = &'a mut Piece> {
    let first = pieces.partition_point(|piece| piece.start <= range.start).saturating_sub(1);
    let end = pieces.partition_point(|piece| piece.start < range.end);
    pieces[first.min(end)..end].iter_mut()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ranges_are_taken_in_any_order_and_leave_nothing(
            lengths in proptest::collection::vec(1usize..20, 1..8),
            cuts in proptest::collection::vec(0usize..100, 0..6),
            backwards in any::<bool>(),
        ) {
            let file: Vec<u8> = (0..lengths.iter().sum::<usize>()).map(|at| at as u8).collect();
            let mut rest = file.as_slice();
            let pieces = lengths.iter().map(|length| {
                let (piece, after) = rest.split_at(*length);
                rest = after;
                piece.to_vec()
            });
            let pieces = Pieces::new(pieces.collect());
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(file.len())).collect();
            cuts.extend([0, file.len()]);
            cuts.sort_unstable();
            let mut ranges: Vec<Range<usize>> = cuts.windows(2).map(|pair| pair[0]..pair[1]).collect();
            if backwards {
                ranges.reverse();
            }
            pieces.keep_for(ranges.iter().cloned());
            for range in &ranges {
                prop_assert_eq!(pieces.copy(range), Some(file[range.clone()].to_vec()));
                prop_assert_eq!(pieces.take(range), Some(file[range.clone()].to_vec()));
            }
            prop_assert!(pieces.0.borrow().iter().all(|piece| piece.bytes.is_empty()));
            prop_assert_eq!(pieces.copy(&(0..file.len())), None);
        }
    }
}

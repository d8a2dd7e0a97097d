//! A file in pieces that are read when they are asked for, so that a model is never in memory twice, and may be larger than
//! a program's memory where it goes to a graphics processor's.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::Range;
use std::rc::Rc;

use conclave_ports::LocalFuture;

use crate::InferenceError;

/// Pieces that are kept for the next question: neighbours in a file are asked for one after the other, though not always
/// in their order.
const HELD: usize = 3;

/// Where the pieces of a file are.
pub trait PieceSource {
    /// The whole piece `index`. It may be asked for again.
    ///
    /// # Errors
    /// [`InferenceError::Unread`] where it cannot be had; the source knows why. [`InferenceError::Cancelled`].
    fn read(&self, index: usize) -> LocalFuture<'_, Result<Vec<u8>, InferenceError>>;
}

/// Pieces that are in memory.
impl PieceSource for Vec<Vec<u8>> {
    fn read(&self, index: usize) -> LocalFuture<'_, Result<Vec<u8>, InferenceError>> {
        Box::pin(std::future::ready(self.get(index).cloned().ok_or(InferenceError::Unread)))
    }
}

/// A file in pieces, in order and without gaps.
pub struct Pieces<'a> {
    /// The byte after the last of each piece.
    ends: Vec<u64>,
    source: Box<dyn PieceSource + 'a>,
    /// Pieces by index, the one last asked for at the end.
    held: RefCell<VecDeque<(usize, Rc<Vec<u8>>)>>,
}

impl<'a> Pieces<'a> {
    /// A file whose pieces have these sizes.
    pub fn new(sizes: impl IntoIterator<Item = u64>, source: impl PieceSource + 'a) -> Self {
        let ends = sizes.into_iter().scan(0u64, |end, size| {
            *end = end.saturating_add(size);
            Some(*end)
        });
        Self { ends: ends.collect(), source: Box::new(source), held: RefCell::default() }
    }

    /// A file whose pieces are in memory.
    #[must_use]
    pub fn in_memory(pieces: Vec<Vec<u8>>) -> Self {
        let sizes: Vec<u64> = pieces.iter().map(|piece| piece.len() as u64).collect();
        Self::new(sizes, pieces)
    }

    /// Bytes in all.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    /// The whole file: for small ones.
    ///
    /// # Errors
    /// See [`Pieces::read`].
    pub async fn whole(&self) -> Result<Vec<u8>, InferenceError> {
        self.read(0..self.size_bytes()).await
    }

    /// These bytes.
    ///
    /// # Errors
    /// [`InferenceError::Damaged`] where the file ends before; what [`PieceSource::read`] says.
    pub async fn read(&self, range: Range<u64>) -> Result<Vec<u8>, InferenceError> {
        let too_short = || InferenceError::Damaged("it ends before its last tensor".to_owned());
        if range.end > self.size_bytes() {
            return Err(too_short());
        }
        let length = range.end.checked_sub(range.start).and_then(|length| usize::try_from(length).ok());
        let mut bytes = Vec::with_capacity(length.ok_or_else(too_short)?);
        let first = self.ends.partition_point(|end| *end <= range.start);
        let mut start = first.checked_sub(1).map_or(0, |before| self.ends[before]);
        for (index, end) in self.ends.iter().enumerate().skip(first) {
            if start >= range.end {
                break;
            }
            let piece = self.piece(index, end - start).await?;
            // Both are at most the piece's length.
            let from = range.start.saturating_sub(start) as usize;
            let to = (range.end - start).min(piece.len() as u64) as usize;
            bytes.extend_from_slice(&piece[from..to]);
            start = *end;
        }
        Ok(bytes)
    }

    async fn piece(&self, index: usize, size: u64) -> Result<Rc<Vec<u8>>, InferenceError> {
        {
            let mut held = self.held.borrow_mut();
            if let Some(at) = held.iter().position(|(of, _)| *of == index)
                && let Some(found) = held.remove(at)
            {
                held.push_back(found.clone());
                return Ok(found.1);
            }
            // Before the next one comes, not after.
            while held.len() >= HELD {
                held.pop_front();
            }
        }
        let bytes = self.source.read(index).await?;
        if bytes.len() as u64 != size {
            return Err(InferenceError::Damaged("a piece of it has another size than before".to_owned()));
        }
        let bytes = Rc::new(bytes);
        self.held.borrow_mut().push_back((index, Rc::clone(&bytes)));
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_range_in_any_order_is_what_the_file_has_there(
            lengths in proptest::collection::vec(0usize..20, 1..8),
            ranges in proptest::collection::vec((0usize..200, 0usize..60), 0..20),
        ) {
            let file: Vec<u8> = (0..lengths.iter().sum::<usize>()).map(|at| at as u8).collect();
            let mut rest = file.as_slice();
            let cut = lengths.iter().map(|length| {
                let (piece, after) = rest.split_at(*length);
                rest = after;
                piece.to_vec()
            });
            let pieces = Pieces::in_memory(cut.collect());
            prop_assert_eq!(pollster::block_on(pieces.whole()).unwrap(), &file[..]);
            for (start, length) in ranges {
                let found = pollster::block_on(pieces.read(start as u64..(start + length) as u64)).ok();
                prop_assert_eq!(found.as_deref(), file.get(start..start + length));
                prop_assert!(pieces.held.borrow().len() <= HELD);
            }
        }
    }

    struct Counted<'a>(&'a Cell<usize>);

    impl PieceSource for Counted<'_> {
        fn read(&self, index: usize) -> LocalFuture<'_, Result<Vec<u8>, InferenceError>> {
            self.0.set(self.0.get() + 1);
            let read = if index < 9 { Ok(vec![index as u8; 4]) } else { Err(InferenceError::Unread) };
            Box::pin(std::future::ready(read))
        }
    }

    #[test]
    fn neighbours_are_read_once_and_what_cannot_be_had_is_said() {
        let reads = Cell::new(0);
        let pieces = Pieces::new([4; 10], Counted(&reads));
        for start in 0..32 {
            pollster::block_on(pieces.read(start..start + 4)).unwrap();
        }
        assert_eq!(reads.get(), 9);
        assert_eq!(pollster::block_on(pieces.read(0..4)), Ok(vec![0; 4]));
        assert_eq!(reads.get(), 10, "it was given up for later ones");
        assert_eq!(pollster::block_on(pieces.read(34..38)), Err(InferenceError::Unread));
        let shorter = Pieces::new([5], Counted(&reads));
        assert!(matches!(pollster::block_on(shorter.read(0..4)), Err(InferenceError::Damaged(_))));
        let end = Pieces::new([u64::MAX, 2], Counted(&reads));
        assert!(pollster::block_on(end.read(u64::MAX - 1..u64::MAX)).is_err());
    }
}

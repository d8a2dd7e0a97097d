//! Merging small segments into larger ones, so that a search looks into few.
//!
//! Tiers as in Lucene's `TieredMergePolicy`, simplified: as soon as [`FAN_IN`] segments are of about one size they become one.
//! Each byte is so written again once per tier, of which there are log₈(8 MB / 100 KB) ≈ 2 for words.

use super::Library;
use super::register::PIECE_DOCUMENTS;
use crate::error::KnowledgeError;
use crate::index::{Embeddings, Segment, SegmentId};

/// A segment this large is not merged any more: a record of the store that is written and read in one piece, and is written
/// anew when one of its documents is removed, which takes about a tenth of a second.
pub const LARGEST_BYTES: usize = 8_000_000;

/// How many segments of about one size are merged.
const FAN_IN: usize = 8;

impl Library {
    /// Merges where segments have become many, after a change. The lock is held. That change is stored: where there is no room to
    /// merge, or storage fails, the segments stay as they are, and the next change tries again.
    pub(super) async fn merge_small(&self) {
        let _ = self.merge_all().await;
    }

    async fn merge_all(&self) -> Result<(), KnowledgeError> {
        loop {
            let (words, vectors, pieces) = {
                let state = self.state.borrow();
                let words =
                    state.manifest.words.iter().filter_map(|number| {
                        Some((*number, state.index.segment(SegmentId(*number))?.as_bytes().len()))
                    });
                let vectors = state.vectors.iter().map(|(number, stored)| (*number, stored.bytes));
                let pieces = state.register.iter().flatten().map(|(number, documents)| (*number, *documents));
                (
                    mergeable(words.collect(), LARGEST_BYTES),
                    mergeable(vectors.collect(), LARGEST_BYTES),
                    mergeable(pieces.collect(), PIECE_DOCUMENTS),
                )
            };
            if words.is_empty() && vectors.is_empty() && pieces.is_empty() {
                return Ok(());
            }
            let mut change = self.change();
            change.merged = pieces;
            if !words.is_empty() {
                let merged = {
                    let state = self.state.borrow();
                    let segments: Vec<(SegmentId, &Segment)> = words
                        .iter()
                        .filter_map(|id| Some((SegmentId(*id), state.index.segment(SegmentId(*id))?)))
                        .collect();
                    let all: Vec<&Segment> = segments.iter().map(|(_, segment)| *segment).collect();
                    Segment::merge(&all, |at, id| {
                        segments.get(at).is_some_and(|(segment, _)| state.index.segment_of(id) == Some(*segment))
                    })
                };
                words.into_iter().for_each(|number| change.drop_words(number));
                change.put_words(merged);
            }
            if !vectors.is_empty() {
                let mut all = Vec::new();
                for number in &vectors {
                    all.extend(self.stored_vectors(*number).await?);
                }
                vectors.into_iter().for_each(|number| change.drop_vectors(number));
                if !all.is_empty() {
                    let all: Vec<&Embeddings> = all.iter().collect();
                    change.put_vectors(Embeddings::merge(&all, |_| true), false);
                }
            }
            self.apply(change).await?;
        }
    }
}

/// The numbers of the segments to merge into one of size `largest` at most, of numbers with sizes (in bytes, or documents); empty
/// where all is well.
fn mergeable(mut segments: Vec<(u64, usize)>, largest: usize) -> Vec<u64> {
    segments.retain(|(_, size)| *size < largest / 2);
    segments.sort_unstable_by_key(|(number, size)| (*size, *number));
    for (at, (_, least)) in segments.iter().enumerate() {
        let alike = segments[at..].iter().take_while(|(_, size)| *size <= least.saturating_mul(FAN_IN)).count();
        if alike >= FAN_IN {
            let mut sum = 0;
            let fitting = segments[at..at + alike].iter().take_while(|(_, size)| {
                sum += size;
                sum <= largest
            });
            // The order of numbers is the order in which documents came.
            let mut numbers: Vec<u64> = fitting.map(|(number, _)| *number).collect();
            numbers.sort_unstable();
            if numbers.len() > 1 {
                return numbers;
            }
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_of_a_size_become_one_and_large_ones_stay() {
        let sizes = |sizes: &[usize]| mergeable((1..).zip(sizes.iter().copied()).collect(), LARGEST_BYTES);
        assert!(sizes(&[10; 7]).is_empty());
        assert_eq!(sizes(&[10; 8]), [1, 2, 3, 4, 5, 6, 7, 8]);
        assert!(sizes(&[5_000_000; 20]).is_empty());
        // Small ones first, whatever stands beside them.
        assert_eq!(sizes(&[4_000, 10, 10, 10, 10, 10, 10, 10, 10, 4_000]), [2, 3, 4, 5, 6, 7, 8, 9]);
        // No more than fit.
        assert_eq!(sizes(&[3_000_000; 8]).len(), 2);
    }

    #[test]
    fn the_number_of_segments_grows_with_the_logarithm() {
        let mut segments: Vec<(u64, usize)> = Vec::new();
        let (mut next, mut written) = (0, 0usize);
        for _ in 0..10_000 {
            next += 1;
            segments.push((next, 10_000));
            loop {
                let merged = mergeable(segments.clone(), LARGEST_BYTES);
                if merged.is_empty() {
                    break;
                }
                let bytes = segments.iter().filter(|(number, _)| merged.contains(number)).map(|(_, bytes)| bytes).sum();
                segments.retain(|(number, _)| !merged.contains(number));
                next += 1;
                written += bytes;
                segments.push((next, bytes));
            }
        }
        let total: usize = segments.iter().map(|(_, bytes)| bytes).sum();
        assert_eq!(total, 100_000_000);
        assert!(segments.len() < 60 && written < 6 * total, "{} {written}", segments.len());
    }
}

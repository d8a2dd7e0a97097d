//! Recall, precision and intersection over union by characters, as the chunking evaluation computes them.

use serde::{Deserialize, Serialize};

/// A half-open range of code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// First code point.
    pub start: usize,
    /// Behind the last one.
    pub end: usize,
}

impl Range {
    const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    fn and(self, other: Self) -> Option<Self> {
        let both = Self { start: self.start.max(other.start), end: self.end.min(other.end) };
        (both.start < both.end).then_some(both)
    }
}

/// Sums over questions.
#[derive(Debug, Default)]
pub struct Sums {
    questions: usize,
    recall: f64,
    precision: f64,
    iou: f64,
    retrieved: usize,
}

/// Means over questions.
#[derive(Debug, PartialEq)]
pub struct Means {
    /// Share of the references' characters that were retrieved.
    pub recall: f64,
    /// Share of the retrieved characters that belong to a reference.
    pub precision: f64,
    /// Their intersection over their union.
    pub iou: f64,
    /// Characters retrieved for a question.
    pub retrieved_chars: f64,
}

impl Sums {
    /// Adds one question. `is_own` says for the index of a retrieved range whether it stands in the question's corpus; one
    /// elsewhere costs precision. As in the origin, what is retrieved twice counts twice in the denominators, and
    /// references that overlap count twice in theirs.
    #[allow(clippy::cast_precision_loss, reason = "lengths of texts")]
    pub fn add(&mut self, retrieved: &[Range], references: &[Range], is_own: impl Fn(usize) -> bool) {
        let own = retrieved.iter().enumerate().filter(|(index, _)| is_own(*index)).map(|(_, range)| *range);
        let hits = own.flat_map(|range| references.iter().filter_map(move |reference| range.and(*reference)));
        let covered = union(hits.collect());
        let hit = covered.iter().map(|range| range.len()).sum::<usize>();
        let wanted = references.iter().map(|range| range.len()).sum::<usize>();
        let size = retrieved.iter().map(|range| range.len()).sum::<usize>();
        let missed: usize = union(references.to_vec())
            .iter()
            .map(|wanted| {
                wanted.len() - covered.iter().filter_map(|range| range.and(*wanted)).map(Range::len).sum::<usize>()
            })
            .sum();
        let share = |part: usize, whole: usize| if whole > 0 { part as f64 / whole as f64 } else { 0.0 };
        self.questions += 1;
        self.recall += share(hit, wanted);
        self.precision += share(hit, size);
        self.iou += share(hit, size + missed);
        self.retrieved += size;
    }

    /// The means; 0 where there was no question.
    #[allow(clippy::cast_precision_loss, reason = "counts are small")]
    pub fn means(&self) -> Means {
        let count = self.questions.max(1) as f64;
        Means {
            recall: self.recall / count,
            precision: self.precision / count,
            iou: self.iou / count,
            retrieved_chars: self.retrieved as f64 / count,
        }
    }
}

/// The same characters in ranges that neither overlap nor touch, ordered.
fn union(mut ranges: Vec<Range>) -> Vec<Range> {
    ranges.sort_unstable_by_key(|range| range.start);
    let mut merged: Vec<Range> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: usize, end: usize) -> Range {
        Range { start, end }
    }

    fn means(retrieved: &[Range], references: &[Range], own: &[usize]) -> Means {
        let mut sums = Sums::default();
        sums.add(retrieved, references, |index| own.contains(&index));
        sums.means()
    }

    #[test]
    fn characters_are_counted() {
        let found = means(&[range(0, 100), range(200, 300)], &[range(50, 150), range(250, 260)], &[0, 1]);
        assert!((found.recall - 60.0 / 110.0).abs() < 1e-12);
        assert!((found.precision - 60.0 / 200.0).abs() < 1e-12);
        assert!((found.iou - 60.0 / 250.0).abs() < 1e-12);
        assert!((found.retrieved_chars - 200.0).abs() < 1e-12);
    }

    #[test]
    fn other_corpora_cost_precision_alone() {
        let found = means(&[range(0, 100), range(0, 100)], &[range(0, 100)], &[1]);
        assert!((found.recall - 1.0).abs() < 1e-12 && (found.precision - 0.5).abs() < 1e-12);
        assert!(means(&[range(0, 100)], &[range(0, 100)], &[]).recall.abs() < 1e-12);
    }

    #[test]
    fn what_is_retrieved_twice_is_found_once() {
        let found = means(&[range(0, 10), range(5, 15)], &[range(0, 20)], &[0, 1]);
        assert!((found.recall - 0.75).abs() < 1e-12 && (found.precision - 0.75).abs() < 1e-12);
    }

    #[test]
    fn nothing_retrieved_is_nothing_found() {
        assert_eq!(
            means(&[], &[range(0, 1)], &[]),
            Means { recall: 0.0, precision: 0.0, iou: 0.0, retrieved_chars: 0.0 }
        );
    }
}

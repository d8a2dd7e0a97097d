//! Where streams are cut.

use std::collections::BTreeSet;
use std::ops::Range;

/// Longest text, in bytes, that is cut at every place.
const EVERY_MAX_BYTES: usize = 1024;

/// Distance of cuts in longer texts, and how far around a token every cut is made.
const STRIDE_BYTES: usize = 97;
const AROUND_BYTES: usize = 12;

/// Most bytes that the cuts of one text may make the restorer read, or a long text with many tokens would take hours.
const BUDGET_BYTES: usize = 1 << 25;

/// The cuts of a text of `len` bytes whose tokens stand at `places`, ascending. Byte offsets: a cut may lie inside a
/// character.
pub fn splits(len: usize, places: &[Range<usize>]) -> Vec<usize> {
    if len <= EVERY_MAX_BYTES {
        return (0..=len).collect();
    }
    let around = places.iter().flat_map(|place| place.start.saturating_sub(AROUND_BYTES)..=place.end + AROUND_BYTES);
    let all: BTreeSet<usize> = around.filter(|at| *at <= len).chain((0..=len).step_by(STRIDE_BYTES)).collect();
    let step = (all.len() * len).div_ceil(BUDGET_BYTES).max(1);
    all.into_iter().step_by(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_are_cut_everywhere_and_long_ones_at_tokens() {
        assert_eq!(splits(3, &[]), [0, 1, 2, 3]);
        let long = splits(5000, std::slice::from_ref(&(2000..2010)));
        assert!((1988..=2022).all(|at| long.contains(&at)));
        assert!(long.windows(2).all(|pair| pair[0] < pair[1] && pair[1] - pair[0] <= STRIDE_BYTES));
        assert!(splits(1 << 22, std::slice::from_ref(&(0..1 << 22))).len() <= 8);
    }
}

//! Near-duplicates: documents that say nearly the same.
//!
//! A document's sketch is one value for each of [`BINS`] bins over the hashes of its runs of [`SHINGLE`] words: one-permutation
//! hashing (Li, Owen, Zhang 2012), where an empty bin borrows from the next filled one (Shrivastava, Li 2014). The share of
//! bins in which two sketches agree estimates the share of such runs that the documents have in common (Jaccard; Broder 1997)
//! with a standard error of √(J (1 − J) / 64), .05 at .8.

use std::collections::HashMap;

use unicode_segmentation::UnicodeSegmentation as _;
use xxhash_rust::xxh3::xxh3_64;

/// Bins of a sketch: 256 bytes a document.
pub const BINS: usize = 64;

/// Words in a run: long enough that texts about one thing do not share them by chance.
const SHINGLE: usize = 4;

/// Bins that must agree for a pair to be looked at, in one of `BINS / BAND` bands. A pair at .8 is missed with a
/// probability of (1 − .8⁴)¹⁶ = .0002, one at .3 is looked at with .12.
const BAND: usize = 4;

/// From this share in common on two documents are shown as nearly the same.
pub const NEAR: f32 = 0.8;

/// The sketch of a text; empty for a text of fewer than [`SHINGLE`] words, which resembles nothing.
#[must_use]
pub fn sketch(text: &str) -> Vec<u32> {
    let mut least = [None::<u32>; BINS];
    let mut words = [0u64; SHINGLE];
    let mut count = 0usize;
    for word in text.unicode_words() {
        words.rotate_left(1);
        words[SHINGLE - 1] = xxh3_64(word.to_lowercase().as_bytes());
        count += 1;
        if count >= SHINGLE {
            let run = xxh3_64(&words.map(u64::to_le_bytes).concat());
            // The low bits choose the bin, the high ones are the value.
            let bin = &mut least[(run % BINS as u64) as usize];
            let value = (run >> 32) as u32;
            *bin = Some(bin.map_or(value, |before| before.min(value)));
        }
    }
    if least.iter().all(Option::is_none) {
        return Vec::new();
    }
    let filled = |at: usize| {
        // How far a value was carried makes it another one, or two sparse sketches would agree by their empty bins.
        (0..BINS).find_map(|by| Some(least[(at + by) % BINS]?.wrapping_add((by as u32).wrapping_mul(0x9e37_79b9))))
    };
    (0..BINS).filter_map(filled).collect()
}

/// The estimated share in common; 0 where either has no sketch.
#[must_use]
pub fn resemblance(a: &[u32], b: &[u32]) -> f32 {
    if a.len() != BINS || b.len() != BINS {
        return 0.0;
    }
    let same = a.iter().zip(b).filter(|(a, b)| a == b).count();
    same as f32 / BINS as f32
}

/// Groups of two or more items that are nearly the same, each item in one group; in the order of `sketches`. An item is put
/// beside the first one that it resembles.
#[must_use]
pub fn near_duplicates(sketches: &[&[u32]]) -> Vec<Vec<usize>> {
    let mut bands: HashMap<(usize, &[u32]), Vec<usize>> = HashMap::new();
    let mut groups: Vec<Vec<usize>> = sketches.iter().enumerate().map(|(at, _)| vec![at]).collect();
    for (at, sketch) in sketches.iter().enumerate() {
        let first = sketch.chunks_exact(BAND).enumerate().flat_map(|band| bands.get(&band).into_iter().flatten());
        let first = first.copied().filter(|other| resemblance(sketch, sketches[*other]) >= NEAR).min();
        match first {
            Some(first) => {
                groups[first].push(at);
                groups[at].clear();
            }
            // Those that lead no group are not compared with: a band of a thousand copies would cost a million.
            None => sketch.chunks_exact(BAND).enumerate().for_each(|band| bands.entry(band).or_default().push(at)),
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(range: std::ops::Range<usize>) -> String {
        range.map(|number| format!("word{number} ")).collect()
    }

    #[test]
    fn the_estimate_follows_the_share_in_common() {
        let all = sketch(&words(0..2_000));
        assert_eq!(resemblance(&all, &sketch(&words(0..2_000).to_uppercase())), 1.0);
        // 1,800 of 2,200 runs in common.
        let most = resemblance(&all, &sketch(&words(200..2_200)));
        assert!((0.65..0.95).contains(&most), "{most}");
        let few = resemblance(&all, &sketch(&words(1_500..3_500)));
        assert!((0.02..0.35).contains(&few), "{few}");
        assert_eq!(resemblance(&all, &sketch(&words(5_000..7_000))), 0.0);
    }

    #[test]
    fn short_and_empty_texts_resemble_nothing() {
        assert!(sketch("three words only").is_empty() && sketch("").is_empty());
        assert_eq!(resemblance(&[], &[]), 0.0);
        // Few runs fill few bins; the others are borrowed and still tell texts apart.
        let (a, b) = (sketch("a tax return of the year"), sketch("a shopping list of the week"));
        assert!(resemblance(&a, &b) < 0.3);
    }

    #[test]
    fn copies_are_grouped_and_others_are_not() {
        let edited = format!("{} and a last word", words(0..500));
        let texts = [words(0..500), words(1_000..1_500), edited, words(0..500), words(2_000..2_003)];
        let sketches: Vec<Vec<u32>> = texts.iter().map(|text| sketch(text)).collect();
        let sketches: Vec<&[u32]> = sketches.iter().map(Vec::as_slice).collect();
        assert_eq!(near_duplicates(&sketches), [vec![0, 2, 3]]);
        assert!(near_duplicates(&[]).is_empty());
    }
}

//! Writes a gazetteer.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Entry, MAGIC, SETS_MAX, WORDS_MAX, place};

/// The bytes of a gazetteer with these words (numbers as [`super::super::fold`] makes them), of which a stranger is taken for
/// one once in 2^`certainty` times, and a word for another one as seldom: then the entry that is more important counts. `None`
/// where that cannot be: no words, too many of them, or more than 255 different entries.
///
/// The same words give the same bytes.
#[must_use]
pub fn build(words: &[(u64, Entry)], certainty: u32, importance: impl Fn(&Entry) -> u32) -> Option<Vec<u8>> {
    let range = u32::try_from(words.len()).ok()?.checked_mul(1u32.checked_shl(certainty)?)?;
    let mut sets: BTreeMap<Entry, Vec<u32>> = BTreeMap::new();
    for (number, entry) in words {
        sets.entry(*entry).or_default().push(place(*number, range));
    }
    if sets.len() > SETS_MAX || words.is_empty() || words.len() > WORDS_MAX {
        return None;
    }
    let mut sets: Vec<(Entry, Vec<u32>)> = sets.into_iter().collect();
    sets.sort_by_key(|(entry, _)| Reverse(importance(entry)));
    let mut bytes = MAGIC.to_vec();
    bytes.extend(range.to_le_bytes());
    bytes.extend(u32::try_from(sets.len()).ok()?.to_le_bytes());
    let mut codes = Bits::default();
    for (entry, mut places) in sets {
        places.sort_unstable();
        places.dedup();
        let distances = places.iter().scan(0, |before, place| Some(*place - std::mem::replace(before, *place)));
        let distances: Vec<u32> = distances.collect();
        let size = |parameter: &u16| {
            distances.iter().map(|one| u64::from(one >> parameter) + 1 + u64::from(*parameter)).sum::<u64>()
        };
        let parameter = (0..=24).min_by_key(size)?;
        bytes.extend(entry.0.to_le_bytes());
        bytes.extend(parameter.to_le_bytes());
        bytes.extend(u32::try_from(distances.len()).ok()?.to_le_bytes());
        for distance in distances {
            (0..distance >> parameter).for_each(|_| codes.push(1));
            codes.push(0);
            (0..parameter).for_each(|bit| codes.push(distance >> bit & 1));
        }
    }
    bytes.extend(codes.bytes);
    Some(bytes)
}

/// Bits from the lowest of each byte.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn push(&mut self, bit: u32) {
        if self.count.is_multiple_of(8) {
            self.bytes.push(0);
        }
        if let (Some(last), 1) = (self.bytes.last_mut(), bit) {
            *last |= 1 << (self.count % 8);
        }
        self.count += 1;
    }
}

//! Writes a gazetteer: peels the graph of words and slots (Majewski, Wormald, Havas, Czech 1996).

use std::collections::BTreeMap;

use super::{ENTRIES, Entry, MAGIC, Places};

/// Tries with other seeds before giving up; one try fails less than once in a hundred times.
const TRIES: u64 = 100;

/// The bytes of a gazetteer with these words (numbers as [`super::super::fold`] makes them, each once). `None` where that cannot be: no
/// words, the same number twice, or more than 256 different entries.
///
/// Where the same words come in the same order, the bytes are the same.
#[must_use]
pub fn build(words: &[(u64, Entry)]) -> Option<Vec<u8>> {
    let mut table: BTreeMap<Entry, u16> = words.iter().map(|(_, entry)| (*entry, 0)).collect();
    for (number, (_, index)) in table.iter_mut().enumerate() {
        *index = u16::try_from(number).ok()?;
    }
    if table.len() > ENTRIES || words.is_empty() {
        return None;
    }
    let values: Vec<u16> = words.iter().map(|(_, entry)| table.get(entry).copied().unwrap_or_default()).collect();
    let (places, slots) = (0..TRIES).find_map(|seed| {
        let places = shape(words.len(), seed)?;
        Some((places, assign(words, &values, places)?))
    })?;
    let mut bytes = MAGIC.to_vec();
    bytes.extend(places.seed.to_le_bytes());
    bytes.extend(places.segment.to_le_bytes());
    bytes.extend(places.segments.to_le_bytes());
    let entries = table.keys().map(|entry| entry.0).chain(std::iter::repeat(0)).take(ENTRIES);
    bytes.extend(entries.flat_map(u16::to_le_bytes));
    bytes.extend(slots.iter().flat_map(|slot| slot.to_le_bytes()));
    Some(bytes)
}

/// Size of segments and their number, as Graf and Lemire recommend for three of them.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "small positive numbers"
)]
fn shape(words: usize, seed: u64) -> Option<Places> {
    let count = (words as f64).max(2.0);
    let segment = 1u32 << ((count.ln() / 3.33f64.ln() + 2.25).floor() as u32).min(18);
    let factor = (0.875 + 0.25 * 1e6f64.ln() / count.ln()).max(1.125);
    let segments = ((count * factor / f64::from(segment)).ceil() as u32).saturating_sub(2).max(1);
    Some(Places { seed, segment, segments })
}

/// The slots, or `None` where this seed leaves a knot.
fn assign(words: &[(u64, Entry)], values: &[u16], places: Places) -> Option<Vec<u16>> {
    let count = places.slots()?;
    // Words at each slot: how many, and the exclusive or of their indices.
    let mut at = vec![(0u32, 0usize); count];
    for (index, (number, _)) in words.iter().enumerate() {
        for slot in places.of(*number).0 {
            at[slot].0 += 1;
            at[slot].1 ^= index;
        }
    }
    let mut alone: Vec<usize> = (0..count).filter(|slot| at[*slot].0 == 1).collect();
    let mut order = Vec::with_capacity(words.len());
    while let Some(slot) = alone.pop() {
        let (1, index) = at[slot] else { continue };
        order.push((index, slot));
        for other in places.of(words[index].0).0 {
            at[other].0 -= 1;
            at[other].1 ^= index;
            if at[other].0 == 1 {
                alone.push(other);
            }
        }
    }
    if order.len() != words.len() {
        return None;
    }
    let mut slots = vec![0u16; count];
    for (index, slot) in order.into_iter().rev() {
        let (three, fingerprint) = places.of(words[index].0);
        let others = three.iter().filter(|other| **other != slot).fold(0, |sum, other| sum ^ slots[*other]);
        slots[slot] = values[index] ^ fingerprint ^ others;
    }
    Some(slots)
}

//! Decodes a gazetteer into its table.

use super::{Entry, Gazetteer, HEADER_BYTES, SET_BYTES, SETS_MAX, WORDS_MAX};

/// The list; `None` where the bytes do not hold what they promise.
pub(super) fn unpack(bytes: &[u8]) -> Option<Gazetteer> {
    let number = |at: usize| bytes.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four));
    let (range, count) = (number(8)?, usize::try_from(number(12)?).ok()?);
    if count > SETS_MAX || range == 0 {
        return None;
    }
    let sets = bytes.get(HEADER_BYTES..HEADER_BYTES + SET_BYTES * count)?;
    let words = sets.chunks_exact(SET_BYTES).try_fold(0usize, |sum, set| sum.checked_add(words_of(set)));
    let words = words.filter(|words| *words <= WORDS_MAX)?;
    let least = words.max(1) * 3 / 2;
    // As many slots as the numbers without their last bits, which are at least as many as are needed.
    let shift = (range / u32::try_from(least).ok()?).checked_ilog2().unwrap_or_default();
    let slots = vec![0; least.max((range >> shift) as usize + 1).next_power_of_two()];
    let mut list = Gazetteer { range, shift, entries: vec![Entry::default()], slots };
    let mut bits = Bits { bytes: &bytes[HEADER_BYTES + SET_BYTES * count..], ahead: 0, count: 0 };
    for set in sets.chunks_exact(SET_BYTES) {
        let entry = u8::try_from(list.entries.len()).ok()?;
        list.entries.push(Entry(u16::from_le_bytes([set[0], set[1]])));
        let parameter = u32::from(u16::from_le_bytes([set[2], set[3]]));
        if parameter > 24 {
            return None;
        }
        let mut place = 0;
        for _ in 0..words_of(set) {
            place += bits.distance(parameter, range)?;
            if place >= range {
                return None;
            }
            list.add(place, entry);
        }
    }
    bits.is_end().then_some(list)
}

/// Numbers in a set.
fn words_of(set: &[u8]) -> usize {
    set.get(4..).and_then(|rest| rest.first_chunk()).map_or(usize::MAX, |four| u32::from_le_bytes(*four) as usize)
}

/// Bits from the lowest of each byte.
struct Bits<'a> {
    bytes: &'a [u8],
    ahead: u64,
    /// Bits in `ahead`.
    count: u32,
}

impl Bits<'_> {
    /// Fills up to more than 32 bits where there are any.
    fn fill(&mut self) {
        if self.count > 32 {
            return;
        }
        if let Some(four) = self.bytes.first_chunk() {
            self.ahead |= u64::from(u32::from_le_bytes(*four)) << self.count;
            self.count += 32;
            self.bytes = &self.bytes[4..];
            return;
        }
        while self.count <= 56
            && let Some((byte, rest)) = self.bytes.split_first()
        {
            self.ahead |= u64::from(*byte) << self.count;
            self.count += 8;
            self.bytes = rest;
        }
    }

    fn drop(&mut self, bits: u32) -> Option<()> {
        self.count = self.count.checked_sub(bits)?;
        self.ahead = self.ahead.checked_shr(bits).unwrap_or_default();
        Some(())
    }

    /// One distance, of less than `limit`.
    fn distance(&mut self, parameter: u32, limit: u32) -> Option<u32> {
        let mut times = 0;
        loop {
            self.fill();
            let ones = self.ahead.trailing_ones().min(self.count);
            times += ones;
            if times >> (32 - parameter) != 0 || times << parameter >= limit {
                return None;
            }
            let is_end = ones < self.count;
            self.drop(ones)?;
            if is_end {
                break;
            }
            if self.bytes.is_empty() {
                return None;
            }
        }
        self.drop(1)?;
        self.fill();
        let rest = self.ahead as u32 & ((1 << parameter) - 1);
        self.drop(parameter)?;
        Some(times << parameter | rest)
    }

    /// Whether nothing but padding is left.
    fn is_end(&self) -> bool {
        self.bytes.is_empty() && self.count < 8
    }
}

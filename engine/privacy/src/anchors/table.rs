//! A filter for several hundred words, which is asked at every second place of a text.

use super::Anchor;
use crate::bytes::{equal, zeros};

/// Bits of a filter, as a power of two.
const BITS: u32 = 16;
type Filter = Box<[u32; 1 << (BITS - 5)]>;
/// Entries are found by so many of the highest bits.
const BUCKET_BITS: u32 = 10;
/// Places that are looked at together.
pub(super) const STEP: usize = 8;
/// Bytes that are looked at for that: from the last place that is asked for, three.
const WINDOW: usize = STEP + 1;
/// Takes the case of letters off, in each byte; other bytes may become the same too, since words are compared in the end.
const FOLD: u64 = 0x2020_2020_2020_2020;
/// Letters of English from the commonest on; what is not here is rare.
const COMMON: &[u8] = b"etaoinsrhldcumfpgwybvk";
/// Bits of the filter by two bytes.
const PAIRS: usize = 4096;
/// Stands for no word of one byte.
const NO_BYTE: u64 = u64::from_ne_bytes([0x7f; 8]);

/// Which bytes a word is known by, from a place that is asked for on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Three of them there.
    Three = 0,
    /// Two of them there.
    Pair = 1,
    /// Two of them one place further.
    NextPair = 2,
}

/// A word under some of its bytes, as a number: their hash, [`Known`], where they stand, the word's number.
#[derive(Clone, Copy)]
struct Entry(u64);

impl Entry {
    /// `offset`: how far behind the word's beginning the place is that is asked for; plus one, since it may be the place before.
    const fn new(hash: u16, known: Known, offset: u8, anchor: u16) -> Self {
        Self((hash as u64) << 32 | (known as u64) << 24 | (offset as u64) << 16 | anchor as u64)
    }

    const fn hash(self) -> u16 {
        (self.0 >> 32) as u16
    }

    const fn is_under(self, hash: u16, known: Known) -> bool {
        self.0 >> 24 == (hash as u64) << 8 | known as u64
    }

    const fn offset(self) -> usize {
        (self.0 >> 16 & 0xff) as usize
    }

    const fn anchor(self) -> u16 {
        self.0 as u16
    }
}

/// Words under four bytes each: under the first three for one parity of places, under the last three for the other. Words that
/// are shorter are known by two bytes.
pub(super) struct Table {
    /// By three bytes.
    three: Filter,
    /// By all four.
    four: Filter,
    /// By two bytes that any others may follow, or stand before.
    pairs: Box<[u64; PAIRS / 64]>,
    /// In order.
    entries: Vec<Entry>,
    /// Where the entries of each bucket begin, and where the last ones end.
    buckets: Vec<u16>,
    /// Words of one byte, eight times, with their numbers; at most two; [`NO_BYTE`] where there are fewer.
    singles: [(u64, u16); 2],
}

impl Table {
    /// Takes words with their numbers; `None` where one is empty, or longer than 254 bytes, or where there are too many.
    pub(super) fn new<'a>(words: impl Iterator<Item = (usize, &'a Anchor)>) -> Option<Self> {
        let mut made = Self {
            three: Box::new([0; 1 << (BITS - 5)]),
            four: Box::new([0; 1 << (BITS - 5)]),
            pairs: Box::new([0; PAIRS / 64]),
            entries: Vec::new(),
            buckets: Vec::with_capacity((1 << BUCKET_BITS) + 1),
            singles: [(NO_BYTE, 0); 2],
        };
        for (number, anchor) in words {
            let number = u16::try_from(number).ok()?;
            u8::try_from(anchor.word.len() + 1).ok()?;
            match anchor.word.as_bytes() {
                [] => return None,
                [byte] => {
                    let free = made.singles.iter_mut().find(|(byte, _)| *byte == NO_BYTE)?;
                    *free = (u64::from_ne_bytes([*byte; 8]), number);
                }
                [a, b] => {
                    made.add_pair([*a, *b], Known::Pair, number, 0);
                    made.add_pair([*a, *b], Known::NextPair, number, -1);
                }
                [a, b, c] => {
                    made.add_three([*a, *b, *c], number, 0);
                    made.add_pair([*b, *c], Known::Pair, number, 1);
                    any_byte().for_each(|d| set(&mut made.four, hash_of_four(u32::from_le_bytes([*a, *b, *c, d]))));
                }
                bytes => {
                    let rarity = |four: &&[u8]| four.iter().map(|byte| rarity(*byte)).sum::<usize>();
                    let rarest = bytes.windows(4).max_by_key(rarity)?;
                    let offset = i16::try_from(bytes.windows(4).position(|other| other == rarest)?).ok()?;
                    let [a, b, c, d] = *rarest.first_chunk()?;
                    made.add_three([a, b, c], number, offset);
                    made.add_three([b, c, d], number, offset + 1);
                    set(&mut made.four, hash_of_four(u32::from_le_bytes([a, b, c, d])));
                }
            }
        }
        let mut numbers: Vec<u64> = made.entries.iter().map(|entry| entry.0).collect();
        numbers.sort_unstable();
        made.entries = numbers.into_iter().map(Entry).collect();
        let first_of = |bucket: usize| made.entries.partition_point(|entry| bucket_of(entry.hash()) < bucket);
        made.buckets =
            (0..=1 << BUCKET_BITS).map(|bucket| u16::try_from(first_of(bucket))).collect::<Result<_, _>>().ok()?;
        Some(made)
    }

    fn add_three(&mut self, three: [u8; 3], anchor: u16, offset: i16) {
        let hash = hash(u32::from_le_bytes([three[0], three[1], three[2], 0]) | FOLD as u32);
        set(&mut self.three, hash);
        self.add(hash, Known::Three, anchor, offset);
    }

    fn add_pair(&mut self, [a, b]: [u8; 2], known: Known, anchor: u16, offset: i16) {
        for any in any_byte() {
            let three = if known == Known::Pair { [a, b, any, 0] } else { [any, a, b, 0] };
            set(&mut self.three, hash(u32::from_le_bytes(three) | FOLD as u32));
        }
        let pair = pair_of(u32::from_le_bytes([a, b, 0, 0]));
        self.pairs[usize::from(pair) / 64] |= 1 << (pair % 64);
        self.add(pair, known, anchor, offset);
    }

    fn add(&mut self, hash: u16, known: Known, anchor: u16, offset: i16) {
        #[allow(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "-1 to 253")]
        let offset = (offset + 1) as u8;
        self.entries.push(Entry::new(hash, known, offset, anchor));
    }

    /// Tells of the words that are known by bytes at `from..to`, which are multiples of [`STEP`] (but for the end of the
    /// text), their numbers and where they begin.
    #[inline(never)]
    pub(super) fn each(
        &self,
        anchors: &[Anchor],
        text: &[u8],
        from: usize,
        to: usize,
        tell: &mut impl FnMut(u16, usize),
    ) {
        let mut at = from;
        let mut end = [0; WINDOW];
        while at < to {
            let window = text[at..].first_chunk::<WINDOW>().unwrap_or_else(|| {
                end = [0; WINDOW];
                end[..text.len() - at].copy_from_slice(&text[at..]);
                &end
            });
            self.look(anchors, text, at, window, tell);
            at += STEP;
        }
    }

    /// The same for the eight places from `at` on, where `window` stands.
    #[inline]
    fn look(
        &self,
        anchors: &[Anchor],
        text: &[u8],
        at: usize,
        window: &[u8; WINDOW],
        tell: &mut impl FnMut(u16, usize),
    ) {
        let early = window.first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight));
        let last = u32::from(window[WINDOW - 1]);
        let [one, two] = self.singles.map(|(byte, _)| zeros(early ^ byte));
        if one | two != 0 {
            self.single(at, early, tell);
        }
        // Three bytes or four: the highest one does not count.
        let folded = early | FOLD;
        let threes = [
            folded as u32,
            (folded >> 16) as u32,
            (folded >> 32) as u32,
            (folded >> 48) as u32 | (last | FOLD as u32 & 0xff) << 16,
        ];
        for (place, three) in threes.into_iter().enumerate() {
            if has(&self.three, hash(three)) {
                self.compare(anchors, text, at + 2 * place, three, tell);
            }
        }
    }

    /// Tells of the words of one byte among `eight`, which stand at `at`.
    fn single(&self, at: usize, eight: u64, tell: &mut impl FnMut(u16, usize)) {
        for (byte, anchor) in self.singles.iter().filter(|(byte, _)| *byte != NO_BYTE) {
            let mut flags = equal(eight ^ byte, 0);
            while flags != 0 {
                tell(*anchor, at + flags.trailing_zeros() as usize / 8);
                flags &= flags - 1;
            }
        }
    }

    /// Tells of the words that are known by these bytes, which stand at `at`.
    #[inline]
    fn compare(&self, anchors: &[Anchor], text: &[u8], at: usize, three: u32, tell: &mut impl FnMut(u16, usize)) {
        let mut entries = |hash: u16, known: Known| {
            let bucket = bucket_of(hash);
            let entries = &self.entries[usize::from(self.buckets[bucket])..usize::from(self.buckets[bucket + 1])];
            for entry in entries.iter().filter(|entry| entry.is_under(hash, known)) {
                let Some(start) = (at + 1).checked_sub(entry.offset()) else { continue };
                if anchors[usize::from(entry.anchor())].stands_at(text, start) {
                    tell(entry.anchor(), start);
                }
            }
        };
        for (pair, known) in [(three, Known::Pair), (three >> 8, Known::NextPair)] {
            let pair = pair_of(pair);
            if self.pairs[usize::from(pair) / 64] >> (pair % 64) & 1 == 1 {
                entries(pair, known);
            }
        }
        if has(&self.four, hash_of_four(four(text, Some(at))))
            || has(&self.four, hash_of_four(four(text, at.checked_sub(1))))
        {
            entries(hash(three), Known::Three);
        }
    }
}

/// The four bytes from a place on; zeros where the text has none.
fn four(text: &[u8], from: Option<usize>) -> u32 {
    let rest = from.map_or(&[][..], |from| &text[from..]);
    rest.first_chunk().map_or_else(
        || rest.iter().rev().fold(0, |four, byte| four << 8 | u32::from(*byte)),
        |four| u32::from_le_bytes(*four),
    )
}

/// All bytes, as far as they are told apart.
fn any_byte() -> impl Iterator<Item = u8> {
    (0..=u8::MAX).filter(|byte| byte & 0x20 != 0)
}

/// A hash of the lowest three bytes, whatever the highest one is: the highest bits of a product (Knuth, volume 3, 6.4) from
/// which the highest byte is shifted out.
#[inline]
const fn hash(four: u32) -> u16 {
    (four.wrapping_mul(0x0037_79b1 << 8) >> (32 - BITS)) as u16
}

/// A hash of four bytes without their case.
#[inline]
const fn hash_of_four(four: u32) -> u16 {
    ((four | FOLD as u32).wrapping_mul(0x9e37_79b1) >> (32 - BITS)) as u16
}

#[inline]
fn has(filter: &Filter, hash: u16) -> bool {
    filter[usize::from(hash / 32)] >> (hash % 32) & 1 == 1
}

fn set(filter: &mut Filter, hash: u16) {
    filter[usize::from(hash / 32)] |= 1 << (hash % 32);
}

fn bucket_of(hash: u16) -> usize {
    usize::from(hash >> (BITS - BUCKET_BITS))
}

/// The number of the lowest two bytes without their case.
#[inline]
const fn pair_of(bytes: u32) -> u16 {
    ((bytes | FOLD as u32).wrapping_mul(0x79b1 << 16) >> (32 - PAIRS.ilog2())) as u16
}

/// How rare a byte is.
fn rarity(byte: u8) -> usize {
    COMMON.iter().position(|common| *common == byte).unwrap_or(if byte == b' ' { 0 } else { COMMON.len() })
}

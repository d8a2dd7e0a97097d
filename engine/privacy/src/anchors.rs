//! Finds all of several hundred short words in a text, in any case, in one pass.
//!
//! Of each word three neighbouring bytes that are rare are known to a filter of 64 Ki bits, which is asked once for each byte
//! of the text; where it knows them, another one is asked about four bytes, and where that does, words are compared. An
//! automaton (`aho_corasick`, with which the tests compare) takes three times as many instructions a byte, because many words
//! begin like words of prose, and a hundred times as many to build.

use crate::bytes::within;

/// Bits of a filter, as a power of two.
const BITS: u32 = 16;
type Filter = Box<[u32; 1 << (BITS - 5)]>;
/// Entries are found by so many of the highest bits.
const BUCKET_BITS: u32 = 10;
/// Places that are looked at together.
const STEP: usize = 8;
/// Bytes that are looked at for that.
const WINDOW: usize = STEP + 3;
/// Places after which hits are put in order.
const CHUNK: usize = STEP * 512;
/// Takes the case of letters off, in each byte; other bytes may become the same too, since words are compared in the end.
const FOLD: u64 = 0x2020_2020_2020_2020;
/// Letters of English from the commonest on; what is not here is rare.
const COMMON: &[u8] = b"etaoinsrhldcumfpgwybvk";
/// Bits of the filter by two bytes.
const PAIRS: usize = 1024;
/// Bytes that are words by themselves, at most.
const SINGLES: usize = 3;
/// Stands for no such word.
const NO_BYTE: u8 = 0x7f;

/// A word to look for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Anchor {
    /// In lower case, found in any.
    pub(crate) word: &'static str,
    /// What has to stand in its place letter by letter; may be longer.
    pub(crate) exact: Option<&'static str>,
}

impl Anchor {
    fn stands_at(&self, text: &[u8], start: usize) -> bool {
        let here = text.get(start..start + self.word.len());
        here.is_some_and(|here| here.eq_ignore_ascii_case(self.word.as_bytes()))
            && self.exact.is_none_or(|exact| text[start..].starts_with(exact.as_bytes()))
    }
}

/// A word under three of its bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    hash: u16,
    anchor: u16,
    /// Where in the word the three bytes stand.
    offset: u8,
}

/// Words to look for.
pub(crate) struct Anchors {
    anchors: Vec<Anchor>,
    /// By three bytes.
    three: Filter,
    /// By four.
    four: Filter,
    /// In order.
    entries: Vec<Entry>,
    /// Where the entries of each bucket begin, and where the last ones end.
    buckets: Vec<u16>,
    /// By two bytes that are a word, which any others may follow.
    pairs: [u64; PAIRS / 64],
    /// Words of one byte with their numbers; [`NO_BYTE`] where there are fewer.
    singles: [(u8, u16); SINGLES],
}

impl Anchors {
    /// Takes the words; `None` where one is empty, or longer than 255 bytes, or where there are too many.
    pub(crate) fn new(anchors: Vec<Anchor>) -> Option<Self> {
        let mut made = Self {
            three: Box::new([0; 1 << (BITS - 5)]),
            four: Box::new([0; 1 << (BITS - 5)]),
            entries: Vec::with_capacity(2 * anchors.len()),
            buckets: Vec::with_capacity((1 << BUCKET_BITS) + 1),
            pairs: [0; PAIRS / 64],
            singles: [(NO_BYTE, 0); SINGLES],
            anchors: Vec::new(),
        };
        for (i, anchor) in anchors.iter().enumerate() {
            let number = u16::try_from(i).ok()?;
            u8::try_from(anchor.word.len()).ok()?;
            match anchor.word.as_bytes() {
                [] => return None,
                [byte] => *made.singles.iter_mut().find(|free| free.0 == NO_BYTE)? = (*byte, number),
                [a, b] => {
                    let pair = pair_of(u32::from_le_bytes([*a, *b, 0, 0]));
                    made.pairs[pair / 64] |= 1 << (pair % 64);
                    any_byte().for_each(|c| made.add([*a, *b, c], number, 0));
                }
                [a, b, c] => {
                    made.add([*a, *b, *c], number, 0);
                    any_byte().for_each(|d| set(&mut made.four, hash_of_four(u32::from_le_bytes([*a, *b, *c, d]))));
                }
                bytes => {
                    let rarity = |four: &&[u8]| four[..3].iter().map(|byte| rarity(*byte)).sum::<usize>();
                    let rarest = bytes.windows(4).max_by_key(rarity)?;
                    let offset = bytes.windows(4).position(|other| other == rarest)?;
                    made.add([rarest[0], rarest[1], rarest[2]], number, u8::try_from(offset).ok()?);
                    set(&mut made.four, hash_of_four(u32::from_le_bytes([rarest[0], rarest[1], rarest[2], rarest[3]])));
                }
            }
        }
        made.entries.sort_unstable();
        let first_of = |bucket: usize| made.entries.partition_point(|entry| bucket_of(entry.hash) < bucket);
        made.buckets =
            (0..=1 << BUCKET_BITS).map(|bucket| u16::try_from(first_of(bucket))).collect::<Result<_, _>>().ok()?;
        made.anchors = anchors;
        Some(made)
    }

    fn add(&mut self, three: [u8; 3], anchor: u16, offset: u8) {
        let hash = hash(u32::from_le_bytes([three[0], three[1], three[2], 0]) | FOLD as u32);
        set(&mut self.three, hash);
        self.entries.push(Entry { hash, anchor, offset });
    }

    /// Tells of each place of each word its number, start and end: in the order of the ends, longer words first.
    pub(crate) fn each(&self, text: &[u8], mut tell: impl FnMut(usize, usize, usize)) {
        let mut hits: Vec<u64> = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let end = text.len().min(at + CHUNK);
            self.collect(text, at, end, &mut hits);
            hits.sort_unstable();
            // Words that are found later end behind.
            let ready = hits.partition_point(|hit| end_of(*hit) <= end);
            for hit in hits.drain(..ready) {
                let anchor = hit as usize & 0xffff;
                tell(anchor, end_of(hit) - self.anchors[anchor].word.len(), end_of(hit));
            }
            at = end;
        }
    }

    /// Adds the hits whose three bytes begin at `from..to`.
    fn collect(&self, text: &[u8], from: usize, to: usize, hits: &mut Vec<u64>) {
        let mut at = from;
        let mut end = [0; WINDOW];
        while at < to {
            let window = text[at..].first_chunk::<WINDOW>().unwrap_or_else(|| {
                end[..text.len() - at].copy_from_slice(&text[at..]);
                &end
            });
            self.look(text, at, window, hits);
            at += STEP;
        }
    }

    /// Adds the hits whose three bytes begin with one of the first eight of `window`, which stands at `at`.
    #[inline]
    fn look(&self, text: &[u8], at: usize, window: &[u8; WINDOW], hits: &mut Vec<u64>) {
        let early = window.first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight));
        let late = window.last_chunk().map_or(0, |eight| u64::from_le_bytes(*eight));
        let [one, two, three] = self.singles.map(|(byte, _)| within(early, byte, byte));
        if one | two | three != 0 {
            self.single(at, [one, two, three], hits);
        }
        let (early, late) = (early | FOLD, late | FOLD);
        let four = |place: usize| if place < 4 { early >> (8 * place) } else { late >> (8 * (place - 3)) } as u32;
        let mut places = 0u32;
        for place in 0..STEP {
            places |= u32::from(has(&self.three, hash(four(place)))) << place;
        }
        while places != 0 {
            let place = places.trailing_zeros() as usize;
            let four = four(place);
            if has(&self.four, hash_of_four(four)) || self.pairs[pair_of(four) / 64] >> (pair_of(four) % 64) & 1 == 1 {
                self.compare(text, at + place, hash(four), hits);
            }
            places &= places - 1;
        }
    }

    /// Adds the words of one byte whose places are flagged.
    fn single(&self, at: usize, flags: [u64; SINGLES], hits: &mut Vec<u64>) {
        let singles = flags.into_iter().zip(self.singles);
        for (mut flags, (_, anchor)) in singles.filter(|(_, (byte, _))| *byte != NO_BYTE) {
            while flags != 0 {
                hits.push(self.hit(anchor, at + flags.trailing_zeros() as usize / 8));
                flags &= flags - 1;
            }
        }
    }

    /// Adds the words that have the bytes of this hash at `at`.
    #[inline(never)]
    fn compare(&self, text: &[u8], at: usize, hash: u16, hits: &mut Vec<u64>) {
        let bucket = bucket_of(hash);
        let entries = &self.entries[usize::from(self.buckets[bucket])..usize::from(self.buckets[bucket + 1])];
        for entry in entries.iter().filter(|entry| entry.hash == hash) {
            let Some(start) = at.checked_sub(usize::from(entry.offset)) else { continue };
            if self.anchors[usize::from(entry.anchor)].stands_at(text, start) {
                hits.push(self.hit(entry.anchor, start));
            }
        }
    }

    /// A hit as a number by which hits are in order: end, then start, then word.
    fn hit(&self, anchor: u16, start: usize) -> u64 {
        let len = self.anchors[usize::from(anchor)].word.len();
        (start + len) as u64 * (1 << 24) + (255 - len as u64) * (1 << 16) + u64::from(anchor)
    }
}

const fn end_of(hit: u64) -> usize {
    (hit >> 24) as usize
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

/// A hash of the lowest two bytes without their case.
#[inline]
const fn pair_of(four: u32) -> usize {
    ((four | FOLD as u32).wrapping_mul(0x79b1 << 16) >> (32 - PAIRS.ilog2())) as usize
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

/// How rare a byte is.
fn rarity(byte: u8) -> usize {
    COMMON.iter().position(|common| *common == byte).unwrap_or(if byte == b' ' { 0 } else { COMMON.len() })
}

#[cfg(test)]
mod tests {
    use aho_corasick::AhoCorasickBuilder;
    use proptest::prelude::*;

    use super::*;

    const WORDS: [&str; 14] = [
        "@",
        ":",
        "pw",
        "key",
        "api key",
        "apikey",
        "://",
        ":::",
        "password",
        "pass",
        "pass",
        "contraseña",
        " -u",
        "aaaa",
    ];

    fn by_automaton(text: &[u8]) -> Vec<(usize, usize, usize)> {
        let automaton = AhoCorasickBuilder::new().ascii_case_insensitive(true).build(WORDS).unwrap();
        let hits = automaton.find_overlapping_iter(text);
        hits.map(|hit| (hit.pattern().as_usize(), hit.start(), hit.end())).collect()
    }

    fn anchors(words: &[&'static str]) -> Option<Anchors> {
        Anchors::new(words.iter().map(|word| Anchor { word, exact: None }).collect())
    }

    fn found(text: &[u8]) -> Vec<(usize, usize, usize)> {
        let mut found = Vec::new();
        anchors(&WORDS).unwrap().each(text, |word, start, end| found.push((word, start, end)));
        found
    }

    #[test]
    fn words_are_found_over_the_ends_of_chunks_and_at_the_end() {
        for before in [0, 1, CHUNK - 9, CHUNK - 8, CHUNK - 4, CHUNK - 1, CHUNK, 3 * CHUNK - 2] {
            for word in WORDS {
                let text = format!("{}{}", "x".repeat(before), word.to_ascii_uppercase());
                assert_eq!(found(text.as_bytes()), by_automaton(text.as_bytes()), "{word} behind {before}");
                assert!(!found(text.as_bytes()).is_empty());
            }
        }
    }

    #[test]
    fn where_letters_are_said_they_have_to_stand_there() {
        let anchors = Anchors::new(vec![Anchor { word: "ac", exact: Some("ACx") }]).unwrap();
        let mut found = Vec::new();
        anchors.each(b"ac acx ACX ACx AC", |_, start, end| found.push((start, end)));
        assert_eq!(found, [(11, 13)]);
    }

    #[test]
    fn words_that_cannot_be_looked_for_are_refused() {
        assert!(anchors(&["a", ""]).is_none());
        assert!(anchors(&["a", "b", "c", "d"]).is_none());
        assert!(anchors(&[Box::leak("x".repeat(256).into_boxed_str())]).is_none());
    }

    proptest! {
        #[test]
        fn hits_and_their_order_are_those_of_an_automaton(
            pieces in proptest::collection::vec(
                prop::sample::select(vec!["pass", "PASSWORD", "word", "api", " ", "key", "Key", ":", "//", "p", "w", "a", "contraseña", "-u", "@", "é"]),
                0..60,
            ),
        ) {
            let text = pieces.concat();
            prop_assert_eq!(found(text.as_bytes()), by_automaton(text.as_bytes()));
        }
    }
}

//! A list of names, places, companies and common words that fits 2.3 bytes a word and is read where it lies.
//!
//! A *static function* (Chazelle, Kilian, Rubinfeld, Tal 2004: "The Bloomier filter"), laid out as a binary fuse filter
//! (Graf, Lemire 2022, three segments): three slots of 16 bits, chosen by the hash of the folded word, give by exclusive or
//! a fingerprint of eight bits and the number of the word's [`Entry`] in a table of up to 256. A word that is not in the
//! list has a right fingerprint by chance once in 256 times. There is nothing to unpack, and a look-up is three reads.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | [`MAGIC`] |
//! | 8 | seed of the hashes |
//! | 4 | slots of a segment, a power of two |
//! | 4 | segments, without the last two |
//! | 512 | 256 entries |
//! | 2 for each slot | slots |
//!
//! Numbers are little-endian. `cargo xtask models` builds the file ([`build`] is its last step).

mod build;

use std::borrow::Cow;

use thiserror::Error;

pub use self::build::build;
use super::fold::{hash, hash_pair};

/// First bytes of a gazetteer; the last two are the version.
pub const MAGIC: [u8; 8] = *b"CNCLGZ01";
const ENTRIES: usize = 256;
const HEADER_BYTES: usize = 24 + 2 * ENTRIES;

/// Why bytes are no gazetteer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GazetteerError {
    /// It begins otherwise: another file, or made by another version.
    #[error("this is no gazetteer of this version; make it anew with `cargo xtask models`")]
    Magic,
    /// The length does not fit the header: it was cut or damaged.
    #[error("the gazetteer has {found} bytes instead of {expected}; fetch it or make it anew (`cargo xtask models`)")]
    Length {
        /// Bytes that it has.
        found: usize,
        /// Bytes that its header promises.
        expected: usize,
    },
}

/// What is known about a word. Levels grow with frequency; 0 means: not known as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Entry(u16);

impl Entry {
    /// Puts the parts together: levels of a given name, a surname and a place (0 to 3), whether companies have it in their
    /// name, level of an ordinary English word (0 to 7), whether it is an ordinary word of another language.
    #[must_use]
    pub const fn new(given: u8, surname: u8, place: u8, organisation: bool, common: u8, foreign: bool) -> Self {
        Self(
            (given & 3) as u16
                | ((surname & 3) as u16) << 2
                | ((place & 3) as u16) << 4
                | (organisation as u16) << 6
                | ((common & 7) as u16) << 7
                | (foreign as u16) << 10,
        )
    }

    /// Level as a given name, 0 to 3.
    #[must_use]
    pub const fn given(self) -> u8 {
        (self.0 & 3) as u8
    }

    /// Level as a surname, 0 to 3.
    #[must_use]
    pub const fn surname(self) -> u8 {
        (self.0 >> 2 & 3) as u8
    }

    /// Level as a place, 0 to 3.
    #[must_use]
    pub const fn place(self) -> u8 {
        (self.0 >> 4 & 3) as u8
    }

    /// Whether companies have it in their name.
    #[must_use]
    pub const fn organisation(self) -> bool {
        self.0 >> 6 & 1 == 1
    }

    /// Level as an ordinary English word, 0 to 7.
    #[must_use]
    pub const fn common(self) -> u8 {
        (self.0 >> 7 & 7) as u8
    }

    /// Whether it is an ordinary word of German, French, Spanish, Italian, Dutch or Portuguese.
    #[must_use]
    pub const fn foreign(self) -> bool {
        self.0 >> 10 & 1 == 1
    }

    /// Whether anything is known about the word.
    #[must_use]
    pub const fn known(self) -> bool {
        self.0 != 0
    }

    /// Whether it is a name of a person or a place, or part of one.
    #[must_use]
    pub const fn named(self) -> bool {
        self.0 & 0x7f != 0
    }
}

/// The list. Cloning copies nothing where the bytes are borrowed.
#[derive(Clone)]
pub struct Gazetteer {
    bytes: Cow<'static, [u8]>,
    place: Places,
}

impl Gazetteer {
    /// Takes the bytes of a gazetteer: a `Vec<u8>`, or bytes that are part of the program. Only the header and the length are
    /// looked at; whoever fetched the file has compared its SHA-256.
    ///
    /// # Errors
    /// [`GazetteerError`] where they are something else or cut.
    pub fn from_bytes(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, GazetteerError> {
        let bytes = bytes.into();
        if bytes.get(..MAGIC.len()) != Some(&MAGIC) {
            return Err(GazetteerError::Magic);
        }
        let found = bytes.len();
        let wrong = |expected| GazetteerError::Length { found, expected };
        let Some((seed, segment, segments)) = header(&bytes) else { return Err(wrong(HEADER_BYTES)) };
        let place = Places { seed, segment, segments };
        let expected = place.slots().and_then(|slots| slots.checked_mul(2)).and_then(|b| b.checked_add(HEADER_BYTES));
        match expected {
            Some(expected) if expected == found => Ok(Self { bytes, place }),
            expected => Err(wrong(expected.unwrap_or(usize::MAX))),
        }
    }

    /// What is known about a word.
    #[must_use]
    pub fn word(&self, word: &str) -> Entry {
        self.entry(hash(word.as_bytes()))
    }

    /// What is known about words that follow one another ("new", "york").
    #[must_use]
    pub fn phrase(&self, words: &[&str]) -> Entry {
        let numbers = words.iter().map(|word| hash(word.as_bytes()));
        numbers.reduce(hash_pair).map_or(Entry::default(), |number| self.entry(number))
    }

    /// What is known about the word, or the phrase, with this number ([`super::fold`]).
    #[inline]
    pub(crate) fn entry(&self, number: u64) -> Entry {
        let (at, fingerprint) = self.place.of(number);
        let slot = |at: usize| {
            let at = HEADER_BYTES + 2 * at;
            self.bytes.get(at..at + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]))
        };
        let value = slot(at[0]) ^ slot(at[1]) ^ slot(at[2]) ^ fingerprint;
        if value >= 256 {
            return Entry::default();
        }
        let at = 24 + 2 * usize::from(value);
        self.bytes.get(at..at + 2).map_or(Entry::default(), |b| Entry(u16::from_le_bytes([b[0], b[1]])))
    }
}

/// Seed, slots of a segment, segments.
fn header(bytes: &[u8]) -> Option<(u64, u32, u32)> {
    let (seed, rest) = bytes.get(8..HEADER_BYTES)?.split_first_chunk::<8>()?;
    let (segment, rest) = rest.split_first_chunk::<4>()?;
    let segments = rest.first_chunk::<4>()?;
    Some((u64::from_le_bytes(*seed), u32::from_le_bytes(*segment), u32::from_le_bytes(*segments)))
}

/// Where the slots of a word are.
#[derive(Clone, Copy)]
struct Places {
    seed: u64,
    segment: u32,
    segments: u32,
}

impl Places {
    /// Number of slots; `None` where a header cannot be right.
    fn slots(self) -> Option<usize> {
        if !self.segment.is_power_of_two() || self.segments == 0 {
            return None;
        }
        usize::try_from(u64::from(self.segment) * (u64::from(self.segments) + 2)).ok()
    }

    /// The three slots of a number, and its fingerprint in the upper byte.
    #[inline]
    fn of(self, number: u64) -> ([usize; 3], u16) {
        let number = (number ^ self.seed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let number = number ^ (number >> 32);
        let range = u64::from(self.segment) * u64::from(self.segments);
        // A number below `range`, from the upper half of the hash (Lemire 2019).
        let first = (((number >> 32) * range) >> 32) as usize;
        let mask = self.segment as usize - 1;
        let second = (first + self.segment as usize) ^ ((number >> 14) as usize & mask);
        let third = (first + 2 * self.segment as usize) ^ (number as usize & mask);
        ([first, second, third], ((number.wrapping_mul(0xd6e8_feb8_6659_fd93) >> 56) as u16) << 8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Vec<(u64, Entry)> {
        (0..5000u64)
            .map(|n| (hash(format!("word{n}").as_bytes()), Entry::new((n % 4) as u8, 0, 3, false, 5, n % 3 == 0)))
            .collect()
    }

    #[test]
    fn each_word_has_its_entry_and_others_have_none() {
        let words = some();
        let gazetteer = Gazetteer::from_bytes(build(&words).unwrap()).unwrap();
        for (number, entry) in &words {
            assert_eq!(gazetteer.entry(*number), *entry);
        }
        let strangers = (0..10_000).filter(|n| gazetteer.word(&format!("other{n}")).known()).count();
        assert!(strangers < 120, "{strangers} of 10,000 words that are not there; one in 256 is expected");
    }

    #[test]
    fn the_parts_of_an_entry_come_back() {
        let entry = Entry::new(3, 1, 2, true, 6, true);
        let parts =
            (entry.given(), entry.surname(), entry.place(), entry.organisation(), entry.common(), entry.foreign());
        assert_eq!(parts, (3, 1, 2, true, 6, true));
        assert!(entry.named() && !Entry::new(0, 0, 0, false, 3, true).named());
    }

    #[test]
    fn other_bytes_are_refused() {
        let good = build(&some()).unwrap();
        let error = |bytes: &[u8]| Gazetteer::from_bytes(bytes.to_vec()).map(|_| ()).unwrap_err();
        assert_eq!(error(b""), GazetteerError::Magic);
        assert_eq!(error(b"CNCLGZ99"), GazetteerError::Magic);
        assert!(matches!(error(&good[..10]), GazetteerError::Length { .. }));
        assert!(matches!(error(&good[..good.len() - 1]), GazetteerError::Length { .. }));
        let mut large = good;
        large[20..24].copy_from_slice(&[255; 4]);
        assert!(matches!(error(&large), GazetteerError::Length { .. }));
    }
}

//! A list of names, places, companies and common words that takes 1.7 bytes a word.
//!
//! Words that have the same [`Entry`] are a set of numbers below `range`, in ascending order, each as its distance from the one
//! before in the code of Golomb and Rice (Rice, Plaunt 1971, "Adaptive variable-length coding"), which is within a few
//! hundredths of a bit of what such a set takes at least. What a word's entry is costs no bits of its own. `range` is a multiple
//! of the number of words: a word which is not in the list is taken for one once in about that many times. Of listed words with
//! one number, the set that comes first has it.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | [`MAGIC`] |
//! | 4 | `range` |
//! | 4 | sets |
//! | 8 each | a set's entry (2), parameter of its code (2), and numbers (4) |
//! | rest | the codes, from the lowest bit of each byte: as many ones as a distance has times 2^parameter, a zero, the rest |
//!
//! Numbers are little-endian. `cargo xtask models` builds the file ([`build`] is its last step). It is unpacked into a table
//! when it comes, some milliseconds; a look-up is mostly one read.

mod build;
mod unpack;

use thiserror::Error;

pub use self::build::build;
use super::fold::{hash, hash_pair};

/// First bytes of a gazetteer; the last two are the version.
pub const MAGIC: [u8; 8] = *b"CNCLGZ02";
const HEADER_BYTES: usize = 16;
const SET_BYTES: usize = 8;
/// Most sets: a table's slot names one by a byte, of which 0 is for empty slots.
const SETS_MAX: usize = 255;
/// Most words, and slots for so many: eight times what the list has.
const WORDS_MAX: usize = 1 << 20;
/// Bits of a number that a slot keeps. Numbers that come near one another in the table differ in them.
const KEPT: u32 = (1 << 24) - 1;

/// Why bytes are no gazetteer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GazetteerError {
    /// It begins otherwise: another file, or made by another version.
    #[error("this is no gazetteer of this version; make it anew with `cargo xtask models`")]
    Magic,
    /// It does not hold what its header promises: it was cut or damaged.
    #[error("the gazetteer is damaged; fetch it or make it anew (`cargo xtask models`)")]
    Damaged,
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

/// The list.
#[derive(Clone)]
pub struct Gazetteer {
    range: u32,
    /// Bits of a number that do not say where it is.
    shift: u32,
    /// Entries of the sets, from the second on.
    entries: Vec<Entry>,
    /// A power of two of slots, at least half of them 0: [`KEPT`] bits of a number above, the number of its entry below.
    slots: Vec<u32>,
}

impl Gazetteer {
    /// Takes the bytes of a gazetteer. They are only decoded; whoever fetched the file has compared its SHA-256.
    ///
    /// # Errors
    /// [`GazetteerError`] where they are something else, cut or damaged.
    pub fn from_bytes(bytes: impl AsRef<[u8]>) -> Result<Self, GazetteerError> {
        let bytes = bytes.as_ref();
        if bytes.get(..MAGIC.len()) != Some(&MAGIC) {
            return Err(GazetteerError::Magic);
        }
        unpack::unpack(bytes).ok_or(GazetteerError::Damaged)
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
        let place = place(number, self.range);
        let mut at = self.first(place);
        // There are empty slots.
        while let Some(&slot) = self.slots.get(at)
            && slot != 0
        {
            if slot >> 8 == place & KEPT {
                return self.entries.get((slot & 0xff) as usize).copied().unwrap_or_default();
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        Entry::default()
    }

    /// The slot of a number below `range`, if it is free.
    #[inline]
    fn first(&self, place: u32) -> usize {
        (place >> self.shift) as usize
    }

    /// Adds a number unless it is there.
    fn add(&mut self, place: u32, entry: u8) {
        let mut at = self.first(place);
        let mask = self.slots.len() - 1;
        while let Some(slot) = self.slots.get_mut(at) {
            if *slot == 0 {
                *slot = (place & KEPT) << 8 | u32::from(entry);
                return;
            }
            if *slot >> 8 == place & KEPT {
                return;
            }
            at = (at + 1) & mask;
        }
    }
}

/// A number below `range`, from the upper half of the hash (Lemire 2019).
#[inline]
fn place(number: u64, range: u32) -> u32 {
    let number = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (((number >> 32) * u64::from(range)) >> 32) as u32
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
    fn words_have_their_entry_and_others_have_none() {
        let words = some();
        let bytes = build(&words, 8, |_| 0).unwrap();
        // 8 bits for strangers, 1.5 for the code, 2.6 for the entry (log2 of 12 sets of two sizes is less).
        assert!(bytes.len() * 8 < words.len() * 13, "{}", bytes.len());
        let gazetteer = Gazetteer::from_bytes(bytes).unwrap();
        let right = words.iter().filter(|(number, entry)| gazetteer.entry(*number) == *entry).count();
        assert!(right > words.len() * 99 / 100, "{right}; one in 256 has the number of another");
        assert!(words.iter().all(|(number, _)| gazetteer.entry(*number).known()));
        let strangers = (0..10_000).filter(|n| gazetteer.word(&format!("other{n}")).known()).count();
        assert!(
            (10..80).contains(&strangers),
            "{strangers} of 10,000 words that are not there; one in 256 is expected"
        );
    }

    #[test]
    fn of_words_with_one_number_the_more_important_has_it() {
        let (one, other) = (Entry::new(1, 0, 0, false, 0, false), Entry::new(2, 0, 0, false, 0, false));
        for (first, wanted) in [(one, one), (other, other)] {
            let bytes = build(&[(7, one), (7, other)], 8, |entry| u32::from(*entry == first)).unwrap();
            assert_eq!(Gazetteer::from_bytes(bytes).unwrap().entry(7), wanted);
        }
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
        let good = build(&some(), 8, |_| 0).unwrap();
        let error = |bytes: &[u8]| Gazetteer::from_bytes(bytes).map(|_| ()).unwrap_err();
        assert_eq!(error(b""), GazetteerError::Magic);
        assert_eq!(error(b"CNCLGZ99"), GazetteerError::Magic);
        for cut in [8, 10, 20, 40, good.len() / 2, good.len() - 1] {
            assert_eq!(error(&good[..cut]), GazetteerError::Damaged, "{cut}");
        }
        for at in [8, 11, 12, 18, 20, 23] {
            let mut damaged = good.clone();
            damaged[at..at + 1].fill(255);
            let _ = Gazetteer::from_bytes(damaged).map(|list| list.word("any"));
        }
        let mut large = good.clone();
        large[20..24].copy_from_slice(&[255; 4]);
        assert_eq!(error(&large), GazetteerError::Damaged);
        let mut ones = good;
        ones[300..].fill(255);
        assert_eq!(error(&ones), GazetteerError::Damaged);
    }
}

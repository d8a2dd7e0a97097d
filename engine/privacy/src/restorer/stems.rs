//! A prefix automaton over the stems of all kinds.
//!
//! A state is the set of stems (one bit each) that begin with the letters read so far; underscores inside a stem are not
//! letters but places where a separator may stand. The tables are built by the compiler.

use conclave_protocol::Category;

use crate::tokens::Kind;

/// Number of stems: one per category, and that of literals.
const COUNT: usize = Category::ALL.len() + 1;

/// More letters than any stem has.
const LETTERS_MAX: usize = 24;

const fn stem(index: usize) -> &'static str {
    if index < Category::ALL.len() { Category::ALL[index].stem() } else { Kind::Literal.stem() }
}

struct Tables {
    /// Stems whose letter at a place is this one.
    letters: [[u64; 26]; LETTERS_MAX],
    /// Stems that have a separator before the letter at a place.
    joints: [u64; LETTERS_MAX],
    /// Stems of so many letters.
    ends: [u64; LETTERS_MAX],
}

static TABLES: Tables = {
    let mut tables = Tables { letters: [[0; 26]; LETTERS_MAX], joints: [0; LETTERS_MAX], ends: [0; LETTERS_MAX] };
    let mut index = 0;
    while index < COUNT {
        let bytes = stem(index).as_bytes();
        let (mut at, mut place) = (0, 0);
        while at < bytes.len() {
            if bytes[at] == b'_' {
                tables.joints[place] |= 1 << index;
            } else {
                tables.letters[place][(bytes[at] - b'A') as usize] |= 1 << index;
                place += 1;
            }
            at += 1;
        }
        tables.ends[place] |= 1 << index;
        index += 1;
    }
    tables
};

/// The stems that are still possible.
#[derive(Clone, Copy)]
pub(super) struct Stems {
    set: u64,
    letters: usize,
}

impl Stems {
    /// Nothing read yet.
    pub(super) const fn all() -> Self {
        Self { set: u64::MAX >> (64 - COUNT), letters: 0 }
    }

    /// After a letter (upper case). `None` where no stem goes on so.
    pub(super) fn letter(self, letter: u8) -> Option<Self> {
        let column = usize::from(letter.checked_sub(b'A')?);
        let set = self.set & TABLES.letters.get(self.letters)?.get(column)?;
        (set != 0).then_some(Self { set, letters: self.letters + 1 })
    }

    /// After a separator, which stands inside a stem or behind it.
    pub(super) fn separator(self) -> Option<Self> {
        let set = self.set & (TABLES.joints.get(self.letters)? | TABLES.ends.get(self.letters)?);
        (set != 0 && self.letters > 0).then_some(Self { set, ..self })
    }

    /// The kind whose stem was read in full.
    pub(super) fn end(self) -> Option<Kind> {
        let set = self.set & TABLES.ends.get(self.letters)?;
        let index = usize::try_from(set.trailing_zeros()).ok().filter(|index| *index < COUNT)?;
        Some(Category::ALL.get(index).map_or(Kind::Literal, |category| Kind::Value(*category)))
    }
}

/// Whether a stem begins with these two bytes, in any case; a second byte that is no letter may be an escape.
pub(super) fn may_begin(first: u8, second: Option<u8>) -> bool {
    let Some(stems) = Stems::all().letter(first.to_ascii_uppercase()) else { return false };
    second.is_none_or(|byte| !byte.is_ascii_alphabetic() || stems.letter(byte.to_ascii_uppercase()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Kind> {
        let step = |stems: Stems, byte| if byte == b'_' { stems.separator() } else { stems.letter(byte) };
        text.bytes().try_fold(Stems::all(), step)?.end()
    }

    #[test]
    fn every_stem_and_nothing_else_is_read() {
        for index in 0..COUNT {
            let kind = Kind::of_stem(stem(index));
            assert!(kind.is_some());
            assert_eq!(read(stem(index)), kind, "{}", stem(index));
            assert_eq!(read(&stem(index).replace('_', "")), kind, "without separators");
        }
        for other in ["", "EMAI", "EMAILS", "E_MAIL", "_EMAIL", "SSN", "IP_ADDRES", "IPADD_RESS", "URL_X", "USSS_N"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn no_stem_without_separators_begins_another() {
        // Else `[STEMX01]` could be read as a stem and something that follows it.
        for a in 0..COUNT {
            for b in (0..COUNT).filter(|b| *b != a) {
                assert_ne!(stem(a).replace('_', ""), stem(b).replace('_', ""));
            }
        }
    }
}

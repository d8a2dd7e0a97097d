//! What the closed lists and the gazetteer say of a word.

use super::super::cues::{self, Cue};
use super::super::gazetteer::{Entry, Gazetteer};

/// Words that are remembered, at most; 16 KB.
const RECENT: usize = 1024;

/// The lists, and what they said of the words that were read last: most words of a text are among them.
pub struct Lexicon<'g> {
    gazetteer: Option<&'g Gazetteer>,
    /// By the lowest bits of their numbers. That of no word is 0, for which the lists have nothing.
    recent: Box<[(u64, Cue, Entry)]>,
}

impl<'g> Lexicon<'g> {
    /// The lists without a word looked up.
    #[must_use]
    pub fn new(gazetteer: Option<&'g Gazetteer>) -> Self {
        Self { gazetteer, recent: vec![(0, Cue::None, Entry::default()); RECENT].into_boxed_slice() }
    }

    /// What the word with this number announces, and what the gazetteer knows of it.
    #[inline]
    pub fn of(&mut self, number: u64) -> (Cue, Entry) {
        #[allow(clippy::cast_possible_truncation, reason = "the lowest bits")]
        let slot = &mut self.recent[number as usize % RECENT];
        if slot.0 != number {
            let entry = self.gazetteer.map_or(Entry::default(), |gazetteer| gazetteer.entry(number));
            *slot = (number, cues::of(number), entry);
        }
        (slot.1, slot.2)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fold::hash;
    use super::*;

    #[test]
    fn words_are_known_however_often_they_are_asked_for() {
        let mut lexicon = Lexicon::new(None);
        for _ in 0..3 {
            for i in 0..2 * RECENT {
                assert_eq!(lexicon.of(hash(format!("zz{i}").as_bytes())).0, Cue::None);
            }
            assert_eq!(lexicon.of(hash(b"Mrs")).0, Cue::Title);
        }
    }
}

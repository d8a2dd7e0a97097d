//! What all sources say about a word, and how much of it goes into the list.

use std::collections::BTreeMap;

use conclave_privacy::names::fold::{hash, hash_pair};
use conclave_privacy::names::gazetteer::Entry;

/// What the sources say about one word.
#[derive(Debug, Clone, Copy, Default)]
pub struct Word {
    /// Bearers of the given name that the lists count, and the number of lists that have it.
    pub given: (f64, u32),
    /// Bearers of the surname in the United States, or as many as fit another country's share.
    pub surname: f64,
    /// Inhabitants of the place.
    pub place: f64,
    /// Whether a company is called so.
    pub organisation: bool,
    /// Whether an English dictionary has it written small.
    pub english: bool,
    /// Share of the words of English text.
    pub frequency: f64,
    /// Rank among the words of another language.
    pub foreign_rank: Option<usize>,
}

/// All words by their text, words of a phrase with a space between.
#[derive(Default)]
pub struct Lexicon(BTreeMap<String, Word>);

/// Words that get no entry as a name of any kind: articles, pronouns and the like, which are somebody's name in large lists.
const FUNCTION_WORD_FREQUENCY: f64 = 1.5e-3;
/// Bearers in all given-name lists together, and in the census of surnames.
const GIVEN_TOTAL: f64 = 4e8;
const SURNAME_TOTAL: f64 = 2.95e8;
/// What is rarer is left out: bearers of a surname, share of an ordinary English word, rank of another language's. With 400, 0 and
/// 7,000 the list has a fifth more words and 45 KB, and the figures of `eval redact` on prose are within half a percent.
const RARE_SURNAME: f64 = 600.0;
const RARE_WORD: f64 = 5e-7;
const FOREIGN_RANK: usize = 6_000;
/// Share of given names and of surnames among the words of ordinary text, from above: what a name's frequency owes to
/// persons is taken off before it counts as an ordinary word.
const GIVEN_SHARE: f64 = 0.02;
const SURNAME_SHARE: f64 = 0.01;

impl Lexicon {
    /// The place to note something about a word; case does not count.
    pub fn word(&mut self, word: &str) -> &mut Word {
        self.0.entry(word.to_lowercase()).or_default()
    }

    /// Whether anything is known about it.
    pub fn get(&self, word: &str) -> Option<&Word> {
        self.0.get(word)
    }

    /// What goes into the list, by number. Spellings that fold to the same number are added up.
    pub fn entries(&self) -> BTreeMap<u64, Entry> {
        let mut merged: BTreeMap<u64, Word> = BTreeMap::new();
        for (text, word) in &self.0 {
            let Some(number) = text.split(' ').map(|part| hash(part.as_bytes())).reduce(hash_pair) else { continue };
            let all = merged.entry(number).or_default();
            all.given = (all.given.0 + word.given.0, all.given.1.max(word.given.1));
            all.surname += word.surname;
            all.place = all.place.max(word.place);
            all.organisation |= word.organisation;
            all.english |= word.english;
            all.frequency += word.frequency;
            all.foreign_rank = all.foreign_rank.into_iter().chain(word.foreign_rank).min();
        }
        merged.into_iter().map(|(number, word)| (number, word.entry())).filter(|(_, entry)| entry.known()).collect()
    }
}

/// How many of the thresholds a value reaches.
fn level(value: f64, thresholds: &[f64]) -> u8 {
    u8::try_from(thresholds.iter().filter(|threshold| value >= **threshold).count()).unwrap_or(u8::MAX)
}

impl Word {
    /// The entry: levels of the counts.
    fn entry(&self) -> Entry {
        let (bearers, lists) = self.given;
        let persons = bearers / GIVEN_TOTAL * GIVEN_SHARE + self.surname / SURNAME_TOTAL * SURNAME_SHARE;
        let ordinary = self.frequency - persons;
        let common = if self.english { 1 + level(ordinary, &[1e-7, 1e-6, 5e-6, 2e-5, 1e-4, 1e-3]) } else { 0 };
        let function = self.english && ordinary > FUNCTION_WORD_FREQUENCY;
        let given = match lists {
            _ if function => 0,
            10.. => level(bearers, &[250.0, 2_000.0, 20_000.0]),
            7..=9 => level(bearers, &[250.0, 2_000.0]),
            4..=6 => level(bearers, &[250.0]),
            _ => 0,
        };
        let surname = if function { 0 } else { level(self.surname, &[RARE_SURNAME, 2_500.0, 20_000.0]) };
        // A small place with the name of an ordinary word (Reading, Bath, Mobile, Of) must be a large one.
        let place = match common {
            0 => level(self.place, &[1.0, 100_000.0, 1_000_000.0]),
            1..=4 => level(self.place, &[50_000.0, 200_000.0, 1_000_000.0]),
            _ => level(self.place, &[150_000.0, 500_000.0, 2_000_000.0]),
        };
        // Another language's list has names as well; only its very frequent words count beside a name.
        let foreign = common == 0
            && self
                .foreign_rank
                .is_some_and(|rank| rank < 350 || (rank < FOREIGN_RANK && given < 2 && surname < 2 && place < 2));
        let entry = Entry::new(given, surname, place, self.organisation && common < 6, common, foreign);
        let seldom = self.english && ordinary < RARE_WORD && !entry.named();
        if seldom { Entry::default() } else { entry }
    }
}

/// Most different entries ([`conclave_privacy::names::gazetteer::build`]).
const ENTRIES_MAX: usize = 255;

/// At most 255 different entries fit: rare ones become the most alike of the frequent ones.
pub fn within_table(mut entries: BTreeMap<u64, Entry>) -> BTreeMap<u64, Entry> {
    let mut counts: BTreeMap<Entry, usize> = BTreeMap::new();
    entries.values().for_each(|entry| *counts.entry(*entry).or_default() += 1);
    let mut order: Vec<(usize, Entry)> = counts.into_iter().map(|(entry, count)| (count, entry)).collect();
    order.sort_by(|one, other| other.cmp(one));
    let (kept, rare) = order.split_at(order.len().min(ENTRIES_MAX));
    let nearest: BTreeMap<Entry, Entry> = rare
        .iter()
        .filter_map(|(_, entry)| Some((*entry, kept.iter().min_by_key(|(_, other)| distance(*entry, *other))?.1)))
        .collect();
    for entry in entries.values_mut() {
        *entry = nearest.get(entry).copied().unwrap_or(*entry);
    }
    entries
}

/// Which of two entries counts where a list cannot tell words apart: that of the word which people write more often. A name's
/// level is worth two of an ordinary word's.
pub fn importance(entry: &Entry) -> u32 {
    let name = entry.given().max(entry.surname()).max(entry.place());
    let (name, common) = (2 * u32::from(name), u32::from(entry.common()));
    16 * name.max(common) + name + common
}

/// How unlike two entries are; whether something is a name at all weighs more than how frequent it is.
fn distance(one: Entry, other: Entry) -> u32 {
    let of = |a: u8, b: u8| u32::from(a.abs_diff(b)) + if (a == 0) == (b == 0) { 0 } else { 3 };
    of(one.given(), other.given())
        + of(one.surname(), other.surname())
        + of(one.place(), other.place())
        + of(one.common(), other.common())
        + if one.organisation() == other.organisation() { 0 } else { 4 }
        + if one.foreign() == other.foreign() { 0 } else { 3 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_name_is_frequent_for_is_no_ordinary_use() {
        let john =
            Word { given: (5_700_000.0, 33), surname: 33_543.0, english: true, frequency: 2.4e-4, ..Word::default() };
        let will =
            Word { given: (53_307.0, 28), surname: 12_575.0, english: true, frequency: 1.2e-3, ..Word::default() };
        assert!(john.entry().common() < will.entry().common());
        assert_eq!((john.entry().given(), will.entry().given()), (3, 3));
    }

    #[test]
    fn articles_are_no_names() {
        let the = Word { given: (852.0, 13), surname: 351.0, english: true, frequency: 5e-2, ..Word::default() };
        assert_eq!((the.entry().named(), the.entry().common()), (false, 7));
    }

    #[test]
    fn rare_entries_become_alike_ones() {
        let all = (0..2048u64).map(|n| {
            (n, Entry::new(n as u8 & 3, (n >> 2) as u8 & 3, (n >> 4) as u8 & 3, false, (n >> 6) as u8 & 7, false))
        });
        let mut entries: BTreeMap<u64, Entry> = all.collect();
        entries.extend((5000..5300).map(|n| (n, Entry::new(1, 1, 1, true, 1, true))));
        let entries = within_table(entries);
        let different: std::collections::BTreeSet<Entry> = entries.values().copied().collect();
        assert_eq!(different.len(), ENTRIES_MAX);
        assert_eq!(entries[&5000], Entry::new(1, 1, 1, true, 1, true));
    }
}

//! Postal addresses, from the street to the country, as one span; postal codes where there is no street.
//!
//! The grammar is per group of countries, after the forms that the Universal Postal Union describes (S42): number before
//! the street (English, French), street before the number (German, Dutch, Nordic; Spanish, Italian, Portuguese), boxes.

mod postcode;
mod street;

use conclave_protocol::{Category, Span};

use super::cues::Cue;
use super::fold::{hash, hashes};
use super::words::{Gap, LineCase, Shape, Word};

/// What was found and the words that it covers.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Its place.
    pub span: Span,
    /// First word.
    pub first: usize,
    /// One past the last word.
    pub end: usize,
    /// Address or postal code.
    pub category: Category,
}

/// The words that the grammar reads.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub text: &'a str,
    pub words: &'a [Word],
    /// Kind of the gazetteer's phrase that each word belongs to, as in [`super::features::Context`]; may be empty.
    pub phrases: &'a [u8],
}

impl<'a> Words<'a> {
    fn get(self, at: usize) -> Option<&'a Word> {
        self.words.get(at)
    }

    fn of(self, at: usize) -> &'a str {
        self.get(at).map_or("", |word| word.of(self.text))
    }

    fn number(self, at: usize) -> u64 {
        self.get(at).map_or(0, |word| word.number)
    }

    fn cue(self, at: usize) -> Cue {
        self.get(at).map_or(Cue::None, |word| word.cue)
    }

    /// Whether the word stands in the same line with at most a dot between.
    fn follows(self, at: usize) -> bool {
        self.get(at)
            .is_some_and(|word| matches!(word.gap, Gap::Space | Gap::Hyphen | Gap::Abbreviation | Gap::Possessive))
            || self.get(at).is_some_and(|word| {
                let before = at.checked_sub(1).and_then(|i| self.get(i)).map_or(0, |before| before.end - before.start);
                word.gap == Gap::Stop && before <= ABBREVIATION_MAX && self.between(at) == ". "
            })
    }

    fn between(self, at: usize) -> &'a str {
        let end = at.checked_sub(1).and_then(|i| self.get(i)).map_or(0, |word| word.end);
        self.get(at).and_then(|word| self.text.get(end..word.start)).unwrap_or_default()
    }

    /// Whether the word can go on an address: after a space, a comma or in the next line.
    fn goes_on(self, at: usize) -> bool {
        self.get(at).is_some_and(|word| matches!(word.gap, Gap::Space | Gap::Comma | Gap::Newline | Gap::Hyphen))
            || self.follows(at)
    }

    /// Whether a word begins as names do; in lines without capitals every word does.
    fn name(self, at: usize) -> bool {
        self.get(at).is_some_and(|word| word.letters() && (word.capital() || word.line == LineCase::Lower))
    }

    /// A house number: `12`, `12a`, `B12`, `12-14`; gives one past its last word.
    fn house(self, at: usize) -> Option<usize> {
        let word = self.get(at)?;
        let text = word.of(self.text);
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if !(1..=5).contains(&digits) || text.len() > digits + 1 || word.taken {
            return None;
        }
        let range = self
            .get(at + 1)
            .is_some_and(|next| next.gap == Gap::Hyphen && next.shape == Shape::Number && next.end - next.start <= 4);
        // `8/5`: staircase or flat, in Austria and India.
        let flat = self.get(at + 1).is_some_and(|next| {
            next.gap == Gap::Slash
                && next.shape == Shape::Number
                && next.end - next.start <= 3
                && next.start == word.end + 1
        }) && self.get(at + 2).is_none_or(|over| over.gap != Gap::Slash);
        Some(at + 1 + usize::from(range || flat))
    }
}

/// Longest word that a dot shortens: `Str.`, `Gdns.`
const ABBREVIATION_MAX: usize = 4;
/// Words before its first number that an address may begin with: `Am Alten Markt 3`, `Calle de la Princesa 12`.
const WORDS_BEFORE: usize = 6;

/// The address or postal code whose first number is the word at `at`.
pub fn at(text: &str, words: &[Word], phrases: &[u8], at: usize) -> Option<Place> {
    let reader = Words { text, words, phrases };
    let word = words.get(at).filter(|word| !word.letters() && !word.taken)?;
    // The minutes of a time are the number of no house.
    if matches!(text.as_bytes()[..word.start], [.., hour, b':'] if hour.is_ascii_digit()) {
        return None;
    }
    let begun = (at.saturating_sub(WORDS_BEFORE)..at)
        .filter(|first| words.get(*first).is_some_and(|word| word.letters() && !word.taken))
        .find_map(|first| street::before_number(reader, first).filter(|end| *end > at).map(|end| (first, end)));
    let number_first = || street::number_first(reader, at).map(|end| (street::door(reader, at).unwrap_or(at), end));
    if let Some((first, end)) = begun.or_else(number_first) {
        let end = tail(reader, end);
        let span = Span::new(words.get(first)?.start, words.get(end.checked_sub(1)?)?.end);
        return Some(Place { span, first, end, category: Category::Address });
    }
    // `21 Kingsway, London WC2B 6QX`, `42/18, Pal, Kottayam - 622509`: no type of a street, but a postal code behind.
    let flat = at.checked_sub(1).filter(|flat| street::is_unit(reader, *flat));
    let first = street::door(reader, at).or(flat).unwrap_or(at);
    let start = if flat == Some(first) { street::unit(reader, first) } else { Some(at) };
    if let Some(end) = start.and_then(|start| reader.house(start)).and_then(|end| coded(reader, end, true)) {
        let whole = tail(reader, end);
        let span = Span::new(words.get(first)?.start, words.get(whole.checked_sub(1)?)?.end);
        return Some(Place { span, first, end: whole, category: Category::Address });
    }
    let (end, code_end) = postcode::at(reader, at)?;
    Some(Place { span: Span::new(word.start, code_end), first: at, end, category: Category::PostalCode })
}

/// Words between a house number or a street and the postal code at most.
const CODED_WORDS: usize = 12;

/// Where the postal code ends that is reached over names with commas between, each part of the address: `Apt 4, Little Rock, Arkansas
/// 72201`. Where no street is known (`bare`), there must be a name and a comma, and the code must be a long one.
fn coded(reader: Words<'_>, from: usize, bare: bool) -> Option<usize> {
    let (mut at, mut names, mut broken) = (from, 0, false);
    while at < from + CODED_WORDS {
        let word = reader.get(at)?;
        if !(reader.goes_on(at) || at == from && word.gap == Gap::Comma) {
            return None;
        }
        broken |= matches!(word.gap, Gap::Comma | Gap::Newline);
        if names > 0
            && let Some(end) = postcode::code(reader, at)
        {
            let long = end > at + 1 || reader.of(at).len() > 4 || postcode::is_state(reader, at - 1);
            return (long && (broken || !bare && postcode::is_state(reader, at - 1))).then_some(end);
        }
        if let Some(end) = street::unit(reader, at) {
            at = end;
            continue;
        }
        let name =
            reader.name(at) && !matches!(word.cue, Cue::Opening | Cue::Says | Cue::Closing | Cue::Greeting | Cue::I);
        let small = word.cue == Cue::Particle || word.cue == Cue::Of || word.cue == Cue::The;
        if word.taken || !(name || small && at > from) {
            return None;
        }
        names += usize::from(name);
        at += 1;
    }
    None
}

/// Words of a town's name at most: `Newcastle upon Tyne`.
const TOWN_WORDS: usize = 4;

/// Where the address ends that goes on at `at`: unit, town, state, postal code, country, in the orders in use.
fn tail(reader: Words<'_>, mut at: usize) -> usize {
    if let Some(end) = street::unit(reader, at) {
        at = end;
    }
    // `12345 Town`, `Town 12345`, `Town, ST 12345`, `Town SW1A 1AA`: what is read only counts up to the last part that is certain.
    let mut certain = at;
    let (mut town_seen, mut after_code) = (false, false);
    if let Some(end) = coded(reader, at, false) {
        (at, certain, after_code, town_seen) = (end, end, true, true);
    }
    for _ in 0..5 {
        if !reader.goes_on(at) {
            break;
        }
        let broken = reader.get(at).is_some_and(|word| matches!(word.gap, Gap::Comma | Gap::Newline));
        if let Some(end) = postcode::code(reader, at) {
            (at, certain, after_code) = (end, end, true);
            continue;
        }
        if town_seen && postcode::is_state(reader, at) {
            (at, certain) = (at + 1, at + 1);
            continue;
        }
        if reader.get(at).is_some_and(|word| word.taken) {
            break;
        }
        let Some((end, known)) = town(reader, at) else { break };
        // `29 Rose Terrace, Fisherstad.`: the last part of an enumeration that ends the sentence.
        let last = !town_seen
            && !after_code
            && end <= at + 2
            && reader.get(at).is_some_and(|word| word.gap == Gap::Comma && word.entry.given() < 2)
            && reader
                .get(end)
                .is_none_or(|next| matches!(next.gap, Gap::Stop | Gap::Newline | Gap::Blank | Gap::Close));
        let known = known || last;
        let code_before = after_code && !town_seen;
        let code_after =
            reader.goes_on(end) && (postcode::code(reader, end).is_some() || postcode::is_state(reader, end));
        if !(known && broken || code_before || code_after) {
            break;
        }
        town_seen = true;
        at = end;
        if known || code_before {
            certain = end;
        }
    }
    certain
}

/// Small words within the names of towns.
const IN_TOWNS: [u64; 12] = hashes("upon on under am an der aan sur sous les bei in");

/// Where a town's or a country's name ends, and whether the gazetteer knows it.
fn town(reader: Words<'_>, at: usize) -> Option<(usize, bool)> {
    let start = if reader.number(at) == const { hash(b"in") } { at + 1 } else { at };
    let mut end = start;
    // `Neustadt am Rübenberge`, `Charles-sur-Dumont`.
    let inside = |at: usize| {
        let small = reader.get(at).is_some_and(|word| {
            word.shape == Shape::Lower
                && (word.gap == Gap::Hyphen || IN_TOWNS.contains(&word.number))
                && word.end - word.start <= 5
        });
        small && at > start && reader.follows(at) && reader.follows(at + 1) && reader.name(at + 1)
    };
    while end < start + TOWN_WORDS && (reader.name(end) && (end == start || reader.follows(end)) || inside(end)) {
        if end > start && postcode::is_state(reader, end) {
            break;
        }
        if reader.get(end).is_some_and(|word| {
            matches!(word.cue, Cue::Opening | Cue::Says | Cue::Closing | Cue::Greeting | Cue::I | Cue::Title)
        }) {
            break;
        }
        end += 1;
    }
    let is_known = |i: usize| {
        reader.phrases.get(i) == Some(&1)
            || reader.get(i).is_some_and(|word| word.entry.place() > 0 || word.cue == Cue::Compass)
    };
    let known = (start..end).any(is_known);
    (end > start).then_some((end, known))
}

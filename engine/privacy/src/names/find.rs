//! Goes through a text block by block and asks each part of the grammar.

use conclave_protocol::{Category, Span};

use super::address;
use super::ages;
use super::cues::Cue;
use super::dates;
use super::features::Context;
use super::firm;
use super::fold::{hash, hashes};
use super::gazetteer::Gazetteer;
use super::model::{self, Decision, Label};
use super::spelling;
use super::spread::Known;
use super::titles;
use super::words::{self, Gap, Lexicon, LineCase, Shape, Word};
use crate::detector::{Finding, Strength};
use crate::order;

/// Memory that blocks share.
#[derive(Default)]
struct Block {
    words: Vec<Word>,
    phrases: Vec<u8>,
    decisions: Vec<Decision>,
    dates: Vec<dates::Date>,
}

/// Adds what names, places, dates and the like are in the text. Without a gazetteer only forms and closed lists are found: dates, ages,
/// addresses, forms of address.
///
/// What is in `found` already is not searched. The time is linear in the text.
pub fn scan(text: &str, gazetteer: Option<&Gazetteer>, found: &mut Vec<Finding>) {
    let mut taken: Vec<Span> = found.iter().map(|finding| finding.span).collect();
    order::spans(&mut taken);
    let mut taken = taken.into_iter().peekable();
    let mut known = Known::default();
    let mut block = Block::default();
    let mut lexicon = Lexicon::new(gazetteer);
    let mut from = 0;
    while from < text.len() {
        block.words.clear();
        from = words::read(text, from, &mut lexicon, &mut block.words).max(from + 1);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let mut reach = 0;
        let end = block.words.last().map_or(from, |word| word.end);
        let some_taken = taken.peek().is_some_and(|span| span.start < end);
        let asked = if some_taken { block.words.len() } else { 0 };
        for word in &mut block.words[..asked] {
            while let Some(span) = taken.next_if(|span| span.start < word.end) {
                reach = reach.max(span.end);
            }
            word.taken = word.start < reach;
        }
        words::judge_lines(&mut block.words);
        block.scan(text, gazetteer, &mut known, found);
    }
    known.spread(text, found);
}

impl Block {
    fn scan(&mut self, text: &str, gazetteer: Option<&Gazetteer>, known: &mut Known, found: &mut Vec<Finding>) {
        self.phrases.clear();
        self.decisions.clear();
        if let Some(gazetteer) = gazetteer {
            model::phrases(&self.words, gazetteer, &mut self.phrases);
        }
        self.forms(text, found);
        if gazetteer.is_some() {
            let context = Context { words: &self.words, text: text.as_bytes(), phrases: &self.phrases };
            model::decide(&context, &mut self.decisions);
            self.names(text, known, found);
        }
        titles::find(text, &self.words, &self.decisions, found);
        for date in &self.dates {
            if dates::is_personal(&self.words, date) {
                found.push(Finding::new(date.span, Category::DateTime, Strength::Contextual, "date"));
            }
        }
    }

    /// Dates, addresses, postal codes, ages and groups.
    fn forms(&mut self, text: &str, found: &mut Vec<Finding>) {
        self.dates.clear();
        let mut at = 0;
        while at < self.words.len() {
            let word = &self.words[at];
            // Nothing begins with a word of letters and underscores.
            let asked = match word.shape {
                Shape::Number => true,
                Shape::Code => word.of(text).bytes().any(|byte| byte.is_ascii_digit()),
                _ => matches!(word.cue, Cue::Calendar | Cue::Group) && word.line != LineCase::Code,
            };
            if word.taken || !asked {
                at += 1;
                continue;
            }
            let date = dates::at(text, &self.words, at);
            // `Ringweg 8/5`: a partial date may be a house number.
            let doubtful = date.is_some_and(|date| !date.full && !date.plain);
            let (first, next) = if let Some(date) = date.filter(|_| !doubtful) {
                self.dates.push(date);
                (at, date.end)
            } else if let Some(place) = address::at(text, &self.words, &self.phrases, at) {
                let detector = if place.category == Category::Address { "address" } else { "postal-code" };
                found.push(Finding::new(place.span, place.category, Strength::Contextual, detector));
                (place.first, place.end)
            } else if let Some(date) = date {
                self.dates.push(date);
                (at, date.end)
            } else if let Some(span) = ages::at(text, &self.words, at) {
                found.push(Finding::new(span, Category::Age, Strength::Contextual, "age"));
                (at, at + 1)
            } else if self.phrases.get(at) != Some(&1) && is_group(&self.words, at) {
                let span = Span::new(word.start, word.end);
                found.push(Finding::new(span, Category::Nrp, Strength::Contextual, "group"));
                (at, at + 1)
            } else {
                at += 1;
                continue;
            };
            let next = next.max(at + 1).min(self.words.len());
            self.words[first..next].iter_mut().for_each(|word| word.taken = true);
            at = next;
        }
    }

    /// Names as the model decided them: words of one label with nothing between that parts names.
    fn names(&mut self, text: &str, known: &mut Known, found: &mut Vec<Finding>) {
        let mut at = 0;
        while at < self.words.len() {
            let mut label = self.decisions[at].label;
            let mut end = at + 1;
            if label == Label::Other {
                known.pass(&self.words[at], self.words.get(at + 1));
                at = end;
                continue;
            }
            // `I. B. Thornbury`: no place has two initials.
            if label == Label::Location && initials(&self.words, at) >= 2 {
                label = Label::Person;
            }
            let decided = self.decisions[at].label;
            let one = |end: usize| end < self.words.len() && self.decisions[end].label == decided;
            // `Ann Lee of Hill & Sons`: what a person is of is another name.
            let of =
                |word: &Word| label == Label::Person && word.cue == Cue::Of && word.number == const { hash(b"of") };
            loop {
                if one(end) && joins(label, &self.words[end]) && !of(&self.words[end])
                    || label == Label::Person && model::is_second_syllable(&self.words, end)
                {
                    end += 1;
                } else if label == Label::Person && self.is_article(end) {
                    end += 2;
                } else {
                    break;
                }
            }
            // `I. L. Rowe`: initials that could be a pronoun or an article.
            while label == Label::Person
                && at > 0
                && self.words[at].gap == Gap::Abbreviation
                && self.words[at - 1].shape == Shape::Initial
                && !self.words[at - 1].taken
            {
                at -= 1;
            }
            if label == Label::Location {
                end = self.connected(end);
            }
            let inverted = label == Label::Person && self.inverted(at, end);
            if inverted {
                end += 1;
                while one(end) && joins(label, &self.words[end]) {
                    end += 1;
                }
            }
            if let Some(firm) =
                firm::end(&self.words, &self.decisions, at, end).or_else(|| firm::institution(text, &self.words, end))
            {
                (end, label) = (firm, Label::Organization);
            }
            // `St. Bartholomew's Community Hospital`.
            let saint = |word: &Word| word.number == const { hash(b"st") } && word.capital() && !word.taken;
            if label == Label::Organization
                && at > 0
                && matches!(self.words[at].gap, Gap::Space | Gap::Abbreviation)
                && saint(&self.words[at - 1])
            {
                at -= 1;
            }
            // `on Tuesday`: some are called so, but not by that alone.
            if at + 1 == end && WEEKDAYS.contains(&self.words[at].number) {
                at = end;
                continue;
            }
            // `Driver Lee`: what somebody does is no part of the name.
            let role =
                |word: &Word| matches!(word.cue, Cue::Role | Cue::Person | Cue::Relation) && word.entry.given() == 0;
            while label == Label::Person
                && at + 1 < end
                && role(&self.words[at])
                && self.words[at + 1].gap == Gap::Space
            {
                at += 1;
            }
            // `Sgt. Lee`: the form of address is a find of its own.
            while label == Label::Person && at + 1 < end && self.words[at].cue == Cue::Title {
                at += 1;
            }
            if label == Label::Person {
                at = after_of(&self.words, at, end);
            }
            // `Ben Hill III`.
            let suffix =
                |word: &Word| GENERATIONS.contains(&word.number) && matches!(word.gap, Gap::Space | Gap::Comma);
            if label == Label::Person && end > at && self.words.get(end).is_some_and(suffix) {
                end += 1;
            }
            // `Contacto de Ana`: a small word before a name belongs to what stands before.
            while at + 1 < end && model::is_small(&self.words[at]) && !before_is_title(&self.words, at) {
                at += 1;
            }
            let mut last = end - 1;
            while last > at
                && (model::is_small(&self.words[last])
                    || self.words[last].shape == Shape::Lower && self.words[last].cue == Cue::And)
            {
                last -= 1;
            }
            let small = at + 1 == end && self.words[at].shape == Shape::Lower && model::is_small(&self.words[at]);
            if small
                || label == Label::Person && at + 1 == end && is_thing(&self.words, at)
                || !spelling::may_be_name(text, &self.words, at, end)
            {
                at = end;
                continue;
            }
            #[allow(clippy::cast_precision_loss, reason = "a handful of words")]
            let margin =
                self.decisions[at..end].iter().map(|decision| decision.margin).sum::<f32>() / (end - at) as f32;
            let category = match label {
                Label::Person => Category::Person,
                Label::Location => Category::Location,
                _ => Category::Organization,
            };
            let abbreviated = if label == Label::Organization {
                ABBREVIATED.contains(&self.words[last].number)
            } else {
                inverted && self.words[last].shape == Shape::Initial
            };
            let dot = abbreviated && text.as_bytes().get(self.words[last].end) == Some(&b'.');
            let mut span = Span::new(self.words[at].start, self.words[last].end + usize::from(dot));
            let mut category = category;
            let before = (last > at).then(|| firm::legal_form(text, self.words[last - 1].end)).flatten();
            if let Some(form) = before.or_else(|| firm::legal_form(text, self.words[last].end)) {
                (span.end, category, label) = (form, Category::Organization, Label::Organization);
            }
            let score = model::confidence(label, margin);
            found.push(Finding::new(span, category, Strength::Contextual, "name").scored(score));
            if label == Label::Person {
                if let Some(age) = ages::after_person(text, &self.words, last) {
                    found.push(Finding::new(age, Category::Age, Strength::Contextual, "age"));
                }
                known.learn(&self.words[at..=last], margin, score);
            }
            let covered = span.end;
            for word in self.words[at..].iter_mut().take_while(|word| word.start < covered) {
                word.taken = true;
            }
            at = end;
            while self.words.get(at).is_some_and(|word| word.start < covered) {
                at += 1;
            }
        }
    }

    /// Whether a surname goes on with an article: the `El` of `Ahmed El-Sayed`.
    fn is_article(&self, at: usize) -> bool {
        const ARTICLES: [u64; 5] = hashes("al as el ul ur");
        let Some([article, name]) = self.words.get(at..at + 2) else { return false };
        article.gap == Gap::Space
            && ARTICLES.contains(&article.number)
            && name.gap == Gap::Hyphen
            && name.capital()
            && !name.taken
    }

    /// Where a place ends that has small words in its name: `Newcastle upon Tyne`, `Brunet-la-Forêt`.
    fn connected(&self, end: usize) -> usize {
        const INSIDE: [u64; 8] = hashes("upon aan am sur under sous bei op");
        let Some([small, name]) = self.words.get(end..end + 2) else { return end };
        let hyphens = small.gap == Gap::Hyphen && name.gap == Gap::Hyphen && small.end - small.start <= 4;
        let spaces = small.gap == Gap::Space && name.gap == Gap::Space && INSIDE.contains(&small.number);
        let fits = small.shape == Shape::Lower && name.capital() && !name.taken && (hyphens || spaces);
        if fits { end + 2 } else { end }
    }

    /// Whether `Miller, Ann` goes on behind the comma before `end`: one surname or two, then given names or initials, and not one
    /// name of a list.
    fn inverted(&self, at: usize, end: usize) -> bool {
        let person = |i: usize| self.decisions.get(i).is_some_and(|decision| decision.label == Label::Person);
        let comma = |i: usize| self.words.get(i).is_some_and(|word| word.gap == Gap::Comma);
        if !(comma(end) && person(end)) || end - at > 2 {
            return false;
        }
        let mut after = end + 1;
        while person(after) && joins(Label::Person, &self.words[after]) {
            after += 1;
        }
        let (surnames, given) = (&self.words[at..end], &self.words[end..after]);
        if surnames.iter().any(|word| word.shape == Shape::Initial) || given.len() > 3 {
            return false;
        }
        if given.iter().all(|word| word.shape == Shape::Initial) {
            return true;
        }
        // `Ann Miller, Bob Hill`: a given name before, a surname behind.
        let called = |word: &Word| word.entry.given() > word.entry.surname();
        let ends = given.len() > 1
            && given[given.len() - 1].shape != Shape::Initial
            && given[given.len() - 1].gap != Gap::Hyphen
            && !called(&given[given.len() - 1]);
        let begins = surnames.len() > 1 && surnames[1].gap != Gap::Hyphen && surnames[0].entry.given() > 1;
        let listed = |word: &Word| word.cue == Cue::And && word.gap == Gap::Space;
        let goes_on = comma(after) && person(after) || self.words.get(after).is_some_and(listed);
        let before = at > 1 && (comma(at) && person(at - 1) || listed(&self.words[at - 1]) && person(at - 2));
        let [.., surname] = surnames else { return false };
        let likely = !called(surname) && given[0].entry.given() > 0 || !called(surname) && surname.entry.surname() > 1;
        likely && !ends && !begins && !goes_on && !before
    }
}

/// Where the name begins in `Kontaktdaten von Hans Meier`: behind a small word before which nothing is a name of a person.
fn after_of(words: &[Word], at: usize, end: usize) -> usize {
    let named = |word: &Word| word.entry.given() > 0 || word.entry.surname() > 0;
    let Some(small) = (at + 1..end.saturating_sub(1)).find(|i| model::is_small(&words[*i])) else { return at };
    let begins = words[small + 1].entry.given() >= 2 && words[at..small].iter().all(|word| !named(word));
    if begins { small + 1 } else { at }
}

/// Whether a name may begin here with a small word: `Herr von Stetten`, `Name: de la Cruz`.
fn before_is_title(words: &[Word], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|i| words.get(i)).filter(|_| words[at].gap == Gap::Space);
    before.is_none_or(|before| matches!(before.cue, Cue::Title | Cue::Is))
}

/// Whether one word names a thing: `Project Heron`, `sprint Orion`.
fn is_thing(words: &[Word], at: usize) -> bool {
    const THINGS: [u64; 20] = hashes(
        "project projekt projet operation sprint codename release milestone branch cluster repo repository server module \
        package library workspace epic feature version",
    );
    let before = at.checked_sub(1).and_then(|i| words.get(i)).filter(|_| words[at].gap == Gap::Space);
    before.is_some_and(|before| THINGS.contains(&before.number))
}

const WEEKDAYS: [u64; 7] = hashes("monday tuesday wednesday thursday friday saturday sunday");

/// What tells persons of one name apart.
const GENERATIONS: [u64; 6] = hashes("jr sr jnr snr iii iv");

/// Ends of company names that have a dot.
const ABBREVIATED: [u64; 5] = hashes("inc ltd corp co bros");

/// How many initials with dots stand before a word, two at most.
fn initials(words: &[Word], at: usize) -> usize {
    let dotted = |i: &usize| words[*i].gap == Gap::Abbreviation && words[*i - 1].shape == Shape::Initial;
    (1..=at).rev().take(2).take_while(dotted).count()
}

/// Whether a word goes on a name of this kind.
fn joins(label: Label, word: &Word) -> bool {
    match word.gap {
        Gap::Space | Gap::Hyphen | Gap::Abbreviation => true,
        Gap::Ampersand | Gap::Possessive => label == Label::Organization,
        _ => false,
    }
}

/// A nationality or a creed of somebody, not a language or a thing.
fn is_group(words: &[Word], at: usize) -> bool {
    let word = &words[at];
    if word.cue != Cue::Group || !matches!(word.shape, Shape::Capital | Shape::Upper) {
        return false;
    }
    let before = at.checked_sub(1).and_then(|i| words.get(i)).filter(|_| word.gap == Gap::Space);
    // `in French`, `into German`, `speak Hindi`: a language.
    let language = before
        .is_some_and(|before| matches!(before.cue, Cue::In | Cue::To) || before.number == const { hash(b"speak") });
    let next = words.get(at + 1).filter(|next| next.gap == Gap::Space);
    !(language && next.is_none_or(|next| !next.capital()))
}

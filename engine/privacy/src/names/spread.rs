//! A name that was found once is a name in the whole text: whole or in parts, in this case or another.

use std::collections::HashMap;

use conclave_protocol::{Category, Span};

use super::words::{Gap, LineCase, Shape, Word};
use crate::detector::{Finding, Strength};

/// How much better than none a name must fit that is looked for elsewhere, in natural logarithms: odds of four to one.
const MARGIN_LEAST: f32 = 1.39;
/// The same for a name that the gazetteer does not have: odds of 32 to one.
const MARGIN_UNKNOWN: f32 = 3.48;
/// Words that a text may have been passed by; those of longer texts are found where the model finds them.
const PASSED_MAX: usize = 200_000;
/// Words of a filter of names: 8 KB.
const FILTER: usize = 1024;
/// Different names of one text.
const NAMES_MAX: usize = 20_000;

/// Persons of a text, and the words in which the model saw none.
#[derive(Default)]
pub struct Known {
    names: HashMap<u64, Name>,
    passed: Vec<Passed>,
}

#[derive(Clone, Copy)]
struct Name {
    score: f32,
    /// How often it was found.
    found: usize,
    /// How often it was passed by, written small in a text with capitals.
    small: usize,
}

struct Passed {
    span: Span,
    number: u64,
    small: bool,
}

impl Known {
    /// A person was found, by this margin before none.
    pub fn learn(&mut self, words: &[Word], margin: f32, score: f32) {
        if margin < MARGIN_LEAST || self.names.len() >= NAMES_MAX {
            return;
        }
        for word in words {
            // Short parts, particles and ordinary words are too often something else.
            let acronym = word.shape == Shape::Upper && !matches!(word.line, LineCase::Upper | LineCase::Title);
            let entry = word.entry;
            let sure = word.end - word.start >= 3
                && word.letters()
                && !acronym
                && entry.common() < 4
                && !entry.foreign()
                && (entry.given() > 0 || entry.surname() > 0 || margin >= MARGIN_UNKNOWN);
            if sure && word.cue == super::cues::Cue::None {
                let name = self.names.entry(word.number).or_insert(Name { score, found: 0, small: 0 });
                name.score = name.score.max(score);
                name.found += 1;
            }
        }
    }

    /// A word in which nobody was seen.
    #[inline]
    pub fn pass(&mut self, word: &Word, next: Option<&Word>) {
        let named = word.shape != Shape::Lower
            || word.entry.given() > 0
            || word.entry.surname() > 0
            || word.line == LineCase::Lower;
        if !named || word.line == LineCase::Code {
            return;
        }
        // A part of a path, a link or code.
        let coded = |gap: Gap| matches!(gap, Gap::Code | Gap::Slash | Gap::At | Gap::Hash);
        if coded(word.gap) || next.is_some_and(|next| coded(next.gap)) {
            return;
        }
        let may = word.letters() && !word.taken && word.number != 0 && word.end - word.start >= 3;
        if may && self.passed.len() < PASSED_MAX {
            let small = word.shape == Shape::Lower && word.line != LineCase::Lower;
            self.passed.push(Passed { span: Span::new(word.start, word.end), number: word.number, small });
        }
    }

    /// Finds the names again among the words that were passed by.
    pub fn spread(mut self, text: &str, found: &mut Vec<Finding>) {
        if self.names.is_empty() {
            return;
        }
        // Most words are told from all names by some bits of theirs.
        let mut filter = [0u64; FILTER];
        let place = |number: u64| ((number >> 6) as usize % FILTER, 1 << (number & 63));
        for (at, bit) in self.names.keys().map(|number| place(*number)) {
            filter[at] |= bit;
        }
        let may_be = |passed: &Passed| {
            let (at, bit) = place(passed.number);
            filter[at] & bit != 0
        };
        for passed in self.passed.iter().filter(|passed| passed.small && may_be(passed)) {
            if let Some(name) = self.names.get_mut(&passed.number) {
                name.small += 1;
            }
        }
        let mut last: Option<Finding> = None;
        for passed in self.passed.into_iter().filter(may_be) {
            // What a text with capitals writes small more often than not is an ordinary word: `fields`, `keys`.
            let name = self.names.get(&passed.number).filter(|name| !passed.small || name.small <= name.found);
            let Some(Name { score, .. }) = name else { continue };
            match &mut last {
                // Neighbours are one name.
                Some(finding) if text.get(finding.span.end..passed.span.start) == Some(" ") => {
                    finding.span.end = passed.span.end
                }
                _ => {
                    found.extend(last.take());
                    let finding = Finding::new(passed.span, Category::Person, Strength::Contextual, "name-again");
                    last = Some(finding.scored(score * 0.9));
                }
            }
        }
        found.extend(last);
    }
}

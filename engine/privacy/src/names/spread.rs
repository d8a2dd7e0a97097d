//! A name that was found once is a name in the whole text: whole or in parts, in this case or another.

use std::collections::HashMap;

use conclave_protocol::{Category, Span};

use super::words::{LineCase, Shape, Word};
use crate::detector::{Finding, Strength};

/// Names that are sure enough to be looked for elsewhere.
const SCORE_LEAST: f32 = 0.8;
/// The same for a name that the gazetteer does not have.
const SCORE_UNKNOWN: f32 = 0.97;
/// Words that a text may have been passed by; those of longer texts are found where the model finds them.
const PASSED_MAX: usize = 200_000;
/// Words of a filter of names: 8 KB.
const FILTER: usize = 1024;
/// Different names of one text.
const NAMES_MAX: usize = 20_000;

/// Persons of a text, and the words in which the model saw none.
#[derive(Default)]
pub struct Known {
    names: HashMap<u64, f32>,
    passed: Vec<Passed>,
}

struct Passed {
    span: Span,
    number: u64,
}

impl Known {
    /// A person was found.
    pub fn learn(&mut self, words: &[Word], score: f32) {
        if score < SCORE_LEAST || self.names.len() >= NAMES_MAX {
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
                && (entry.given() > 0 || entry.surname() > 0 || score >= SCORE_UNKNOWN);
            if sure && word.cue == super::cues::Cue::None {
                let best = self.names.entry(word.number).or_insert(score);
                *best = best.max(score);
            }
        }
    }

    /// A word in which nobody was seen.
    pub fn pass(&mut self, word: &Word) {
        let named = word.shape != Shape::Lower
            || word.entry.given() > 0
            || word.entry.surname() > 0
            || word.line == LineCase::Lower;
        let may = word.letters() && !word.taken && word.number != 0 && named && word.end - word.start >= 3;
        if may && self.passed.len() < PASSED_MAX && word.line != LineCase::Code {
            self.passed.push(Passed { span: Span::new(word.start, word.end), number: word.number });
        }
    }

    /// Finds the names again among the words that were passed by.
    pub fn spread(self, text: &str, found: &mut Vec<Finding>) {
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
        let mut last: Option<Finding> = None;
        for passed in self.passed.into_iter().filter(may_be) {
            let Some(score) = self.names.get(&passed.number) else { continue };
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

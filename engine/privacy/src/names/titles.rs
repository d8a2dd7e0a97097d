//! Forms of address.

use conclave_protocol::{Category, Span};

use super::cues::Cue;
use super::fold::hashes;
use super::model::{Decision, Label};
use super::words::{Gap, LineCase, Shape, Word};
use crate::detector::{Finding, Strength};

/// Adds those before a person, and those that are nothing else.
pub fn find(text: &str, words: &[Word], decisions: &[Decision], found: &mut Vec<Finding>) {
    for (at, word) in words.iter().enumerate().filter(|(_, word)| word.cue == Cue::Title && !word.taken) {
        let next = words.get(at + 1).filter(|next| matches!(next.gap, Gap::Space | Gap::Abbreviation));
        let person = |at: usize| decisions.get(at).is_some_and(|decision| decision.label == Label::Person);
        let double = next.is_some_and(|next| next.cue == Cue::Title) && person(at + 2);
        // `GNU General Public License`: a word in the middle of a name that nobody bears.
        let before = at.checked_sub(1).map(|i| &words[i]).filter(|_| word.gap == Gap::Space);
        let inside = before.is_some_and(|before| before.shape == Shape::Upper && word.shape == Shape::Capital);
        // `MS Gothic`: an abbreviation, where what follows is written in small letters.
        let short = word.shape == Shape::Upper && word.end - word.start == 2 && text[word.end..].starts_with(' ');
        let abbreviates = short && next.is_some_and(|next| next.shape == Shape::Capital);
        let named = (next.is_some() && person(at + 1) || double) && !inside && !abbreviates;
        let only = word.capital() && is_only_title(word.number) && next.is_some_and(Word::capital) && !abbreviates;
        let written = word.capital() || word.line == LineCase::Lower || is_only_title(word.number);
        if named && written || only && word.line != LineCase::Code {
            // The dot belongs to it.
            let end = word.end + usize::from(text.as_bytes().get(word.end) == Some(&b'.'));
            found.push(Finding::new(Span::new(word.start, end), Category::Title, Strength::Contextual, "title"));
        }
    }
}

/// Whether it is a form of address that is no ordinary word.
pub fn is_only_title(number: u64) -> bool {
    const ONLY: [u64; 16] = hashes("mr mrs ms dr prof herr frau mme mlle sr sra srta monsieur madame signora messrs");
    ONLY.contains(&number)
}

//! Which passages fulfil a condition.

use super::bits::Bits;
use super::filter::Filter;
use super::near::{Near, edits_for};
use super::parser::{Node, Parsed};
use crate::index::analyzer::Analyzer;

/// What evaluation asks of an index.
pub trait Lookup {
    /// How many passages there are; their numbers are smaller.
    fn passages(&self) -> usize;
    /// Calls `take` with every passage that holds a term in text, heading or title.
    fn holding(&self, term: &str, take: &mut dyn FnMut(usize));
    /// Calls `take` with the terms from `from` on, in the order of their bytes, possibly several times each, until it says no.
    fn terms_from(&self, from: &str, take: &mut dyn FnMut(&str) -> bool);
    /// Calls `take` with every passage whose document passes.
    fn admitted(&self, filter: &Filter, take: &mut dyn FnMut(usize));
}

/// Most terms that a prefix or a fuzzy word stands for; the first in the order of letters, so that `ab*` stays cheap.
const MAX_TERMS: usize = 1_000;

impl Parsed {
    /// The passages that fulfil the condition; `None` where there is none and all do. Phrases are not compared with the text:
    /// the result holds every passage with all their words.
    #[must_use]
    pub fn passages(&self, analyzer: &Analyzer, lookup: &dyn Lookup) -> Option<Bits> {
        self.condition.as_ref().map(|node| evaluate(node, analyzer, lookup))
    }
}

fn evaluate(node: &Node, analyzer: &Analyzer, lookup: &dyn Lookup) -> Bits {
    let limit = lookup.passages();
    let mut found = Bits::none(limit);
    match node {
        Node::Word(text) | Node::Phrase(text) => return with_all_terms(text, analyzer, lookup),
        Node::Prefix(prefix) => {
            // The dictionary holds stems: "running*" begins with the stem of what it begins with.
            let folded = analyzer.folded(prefix);
            let mut terms = Vec::new();
            lookup.terms_from(&folded, &mut |term| {
                let goes_on = term.starts_with(&folded) && terms.len() < MAX_TERMS;
                if goes_on {
                    terms.push(term.to_owned());
                }
                goes_on
            });
            analyzer.terms(prefix, |term| terms.push(term.to_owned()));
            terms.iter().for_each(|term| lookup.holding(term, &mut |passage| found.insert(passage)));
        }
        Node::Fuzzy(word, edits) => {
            let mut stem = String::new();
            analyzer.terms(word, |term| term.clone_into(&mut stem));
            let most = edits.unwrap_or_else(|| edits_for(word));
            for (term, _) in near_terms(&stem, most, lookup) {
                lookup.holding(&term, &mut |passage| found.insert(passage));
            }
        }
        Node::Filter(filter) => lookup.admitted(filter, &mut |passage| found.insert(passage)),
        Node::All(nodes) => {
            found = Bits::all(limit);
            nodes.iter().for_each(|node| found.keep(&evaluate(node, analyzer, lookup)));
        }
        Node::Any(nodes) => nodes.iter().for_each(|node| found.add(&evaluate(node, analyzer, lookup))),
        Node::Not(node) => {
            found = Bits::all(limit);
            found.remove(&evaluate(node, analyzer, lookup));
        }
    }
    found
}

/// Passages that hold every term of a text. A text without terms (`&`) holds for all.
fn with_all_terms(text: &str, analyzer: &Analyzer, lookup: &dyn Lookup) -> Bits {
    let mut all = Bits::all(lookup.passages());
    analyzer.terms(text, |term| {
        let mut holding = Bits::none(lookup.passages());
        lookup.holding(term, &mut |passage| holding.insert(passage));
        all.keep(&holding);
    });
    all
}

/// The terms of the dictionary that differ from `stem` by at most `most` letters, and by how many. The first letter is the same:
/// few people miss it, and the rest of the dictionary is not walked through.
pub(crate) fn near_terms(stem: &str, most: usize, lookup: &dyn Lookup) -> Vec<(String, usize)> {
    let Some(first) = stem.chars().next() else { return Vec::new() };
    let mut terms: Vec<(String, usize)> = Vec::new();
    let mut near = Near::new(stem, most);
    lookup.terms_from(first.encode_utf8(&mut [0; 4]), &mut |term| {
        let goes_on = term.starts_with(first) && terms.len() < MAX_TERMS;
        if goes_on && let Some(edits) = near.edits(term) {
            terms.push((term.to_owned(), edits));
        }
        goes_on
    });
    terms
}

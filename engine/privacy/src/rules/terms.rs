//! Finds a person's own terms in a text: at each place the longest one that stands there as whole words.
//!
//! The terms are in order, so the last one that is not behind what stands at a place is found by halving; any shorter term
//! that stands there is a beginning of what the two share. What a place costs is bounded by the list, whatever the text.

use conclave_protocol::Span;

use crate::shadow::Shadow;
use crate::{boundary, case};

/// Terms to look for.
#[derive(Default)]
pub(super) struct Terms {
    /// In order, each once, with ASCII letters in lower case.
    spellings: Vec<Vec<u8>>,
    /// Bytes with which one begins, a bit each.
    first: [u64; 4],
}

impl Terms {
    /// Takes terms, none of them blank. Case is folded for ASCII letters alone, so terms with others are there in both cases.
    pub(super) fn new(terms: &[&str]) -> Self {
        let mut made = Self::default();
        for term in terms {
            let plain = Shadow::of(term.trim()).text().to_owned();
            if !plain.is_ascii() {
                made.add(&case::to_lower(&plain));
                made.add(&case::to_upper(&plain));
            }
            made.add(&plain);
        }
        made
    }

    fn add(&mut self, spelling: &str) {
        let spelling = spelling.to_ascii_lowercase().into_bytes();
        if let Some(first) = spelling.first() {
            self.first[usize::from(first / 64)] |= 1 << (first % 64);
            // They are a few thousand at most.
            if let Err(place) = self.spellings.binary_search(&spelling) {
                self.spellings.insert(place, spelling);
            }
        }
    }

    /// Places of the terms in a text in normal form, from the left, the longest at each, none over another.
    pub(super) fn find(&self, text: &str) -> Vec<Span> {
        let mut found = Vec::new();
        if self.spellings.is_empty() {
            return found;
        }
        let text = text.to_ascii_lowercase().into_bytes();
        let mut at = 0;
        while let Some(byte) = text.get(at) {
            let begins = self.first[usize::from(byte / 64)] >> (byte % 64) & 1 == 1;
            match begins.then(|| self.longest(&text, at)).flatten() {
                Some(end) => {
                    found.push(Span::new(at, end));
                    at = end;
                }
                None => at += 1,
            }
        }
        found
    }

    /// Where the longest term that stands at `at` ends.
    fn longest(&self, text: &[u8], at: usize) -> Option<usize> {
        let here = &text[at..];
        if !opens(text, at) {
            return None;
        }
        let mut shared = here.len();
        let mut before = self.spellings.partition_point(|term| term.as_slice() <= here);
        while let Some(term) = before.checked_sub(1).and_then(|i| self.spellings.get(i)) {
            shared = term.iter().zip(&here[..shared]).take_while(|(a, b)| a == b).count();
            if shared == 0 {
                return None;
            }
            if shared == term.len() && closes(text, at + shared) {
                return Some(at + shared);
            }
            // A shorter term that stands here is a beginning of what the text shares with this one.
            let shorter = &here[..shared - usize::from(shared == term.len())];
            before = self.spellings[..before - 1].partition_point(|term| term.as_slice() <= shorter);
        }
        None
    }
}

/// Whether a byte is part of a word.
fn in_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte >= 0x80
}

/// Whether no word goes on over `at`, where a term begins.
fn opens(text: &[u8], at: usize) -> bool {
    let other_letter = |before: usize| text.get(before).is_some_and(|byte| *byte >= 0x80);
    !text.get(at).is_some_and(in_word) || boundary::starts(text, at) && !at.checked_sub(1).is_some_and(other_letter)
}

/// Whether no word goes on over `at`, where a term ends.
fn closes(text: &[u8], at: usize) -> bool {
    !at.checked_sub(1).and_then(|before| text.get(before)).is_some_and(in_word) || !text.get(at).is_some_and(in_word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found<'a>(terms: &[&str], text: &'a str) -> Vec<&'a str> {
        Terms::new(terms).find(text).into_iter().filter_map(|span| span.of(text)).collect()
    }

    #[test]
    fn the_longest_term_that_is_whole_is_found() {
        let terms = ["heron", "heron s", "heron street", "street", "é"];
        let text = "Heron streets, herons, HERON STREET; xheron street a\\nheron éheron Éa É";
        assert_eq!(found(&terms, text), ["Heron", "HERON STREET", "street", "heron", "É"]);
    }

    #[test]
    fn a_term_that_begins_in_a_word_hides_no_other() {
        assert_eq!(found(&["a b", "b c"], "xa b c"), ["b c"]);
    }

    #[test]
    fn many_terms_that_begin_alike_cost_no_more_than_their_length() {
        let terms: Vec<String> = (0..2_000).map(|i| format!("{}{i:04}", "a ".repeat(198))).collect();
        let terms: Vec<&str> = terms.iter().map(String::as_str).collect();
        let start = std::time::Instant::now();
        assert_eq!(found(&terms, &"a ".repeat(100_000)), Vec::<&str>::new());
        assert!(start.elapsed() < std::time::Duration::from_secs(20));
    }

    proptest! {
        #[test]
        fn terms_are_those_that_a_walk_over_all_of_them_finds(
            terms in proptest::collection::vec("[ab]( ?[ab]){0,4}", 1..8),
            text in "[abAB ]{0,40}",
        ) {
            let list: Vec<&str> = terms.iter().map(String::as_str).collect();
            let lower = text.to_ascii_lowercase();
            let mut expected = Vec::new();
            let mut at = 0;
            while at < text.len() {
                let whole = |end: &usize| opens(lower.as_bytes(), at) && closes(lower.as_bytes(), *end);
                let standing = terms.iter().filter(|term| lower[at..].starts_with(term.as_str()));
                let end = standing.map(|term| at + term.len()).filter(whole).max();
                expected.extend(end.map(|end| &text[at..end]));
                at = end.unwrap_or(at + 1);
            }
            prop_assert_eq!(found(&list, &text), expected);
        }
    }
}

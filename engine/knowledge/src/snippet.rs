//! What of a passage is shown in a list of results, and which of its words were looked for.

use conclave_protocol::Span;
use std::collections::HashSet;

use crate::index::analyzer::Analyzer;
use crate::index::query::{Node, Parsed, edits_for, within};

/// A part of a text with the words that matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// Place of the part in the text; it begins and ends between words.
    pub window: Span,
    /// Places in the text, inside the window: words of the query in any form, ordered, without overlaps.
    pub highlights: Vec<Span>,
}

/// Which words of a text are marked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    terms: HashSet<String>,
    prefixes: Vec<String>,
    /// Stems with the number of letters that may differ.
    near: Vec<(String, usize)>,
}

impl Wanted {
    /// The words of a query, with what they were `corrected` to; none of those that must not occur.
    #[must_use]
    pub fn of(analyzer: &Analyzer, parsed: &Parsed, corrected: Vec<String>) -> Self {
        let mut wanted = Self::default();
        wanted.terms.extend(analyzer.query_terms(&parsed.text).into_iter().map(|term| term.term));
        wanted.terms.extend(corrected);
        if let Some(condition) = &parsed.condition {
            wanted.take(analyzer, condition);
        }
        wanted
    }

    fn take(&mut self, analyzer: &Analyzer, node: &Node) {
        match node {
            Node::Prefix(prefix) => self.prefixes.push(analyzer.folded(prefix)),
            Node::Fuzzy(word, edits) => {
                let most = edits.unwrap_or_else(|| edits_for(word));
                analyzer.terms(word, |stem| self.near.push((stem.to_owned(), most)));
            }
            Node::All(nodes) | Node::Any(nodes) => nodes.iter().for_each(|node| self.take(analyzer, node)),
            Node::Word(_) | Node::Phrase(_) | Node::Filter(_) | Node::Not(_) => {}
        }
    }

    /// Whether a term of the text is one of them.
    fn holds(&self, term: &str) -> bool {
        self.terms.contains(term)
            || self.prefixes.iter().any(|prefix| term.starts_with(prefix.as_str()))
            || self.near.iter().any(|(stem, most)| {
                // As the index looks for them: the first letter is the same.
                stem.chars().next() == term.chars().next() && within(stem, term, *most).is_some()
            })
    }
}

/// The places of the wanted words in a text, in any form that has the same stem; ordered, without overlaps.
#[must_use]
pub fn highlights(analyzer: &Analyzer, wanted: &Wanted, text: &str) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    analyzer.terms_at(text, |term, place| {
        if !wanted.holds(term) {
            return;
        }
        // A pair of characters begins before its second one, and an identifier's parts are its own place.
        let mut place = place;
        while let Some(last) = found.pop_if(|last| place.start < last.end) {
            place = Span::new(last.start.min(place.start), last.end.max(place.end));
        }
        found.push(place);
    });
    found
}

/// The window of at most `max_bytes` that holds most different terms, then most of them, then comes first.
#[must_use]
pub fn snippet(analyzer: &Analyzer, wanted: &Wanted, text: &str, max_bytes: usize) -> Snippet {
    let all = highlights(analyzer, wanted, text);
    if text.len() <= max_bytes {
        return Snippet { window: Span::new(0, text.len()), highlights: all };
    }
    let best = (0..all.len()).max_by_key(|first| {
        let within = || all[*first..].iter().take_while(|place| place.end <= all[*first].start + max_bytes);
        let different: HashSet<String> =
            within().filter_map(|place| place.of(text)).map(|word| analyzer.folded(word)).collect();
        (different.len(), within().count(), std::cmp::Reverse(*first))
    });
    let (start, end) = best.and_then(|first| all.get(first)).map_or((0, 0), |place| (place.start, place.end));
    // A quarter of the window stands before the first word, so that a reader sees what it is about.
    let from = between_words(text, start.saturating_sub(max_bytes / 4), start);
    let to = text.floor_char_boundary((from + max_bytes).min(text.len()));
    let to = if to == text.len() { to } else { text[from..to].rfind(char::is_whitespace).map_or(to, |at| from + at) };
    let window = Span::new(from, to.max(end));
    let inside = all.into_iter().filter(|place| window.start <= place.start && place.end <= window.end);
    Snippet { window, highlights: inside.collect() }
}

/// The first beginning of a word at or behind `from`, or `latest`.
fn between_words(text: &str, from: usize, latest: usize) -> usize {
    let from = text.floor_char_boundary(from);
    if from == 0 {
        return 0;
    }
    let space = text[from..latest].find(char::is_whitespace).map(|at| from + at);
    space.and_then(|at| text[at..latest].find(|c: char| !c.is_whitespace()).map(|word| at + word)).unwrap_or(latest)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;
    use crate::index::parse;

    fn wanted(query: &str) -> Wanted {
        Wanted::of(&Analyzer::default(), &parse(query), Vec::new())
    }

    fn marked(query: &str, text: &str) -> Vec<String> {
        let found = highlights(&Analyzer::default(), &wanted(query), text);
        found.iter().map(|place| place.of(text).unwrap().to_owned()).collect()
    }

    #[test]
    fn words_are_marked_in_every_form_and_script() {
        assert_eq!(marked("geese flying", "Geese fly; he flies. A fly-by."), ["Geese", "fly", "flies", "fly"]);
        assert_eq!(marked("cafe", "Das Café, CAFÉS"), ["Café", "CAFÉS"]);
        assert_eq!(marked("東京", "私は東京都にいる"), ["東京"]);
        assert_eq!(marked("مرحبا", "قال مرحبا بكم"), ["مرحبا"]);
        assert_eq!(marked("שלום", "אמר שלום לכם"), ["שלום"]);
        assert_eq!(marked("привет", "Он сказал: Привет!"), ["Привет"]);
        assert_eq!(marked("नमस्ते", "उसने नमस्ते कहा"), ["नमस्ते"]);
        assert_eq!(marked("สวัสดี", "เขาพูดว่าสวัสดีครับ"), ["สวัสดี"]);
        assert_eq!(marked("한국어", "저는 한국어 공부"), ["한국어"]);
        assert_eq!(marked("goose", "\u{1f600}goose\u{1f600} and 東goose"), ["goose", "goose"]);
        assert_eq!(marked("html", "parseHtml(x)"), ["parseHtml"]);
    }

    #[test]
    fn prefixes_and_nearly_written_words_are_marked_and_excluded_ones_are_not() {
        let text = "Cylinders of steel: the cylindrical goose, a gooze and a moose in winter.";
        assert_eq!(marked("cylind*", text), ["Cylinders", "cylindrical"]);
        assert_eq!(marked("goosse~", text), ["goose", "gooze"]);
        assert_eq!(marked("steel -winter NOT goose", text), ["steel"]);
        assert_eq!(marked("\"steel goose\" OR (winter AND moos*)", text), ["steel", "goose", "moose", "winter"]);
        assert!(marked("type:pdf", text).is_empty());
    }

    #[test]
    fn the_window_holds_most_of_what_was_looked_for() {
        let text = format!(
            "A goose. {}The grey goose of winter flies. {}",
            "Tea is hot. ".repeat(20),
            "Milk is cold. ".repeat(20)
        );
        let found = snippet(&Analyzer::default(), &wanted("goose winter"), &text, 80);
        let window = found.window.of(&text).unwrap();
        assert!(window.contains("grey goose of winter") && window.len() <= 80, "{window:?}");
        assert!(window.starts_with(char::is_alphabetic) && found.highlights.len() == 2, "{window:?}");
        let none = snippet(&Analyzer::default(), &wanted("zebra"), &text, 80);
        assert!(none.highlights.is_empty() && none.window.start == 0 && none.window.len() <= 80);
    }

    proptest! {
        #[test]
        fn windows_are_places_of_the_text(text in "(goose |winter|é|東京|\u{1f600}| |a\n){0,60}", max in 0usize..60) {
            let found = snippet(&Analyzer::default(), &wanted("goose winter 東京"), &text, max);
            prop_assert!(found.window.of(&text).is_some());
            let mut end = found.window.start;
            for place in &found.highlights {
                prop_assert!(place.of(&text).is_some() && place.start >= end && place.end <= found.window.end);
                end = place.end;
            }
        }
    }
}

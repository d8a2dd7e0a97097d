//! What the rules see in a text: words and their stems, names, numbers, quoted strings, negation.
//!
//! English rules: in a text of another language the words, names and numbers are still found, the function words are
//! not, and the checks become stricter, not looser.

pub mod function_words;
pub mod names;
pub mod numbers;
pub mod words;

pub use names::{Name, names};
pub use numbers::{Number, numbers};
pub use words::{Token, content_stems, fold, is_function_word, stem, tokens};

/// Words that turn a statement around.
const NEGATIONS: &[&str] = &[
    "not",
    "no",
    "never",
    "none",
    "neither",
    "nor",
    "nobody",
    "nothing",
    "nowhere",
    "without",
    "cannot",
    "isn't",
    "aren't",
    "wasn't",
    "weren't",
    "don't",
    "doesn't",
    "didn't",
    "can't",
    "couldn't",
    "won't",
    "wouldn't",
    "shouldn't",
    "hasn't",
    "haven't",
    "hadn't",
    "mustn't",
];

/// Number of words in `text` that negate.
#[must_use]
pub fn negations(text: &str) -> usize {
    tokens(text).iter().filter(|token| NEGATIONS.contains(&fold(token.text).as_str())).count()
}

/// Strings that stand between double or typographic quotation marks, at least two characters long.
#[must_use]
pub fn quoted(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find(['"', '\u{201c}']) {
        let close = if rest[open..].starts_with('"') { '"' } else { '\u{201d}' };
        let start = open + if close == '"' { 1 } else { '\u{201c}'.len_utf8() };
        let Some(length) = rest[start..].find(close) else { break };
        let inner = rest[start..start + length].trim();
        if inner.chars().count() >= 2 {
            out.push(inner);
        }
        rest = &rest[start + length + close.len_utf8()..];
    }
    out
}

/// `text` with runs of white space as one space, lower case, typographic quotes and dashes as plain ones: for comparing
/// quotations.
#[must_use]
pub fn normalised(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(|c| match c {
            '\u{2018}' | '\u{2019}' => '\''.to_lowercase(),
            '\u{201c}' | '\u{201d}' => '"'.to_lowercase(),
            '\u{2010}'..='\u{2014}' => '-'.to_lowercase(),
            other => other.to_lowercase(),
        }));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negations_are_counted_with_their_short_forms() {
        assert_eq!(negations("The pump doesn\u{2019}t stop and never was not on."), 3);
        assert_eq!(negations("Nottingham is notable."), 0);
    }

    #[test]
    fn quoted_strings_are_found_in_both_styles() {
        assert_eq!(quoted("He said \"stop now\" and \u{201c}go on\u{201d}, 5\" long"), vec!["stop now", "go on"]);
    }

    #[test]
    fn quotations_compare_across_line_breaks_and_typography() {
        assert_eq!(normalised("The  user\u{2019}s\nGuide \u{2013} 2"), "the user's guide - 2");
    }
}

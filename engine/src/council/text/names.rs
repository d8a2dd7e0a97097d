//! Names in a text: capitalised words that are not capitalised for their place alone.

use super::words::{Token, fold, is_function_word, tokens};

/// A name: one or more capitalised words in a row, joined by "of", "the", "de", "von" and the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name as it stands.
    pub text: String,
    /// First byte in the text.
    pub start: usize,
    /// Whether it opens a sentence, so that its capital may mean nothing.
    pub opens_sentence: bool,
}

/// Capitalised words that are no names: days and months are dates, "I" is a pronoun.
const NO_NAMES: &[&str] = &["i", "i'm", "i've", "i'd", "i'll", "ok", "okay"];

/// Small words inside names.
const JOINTS: &[&str] = &["of", "de", "la", "von", "van", "der", "den", "du", "al", "bin", "di", "da", "del"];

/// The names of `text`, in order.
#[must_use]
pub fn names(text: &str) -> Vec<Name> {
    let all = tokens(text);
    let mut out: Vec<Name> = Vec::new();
    let mut at = 0;
    while at < all.len() {
        if !is_capitalised(&all[at]) {
            at += 1;
            continue;
        }
        let first = at;
        let mut last = at;
        loop {
            let next = last + 1;
            let joint = all.get(next).is_some_and(|token| JOINTS.contains(&token.text));
            let candidate = if joint { next + 1 } else { next };
            let adjacent = (last..candidate).all(|i| all.get(i + 1).is_some_and(|token| near(text, &all[i], token)));
            if adjacent && all.get(candidate).is_some_and(is_capitalised) {
                last = candidate;
            } else {
                break;
            }
        }
        let opens = opens_sentence(text, all[first].start);
        // A capital at the start of a sentence says nothing about a function word; and a lone one says little.
        let from = if opens && is_function_word(&fold(all[first].text)) { first + 1 } else { first };
        if from <= last {
            let end = all[last].start + all[last].text.len();
            let name = text[all[from].start..end].trim_end_matches("'s").trim_end_matches("\u{2019}s");
            out.push(Name { text: name.to_owned(), start: all[from].start, opens_sentence: opens && from == first });
        }
        at = last + 1;
    }
    out
}

fn is_capitalised(token: &Token<'_>) -> bool {
    token.text.chars().next().is_some_and(char::is_uppercase) && !NO_NAMES.contains(&fold(token.text).as_str())
}

/// Whether only a space, a hyphen or the point of an abbreviation stands between two words.
fn near(text: &str, left: &Token<'_>, right: &Token<'_>) -> bool {
    let between = &text[left.start + left.text.len()..right.start];
    let initial = left.text.chars().count() == 1;
    matches!(between, " " | "-" | "\u{a0}" | "\n") || (initial && between == ". ")
}

fn opens_sentence(text: &str, start: usize) -> bool {
    let before = text[..start]
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\u{201c}' | '(' | '*' | '#' | '-' | '['));
    before.is_empty() || before.ends_with(['.', '!', '?', ':', '\u{2022}', ';'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        names(text).into_iter().map(|name| name.text).collect()
    }

    #[test]
    fn names_are_whole_and_possessives_are_not_part_of_them() {
        assert_eq!(
            found("In what country is King Charles III of West Francia's castle?"),
            vec!["King Charles III of West Francia"]
        );
        assert_eq!(found("When did J. K. Rowling live in Paris, France?"), vec!["J. K. Rowling", "Paris", "France"]);
    }

    #[test]
    fn a_capital_at_the_start_of_a_sentence_is_marked() {
        let all = names("Pumps fail. The pump of Acme does.");
        assert_eq!(
            all.iter().map(|name| (name.text.as_str(), name.opens_sentence)).collect::<Vec<_>>(),
            vec![("Pumps", true), ("Acme", false)]
        );
    }
}

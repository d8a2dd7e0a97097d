//! What to look up in the library for a question.

use super::question::PastTurn;
use super::text::{fold, is_function_word, tokens};

/// Words that point back at what was said.
const POINTERS: &[&str] = &[
    "it", "its", "they", "them", "their", "that", "those", "this", "these", "he", "she", "his", "her", "him", "one",
    "ones", "there",
];

/// Openings of a question that goes on with the one before.
const CONTINUATIONS: &[&str] = &[
    "and ",
    "what about",
    "how about",
    "but ",
    "also ",
    "why not",
    "why?",
    "so ",
    "or ",
    "then ",
    "what else",
    "more ",
    "go on",
    "continue",
    "explain more",
    "tell me more",
];

/// The folded content words of `text`, each once: what to look up in the library's vocabulary for
/// [`super::LibraryFacts::word_passages`].
#[must_use]
pub fn library_words(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for token in tokens(text) {
        let folded = fold(token.text);
        let bare = folded.strip_suffix("'s").unwrap_or(&folded);
        if !is_function_word(&folded) && !out.iter().any(|word| word == bare) {
            out.push(bare.to_owned());
        }
    }
    out
}

/// Whether a question leans on the turn before it: it opens like a continuation, or it points back and names hardly
/// anything itself.
#[must_use]
pub fn is_follow_up(question: &str, history: &[PastTurn]) -> bool {
    if history.is_empty() {
        return false;
    }
    let folded = fold(question.trim());
    if CONTINUATIONS.iter().any(|opening| folded.starts_with(opening)) {
        return true;
    }
    let words: Vec<String> = tokens(question).iter().map(|token| fold(token.text)).collect();
    // "Is there an app?" says that something is, and points nowhere.
    let exists =
        |at: usize| words[at] == "there" && at > 0 && ["is", "are", "was", "were"].contains(&words[at - 1].as_str());
    let points_back = (0..words.len()).any(|at| POINTERS.contains(&words[at].as_str()) && !exists(at));
    let content = library_words(question).len();
    // "How long is it?" has one content word; a question that stands on its own has three or more.
    (points_back && content <= 3) || content == 0
}

/// The question as the search should read it: on its own, or after the question that it leans on.
#[must_use]
pub fn search_query(question: &str, history: &[PastTurn]) -> String {
    match history.last() {
        Some(before) if is_follow_up(question, history) => format!("{} {}", before.question.trim(), question.trim()),
        _ => question.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before(question: &str) -> Vec<PastTurn> {
        vec![PastTurn { question: question.into(), answer: Some("Two years.".into()), from_documents: true }]
    }

    #[test]
    fn a_follow_up_is_searched_with_what_it_leans_on() {
        let history = before("How long is the warranty of the Aero 3?");
        assert_eq!(
            search_query("And for the Aero 5?", &history),
            "How long is the warranty of the Aero 3? And for the Aero 5?"
        );
        assert_eq!(search_query("Does it cover the battery?", &history).matches('?').count(), 2);
        assert_eq!(search_query("Who signs a purchase order above 5,000 euros?", &history).matches('?').count(), 1);
        assert_eq!(search_query("Does it cover the battery?", &[]), "Does it cover the battery?");
        assert_eq!(search_query("Is there an app for the Aero 3?", &history), "Is there an app for the Aero 3?");
    }

    #[test]
    fn library_words_are_folded_and_unique() {
        assert_eq!(library_words("Is the Pump's filter a pump filter?"), vec!["pump", "filter"]);
    }
}

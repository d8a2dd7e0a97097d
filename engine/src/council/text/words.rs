//! Words and stems.

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

use super::function_words::FUNCTION_WORDS;

/// A word of a text (Unicode Standard Annex 29).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// The word as it stands.
    pub text: &'a str,
    /// Its first byte in the text.
    pub start: usize,
}

/// The words of `text`, in order. A name in code counts as its words: `PILOT_FEE` is "PILOT" and "FEE".
#[must_use]
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    text.unicode_word_indices().flat_map(|(start, word)| parts(Token { text: word, start })).collect()
}

/// A word between its underscores, which UAX 29 joins; a number keeps its own (`1_000`).
fn parts(word: Token<'_>) -> impl Iterator<Item = Token<'_>> {
    let joined = word.text.contains('_') && word.text.contains(char::is_alphabetic);
    let (whole, cut) = if joined { (None, Some(word)) } else { (Some(word), None) };
    let cut = cut.into_iter().flat_map(|word| {
        let at = word.text.match_indices('_').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(at);
        word.text.split('_').zip(starts).map(move |(text, at)| Token { text, start: word.start + at })
    });
    whole.into_iter().chain(cut.filter(|part| !part.text.is_empty()))
}

/// Lower case, without accents, with a plain apostrophe: "Temür" and "Temur" are one word to a person who asks.
#[must_use]
pub fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(|c| if c == '\u{2019}' { '\''.to_lowercase() } else { c.to_lowercase() })
        .collect()
}

/// Whether a folded word carries grammar rather than content.
#[must_use]
pub fn is_function_word(folded: &str) -> bool {
    FUNCTION_WORDS.binary_search(&folded).is_ok()
}

/// The stem of a word (Porter2): folded, without a possessive ending.
#[must_use]
pub fn stem(word: &str) -> String {
    let folded = fold(word);
    let bare = folded.strip_suffix("'s").unwrap_or(&folded).trim_matches('\'');
    Stemmer::create(Algorithm::English).stem(bare).into_owned()
}

/// Stems of the content words of `text`, in order, each once.
#[must_use]
pub fn content_stems(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for token in tokens(text) {
        if is_function_word(&fold(token.text)) {
            continue;
        }
        let stem = stem(token.text);
        if !out.contains(&stem) {
            out.push(stem);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_share_a_stem_and_function_words_are_left_out() {
        assert_eq!(content_stems("What is the warranty's period?"), content_stems("warranty periods"));
        assert!(content_stems("what is it that they did").is_empty());
    }

    #[test]
    fn accents_do_not_separate_words() {
        assert_eq!(stem("Tem\u{fc}r\u{2019}s"), stem("Temur"));
    }

    #[test]
    fn words_keep_their_place() {
        let text = "L\u{e9}gion d\u{2019}honneur, PILOT_FEE of __init__ and 1_000";
        let found = tokens(text);
        assert!(found.iter().all(|token| text[token.start..].starts_with(token.text)), "{found:?}");
        let words: Vec<&str> = found.iter().map(|token| token.text).collect();
        assert_eq!(words[2..], ["PILOT", "FEE", "of", "init", "and", "1_000"]);
    }
}

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

/// The words of `text`, in order.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    text.unicode_word_indices().map(|(start, text)| Token { text, start }).collect()
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
        let text = "L\u{e9}gion d\u{2019}honneur";
        let last = tokens(text).pop().unwrap_or(Token { text: "", start: 0 });
        assert_eq!(&text[last.start..], last.text);
    }
}

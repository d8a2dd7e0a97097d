//! Text to terms: words by UAX #29, folded to lower case without accents, stemmed (English Porter 2).
//!
//! Scripts without spaces give single characters and pairs of neighbours, as Lucene's CJK analyser does. Identifiers
//! (`snake_case`, `camelCase`) give the whole and their parts, and so do names with Greek letters (`TNFα`, [`super::greek`]) and
//! numbers with their unit (`50mg`). Changing what text gives which terms needs a new
//! [`VERSION`]: stored segments of another version are indexed again.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use conclave_protocol::Span;
use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation as _;
use xxhash_rust::xxh3::xxh3_64;

use crate::chunk::is_unspaced;

/// Version of the analysis.
pub const VERSION: u16 = 3;

/// Longest term in bytes; longer ones (base64, hashes in one piece) are cut, which still finds them.
pub const MAX_TERM_BYTES: usize = 64;

/// Words that carry little, as in Lucene's English list, with the question's own words. They are indexed, so that a
/// query of nothing else finds something, and left out of queries that hold other words.
const STOP_WORDS: &[&str] = &[
    "a", "about", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do", "does",
    "for", "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it", "its", "me",
    "my", "no", "not", "of", "on", "or", "she", "should", "such", "that", "the", "their", "them", "then", "there",
    "these", "they", "this", "to", "was", "we", "were", "what", "when", "where", "which", "who", "whom", "whose",
    "why", "will", "with", "would", "you", "your",
];

/// A term with the word that it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// What is indexed.
    pub term: String,
    /// The word as written.
    pub word: String,
}

/// Turns text into terms.
pub struct Analyzer {
    stemmer: Stemmer,
    /// Stems of words that were met lately, each in the place that its word's hash gives: of a text's words nearly all were met
    /// before, and stemming one takes ten times as long as finding it here.
    stems: RefCell<Vec<Option<Stem>>>,
}

/// A word and its stem.
struct Stem {
    word: Box<str>,
    stem: Rc<str>,
}

/// Places for stems: a power of two.
const STEMS: usize = 16_384;

impl Default for Analyzer {
    fn default() -> Self {
        Self { stemmer: Stemmer::create(Algorithm::English), stems: RefCell::default() }
    }
}

impl Analyzer {
    /// Calls `emit` with every term of `text`, in order.
    pub fn terms(&self, text: &str, mut emit: impl FnMut(&str)) {
        self.terms_at(text, |term, _| emit(term));
    }

    /// Calls `emit` with every term of `text` and the place in `text` of the characters it came from, in order.
    pub fn terms_at(&self, text: &str, mut emit: impl FnMut(&str, Span)) {
        // The unspaced character before, with its marks.
        let mut before: Option<Span> = None;
        for (at, word) in text.unicode_word_indices() {
            let place = Span::new(at, at + word.len());
            let mut chars = word.chars();
            if !(chars.next().is_some_and(is_unspaced) && chars.all(is_combining_mark)) {
                before = None;
                self.word(word, &mut |term| emit(term, place));
                continue;
            }
            emit(word, place);
            if let Some(before) = before
                && before.end == at
            {
                let pair = Span::new(before.start, place.end);
                emit(cut(pair.of(text).unwrap_or("")), pair);
            }
            before = Some(place);
        }
    }

    fn word(&self, word: &str, emit: &mut impl FnMut(&str)) {
        if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            emit(cut(&self.stem(word)));
            return;
        }
        let greek = super::greek::parts(word);
        let parts: Vec<&str> = match &greek {
            Some(parts) => parts.iter().map(String::as_str).collect(),
            None => identifier_parts(word),
        };
        if parts.len() > 1 {
            for part in &parts {
                emit(cut(&self.stemmed(part)));
            }
        }
        emit(cut(&self.stemmed(word)));
    }

    fn stemmed(&self, word: &str) -> Rc<str> {
        let folded = fold(word);
        if folded.bytes().all(|byte| byte.is_ascii_alphabetic()) { self.stem(&folded) } else { Rc::from(&*folded) }
    }

    /// The stem of a word in lower case.
    fn stem(&self, word: &str) -> Rc<str> {
        let stems = &mut *self.stems.borrow_mut();
        stems.resize_with(STEMS, || None);
        let Some(place) = stems.get_mut(xxh3_64(word.as_bytes()) as usize % STEMS) else { return Rc::from(word) };
        match place {
            Some(known) if *known.word == *word => Rc::clone(&known.stem),
            _ => {
                let stem: Rc<str> = Rc::from(&*self.stemmer.stem(word));
                *place = Some(Stem { word: word.into(), stem: Rc::clone(&stem) });
                stem
            }
        }
    }

    /// Calls `emit` with every word of `text`, folded but not stemmed, in order: what an exact phrase is compared by.
    pub fn words(&self, text: &str, mut emit: impl FnMut(&str)) {
        text.unicode_words().for_each(|word| emit(&fold(word)));
    }

    /// A word in the form in which terms begin: lower case without accents, not stemmed.
    #[must_use]
    pub fn folded(&self, word: &str) -> String {
        fold(word).into_owned()
    }

    /// The terms of a query with the words they came from: without repetitions, and without stop words unless there is
    /// nothing else.
    #[must_use]
    pub fn query_terms(&self, text: &str) -> Vec<Term> {
        let mut all: Vec<Term> = Vec::new();
        let mut content: Vec<bool> = Vec::new();
        let end = text.unicode_word_indices().nth(MAX_QUERY_WORDS).map_or(text.len(), |(at, _)| at);
        self.terms_at(&text[..end], |term, place| {
            if !term.is_empty() && all.iter().all(|seen| seen.term != term) {
                let word = place.of(text).unwrap_or("");
                all.push(Term { term: term.to_owned(), word: word.to_owned() });
                content.push(!is_stop_word(word));
            }
        });
        if content.contains(&true) {
            let mut keep = content.into_iter();
            all.retain(|_| keep.next().unwrap_or(true));
        }
        all
    }
}

/// Longest query in words: a pasted page is searched by its beginning.
const MAX_QUERY_WORDS: usize = 256;

/// Whether a word of a query carries little.
#[must_use]
pub fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word.to_lowercase().as_str()).is_ok()
}

/// Lower case, compatibility forms and accents folded, possessive and inner marks removed.
fn fold(word: &str) -> Cow<'_, str> {
    let mut out = String::with_capacity(word.len());
    let greek = super::greek::parts(word).map(|parts| parts.concat());
    let word = greek.as_deref().unwrap_or(word);
    if word.is_ascii() {
        out.push_str(word);
        out.make_ascii_lowercase();
    } else {
        for c in word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
            match c {
                'ß' => out.push_str("ss"),
                'æ' => out.push_str("ae"),
                'œ' => out.push_str("oe"),
                'ø' => out.push('o'),
                'ł' => out.push('l'),
                'đ' | 'ð' => out.push('d'),
                'þ' => out.push_str("th"),
                '’' | '\u{2bc}' => out.push('\''),
                c => out.push(c),
            }
        }
    }
    if let Some(owner) = out.strip_suffix("'s").or_else(|| out.strip_suffix('\'')) {
        out.truncate(owner.len());
    }
    // "don't", "U.S", "10,000": one term without the marks; "3.14" keeps its point.
    let numeric = out.starts_with(|c: char| c.is_ascii_digit());
    out.retain(|c| c != '\'' && c != ',' && (c != '.' || numeric));
    Cow::Owned(out)
}

/// Longest unit of measurement written onto its number.
const MAX_UNIT_CHARS: usize = 3;

/// The parts of a number with its unit, and those of an identifier: between `_`, `.`, `:` and `'`-free marks, and where lower case turns to upper case.
fn identifier_parts(word: &str) -> Vec<&str> {
    if !word.is_ascii() {
        return Vec::new();
    }
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
        let is_unit = (1..=MAX_UNIT_CHARS).contains(&unit.len()) && unit.bytes().all(|byte| byte.is_ascii_alphabetic());
        return if is_unit { vec![&word[..word.len() - unit.len()], unit] } else { Vec::new() };
    }
    let bytes = word.as_bytes();
    let mut parts = Vec::new();
    let mut start = 0;
    for at in 1..=bytes.len() {
        let cuts = at == bytes.len()
            || !bytes[at].is_ascii_alphanumeric() && bytes[at] != b'\''
            || bytes[at].is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase();
        if cuts {
            let part = word[start..at].trim_matches(|c: char| !c.is_ascii_alphanumeric());
            // Single letters ("U.S") are not parts.
            if part.len() > 1 {
                parts.push(part);
            }
            start = at;
        }
    }
    parts
}

fn cut(term: &str) -> &str {
    &term[..term.floor_char_boundary(MAX_TERM_BYTES)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        Analyzer::default().terms(text, |term| all.push(term.to_owned()));
        all
    }

    #[test]
    fn words_fold_and_stem() {
        assert_eq!(terms("Running RUNS, the café's Straße"), ["run", "run", "the", "cafe", "strass"]);
        assert_eq!(terms("10,000 is 3.14 in the U.S."), ["10000", "is", "3.14", "in", "the", "us"]);
        assert_eq!(terms("don’t don't"), ["dont", "dont"]);
    }

    #[test]
    fn identifiers_give_whole_and_parts() {
        assert_eq!(terms("max_term_bytes"), ["max", "term", "byte", "max_term_bytes"]);
        assert_eq!(terms("parseHtml"), ["pars", "html", "parsehtml"]);
        assert_eq!(terms("50mg or 1.5 kg, 3D"), ["50", "mg", "50mg", "or", "1.5", "kg", "3", "d", "3d"]);
    }

    #[test]
    fn greek_letters_are_found_by_their_names_and_units_by_what_keyboards_have() {
        assert_eq!(terms("TNF-α"), terms("TNF-alpha"));
        assert_eq!(terms("IFNγ")[..2], terms("IFN-gamma"));
        assert_eq!(terms("\u{b5}g per \u{3bc}L"), terms("ug per uL"));
        assert_eq!(terms("β-catenin"), terms("beta-catenin"));
        // Words of the Greek language stay: with accents folded, they are not spelt out.
        assert_eq!(terms("Αθήνα λόγος"), ["αθηνα", "λογος"]);
    }

    #[test]
    fn unspaced_scripts_give_characters_and_pairs() {
        assert_eq!(terms("東京 都"), ["東", "京", "東京", "都"]);
        // Vowels and tones are marks of the character before.
        assert_eq!(terms("สวัสดี"), ["ส", "วั", "สวั", "ส", "วัส", "ดี", "สดี"]);
    }

    #[test]
    fn stop_words_leave_a_query_unless_it_has_no_others() {
        let analyzer = Analyzer::default();
        let query = |text| analyzer.query_terms(text).into_iter().map(|term| term.term).collect::<Vec<_>>();
        assert_eq!(query("What is the capital of the capital?"), ["capit"]);
        assert_eq!(query("東京 都"), ["東", "京", "東京", "都"]);
        assert_eq!(query("to be or not to be"), ["to", "be", "or", "not"]);
        assert!(STOP_WORDS.is_sorted());
    }
}

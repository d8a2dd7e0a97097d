//! Which words of a question the library knows at all.

use super::analyzer::is_stop_word;
use super::held::Index;

/// One content word of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct TermCoverage {
    /// The word as written.
    pub word: String,
    /// What it was looked up as.
    pub term: String,
    /// How rare it is: the BM25 idf over all passages; for a word that no passage holds, that of a word in none.
    pub idf: f32,
    /// Whether any passage or title holds it.
    pub found: bool,
}

/// How much of a question's vocabulary occurs in the library.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Coverage {
    /// The content words, in order, without repetitions; empty where the question has stop words only.
    pub terms: Vec<TermCoverage>,
}

impl Coverage {
    /// The found share of the content words, weighted by idf: 1 where all occur, 0 where none does or there are none.
    #[must_use]
    pub fn share(&self) -> f32 {
        let all: f32 = self.terms.iter().map(|term| term.idf).sum();
        let found: f32 = self.terms.iter().filter(|term| term.found).map(|term| term.idf).sum();
        if all > 0.0 { found / all } else { 0.0 }
    }
}

impl Index {
    /// Looks up every content word of a question. Costs no search.
    #[must_use]
    pub fn coverage(&self, question: &str) -> Coverage {
        let largest = self.largest_idf();
        let terms = self
            .weighted_terms(question)
            .into_iter()
            .filter(|(term, _)| !is_stop_word(&term.word))
            .map(|(term, idf)| TermCoverage {
                word: term.word,
                term: term.term,
                idf: idf.unwrap_or(largest),
                found: idf.is_some(),
            })
            .collect();
        Coverage { terms }
    }
}

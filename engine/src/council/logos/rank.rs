//! Which sentence answers? Encoder similarity, weighted word overlap and the kind of answer, in one linear score.

use std::collections::{HashMap, HashSet};

use crate::council::intent::Intent;
use crate::council::pathos::kind;
use crate::council::question::Question;
use crate::council::reading::{Reading, Sentence};
use crate::council::text::{fold, negations, stem, tokens};

/// Number of features.
pub const FEATURES: usize = 9;

/// What was measured on one sentence; each lies about in 0..1, larger is better unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Features(pub [f32; FEATURES]);

/// Weights of [`Features`], in order.
///
/// Fitted by a conditional logistic regression (which sentence of the paragraph holds the answer; ridge 0.5) on one half
/// of the 1,126 answerable questions of the SQuAD 2.0 sample; on the other half the best sentence holds the answer for
/// 87 % (words only: 84 %), one of the best two for 95 % (94 %). `cargo xtask eval answer --arm extract` measures it.
/// The agreement in negation is rare there and its fits differ (0.2 to 0.8); it gets a little more, so that "which are
/// not allowed?" finds "never use". The passage's rank cannot be fitted on items of one passage: its weight is a tenth of the similarity's, so that it
/// settles near ties.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights(pub [f32; FEATURES]);

impl Weights {
    /// With an encoder.
    pub const WITH_ENCODER: Self = Self([4.8, 6.1, 0.1, 1.9, 2.1, 2.4, 0.5, 0.8, 1.0]);
    /// Words only.
    pub const WORDS_ONLY: Self = Self([0.0, 8.1, 0.6, 1.9, 2.2, 2.3, 0.5, 0.3, 1.0]);
}

impl Features {
    /// The weighted sum.
    #[must_use]
    pub fn score(&self, weights: &Weights) -> f32 {
        self.0.iter().zip(&weights.0).map(|(value, weight)| value * weight).sum()
    }
}

/// The question's side of the comparison, computed once.
pub struct Ranker<'a> {
    intent: &'a Intent,
    reading: &'a Reading,
    weight_of: HashMap<String, f32>,
    asked: Vec<String>,
    total: f32,
    stems: Vec<Vec<String>>,
}

impl<'a> Ranker<'a> {
    /// Prepares the comparison of `intent` with all sentences of `reading`.
    #[must_use]
    pub fn new(question: &Question, intent: &'a Intent, reading: &'a Reading) -> Self {
        let stems: Vec<Vec<String>> =
            reading.sentences.iter().map(|sentence| stems_of(&sentence.in_context())).collect();
        let asked = kind::matter(&intent.standalone);
        let weight_of: HashMap<String, f32> =
            asked.iter().map(|word| (word.clone(), weight(word, question, intent, &stems))).collect();
        let total = weight_of.values().sum::<f32>().max(f32::MIN_POSITIVE);
        Self { intent, reading, weight_of, asked, total, stems }
    }

    /// What is measured on sentence `at`.
    #[must_use]
    pub fn features(&self, at: usize) -> Features {
        let (Some(sentence), Some(stems)) = (self.reading.sentences.get(at), self.stems.get(at)) else {
            return Features([0.0; FEATURES]);
        };
        let own: HashSet<&str> = stems.iter().map(String::as_str).collect();
        let before: HashSet<&str> = match at.checked_sub(1) {
            Some(previous) if self.reading.sentences[previous].passage == sentence.passage => {
                self.stems[previous].iter().map(String::as_str).collect()
            }
            _ => HashSet::new(),
        };
        let share = |held: &dyn Fn(&str) -> bool| {
            self.weight_of.iter().filter(|(word, _)| held(word)).map(|(_, weight)| weight).sum::<f32>() / self.total
        };
        let overlap = share(&|word| own.contains(word));
        let with_before = share(&|word| own.contains(word) || before.contains(word));
        let words = tokens(&sentence.text);
        let points_back = words.first().is_some_and(|first| POINTERS.contains(&fold(first.text).as_str()));
        Features([
            sentence.similarity.unwrap_or(0.0),
            overlap,
            self.pairs(stems),
            f32::from(kind::holds_plainly(self.intent.kind, &sentence.text, &self.intent.standalone)),
            with_before - overlap,
            if points_back { with_before - overlap } else { 0.0 },
            1.0 / (1.0 + sentence.passage as f32),
            // A sentence of 20 words has 0.5; the logarithm because the second ten words say less than the first.
            (words.len() as f32 + 1.0).ln() / 6.0,
            f32::from(negations(&self.intent.standalone) > 0 && negations(&sentence.text) > 0),
        ])
    }

    /// Indices of the sentences, best first, with their scores. Ties keep the text's order.
    #[must_use]
    pub fn ranked(&self) -> Vec<(usize, f32)> {
        let weights = if self.reading.encoder.is_some() { Weights::WITH_ENCODER } else { Weights::WORDS_ONLY };
        let mut out: Vec<(usize, f32)> =
            (0..self.reading.sentences.len()).map(|at| (at, self.features(at).score(&weights))).collect();
        out.sort_by(|a, b| b.1.total_cmp(&a.1));
        out
    }

    /// Share of the question's neighbouring content words that stand close to each other in the sentence too.
    fn pairs(&self, stems: &[String]) -> f32 {
        if self.asked.len() < 2 {
            return 0.0;
        }
        let found = self
            .asked
            .windows(2)
            .filter(|pair| {
                stems.iter().enumerate().any(|(at, word)| {
                    *word == pair[0] && stems[at..].iter().take(1 + NEAR).any(|other| *other == pair[1])
                })
            })
            .count();
        found as f32 / (self.asked.len() - 1) as f32
    }
}

/// Words that take their meaning from the sentence before when they open one.
const POINTERS: &[&str] =
    &["he", "she", "it", "they", "this", "these", "that", "those", "his", "her", "their", "its", "such"];

/// Most words between two words that stand close: an article, an adjective and a preposition.
const NEAR: usize = 3;

/// All stems of a sentence in order, function words left out.
fn stems_of(text: &str) -> Vec<String> {
    tokens(text)
        .iter()
        .filter(|token| !crate::council::text::is_function_word(&fold(token.text)))
        .map(|token| stem(token.text))
        .collect()
}

/// Inverse document frequency of a question's word (BM25's form, Robertson and Sparck Jones 1976), over the library's
/// passages where it is large enough to count in, else over the sentences at hand.
fn weight(word: &str, question: &Question, intent: &Intent, stems: &[Vec<String>]) -> f32 {
    let library = &question.library;
    let in_library = intent
        .words
        .iter()
        .find(|candidate| stem(candidate) == *word)
        .and_then(|candidate| library.word_passages.get(candidate));
    let (all, with) = match in_library {
        Some(count) if library.passages >= SMALL_LIBRARY => (library.passages as f32, *count as f32),
        _ => (
            stems.len() as f32,
            stems.iter().filter(|sentence| sentence.iter().any(|other| other == word)).count() as f32,
        ),
    };
    (1.0 + (all - with + 0.5).max(0.0) / (with + 0.5)).ln()
}

/// Passages from which on frequencies in the library say more than those among the forty sentences at hand.
const SMALL_LIBRARY: u32 = 40;

/// The sentence as chosen, with the one before it where it points back to it.
#[must_use]
pub fn leans_on_previous(sentence: &Sentence) -> bool {
    tokens(&sentence.text).first().is_some_and(|first| POINTERS.contains(&fold(first.text).as_str()))
}

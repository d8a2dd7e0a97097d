//! Does the evidence answer the question at all? Chosen sentences are near the question by their making; this asks what
//! the question says that the evidence does not.

use std::collections::HashSet;

use crate::council::intent::Intent;
use crate::council::pathos::kind;
use crate::council::text::{content_stems, fold, is_function_word, names, negations, numbers, stem, tokens};

/// Number of features.
pub const FEATURES: usize = 7;

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// What is asked.
    pub intent: &'a Intent,
    /// The sentences that are to answer.
    pub evidence: &'a str,
    /// The passage around them, with its title and heading.
    pub context: &'a str,
    /// Cosine of question and best sentence, where it was measured.
    pub similarity: Option<f32>,
}

/// What was measured, for [`probability`], each about in 0..1: similarity, share of the question's words in the evidence,
/// a name and a number that the passage lacks, the kind of answer held, a negation on one side only, an opposite.
#[must_use]
pub fn features(case: &Case<'_>) -> [f32; FEATURES] {
    let asked = content_stems(&case.intent.standalone);
    let evidence: HashSet<String> = tokens(case.evidence).iter().map(|token| stem(token.text)).collect();
    let context: HashSet<String> = tokens(case.context).iter().map(|token| stem(token.text)).collect();
    let share = |held: &HashSet<String>| {
        if asked.is_empty() {
            1.0
        } else {
            asked.iter().filter(|word| held.contains(*word)).count() as f32 / asked.len() as f32
        }
    };
    let question = &case.intent.standalone;
    let absent_names = names(question)
        .iter()
        .filter(|name| tokens(&name.text).iter().any(|token| !context.contains(&stem(token.text))))
        .count();
    let there: HashSet<String> = numbers(case.context).into_iter().map(|number| number.value).collect();
    let absent_numbers = case.intent.numbers.iter().filter(|number| !there.contains(*number)).count();
    let turned = negations(question).min(1) != negations(case.evidence).min(1);
    let opposite = asked
        .iter()
        .any(|word| !evidence.contains(word) && opposites(word).iter().any(|other| evidence.contains(other)));
    [
        case.similarity.unwrap_or(0.0),
        share(&evidence),
        f32::from(absent_names > 0),
        f32::from(absent_numbers > 0),
        f32::from(kind::holds(case.intent.kind, case.evidence, question)),
        f32::from(turned),
        f32::from(opposite),
    ]
}

/// Weights of [`features`] and the constant after them.
///
/// Fitted by logistic regression (ridge 1) on one half of the SQuAD 2.0 sample, whose unanswerable questions were written
/// to look answerable; AUC on the other half .70 (words only: .68). `cargo xtask eval answer --arm extract` measures it.
const WEIGHTS: [f32; FEATURES + 1] = [3.2, 0.05, -0.8, -0.8, 0.2, -1.2, -1.4, -2.0];

/// The same without an encoder.
const WORDS_ONLY: [f32; FEATURES + 1] = [0.0, 0.75, -0.85, -0.75, 0.5, -1.25, -1.35, -0.75];

/// Least probability with which the council answers. On the half that was not fitted: at 0.4 it answers 82 % of the
/// questions that have an answer and abstains on 47 % of those that have none (0.3: 91 and 28 %, 0.45: 75 and 56 %, 0.5: 66 and 64 %).
/// What is shown by mistake is a document's own sentence or its close wording, so answering weighs a little more.
pub const THRESHOLD: f32 = 0.4;

/// Probability that the evidence answers the question; 0 where it holds nothing of the kind asked for.
#[must_use]
pub fn probability(case: &Case<'_>) -> f32 {
    if !kind::holds(case.intent.kind, case.evidence, &case.intent.standalone) {
        return 0.0;
    }
    let weights = if case.similarity.is_some() { &WEIGHTS } else { &WORDS_ONLY };
    let features = features(case);
    let sum: f32 = features.iter().zip(weights).map(|(value, weight)| value * weight).sum();
    1.0 / (1.0 + (-(sum + weights[FEATURES])).exp())
}

/// Why the evidence does not answer, one plain sentence: what of the question it lacks.
#[must_use]
pub fn why(case: &Case<'_>) -> String {
    let question = &case.intent.standalone;
    let context: HashSet<String> = tokens(case.context).iter().map(|token| stem(token.text)).collect();
    let absent: Vec<&str> = tokens(question)
        .iter()
        .filter(|token| !is_function_word(&fold(token.text)) && !context.contains(&stem(token.text)))
        .map(|token| token.text)
        .collect();
    if !kind::holds(case.intent.kind, case.evidence, question) {
        return format!(
            "The documents do not say: the nearest sentence holds not {}.",
            kind::in_words(case.intent.kind)
        );
    }
    match absent.as_slice() {
        [] => "The documents do not say: the nearest sentence is about the same words, but does not answer.".into(),
        [word] => format!("The documents do not say: the nearest passage does not mention \u{201c}{word}\u{201d}."),
        [word, ..] => format!(
            "The documents do not say: the nearest passage does not mention \u{201c}{word}\u{201d} and {} more of the question.",
            absent.len() - 1
        ),
    }
}

/// Pairs of stems that contradict each other (Porter2 stems).
const OPPOSITES: &[(&str, &str)] = &[
    ("increas", "decreas"),
    ("increas", "reduc"),
    ("rise", "fall"),
    ("first", "last"),
    ("north", "south"),
    ("east", "west"),
    ("northern", "southern"),
    ("eastern", "western"),
    ("before", "after"),
    ("win", "lose"),
    ("won", "lost"),
    ("best", "worst"),
    ("large", "small"),
    ("largest", "smallest"),
    ("high", "low"),
    ("highest", "lowest"),
    ("higher", "lower"),
    ("most", "least"),
    ("more", "less"),
    ("longest", "shortest"),
    ("oldest", "youngest"),
    ("accept", "reject"),
    ("allow", "forbid"),
    ("allow", "prohibit"),
    ("begin", "end"),
    ("start", "end"),
    ("open", "close"),
    ("success", "fail"),
    ("succeed", "fail"),
    ("strong", "weak"),
    ("minimum", "maximum"),
    ("male", "femal"),
    ("men", "women"),
    ("public", "privat"),
    ("support", "oppos"),
    ("same", "differ"),
    ("similar", "differ"),
    ("rich", "poor"),
    ("earli", "late"),
    ("arriv", "leav"),
    ("buy", "sell"),
    ("import", "export"),
    ("join", "leav"),
    ("gain", "lose"),
    ("gain", "lost"),
    ("true", "fals"),
    ("agre", "disagre"),
    ("easi", "difficult"),
    ("easi", "hard"),
    ("fast", "slow"),
    ("enter", "leav"),
];

fn opposites(word: &str) -> Vec<String> {
    let mut out: Vec<String> = OPPOSITES
        .iter()
        .filter_map(|(a, b)| {
            if *a == word {
                Some(*b)
            } else if *b == word {
                Some(*a)
            } else {
                None
            }
        })
        .map(str::to_owned)
        .collect();
    for prefix in ["un", "non", "in", "im", "dis", "ir"] {
        out.push(format!("{prefix}{word}"));
        // "unsolved" against "solved"; shorter rests are other words ("under", "into").
        if let Some(rest) = word.strip_prefix(prefix).filter(|rest| rest.len() >= 4) {
            out.push(rest.to_owned());
        }
    }
    out
}

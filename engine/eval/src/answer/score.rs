//! SQuAD 2.0's scores (Rajpurkar et al. 2018): exact match and token F1 on normalised text, and how well abstaining is
//! told from answering.

use std::collections::HashMap;

use super::Answered;
use crate::report::{Report, round};

/// Lower case, without punctuation and articles, one space between words.
#[must_use]
pub fn normalised(text: &str) -> String {
    let bare: String = text
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_ascii_punctuation() && !matches!(c, '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}'))
        .collect();
    bare.split_whitespace().filter(|word| !matches!(*word, "a" | "an" | "the")).collect::<Vec<_>>().join(" ")
}

/// Whether the prediction is one of the gold answers.
#[must_use]
pub fn exact(predicted: &str, gold: &[String]) -> bool {
    gold.iter().any(|answer| normalised(answer) == normalised(predicted))
}

/// Best token F1 against the gold answers.
#[must_use]
pub fn f1(predicted: &str, gold: &[String]) -> f64 {
    gold.iter().map(|answer| f1_of(&normalised(predicted), &normalised(answer))).fold(0.0, f64::max)
}

#[allow(clippy::cast_precision_loss, reason = "numbers of words")]
fn f1_of(predicted: &str, gold: &str) -> f64 {
    let (predicted, gold): (Vec<&str>, Vec<&str>) = (predicted.split(' ').collect(), gold.split(' ').collect());
    let mut left: HashMap<&str, usize> = HashMap::new();
    for word in &gold {
        *left.entry(word).or_default() += 1;
    }
    let mut common = 0_usize;
    for word in &predicted {
        if let Some(count) = left.get_mut(word).filter(|count| **count > 0) {
            *count -= 1;
            common += 1;
        }
    }
    if common == 0 {
        return 0.0;
    }
    let (precision, recall) = (common as f64 / predicted.len() as f64, common as f64 / gold.len() as f64);
    2.0 * precision * recall / (precision + recall)
}

/// Whether the text holds a gold answer, compared on normalised text.
#[must_use]
pub fn contains(text: &str, gold: &[String]) -> bool {
    let padded = format!(" {} ", normalised(text));
    gold.iter().map(|answer| normalised(answer)).any(|answer| !answer.is_empty() && padded.contains(&answer))
}

/// Area under the ROC curve of `scores` (Mann-Whitney, ties count half): how well they tell true from false. `None` where
/// one of the two is missing.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "numbers of items")]
pub fn auc(scores: &[(f32, bool)]) -> Option<f64> {
    let mut sorted = scores.to_vec();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let positives = sorted.iter().filter(|(_, is)| *is).count();
    let negatives = sorted.len() - positives;
    if positives == 0 || negatives == 0 {
        return None;
    }
    let (mut won, mut below) = (0.0, 0.0);
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        let up = tied.iter().filter(|(_, is)| *is).count() as f64;
        let down = tied.len() as f64 - up;
        won += up * (below + down / 2.0);
        below += down;
    }
    Some(won / (positives as f64 * negatives as f64))
}

/// The figures over all items.
#[derive(Default)]
pub struct Tally {
    has_answer: f64,
    no_answer: f64,
    f1: f64,
    exact: f64,
    contains: f64,
    contains_top2: f64,
    abstained_rightly: f64,
    answered: f64,
    tokens: u64,
    scores: Vec<(f32, bool)>,
}

impl Tally {
    /// Counts one item.
    pub fn add(&mut self, gold: &[String], answered: &Answered) {
        self.answered += f64::from(answered.answer.is_some());
        self.tokens += answered.tokens_in + answered.tokens_out;
        self.scores.push((answered.score, !gold.is_empty()));
        if gold.is_empty() {
            self.no_answer += 1.0;
            self.abstained_rightly += f64::from(answered.answer.is_none());
            return;
        }
        self.has_answer += 1.0;
        if let Some(answer) = &answered.answer {
            self.f1 += f1(answer, gold);
            self.exact += f64::from(exact(answer, gold));
        }
        let holds = |sentence: &Option<String>| sentence.as_ref().is_some_and(|text| contains(text, gold));
        self.contains += f64::from(holds(&answered.sentence));
        self.contains_top2 += f64::from(holds(&answered.sentence) || holds(&answered.second));
    }

    /// Adds the figures to the report.
    #[allow(clippy::cast_precision_loss, reason = "numbers of tokens and items")]
    pub fn report(&self, report: &mut Report) {
        let share = |count: f64, of: f64| (of > 0.0).then(|| round(count / of));
        report.figure("has_ans_f1", share(self.f1, self.has_answer));
        report.figure("has_ans_em", share(self.exact, self.has_answer));
        report.figure("has_ans_contains", share(self.contains, self.has_answer));
        report.figure("has_ans_contains_top2", share(self.contains_top2, self.has_answer));
        report.figure("no_ans_acc", share(self.abstained_rightly, self.no_answer));
        report.figure("abstain_auc", auc(&self.scores).map(round));
        report.figure("answer_rate", share(self.answered, self.has_answer + self.no_answer));
        report.figure("mean_tokens", share(self.tokens as f64, self.has_answer + self.no_answer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gold(answers: &[&str]) -> Vec<String> {
        answers.iter().map(|answer| (*answer).to_owned()).collect()
    }

    #[test]
    fn text_is_normalised_as_squad_does_it() {
        assert_eq!(normalised("The  Normans, (a people)."), "normans people");
        assert!(exact("the France!", &gold(&["Denmark", "France"])));
        assert!(!exact("in France", &gold(&["France"])));
    }

    #[test]
    fn f1_counts_shared_words_once_each() {
        assert_eq!(f1("10th and 11th centuries", &gold(&["the 10th and 11th centuries"])), 1.0);
        assert_eq!(f1("in France", &gold(&["France"])), 2.0 / 3.0);
        assert_eq!(f1("France France", &gold(&["France"])), 2.0 / 3.0);
        assert_eq!(f1("Denmark", &gold(&["France"])), 0.0);
    }

    #[test]
    fn the_auc_of_a_perfect_a_blind_and_a_wrong_score() {
        assert_eq!(auc(&[(0.1, false), (0.9, true)]), Some(1.0));
        assert_eq!(auc(&[(0.5, false), (0.5, true)]), Some(0.5));
        assert_eq!(auc(&[(0.9, false), (0.1, true), (0.2, true)]), Some(0.0));
        assert_eq!(auc(&[(0.9, true)]), None);
    }

    #[test]
    fn abstaining_counts_for_questions_without_an_answer_only() {
        let mut tally = Tally::default();
        tally.add(&gold(&[]), &Answered::default());
        tally.add(&gold(&["France"]), &Answered::default());
        assert_eq!((tally.abstained_rightly, tally.no_answer), (1.0, 1.0));
        assert_eq!((tally.f1, tally.has_answer), (0.0, 1.0));
    }
}

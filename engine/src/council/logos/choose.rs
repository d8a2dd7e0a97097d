//! Which sentences an answer rests on.

use conclave_protocol::{Citation, Passage};

use crate::council::intent::{AnswerKind, Intent};
use crate::council::question::Question;
use crate::council::reading::{Reading, Sentence};

use super::rank::{Ranker, leans_on_previous};

/// Most sentences under one answer; with more, a reader searches instead of reading.
const MOST: usize = 3;

/// How far below the best a sentence of a list or of instructions may lie and still belong to it. Half: such answers
/// are spread over lines that share few words with the question.
const LIST_MARGIN: f32 = 0.5;

/// Indices of the sentences that answer, in the order of the text; the best that is not in `refused` comes with the
/// sentence that it leans on, or, for a list or instructions, with its neighbours in rank.
#[must_use]
pub fn choose(question: &Question, intent: &Intent, reading: &Reading, refused: &[usize]) -> Vec<usize> {
    let ranked = Ranker::new(question, intent, reading).ranked();
    let mut candidates = ranked.into_iter().filter(|(at, _)| !refused.contains(at));
    let Some((best, top)) = candidates.next() else { return Vec::new() };
    let mut chosen = vec![best];
    if matches!(intent.kind, AnswerKind::List | AnswerKind::HowTo) {
        let floor = top - top.abs() * LIST_MARGIN;
        let place = |at: usize| reading.sentences.get(at).map(|sentence| sentence.passage);
        chosen.extend(
            candidates
                .filter(|(at, score)| *score >= floor && place(*at) == place(best))
                .map(|(at, _)| at)
                .take(MOST - 1),
        );
    } else if let Some(before) = previous(reading, best).filter(|_| leans_on_previous(&reading.sentences[best])) {
        chosen.push(before);
    }
    chosen.sort_unstable();
    chosen
}

/// The sentence before `at` in the same passage.
fn previous(reading: &Reading, at: usize) -> Option<usize> {
    let before = at.checked_sub(1)?;
    let same = reading.sentences.get(before)?.passage == reading.sentences.get(at)?.passage;
    same.then_some(before)
}

/// The sentences as citations, numbered from 1.
#[must_use]
pub fn citations(sentences: &[&Sentence], passages: &[Passage]) -> Vec<Citation> {
    (1..)
        .zip(sentences)
        .filter_map(|(number, sentence)| {
            passages.get(sentence.passage).map(|passage| Citation {
                number,
                document: passage.document.clone(),
                title: passage.title.clone(),
                span: sentence.span,
                quote: sentence.text.clone(),
            })
        })
        .collect()
}

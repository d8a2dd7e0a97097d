//! Which sentences an answer rests on.

use conclave_protocol::{Citation, Passage};

use crate::council::intent::{AnswerKind, Intent};
use crate::council::question::Question;
use crate::council::reading::{Reading, Sentence};

use super::rank::{Ranker, leans_on_previous};

/// Most sentences under one answer; with more, a reader searches instead of reading.
const MOST: usize = 3;

/// Most items of a list that follow each other: the steps of one instruction.
const MOST_ITEMS: usize = 8;

/// How far below the best a sentence of a list may lie and still belong to it. Half: such answers are spread over lines
/// that share few words with the question.
const LIST_MARGIN: f32 = 0.5;

/// Indices of the sentences that answer, in the order of the text. The best that is not in `refused` comes with what it
/// needs to be understood: instructions with the steps after it, a list with its neighbours in rank, any other with the
/// sentence that it leans on.
#[must_use]
pub fn choose(question: &Question, intent: &Intent, reading: &Reading, refused: &[usize]) -> Vec<usize> {
    let ranked = Ranker::new(question, intent, reading).ranked();
    let mut candidates = ranked.into_iter().filter(|(at, _)| !refused.contains(at));
    let Some((best, top)) = candidates.next() else { return Vec::new() };
    let text = Text { question, reading };
    let mut chosen = match intent.kind {
        AnswerKind::HowTo => text.steps(best),
        AnswerKind::List if !text.introduces(best) => {
            let floor = top - top.abs() * LIST_MARGIN;
            let near = candidates.filter(|(at, score)| *score >= floor && text.same_passage(*at, best));
            std::iter::once(best).chain(near.map(|(at, _)| at).take(MOST - 1)).collect()
        }
        _ if text.introduces(best) => text.steps(best),
        _ if leans_on_previous(&reading.sentences[best]) => {
            best.checked_sub(1).filter(|before| text.same_passage(*before, best)).into_iter().chain([best]).collect()
        }
        _ => vec![best],
    };
    chosen.sort_unstable();
    chosen
}

/// The sentences in their places.
struct Text<'a> {
    question: &'a Question,
    reading: &'a Reading,
}

impl Text<'_> {
    fn sentence(&self, at: usize) -> Option<&Sentence> {
        self.reading.sentences.get(at)
    }

    fn same_passage(&self, a: usize, b: usize) -> bool {
        self.sentence(a).is_some() && self.sentence(a).map(|it| it.passage) == self.sentence(b).map(|it| it.passage)
    }

    /// `best` and what follows it without a break; where that is little, what goes before it as well.
    fn steps(&self, best: usize) -> Vec<usize> {
        let (mut from, mut to) = (best, best);
        let full = |from: usize, to: usize| {
            let items = (from..=to).filter_map(|at| self.sentence(at)).filter(|it| is_item(&it.text)).count();
            // A list is read whole, prose in few sentences.
            to - from + 1 >= if items > 1 { MOST_ITEMS } else { MOST }
        };
        while !full(from, to) && self.goes_on(to, to + 1) {
            to += 1;
        }
        while !full(from, to) && from > 0 && self.goes_on(from - 1, from) {
            from -= 1;
        }
        (from..=to).collect()
    }

    /// Whether `next` follows `at` in the same paragraph or list.
    fn goes_on(&self, at: usize, next: usize) -> bool {
        let (Some(a), Some(b)) = (self.sentence(at), self.sentence(next)) else { return false };
        if a.passage != b.passage {
            return false;
        }
        let passage = &self.question.passages[a.passage];
        let offset = |place: usize| place.checked_sub(passage.span.start);
        let (Some(end), Some(start)) = (offset(a.span.end), offset(b.span.start)) else { return false };
        // A heading between them was left out of the reading; it ends what is above it.
        passage.text.get(end..start).is_some_and(|between| {
            !between.contains(char::is_alphanumeric) && (between.matches('\n').count() <= 1 || is_item(&b.text))
        })
    }

    /// Whether the sentence only says what comes next: "To descale the machine:", or a comment above a line of code.
    fn introduces(&self, at: usize) -> bool {
        let comment = |text: &str| ["#", "//", "--", ";"].iter().any(|mark| text.starts_with(mark));
        self.sentence(at).is_some_and(|it| it.text.ends_with(':') || comment(&it.text)) && self.goes_on(at, at + 1)
    }
}

/// An item of a list: "- ", "1. ", "2) ".
fn is_item(text: &str) -> bool {
    let bare = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = bare.len() < text.len() && bare.starts_with(['.', ')']);
    numbered || ["- ", "* ", "+ ", "\u{2022}"].iter().any(|mark| text.starts_with(mark))
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

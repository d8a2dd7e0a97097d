//! The texts and figures of a draft that Ethos compares.

use conclave_protocol::Citation;

use super::answerable::{Case, Standing};
use crate::council::draft::Draft;
use crate::council::intent::Intent;
use crate::council::logos::rank::Ranker;
use crate::council::question::Question;
use crate::council::reading::{Reading, Sentence};

/// What [`super::answerable`] and [`super::support`] compare.
pub(super) struct Compared<'a> {
    question: &'a Question,
    intent: &'a Intent,
    /// The cited sentences.
    pub evidence: String,
    /// Titles, headings and first rows above them.
    pub headings: String,
    context: String,
    standing: Standing,
}

impl<'a> Compared<'a> {
    pub fn new(question: &'a Question, intent: &'a Intent, draft: &Draft, reading: &Reading) -> Self {
        let cites = |sentence: &Sentence| {
            draft.citations.iter().any(|citation| citation.span == sentence.span && citation.quote == sentence.text)
        };
        let (mut headings, mut context) = (String::new(), String::new());
        for passage in &question.passages {
            let cited =
                |citation: &Citation| citation.document == passage.document && citation.span.overlaps(&passage.span);
            if draft.citations.iter().any(cited) {
                headings.push_str(&format!("{} {} ", passage.title, passage.heading));
                context.push_str(&format!("{} {} {} ", passage.title, passage.heading, passage.text));
            }
        }
        let cited = reading.sentences.iter().filter(|sentence| cites(sentence));
        cited.for_each(|sentence| headings.push_str(&format!("{} ", sentence.lead)));
        Self {
            question,
            intent,
            evidence: draft.citations.iter().map(|citation| citation.quote.as_str()).collect::<Vec<_>>().join(" "),
            headings,
            context,
            standing: standing(question, intent, reading, cites),
        }
    }

    pub fn case(&self) -> Case<'_> {
        Case {
            intent: self.intent,
            evidence: &self.evidence,
            headings: &self.headings,
            context: &self.context,
            library: &self.question.library,
            standing: self.standing,
        }
    }
}

/// Sentences next to the best that its similarity is compared with.
const NEXT: usize = 10;

/// Score margin where every sentence is evidence: half of what makes a sentence stand alone.
const NO_OTHER: f32 = 2.0;

fn standing(question: &Question, intent: &Intent, reading: &Reading, cites: impl Fn(&Sentence) -> bool) -> Standing {
    let cited = reading.sentences.iter().filter(|sentence| cites(sentence));
    let similarity = cited.filter_map(|sentence| sentence.similarity).reduce(f32::max);
    let mut next: Vec<f32> = reading.sentences.iter().filter_map(|sentence| sentence.similarity).collect();
    next.sort_by(|a, b| b.total_cmp(a));
    let next: Vec<f32> = next.into_iter().skip(1).take(NEXT).collect();
    let mean = next.iter().sum::<f32>() / next.len().max(1) as f32;
    let ranked = Ranker::new(question, intent, reading).ranked();
    let best = |cited: bool| {
        let mut found = ranked.iter().filter(|(at, _)| reading.sentences.get(*at).is_some_and(|it| cites(it) == cited));
        found.next().map(|(_, score)| *score)
    };
    let score = best(true).unwrap_or(0.0);
    Standing {
        similarity,
        similarity_margin: similarity.filter(|_| !next.is_empty()).map_or(0.0, |similarity| similarity - mean),
        score,
        score_margin: best(false).map_or(NO_OTHER, |other| score - other),
    }
}

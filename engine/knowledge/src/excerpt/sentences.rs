//! The sentences of found passages and what each is worth.

use std::collections::HashMap;

use conclave_protocol::Span;

use super::{Candidate, ExcerptOptions};
use crate::index::analyzer::Analyzer;
use crate::sentence::sentences;

/// A sentence of a found passage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scored {
    pub candidate: usize,
    pub document: usize,
    pub span: Span,
    /// Its place among the document's sentences: neighbours differ by 1, sentences with a gap between them by [`GAP`].
    pub position: usize,
    /// 0 to 1.
    pub score: f32,
}

/// Distance of sentences between which something is missing: farther than any bridge.
pub(super) const GAP: usize = 1 << 20;

/// BM25's parameters for sentences: those of passages ([`crate::index::bm25::Bm25`]).
const K1: f32 = 0.9;
const B: f32 = 0.4;

/// All sentences of the candidates, in the order of documents and places.
pub(super) fn score_sentences(
    analyzer: &Analyzer,
    terms: &[(&str, f32)],
    candidates: &[Candidate<'_>],
    options: &ExcerptOptions,
) -> Vec<Scored> {
    let mut found = split(candidates);
    let words = smoothed(&by_words(analyzer, terms, candidates, &found), &found, options.spread);
    let best_words = words.iter().copied().fold(0.0, f32::max);
    let best_passage = candidates.iter().map(|candidate| candidate.score).fold(0.0, f32::max);
    let share = |value: f32, best: f32| if best > 0.0 { (value / best).max(0.0) } else { 0.0 };
    for (sentence, words) in found.iter_mut().zip(words) {
        let passage = candidates.get(sentence.candidate).map_or(0.0, |candidate| candidate.score);
        let (by_words, by_passage) = (share(words, best_words), share(passage, best_passage));
        sentence.score = by_words + options.passage_weight * (by_passage - by_words);
    }
    found
}

fn split(candidates: &[Candidate<'_>]) -> Vec<Scored> {
    let mut found = Vec::new();
    for (index, candidate) in candidates.iter().enumerate() {
        let Some(passage) = candidate.span.of(candidate.text) else { continue };
        let spans = if candidate.is_whole { vec![Span::new(0, passage.len())] } else { sentences(passage) };
        found.extend(spans.into_iter().map(|span| Scored {
            candidate: index,
            document: candidate.document,
            span: Span::new(candidate.span.start + span.start, candidate.span.start + span.end),
            position: 0,
            score: 0.0,
        }));
    }
    // Passages may overlap by sentences; the better passage, which comes first, keeps them.
    found.sort_by_key(|sentence| (sentence.document, sentence.span.start, sentence.candidate));
    found.dedup_by(|next, kept| next.document == kept.document && next.span.start < kept.span.end);
    let mut position = 0;
    let mut before: Option<Scored> = None;
    for sentence in &mut found {
        if let Some(before) = before {
            position += if follows(candidates, &before, sentence) { 1 } else { GAP };
        }
        sentence.position = position;
        before = Some(*sentence);
    }
    found
}

/// Whether nothing but white space stands between two sentences of a document.
fn follows(candidates: &[Candidate<'_>], before: &Scored, sentence: &Scored) -> bool {
    let between = || candidates.get(sentence.candidate)?.text.get(before.span.end..sentence.span.start);
    before.document == sentence.document && between().is_some_and(|between| between.trim().is_empty())
}

/// BM25 of each sentence, with the passages' idf and the mean length of these sentences.
fn by_words(analyzer: &Analyzer, terms: &[(&str, f32)], candidates: &[Candidate<'_>], found: &[Scored]) -> Vec<f32> {
    let numbers: HashMap<&str, usize> = terms.iter().enumerate().map(|(number, (term, _))| (*term, number)).collect();
    let mut lengths = Vec::with_capacity(found.len());
    let mut counts = vec![0f32; found.len() * terms.len()];
    for (index, sentence) in found.iter().enumerate() {
        let text = candidates.get(sentence.candidate).and_then(|candidate| sentence.span.of(candidate.text));
        let mut length = 0f32;
        analyzer.terms(text.unwrap_or(""), |term| {
            length += 1.0;
            if let Some(count) = numbers.get(term).and_then(|number| counts.get_mut(index * terms.len() + number)) {
                *count += 1.0;
            }
        });
        lengths.push(length);
    }
    let mean = (lengths.iter().sum::<f32>() / lengths.len().max(1) as f32).max(1.0);
    let score = |(index, length): (usize, &f32)| {
        let norm = 1.0 - B + B * length / mean;
        let row = counts.iter().skip(index * terms.len());
        let parts = row.zip(terms).map(|(count, (_, idf))| idf * count / norm / (K1 + count / norm));
        parts.sum::<f32>()
    };
    lengths.iter().enumerate().map(score).collect()
}

/// Each score with `spread` of those of its direct neighbours.
fn smoothed(scores: &[f32], found: &[Scored], spread: f32) -> Vec<f32> {
    let neighbour = |index: Option<usize>, position: usize| {
        let index = index?;
        let near = found.get(index)?.position.abs_diff(position) == 1;
        scores.get(index).copied().filter(|_| near)
    };
    let around = |(index, sentence): (usize, &Scored)| {
        let before = neighbour(index.checked_sub(1), sentence.position).unwrap_or(0.0);
        let after = neighbour(Some(index + 1), sentence.position).unwrap_or(0.0);
        scores.get(index).copied().unwrap_or(0.0) + spread * (before + after)
    };
    found.iter().enumerate().map(around).collect()
}

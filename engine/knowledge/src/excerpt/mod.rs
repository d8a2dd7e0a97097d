//! From found passages to what is shown and read of them: runs of whole sentences.
//!
//! A passage is indexed at a length at which an encoder and BM25 rank well; of what it holds, a question often needs two
//! sentences, or one and the beginning of the next passage. [`excerpts`] takes the best passages of a ranking, ranks their
//! sentences by the passage's score and by the sentence's own words, and joins neighbours into excerpts until what follows is
//! worth less than [`ExcerptOptions::least_share`] of the best sentence. Questions with one clear place so give little text,
//! vague ones more. It is passage retrieval by evidence density (Salton, Allan, Buckley 1993; Tellex et al. 2003) with a
//! relative cut.

mod regions;
mod sentences;

use conclave_protocol::Span;

use crate::index::analyzer::Analyzer;
use regions::regions;
use sentences::score_sentences;

/// How passages become excerpts.
///
/// Chosen on the three development corpora of the chunking evaluation (`cargo xtask eval spans`), on all of
/// their questions: expect less elsewhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExcerptOptions {
    /// Passages of the ranking that are looked into. More cost time and gain nothing.
    pub passages: usize,
    /// Weight of the passage's score in its sentences' scores, 0 to 1; the sentence's own words have the rest.
    pub passage_weight: f32,
    /// How much of a sentence's score its two neighbours have too: what answers stands beside what was asked.
    pub spread: f32,
    /// Sentences between two good ones that are taken in, so that a text is not torn.
    pub bridge_sentences: usize,
    /// Longest excerpt in bytes, but that a single sentence stays whole.
    pub max_bytes: usize,
    /// A sentence with less than this share of the best one's score begins or extends no excerpt.
    pub least_share: f32,
}

impl Default for ExcerptOptions {
    fn default() -> Self {
        Self { passages: 20, passage_weight: 0.6, spread: 1.0, bridge_sentences: 2, max_bytes: 1200, least_share: 0.5 }
    }
}

/// A passage of a ranking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate<'a> {
    /// A number for its document; the same for all its passages.
    pub document: usize,
    /// The document's canonical text.
    pub text: &'a str,
    /// The passage's place in it.
    pub span: Span,
    /// What it was ranked by; more is better, 0 or less is nothing.
    pub score: f32,
    /// Whether it is never cut: code makes no sense by the line.
    pub is_whole: bool,
}

/// A part of one document that is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Excerpt {
    /// Index of the best passage among those that it was made of.
    pub candidate: usize,
    /// Place in the document's canonical text: whole sentences.
    pub span: Span,
    /// Score of its best sentence, 0 to 1; comparable within one search only.
    pub score: f32,
}

/// At most `limit` excerpts, best first, none overlapping. `terms` are the query's, each with its idf; `candidates` are
/// ordered, best first. Candidates whose span is no place in their text are left out.
#[must_use]
pub fn excerpts(
    analyzer: &Analyzer,
    terms: &[(&str, f32)],
    candidates: &[Candidate<'_>],
    limit: usize,
    options: &ExcerptOptions,
) -> Vec<Excerpt> {
    let candidates = &candidates[..candidates.len().min(options.passages)];
    let sentences = score_sentences(analyzer, terms, candidates, options);
    regions(&sentences, limit, options)
}

#[cfg(test)]
mod tests;

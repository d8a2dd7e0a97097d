//! Retrieval as the product does it: passages of the index, then excerpts of the best.

use anyhow::{Context, Result, ensure};
use conclave_inference::{BertEncoder, Encoder, Pulse};
use conclave_knowledge::index::analyzer::Analyzer;
use conclave_knowledge::{
    Candidate, Chunk, ChunkOptions, Embeddings, ExcerptOptions, Hit, Index, Mode, Query, SegmentBuilder, SegmentId,
    chunk, excerpts, text_to_embed,
};
use conclave_protocol::imported::Kind;
use conclave_protocol::{DocumentId, Span};

use super::By;
use super::corpus::Corpus;
use super::measures::Range;

/// How a question is answered.
pub struct Retrieval {
    /// Which rankings are used.
    pub by: By,
    /// Passages per question.
    pub top: usize,
    /// How passages become excerpts; `None` returns them as indexed.
    pub excerpts: Option<ExcerptOptions>,
}

/// A corpus with its passages and their vectors.
pub struct Prepared<'a> {
    number: usize,
    corpus: &'a Corpus,
    chunks: Vec<Chunk>,
    rows: Vec<Vec<f32>>,
}

impl Prepared<'_> {
    /// Number of passages.
    pub fn chunks(&self) -> usize {
        self.chunks.len()
    }
}

/// Cuts and embeds every corpus.
///
/// # Errors
/// Where the encoder fails.
pub fn prepare<'a>(
    corpora: &'a [Corpus],
    options: &ChunkOptions,
    encoder: Option<&BertEncoder>,
) -> Result<Vec<Prepared<'a>>> {
    let one = |(number, corpus): (usize, &'a Corpus)| {
        let imported = &corpus.imported;
        let chunks = chunk(&imported.text, &imported.outline, imported.kind, options);
        let texts: Vec<String> =
            chunks.iter().map(|chunk| text_to_embed(title(corpus), &imported.text, chunk)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let rows = encoder.map_or(Ok(Vec::new()), |encoder| embed(encoder, &texts))?;
        Ok(Prepared { number, corpus, chunks, rows })
    };
    corpora.iter().enumerate().map(one).collect()
}

/// The title found in a text; a file's name says nothing about what it holds.
fn title(corpus: &Corpus) -> &str {
    let imported = &corpus.imported;
    if imported.title == imported.name { "" } else { &imported.title }
}

/// The vectors of some texts.
///
/// # Errors
/// Where the encoder fails.
pub fn embed(encoder: &BertEncoder, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    pollster::block_on(encoder.embed(texts, &Pulse::none())).context("cannot embed")
}

/// Corpora that are searched together.
pub struct Collection<'a> {
    index: Index,
    members: Vec<(DocumentId, &'a Prepared<'a>)>,
}

impl<'a> Collection<'a> {
    /// Indexes some corpora.
    ///
    /// # Errors
    /// Where a vector is unsound.
    pub fn of(prepared: &'a [Prepared<'a>], encoder: Option<&BertEncoder>) -> Result<Self> {
        let mut words = SegmentBuilder::new();
        let mut vectors = encoder.map(|encoder| Embeddings::new(encoder.name(), encoder.dim()));
        let mut members = Vec::new();
        for one in prepared {
            let id = DocumentId(format!("{:08}", one.number).into());
            words.add(&id, title(one.corpus), &one.corpus.imported.text, &one.chunks);
            if let Some(vectors) = vectors.as_mut().filter(|_| !one.rows.is_empty()) {
                ensure!(vectors.push(&id, 0, &one.rows), "the vectors of corpus {} are unsound", one.corpus.name);
            }
            members.push((id, one));
        }
        let mut index = Index::default();
        index.insert(SegmentId(1), words.finish());
        if let Some(vectors) = &vectors {
            index.insert_vectors(vectors);
        }
        Ok(Self { index, members })
    }

    /// The passages for a question, best first, as numbers of corpora and places in their files.
    pub fn retrieve(
        &self,
        question: &str,
        vector: Option<(&BertEncoder, &[f32])>,
        retrieval: &Retrieval,
    ) -> Vec<(usize, Range)> {
        let query = match vector {
            Some((encoder, values)) => Query::with_vector(question, encoder.name(), values),
            None => Query::words(question),
        };
        let mode = match retrieval.by {
            By::Bm25 => Mode::Words,
            By::Dense => Mode::Dense,
            By::Hybrid => Mode::Hybrid,
        };
        let depth = retrieval.excerpts.map_or(retrieval.top, |options| options.passages);
        let hits = self.index.search(&query, mode, depth);
        let candidates: Vec<Candidate<'_>> = hits.iter().filter_map(|hit| self.candidate(hit)).collect();
        let found: Vec<(usize, Span)> = match &retrieval.excerpts {
            Some(options) => {
                let coverage = self.index.coverage(question);
                let terms: Vec<(&str, f32)> =
                    coverage.terms.iter().map(|term| (term.term.as_str(), term.idf)).collect();
                excerpts(&Analyzer::default(), &terms, &candidates, retrieval.top, options)
                    .into_iter()
                    .filter_map(|excerpt| Some((candidates.get(excerpt.candidate)?.document, excerpt.span)))
                    .collect()
            }
            None => candidates.iter().map(|candidate| (candidate.document, candidate.span)).collect(),
        };
        let place = |(number, span): (usize, Span)| Some((number, self.member(number)?.corpus.range(span)));
        found.into_iter().filter_map(place).collect()
    }

    fn candidate(&self, hit: &Hit) -> Option<Candidate<'a>> {
        let (_, member) = self.members.iter().find(|(id, _)| *id == hit.document)?;
        let imported = &member.corpus.imported;
        let span = member.chunks.get(hit.passage)?.span;
        let is_whole = imported.kind == Kind::Code;
        Some(Candidate { document: member.number, text: &imported.text, span, score: hit.score, is_whole })
    }

    fn member(&self, number: usize) -> Option<&Prepared<'a>> {
        self.members.iter().map(|(_, member)| *member).find(|member| member.number == number)
    }
}

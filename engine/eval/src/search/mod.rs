//! Suite `search`: ranking documents of a BEIR-form collection by words, by meaning, or by both.

pub mod beir;
mod measures;

use std::collections::HashSet;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};
use conclave_inference::{BertEncoder, Encoder, Pulse};
use conclave_knowledge::{
    ChunkOptions, Embeddings, Fusion, Index, Mode, Query, SegmentBuilder, SegmentId, chunk, text_to_embed,
};
use conclave_protocol::DocumentId;
use conclave_protocol::imported::Kind;
use serde::Serialize;

use crate::args::Common;
use crate::data::Predictions;
use crate::packs;
use crate::report::{Report, progress, quantile, round};
use beir::{Collection, Document};
use measures::Measures;

/// Arguments of the suite.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    common: Common,
    /// Which rankings are used.
    #[arg(long, value_enum, default_value_t = By::Hybrid)]
    mode: By,
    /// How the two rankings of `hybrid` become one.
    #[arg(long, value_enum, default_value_t = Fused::Scores)]
    fusion: Fused,
    /// Pack name or pack folder of the encoder.
    #[arg(long, default_value = packs::ENCODER)]
    model: String,
}

/// The contract's names of the modes.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// BM25 over words.
    Bm25,
    /// Exact cosine over embeddings.
    Dense,
    /// Both, fused.
    Hybrid,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Fused {
    /// The product's way: the weighted mean of scores.
    Scores,
    /// Reciprocal rank fusion.
    Ranks,
}

/// `k` of reciprocal rank fusion, as in Cormack, Clarke, Büttcher 2009.
const RANKS_K: f32 = 60.0;

#[derive(Serialize)]
struct Prediction<'a> {
    id: &'a str,
    ranking: &'a [(String, f32)],
}

/// Documents ranked per query, as the contract says.
const DEPTH: usize = 100;

/// Passages asked for, so that [`DEPTH`] different documents are among them where documents have several passages.
const PASSAGES: usize = 10 * DEPTH;

/// Runs the suite.
///
/// # Errors
/// Unreadable data or model.
#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub fn run(options: &Options) -> Result<()> {
    let collection = Collection::read(&options.common.data, options.common.limit)?;
    let encoder = match options.mode {
        By::Bm25 => None,
        By::Dense | By::Hybrid => Some(packs::encoder(&options.model)?),
    };
    let mut predictions = Predictions::create(options.common.out.as_deref())?;
    let mut report = Report::start("search");
    let (mut index, sizes) = build(&collection.documents, encoder.as_ref())?;
    if options.fusion == Fused::Ranks {
        index.fusion = Fusion::Ranks { k: RANKS_K };
    }
    let mut measures = Measures::default();
    let (mut whole_ms, mut search_ms) = (Vec::new(), Vec::new());
    for (done, query) in collection.queries.iter().enumerate() {
        let start = Instant::now();
        let vector = encoder.as_ref().map(|encoder| embed(encoder, &[&query.text])).transpose()?;
        let search_start = Instant::now();
        let ranking = rank(&index, options.mode, &query.text, encoder.as_ref().zip(vector.as_deref()));
        search_ms.push(search_start.elapsed().as_secs_f64() * 1e3);
        whole_ms.push(start.elapsed().as_secs_f64() * 1e3);
        // A query that is itself a document of the collection must not find itself (BEIR leaves it out as well).
        let ranking: Vec<_> = ranking.into_iter().filter(|(id, _)| *id != query.id).take(DEPTH).collect();
        if let Some(relevant) = collection.relevant.get(&query.id) {
            measures.add(ranking.iter().map(|(id, _)| id.as_str()), relevant);
        }
        predictions.write(&Prediction { id: &query.id, ranking: &ranking })?;
        progress("search", done + 1, collection.queries.len());
    }
    predictions.finish()?;
    let figures = measures.means();
    report.figure("ndcg_at_10", round(figures.ndcg_at_10));
    report.figure("recall_at_100", round(figures.recall_at_100));
    report.figure("mrr_at_10", round(figures.mrr_at_10));
    report.figure("docs_per_s", round(collection.documents.len() as f64 / sizes.seconds.max(1e-9)));
    report.figure("p50_ms", quantile(whole_ms.clone(), 0.50));
    report.figure("p95_ms", quantile(whole_ms, 0.95));
    report.figure("p50_ms_without_embedding", quantile(search_ms.clone(), 0.50));
    report.figure("p95_ms_without_embedding", quantile(search_ms, 0.95));
    report.figure("index_bytes_per_chunk", round(sizes.index_bytes as f64 / sizes.chunks.max(1) as f64));
    report.figure("index_bytes_per_text_byte", round(sizes.index_bytes as f64 / sizes.text_bytes.max(1) as f64));
    report.figure("chunks", sizes.chunks);
    report.figure("documents", collection.documents.len());
    report.print(collection.queries.len());
    Ok(())
}

#[derive(Default)]
struct Sizes {
    seconds: f64,
    index_bytes: usize,
    text_bytes: usize,
    chunks: usize,
}

/// Indexes every document as the library does: passages, embeddings, one segment of words and one of vectors.
fn build(documents: &[Document], encoder: Option<&BertEncoder>) -> Result<(Index, Sizes)> {
    let mut sizes = Sizes::default();
    let start = Instant::now();
    let mut words = SegmentBuilder::new();
    let mut vectors = encoder.map(|encoder| (encoder, Embeddings::new(encoder.name(), encoder.dim())));
    for (done, document) in documents.iter().enumerate() {
        let id = DocumentId(document.id.as_str().into());
        let chunks = chunk(&document.text, &[], Kind::Plain, &ChunkOptions::default());
        if let Some((encoder, vectors)) = &mut vectors
            && !chunks.is_empty()
        {
            let texts: Vec<String> =
                chunks.iter().map(|chunk| text_to_embed(&document.title, &document.text, chunk)).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            ensure!(
                vectors.push(&id, 0, &embed(encoder, &texts)?),
                "the vectors of document {} are unsound",
                document.id
            );
        }
        words.add(&id, &document.title, &document.text, &chunks);
        sizes.text_bytes += document.title.len() + document.text.len();
        sizes.chunks += chunks.len();
        progress("search: indexing", done + 1, documents.len());
    }
    let mut index = Index::default();
    let words = words.finish();
    sizes.index_bytes = words.as_bytes().len();
    index.insert(SegmentId(1), words);
    if let Some((_, vectors)) = vectors {
        sizes.index_bytes += vectors.to_bytes().len();
        index.insert_vectors(&vectors);
    }
    sizes.seconds = start.elapsed().as_secs_f64();
    Ok((index, sizes))
}

fn embed(encoder: &BertEncoder, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
    pollster::block_on(encoder.embed(texts, &Pulse::none())).context("cannot embed")
}

/// Documents by their best passage, best first.
fn rank(index: &Index, by: By, text: &str, vector: Option<(&BertEncoder, &[Vec<f32>])>) -> Vec<(String, f32)> {
    let vector = vector.and_then(|(encoder, rows)| Some((encoder.name(), rows.first()?.as_slice())));
    let query = match vector {
        Some((encoder, values)) => Query::with_vector(text, encoder, values),
        None => Query::words(text),
    };
    let mode = match by {
        By::Bm25 => Mode::Words,
        By::Dense => Mode::Dense,
        By::Hybrid => Mode::Hybrid,
    };
    let mut seen = HashSet::new();
    let hits = index.search(&query, mode, PASSAGES).into_iter();
    hits.filter(|hit| seen.insert(hit.document.clone())).map(|hit| (hit.document.to_string(), hit.score)).collect()
}

//! Suite `spans`: which characters of a text a question's passages bring, against those that answer it.
//!
//! The data and the measures are those of the chunking evaluation (Smith and Troynikov, "Evaluating Chunking Strategies for
//! Retrieval", Chroma 2024, `brandonstarxel/chunking_evaluation`): recall, precision and intersection over union by
//! characters over the first 5 passages, means over all questions. The origin searches one collection of all corpora; one
//! item of `--out` names no corpus, so the figures without a prefix are for a search in the question's own corpus, and those
//! with `all_` are the origin's.

mod corpus;
mod measures;
mod retrieve;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use conclave_inference::BertEncoder;
use conclave_knowledge::{ChunkOptions, ChunkStrategy, ExcerptOptions};
use serde::{Deserialize, Serialize};

use crate::args::Common;
use crate::data::{Predictions, read_jsonl};
use crate::packs;
use crate::report::{Report, progress, quantile, round};
use corpus::{Corpus, read_corpora};
use measures::{Range, Sums};
use retrieve::{Collection, Retrieval};

/// Arguments of the suite.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    common: Common,
    /// Which rankings are used.
    #[arg(long, value_enum, default_value_t = By::Hybrid)]
    mode: By,
    /// Pack name or pack folder of the encoder.
    #[arg(long, default_value = packs::ENCODER)]
    model: String,
    /// Where passages end.
    #[arg(long, value_enum, default_value_t = Cut::Sentence)]
    strategy: Cut,
    /// Largest passage, in word pieces.
    #[arg(long)]
    max_pieces: Option<usize>,
    /// A passage this long ends with its paragraph.
    #[arg(long)]
    enough_pieces: Option<usize>,
    /// Most of the passage before that is repeated, in word pieces.
    #[arg(long)]
    overlap_pieces: Option<usize>,
    /// Passages per question.
    #[arg(long, default_value_t = 5)]
    top: usize,
    /// Return passages as they were indexed, not the excerpts that the product shows.
    #[arg(long)]
    whole: bool,
    /// Share of the best sentence's score below which an excerpt ends.
    #[arg(long)]
    least_share: Option<f32>,
    /// Longest excerpt in bytes.
    #[arg(long)]
    max_excerpt_bytes: Option<usize>,
}

/// The contract's names of the modes.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// BM25 over words.
    Bm25,
    /// Exact cosine over embeddings.
    Dense,
    /// Both, fused.
    Hybrid,
}

/// Chunking strategies.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Cut {
    /// After sentences.
    Sentence,
    /// After paragraphs.
    Paragraph,
    /// Between words.
    FixedTokens,
}

impl Options {
    fn chunking(&self) -> ChunkOptions {
        let usual = ChunkOptions::default();
        ChunkOptions {
            strategy: match self.strategy {
                Cut::Sentence => ChunkStrategy::Sentence,
                Cut::Paragraph => ChunkStrategy::Paragraph,
                Cut::FixedTokens => ChunkStrategy::FixedTokens,
            },
            max_pieces: self.max_pieces.unwrap_or(usual.max_pieces),
            enough_pieces: self.enough_pieces.unwrap_or(usual.enough_pieces),
            overlap_pieces: self.overlap_pieces.unwrap_or(usual.overlap_pieces),
        }
    }

    fn retrieval(&self) -> Retrieval {
        let usual = ExcerptOptions::default();
        let excerpts = ExcerptOptions {
            least_share: self.least_share.unwrap_or(usual.least_share),
            max_bytes: self.max_excerpt_bytes.unwrap_or(usual.max_bytes),
            ..usual
        };
        Retrieval { by: self.mode, top: self.top, excerpts: (!self.whole).then_some(excerpts) }
    }
}

#[derive(Deserialize)]
struct Question {
    id: String,
    corpus: String,
    question: String,
    references: Vec<Range>,
}

#[derive(Serialize)]
struct Prediction<'a> {
    id: &'a str,
    retrieved: &'a [Range],
}

/// Runs the suite.
///
/// # Errors
/// Unreadable data or model; a question about a corpus that is not there.
#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub fn run(options: &Options) -> Result<()> {
    let folder = &options.common.data;
    let corpora = read_corpora(&folder.join("corpora"))?;
    let questions: Vec<Question> = read_jsonl(&folder.join("questions.jsonl"), options.common.limit)?;
    let encoder = match options.mode {
        By::Bm25 => None,
        By::Dense | By::Hybrid => Some(packs::encoder(&options.model)?),
    };
    let mut predictions = Predictions::create(options.common.out.as_deref())?;
    let mut report = Report::start("spans");
    let retrieval = options.retrieval();
    let prepared = retrieve::prepare(&corpora, &options.chunking(), encoder.as_ref())?;
    let own = prepared.iter().map(|one| Collection::of(std::slice::from_ref(one), encoder.as_ref()));
    let own = own.collect::<Result<Vec<_>>>()?;
    let all = Collection::of(&prepared, encoder.as_ref())?;
    let (mut sums, mut all_sums) = (Sums::default(), Sums::default());
    let mut times_ms = Vec::new();
    for (done, question) in questions.iter().enumerate() {
        let number = number_of(&corpora, question)?;
        let vector = encoder.as_ref().map(|encoder| embed_one(encoder, &question.question)).transpose()?;
        let vector = encoder.as_ref().zip(vector.as_deref());
        let start = std::time::Instant::now();
        let found = own.get(number).map(|own| own.retrieve(&question.question, vector, &retrieval)).unwrap_or_default();
        times_ms.push(start.elapsed().as_secs_f64() * 1e3);
        let ranges: Vec<Range> = found.iter().map(|(_, range)| *range).collect();
        sums.add(&ranges, &question.references, |_| true);
        let everywhere = all.retrieve(&question.question, vector, &retrieval);
        let ranges_everywhere: Vec<Range> = everywhere.iter().map(|(_, range)| *range).collect();
        all_sums.add(&ranges_everywhere, &question.references, |index| {
            everywhere.get(index).is_some_and(|(corpus, _)| *corpus == number)
        });
        predictions.write(&Prediction { id: &question.id, retrieved: &ranges })?;
        progress("spans", done + 1, questions.len());
    }
    predictions.finish()?;
    let (means, all_means) = (sums.means(), all_sums.means());
    report.figure("recall", round(means.recall));
    report.figure("precision", round(means.precision));
    report.figure("iou", round(means.iou));
    report.figure("all_recall", round(all_means.recall));
    report.figure("all_precision", round(all_means.precision));
    report.figure("all_iou", round(all_means.iou));
    report.figure("retrieved_chars", round(means.retrieved_chars));
    report.figure("chunks", prepared.iter().map(retrieve::Prepared::chunks).sum::<usize>());
    report.figure("p50_ms_without_embedding", quantile(times_ms.clone(), 0.50));
    report.figure("p95_ms_without_embedding", quantile(times_ms, 0.95));
    report.print(questions.len());
    Ok(())
}

fn number_of(corpora: &[Corpus], question: &Question) -> Result<usize> {
    match corpora.iter().position(|corpus| corpus.name == question.corpus) {
        Some(number) => Ok(number),
        None => bail!("question {} is about corpus {:?}, of which there is no file", question.id, question.corpus),
    }
}

fn embed_one(encoder: &BertEncoder, text: &str) -> Result<Vec<f32>> {
    retrieve::embed(encoder, &[text])?.pop().context("the encoder gave no vector")
}

//! Suite `ann`: the nearest vectors to a query by the index, against exact search over the unrounded vectors.
//!
//! `--n N --dim D --seed S` makes vectors by the law of [`conclave_knowledge::index::vectors::samples`], and 1,000 queries that
//! are none of them; a folder in BEIR form gives those of its texts and queries, by the encoder.

#[cfg(feature = "models")]
mod texts;
mod truth;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;
use conclave_knowledge::index::vectors::samples::Law;
use conclave_knowledge::index::vectors::{Effort, GraphReader, Upkeep, VectorQuery, VectorSet};

use crate::report::{Report, peak_rss_mb, quantile, round};
use truth::Truth;

/// Arguments of the suite.
#[derive(Args)]
pub struct Options {
    /// How many vectors to make up, where no folder is named.
    #[arg(long, default_value_t = 100_000)]
    n: usize,
    /// Their length.
    #[arg(long, default_value_t = 384)]
    dim: usize,
    /// What they follow from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Take the vectors of this folder's texts instead (BEIR form, as for `search`).
    #[arg(long)]
    data: Option<PathBuf>,
    /// Pack name or pack folder of the encoder.
    #[cfg(feature = "models")]
    #[arg(long, default_value = crate::packs::ENCODER)]
    model: String,
    /// Ask the first N queries only.
    #[arg(long)]
    limit: Option<usize>,
    /// Search with so many candidates instead of what the index's own check finds necessary.
    #[arg(long)]
    candidates: Option<usize>,
}

/// Queries of made-up vectors.
const QUERIES: usize = 1_000;

/// Vectors that are made, compared and added together.
const BLOCK: usize = 4_096;

/// Comparisons of a step of upkeep: what a browser takes 10 ms for.
const STEP: u64 = 100_000;

/// Queries whose exact search over the index's own vectors is timed.
const EXACT_TIMED: usize = 200;

type Vectors = Vec<Vec<f32>>;

/// Runs the suite.
///
/// # Errors
/// Unreadable data or model, or a length that no index takes.
pub fn run(options: &Options) -> Result<()> {
    let mut report = Report::start("ann");
    let law = Law::new(options.dim, options.seed);
    let (mut vectors, mut queries): (Box<dyn Iterator<Item = Vec<f32>>>, Vec<Vec<f32>>) = match &options.data {
        None => (Box::new(law.vectors(0).take(options.n)), law.vectors(1).take(QUERIES).collect()),
        Some(folder) => {
            let (vectors, queries) = of_folder(options, folder)?;
            (Box::new(vectors.into_iter()), queries)
        }
    };
    queries.truncate(options.limit.unwrap_or(usize::MAX));
    let dim = queries.first().map_or(options.dim, Vec::len);
    let mut set = VectorSet::new("ann", dim).context("there is no such index")?;
    let mut truth = Truth::new(&queries);
    loop {
        let block: Vec<Vec<f32>> = vectors.by_ref().take(BLOCK).collect();
        if block.is_empty() {
            break;
        }
        truth.add(set.len(), &block);
        for vector in &block {
            set.push(vector).context("the index takes no such vector")?;
        }
        say(&format!("{} vectors", set.len()));
    }
    build(&mut set, &mut report);
    load(&mut set, &mut report)?;
    measure(&set, &queries, &truth, options, &mut report)?;
    report.figure("n", set.len());
    report.figure("dim", dim);
    report.figure("memory_bytes", set.memory_bytes());
    report.figure("memory_bytes_per_vector", round(set.memory_bytes() as f64 / f64::from(set.len().max(1))));
    report.figure("peak_rss_mb", peak_rss_mb());
    report.print(queries.len());
    Ok(())
}

/// Lets the index build, repair and check its graph, on one thread.
fn build(set: &mut VectorSet, report: &mut Report) {
    let start = Instant::now();
    let mut longest = 0f64;
    let mut said = 0;
    loop {
        let step = Instant::now();
        let upkeep = set.upkeep(STEP);
        longest = longest.max(step.elapsed().as_secs_f64() * 1e3);
        let Upkeep::Working { phase, done, of } = upkeep else { break };
        if start.elapsed().as_secs() / 10 > said {
            said = start.elapsed().as_secs() / 10;
            say(&format!("{phase:?} {done} of {of}"));
        }
    }
    report.figure("build_seconds", round(start.elapsed().as_secs_f64()));
    report.figure("build_threads", 1);
    report.figure("longest_step_ms", round(longest));
    report.figure("candidates", set.candidates());
}

/// Writes the graph and reads it back, as the library does.
fn load(set: &mut VectorSet, report: &mut Report) -> Result<()> {
    let parts: Vec<Vec<u8>> = (0..set.graph_parts()).filter_map(|part| set.graph_part(part)).collect();
    let graph_bytes: usize = parts.iter().map(Vec::len).sum();
    // Of each vector, its components; scales follow from them.
    report.figure("index_bytes", graph_bytes + set.live() as usize * set.dim());
    report.figure("graph_bytes", graph_bytes);
    if parts.is_empty() {
        return Ok(());
    }
    let start = Instant::now();
    let mut reader = GraphReader::default();
    for part in &parts {
        reader.push(part).context("a part of the graph cannot be read back")?;
    }
    set.adopt(reader).context("the graph cannot be read back")?;
    report.figure("graph_load_seconds", round(start.elapsed().as_secs_f64()));
    Ok(())
}

fn measure(
    set: &VectorSet,
    queries: &[Vec<f32>],
    truth: &Truth<'_>,
    options: &Options,
    report: &mut Report,
) -> Result<()> {
    let effort = options.candidates.map_or(Effort::Usual, Effort::Candidates);
    let asked: Vec<VectorQuery> = queries.iter().map(|query| VectorQuery::new(query)).collect::<Result<_, _>>()?;
    for (name, effort, limit, count) in [
        ("", effort, 10, asked.len()),
        ("top_100_", effort, 100, asked.len()),
        ("exact_", Effort::Exact, 10, asked.len().min(EXACT_TIMED)),
    ] {
        let (mut found, mut wanted, mut times) = (0, 0, Vec::new());
        for (query, nearest) in asked.iter().take(count).zip(truth.rows()) {
            let start = Instant::now();
            let rows = set.search(query, limit, effort, None);
            times.push(start.elapsed().as_secs_f64() * 1e3);
            let nearest = &nearest[..limit.min(nearest.len())];
            wanted += nearest.len();
            found += rows.iter().filter(|(row, _)| nearest.contains(row)).count();
        }
        report.figure(&format!("{name}recall_at_{limit}"), round(found as f64 / (wanted as f64).max(1.0)));
        report.figure(&format!("{name}p50_ms"), quantile(times.clone(), 0.50));
        report.figure(&format!("{name}p95_ms"), quantile(times, 0.95));
    }
    Ok(())
}

#[cfg(feature = "models")]
fn of_folder(options: &Options, folder: &std::path::Path) -> Result<(Vectors, Vectors)> {
    texts::embed(folder, &options.model)
}

#[cfg(not(feature = "models"))]
fn of_folder(_: &Options, _: &std::path::Path) -> Result<(Vectors, Vectors)> {
    anyhow::bail!("this program was built without models and cannot embed texts")
}

#[allow(clippy::print_stderr, reason = "the contract: progress goes to stderr")]
fn say(what: &str) {
    eprintln!("ann: {what}");
}

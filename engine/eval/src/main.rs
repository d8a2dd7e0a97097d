//! The evaluation binary: one suite per subcommand, as fixed by the evaluation contract.
//!
//! `conclave-eval <suite> --data <file-or-folder> [--out <file>] [--limit N] [suite flags]` prints progress on stderr and,
//! last on stdout, one JSON object. Exit code 0 when it ran, 2 for bad arguments or unreadable data.

mod ann;
#[cfg(feature = "models")]
mod answer;
mod args;
#[cfg(all(test, feature = "models"))]
mod asked;
mod data;
#[cfg(feature = "models")]
mod embed;
#[cfg(feature = "models")]
mod generate;
#[cfg(feature = "models")]
mod import;
mod leak;
#[cfg(feature = "models")]
mod packs;
mod redact;
mod redactor;
mod report;
mod roundtrip;
#[cfg(feature = "models")]
mod search;
#[cfg(feature = "models")]
mod spans;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Measures Conclave on data that is given to it.
#[derive(Parser)]
#[command(name = "conclave-eval", version)]
struct Cli {
    #[command(subcommand)]
    suite: Suite,
}

#[derive(Subcommand)]
enum Suite {
    #[cfg(feature = "models")]
    /// Greedy text generation: speed and memory.
    Generate(generate::Options),
    #[cfg(feature = "models")]
    /// Sentence embeddings: speed.
    Embed(embed::Options),
    #[cfg(feature = "models")]
    /// Ranking of documents: quality, speed, size.
    Search(search::Options),
    /// The nearest vectors: how many of them are found, and how fast.
    Ann(ann::Options),
    #[cfg(feature = "models")]
    /// Passages for questions: how much of what answers them, how much else.
    Spans(spans::Options),
    #[cfg(feature = "models")]
    /// What becomes of files of any type.
    Import(import::Options),
    #[cfg(feature = "models")]
    /// Questions that a context answers or does not.
    Answer(answer::Options),
    /// Private values in text: what is found, what is not, what is covered needlessly.
    Redact(redact::Options),
    /// Planted values under many disguises: what is left uncovered.
    Leak(leak::Options),
    /// Tokens that a model changed: which values come back.
    Roundtrip(roundtrip::Options),
}

#[allow(clippy::print_stderr, reason = "the contract: progress and errors go to stderr")]
fn main() -> ExitCode {
    let result = match Cli::parse().suite {
        #[cfg(feature = "models")]
        Suite::Generate(options) => generate::run(&options),
        #[cfg(feature = "models")]
        Suite::Embed(options) => embed::run(&options),
        #[cfg(feature = "models")]
        Suite::Search(options) => search::run(&options),
        Suite::Ann(options) => ann::run(&options),
        #[cfg(feature = "models")]
        Suite::Spans(options) => spans::run(&options),
        #[cfg(feature = "models")]
        Suite::Import(options) => import::run(&options),
        #[cfg(feature = "models")]
        Suite::Answer(options) => answer::run(&options),
        Suite::Redact(options) => redact::run(&options),
        Suite::Leak(options) => leak::run(&options),
        Suite::Roundtrip(options) => roundtrip::run(&options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

//! The evaluation binary: one suite per subcommand, as fixed by the evaluation contract.
//!
//! `conclave-eval <suite> --data <file-or-folder> [--out <file>] [--limit N] [suite flags]` prints progress on stderr and,
//! last on stdout, one JSON object. Exit code 0 when it ran, 2 for bad arguments or unreadable data.

mod answer;
mod args;
#[cfg(test)]
mod asked;
mod data;
mod embed;
mod generate;
mod import;
mod packs;
mod report;
mod search;

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
    /// Greedy text generation: speed and memory.
    Generate(generate::Options),
    /// Sentence embeddings: speed.
    Embed(embed::Options),
    /// Ranking of documents: quality, speed, size.
    Search(search::Options),
    /// What becomes of files of any type.
    Import(import::Options),
    /// Questions that a context answers or does not.
    Answer(answer::Options),
}

#[allow(clippy::print_stderr, reason = "the contract: progress and errors go to stderr")]
fn main() -> ExitCode {
    let result = match Cli::parse().suite {
        Suite::Generate(options) => generate::run(&options),
        Suite::Embed(options) => embed::run(&options),
        Suite::Search(options) => search::run(&options),
        Suite::Import(options) => import::run(&options),
        Suite::Answer(options) => answer::run(&options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

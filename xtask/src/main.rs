//! The project's own commands: `cargo xtask run | test | build | eval | bench | models | lint`.
//!
//! Everything that a fresh machine lacks is installed or named with the command to type; nothing is done twice.

// A command-line tool talks on the standard streams.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod build;
mod eval;
mod fingerprint;
mod layout;
mod lint;
mod models;
mod process;
mod run;
mod server;
mod setup;
mod soak;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::layout::Layout;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Commands of the Conclave project")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Set up what is missing, build, and serve the app
    Run {
        /// Port of the local server
        #[arg(long, default_value_t = 8787)]
        port: u16,
    },
    /// Set up, then check everything: format, lints, native tests, the build, browser tests
    Test,
    /// Build the page, the workers and the edge into `dist/`
    Build,
    /// Bring the default models, check them and write their packs to `models/`
    Models,
    /// Check the rules of the tree: dependencies, file lengths, machine paths, the gate
    Lint,
    /// Measure size, speed and memory of what people get
    Bench(bench::Options),
    /// Long runs in which things are made to fail
    Soak(soak::Options),
    /// Measure quality and speed natively; every argument goes to the evaluation program
    Eval {
        /// Suite and its flags, as in `cargo xtask eval search --data <folder>`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    match start(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(command: Command) -> anyhow::Result<ExitCode> {
    let layout = Layout::find()?;
    match command {
        Command::Run { port } => run::run(&layout, port)?,
        Command::Test => return test::test(&layout),
        Command::Build => {
            let tools = setup::for_build(&layout)?;
            models::bring(&layout)?;
            build::build(&layout, &tools)?;
        }
        Command::Models => models::bring(&layout)?,
        Command::Lint => lint::lint(&layout)?,
        Command::Bench(options) => bench::bench(&layout, &options)?,
        Command::Soak(options) => soak::soak(&layout, &options)?,
        Command::Eval { arguments } => return eval::eval(&layout, &arguments),
    }
    Ok(ExitCode::SUCCESS)
}

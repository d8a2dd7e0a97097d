//! `cargo xtask bench`: size, speed and memory, one JSON line per row.

use std::process::Command;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::layout::Layout;
use crate::{build, models, process, setup};

/// What is measured.
#[derive(Clone, Copy, ValueEnum)]
pub enum Suite {
    /// Whether another engine would choose the default generator's tokens
    Agreement,
    /// Reading and writing speed of the default generator
    Inference,
    /// The nearest vectors to a query: recall, speed, memory
    Knowledge,
    /// A library of many passages in the page: opened, searched, brought back from a backup
    Library,
    /// Speed of the redactor
    Privacy,
    /// Whether memory grows over a hundred questions
    Soak,
    /// `IndexedDB` beside the origin private file system
    Storage,
    /// Sizes, time until a person can type, memory
    Ui,
    /// Sealing and opening of stored records
    Vault,
}

/// Arguments of the command.
#[derive(Args)]
pub struct Options {
    suite: Suite,
    /// Measure the built site in Chromium
    #[arg(long)]
    browser: bool,
}

/// Builds the site where it is not up to date, and measures it.
pub fn bench(layout: &Layout, options: &Options) -> Result<()> {
    if !options.browser {
        return match options.suite {
            Suite::Inference => {
                models::bring(layout)?;
                native(layout, "conclave-inference", "inference")
            }
            Suite::Vault => native(layout, "conclave-vault", "seal"),
            Suite::Knowledge => native(layout, "conclave-knowledge", "library"),
            Suite::Agreement | Suite::Library | Suite::Privacy | Suite::Soak | Suite::Storage | Suite::Ui => {
                bail!("this is measured in a browser: add --browser")
            }
        };
    }
    let suite = match options.suite {
        Suite::Agreement => "agreement",
        Suite::Inference => "inference",
        Suite::Knowledge => "knowledge",
        Suite::Library => "library",
        Suite::Privacy => "privacy",
        Suite::Soak => "soak",
        Suite::Storage => "storage",
        Suite::Ui => "ui",
        Suite::Vault => bail!("the browser's figures are rows of the browser tests: node run.mjs worker-conformance"),
    };
    let tools = setup::for_build(layout)?;
    let chromium = setup::for_test(layout)?.chromium;
    match options.suite {
        // The index alone, and the browser alone, without the site.
        Suite::Knowledge => build::build_vectors(layout)?,
        Suite::Storage => {}
        _ => {
            models::bring(layout)?;
            build::build(layout, &tools)?;
        }
    }
    process::run(Command::new("node").args(["bench.mjs", suite]).current_dir(layout.e2e()).env("CHROMIUM", chromium))
}

fn native(layout: &Layout, package: &str, bench: &str) -> Result<()> {
    let arguments = ["bench", "--quiet", "--package", package, "--bench", bench];
    process::run(Command::new("cargo").args(arguments).current_dir(&layout.root))
}

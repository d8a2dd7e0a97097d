//! `cargo xtask soak`: long runs in which things are made to fail.

use std::process::Command;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::layout::Layout;
use crate::{build, models, process, setup};

/// What is made to fail.
#[derive(Clone, Copy, ValueEnum)]
pub enum Suite {
    /// The tab or the browser is killed while files become documents
    Import,
}

/// Arguments of the command.
#[derive(Args)]
pub struct Options {
    suite: Suite,
    /// How many files
    #[arg(long, default_value_t = 1_000)]
    files: u32,
    /// How many kills
    #[arg(long, default_value_t = 50)]
    kills: u32,
    /// Where the moments of the kills come from
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// Builds the site where it is not up to date, and lets it suffer.
pub fn soak(layout: &Layout, options: &Options) -> Result<()> {
    let suite = match options.suite {
        Suite::Import => "import",
    };
    let tools = setup::for_build(layout)?;
    let chromium = setup::for_test(layout)?.chromium;
    models::bring(layout)?;
    build::build(layout, &tools)?;
    let numbers = [options.files, options.kills, options.seed].map(|number| number.to_string());
    let mut node = Command::new("node");
    node.args(["soak.mjs", suite]).args(numbers).current_dir(layout.e2e()).env("CHROMIUM", chromium);
    process::run(&mut node)
}

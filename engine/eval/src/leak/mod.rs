//! Suite `leak`: prompts with planted values under many disguises; what of a value is left uncovered has leaked.
//!
//! The suite knows where it planted a value, so it needs no opinion on what the redactor should have understood: a value
//! has leaked when one of its characters is outside all finds.

mod disguise;
mod random;
mod value;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;
use conclave_privacy::Redactor;
use serde::Serialize;
use serde_json::{Map, Value, json};

use self::disguise::Disguise;
use self::random::Random;
use crate::data::Predictions;
use crate::report::{Report, progress, round};

/// Arguments of the suite.
#[derive(Args)]
pub struct Options {
    /// How many prompts.
    #[arg(long, default_value_t = 100_000)]
    n: usize,
    /// What the prompts follow from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to write one JSON object per prompt.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print the first few leaked stretches on stderr: the values are made up.
    #[arg(long)]
    show: bool,
}

#[derive(Serialize)]
struct Prediction {
    id: usize,
    kind: &'static str,
    disguise: &'static str,
    leaked: bool,
}

/// What stands around a value, in pairs; one line break inside keeps neighbouring lines in play.
const FRAMES: [(&str, &str); 12] = [
    ("", ""),
    ("Please look into this: ", ". Thank you!"),
    ("Why does this fail?\n\n", "\n\nIt worked yesterday."),
    ("She wrote to me yesterday (", ") and wants an answer by Friday."),
    ("1. first point\n2. ", "\n3. last point"),
    ("> On Tuesday somebody wrote:\n> ", "\n\nWhat should I reply?"),
    ("{\"note\": \"", "\"}"),
    ("| field | content |\n|---|---|\n| x | ", " |"),
    ("<p>", "</p>"),
    ("log: level=info msg=\"", "\" took=12ms"),
    ("Übersetze das bitte: „", "“ ins Französische."),
    ("summarise, with numbers: ", "\tand nothing else"),
];

#[derive(Default)]
struct Count {
    prompts: usize,
    leaked: usize,
}

/// Runs the suite.
///
/// # Errors
/// Where the predictions cannot be written.
#[allow(clippy::print_stderr, reason = "the values are made up, and were asked for")]
#[allow(clippy::cast_precision_loss, reason = "a count")]
pub fn run(options: &Options) -> Result<()> {
    let mut predictions = Predictions::create(options.out.as_deref())?;
    let redactor = Redactor::new().context("the redactor does not start")?;
    let mut report = Report::start("leak");
    let mut by_disguise: BTreeMap<&'static str, Count> = BTreeMap::new();
    let mut by_kind: BTreeMap<&'static str, Count> = BTreeMap::new();
    let (mut seconds, mut shown) = (0.0, 0);
    for id in 0..options.n {
        let mut random = Random::new(options.seed ^ (id as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let planted = value::any(&mut random);
        let disguise = Disguise::any(&mut random, &planted);
        let hidden = disguise.apply(&planted, &mut random);
        let (before, after) = FRAMES[random.below(FRAMES.len())];
        let lead = planted.lead;
        let prompt = format!("{before}{lead}{hidden}{after}");
        let start = before.len() + lead.len();
        let end = start + hidden.len();
        let clock = Instant::now();
        let found = redactor.find(&prompt)?;
        seconds += clock.elapsed().as_secs_f64();
        // Finds do not overlap and are ordered, so walking them covers the stretch or stops at a gap.
        let covered = found.iter().fold(start, |covered, finding| {
            if finding.span.start <= covered { covered.max(finding.span.end) } else { covered }
        });
        let leaked = covered < end;
        if leaked && options.show && shown < 40 {
            shown += 1;
            eprintln!("{} {}: {prompt:?} found {found:?}", planted.kind, disguise.name());
        }
        for count in [by_disguise.entry(disguise.name()).or_default(), by_kind.entry(planted.kind).or_default()] {
            count.prompts += 1;
            count.leaked += usize::from(leaked);
        }
        predictions.write(&Prediction { id, kind: planted.kind, disguise: disguise.name(), leaked })?;
        if id.is_multiple_of(10_000) {
            progress("leak", id, options.n);
        }
    }
    predictions.finish()?;
    let table = |counts: &BTreeMap<&'static str, Count>| -> Map<String, Value> {
        let row = |count: &Count| json!({ "prompts": count.prompts, "leaked": count.leaked });
        counts.iter().map(|(name, count)| ((*name).to_owned(), row(count))).collect()
    };
    report.figure("leaked", by_disguise.values().map(|count| count.leaked).sum::<usize>());
    report.figure("disguises", table(&by_disguise));
    report.figure("kinds", table(&by_kind));
    report.figure("prompts_per_s", round(options.n as f64 / f64::max(seconds, 1e-9)));
    report.print(options.n);
    Ok(())
}

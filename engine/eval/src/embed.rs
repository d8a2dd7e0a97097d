//! Suite `embed`: vectors of texts; speed.

use std::time::Instant;

use anyhow::Result;
use clap::Args;
use conclave_inference::{Encoder, Pulse};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::args::Common;
use crate::data::{Predictions, read_jsonl};
use crate::packs;
use crate::report::{Report, progress, round};

/// Arguments of the suite.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    common: Common,
    /// Pack name or pack folder.
    #[arg(long, default_value = packs::ENCODER)]
    model: String,
}

#[derive(Deserialize)]
struct Item {
    id: Value,
    text: String,
}

#[derive(Serialize)]
struct Prediction<'a> {
    id: &'a Value,
    vector: &'a [f32],
}

/// Runs the suite.
///
/// # Errors
/// Unreadable data or model.
#[allow(clippy::cast_precision_loss, reason = "counts are small")]
pub fn run(options: &Options) -> Result<()> {
    let items: Vec<Item> = read_jsonl(&options.common.data, options.common.limit)?;
    let mut predictions = Predictions::create(options.common.out.as_deref())?;
    let encoder = packs::encoder(&options.model)?;
    let mut report = Report::start("embed");
    let pulse = Pulse::none();
    let start = Instant::now();
    let mut tokens = 0;
    for (index, item) in items.iter().enumerate() {
        let vectors = pollster::block_on(encoder.embed(&[&item.text], &pulse))?;
        tokens += encoder.tokens(&item.text)?.len();
        for vector in &vectors {
            predictions.write(&Prediction { id: &item.id, vector })?;
        }
        progress("embed", index + 1, items.len());
    }
    let seconds = start.elapsed().as_secs_f64();
    predictions.finish()?;
    report.figure("texts_per_s", round(items.len() as f64 / seconds.max(1e-9)));
    report.figure("tokens_per_s", round(tokens as f64 / seconds.max(1e-9)));
    report.figure("dim", encoder.dim());
    report.print(items.len());
    Ok(())
}

//! Suite `redact`: what the redactor finds in texts whose private values are known.

mod tally;

use std::time::Instant;

use anyhow::{Result, anyhow};
use clap::Args;
use conclave_privacy::{Hints, Rules};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::tally::{Place, Tally};
use crate::args::Common;
use crate::data::{Predictions, read_jsonl};
use crate::redactor::redactor;
use crate::report::{Report, progress, round};

/// Arguments of the suite.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    common: Common,
}

#[derive(Deserialize)]
struct Item {
    id: Value,
    text: String,
    /// What is to be hidden; `None` where something is and the place is not known.
    spans: Option<Vec<Place>>,
    #[serde(default)]
    positive: bool,
    /// The label of an item without places.
    label: Option<String>,
    #[serde(default)]
    weak: bool,
    /// ISO 3166-1 code of the region that the text comes from.
    region: Option<String>,
}

#[derive(Serialize)]
struct Prediction<'a> {
    id: &'a Value,
    spans: &'a [Found],
}

#[derive(Serialize)]
struct Found {
    #[serde(flatten)]
    place: Place,
    score: f32,
    detector: &'static str,
}

/// Runs the suite.
///
/// # Errors
/// Unreadable data.
pub fn run(options: &Options) -> Result<()> {
    let items: Vec<Item> = read_jsonl(&options.common.data, options.common.limit)?;
    let mut predictions = Predictions::create(options.common.out.as_deref())?;
    let redactor = redactor()?;
    let mut report = Report::start("redact");
    let mut tally = Tally::default();
    let mut bytes = 0;
    let mut seconds = 0.0;
    for (index, item) in items.iter().enumerate() {
        let hints = item.region.iter().fold(Hints::default(), |hints, region| hints.with_region(region));
        let rules = Rules::near(hints);
        let start = Instant::now();
        let findings = redactor.find_by(&item.text, &rules)?;
        seconds += start.elapsed().as_secs_f64();
        bytes += item.text.len();
        let found: Vec<Found> = in_code_points(&item.text, &findings)?;
        let places: Vec<Place> = found.iter().map(|found| found.place.clone()).collect();
        match &item.spans {
            Some(spans) => tally.add(spans, &places, item.text.chars().count(), item.weak),
            None if item.positive => tally.add_placeless(item.label.as_deref(), &places),
            None => return Err(anyhow!("item {}: spans are null, and positive is not true", item.id)),
        }
        predictions.write(&Prediction { id: &item.id, spans: &found })?;
        progress("redact", index + 1, items.len());
    }
    predictions.finish()?;
    tally.report(&mut report);
    #[allow(clippy::cast_precision_loss, reason = "a count of bytes")]
    report.figure("mb_per_s", round(bytes as f64 / 1e6 / seconds.max(1e-9)));
    report.print(items.len());
    Ok(())
}

/// Findings are in bytes, the suite's offsets in Unicode code points.
fn in_code_points(text: &str, findings: &[conclave_privacy::Finding]) -> Result<Vec<Found>> {
    let mut found = Vec::with_capacity(findings.len());
    let (mut byte, mut point) = (0, 0);
    let mut at = |target: usize| -> Result<usize> {
        let between = text.get(byte..target).ok_or_else(|| anyhow!("a find does not lie on character boundaries"))?;
        point += between.chars().count();
        byte = target;
        Ok(point)
    };
    for finding in findings {
        let (start, end) = (at(finding.span.start)?, at(finding.span.end)?);
        found.push(Found {
            place: Place { start, end, label: finding.category.stem().to_owned() },
            score: finding.score,
            detector: finding.detector,
        });
    }
    Ok(found)
}

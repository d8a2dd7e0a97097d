//! Suite `roundtrip`: what comes back after a model changed the tokens, wherever the stream is cut.

mod case;
mod splits;

use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;
use conclave_privacy::{Landing, Mutation, Redaction, Restorer, Tokens};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use self::case::{Case, Score, share};
use self::splits::splits;
use crate::args::Common;
use crate::data::{Predictions, read_jsonl};
use crate::redactor::redactor;
use crate::report::{Report, progress, round};

/// Bytes of a chunk when speed is measured: a few events of a stream that were read together.
const CHUNK_BYTES: usize = 4096;

/// Least bytes that speed is measured on.
const SPEED_MIN_BYTES: usize = 1 << 24;

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
}

#[derive(Serialize)]
struct Prediction<'a> {
    id: &'a Value,
    ok: bool,
    mutation: &'static str,
    /// Byte of the redacted text at which the first split that failed lies; `null` where none did.
    split: Option<usize>,
}

/// Runs the suite.
///
/// # Errors
/// Unreadable data; a text that is longer than the redactor reads at once.
pub fn run(options: &Options) -> Result<()> {
    let items: Vec<Item> = read_jsonl(&options.common.data, options.common.limit)?;
    let mut predictions = Predictions::create(options.common.out.as_deref())?;
    let redactor = redactor()?;
    let mut report = Report::start("roundtrip");
    let mut total = Score::default();
    let mut each = vec![Score::default(); Mutation::ALL.len()];
    let (mut tokens, mut identical, mut rows_ok) = (0, 0, 0);
    // All items as one conversation, to measure speed on.
    let mut conversation = Tokens::new();
    let mut stream = String::new();
    for (index, item) in items.iter().enumerate() {
        let findings = redactor.find(&item.text).with_context(|| format!("item {}", item.id))?;
        let mut table = Tokens::new();
        let redaction = Redaction::of(&item.text, &findings, &mut table);
        tokens += redaction.replacements().len();
        let same = run_case(&Case::unchanged(&item.text, &redaction), &table, &redaction);
        identical += usize::from(same.failed.is_none());
        total.held_bytes_max = total.held_bytes_max.max(same.held_bytes_max);
        total.wrong += same.wrong;
        for (mutation, sum) in Mutation::ALL.into_iter().zip(&mut each) {
            let (mut score, decoys) = if redaction.replacements().is_empty() {
                (same.clone(), Score::default())
            } else {
                let case = Case::changed(&item.text, &redaction, mutation);
                let decoy = Case::decoy(&item.text, &redaction, mutation);
                (run_case(&case, &table, &redaction), run_case(&decoy, &table, &redaction))
            };
            let row =
                Prediction { id: &item.id, ok: score.failed.is_none(), mutation: mutation.name(), split: score.failed };
            rows_ok += usize::from(row.ok);
            predictions.write(&row)?;
            score.add_decoys(&decoys);
            sum.add(&score);
        }
        stream.push_str(Redaction::of(&item.text, &findings, &mut conversation).text());
        stream.push('\n');
        progress("roundtrip", index + 1, items.len());
    }
    predictions.finish()?;
    each.iter().for_each(|score| total.add(score));
    report.figure("tokens", tokens);
    report.figure("restored_share", round(total.restored_share()));
    report.figure("rows_ok_share", round(share(rows_ok, items.len() * Mutation::ALL.len())));
    report.figure("wrong_values", total.wrong);
    report.figure("held_bytes_max", total.held_bytes_max);
    report.figure("identity_share", round(share(identical, items.len())));
    report.figure("splits", total.splits);
    report.figure("unknown_tokens", total.decoys);
    report.figure("unknown_tokens_marked_share", round(total.decoys_marked_share()));
    let shares = Mutation::ALL.into_iter().zip(&each);
    let shares: Map<String, Value> =
        shares.map(|(mutation, score)| (mutation.name().to_owned(), round(score.restored_share()).into())).collect();
    report.figure("mutations", shares);
    report.figure("mb_per_s", round(speed(&stream, &conversation)));
    report.print(items.len());
    Ok(())
}

/// Restores a changed text with one cut at each split, then byte by byte.
fn run_case(case: &Case, tokens: &Tokens, redaction: &Redaction) -> Score {
    let mut score = Score::default();
    let bytes = case.text.as_bytes();
    for split in splits(bytes.len(), &case.places) {
        let mut restorer = Restorer::of_message(tokens, Landing::Plain, redaction);
        let mut out = restorer.push(&bytes[..split]);
        out += &restorer.push(&bytes[split..]);
        out += &restorer.finish();
        score.judge(case, &out, restorer.notes(), split);
    }
    let mut restorer = Restorer::of_message(tokens, Landing::Plain, redaction);
    let mut out = String::new();
    for byte in bytes {
        out += &restorer.push([*byte]);
        score.held_bytes_max = score.held_bytes_max.max(restorer.held_bytes());
    }
    out += &restorer.finish();
    score.judge(case, &out, restorer.notes(), bytes.len());
    score
}

/// Megabytes a second of restoring a long stream with the table of a whole conversation.
#[allow(clippy::cast_precision_loss, reason = "a count of bytes")]
fn speed(stream: &str, tokens: &Tokens) -> f64 {
    let mut bytes = 0;
    let start = Instant::now();
    while bytes < SPEED_MIN_BYTES && !stream.is_empty() {
        let mut restorer = Restorer::new(tokens, Landing::Plain);
        for chunk in stream.as_bytes().chunks(CHUNK_BYTES) {
            std::hint::black_box(restorer.push(chunk));
        }
        std::hint::black_box(restorer.finish());
        bytes += stream.len();
    }
    bytes as f64 / 1e6 / start.elapsed().as_secs_f64().max(1e-9)
}

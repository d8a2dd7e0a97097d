//! Suite `generate`: greedy answers to prompts; loading, reading and writing speed.

use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;
use conclave_inference::{ChatMessage, GenerateRequest, Generator, Pulse, Role};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::args::Common;
use crate::data::{Predictions, read_jsonl};
use crate::packs;
use crate::report::{Report, peak_rss_mb, progress, round};

/// Arguments of the suite.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    common: Common,
    /// Pack name, pack folder or GGUF file.
    #[arg(long, default_value = packs::GENERATOR)]
    model: String,
}

#[derive(Deserialize)]
struct Item {
    id: Value,
    prompt: Option<String>,
    messages: Option<Vec<ChatMessage>>,
    max_tokens: usize,
}

#[derive(Serialize)]
struct Prediction<'a> {
    id: &'a Value,
    tokens: &'a [u32],
    text: &'a str,
}

/// Runs the suite.
///
/// # Errors
/// Unreadable data or model.
pub fn run(options: &Options) -> Result<()> {
    let items: Vec<Item> = read_jsonl(&options.common.data, options.common.limit)?;
    let mut predictions = Predictions::create(options.common.out.as_deref())?;
    let mut report = Report::start("generate");
    let start = Instant::now();
    let generator = packs::generator(&options.model)?;
    report.figure("load_ms", round(start.elapsed().as_secs_f64() * 1_000.0));

    let (mut prompt_tokens, mut prefill_s, mut later_tokens, mut decode_s) = (0, 0.0, 0, 0.0);
    for (index, item) in items.iter().enumerate() {
        let messages = match (&item.messages, &item.prompt) {
            (Some(messages), _) => messages.clone(),
            (None, Some(prompt)) => vec![ChatMessage::new(Role::User, prompt)],
            (None, None) => bail!("item {} has neither a prompt nor messages", item.id),
        };
        let request = GenerateRequest::greedy(messages, item.max_tokens);
        let start = Instant::now();
        let mut first = None;
        let pulse = Pulse::none();
        let mut on_text = |_: &str| {
            first.get_or_insert_with(|| start.elapsed().as_secs_f64());
        };
        let written = pollster::block_on(generator.generate(&request, &pulse, &mut on_text))?;
        // Prefill ends with the first token, which costs no pass of its own.
        let (whole, first) = (start.elapsed().as_secs_f64(), first.unwrap_or_default());
        if !written.tokens.is_empty() {
            prompt_tokens += written.prompt_tokens;
            prefill_s += first;
            later_tokens += written.tokens.len() - 1;
            decode_s += whole - first;
        }
        predictions.write(&Prediction { id: &item.id, tokens: &written.tokens, text: &written.text })?;
        progress("generate", index + 1, items.len());
    }
    predictions.finish()?;
    report.figure("prefill_tok_s", per_second(prompt_tokens, prefill_s));
    report.figure("decode_tok_s", per_second(later_tokens, decode_s));
    report.figure("peak_rss_mb", peak_rss_mb());
    report.print(items.len());
    Ok(())
}

#[allow(clippy::cast_precision_loss, reason = "token counts are small")]
fn per_second(count: usize, seconds: f64) -> f64 {
    if seconds > 0.0 { round(count as f64 / seconds) } else { 0.0 }
}

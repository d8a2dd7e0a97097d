//! Suite `answer`: questions with a context that answers them or does not, by five arms ([`arms`]), scored as SQuAD 2.0
//! is ([`score`]).

mod arms;
mod score;

use std::time::Instant;

use anyhow::Result;
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::args::Common;
use crate::data::{Predictions, read_jsonl};
use crate::packs;
use crate::report::{Report, progress, quantile, round};

use arms::Models;
use score::Tally;

/// Arguments of the suite.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    common: Common,
    /// Who answers.
    #[arg(long, value_enum, default_value = "council")]
    arm: Arm,
    /// Pack name, pack folder or GGUF file of the generator.
    #[arg(long, default_value = packs::GENERATOR)]
    model: String,
    /// Pack name or folder of the encoder; `none` for words only.
    #[arg(long, default_value = packs::ENCODER)]
    encoder: String,
    /// Most tokens, read and written, over all samples and seats of one item.
    #[arg(long)]
    token_budget: Option<usize>,
}

/// Who answers.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Arm {
    /// The generator, asked once.
    Single,
    /// The generator, asked once and told that it may abstain.
    Abstain,
    /// Five samples of `abstain`, the most frequent answer.
    Vote,
    /// The council.
    Council,
    /// The council's choice of sentence, without a generator.
    Extract,
}

impl Arm {
    const fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Abstain => "abstain",
            Self::Vote => "vote",
            Self::Council => "council",
            Self::Extract => "extract",
        }
    }
}

/// One item.
#[derive(Deserialize)]
pub struct Item {
    id: Value,
    #[serde(default)]
    title: String,
    context: String,
    question: String,
    answers: Vec<String>,
}

/// What an arm makes of one item.
#[derive(Default)]
pub struct Answered {
    /// The answer; `None` where the arm abstains.
    pub answer: Option<String>,
    /// The sentence of the context that is shown, where one is.
    pub sentence: Option<String>,
    /// The second best sentence.
    pub second: Option<String>,
    /// Probability that the context answers the question.
    pub score: f32,
    /// How it ended.
    pub verdict: &'static str,
    /// Share of samples or seats that agree.
    pub agreement: f32,
    /// Rounds of the council; 1 elsewhere.
    pub rounds: u32,
    /// Tokens read.
    pub tokens_in: u64,
    /// Tokens written.
    pub tokens_out: u64,
}

#[derive(Serialize)]
struct Prediction<'a> {
    id: &'a Value,
    answer: Option<&'a str>,
    sentence: Option<&'a str>,
    score: f32,
    verdict: &'static str,
    agreement: f32,
    rounds: u32,
    tokens_in: u64,
    tokens_out: u64,
    ms: f64,
}

/// Runs the suite.
///
/// # Errors
/// Unreadable data or model.
pub fn run(options: &Options) -> Result<()> {
    let items: Vec<Item> = read_jsonl(&options.common.data, options.common.limit)?;
    let mut predictions = Predictions::create(options.common.out.as_deref())?;
    let models = Models::load(options.arm, &options.model, &options.encoder)?;
    let mut report = Report::start("answer");
    let mut tally = Tally::default();
    let mut times_ms = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let start = Instant::now();
        let answered = models.answer(options.arm, item, options.token_budget)?;
        let ms = round(start.elapsed().as_secs_f64() * 1_000.0);
        times_ms.push(ms);
        tally.add(&item.answers, &answered);
        predictions.write(&Prediction {
            id: &item.id,
            answer: answered.answer.as_deref(),
            sentence: answered.sentence.as_deref(),
            score: answered.score,
            verdict: answered.verdict,
            agreement: answered.agreement,
            rounds: answered.rounds,
            tokens_in: answered.tokens_in,
            tokens_out: answered.tokens_out,
            ms,
        })?;
        progress("answer", index + 1, items.len());
    }
    predictions.finish()?;
    report.figure("arm", options.arm.name());
    report.figure("token_budget", options.token_budget);
    tally.report(&mut report);
    report.figure("p50_ms", quantile(times_ms, 0.5));
    report.print(items.len());
    Ok(())
}

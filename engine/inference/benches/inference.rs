//! `cargo xtask bench inference`: the kernels against products of floats, the default models, and what a form costs. One JSON
//! line per row; a rival is measured in turns with ours, because machines change their pace.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a bench stops at the first fault")]
#![allow(clippy::print_stdout, reason = "its rows are what it is for")]

#[path = "../tests/common/mod.rs"]
mod common;

use std::hint::black_box;
use std::rc::Rc;
use std::time::Instant;

use common::forms::{EXPRESSIONS, SCHEMAS};
use conclave_inference::constrain::Grammars;
use conclave_inference::format::{Gguf, TensorType};
use conclave_inference::kernels::{Activations, PackedMatrix, Team};
use conclave_inference::model::{BertConfig, Linear};
use conclave_inference::sampling::Sampler;
use conclave_inference::text::Vocabulary;
use conclave_inference::{
    BertEncoder, ChatMessage, Constraint, DEFAULT_CONTEXT, Encoder, GenerateRequest, Generator, Pulse, Role, Sampling,
    TextGenerator,
};

const GENERATOR: &str = "smollm2-135m-instruct-q4_1";
const ENCODER: &str = "all-minilm-l6-v2";

/// A matrix of the default model's shape: its feed-forward layer.
const ROWS: usize = 1_536;
const COLUMNS: usize = 768;
/// Vectors of a prompt's block.
const MANY: usize = 32;
const ROUNDS: usize = 15;

fn row(name: &str, ours: f64, rival: Option<f64>, unit: &str) {
    let ratio = rival.map(|rival| ours / rival);
    let command = "cargo xtask bench inference";
    println!(
        "{}",
        serde_json::json!({ "row": name, "ours": ours, "rival": rival, "ratio": ratio, "unit": unit, "command": command })
    );
}

/// Median seconds of each work, measured in turns.
fn medians<const N: usize>(mut works: [&mut dyn FnMut(); N]) -> [f64; N] {
    let mut seconds = [const { Vec::new() }; N];
    for round in 0..=ROUNDS {
        for (work, seconds) in works.iter_mut().zip(&mut seconds) {
            let start = Instant::now();
            work();
            // The first of each fills caches.
            if round > 0 {
                seconds.push(start.elapsed().as_secs_f64());
            }
        }
    }
    seconds.map(|mut seconds| {
        seconds.sort_by(f64::total_cmp);
        seconds[ROUNDS / 2]
    })
}

fn waves(count: usize) -> Vec<f32> {
    (0..count).map(|i| (i as f32 * 0.37).sin()).collect()
}

/// Products per second of packed weights, against the same weights as floats.
fn kernels() {
    let floats = waves(ROWS * COLUMNS);
    let reference = Linear::new(floats.clone(), COLUMNS);
    let work = (ROWS * COLUMNS) as f64;
    let mut packed = vec![("12-bit".to_owned(), PackedMatrix::from_floats(&floats, COLUMNS).unwrap())];
    for kind in [TensorType::Q4_1, TensorType::Q8_0, TensorType::Q4K, TensorType::Q6K] {
        let bytes = vec![1; kind.size_bytes(ROWS * COLUMNS).unwrap()];
        packed.push((format!("{kind:?}"), PackedMatrix::from_gguf(kind, &bytes, ROWS, COLUMNS).unwrap()));
    }
    for (kind, matrix) in &packed {
        for vectors in [1, MANY] {
            let x = waves(vectors * COLUMNS);
            let [ours, rival] =
                medians([&mut || drop(black_box(matrix.multiply(&Activations::quantise(&x, COLUMNS)))), &mut || {
                    drop(black_box(reference.forward(&x)))
                }]);
            let speed = |seconds: f64| 2.0 * work * vectors as f64 / seconds / 1e9;
            let name = format!("product of {kind} weights and {vectors} vectors, against floats");
            row(&name, speed(ours), Some(speed(rival)), "GFLOP/s");
        }
    }
}

fn encoder() {
    let [weights, tokenizer, config] =
        ["model.safetensors", "tokenizer.json", "config.json"].map(|name| common::pack_file(ENCODER, name));
    let config: BertConfig = serde_json::from_slice(&config).unwrap();
    let alone = BertEncoder::from_files(ENCODER, &weights, &tokenizer, config.clone()).unwrap();
    let mut in_team = BertEncoder::from_files(ENCODER, &weights, &tokenizer, config).unwrap();
    in_team.lend(&Team::of_threads(2).unwrap());
    for tokens in [64, 128] {
        // The text's first and last token are the encoder's own.
        let text = "ship ".repeat(tokens - 2);
        let embed = |encoder: &BertEncoder| {
            drop(black_box(pollster::block_on(encoder.embed(&[&text], &Pulse::none())).unwrap()));
        };
        let [alone, two] = medians([&mut || embed(&alone), &mut || embed(&in_team)]);
        row(&format!("MiniLM, a text of {tokens} tokens"), alone * 1e3, None, "ms");
        row(&format!("MiniLM, a text of {tokens} tokens, 2 threads, against one"), two * 1e3, Some(alone * 1e3), "ms");
    }
}

/// Tokens a second of reading and of writing.
fn speeds(file: &[u8], team: Option<&Rc<Team>>) -> [f64; 2] {
    let mut generator = TextGenerator::from_gguf(GENERATOR, file, DEFAULT_CONTEXT).unwrap();
    if let Some(team) = team {
        generator.lend(team);
    }
    let prompt = "The harbour master opened the ledger at six in the morning and wrote down every ship. ".repeat(20);
    let messages = vec![ChatMessage::new(Role::User, prompt)];
    let start = Instant::now();
    let mut first = None;
    let request = GenerateRequest::greedy(messages, 64);
    let mut hear = |_: &str| {
        first.get_or_insert_with(|| start.elapsed().as_secs_f64());
    };
    let written = pollster::block_on(generator.generate(&request, &Pulse::none(), &mut hear)).unwrap();
    let (first, whole) = (first.unwrap(), start.elapsed().as_secs_f64());
    [written.prompt_tokens as f64 / first, (written.tokens.len() - 1) as f64 / (whole - first)]
}

fn generator(file: &[u8]) {
    let alone = speeds(file, None);
    let two = speeds(file, Some(&Team::of_threads(2).unwrap()));
    for (index, what) in ["prefill", "decode"].into_iter().enumerate() {
        let name = format!("SmolLM2-135M Q4_1 {what}");
        row(&name, alone[index], None, "tok/s");
        row(&format!("{name}, 2 threads, against one"), two[index], Some(alone[index]), "tok/s");
    }
}

/// What a token costs when every other one is masked, against a token that may be any.
fn forms(file: &[u8]) {
    let vocabulary = Vocabulary::from_gguf(&Gguf::parse(file).unwrap()).unwrap();
    let start = Instant::now();
    let grammars = Grammars::new(&vocabulary).unwrap();
    row("a vocabulary of 49,152 tokens made ready for forms", start.elapsed().as_secs_f64() * 1e3, None, "ms");
    let sampler = Sampler::new(Sampling { temperature: 1.0, ..Sampling::GREEDY }).unwrap();
    let logits: Vec<f32> = (0..vocabulary.count()).map(|token| (token as f32 * 0.7).sin() * 4.0).collect();
    let schemas = SCHEMAS.map(|text| Constraint::JsonSchema(text.to_owned()));
    let expressions = EXPRESSIONS.map(|text| Constraint::Regex(text.to_owned()));
    let (mut begun, mut chosen, mut tokens) = (0.0, 0.0, 0);
    for constraint in schemas.iter().chain(&expressions) {
        let start = Instant::now();
        let mut writing = grammars.begin(constraint).unwrap();
        begun += start.elapsed().as_secs_f64();
        let (start, mut written) = (Instant::now(), Vec::new());
        while !writing.is_whole() {
            let token = writing.choose(&sampler, &logits, &written).unwrap();
            if vocabulary.is_end(token) {
                break;
            }
            written.push(token);
            written.extend(writing.take(token, 16).unwrap());
        }
        chosen += start.elapsed().as_secs_f64();
        tokens += written.len();
    }
    let [free] = medians([&mut || {
        black_box(sampler.choose(&logits, &[]));
    }]);
    row("a form begun, mean of 14", begun / (schemas.len() + expressions.len()) as f64 * 1e3, None, "ms");
    row("a token under a form, against a free one", chosen / f64::from(tokens as u32) * 1e6, Some(free * 1e6), "us");
}

fn main() {
    let file = common::pack_file(GENERATOR, "model.gguf");
    kernels();
    encoder();
    generator(&file);
    forms(&file);
}

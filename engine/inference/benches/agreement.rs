//! `cargo xtask bench agreement --browser`, our side: for each answer that another engine wrote, how many of its tokens our
//! decoder finds the most probable after the tokens before them (teacher forcing). Takes a file with
//! `[{prompt, tokens: [...]}]`; prints `{equal, by_floats, near, of}`: `by_floats` is the same count for the weights widened to
//! floats, which lose nothing, and `near` how many of the others are our second choice.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a bench stops at the first fault")]
#![allow(clippy::print_stdout, reason = "its row is what it is for")]

#[path = "../tests/common/mod.rs"]
mod common;

use conclave_inference::format::Gguf;
use conclave_inference::model::{Decoder, Precision};
use conclave_inference::text::{ChatTemplate, Vocabulary};
use conclave_inference::{ChatMessage, DEFAULT_CONTEXT, Role};

const GENERATOR: &str = "smollm2-135m-instruct-q4_1";

#[derive(serde::Deserialize)]
struct Answer {
    prompt: String,
    tokens: Vec<u32>,
}

fn main() {
    let path = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let answers = std::fs::read(path.unwrap()).unwrap();
    let answers: Vec<Answer> = serde_json::from_slice(&answers).unwrap();
    let file = common::pack_file(GENERATOR, "model.gguf");
    let gguf = Gguf::parse(&file).unwrap();
    let vocabulary = Vocabulary::from_gguf(&gguf).unwrap();
    let template = ChatTemplate::from_gguf(&gguf).unwrap();
    let model = |precision| pollster::block_on(Decoder::load(&gguf, precision, DEFAULT_CONTEXT)).unwrap();
    let (ours, floats) = (model(Precision::Quantised), model(Precision::Float));
    let (mut equal, mut by_floats, mut near, mut of) = (0, 0, 0, 0);
    for Answer { prompt, tokens } in answers {
        let read = template.prompt(&[ChatMessage::new(Role::User, prompt)], &vocabulary).unwrap().tokens;
        let all: Vec<u32> = read.iter().chain(&tokens).copied().collect();
        let [ours, floats] = [&ours, &floats].map(|model| {
            let logits = model.all_logits(&all, &mut model.new_cache()).unwrap();
            let rows = logits.chunks_exact(model.config().vocabulary).skip(read.len() - 1);
            rows.zip(&tokens).map(|(row, token)| place(row, *token as usize)).collect::<Vec<_>>()
        });
        equal += ours.iter().filter(|place| **place == 0).count();
        near += ours.iter().filter(|place| **place == 1).count();
        by_floats += floats.iter().filter(|place| **place == 0).count();
        of += tokens.len();
    }
    println!("{}", serde_json::json!({ "equal": equal, "by_floats": by_floats, "near": near, "of": of }));
}

/// How many tokens are more probable.
fn place(logits: &[f32], token: usize) -> usize {
    logits.iter().filter(|logit| **logit > logits[token]).count()
}

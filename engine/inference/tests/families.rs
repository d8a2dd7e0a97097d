//! Every family of decoders against `transformers`, on tiny random models (tests/fixtures/families.py).

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use conclave_inference::InferenceError;
use conclave_inference::format::Gguf;
use conclave_inference::model::{Decoder, Precision};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    model: String,
    tokens: Vec<u32>,
    /// All of them, at the last position.
    logits: Vec<f32>,
}

fn file_of(model: &str) -> Vec<u8> {
    match model {
        "llama" => include_bytes!("fixtures/tiny-llama.gguf").to_vec(),
        "mistral" => include_bytes!("fixtures/tiny-mistral.gguf").to_vec(),
        "qwen2" => include_bytes!("fixtures/tiny-qwen2.gguf").to_vec(),
        "qwen3" => include_bytes!("fixtures/tiny-qwen3.gguf").to_vec(),
        "phi3" => include_bytes!("fixtures/tiny-phi3.gguf").to_vec(),
        other => panic!("there is no fixture for {other}"),
    }
}

#[test]
fn logits_equal_those_of_transformers() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("fixtures/families.json")).unwrap();
    assert_eq!(cases.len(), 6);
    for case in cases {
        let bytes = file_of(&case.model);
        let count = case.tokens.len();
        // phi3 has other positions for contexts above 16.
        let context = if count > 16 { 32 } else { 16 };
        let model =
            pollster::block_on(Decoder::load(&Gguf::parse(&bytes).unwrap(), Precision::Float, context)).unwrap();
        let mut cache = model.new_cache();
        // In two blocks, as prompts are read.
        model.read(&case.tokens[..5], &mut cache).unwrap();
        let logits = model.next_logits(&case.tokens[5..], &mut cache).unwrap();
        let off = logits.iter().zip(&case.logits).map(|(got, expected)| (got - expected).abs()).fold(0.0, f32::max);
        println!("{} with {count} tokens: off by {off:.1e}", case.model);
        assert_eq!(logits.len(), case.logits.len());
        assert!(off <= 1e-3, "{}: a logit is off by {off}", case.model);
    }
}

#[test]
fn another_architecture_is_refused_by_its_name() {
    let mut bytes = file_of("qwen3");
    let name = bytes.windows(5).position(|window| window == b"qwen3").unwrap();
    bytes[name + 4] = b'9';
    let refused = pollster::block_on(Decoder::load(&Gguf::parse(&bytes).unwrap(), Precision::Float, 32));
    assert!(matches!(refused, Err(InferenceError::Unsupported(what)) if what.contains("qwen9")));
}

//! The encoder against `transformers` (tests/fixtures/make.py).

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use conclave_inference::{BertEncoder, Encoder, Pulse};
use serde::Deserialize;

const PACK: &str = "all-minilm-l6-v2";

#[derive(Deserialize)]
struct Case {
    text: String,
    tokens: Vec<u32>,
    vector: Vec<f32>,
}

fn encoder() -> BertEncoder {
    let file = |name| common::pack_file(PACK, name);
    let config = serde_json::from_slice(&file("config.json")).unwrap();
    BertEncoder::from_files(PACK, &file("model.safetensors"), &file("tokenizer.json"), config).unwrap()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn vectors_equal_those_of_transformers() {
    let encoder = encoder();
    let cases: Vec<Case> = serde_json::from_str(include_str!("fixtures/encoder.json")).unwrap();
    let texts: Vec<&str> = cases.iter().map(|case| case.text.as_str()).collect();
    let vectors = pollster::block_on(encoder.embed(&texts, &Pulse::none())).unwrap();
    for (case, vector) in cases.iter().zip(&vectors) {
        assert_eq!(encoder.tokens(&case.text).unwrap(), case.tokens);
        let similarity = cosine(vector, &case.vector);
        assert!(similarity >= 0.9999, "{:?}: cosine {similarity}", case.text);
        assert!((cosine(vector, vector) - 1.0).abs() < 1e-5);
    }

    // A huge or empty text costs no more than a long one, and gets a vector.
    let huge = "word ".repeat(1_000_000);
    let odd = pollster::block_on(encoder.embed(&["", &huge, "\u{0}\u{FFFD}"], &Pulse::none())).unwrap();
    assert!(odd.iter().all(|vector| vector.len() == encoder.dim() && vector.iter().all(|value| value.is_finite())));
    assert_eq!(encoder.tokens(&huge).unwrap().len(), 256);
}

//! The quantised types against ggml's own Python package (tests/fixtures/quants.py).

#![allow(clippy::unwrap_used, reason = "tests")]

use conclave_inference::format::TensorType;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    /// ggml's number.
    r#type: u32,
    name: String,
    /// Hexadecimal digits, like the weights.
    bytes: String,
    /// 32-bit floats, little-endian.
    weights: String,
}

#[test]
fn weights_have_the_bits_that_ggml_gives_them() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("fixtures/quants.json")).unwrap();
    assert_eq!(cases.len(), 10);
    for case in cases {
        let kind = TensorType::from_ggml(case.r#type).unwrap();
        let bytes = hex::decode(case.bytes).unwrap();
        let expected = TensorType::F32.dequantise(&hex::decode(case.weights).unwrap());
        assert_eq!(kind.size_bytes(expected.len()), Some(bytes.len()), "{}", case.name);
        assert_eq!(kind.dequantise(&bytes), expected, "{}", case.name);
    }
}

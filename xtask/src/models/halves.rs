//! Safetensors with 32-bit floats, rewritten with 16-bit floats (binary16): half the bytes for every person to fetch. The
//! engine packs them to 12 bits each, so that nobody can tell the difference.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use half::f16;
use serde::{Deserialize, Serialize};

/// Largest header that is read.
const HEADER_MAX_BYTES: usize = 1 << 20;

/// A tensor in the header. What is written must be the same everywhere, so its fields have an order.
#[derive(Serialize, Deserialize)]
struct Tensor {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: [usize; 2],
}

/// An entry of the header.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Entry {
    Tensor(Tensor),
    Metadata(BTreeMap<String, String>),
}

/// The file with each F32 tensor as F16; other tensors stay as they are.
///
/// # Errors
/// Where it is no safetensors file, or has a weight that 16 bits cannot hold.
pub fn in_halves(file: &[u8]) -> Result<Vec<u8>> {
    let (length, rest) = file.split_first_chunk::<8>().context("it is too short to be safetensors")?;
    let length = usize::try_from(u64::from_le_bytes(*length))?;
    if length > HEADER_MAX_BYTES.min(rest.len()) {
        bail!("its header has {length} bytes");
    }
    let (header, data) = rest.split_at(length);
    let mut header: BTreeMap<String, Entry> = serde_json::from_slice(header).context("its header is damaged")?;
    let mut halves = Vec::with_capacity(data.len() / 2);
    for (name, entry) in &mut header {
        let Entry::Tensor(tensor) = entry else { continue };
        let [start, end] = tensor.data_offsets;
        let bytes = data.get(start..end).with_context(|| format!("the tensor {name} lies outside of it"))?;
        let start = halves.len();
        if tensor.dtype == "F32" {
            for float in bytes.as_chunks::<4>().0 {
                let half = f16::from_f32(f32::from_le_bytes(*float));
                if !half.is_finite() {
                    bail!("a weight of {name} does not fit 16 bits");
                }
                halves.extend(half.to_le_bytes());
            }
            "F16".clone_into(&mut tensor.dtype);
        } else {
            halves.extend_from_slice(bytes);
        }
        tensor.data_offsets = [start, halves.len()];
    }
    let mut header = serde_json::to_vec(&header)?;
    header.resize(header.len().next_multiple_of(8), b' ');
    Ok([&(header.len() as u64).to_le_bytes()[..], &header, &halves].concat())
}

#[cfg(test)]
mod tests {
    // A failed expectation is the test's failure.
    #![allow(clippy::unwrap_used)]

    use serde_json::{Value, json};

    use super::*;

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data].concat()
    }

    #[test]
    fn floats_become_halves_and_the_rest_stays() {
        let header = r#"{"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},"a":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}}"#;
        let floats: Vec<u8> = [1.5f32, -65_504.0].iter().flat_map(|float| float.to_le_bytes()).collect();
        let halves = in_halves(&file(header, &[&[7, 0, 0, 0], &floats[..]].concat())).unwrap();
        let length = usize::try_from(u64::from_le_bytes(*halves.first_chunk().unwrap())).unwrap();
        let written: Value = serde_json::from_slice(&halves[8..8 + length]).unwrap();
        assert_eq!((length % 8, &written["__metadata__"]), (0, &json!({ "format": "pt" })));
        assert_eq!(written["a"], json!({ "dtype": "I32", "shape": [1], "data_offsets": [0, 4] }));
        assert_eq!(written["b"], json!({ "dtype": "F16", "shape": [2], "data_offsets": [4, 8] }));
        let two = [f16::from_f32(1.5), f16::MIN].map(f16::to_le_bytes).concat();
        assert_eq!(halves[8 + length..], [&[7, 0, 0, 0], &two[..]].concat());
    }

    #[test]
    fn what_cannot_be_halved_is_refused() {
        let large = r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
        let error = in_halves(&file(large, &70_000f32.to_le_bytes())).unwrap_err().to_string();
        assert!(error.contains("does not fit 16 bits"), "{error}");
        assert!(in_halves(&file(large, &[0; 3])).unwrap_err().to_string().contains("outside"));
        for damaged in [&b"short"[..], &[255; 9], &file("[]", &[])] {
            assert!(in_halves(damaged).is_err());
        }
    }
}

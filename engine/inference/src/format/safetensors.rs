//! The safetensors container (Hugging Face, `safetensors/README.md`): the length of a directory in JSON, the directory, and the
//! tensors' bytes without gaps.
//!
//! The file comes from outside: every length is compared with the bytes that there are before anything is allocated.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::directory::{Directory, Entry};
use super::pieces::Pieces;
use crate::InferenceError;
use crate::kernels::TensorType;

/// Bytes that the directory's length takes.
const LENGTH_BYTES: usize = 8;
/// The format's own limit of a directory.
const DIRECTORY_MAX: usize = 100_000_000;
/// The key of what is said about the whole file.
const METADATA: &str = "__metadata__";

/// A tensor as the directory has it.
#[derive(Deserialize)]
struct Listed {
    dtype: String,
    shape: Vec<usize>,
    /// From the directory's end.
    data_offsets: [u64; 2],
}

/// Reads the directory of a whole file; tensor bytes stay where they are.
///
/// # Errors
/// [`InferenceError::Damaged`] for anything that is not safetensors or does not fit the file, with the tensor's name.
pub fn parse(bytes: &[u8]) -> Result<Directory<'_>, InferenceError> {
    let length = directory_length(bytes.get(..LENGTH_BYTES), bytes.len() as u64)?;
    let (json, start) = (&bytes[LENGTH_BYTES..][..length], LENGTH_BYTES + length);
    let (entries, unread) = listed(json, start as u64, bytes.len() as u64)?;
    Ok(Directory::of_whole(entries, unread, bytes))
}

/// Reads a file that comes in pieces.
///
/// # Errors
/// See [`parse`] and [`Pieces::read`].
pub async fn from_pieces(pieces: Pieces<'_>) -> Result<Directory<'_>, InferenceError> {
    let size = pieces.size_bytes();
    let beginning = pieces.read(0..size.min(LENGTH_BYTES as u64)).await?;
    let length = directory_length(Some(&beginning), size)?;
    let start = (LENGTH_BYTES + length) as u64;
    let json = pieces.read(LENGTH_BYTES as u64..start).await?;
    let (entries, unread) = listed(&json, start, size)?;
    Ok(Directory::of_whole(entries, unread, &[]).over(pieces))
}

/// Bytes of the directory in a file of `size` bytes.
fn directory_length(beginning: Option<&[u8]>, size: u64) -> Result<usize, InferenceError> {
    let too_short = || damaged("it ends in the middle of its header");
    let beginning = beginning.and_then(<[u8]>::first_chunk::<LENGTH_BYTES>).ok_or_else(too_short)?;
    let length = usize::try_from(u64::from_le_bytes(*beginning)).unwrap_or(usize::MAX);
    if length > DIRECTORY_MAX {
        return Err(damaged("its header has an impossible length: it is no safetensors file"));
    }
    if length as u64 > size - LENGTH_BYTES as u64 { Err(too_short()) } else { Ok(length) }
}

type Listing = (BTreeMap<String, Entry>, BTreeMap<String, String>);

/// The tensors of a directory, whose bytes fill the file from `start` to `end`.
fn listed(json: &[u8], start: u64, end: u64) -> Result<Listing, InferenceError> {
    let values: BTreeMap<String, Value> =
        serde_json::from_slice(json).map_err(|error| damaged(&format!("its header: {error}")))?;
    let mut tensors = Vec::new();
    for (name, value) in values {
        if name == METADATA {
            continue;
        }
        let listed = Listed::deserialize(value).map_err(|error| damaged(&format!("the tensor {name}: {error}")))?;
        tensors.push((name, listed));
    }
    tensors.sort_by_key(|(_, listed)| listed.data_offsets);
    let (mut entries, mut unread, mut at) = (BTreeMap::new(), BTreeMap::new(), 0);
    for (name, Listed { dtype, shape, data_offsets: [from, to] }) in tensors {
        if from != at || to < from || to > end - start {
            let what =
                format!("the tensor {name} is at {from} to {to}: it overlaps, leaves a gap or is outside of the file");
            return Err(damaged(&what));
        }
        at = to;
        let kind = match dtype.as_str() {
            "F32" => TensorType::F32,
            "F16" => TensorType::F16,
            "BF16" => TensorType::Bf16,
            // Files may hold tensors that no model of ours asks for.
            _ => {
                unread.insert(name, dtype);
                continue;
            }
        };
        let weights = shape.iter().try_fold(1usize, |product, length| product.checked_mul(*length));
        if weights.and_then(|weights| kind.size_bytes(weights)).map(|size| size as u64) != Some(to - from) {
            return Err(damaged(&format!(
                "the tensor {name} has {} bytes, which do not fit its shape {shape:?}",
                to - from
            )));
        }
        entries.insert(name, Entry { shape, kind, place: start + from..start + to });
    }
    if at != end - start {
        return Err(damaged("its tensors do not fill the file"));
    }
    Ok((entries, unread))
}

fn damaged(what: &str) -> InferenceError {
    InferenceError::Damaged(what.to_owned())
}

#[cfg(test)]
mod tests;

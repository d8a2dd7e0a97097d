//! The GGUF container, versions 2 and 3 (ggml, `docs/gguf.md`): metadata, tensor directory, tensor bytes.
//!
//! The file comes from outside: every length is compared with the bytes that are left before anything is allocated.

use std::collections::BTreeMap;

use super::directory::{Directory, Entry};
use super::pieces::Pieces;
use crate::InferenceError;
use crate::kernels::TensorType;

/// Arrays of arrays are part of the format, but no model uses them deeper than this.
const MAX_ARRAY_DEPTH: usize = 4;
/// ggml's `GGML_MAX_DIMS`.
const MAX_DIMS: u32 = 4;
/// Bytes of a file's beginning that hold metadata and directory of every known model. The vocabulary is most of it; 262,144
/// tokens with their merges take 15 MB.
pub const CARD_BYTES: usize = 32 << 20;
/// Alignment of tensor data where the file names none.
const DEFAULT_ALIGNMENT: u64 = 32;

/// One metadata value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Any unsigned integer type.
    Unsigned(u64),
    /// Any signed integer type.
    Signed(i64),
    /// A 32- or 64-bit float.
    Float(f64),
    /// A boolean.
    Bool(bool),
    /// Text.
    Text(String),
    /// An array of values of one type.
    Array(Vec<Value>),
}

impl Value {
    /// The value as an index or count, where it is a non-negative integer.
    #[must_use]
    pub fn as_usize(&self) -> Option<usize> {
        match self {
            Self::Unsigned(value) => usize::try_from(*value).ok(),
            Self::Signed(value) => usize::try_from(*value).ok(),
            _ => None,
        }
    }

    /// The value as a float.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, reason = "the format's floats have 32 bits in every known model")]
    pub fn as_f32(&self) -> Option<f32> {
        match self {
            Self::Float(value) => Some(*value as f32),
            _ => None,
        }
    }

    /// The value as text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(value) => Some(value),
            _ => None,
        }
    }

    /// The value as an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(values) => Some(values),
            _ => None,
        }
    }

    /// The value as a boolean.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }
}

/// A parsed file, or its beginning.
pub struct Gguf<'a> {
    metadata: BTreeMap<String, Value>,
    tensors: Directory<'a>,
}

impl<'a> Gguf<'a> {
    /// Reads a file that comes in pieces.
    ///
    /// # Errors
    /// See [`Gguf::parse`] and [`Pieces::read`].
    pub async fn from_pieces(pieces: Pieces<'a>) -> Result<Self, InferenceError> {
        let size = pieces.size_bytes();
        let beginning = pieces.read(0..size.min(CARD_BYTES as u64)).await?;
        let Gguf { metadata, tensors } = Gguf::parse_beginning(&beginning, size)?;
        Ok(Self { metadata, tensors: tensors.over(pieces) })
    }

    /// Reads metadata and directory; tensor bytes stay where they are.
    ///
    /// # Errors
    /// [`InferenceError::Damaged`] for anything that is not GGUF or does not fit the file,
    /// [`InferenceError::Unsupported`] for versions and tensor types that are not read.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, InferenceError> {
        Self::parse_beginning(bytes, bytes.len() as u64)
    }

    /// Like [`Gguf::parse`] where only the beginning of a file of `size_bytes` is there. Tensors behind it are known, but
    /// cannot be read.
    ///
    /// # Errors
    /// See [`Gguf::parse`]; also where the beginning is shorter than metadata and directory.
    pub fn parse_beginning(bytes: &'a [u8], size_bytes: u64) -> Result<Self, InferenceError> {
        let mut reader = Reader { bytes, at: 0 };
        if reader.take(4)? != b"GGUF" {
            return Err(damaged("it does not begin with GGUF"));
        }
        let version = reader.u32()?;
        if !(2..=3).contains(&version) {
            return Err(InferenceError::Unsupported(format!("it is GGUF version {version}; 2 and 3 are read")));
        }
        let tensor_count = reader.u64()?;
        let metadata_count = reader.u64()?;

        let mut metadata = BTreeMap::new();
        for _ in 0..metadata_count {
            let key = reader.text()?;
            let kind = reader.u32()?;
            let value = reader.value(kind, 0)?;
            metadata.insert(key, value);
        }
        let mut directory = Vec::new();
        for _ in 0..tensor_count {
            directory.push(reader.tensor_info()?);
        }

        let alignment = match metadata.get("general.alignment") {
            Some(Value::Unsigned(value)) => *value,
            _ => DEFAULT_ALIGNMENT,
        };
        if alignment == 0 || alignment > 1 << 20 {
            return Err(damaged("its alignment is out of range"));
        }
        let data_start = (reader.at as u64).next_multiple_of(alignment);
        let mut tensors = BTreeMap::new();
        for info in directory {
            let size = info.kind.size_bytes(info.weights).ok_or_else(|| damaged("a tensor's size is impossible"))?;
            let start = data_start.checked_add(info.offset);
            let place = start.and_then(|start| Some(start..start.checked_add(size as u64)?));
            let place = place.ok_or_else(|| damaged("a tensor's place is impossible"))?;
            if place.end > size_bytes {
                return Err(damaged("it ends before its last tensor"));
            }
            tensors.insert(info.name, Entry { shape: info.shape, kind: info.kind, place });
        }
        Ok(Self { metadata, tensors: Directory::of_whole(tensors, BTreeMap::new(), bytes) })
    }

    /// All metadata.
    #[must_use]
    pub const fn metadata(&self) -> &BTreeMap<String, Value> {
        &self.metadata
    }

    /// One metadata value.
    ///
    /// # Errors
    /// [`InferenceError::Damaged`] where it is missing.
    pub fn required(&self, key: &str) -> Result<&Value, InferenceError> {
        self.metadata.get(key).ok_or_else(|| InferenceError::Damaged(format!("it lacks the entry {key}")))
    }

    /// Its tensors.
    #[must_use]
    pub const fn tensors(&self) -> &Directory<'a> {
        &self.tensors
    }
}

fn damaged(what: &str) -> InferenceError {
    InferenceError::Damaged(what.to_owned())
}

struct TensorInfo {
    name: String,
    shape: Vec<usize>,
    weights: usize,
    kind: TensorType,
    offset: u64,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], InferenceError> {
        let end = self.at.checked_add(count).ok_or_else(|| damaged("a length is impossible"))?;
        let taken = self.bytes.get(self.at..end).ok_or_else(|| damaged("it ends in the middle of its header"))?;
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], InferenceError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn u32(&mut self) -> Result<u32, InferenceError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64, InferenceError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn text(&mut self) -> Result<String, InferenceError> {
        let length = usize::try_from(self.u64()?).map_err(|_| damaged("a length is impossible"))?;
        let bytes = self.take(length)?;
        String::from_utf8(bytes.to_vec()).map_err(|_| damaged("a text is not UTF-8"))
    }

    fn value(&mut self, kind: u32, depth: usize) -> Result<Value, InferenceError> {
        Ok(match kind {
            0 => Value::Unsigned(self.array::<1>()?[0].into()),
            1 => Value::Signed(i8::from_le_bytes(self.array()?).into()),
            2 => Value::Unsigned(u16::from_le_bytes(self.array()?).into()),
            3 => Value::Signed(i16::from_le_bytes(self.array()?).into()),
            4 => Value::Unsigned(self.u32()?.into()),
            5 => Value::Signed(i32::from_le_bytes(self.array()?).into()),
            6 => Value::Float(f32::from_le_bytes(self.array()?).into()),
            7 => Value::Bool(self.array::<1>()?[0] != 0),
            8 => Value::Text(self.text()?),
            9 if depth < MAX_ARRAY_DEPTH => {
                let kind = self.u32()?;
                let count = self.u64()?;
                // Every element takes at least one byte, so a count above the rest of the file is a lie.
                if count > (self.bytes.len() - self.at) as u64 {
                    return Err(damaged("an array is longer than the file"));
                }
                let mut values = Vec::new();
                for _ in 0..count {
                    values.push(self.value(kind, depth + 1)?);
                }
                Value::Array(values)
            }
            9 => return Err(damaged("its arrays are nested too deeply")),
            10 => Value::Unsigned(self.u64()?),
            11 => Value::Signed(i64::from_le_bytes(self.array()?)),
            12 => Value::Float(f64::from_le_bytes(self.array()?)),
            _ => return Err(damaged("a metadata value has an unknown type")),
        })
    }

    fn tensor_info(&mut self) -> Result<TensorInfo, InferenceError> {
        let name = self.text()?;
        let dims = self.u32()?;
        if dims > MAX_DIMS {
            return Err(damaged("a tensor has too many dimensions"));
        }
        let mut shape = Vec::new();
        let mut weights = 1usize;
        for _ in 0..dims {
            let length = usize::try_from(self.u64()?).map_err(|_| damaged("a tensor's size is impossible"))?;
            weights = weights.checked_mul(length).ok_or_else(|| damaged("a tensor's size is impossible"))?;
            shape.push(length);
        }
        shape.reverse();
        let kind = TensorType::from_ggml(self.u32()?)?;
        Ok(TensorInfo { name, shape, weights, kind, offset: self.u64()? })
    }
}

#[cfg(test)]
mod tests;

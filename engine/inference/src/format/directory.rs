//! The tensors of a file by name, and their bytes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::pieces::Pieces;
use crate::InferenceError;
use crate::kernels::TensorType;

/// A tensor of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredTensor<'a> {
    /// Row-major shape, outermost dimension first: `[rows, columns]` for a matrix.
    pub shape: &'a [usize],
    /// How the weights are stored.
    pub kind: TensorType,
    /// The weights' bytes.
    pub bytes: Cow<'a, [u8]>,
}

/// Where the tensors' bytes are.
pub(super) enum Bytes<'a> {
    /// In the whole file, or its beginning.
    Whole(&'a [u8]),
    /// In pieces that go away.
    Pieces(Pieces),
}

/// A tensor's place in the file.
pub(super) struct Entry {
    /// Row-major, outermost dimension first.
    pub shape: Vec<usize>,
    /// How the weights are stored.
    pub kind: TensorType,
    /// First byte in the file.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// The tensors of a file.
pub struct Directory<'a> {
    entries: BTreeMap<String, Entry>,
    /// Tensors of types that are not read, and the types' names.
    unread: BTreeMap<String, String>,
    bytes: Bytes<'a>,
}

impl<'a> Directory<'a> {
    /// A directory over a whole file, or its beginning.
    pub(super) fn of_whole(
        entries: BTreeMap<String, Entry>,
        unread: BTreeMap<String, String>,
        bytes: &'a [u8],
    ) -> Self {
        Self { entries, unread, bytes: Bytes::Whole(bytes) }
    }

    /// The same directory over pieces of the file. Those go away that no tensor is in.
    pub(super) fn over(self, pieces: Pieces) -> Directory<'static> {
        pieces.keep_for(self.entries.values().map(|entry| entry.start..entry.end));
        Directory { entries: self.entries, unread: self.unread, bytes: Bytes::Pieces(pieces) }
    }

    /// Names of all tensors, those of types that are not read too.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().chain(self.unread.keys()).map(String::as_str)
    }

    /// How many weights are stored in which way, over all tensors.
    pub fn weights(&self) -> impl Iterator<Item = (TensorType, u64)> {
        self.entries.values().map(|entry| (entry.kind, entry.shape.iter().map(|length| *length as u64).product()))
    }

    /// Whether there is a tensor `name`.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name) || self.unread.contains_key(name)
    }

    /// The tensor `name`, or `None` where it is not there.
    #[must_use]
    pub fn tensor(&self, name: &str) -> Option<StoredTensor<'_>> {
        self.read(name, Pieces::copy)
    }

    /// The tensor `name` with exactly this shape, for the last time: of a file in pieces it is not there afterwards.
    ///
    /// # Errors
    /// [`InferenceError::Damaged`] where it is missing, has another shape, or holds weights that are not finite,
    /// [`InferenceError::Unsupported`] where its type is not read.
    pub fn take(&self, name: &str, shape: &[usize]) -> Result<StoredTensor<'_>, InferenceError> {
        if let Some(kind) = self.unread.get(name) {
            return Err(InferenceError::Unsupported(format!("{name} has the type {kind}; F32, F16 and BF16 are read")));
        }
        let entry = self.entries.get(name).filter(|entry| entry.shape != shape);
        if let Some(Entry { shape: found, .. }) = entry {
            return Err(InferenceError::Damaged(format!("{name} has the shape {found:?} instead of {shape:?}")));
        }
        let tensor = self.read(name, Pieces::take);
        let tensor = tensor.ok_or_else(|| InferenceError::Damaged(format!("it lacks the tensor {name}")))?;
        if tensor.kind.is_finite(&tensor.bytes) {
            Ok(tensor)
        } else {
            Err(InferenceError::Damaged(format!("{name} holds weights that are no numbers")))
        }
    }

    fn read(&self, name: &str, from: fn(&Pieces, &Range<usize>) -> Option<Vec<u8>>) -> Option<StoredTensor<'_>> {
        let entry = self.entries.get(name)?;
        let range = entry.start..entry.end;
        let bytes = match &self.bytes {
            Bytes::Whole(bytes) => Cow::Borrowed(bytes.get(range)?),
            Bytes::Pieces(pieces) => Cow::Owned(from(pieces, &range)?),
        };
        Some(StoredTensor { shape: &entry.shape, kind: entry.kind, bytes })
    }
}

//! The tensors of a file by name, and their bytes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::pieces::Pieces;
use crate::InferenceError;
use crate::kernels::TensorType;

/// A tensor of a file, or some of its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredTensor<'a> {
    /// Row-major shape, outermost dimension first: `[rows, columns]` for a matrix.
    pub shape: Vec<usize>,
    /// How the weights are stored.
    pub kind: TensorType,
    /// The weights' bytes.
    pub bytes: Cow<'a, [u8]>,
}

/// Where the tensors' bytes are.
enum Bytes<'a> {
    /// In the whole file, or its beginning.
    Whole(&'a [u8]),
    /// In pieces that are read for a while.
    Pieces(Pieces<'a>),
}

/// A tensor's place in the file.
pub(super) struct Entry {
    /// Row-major, outermost dimension first.
    pub shape: Vec<usize>,
    /// How the weights are stored.
    pub kind: TensorType,
    /// Its bytes in the file.
    pub place: Range<u64>,
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

    /// The same directory over pieces of the file.
    pub(super) fn over(self, pieces: Pieces<'_>) -> Directory<'_> {
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

    /// Shape of the tensor `name`, where it is there and its type is read.
    #[must_use]
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.entries.get(name).map(|entry| entry.shape.as_slice())
    }

    /// The tensor `name`, which must have exactly this shape.
    ///
    /// # Errors
    /// [`InferenceError::Damaged`] where it is missing, has another shape, or holds weights that are not finite,
    /// [`InferenceError::Unsupported`] where its type is not read; where the file is in pieces, what reading them says.
    pub async fn read(&self, name: &str, shape: &[usize]) -> Result<StoredTensor<'_>, InferenceError> {
        let entry = self.entry(name, shape)?;
        self.part(name, entry, entry.shape.clone(), entry.place.clone()).await
    }

    /// These rows of the matrix `name`, which must have exactly the shape `[rows, columns]`: for one that is too large to be
    /// in memory twice.
    ///
    /// # Errors
    /// See [`Directory::read`].
    pub async fn read_rows(
        &self,
        name: &str,
        [rows, columns]: [usize; 2],
        wanted: Range<usize>,
    ) -> Result<StoredTensor<'_>, InferenceError> {
        let entry = self.entry(name, &[rows, columns])?;
        let row = entry.kind.size_bytes(columns).filter(|_| wanted.start <= wanted.end && wanted.end <= rows);
        let row = row.ok_or_else(|| InferenceError::Damaged(format!("{name} has no such rows")))? as u64;
        let place = entry.place.start + wanted.start as u64 * row..entry.place.start + wanted.end as u64 * row;
        self.part(name, entry, vec![wanted.len(), columns], place).await
    }

    fn entry(&self, name: &str, shape: &[usize]) -> Result<&Entry, InferenceError> {
        if let Some(kind) = self.unread.get(name) {
            return Err(InferenceError::Unsupported(format!("{name} has the type {kind}; F32, F16 and BF16 are read")));
        }
        let entry =
            self.entries.get(name).ok_or_else(|| InferenceError::Damaged(format!("it lacks the tensor {name}")))?;
        if entry.shape == shape {
            return Ok(entry);
        }
        Err(InferenceError::Damaged(format!("{name} has the shape {:?} instead of {shape:?}", entry.shape)))
    }

    async fn part(
        &self,
        name: &str,
        entry: &Entry,
        shape: Vec<usize>,
        place: Range<u64>,
    ) -> Result<StoredTensor<'_>, InferenceError> {
        let bytes = match &self.bytes {
            Bytes::Whole(bytes) => {
                let within = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
                let found = bytes.get(within(place.start)..within(place.end));
                Cow::Borrowed(
                    found.ok_or_else(|| InferenceError::Damaged(format!("it ends before the tensor {name}")))?,
                )
            }
            Bytes::Pieces(pieces) => Cow::Owned(pieces.read(place).await?),
        };
        if entry.kind.is_finite(&bytes) {
            Ok(StoredTensor { shape, kind: entry.kind, bytes })
        } else {
            Err(InferenceError::Damaged(format!("{name} holds weights that are no numbers")))
        }
    }
}

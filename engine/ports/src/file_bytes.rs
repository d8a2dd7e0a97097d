//! A file that a person gave, or that a folder has; it is not in memory yet.

use std::any::Any;
use std::ops::Range;

use conclave_protocol::{Problem, ProblemCode};

use crate::LocalFuture;

/// A file that waits to be read.
pub trait FileBytes {
    /// Its size, known without reading it.
    fn size_bytes(&self) -> u64;

    /// Reads it.
    ///
    /// # Errors
    /// A [`Problem`] where it is gone or may not be read any more.
    fn read(&self) -> LocalFuture<'_, Result<Vec<u8>, Problem>> {
        self.read_range(0..self.size_bytes())
    }

    /// Reads a range of its bytes, which must not reach past its end.
    ///
    /// # Errors
    /// See [`FileBytes::read`].
    fn read_range(&self, range: Range<u64>) -> LocalFuture<'_, Result<Vec<u8>, Problem>>;

    /// The file itself, for an adapter that knows it and hands it on unread.
    fn as_any(&self) -> &dyn Any;
}

/// A file that is in memory already (native programs, tests).
impl FileBytes for Vec<u8> {
    fn size_bytes(&self) -> u64 {
        u64::try_from(self.len()).unwrap_or(u64::MAX)
    }

    fn read_range(&self, range: Range<u64>) -> LocalFuture<'_, Result<Vec<u8>, Problem>> {
        let at = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX);
        let bytes = self.get(at(range.start)..at(range.end)).map(<[u8]>::to_vec);
        let gone = || Problem::new(ProblemCode::NotFound, "The file is shorter than it was.", "Pick it again.");
        Box::pin(std::future::ready(bytes.ok_or_else(gone)))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

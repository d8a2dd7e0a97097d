//! Stored bytes of a file, read again.

use std::any::Any;
use std::ops::Range;
use std::rc::Rc;

use conclave_ports::{FileBytes, LocalFuture, Store, Table};
use conclave_protocol::Problem;

use super::lot::{PIECE_BYTES, piece_key};
use super::refusal::copy_gone;
use crate::service::error::ServiceError;

/// A file of a lot.
pub(in crate::service) struct StagedFile {
    pub store: Rc<dyn Store>,
    pub lot: u32,
    /// Where its bytes are among those of the lot.
    pub range: Range<u64>,
    /// The piece that was read last, with its number: small files of a lot share one.
    pub last: Option<(u32, Rc<[u8]>)>,
}

impl StagedFile {
    /// Keeps a piece in memory that files after this one begin in too. One that cannot be read is asked for again.
    pub async fn keep_piece(&mut self, number: u32) {
        self.last = self.piece(number).await.ok().map(|bytes| (number, bytes));
    }

    /// The piece with this number.
    async fn piece(&self, number: u32) -> Result<Rc<[u8]>, Problem> {
        if let Some((_, bytes)) = self.last.as_ref().filter(|(last, _)| *last == number) {
            return Ok(Rc::clone(bytes));
        }
        let read = self.store.get(Table::Queue, &piece_key(self.lot, number)).await.map_err(ServiceError::from)?;
        Ok(read.ok_or_else(copy_gone)?.into())
    }
}

/// The piece that the bytes from `start` on begin in.
pub(super) fn piece_of(start: u64) -> u32 {
    u32::try_from(start / PIECE_BYTES).unwrap_or(u32::MAX)
}

impl FileBytes for StagedFile {
    fn size_bytes(&self) -> u64 {
        self.range.end - self.range.start
    }

    fn read_range(&self, range: Range<u64>) -> LocalFuture<'_, Result<Vec<u8>, Problem>> {
        Box::pin(async move {
            let (from, to) = (self.range.start + range.start, self.range.start + range.end);
            let mut bytes = Vec::new();
            let mut at = from;
            while at < to {
                let piece = self.piece(piece_of(at)).await?;
                let start = at % PIECE_BYTES;
                let end = (start + (to - at)).min(PIECE_BYTES);
                let within = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX);
                bytes.extend_from_slice(piece.get(within(start)..within(end)).ok_or_else(copy_gone)?);
                at += end - start;
            }
            Ok(bytes)
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

//! The files that documents were read from: kept with them so that their pages can be shown.

use conclave_knowledge::{ORIGINAL_PIECE_BYTES, original_key};
use conclave_ports::{FileBytes, LocalFuture, Store, StoreError, Table, Write};
use conclave_protocol::imported::{Imported, Kind};
use conclave_protocol::{DocumentId, DocumentInfo, FileState, ORIGINAL_MAX_BYTES, Original, Problem, ProblemCode};

use std::any::Any;
use std::ops::Range;
use std::rc::Rc;

use super::error::ServiceError;
use super::ingest::StagedFile;
use super::{Service, settings};

/// What a document says whose file was not kept because there was no room for it.
pub(super) const NO_ROOM: &str = "There was no room to keep the file, so its pages cannot be shown as they look.";

/// Pieces of one commit: what is in memory of a file at once.
const PIECES_AT_ONCE: u64 = 4;

impl Service {
    /// Whether the file is to be kept that gave these documents and whose hash names `document`.
    pub(super) async fn keeps_original(
        &self,
        documents: &[Imported],
        document: &DocumentId,
    ) -> Result<bool, ServiceError> {
        let [only] = documents else { return Ok(false) };
        let is_it = only.sha256.get(..16).is_some_and(|half| hex::encode(half) == document.as_str());
        Ok(is_it && can_be_kept(only.kind, only.size_bytes) && self.wants_originals().await?)
    }

    /// Whether a document that is here has pages that could be shown if its file were here too, and may be kept.
    pub(super) async fn lacks_original(&self, document: &DocumentId) -> Result<bool, ServiceError> {
        let library = self.documents.library().await?;
        let Some(info) = library.info(document).filter(|info| can_be_kept(info.kind, info.size_bytes)) else {
            return Ok(false);
        };
        Ok(!library.has_original(&info).await? && self.wants_originals().await?)
    }

    async fn wants_originals(&self) -> Result<bool, ServiceError> {
        match settings::read(&*self.ports.store).await {
            Ok(settings) => Ok(settings.keep_originals),
            // What cannot be read is said at the start, and the defaults hold.
            Err(ServiceError::Unreadable(_)) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Keeps the file of a document; `false` where there is no room for it, and then nothing of it is stored.
    pub(super) async fn keep_original(&self, document: &DocumentId, file: &StagedFile) -> Result<bool, ServiceError> {
        let store = &*self.ports.store;
        let size = file.size_bytes();
        let step = ORIGINAL_PIECE_BYTES * PIECES_AT_ONCE;
        let (mut at, mut piece) = (0, 0);
        while at < size {
            let end = size.min(at + step);
            let bytes = file.read_range(at..end).await?;
            let length = usize::try_from(ORIGINAL_PIECE_BYTES).unwrap_or(usize::MAX);
            let pieces = (piece..).zip(bytes.chunks(length));
            let batch =
                pieces.map(|(n, bytes)| Write::put(Table::Originals, original_key(document, n), bytes)).collect();
            match store.commit(batch).await {
                Ok(()) => {}
                Err(StoreError::Full) => {
                    let stored = (0..piece).map(|n| Write::delete(Table::Originals, original_key(document, n)));
                    store.commit(stored.collect()).await?;
                    return Ok(false);
                }
                Err(error) => return Err(error.into()),
            }
            (at, piece) = (end, piece + PIECES_AT_ONCE);
            self.ports.yields.yield_now().await;
        }
        Ok(true)
    }

    /// Keeps the file of a document that is here already; what becomes of the file in the queue.
    pub(super) async fn attach_original(
        &self,
        document: &DocumentId,
        file: &StagedFile,
    ) -> Result<FileState, ServiceError> {
        let is_kept = self.keep_original(document, file).await?;
        Ok(if is_kept { FileState::Done } else { FileState::Partial(NO_ROOM.to_owned()) })
    }

    /// Whether the pages of a document can be shown.
    pub(super) async fn original(&self, info: &DocumentInfo) -> Result<Original, ServiceError> {
        if info.kind != Kind::Pdf {
            return Ok(Original::Unpaged);
        }
        if self.documents.library().await?.has_original(info).await? {
            return Ok(Original::Kept);
        }
        if self.folder_of(&info.id).await?.is_some() {
            return Ok(Original::InFolder);
        }
        Ok(if info.size_bytes > ORIGINAL_MAX_BYTES { Original::TooLarge } else { Original::Missing })
    }

    /// The kept file of a document.
    pub(super) fn kept_original(&self, info: &DocumentInfo) -> KeptFile {
        KeptFile { store: Rc::clone(&self.ports.store), document: info.id.clone(), size_bytes: info.size_bytes }
    }
}

fn can_be_kept(kind: Kind, size_bytes: u64) -> bool {
    kind == Kind::Pdf && size_bytes <= ORIGINAL_MAX_BYTES
}

/// A file that is kept.
pub(super) struct KeptFile {
    store: Rc<dyn Store>,
    document: DocumentId,
    size_bytes: u64,
}

impl FileBytes for KeptFile {
    fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    fn read_range(&self, range: Range<u64>) -> LocalFuture<'_, Result<Vec<u8>, Problem>> {
        Box::pin(async move {
            let mut bytes = Vec::new();
            let mut at = range.start;
            while at < range.end {
                let key = original_key(&self.document, at / ORIGINAL_PIECE_BYTES);
                let piece = self.store.get(Table::Originals, &key).await.map_err(ServiceError::from)?;
                let start = at % ORIGINAL_PIECE_BYTES;
                let end = (start + (range.end - at)).min(ORIGINAL_PIECE_BYTES);
                let within = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX);
                let part = piece.as_ref().and_then(|piece| piece.get(within(start)..within(end)));
                bytes.extend_from_slice(part.ok_or_else(damaged)?);
                at += end - start;
            }
            Ok(bytes)
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn damaged() -> Problem {
    let what = "The kept file of this document is damaged, so its pages cannot be shown.";
    Problem::new(ProblemCode::Corrupt, what, "Remove the document and add its file again. Its text can still be read.")
}

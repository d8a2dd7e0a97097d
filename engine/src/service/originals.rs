//! The files that documents were read from: kept with them so that their pages can be shown.
//!
//! A file is stored in several commits, with other work between them: meanwhile its document may be removed, or a person may not want
//! files kept any more. So whoever keeps files or takes them away holds [`LOCK`], asks again at every commit what holds now, and takes
//! back what it wrote where the file is not kept after all. What a killed program left goes when the next one sweeps
//! ([`Service::sweep_originals`]). Removing a document needs no lock of its own: who wrote beside it looks afterwards whether it is still
//! there, under the lock that the removal held.

use std::any::Any;
use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

use conclave_knowledge::{KnowledgeError, ORIGINAL_PIECE_BYTES, Prepared, original_key};
use conclave_ports::{FileBytes, LocalFuture, LockGuard, Store, StoreError, Table, Write};
use conclave_privacy::Part;
use conclave_protocol::imported::{Imported, Kind};
use conclave_protocol::{DocumentId, DocumentInfo, FileState, ORIGINAL_MAX_BYTES, Original, Problem, ProblemCode};

use super::error::ServiceError;
use super::ingest::StagedFile;
use super::{Service, settings};

/// What a file says that was to be kept with a document that is here, and for which there was no room.
const NO_ROOM: &str = "There was no room to keep the file, so its pages cannot be shown as they look.";

/// Pieces of one commit: what is in memory of a file at once.
const PIECES_AT_ONCE: u64 = 4;

/// Name of the lock under which one tab keeps files or takes them away. Who holds it may wait for the library's, and nobody the other
/// way round.
const LOCK: &str = "originals";

/// What is known of the kept files.
#[derive(Default)]
pub(super) struct Originals {
    /// Whether what belongs to no document was taken away.
    is_swept: Cell<bool>,
}

impl Originals {
    /// Something may have been left: it goes when there is time.
    pub(super) fn sweep_again(&self) {
        self.is_swept.set(false);
    }
}

/// What became of a file that was to be kept.
enum Keeping {
    /// All of it is stored now.
    Kept,
    /// It was kept already.
    WasKept,
    /// There is no room for it.
    NoRoom,
    /// A person does not want files kept any more.
    Unwanted,
    /// Its document was removed meanwhile.
    Gone,
    /// Its copy cannot be read.
    Unread(Problem),
}

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

    /// Whether a person wants files kept, as it is stored now.
    pub(super) async fn wants_originals(&self) -> Result<bool, ServiceError> {
        match settings::read(&*self.ports.store).await {
            Ok(settings) => Ok(settings.keep_originals),
            // What cannot be read is said at the start, and the defaults hold.
            Err(ServiceError::Unreadable(_)) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Waits until nobody else keeps files or takes them away.
    pub(super) async fn hold_originals(&self) -> Result<LockGuard, ServiceError> {
        Ok(self.ports.lock.acquire(LOCK).await?)
    }

    /// Keeps the file of a document. Where it is not kept, nothing of it stays stored.
    async fn keep_original(
        &self,
        _held: &LockGuard,
        document: &DocumentId,
        file: &StagedFile,
    ) -> Result<Keeping, ServiceError> {
        let library = self.documents.library().await?;
        // Another tab may have kept it while this one waited.
        library.refresh().await?;
        let info = library.info(document);
        if let Some(info) = &info
            && library.has_original(info).await?
        {
            return Ok(Keeping::WasKept);
        }
        let is_gone = || info.is_some() && library.info(document).is_none();
        let kept = self.write_original(document, file, &is_gone).await;
        if !matches!(kept, Ok(Keeping::Kept)) {
            self.take_back(std::slice::from_ref(document)).await;
        }
        kept
    }

    /// Stores the pieces of a file, as long as it is wanted.
    async fn write_original(
        &self,
        document: &DocumentId,
        file: &StagedFile,
        is_gone: &dyn Fn() -> bool,
    ) -> Result<Keeping, ServiceError> {
        let size = file.size_bytes();
        let step = ORIGINAL_PIECE_BYTES * PIECES_AT_ONCE;
        let length = usize::try_from(ORIGINAL_PIECE_BYTES).unwrap_or(usize::MAX);
        let (mut at, mut piece) = (0, 0);
        loop {
            if is_gone() {
                return Ok(Keeping::Gone);
            }
            if !self.wants_originals().await? {
                return Ok(Keeping::Unwanted);
            }
            if at >= size {
                return Ok(Keeping::Kept);
            }
            let end = size.min(at + step);
            let bytes = match file.read_range(at..end).await {
                Ok(bytes) => bytes,
                Err(problem) => return Ok(Keeping::Unread(problem)),
            };
            let pieces = (piece..).zip(bytes.chunks(length));
            let batch =
                pieces.map(|(n, bytes)| Write::put(Table::Originals, original_key(document, n), bytes)).collect();
            match self.ports.store.commit(batch).await {
                Ok(()) => {}
                Err(StoreError::Full) => return Ok(Keeping::NoRoom),
                Err(error) => return Err(error.into()),
            }
            (at, piece) = (end, piece + PIECES_AT_ONCE);
            self.ports.yields.yield_now().await;
        }
    }

    /// Removes what is kept of the files of these documents. What is left where that fails goes with the next sweep.
    async fn take_back(&self, documents: &[DocumentId]) {
        let taken = async { Ok(self.documents.library().await?.drop_originals_of(documents).await?) };
        self.note_left(taken.await);
    }

    /// Removes what is kept of those of these documents that are not there; as [`Service::take_back`].
    async fn take_back_lost(&self, documents: &[DocumentId]) {
        let taken = async { Ok(self.documents.library().await?.drop_lost_originals_of(documents).await?) };
        self.note_left(taken.await);
    }

    fn note_left(&self, taken: Result<(), ServiceError>) {
        if let Err(error) = taken {
            self.notes.failure("storage", "taking back a file that is not kept after all", &error);
            self.originals.sweep_again();
        }
    }

    /// Stores documents, and before them the files of some of them. What cannot be kept is left out: a document without its pages is
    /// more than no document.
    pub(super) async fn add_with_originals(
        &self,
        documents: &[Prepared],
        originals: &[(DocumentId, StagedFile)],
    ) -> Result<Vec<DocumentInfo>, ServiceError> {
        let library = self.documents.library().await?;
        let now_ms = self.ports.clock.unix_ms();
        if originals.is_empty() {
            return Ok(library.add_all(documents, now_ms).await?);
        }
        let held = self.hold_originals().await?;
        let mut kept = Vec::new();
        for (document, file) in originals {
            match self.keep_original(&held, document, file).await {
                Ok(Keeping::Kept) => kept.push(document.clone()),
                Ok(Keeping::WasKept | Keeping::Unwanted | Keeping::Gone) => {}
                Ok(Keeping::NoRoom) => self.note_no_room(1),
                Ok(Keeping::Unread(problem)) => {
                    self.notes.failure("documents", "reading a file to keep it", &problem.into());
                }
                Err(error) => {
                    self.take_back_lost(&kept).await;
                    return Err(error);
                }
            }
        }
        let mut added = library.add_all(documents, now_ms).await;
        if matches!(added, Err(KnowledgeError::Store(StoreError::Full))) && !kept.is_empty() {
            // Their files took the room that the documents need.
            self.take_back(&kept).await;
            self.note_no_room(kept.len());
            added = library.add_all(documents, now_ms).await;
        }
        if added.is_err() {
            // They wait, or a person stops them: whoever reads them again writes their files again.
            self.take_back_lost(&kept).await;
        }
        Ok(added?)
    }

    fn note_no_room(&self, files: usize) {
        let parts = [Part::Words("no room to keep the files of documents: "), Part::Number(files as u64)];
        self.notes.trouble("storage", &parts);
    }

    /// Keeps the file of a document that is here already; what becomes of the file in the queue.
    pub(super) async fn attach_original(
        &self,
        document: &DocumentId,
        file: &StagedFile,
    ) -> Result<FileState, ServiceError> {
        let held = self.hold_originals().await?;
        Ok(match self.keep_original(&held, document, file).await? {
            Keeping::Kept => {
                // A removal knows only the pieces that it found.
                self.take_back_lost(std::slice::from_ref(document)).await;
                FileState::Done
            }
            Keeping::WasKept | Keeping::Unwanted | Keeping::Gone => FileState::Done,
            Keeping::NoRoom => FileState::Partial(NO_ROOM.to_owned()),
            Keeping::Unread(problem) => FileState::Refused(problem),
        })
    }

    /// Removes all files that are kept: a person does not want them any more.
    pub(super) async fn drop_originals(&self) -> Result<(), ServiceError> {
        let _held = self.hold_originals().await?;
        Ok(self.documents.library().await?.drop_originals().await?)
    }

    /// Takes away what a killed program left of files, and all of them where a person does not want any; once, and again where
    /// something may have been left. `false` where nothing was due.
    pub(super) async fn sweep_originals(&self) -> bool {
        if self.documents.opened().is_none() || self.originals.is_swept.replace(true) {
            return false;
        }
        if let Err(error) = self.sweep().await {
            // It takes room and nothing else; the next start tries again.
            self.notes.failure("storage", "removing files that belong to no document", &error);
        }
        true
    }

    async fn sweep(&self) -> Result<(), ServiceError> {
        // Another tab may be about to list the document whose file it has just stored.
        let _held = self.hold_originals().await?;
        let library = self.documents.library().await?;
        if self.wants_originals().await? {
            library.drop_lost_originals().await?;
        } else {
            library.drop_originals().await?;
        }
        Ok(())
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
        if info.size_bytes > ORIGINAL_MAX_BYTES {
            return Ok(Original::TooLarge);
        }
        Ok(if self.wants_originals().await? { Original::Missing } else { Original::Unwanted })
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

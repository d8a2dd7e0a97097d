//! Files that are given. Their bytes are stored before they are acknowledged, so that a killed tab loses none of them.

use conclave_ports::{Cancel, FileBytes, Table, Write};
use conclave_protocol::{DocumentId, FileState, OfferedFile, Problem, ProblemCode};
use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};

use super::lot::{Entry, EntryState, LOT_FILES, Lot, PIECE_BYTES, lot_key, lot_of_key, lot_of_piece, piece_key};
use super::{LOCK, content_of, refusal};
use crate::service::error::ServiceError;
use crate::service::own_models::hash;
use crate::service::ports::file_sent;
use crate::service::{Service, records};

/// Most files that come with one message: the page waits for the answer before it sends the next ones.
const OFFERED_MAX: usize = 1_000;

/// Most bytes that are stored for files that wait. A drop of more waits at the page, which says so.
pub(super) const KEPT_BYTES_MAX: u64 = 512 << 20;
/// How long to wait before looking again whether there is room.
const ROOM_AGAIN_MS: u32 = 200;

/// Files up to this size are read several at a time: each costs the browser a moment, however small it is.
pub(in crate::service) const SMALL_BYTES: u64 = 256 << 10;
/// So many.
const AT_ONCE: usize = 16;

/// Bytes of a small file and their SHA-256.
type Small = (Vec<u8>, [u8; 32]);

/// A file that was offered, and its bytes where it is small.
pub(super) struct Come {
    pub file: OfferedFile,
    pub start: u64,
    pub small: Option<Result<Small, Problem>>,
}

/// A lot that is being put together.
pub(super) struct Staging<'a> {
    service: &'a Service,
    number: u32,
    lot: Lot,
    /// Bytes that are not stored yet; those before them are, in whole pieces.
    open: Vec<u8>,
    stored: u64,
    /// Whether a file whose document is here already is kept with it, where it is not yet.
    attaches: bool,
}

impl Service {
    /// Puts files into the queue, whose bytes follow each other in `bytes`. `left` files of the same drop have not come yet.
    pub(in crate::service) async fn add_files(
        &self,
        files: Vec<OfferedFile>,
        left: u64,
        bytes: Option<Box<dyn FileBytes>>,
        cancel: &Cancel,
    ) -> Result<(), ServiceError> {
        self.open_queue().await?;
        let bytes = file_sent(bytes)?;
        let sum = files.iter().fold(0u64, |sum, file| sum.saturating_add(file.size_bytes));
        if files.len() > OFFERED_MAX || sum != bytes.size_bytes() {
            let what = "The files that came are not those that were named.";
            return Err(Problem::new(ProblemCode::BadRequest, what, "Pick or drop them again.").into());
        }
        let _turn = self.queue("stage", cancel).await?;
        // What is refused by its size needs no room.
        let needed =
            files.iter().map(|file| file.size_bytes).filter(|size| refusal::check_size("", *size).is_ok()).sum();
        self.await_room(needed, cancel).await?;
        self.note_promised(left).await?;
        // Another tab's numbers are taken too.
        let _guard = self.requests.until(cancel, self.ports.lock.acquire(LOCK)).await??;
        let mut staging = Staging::begin(self, true).await?;
        let mut start = 0;
        let come = files.into_iter().map(|file| {
            let at = start;
            start += file.size_bytes;
            self.come(file, at, &*bytes)
        });
        let mut come = futures_util::stream::iter(come).buffered(AT_ONCE);
        while let Some(come) = come.next().await {
            cancel.check()?;
            staging.take(come, &*bytes, cancel).await?;
            if staging.is_full() {
                staging.close(Vec::new()).await?;
                staging = Staging::begin(self, true).await?;
            }
        }
        staging.close(Vec::new()).await
    }

    /// Reads a small file and hashes it; a large one is read in pieces, later.
    async fn come(&self, file: OfferedFile, start: u64, bytes: &dyn FileBytes) -> Come {
        let size = file.size_bytes;
        if size > SMALL_BYTES {
            return Come { file, start, small: None };
        }
        let small = match bytes.read_range(start..start + size).await {
            Ok(bytes) => {
                let sha256 = self.ports.digest.sha256(&bytes).await;
                Ok((bytes, sha256))
            }
            Err(problem) => Err(problem),
        };
        Come { file, start, small: Some(small) }
    }

    /// Waits until so many bytes more may be stored. Where nothing waits there is always room.
    async fn await_room(&self, needed: u64, cancel: &Cancel) -> Result<(), ServiceError> {
        loop {
            let fits = {
                let queue = self.ingest.queue.borrow();
                !queue.waits() || queue.kept_bytes().saturating_add(needed) <= KEPT_BYTES_MAX
            };
            if fits {
                return Ok(());
            }
            self.requests.until(cancel, self.ports.clock.sleep(ROOM_AGAIN_MS)).await?;
        }
    }

    /// Notes how many files are lost if the page ends now.
    async fn note_promised(&self, left: u64) -> Result<(), ServiceError> {
        if std::mem::replace(&mut self.ingest.queue.borrow_mut().settings.promised, left) == left {
            return Ok(());
        }
        self.store_settings().await
    }

    /// Whether the library has the document of a file already.
    pub(super) async fn is_in_library(&self, sha256: &str) -> Result<bool, ServiceError> {
        let half = sha256.get(..32).unwrap_or_default();
        Ok(self.documents.library().await?.passages(&DocumentId(half.into())) > 0)
    }
}

impl<'a> Staging<'a> {
    /// A lot with a number that no other has.
    pub(super) async fn begin(service: &'a Service, attaches: bool) -> Result<Self, ServiceError> {
        let store = &*service.ports.store;
        let lots = store.list(Table::Queue, "lot/").await?;
        let pieces = store.list(Table::Queue, "bytes/").await?;
        let last =
            lots.iter().filter_map(|key| lot_of_key(key)).chain(pieces.iter().filter_map(|key| lot_of_piece(key)));
        let number = last.max().map_or(0, |last| last + 1).max(service.ingest.queue.borrow().next_lot());
        let lot = Lot { is_kept: true, ..Lot::default() };
        Ok(Self { service, number, lot, open: Vec::new(), stored: 0, attaches })
    }

    pub(super) fn is_full(&self) -> bool {
        self.lot.files.len() >= LOT_FILES || self.size() >= PIECE_BYTES
    }

    fn size(&self) -> u64 {
        self.stored + self.open.len() as u64
    }

    /// Takes a file in. What is wrong with one file is no error: it is listed with it.
    pub(super) async fn take(
        &mut self,
        come: Come,
        bytes: &dyn FileBytes,
        cancel: &Cancel,
    ) -> Result<(), ServiceError> {
        let Come { file, start, small } = come;
        let begins = self.size();
        let sha256 = match (refusal::check_size(&file.path, file.size_bytes), small) {
            (Err(problem), _) | (Ok(()), Some(Err(problem))) => {
                self.refuse(file, problem);
                return Ok(());
            }
            (Ok(()), Some(Ok((small, sha256)))) => {
                self.open.extend_from_slice(&small);
                sha256
            }
            (Ok(()), None) => match self.take_large(&file, start, bytes, cancel).await? {
                Ok(sha256) => sha256,
                Err(problem) => {
                    self.refuse(file, problem);
                    return Ok(());
                }
            },
        };
        let sha256 = hex::encode(sha256);
        let OfferedFile { path, size_bytes } = file;
        let state = EntryState::Waiting;
        let mut entry = Entry { path, size_bytes, start: begins, sha256, state, folder: None };
        // The same file again is nothing new; where it is large, its pieces go with the lot.
        if self.service.is_in_library(&entry.sha256).await? {
            // Unless its pages can be shown only with it.
            let lacks = self.attaches && self.service.lacks_original(&content_of(&entry.sha256)).await?;
            entry.state = if lacks { EntryState::Waiting } else { EntryState::Over };
        }
        self.lot.files.push(entry);
        self.store_pieces(false).await
    }

    fn refuse(&mut self, file: OfferedFile, problem: Problem) {
        self.lot.files.push(Entry {
            path: file.path,
            size_bytes: file.size_bytes,
            start: 0,
            sha256: String::new(),
            state: EntryState::Trouble(FileState::Refused(problem)),
            folder: None,
        });
    }

    /// Takes the bytes of a large file in, piece by piece.
    async fn take_large(
        &mut self,
        file: &OfferedFile,
        start: u64,
        bytes: &dyn FileBytes,
        cancel: &Cancel,
    ) -> Result<Result<[u8; 32], Problem>, ServiceError> {
        let pulse = self.service.pulse(cancel);
        let mut whole = Sha256::new();
        let mut at = 0;
        while at < file.size_bytes {
            let next = file.size_bytes.min(at + PIECE_BYTES);
            let part = match bytes.read_range(start + at..start + next).await {
                Ok(part) => part,
                // What is stored of it stays between two files, which costs room until the lot is over.
                Err(problem) => return Ok(Err(problem)),
            };
            hash(&mut whole, &part, &pulse).await?;
            self.open.extend_from_slice(&part);
            drop(part);
            self.store_pieces(false).await?;
            at = next;
        }
        Ok(Ok(whole.finalize().into()))
    }

    /// Stores whole pieces, and at last what is left.
    async fn store_pieces(&mut self, all: bool) -> Result<(), ServiceError> {
        let piece_bytes = usize::try_from(PIECE_BYTES).unwrap_or(usize::MAX);
        while self.open.len() >= piece_bytes || (all && !self.open.is_empty()) {
            let rest = self.open.split_off(self.open.len().min(piece_bytes));
            let piece = std::mem::replace(&mut self.open, rest);
            let write = self.piece(piece);
            self.service.ports.store.commit(vec![write]).await?;
        }
        Ok(())
    }

    /// The next piece.
    fn piece(&mut self, bytes: Vec<u8>) -> Write {
        let number = u32::try_from(self.stored / PIECE_BYTES).unwrap_or(u32::MAX);
        self.stored += bytes.len() as u64;
        Write::put(Table::Queue, piece_key(self.number, number), bytes)
    }

    /// The file that was taken in last.
    pub(super) fn last(&mut self) -> Option<&mut Entry> {
        self.lot.files.last_mut()
    }

    /// Stores the lot with the last of its bytes, and what else goes with it, and puts it into the queue.
    pub(super) async fn close(mut self, mut batch: Vec<Write>) -> Result<(), ServiceError> {
        if self.lot.files.iter().all(|file| file.state == EntryState::Over) {
            // Nothing new; whole pieces that were stored already belong to no lot.
            let pieces = (0..self.stored.div_ceil(PIECE_BYTES)).filter_map(|piece| u32::try_from(piece).ok());
            batch.extend(pieces.map(|piece| Write::delete(Table::Queue, piece_key(self.number, piece))));
            if !batch.is_empty() {
                self.service.ports.store.commit(batch).await?;
            }
            return Ok(());
        }
        self.lot.bytes = self.size();
        if !self.open.is_empty() {
            let open = std::mem::take(&mut self.open);
            batch.push(self.piece(open));
        }
        batch.push(Write::put(Table::Queue, lot_key(self.number), records::encode("queue", &self.lot)?));
        self.service.ports.store.commit(batch).await?;
        let (number, lot) = (self.number, std::mem::take(&mut self.lot));
        self.service.ingest.queue.borrow_mut().add(number, lot);
        self.service.tell_queue(true);
        Ok(())
    }
}

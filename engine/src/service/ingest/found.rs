//! Files that were found in a folder: their bytes are stored like those of files that a person gives. One that changes while it is
//! read is not taken: half of it would be of before.

use std::rc::Rc;

use conclave_ports::{Cancel, FileBytes, FolderFile, Write};
use conclave_protocol::{DocumentId, FolderId, OfferedFile};

use super::LOCK;
use super::lot::EntryState;
use super::staging::{Come, KEPT_BYTES_MAX, Staging};
use crate::service::Service;
use crate::service::error::ServiceError;

/// A file that was found.
pub(in crate::service) struct FoundFile {
    /// Its path, with the folder's name before it.
    pub path: String,
    /// The folder.
    pub folder: FolderId,
    /// Its size.
    pub size_bytes: u64,
    /// When it was changed last.
    pub modified_ms: i64,
    /// Its bytes.
    pub bytes: FoundBytes,
}

/// The bytes of a file that was found.
pub(in crate::service) enum FoundBytes {
    /// A small file that was read, and was afterwards as before: its bytes and their SHA-256.
    Here(Vec<u8>, [u8; 32]),
    /// A large one.
    There(Box<dyn FileBytes>, Rc<dyn FolderFile>),
}

/// What became of a file that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::service) enum Kept {
    /// Its bytes are kept; the first half of their SHA-256.
    Bytes(DocumentId),
    /// It is refused by its size alone.
    Refused,
    /// It changed while it was read.
    Unsettled,
    /// It could not be read.
    Unread,
}

impl Service {
    /// Whether so many bytes more may be stored now.
    pub(in crate::service) fn has_room_for(&self, bytes: u64) -> bool {
        let queue = self.ingest.queue.borrow();
        !queue.waits() || queue.kept_bytes().saturating_add(bytes) <= KEPT_BYTES_MAX
    }

    /// Puts files into the queue. `note` hears what became of each; what `writes` gives is stored in the same batch as the files
    /// that were noted.
    pub(in crate::service) async fn queue_found(
        &self,
        found: Vec<FoundFile>,
        note: &mut dyn FnMut(usize, Kept),
        writes: &mut dyn FnMut() -> Result<Vec<Write>, ServiceError>,
    ) -> Result<(), ServiceError> {
        self.open_queue().await?;
        let cancel = Cancel::new();
        let _turn = self.queue("stage", &cancel).await?;
        let _guard = self.ports.lock.acquire(LOCK).await?;
        let mut staging = Staging::begin(self, false).await?;
        for (at, file) in found.into_iter().enumerate() {
            note(at, take(&mut staging, file, &cancel).await?);
            if staging.is_full() {
                staging.close(writes()?).await?;
                staging = Staging::begin(self, false).await?;
            }
        }
        staging.close(writes()?).await
    }
}

/// Takes a file in, and looks at it again.
async fn take(staging: &mut Staging<'_>, found: FoundFile, cancel: &Cancel) -> Result<Kept, ServiceError> {
    let FoundFile { path, folder, size_bytes, modified_ms, bytes } = found;
    let file = OfferedFile { path, size_bytes };
    let again = match bytes {
        FoundBytes::Here(small, sha256) => {
            let come = Come { file, start: 0, small: Some(Ok((small, sha256))) };
            staging.take(come, &Vec::new(), cancel).await?;
            None
        }
        FoundBytes::There(bytes, again) => {
            staging.take(Come { file, start: 0, small: None }, &*bytes, cancel).await?;
            Some(again)
        }
    };
    let is_same = match again {
        None => true,
        Some(again) => again.look().await.is_ok_and(|look| look.is_same(size_bytes, modified_ms)),
    };
    let Some(entry) = staging.last() else { return Ok(Kept::Unread) };
    if entry.has_bytes() {
        entry.folder = Some(folder);
        if is_same {
            return Ok(Kept::Bytes(content_of(&entry.sha256)));
        }
        entry.state = EntryState::Over;
        return Ok(Kept::Unsettled);
    }
    if super::refusal::check_size(&entry.path, size_bytes).is_err() {
        return Ok(Kept::Refused);
    }
    // It is tried again with the next look at the folder, which says so: no line of the queue has to.
    entry.state = EntryState::Over;
    Ok(if is_same { Kept::Unread } else { Kept::Unsettled })
}

/// The first half of a SHA-256: the document of a file that is one.
pub(in crate::service) fn content_of(sha256: &str) -> DocumentId {
    DocumentId(sha256.get(..32).unwrap_or_default().into())
}

//! Reading what changed, as far as needed to know what it is; what is new goes into the queue.

use std::rc::Rc;

use conclave_inference::Pulse;
use conclave_knowledge::Library;
use conclave_ports::{Cancel, FileBytes, FolderFile, Look as Glance};
use conclave_protocol::imported::FILE_MAX_BYTES;
use conclave_protocol::{DocumentId, FolderId, Problem};
use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};

use super::look::{AT_ONCE, Candidate, Ended, Look, READ_BYTES, Step, forgotten};
use super::pass::{Elsewhere, ReadFile};
use crate::service::Service;
use crate::service::error::ServiceError;
use crate::service::ingest::{FoundBytes, FoundFile, Kept, SMALL_BYTES, content_of};
use crate::service::own_models::hash;

/// Bytes of a large file that are hashed at once.
const PIECE_BYTES: u64 = 4 << 20;

impl Service {
    /// Reads what changed, and puts what is new into the queue.
    pub(super) async fn read_candidates(&self, look: &mut Look) -> Result<Step, Ended> {
        if !self.has_room_for(READ_BYTES.max(look.largest())) {
            return Ok(Step::NoRoom);
        }
        let library = self.documents.library().await?;
        let pulse = self.patient_pulse(&Cancel::new());
        let some = look.take_candidates();
        let reading = some.into_iter().map(|candidate| self.read_candidate(&look.folder, candidate, &pulse));
        let read: Vec<Read> = futures_util::stream::iter(reading).buffered(AT_ONCE).collect().await;
        let (mut new, mut found) = (Vec::new(), Vec::new());
        for Read { path, size_bytes, modified_ms, content } in read {
            let as_read = |content| ReadFile { path: path.clone(), size_bytes, modified_ms, content };
            let bytes = match content {
                Content::Unread => {
                    look.unread(path);
                    continue;
                }
                Content::Unsettled => {
                    look.scanned.unsettled += 1;
                    continue;
                }
                Content::None => {
                    look.scanned.passed_by += 1;
                    self.take_in(look, as_read(unhashed(&path, modified_ms)), NOTHING)?;
                    continue;
                }
                Content::Hashed(sha256, bytes) => {
                    let file = as_read(content_of(&hex::encode(sha256)));
                    let elsewhere = self.elsewhere(&library, look, &file.path, &file.content);
                    if self.is_known(look, &file, &elsewhere) {
                        self.take_in(look, file, elsewhere)?;
                        continue;
                    }
                    bytes
                }
                Content::Large(glance, file) => FoundBytes::There(glance.bytes, file),
            };
            let (folder, path_in_queue) = (look.folder.clone(), format!("{}/{path}", look.name));
            found.push(FoundFile { path: path_in_queue, folder, size_bytes, modified_ms, bytes });
            new.push((path, size_bytes, modified_ms));
        }
        if found.is_empty() {
            return Ok(Step::More);
        }
        let folder = look.folder.clone();
        let mut failed = Ok(());
        let mut note = |at: usize, kept: Kept| {
            let Some((path, size_bytes, modified_ms)) = new.get(at).cloned() else { return };
            let (content, elsewhere) = match kept {
                Kept::Unsettled => return look.scanned.unsettled += 1,
                Kept::Unread => return look.unread(path),
                // It is not read again until it changes.
                Kept::Refused => (unhashed(&path, modified_ms), NOTHING),
                Kept::Bytes(content) => {
                    let elsewhere = self.elsewhere(&library, look, &path, &content);
                    (content, elsewhere)
                }
            };
            let taken = self.take_in(look, ReadFile { path, size_bytes, modified_ms, content }, elsewhere);
            failed = std::mem::replace(&mut failed, Ok(())).and(taken);
        };
        self.queue_found(found, &mut note, &mut || self.folder_writes(&folder)).await?;
        failed?;
        Ok(Step::More)
    }

    /// Reads a file as far as needed to know what it is.
    async fn read_candidate(&self, folder: &FolderId, candidate: Candidate, pulse: &Pulse) -> Read {
        let Candidate { path, file, glance } = candidate;
        let (size_bytes, modified_ms) = (glance.size_bytes, glance.modified_ms);
        let content = self.content(folder, file, glance, pulse).await;
        Read { path, size_bytes, modified_ms, content }
    }

    async fn content(&self, folder: &FolderId, file: Rc<dyn FolderFile>, glance: Glance, pulse: &Pulse) -> Content {
        let (size_bytes, modified_ms) = (glance.size_bytes, glance.modified_ms);
        if size_bytes == 0 {
            return Content::None;
        }
        let has_size = self.folders.known.borrow().get(folder).is_some_and(|known| known.has_size(size_bytes));
        let is_small = size_bytes <= SMALL_BYTES;
        // A large file is read once more where it is new; where none is as large, it is.
        if !is_small && (!has_size || size_bytes > FILE_MAX_BYTES) {
            return Content::Large(glance, file);
        }
        let read = if is_small {
            match glance.bytes.read().await {
                Ok(bytes) => Ok((self.ports.digest.sha256(&bytes).await, Some(bytes))),
                Err(problem) => Err(problem),
            }
        } else {
            hash_in_pieces(&*glance.bytes, pulse).await.map(|sha256| (sha256, None))
        };
        let again = file.look().await;
        let is_same = again.as_ref().is_ok_and(|again| again.is_same(size_bytes, modified_ms));
        match (read, is_same) {
            (_, false) => Content::Unsettled,
            (Err(_), true) => Content::Unread,
            (Ok((sha256, Some(bytes))), true) => Content::Hashed(sha256, FoundBytes::Here(bytes, sha256)),
            (Ok((sha256, None)), true) => Content::Hashed(sha256, FoundBytes::There(glance.bytes, file)),
        }
    }

    /// What is known of the content of the file at `path` apart from this folder.
    fn elsewhere(&self, library: &Library, look: &Look, path: &str, content: &DocumentId) -> Elsewhere {
        let known = self.folders.known.borrow();
        let others = || known.iter().filter(|(other, _)| **other != look.folder).map(|(_, known)| known);
        let twin = others().find_map(|known| known.with_content(content)).map(|(_, file)| file.clone());
        let path = format!("{}/{path}", look.name);
        let was_here = || library.info(content).is_some_and(|info| info.path == Some(path));
        let is_folders = others().any(|known| known.is_leaving(content)) || was_here();
        Elsewhere { is_in_library: library.passages(content) > 0, is_folders, twin }
    }

    /// Whether nothing has to be read into the library for this file.
    fn is_known(&self, look: &Look, file: &ReadFile, elsewhere: &Elsewhere) -> bool {
        let known = self.folders.known.borrow();
        let here = known.get(&look.folder).is_some_and(|known| known.with_content(&file.content).is_some());
        here || elsewhere.is_in_library || elsewhere.twin.is_some()
    }

    fn take_in(&self, look: &mut Look, file: ReadFile, elsewhere: Elsewhere) -> Result<(), ServiceError> {
        let mut known = self.folders.known.borrow_mut();
        let known = known.get_mut(&look.folder).ok_or_else(forgotten)?;
        look.pass.take(known, file, elsewhere);
        Ok(())
    }
}

/// A file that was read.
struct Read {
    path: String,
    size_bytes: u64,
    modified_ms: i64,
    content: Content,
}

/// What reading a file gave.
enum Content {
    /// It is empty.
    None,
    /// Its SHA-256, and its bytes for the queue.
    Hashed([u8; 32], FoundBytes),
    /// It is read when it is stored.
    Large(Glance, Rc<dyn FolderFile>),
    /// It changed while it was read.
    Unsettled,
    /// It cannot be read.
    Unread,
}

/// A file without a document, neither ours nor anybody's.
const NOTHING: Elsewhere = Elsewhere { is_in_library: true, is_folders: false, twin: None };

/// What stands for the hash of a file that was not read: no other file has it.
fn unhashed(path: &str, modified_ms: i64) -> DocumentId {
    DocumentId(format!("{modified_ms}/{path}").into())
}

async fn hash_in_pieces(bytes: &dyn FileBytes, pulse: &Pulse) -> Result<[u8; 32], Problem> {
    let mut whole = Sha256::new();
    let mut at = 0;
    while at < bytes.size_bytes() {
        let end = bytes.size_bytes().min(at + PIECE_BYTES);
        hash(&mut whole, &bytes.read_range(at..end).await?, pulse).await?;
        at = end;
    }
    Ok(whole.finalize().into())
}

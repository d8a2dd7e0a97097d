//! A look through a folder, a bit at a time: what is found is compared, what changed is read and goes into the queue.

use std::rc::Rc;

use conclave_inference::Pulse;
use conclave_knowledge::Library;
use conclave_ports::{Cancel, FileBytes, FolderError, FolderFile, Look as Glance};
use conclave_protocol::imported::FILE_MAX_BYTES;
use conclave_protocol::{DocumentId, FolderId, FolderState, Problem, ProblemCode, Scanned};
use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};

use super::pass::{Elsewhere, Pass, ReadFile, Sight};
use super::unreadable;
use super::walk::{Beyond, Walk};
use crate::service::Service;
use crate::service::error::ServiceError;
use crate::service::ingest::{FoundBytes, FoundFile, Kept, SMALL_BYTES, content_of};
use crate::service::own_models::hash;

/// Files that are looked at in one go: some tens of milliseconds in a browser.
const GO_FILES: usize = 256;
/// So many at a time: each waits for another process of the browser.
const AT_ONCE: usize = 16;
/// Files that are read and put into the queue together, and bytes: about a second's work.
const READ_FILES: usize = 200;
const READ_BYTES: u64 = 16 << 20;
/// Bytes of a large file that are hashed at once.
const PIECE_BYTES: u64 = 4 << 20;

/// A file that has to be read.
struct Candidate {
    path: String,
    file: Rc<dyn FolderFile>,
    glance: Glance,
}

/// A look that is under way.
pub(super) struct Look {
    pub folder: FolderId,
    name: String,
    walk: Walk,
    pub pass: Pass,
    candidates: Vec<Candidate>,
    candidate_bytes: u64,
    began_ms: f64,
    pub scanned: Scanned,
}

/// What a step of a look came to.
enum Step {
    /// There is more to do.
    More,
    /// There is, but no room for it yet.
    NoRoom,
    /// All was found.
    Over,
}

/// Why a look ends before its end.
enum Ended {
    Folder(FolderError),
    Service(ServiceError),
}

impl From<ServiceError> for Ended {
    fn from(error: ServiceError) -> Self {
        Self::Service(error)
    }
}

impl Service {
    /// Goes on with looking through folders; `false` where nothing is to be done, or can be.
    pub(in crate::service) async fn look_on(&self) -> bool {
        let under_way = self.folders.look.take();
        let mut look = match under_way {
            Some(look) => look,
            None => {
                let Some(folder) = self.next_due() else { return false };
                match self.begin_look(&folder).await {
                    Ok(Some(look)) => look,
                    Ok(None) => return true,
                    Err(ended) => {
                        self.end_badly(&folder, ended);
                        return true;
                    }
                }
            }
        };
        self.priority.quiet().await;
        let step = self.step(&mut look).await;
        if !self.folders.all.borrow().contains_key(&look.folder) {
            // It was forgotten meanwhile.
            return true;
        }
        match step {
            Ok(Step::Over) => {
                let folder = look.folder.clone();
                if let Err(error) = self.end_look(look).await {
                    self.end_badly(&folder, Ended::Service(error));
                }
                true
            }
            Ok(step) => {
                let found = look.pass.seen() as u64;
                self.folders.look.replace(Some(look));
                self.note_found(found);
                matches!(step, Step::More)
            }
            Err(ended) => {
                self.end_badly(&look.folder, ended);
                true
            }
        }
    }

    fn next_due(&self) -> Option<FolderId> {
        let mut all = self.folders.all.borrow_mut();
        let (id, watched) = all.iter_mut().find(|(_, watched)| watched.is_due)?;
        watched.is_due = false;
        Some(id.clone())
    }

    async fn begin_look(&self, folder: &FolderId) -> Result<Option<Look>, Ended> {
        if !self.know(folder).await? {
            return Ok(None);
        }
        let root = self.ports.folders.open(folder).await.map_err(Ended::Folder)?;
        let name = self.folders.all.borrow().get(folder).map(|watched| watched.record.name.clone());
        let Some(name) = name else { return Ok(None) };
        self.set_folder_state(folder, FolderState::Scanning { found: 0 });
        Ok(Some(Look {
            folder: folder.clone(),
            name,
            walk: Walk::from(root),
            pass: Pass::default(),
            candidates: Vec::new(),
            candidate_bytes: 0,
            began_ms: self.ports.clock.monotonic_ms(),
            scanned: Scanned::default(),
        }))
    }

    /// The look could not be brought to its end. Nothing is gone because of it.
    fn end_badly(&self, folder: &FolderId, ended: Ended) {
        let name = self.folders.all.borrow().get(folder).map(|watched| watched.record.name.clone()).unwrap_or_default();
        let state = match ended {
            Ended::Folder(FolderError::NotAllowed) => FolderState::NotAllowed,
            Ended::Folder(error) => FolderState::Unreadable(unreadable(&name, &error)),
            Ended::Service(error) => {
                self.notes.failure("folders", "looking through a folder", &error);
                self.folders.known.borrow_mut().remove(folder);
                FolderState::Unreadable(error.into())
            }
        };
        if let Some(watched) = self.folders.all.borrow_mut().get_mut(folder) {
            watched.looked_ms = Some(self.ports.clock.monotonic_ms());
        }
        self.set_folder_state(folder, state);
    }

    async fn step(&self, look: &mut Look) -> Result<Step, Ended> {
        if look.is_loaded() {
            return self.read_candidates(look).await;
        }
        let files = look.walk.next_files(GO_FILES);
        if !files.is_empty() {
            self.glance_at(look, files).await?;
            return Ok(Step::More);
        }
        let Some(open) = look.walk.next_folder() else {
            return if look.candidates.is_empty() { Ok(Step::Over) } else { self.read_candidates(look).await };
        };
        match open.directory.entries(look.walk.names_left()).await {
            Ok(listed) => {
                for beyond in look.walk.enter(&open, listed) {
                    look.scanned.is_cut = true;
                    match beyond {
                        Beyond::Folder(path) => look.pass.close(&path),
                        Beyond::Rest => look.pass.cut(),
                    }
                }
            }
            // The folder itself: nothing is known of any file.
            Err(error) if open.path.is_empty() => return Err(Ended::Folder(error)),
            Err(error) => {
                self.still_allowed(look, &error).await?;
                look.pass.close(&open.path);
                look.unread(open.path);
            }
        }
        Ok(Step::More)
    }

    /// Where a file or folder may not be read: whether that is so for all of them.
    async fn still_allowed(&self, look: &Look, error: &FolderError) -> Result<(), Ended> {
        if *error == FolderError::NotAllowed {
            self.ports.folders.open(&look.folder).await.map_err(Ended::Folder)?;
        }
        Ok(())
    }

    /// Looks at files. Those that are as they were are done with.
    async fn glance_at(&self, look: &mut Look, files: Vec<(String, Rc<dyn FolderFile>)>) -> Result<(), Ended> {
        let glances = files.into_iter().map(|(path, file)| async move {
            let glance = file.look().await;
            (path, file, glance)
        });
        let mut glances = futures_util::stream::iter(glances).buffered(AT_ONCE);
        while let Some((path, file, glance)) = glances.next().await {
            let glance = match glance {
                Ok(glance) => glance,
                // It went while the folder was being listed.
                Err(FolderError::Gone) => continue,
                Err(error) => {
                    self.still_allowed(look, &error).await?;
                    look.pass.put_off(&path);
                    look.unread(path);
                    continue;
                }
            };
            let sight = {
                let known = self.folders.known.borrow();
                let Some(known) = known.get(&look.folder) else { return Err(forgotten().into()) };
                look.pass.see(known, &path, glance.size_bytes, glance.modified_ms)
            };
            if sight == Sight::Read {
                look.candidate_bytes += glance.size_bytes.min(FILE_MAX_BYTES);
                look.candidates.push(Candidate { path, file, glance });
            }
        }
        Ok(())
    }

    /// Reads what changed, and puts what is new into the queue.
    async fn read_candidates(&self, look: &mut Look) -> Result<Step, Ended> {
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

impl Look {
    /// Whether enough was found that has to be read.
    fn is_loaded(&self) -> bool {
        self.candidates.len() >= READ_FILES || self.candidate_bytes >= READ_BYTES
    }

    /// The bytes of the largest file that has to be read.
    fn largest(&self) -> u64 {
        let sizes = self.candidates.iter().map(|candidate| candidate.glance.size_bytes);
        sizes.filter(|size| *size <= FILE_MAX_BYTES).max().unwrap_or(0)
    }

    /// The files that are read next: one at least.
    fn take_candidates(&mut self) -> Vec<Candidate> {
        let mut bytes = 0;
        let fitting = self.candidates.iter().take(READ_FILES).take_while(|candidate| {
            bytes += candidate.glance.size_bytes.min(FILE_MAX_BYTES);
            bytes <= READ_BYTES
        });
        let count = fitting.count().max(1).min(self.candidates.len());
        let some: Vec<Candidate> = self.candidates.drain(..count).collect();
        let sizes = self.candidates.iter().map(|candidate| candidate.glance.size_bytes.min(FILE_MAX_BYTES));
        self.candidate_bytes = sizes.sum();
        some
    }

    /// A file or folder that could not be read.
    fn unread(&mut self, path: String) {
        self.scanned.unread += 1;
        if self.scanned.unread_paths.len() < Scanned::NAMED {
            self.scanned.unread_paths.push(path);
        }
    }

    /// The look with what it counted, at its end.
    pub fn into_parts(mut self, now_ms: f64, at_ms: u64) -> (FolderId, String, Pass, Scanned) {
        self.scanned.at_ms = at_ms;
        // A float-to-integer cast saturates.
        self.scanned.took_ms = (now_ms - self.began_ms) as u64;
        self.scanned.unsupported = self.walk.unsupported;
        self.scanned.passed_by += self.walk.passed_by;
        (self.folder, self.name, self.pass, self.scanned)
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
    DocumentId(format!("{modified_ms}/{path}"))
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

/// The folder was forgotten while it was looked through.
fn forgotten() -> ServiceError {
    Problem::new(ProblemCode::NotFound, "The folder is not watched any more.", "Add it again.").into()
}

//! A look through a folder, a bit at a time: what is found is compared with what is known.

use std::rc::Rc;

use conclave_ports::{FolderError, FolderFile, Look as Glance};
use conclave_protocol::imported::FILE_MAX_BYTES;
use conclave_protocol::{FolderId, FolderState, Problem, ProblemCode, Scanned};
use futures_util::StreamExt as _;

use super::known::Known;
use super::pass::{Pass, Sight};
use super::walk::{Beyond, Walk};
use super::{emptied, unreadable};
use crate::service::Service;
use crate::service::error::ServiceError;

/// Files that are looked at in one go: some tens of milliseconds in a browser.
const GO_FILES: usize = 256;
/// So many at a time: each waits for another process of the browser.
pub(super) const AT_ONCE: usize = 16;
/// Files that are read and put into the queue together, and bytes: about a second's work.
const READ_FILES: usize = 200;
pub(super) const READ_BYTES: u64 = 16 << 20;

/// A folder that had this many files and has nothing at all now may be the place of a disk that is not connected: systems leave an
/// empty folder there. A person who empties a smaller one means it.
const EMPTIED_FILES: usize = 10;

/// A file that has to be read.
pub(super) struct Candidate {
    pub path: String,
    pub file: Rc<dyn FolderFile>,
    pub glance: Glance,
}

/// A look that is under way.
pub(super) struct Look {
    pub folder: FolderId,
    pub name: String,
    walk: Walk,
    pub pass: Pass,
    candidates: Vec<Candidate>,
    candidate_bytes: u64,
    began_ms: f64,
    pub scanned: Scanned,
}

/// What a step of a look came to.
pub(super) enum Step {
    /// There is more to do.
    More,
    /// There is, but no room for it yet.
    NoRoom,
    /// All was found.
    Over,
}

/// Why a look ends before its end.
pub(super) enum Ended {
    Folder(FolderError),
    /// It has nothing in it any more, of so many files.
    Emptied(usize),
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
            Ended::Emptied(files) => FolderState::Unreadable(emptied(&name, files)),
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
            if look.walk.is_bare() {
                let known = self.folders.known.borrow().get(&look.folder).map_or(0, Known::len);
                return if known < EMPTIED_FILES { Ok(Step::Over) } else { Err(Ended::Emptied(known)) };
            }
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
}

impl Look {
    /// Whether enough was found that has to be read.
    fn is_loaded(&self) -> bool {
        self.candidates.len() >= READ_FILES || self.candidate_bytes >= READ_BYTES
    }

    /// The bytes of the largest file that has to be read.
    pub fn largest(&self) -> u64 {
        let sizes = self.candidates.iter().map(|candidate| candidate.glance.size_bytes);
        sizes.filter(|size| *size <= FILE_MAX_BYTES).max().unwrap_or(0)
    }

    /// The files that are read next: one at least.
    pub fn take_candidates(&mut self) -> Vec<Candidate> {
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
    pub fn unread(&mut self, path: String) {
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

/// The folder was forgotten while it was looked through.
pub(super) fn forgotten() -> ServiceError {
    Problem::new(ProblemCode::NotFound, "The folder is not watched any more.", "Add it again.").into()
}

//! What a person does with folders, what the browser tells of them, and what is told about them.

use conclave_ports::{Table, Write};
use conclave_protocol::{DocumentId, FolderId, FolderInfo, FolderState, FromWorker, Problem, ProblemCode};

use super::{FolderRecord, Watched, folder_key};
use crate::service::Service;
use crate::service::error::ServiceError;

/// Least time between two events about a look that is under way: a person reads no faster.
const TELL_MS: f64 = 200.0;

/// Most folders: each is asked for by hand.
const FOLDERS_MAX: usize = 100;

/// After a look that nobody asked for, another one waits at least this long, and so many times as long as the last one took: a
/// twentieth of the time goes into looking at most.
const REST_MS: f64 = 5_000.0;
const REST_TIMES: f64 = 20.0;

/// How long a change that the browser tells of waits for the ones that come with it.
const SETTLE_MS: u32 = 1_000;

impl Service {
    /// Watches a folder whose handle the page keeps.
    pub(in crate::service) async fn watch_folder(&self, folder: FolderId, name: String) -> Result<(), ServiceError> {
        self.open_folders().await?;
        if self.folders.all.borrow().contains_key(&folder) {
            return Ok(());
        }
        if self.folders.all.borrow().len() >= FOLDERS_MAX {
            let what = format!("{FOLDERS_MAX} folders are watched, which is the most");
            return Err(Problem::new(ProblemCode::TooLarge, what, "Forget one, then add this one again.").into());
        }
        let record = FolderRecord { name, added_ms: self.ports.clock.unix_ms(), files: 0, scanned: None };
        self.folders.all.borrow_mut().insert(folder.clone(), Watched::new(record));
        let stored = self.store_folder(&folder).await;
        if stored.is_err() {
            self.folders.all.borrow_mut().remove(&folder);
        }
        self.tell_folders(true);
        stored
    }

    /// Has a folder looked through, or all; what was looked through a moment ago only where a person asks.
    pub(in crate::service) async fn scan_folders(
        &self,
        folder: Option<&FolderId>,
        is_asked: bool,
    ) -> Result<(), ServiceError> {
        self.open_folders().await?;
        let now = self.ports.clock.monotonic_ms();
        for (id, watched) in &mut *self.folders.all.borrow_mut() {
            let is_meant = folder.is_none_or(|folder| folder == id);
            if is_meant && (is_asked || watched.rests_until().is_none_or(|until| now >= until)) {
                watched.is_due = true;
            }
        }
        Ok(())
    }

    /// Something changed below a folder, as the browser tells: it is looked through, in a moment.
    pub async fn folder_changed(&self, folder: FolderId) {
        if !self.folders.stirring.borrow_mut().insert(folder.clone()) {
            return;
        }
        let rest = self.folders.all.borrow().get(&folder).and_then(Watched::rests_until).unwrap_or(0.0);
        let wait = (rest - self.ports.clock.monotonic_ms()).max(f64::from(SETTLE_MS));
        // A float-to-integer cast saturates.
        self.ports.clock.sleep(wait as u32).await;
        self.folders.stirring.borrow_mut().remove(&folder);
        if let Some(watched) = self.folders.all.borrow_mut().get_mut(&folder) {
            watched.is_due = true;
        }
        self.work().await;
    }

    /// Looks again through folders in which files changed while they were read, after a while. Nobody waits for it.
    pub(in crate::service) async fn look_again(&self) {
        loop {
            let next = {
                let mut all = self.folders.all.borrow_mut();
                all.iter_mut().find_map(|(id, watched)| Some((id.clone(), watched.again_ms.take()?)))
            };
            let Some((folder, wait_ms)) = next else { return };
            self.ports.clock.sleep(wait_ms).await;
            if let Some(watched) = self.folders.all.borrow_mut().get_mut(&folder) {
                watched.is_due = true;
            }
            self.work().await;
        }
    }

    /// Watches a folder no more.
    pub(in crate::service) async fn forget_folder(
        &self,
        folder: &FolderId,
        keep_documents: bool,
    ) -> Result<(), ServiceError> {
        self.open_folders().await?;
        self.open_queue().await?;
        if !self.know(folder).await? {
            return Ok(());
        }
        self.folders.all.borrow_mut().remove(folder);
        let known = self.folders.known.borrow_mut().remove(folder).unwrap_or_default();
        if self.folders.look.borrow().as_ref().is_some_and(|look| look.folder == *folder) {
            self.folders.look.take();
        }
        self.release_files(folder, keep_documents).await?;
        if !keep_documents {
            let held: Vec<DocumentId> = known.iter().flat_map(|(_, file)| file.held()).cloned().collect();
            self.remove_unheld(held).await?;
        }
        let lines = self.ports.store.list(Table::Meta, &super::files_prefix(folder)).await?;
        let mut batch: Vec<Write> = lines.into_iter().map(|key| Write::delete(Table::Meta, key)).collect();
        batch.push(Write::delete(Table::Meta, folder_key(folder)));
        self.ports.store.commit(batch).await?;
        self.forget_handles().await;
        self.tell_folders(true);
        Ok(())
    }

    /// Lets go of handles that belong to no folder: that of one that was forgotten, and any whose page ended before it could
    /// ask for the folder to be watched. What cannot be let go now goes the next time.
    async fn forget_handles(&self) {
        for handle in self.ports.folders.kept().await.unwrap_or_default() {
            let is_ours = self.folders.all.borrow().contains_key(&handle);
            if !is_ours && let Err(error) = self.ports.folders.forget(&handle).await {
                let problem = Problem::new(ProblemCode::Internal, error.to_string(), "");
                self.notes.failure("folders", "letting a handle go", &problem.into());
            }
        }
    }

    /// The folders in the order in which they were given.
    pub(in crate::service) fn list_folders(&self) -> Vec<FolderInfo> {
        let all = self.folders.all.borrow();
        let mut listed: Vec<(&FolderId, &Watched)> = all.iter().collect();
        listed.sort_by_key(|(id, watched)| (watched.record.added_ms, (*id).clone()));
        listed.into_iter().map(|(id, watched)| watched.info(id)).collect()
    }

    /// Tells the page how the folders stand; not too often, unless `now`.
    pub(in crate::service) fn tell_folders(&self, now: bool) {
        let at = self.ports.clock.monotonic_ms();
        if now || self.folders.told_ms.get().is_none_or(|told| at - told >= TELL_MS) {
            self.folders.told_ms.set(Some(at));
            self.tell(None, FromWorker::Folders(self.list_folders()));
        }
    }

    /// So many files were found by the look that is under way.
    pub(super) fn note_found(&self, found: u64) {
        {
            let look = self.folders.look.borrow();
            let Some(look) = look.as_ref() else { return };
            if let Some(watched) = self.folders.all.borrow_mut().get_mut(&look.folder) {
                watched.state = FolderState::Scanning { found };
            }
        }
        self.tell_folders(false);
    }
}

impl Watched {
    /// Until when nobody looks through it unless somebody asks.
    fn rests_until(&self) -> Option<f64> {
        let took = self.record.scanned.as_ref().map_or(0, |scanned| scanned.took_ms);
        // Durations of looks are far below 2^53.
        Some(self.looked_ms? + (took as f64 * REST_TIMES).max(REST_MS))
    }
}

//! What a look through a folder means for the documents: those of what a file was before are replaced, those of a file that moved
//! get its path, those of a file that is gone leave.

use std::collections::{BTreeSet, HashSet};

use conclave_knowledge::Relocation;
use conclave_protocol::{DocumentId, FileId, FolderId, FolderState, FromWorker};

use super::known::FileRecord;
use super::look::Look;
use super::pass::Found;
use crate::service::error::ServiceError;
use crate::service::{Change, Service};

/// How long to wait, in milliseconds, before a file that changed while it was read is read again: most programs write a file
/// in a moment, some for minutes. After the last the next look finds it.
const AGAIN_MS: [u32; 3] = [2_000, 10_000, 60_000];

/// A document of a file that was read, and whether it was in the library before.
pub(in crate::service) type ReadDocument = (DocumentId, bool);

impl Service {
    /// All was found: documents follow.
    pub(super) async fn end_look(&self, look: Look) -> Result<(), ServiceError> {
        let now_ms = self.ports.clock.monotonic_ms();
        let (folder, name, pass, mut scanned) = look.into_parts(now_ms, self.ports.clock.unix_ms());
        scanned.is_cut |= pass.is_cut();
        let found = match self.folders.known.borrow_mut().get_mut(&folder) {
            Some(known) => pass.end(known),
            None => return Ok(()),
        };
        let Found { gone, added, changed, moved, removed } = found;
        (scanned.added, scanned.changed, scanned.moved, scanned.removed) = (added, changed, moved, removed);
        self.relocate(&folder, &name, &gone).await?;
        let held: Vec<DocumentId> = gone.iter().flat_map(|(_, file)| file.held()).cloned().collect();
        // First the documents: where the program ends between the two, the files are found to be gone once more.
        self.remove_unheld(held).await?;
        self.replace().await?;
        let is_told = self.ports.folders.watch(&folder).await;
        if let Some(watched) = self.folders.all.borrow_mut().get_mut(&folder) {
            let known = self.folders.known.borrow();
            watched.record.files = known.get(&folder).map_or(0, |known| known.len() as u64);
            watched.state = FolderState::Watched { is_told };
            watched.looked_ms = Some(self.ports.clock.monotonic_ms());
            watched.again_ms = None;
            if scanned.unsettled > 0 {
                watched.again_ms = AGAIN_MS.get(watched.unsettled).copied();
                watched.unsettled += 1;
            } else {
                watched.unsettled = 0;
            }
            watched.record.scanned = Some(scanned);
        }
        self.store_folder(&folder).await?;
        self.tell_folders(true);
        Ok(())
    }

    /// Documents of files that are gone from their path, and are at another: they get that one.
    async fn relocate(&self, folder: &FolderId, name: &str, gone: &[(String, FileRecord)]) -> Result<(), ServiceError> {
        let mut moves = Vec::new();
        {
            let known = self.folders.known.borrow();
            let Some(known) = known.get(folder) else { return Ok(()) };
            for (path, file) in gone {
                let Some((now, _)) = known.with_content(&file.content) else { continue };
                let (from, to) = (format!("{name}/{path}"), format!("{name}/{now}"));
                moves.extend(file.documents().iter().map(|document| Relocation {
                    document: document.clone(),
                    from: from.clone(),
                    to: to.clone(),
                }));
            }
        }
        if moves.is_empty() {
            return Ok(());
        }
        let moved = self.documents.library().await?.relocate(&moves).await?;
        self.tell_documents(&moved);
        (self.announce)(Change::Documents);
        Ok(())
    }

    /// Removes those of these documents that no folder has any more.
    pub(super) async fn remove_unheld(&self, mut documents: Vec<DocumentId>) -> Result<(), ServiceError> {
        if documents.is_empty() {
            return Ok(());
        }
        self.know_all().await?;
        {
            let known = self.folders.known.borrow();
            let held: HashSet<&DocumentId> =
                known.values().flat_map(|known| known.iter().flat_map(|(_, file)| file.held())).collect();
            documents.retain(|document| !held.contains(document));
        }
        let library = self.documents.library().await?;
        let unheld: BTreeSet<DocumentId> =
            documents.into_iter().filter(|document| library.info(document).is_some()).collect();
        let unheld: Vec<DocumentId> = unheld.into_iter().collect();
        if unheld.is_empty() {
            return Ok(());
        }
        library.remove_all(&unheld).await?;
        self.forget_news(&unheld);
        self.tell(None, FromWorker::Removed(unheld));
        (self.announce)(Change::Documents);
        Ok(())
    }

    /// Removes documents of what files were before, where what these are now is in the index.
    pub(in crate::service) async fn replace(&self) -> Result<(), ServiceError> {
        let library = self.documents.library().await?;
        let mut replaced = Vec::new();
        let mut touched = Vec::new();
        for (folder, known) in &mut *self.folders.known.borrow_mut() {
            for path in known.replacing() {
                let Some(mut file) = known.get(&path).cloned() else { continue };
                let now = file.documents.as_deref().unwrap_or(std::slice::from_ref(&file.content));
                if now.iter().any(|document| library.info(document).is_some()) {
                    replaced.append(&mut file.replaces);
                    known.put(path, file);
                    touched.push(folder.clone());
                }
            }
        }
        if touched.is_empty() {
            return Ok(());
        }
        self.remove_unheld(replaced).await?;
        touched.dedup();
        for folder in touched {
            self.store_folder(&folder).await?;
        }
        Ok(())
    }

    /// Where a file of the queue stands that was given or found at `path`. One that was found in a folder may have moved since;
    /// nowhere where it is gone or has another content now.
    pub(in crate::service) async fn place_now(&self, file: FileId, path: &str) -> Result<Option<String>, ServiceError> {
        let Some((folder, content)) = self.ingest.origin(file) else { return Ok(Some(path.to_owned())) };
        self.open_folders().await?;
        if !self.know(&folder).await? {
            return Ok(None);
        }
        let known = self.folders.known.borrow();
        let paths = known.get(&folder).map(|known| known.paths_of(&content)).unwrap_or_default();
        let (name, below) = path.split_once('/').unwrap_or(("", path));
        let now = paths.iter().find(|path| *path == below).or(paths.first());
        Ok(now.map(|now| format!("{name}/{now}")))
    }

    /// Files of the queue were read, and their documents are in the library: notes which these are, and replaces those of before.
    pub(in crate::service) async fn note_read(&self, read: &[(FileId, Vec<ReadDocument>)]) -> Result<(), ServiceError> {
        let mut is_any = false;
        let mut unwanted = Vec::new();
        for (file, documents) in read {
            let Some((folder, content)) = self.ingest.origin(*file) else { continue };
            is_any = true;
            if self.place_now(*file, "").await?.is_none() {
                // It changed or went while it was being read.
                unwanted.extend(documents.iter().filter(|(_, was_there)| !was_there).map(|(id, _)| id.clone()));
                continue;
            }
            let is_itself = matches!(&documents[..], [(only, _)] if *only == content);
            if documents.is_empty() || is_itself {
                continue;
            }
            self.note_documents(&folder, &content, documents).await?;
        }
        self.remove_unheld(unwanted).await?;
        if is_any { self.replace().await } else { Ok(()) }
    }

    /// A file of many documents has these. Those that a person added by themselves are not ours to remove.
    async fn note_documents(
        &self,
        folder: &FolderId,
        content: &DocumentId,
        documents: &[ReadDocument],
    ) -> Result<(), ServiceError> {
        self.know_all().await?;
        let writes = {
            let mut all = self.folders.known.borrow_mut();
            let held: HashSet<DocumentId> =
                all.values().flat_map(|known| known.iter().flat_map(|(_, file)| file.held().cloned())).collect();
            let ours = documents.iter().filter(|(id, was_there)| !was_there || held.contains(id));
            let ours: Vec<DocumentId> = ours.map(|(id, _)| id.clone()).collect();
            let Some(known) = all.get_mut(folder) else { return Ok(()) };
            for path in known.paths_of(content) {
                let Some(file) = known.get(&path).cloned() else { continue };
                known.put(path, FileRecord { documents: Some(ours.clone()), is_ours: true, ..file });
            }
            known.take_writes(folder)?
        };
        self.commit_folder(folder, writes).await
    }
}

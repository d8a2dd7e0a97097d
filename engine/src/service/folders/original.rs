//! The file of a document in the folder that it came from: its pages are shown from there.

use std::rc::Rc;

use conclave_ports::{Directory, FileBytes, FolderError, FolderFile, Look};
use conclave_protocol::{DocumentId, DocumentInfo, FolderId, Problem, ProblemCode};

use super::Viewed;
use crate::service::Service;
use crate::service::error::ServiceError;

impl Service {
    /// The folder of a document's file, and its path below it; none where it came from nowhere that is watched.
    pub(in crate::service) async fn folder_of(
        &self,
        document: &DocumentId,
    ) -> Result<Option<(FolderId, String)>, ServiceError> {
        self.open_folders().await?;
        self.know_all().await?;
        let known = self.folders.known.borrow();
        let found = known.iter().find_map(|(id, known)| Some((id.clone(), known.with_content(document)?.0.clone())));
        Ok(found)
    }

    /// The file of a document in its folder, where it is still the one that was read: of the same size and date.
    pub(in crate::service) async fn file_in_folder(
        &self,
        info: &DocumentInfo,
    ) -> Result<Box<dyn FileBytes>, ServiceError> {
        let Some((folder, path)) = self.folder_of(&info.id).await? else { return Err(gone().into()) };
        let modified_ms = {
            let known = self.folders.known.borrow();
            known.get(&folder).and_then(|known| known.get(&path)).map(|file| file.modified_ms)
        };
        let look = self.look_at(&folder, &path).await.map_err(|error| not_read(&error))?;
        if !modified_ms.is_some_and(|modified_ms| look.is_same(info.size_bytes, modified_ms)) {
            return Err(changed().into());
        }
        Ok(look.bytes)
    }

    /// The file at a path below a folder, as it is now.
    async fn look_at(&self, folder: &FolderId, path: &str) -> Result<Look, FolderError> {
        let is_it = |viewed: &&Viewed| viewed.folder == *folder && viewed.path == path;
        let viewed = self.folders.viewed.borrow().as_ref().filter(is_it).map(|viewed| Rc::clone(&viewed.file));
        // Where it cannot be looked at any more, the way to it says why, or leads to the one that stands there now.
        if let Some(file) = viewed
            && let Ok(look) = file.look().await
        {
            return Ok(look);
        }
        let file = find(self.ports.folders.open(folder).await?, path).await?;
        let look = file.look().await?;
        self.folders.viewed.replace(Some(Viewed { folder: folder.clone(), path: path.to_owned(), file }));
        Ok(look)
    }
}

/// The file at a path below a folder.
async fn find(root: Rc<dyn Directory>, path: &str) -> Result<Rc<dyn FolderFile>, FolderError> {
    let (folders, name) = path.rsplit_once('/').map_or((None, path), |(folders, name)| (Some(folders), name));
    let mut directory = root;
    for folder in folders.into_iter().flat_map(|folders| folders.split('/')) {
        directory = directory.directory(folder).await?;
    }
    directory.file(name).await
}

fn not_read(error: &FolderError) -> Problem {
    match error {
        FolderError::NotAllowed => Problem::new(
            ProblemCode::NotAllowed,
            "This browser wants to be asked again whether the folder of this document may be read.",
            "Press \u{201c}Allow again\u{201d} beside the folder under Sources, then try again.",
        ),
        FolderError::Gone => gone(),
        FolderError::Unreadable(why) => Problem::new(
            ProblemCode::NotFound,
            format!("The file cannot be read in its folder: {why}."),
            "If it is on a disk that is not connected, connect it, then try again. Its text can be read here.",
        ),
    }
}

fn gone() -> Problem {
    let what = "The file is not in its folder any more, so its pages cannot be shown.";
    Problem::new(ProblemCode::NotFound, what, "Its text can still be read here.")
}

fn changed() -> Problem {
    let what = "The file in its folder has changed since it was read, so its pages may be others.";
    let next = "Look through the folder again, then open the document anew. Until then its text is shown.";
    Problem::new(ProblemCode::Changed, what, next)
}

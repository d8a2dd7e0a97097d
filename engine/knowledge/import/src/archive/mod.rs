//! ZIP archives: each file inside is read as if it had been given.

mod directory;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;

pub(crate) use directory::{Archive, Entry, EntryError};

use crate::error::ImportError;
use crate::name;
use crate::run::{Gap, Run, Source};

/// Reads every file of an archive that is not itself a document format.
pub(crate) fn read(run: &mut Run<'_>, source: &Source<'_>, archive: &Archive<'_>) -> Result<Gap, ImportError> {
    let before = run.documents();
    let (mut files, mut whole) = (0u32, 0u32);
    for entry in archive.entries() {
        if entry.name.ends_with(['/', '\\']) || is_litter(&entry.name) {
            continue;
        }
        files += 1;
        let read = if is_unsafe(&entry.name) {
            let error = ImportError::UnsafeName { name: name::path(&entry.name) };
            run.refuse(source.path_of(&entry.name), error)
        } else {
            match run.unpack(archive, entry) {
                Ok(bytes) => run.part(source, &entry.name, &bytes),
                Err(error) => run.refuse(source.path_of(&entry.name), error),
            }
        };
        whole += u32::from(read);
    }
    let name = source.name.clone();
    if files == 0 {
        return Err(ImportError::Blank { name });
    }
    if run.documents() == before {
        return Err(ImportError::NothingRead { name, parts: files });
    }
    if archive.is_cut {
        return Ok(Some(format!(
            "The archive is cut off; {whole} of the {files} files that are left could be read whole."
        )));
    }
    Ok((whole < files).then(|| format!("{whole} of the {files} files in it could be read whole.")))
}

/// What systems put into archives beside the files.
fn is_litter(name: &str) -> bool {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    name.starts_with("__MACOSX/") || matches!(file, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

/// Whether a name leads out of the archive's own folder. Nothing is written anywhere, but who makes such names means
/// harm, and a listing that shows them misleads.
fn is_unsafe(name: &str) -> bool {
    let drive = name.as_bytes().get(1) == Some(&b':');
    name.starts_with(['/', '\\']) || drive || name.contains('\0') || name.split(['/', '\\']).any(|part| part == "..")
}

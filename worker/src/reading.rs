//! What the program `import` and the one that starts it say to each other.
//!
//! The program is given `[name, file]`: the browser's `File` or `Blob`, or an `ArrayBuffer` that is transferred. It answers with the
//! documents, each as an `ArrayBuffer` that is transferred, and then with a [`FromImport`].

use conclave_protocol::imported::{Imported, Report};
use serde::{Deserialize, Serialize};

/// What the program says beside documents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromImport {
    /// It runs and takes a file.
    Ready,
    /// The file was read.
    Read {
        /// What became of it.
        report: Report,
        /// Bytes of the program's memory now.
        memory_bytes: u64,
    },
    /// Its last word: it panicked.
    Panicked {
        /// File and line of the source.
        place: String,
    },
}

/// Bytes of the length that stands before a document's head.
const LENGTH_BYTES: usize = 4;

/// A document as bytes: the length of its head, everything but its text as JSON, its text.
pub fn pack(mut document: Imported) -> Option<Vec<u8>> {
    let text = std::mem::take(&mut document.text);
    let mut bytes = vec![0; LENGTH_BYTES];
    serde_json::to_writer(&mut bytes, &document).ok()?;
    let head = u32::try_from(bytes.len() - LENGTH_BYTES).ok()?;
    bytes.get_mut(..LENGTH_BYTES)?.copy_from_slice(&head.to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
    Some(bytes)
}

/// The document in bytes; `None` where they are none.
pub fn unpack(mut bytes: Vec<u8>) -> Option<Imported> {
    let length = bytes.first_chunk::<LENGTH_BYTES>()?;
    let head = usize::try_from(u32::from_le_bytes(*length)).ok()?.checked_add(LENGTH_BYTES)?;
    let document: Imported = serde_json::from_slice(bytes.get(LENGTH_BYTES..head)?).ok()?;
    bytes.drain(..head);
    Some(Imported { text: String::from_utf8(bytes).ok()?, ..document })
}

//! A disposable program that draws pages of documents.
//!
//! Like the one that reads files ([`crate::reader`]) it is given what comes from anywhere, and is ended when a page keeps it too
//! long, fills its memory or breaks it.

use conclave_protocol::{DocumentId, PageFault, PageImage, PageWish, Problem};
use thiserror::Error;

use crate::{FileBytes, LocalFuture, ReadLimits};

/// What drawing one page may cost: with the file opened for it, twenty times what a page full of pictures takes on a usual laptop. The
/// memory is what is decoded of a file, with its largest pictures; the file itself comes on top ([`keeps_open`]).
pub const DRAW_LIMITS: ReadLimits = ReadLimits { time_ms: 20_000, memory_bytes: 192 << 20 };

/// Whether a program with so much memory goes on, and keeps the file open that it has: one of a folder is larger than any that is
/// kept, and shall not be read again for each page because of its size alone.
#[must_use]
pub const fn keeps_open(memory_bytes: u64, size_bytes: u64, limits: &ReadLimits) -> bool {
    memory_bytes <= limits.memory_bytes.saturating_add(size_bytes)
}

/// Why a page could not be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DrawError {
    /// The file or the page is at fault.
    #[error(transparent)]
    Fault(#[from] PageFault),
    /// Drawing took too long, and was ended.
    #[error("drawing it took longer than {} seconds and was ended", limit_ms / 1_000)]
    TimedOut {
        /// The limit.
        limit_ms: u32,
    },
    /// The program ended itself: it panicked, or its memory was full.
    #[error("the program that draws pages broke on it")]
    Broke {
        /// Where in the source, if it could still say so. Never the panic's text, which may quote the file.
        place: Option<String>,
    },
    /// The program could not be started.
    #[error("the program that draws pages cannot be started: {0}")]
    Unavailable(String),
    /// The file's bytes cannot be had.
    #[error(transparent)]
    File(#[from] Problem),
}

/// Draws pages, one at a time: who comes while one is being drawn waits. Dropping the future of a drawing ends it.
pub trait Pages {
    /// Draws a page of a document's file. The same document's next page may be drawn without its file being read again, so a
    /// document's file never changes: another one is another document.
    ///
    /// # Errors
    /// [`DrawError`]; after all but [`DrawError::Fault`] the next page is drawn by a new program.
    fn draw<'a>(
        &'a self,
        document: &'a DocumentId,
        file: &'a dyn FileBytes,
        wish: &'a PageWish,
        limits: ReadLimits,
    ) -> LocalFuture<'a, Result<PageImage, DrawError>>;
}

/// Draws a page of a file's bytes.
pub type DrawBytes = dyn Fn(&[u8], &PageWish) -> Result<PageImage, PageFault>;

/// Draws in this program, by the function that it is given. It ends nothing: a limit of no time is over at once, and any other is
/// not looked at.
pub struct MemoryPages(Box<DrawBytes>);

impl MemoryPages {
    /// By this function.
    #[must_use]
    pub fn new(draw: impl Fn(&[u8], &PageWish) -> Result<PageImage, PageFault> + 'static) -> Self {
        Self(Box::new(draw))
    }
}

impl Pages for MemoryPages {
    fn draw<'a>(
        &'a self,
        _: &'a DocumentId,
        file: &'a dyn FileBytes,
        wish: &'a PageWish,
        limits: ReadLimits,
    ) -> LocalFuture<'a, Result<PageImage, DrawError>> {
        Box::pin(async move {
            let bytes = file.read().await?;
            if limits.time_ms == 0 {
                return Err(DrawError::TimedOut { limit_ms: 0 });
            }
            Ok((self.0)(&bytes, wish)?)
        })
    }
}

#[cfg(test)]
mod tests {
    use conclave_protocol::ORIGINAL_MAX_BYTES;
    use conclave_protocol::imported::FILE_MAX_BYTES;

    use super::*;

    #[test]
    fn the_largest_file_stays_open_and_what_is_decoded_of_any_is_bounded() {
        for size_bytes in [1_000, ORIGINAL_MAX_BYTES, FILE_MAX_BYTES] {
            assert!(keeps_open(size_bytes + (190 << 20), size_bytes, &DRAW_LIMITS), "{size_bytes}");
            assert!(!keeps_open(size_bytes + (193 << 20), size_bytes, &DRAW_LIMITS), "{size_bytes}");
        }
        assert!(keeps_open(u64::MAX, u64::MAX, &DRAW_LIMITS), "no sum is too large");
    }
}

//! A disposable program that draws pages of documents.
//!
//! Like the one that reads files ([`crate::reader`]) it is given what comes from anywhere, and is ended when a page keeps it too
//! long, fills its memory or breaks it.

use conclave_protocol::{DocumentId, PageFault, PageImage, PageWish, Problem};
use thiserror::Error;

use crate::{FileBytes, LocalFuture, ReadLimits};

/// What drawing one page may cost: with the file opened for it, twenty times what a page full of pictures takes on a usual laptop. The
/// memory holds the largest file that is kept, and its largest pictures.
pub const DRAW_LIMITS: ReadLimits = ReadLimits { time_ms: 20_000, memory_bytes: 256 << 20 };

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

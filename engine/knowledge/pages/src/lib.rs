//! Pages of PDF files as they look: bytes in, a picture out, and where cited words stand on it.
//!
//! | file | what it does |
//! |---|---|
//! | `draw` | a page as a picture of bounded size |
//! | `glyphs` | which letters a page shows, and where |
//! | `find` | cited words among them |
//!
//! The file is drawn by `hayro`, which reads the format (ISO 32000) by itself. It is not trusted: it runs in a program that can be
//! ended (`worker/src/bin/view.rs`), because a file may keep it busy for ever, fill its memory or make it panic.

mod draw;
mod find;
mod glyphs;

use std::sync::Arc;

use conclave_protocol::{PageFault, PageImage, PageWish};
use hayro::hayro_syntax::{LoadPdfError, Pdf};

/// An opened file.
pub struct Document(Pdf);

impl Document {
    /// Opens a file. Where its table of objects is damaged they are looked for.
    ///
    /// # Errors
    /// [`PageFault::Damaged`], [`PageFault::Encrypted`].
    pub fn open(bytes: Vec<u8>) -> Result<Self, PageFault> {
        match Pdf::new(Arc::new(bytes)) {
            Ok(pdf) if pdf.pages().is_empty() => Err(PageFault::Damaged),
            Ok(pdf) => Ok(Self(pdf)),
            Err(LoadPdfError::Decryption(_)) => Err(PageFault::Encrypted),
            Err(LoadPdfError::Invalid) => Err(PageFault::Damaged),
        }
    }

    /// How many pages it has.
    #[must_use]
    pub fn pages(&self) -> u32 {
        u32::try_from(self.0.pages().len()).unwrap_or(u32::MAX)
    }

    /// Draws a page, on white.
    ///
    /// # Errors
    /// [`PageFault::NoSuchPage`], [`PageFault::BadSize`].
    pub fn draw(&self, wish: &PageWish) -> Result<PageImage, PageFault> {
        draw::draw(&self.0, wish)
    }
}

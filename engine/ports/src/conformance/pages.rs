//! The suite of [`Pages`].

use conclave_protocol::{CitedOnPage, DocumentId, PageFault, PageImage, PageWish};

use super::reader::Gone;
use super::{Verdict, ensure};
use crate::pages::DRAW_LIMITS;
use crate::{DrawError, Pages, ReadLimits};

/// A page of 200 by 100 points with nothing on it.
const PDF: &str = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\n\
    endobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] >>\nendobj\ntrailer\n<< /Size 4 /Root 1 0 R >>\n%%EOF\n";

async fn draw(pages: &dyn Pages, id: &str, file: &str, page: u32, limits: ReadLimits) -> Result<PageImage, DrawError> {
    let wish = PageWish { page, width_px: 400, cited: None };
    pages.draw(&DocumentId(id.into()), &file.as_bytes().to_vec(), &wish, limits).await
}

/// [`Pages`]: a page is drawn as a picture of the size that was asked for, a file that is none and a page that is not there are
/// refused, a limit of time ends a drawing, and after each of these the next page is drawn.
///
/// # Errors
/// The rule that is broken.
pub async fn pages(pages: &dyn Pages) -> Verdict {
    let draws = async |id: &str, rule: &str| {
        let drawn = draw(pages, id, PDF, 1, DRAW_LIMITS).await;
        let is_right = |image: &PageImage| {
            (image.page, image.pages, image.width, image.height) == (1, 1, 400, 200)
                && image.cited == CitedOnPage::NotAsked
                && image.png.0.starts_with(b"\x89PNG")
        };
        ensure(drawn.as_ref().is_ok_and(is_right), rule)
    };
    draws("a", "a page is drawn").await?;
    draws("a", "the same page is drawn again").await?;
    let drawn = draw(pages, "a", PDF, 2, DRAW_LIMITS).await;
    ensure(drawn == Err(DrawError::Fault(PageFault::NoSuchPage { pages: 1 })), "a page that is not there is refused")?;
    draws("a", "a page after one that is not there is drawn").await?;
    let drawn = draw(pages, "b", "not a PDF", 1, DRAW_LIMITS).await;
    ensure(drawn == Err(DrawError::Fault(PageFault::Damaged)), "a file that is none is refused")?;
    draws("a", "a page after a file that is none is drawn").await?;
    draws("c", "another document's page is drawn").await?;
    let none = ReadLimits { time_ms: 0, ..DRAW_LIMITS };
    let drawn = draw(pages, "c", PDF, 1, none).await;
    ensure(drawn == Err(DrawError::TimedOut { limit_ms: 0 }), "drawing that takes too long is ended")?;
    draws("c", "a page after one that took too long is drawn").await?;
    let wish = PageWish { page: 1, width_px: 400, cited: None };
    let drawn = pages.draw(&DocumentId("d".into()), &Gone, &wish, DRAW_LIMITS).await;
    ensure(matches!(drawn, Err(DrawError::File(_))), "a file that is gone is said to be")?;
    draws("c", "a page after a file that was gone is drawn").await
}

//! Pages of documents as they look.

use std::ops::Range;

use conclave_ports::pages::DRAW_LIMITS;
use conclave_ports::{Cancel, DrawError, FileBytes};
use conclave_protocol::imported::{Place, place_range};
use conclave_protocol::{
    Cited, DocumentId, DocumentText, Original, PageFault, PageImage, PageWish, Problem, ProblemCode, Span,
};

use super::Service;
use super::error::ServiceError;

/// Text before and behind cited words that tells one place on the page from another, in bytes.
const CONTEXT_BYTES: usize = 200;

impl Service {
    /// A document for reading, with whether its pages can be shown.
    pub(super) async fn read_document(&self, document: &DocumentId) -> Result<DocumentText, ServiceError> {
        let text = self.documents.read(document).await?;
        let original = self.original(&text.info).await?;
        Ok(DocumentText { original, ..text })
    }

    /// Draws a page, and looks for the words of a passage on it.
    pub(super) async fn show_page(
        &self,
        document: &DocumentId,
        page: u32,
        width_px: u32,
        cited: Option<Span>,
        cancel: &Cancel,
    ) -> Result<PageImage, ServiceError> {
        let text = self.read_document(document).await?;
        let file: Box<dyn FileBytes> = match text.original {
            Original::Kept => Box::new(self.kept_original(&text.info)),
            Original::InFolder => self.file_in_folder(&text.info).await?,
            other => return Err(not_here(other).into()),
        };
        let cited = cited.and_then(|span| cited_on(&text, page, span));
        let wish = PageWish { page, width_px, cited };
        let drawing = self.ports.pages.draw(document, &*file, &wish, DRAW_LIMITS);
        Ok(self.requests.until(cancel, drawing).await?.map_err(not_drawn)?)
    }
}

/// The words of a passage that stand on a page; none where none do.
fn cited_on(text: &DocumentText, page: u32, span: Span) -> Option<Cited> {
    let whole = text.text.as_str();
    let range = place_range(&text.anchors, Place::Page(page), whole.len())?;
    let (start, end) = (span.start.max(range.start), span.end.min(range.end));
    let words = whole.get(start..end).filter(|words| !words.trim().is_empty())?;
    let before = whole.floor_char_boundary(start.saturating_sub(CONTEXT_BYTES)).max(range.start);
    let after = whole.ceil_char_boundary(end.saturating_add(CONTEXT_BYTES)).min(range.end);
    let part = |range: Range<usize>| whole.get(range).unwrap_or_default().to_owned();
    Some(Cited { text: words.to_owned(), before: part(before..start), after: part(end..after) })
}

/// Why there is no file to draw from.
fn not_here(original: Original) -> Problem {
    match original {
        Original::TooLarge => Problem::new(
            ProblemCode::TooLarge,
            "The file of this document is too large to be kept, so its pages cannot be shown.",
            "Read its text here, or open the file with another program.",
        ),
        Original::Unpaged => Problem::new(
            ProblemCode::UnsupportedType,
            "Pages can be shown of PDF documents only.",
            "Read the text of this one.",
        ),
        Original::Missing | Original::Kept | Original::InFolder => Problem::new(
            ProblemCode::NotFound,
            "The file of this document is not kept here, so its pages cannot be shown.",
            "Add the file again to see its pages; text, tags and citations stay as they are.",
        ),
    }
}

/// Why a page could not be drawn, in words for a person.
fn not_drawn(error: DrawError) -> Problem {
    let what = |why: &str| format!("This page cannot be shown: {why}.");
    let text = "Its text can still be read here; another program may show the page.";
    match error {
        DrawError::File(problem) => problem,
        DrawError::Fault(PageFault::Encrypted) => {
            Problem::new(ProblemCode::Encrypted, what("the file is locked with a password"), text)
        }
        DrawError::Fault(fault @ PageFault::NoSuchPage { .. }) => {
            Problem::new(ProblemCode::BadRequest, what(&fault.to_string()), "Go to a page that it has.")
        }
        DrawError::Fault(fault) => Problem::new(ProblemCode::DamagedFile, what(&fault.to_string()), text),
        DrawError::TimedOut { .. } => Problem::new(ProblemCode::TooLarge, what(&error.to_string()), text),
        DrawError::Broke { .. } => Problem::new(ProblemCode::DamagedFile, what(&error.to_string()), text),
        DrawError::Unavailable(_) => {
            Problem::new(ProblemCode::Internal, what(&error.to_string()), "Load the page again, then try again.")
        }
    }
}

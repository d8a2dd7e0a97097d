//! Pages of documents as they look.

use std::ops::Range;

use conclave_ports::pages::DRAW_LIMITS;
use conclave_ports::{Cancel, DrawError, FileBytes};
use conclave_privacy::Part;
use conclave_protocol::imported::{Place, place_range};
use conclave_protocol::{
    Cited, DocumentId, DocumentText, Original, PageFault, PageImage, PageWish, Problem, ProblemCode, Span,
};

use super::Service;
use super::error::ServiceError;

/// Text before and behind cited words that tells one place on the page from another, in bytes.
const CONTEXT_BYTES: usize = 200;

/// Longest place in the source that is noted, in bytes: a file of a dependency has about a hundred.
const PLACE_MAX_BYTES: usize = 200;

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
        let drawn = self.requests.until(cancel, drawing).await?;
        if let Err(DrawError::Broke { place }) = &drawn {
            self.note_broken(place.as_deref());
        }
        Ok(drawn.map_err(not_drawn)?)
    }

    /// Notes where the program that draws broke: a line of the source, and nothing that is not one.
    fn note_broken(&self, place: Option<&str>) {
        let words = Part::Words("drawing a page broke at ");
        match place.filter(|place| is_place_in_source(place)) {
            Some(place) => self.notes.trouble("pages", &[words, Part::Text(place)]),
            None => self.notes.trouble("pages", &[words, Part::Words("a place that it could not say")]),
        }
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

/// Whether this is a file of the source and a line in it. The program that says it has read a file of anybody's.
fn is_place_in_source(place: &str) -> bool {
    let is_path = |c: char| c.is_ascii_alphanumeric() || "/\\._-".contains(c);
    place.len() <= PLACE_MAX_BYTES
        && place
            .rsplit_once(".rs:")
            .is_some_and(|(file, line)| !file.is_empty() && file.chars().all(is_path) && line.parse::<u32>().is_ok())
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
            "Add the PDF itself again to see its pages, not an archive that it is in; text, tags and citations stay as they are.",
        ),
        Original::Unwanted => Problem::new(
            ProblemCode::NotFound,
            "Files are not kept here, as the settings say, so the pages of this document cannot be shown.",
            "Turn on \u{201c}Keep original PDF files\u{201d} under Storage and backups first, then add the PDF itself again.",
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

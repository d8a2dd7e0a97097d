//! PDF (ISO 32000): the text of each page in reading order.
//!
//! Glyphs become words, lines and columns in `pdf_oxide`; this module puts pages together, leaves out what repeats on each
//! of them, joins words that a line's end cut, and finds title and outline. A page that cannot be read is left out and
//! said. Nothing in the file runs, and no address in it is fetched.

mod guard;
mod info;
mod layout;
mod outline;
mod table;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
mod tests;

use conclave_protocol::imported::{Anchor, Kind, Place};
use pdf_oxide::{Error, PdfDocument};

use crate::body::{Body, is_visible};
use crate::error::ImportError;
use crate::name;
use crate::plain::normalise;
use crate::run::{Run, Source};

const WHAT: &str = "a PDF document";

/// Most pages read: five times the longest books. A file can name one page a million times.
const MAX_PAGES: usize = 10_000;

/// Whether these bytes are a PDF: readers accept its header anywhere in the first 1,024 bytes (ISO 32000-1, annex H). A text
/// that only mentions it has no binary comment and no object behind it.
pub(crate) fn is_pdf(bytes: &[u8]) -> bool {
    const RANGE: usize = 1024;
    const PROBE: usize = 4096;
    let head = &bytes[..bytes.len().min(PROBE)];
    let has = |bytes: &[u8], needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    head.starts_with(b"%PDF-")
        || head[..head.len().min(RANGE)].windows(5).position(|window| window == b"%PDF-").is_some_and(|at| {
            let (before, after) = (&head[..at], &head[at..]);
            before.iter().chain(after).any(|byte| *byte == 0) || has(after, b" obj")
        })
}

pub(crate) fn read(run: &mut Run<'_>, source: &Source<'_>) -> Result<Body, ImportError> {
    let name = || source.name.clone();
    let damaged = || ImportError::Damaged { name: name(), what: WHAT };
    let hostile = || ImportError::Hostile { name: name() };
    if guard::is_too_deep(source.bytes) {
        return Err(hostile());
    }
    let document = PdfDocument::from_bytes(guard::softened(source.bytes)).map_err(|error| match error {
        Error::EncryptedPdf => ImportError::Encrypted { name: name() },
        _ => damaged(),
    })?;
    // Most locked files can be read by everybody and only not be changed: their password is empty.
    if !document.is_authenticated() {
        return Err(ImportError::Encrypted { name: name() });
    }
    if guard::has_circle(&document) {
        return Err(hostile());
    }
    // The file says how many pages it has; each is an object of its own, so that there are no more of them.
    let count = document.page_count().map_err(|_| damaged())?.min(document.all_object_ids().len());
    if count == 0 {
        return Err(damaged());
    }
    let mut lost = Vec::new();
    let mut pages = Vec::with_capacity(count.min(MAX_PAGES));
    let mut notes = Vec::new();
    let mut size = 0usize;
    for index in 0..count.min(MAX_PAGES) {
        if size > run.limits.text_bytes {
            break;
        }
        let text = match document.extract_text(index) {
            Ok(text) => text,
            Err(Error::EncryptedPdf) => return Err(ImportError::Encrypted { name: name() }),
            Err(_) => {
                lost.push(index + 1);
                String::new()
            }
        };
        size += text.len();
        // Control characters stand for glyphs without a meaning; nobody needs to know how many.
        pages.push(layout::tidy(&normalise(text, &mut Vec::new())));
    }
    if !pages.iter().any(|page| page.chars().any(is_visible)) {
        return Err(if lost.is_empty() { ImportError::Scanned { name: name(), pages: count } } else { damaged() });
    }
    let read = pages.len();
    let blank = pages.iter().filter(|page| !page.chars().any(is_visible)).count() - lost.len();
    // A blank back of a leaf is nothing to speak of.
    if blank * 5 > read {
        notes.push(format!("{blank} of {read} pages have no text; what is on them as a picture cannot be found."));
    }
    layout::drop_repeated(&mut pages);
    let (text, anchors) = joined(&pages);
    let outline = outline::headings(&document, &text, &anchors);
    let title = info::text(&document, "Title").filter(|title| name::is_telling(title));
    let title = title.or_else(|| info::largest_words(&document));
    let changed = info::text(&document, "ModDate").or_else(|| info::text(&document, "CreationDate"));
    Ok(Body {
        outline,
        anchors,
        title,
        date_ms: changed.and_then(|date| crate::date::parse(&date)),
        partial: partial(count, read, &lost, &text).or_else(|| table::damage(source.bytes)),
        notes,
        ..Body::new(Kind::Pdf, text)
    })
}

fn partial(count: usize, read: usize, lost: &[usize], text: &str) -> Option<String> {
    // Fonts without a table of what their glyphs mean give private or replacement characters.
    let odd = text.chars().filter(|c| matches!(c, '\u{fffd}' | '\u{e000}'..='\u{f8ff}')).count();
    if let Some(first) = lost.first() {
        let plural = if count == 1 { "page" } else { "pages" };
        Some(format!("{} of {count} {plural} could not be read (page {first} first).", lost.len()))
    } else if read < count {
        Some(format!("Only the first {read} of {count} pages were read: the document is too long."))
    } else if odd * 5 > text.chars().count() {
        Some("Its fonts do not say which letters they show: much of the text is not readable.".to_owned())
    } else {
        None
    }
}

/// The pages as one text, with where each begins. A sentence that goes on over a page's end stays whole.
fn joined(pages: &[String]) -> (String, Vec<Anchor>) {
    let mut text = String::with_capacity(pages.iter().map(|page| page.len() + 2).sum());
    let mut anchors = Vec::with_capacity(pages.len());
    for (index, page) in pages.iter().enumerate() {
        if !text.is_empty() && !page.is_empty() {
            let ends = text.ends_with(['.', '!', '?', ':', ';', '"', ')', '”', '。']);
            let goes_on = !ends && page.starts_with(|c: char| c.is_lowercase());
            text.push_str(if goes_on { "\n" } else { "\n\n" });
        }
        anchors.push(Anchor { at: text.len(), place: Place::Page(u32::try_from(index + 1).unwrap_or(u32::MAX)) });
        text.push_str(page);
    }
    // The break before a page belongs to the page before it; blank pages begin with the next one.
    (text, anchors)
}

//! What a document says of itself (ISO 32000-1, 14.3.3), and the largest words on its first page.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use pdf_oxide::PdfDocument;
use pdf_oxide::layout::TextSpan;
use pdf_oxide::object::Object;

/// Longest title taken from a page, in characters.
const MAX_TITLE_CHARS: usize = 200;

/// How many times larger than the page's usual letters a title is set.
const TITLE_SCALE: f32 = 1.15;

/// A text of the document's information dictionary.
pub(super) fn text(document: &PdfDocument, key: &str) -> Option<String> {
    let info = document.resolve_object(document.trailer().as_dict()?.get("Info")?).ok()?;
    let value = document.resolve_object(info.as_dict()?.get(key)?).ok()?;
    let text = text_string(&value)?;
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A text string (7.9.2.2): UTF-16 or UTF-8 with a mark, else PDFDocEncoding, which is Latin-1 where letters are concerned.
pub(super) fn text_string(object: &Object) -> Option<String> {
    let bytes = object.as_string()?;
    let (encoding, bytes) = if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        (UTF_16BE, rest)
    } else if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        (UTF_16LE, rest)
    } else if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        (encoding_rs::UTF_8, rest)
    } else {
        (WINDOWS_1252, bytes)
    };
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

/// The words set largest on the first page, where they stand out: a title as a reader sees it.
pub(super) fn largest_words(document: &PdfDocument) -> Option<String> {
    let spans = document.extract_spans(0).ok()?;
    let readable = |text: &str| text.chars().any(char::is_alphanumeric);
    let mut sizes: Vec<f32> = spans.iter().filter(|span| readable(&span.text)).map(|span| span.font_size).collect();
    sizes.sort_unstable_by(f32::total_cmp);
    let (largest, usual) = (*sizes.last()?, *sizes.get(sizes.len() / 2)?);
    if !largest.is_finite() || largest < usual * TITLE_SCALE {
        return None;
    }
    let mut large: Vec<&TextSpan> = spans.iter().filter(|span| span.font_size >= largest * 0.98).collect();
    // Line by line: what was read as two columns may go through the middle of a title.
    large.sort_by(|a, b| b.bbox.y.total_cmp(&a.bbox.y));
    let lines = large.chunk_by_mut(|a, b| (a.bbox.y - b.bbox.y).abs() < largest / 2.0);
    lines.for_each(|line| line.sort_by(|a, b| a.bbox.x.total_cmp(&b.bbox.x)));
    let words: Vec<&str> = large.iter().map(|span| span.text.trim()).filter(|text| !text.is_empty()).collect();
    let title = words.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    let letters = title.chars().filter(|c| c.is_alphabetic()).count();
    // A single initial, or a whole poster, is no title.
    (letters >= 4 && title.chars().count() <= MAX_TITLE_CHARS).then_some(title)
}

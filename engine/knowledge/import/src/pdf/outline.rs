//! Headings from a document's outline (ISO 32000-1, 12.3.3), found again in its text.

use std::collections::{HashMap, HashSet};

use conclave_protocol::Span;
use conclave_protocol::imported::{Anchor, Heading};
use conclave_text::lines;
use pdf_oxide::PdfDocument;
use pdf_oxide::object::{Object, ObjectRef};

use super::info::text_string;
use crate::body::MAX_HEADINGS;

/// Deepest level; headings have six.
const MAX_LEVEL: u8 = 6;

/// A page on which more titles than this stand is a table of contents.
const MAX_ON_PAGE: usize = 6;

/// The headings whose words stand on a line of their own, in the outline's order.
pub(super) fn headings(document: &PdfDocument, text: &str, anchors: &[Anchor]) -> Vec<Heading> {
    let titles = titles(document).unwrap_or_default();
    if titles.is_empty() {
        return Vec::new();
    }
    let keys: HashSet<String> = titles.iter().map(|(_, title)| key(title)).collect();
    // Where each title stands: lines of text by their letters, with and without the number before them.
    let mut places: HashMap<String, Vec<Span>> = HashMap::new();
    let mut on_page: HashMap<usize, usize> = HashMap::new();
    for line in lines(text).filter(|line| !line.is_blank()) {
        let whole = key(line.text);
        let bare = whole.trim_start_matches(|c: char| c.is_numeric()).to_owned();
        let Some(found) = [whole, bare].into_iter().find(|key| !key.is_empty() && keys.contains(key)) else { continue };
        *on_page.entry(page_of(anchors, line.start)).or_insert(0) += 1;
        places.entry(found).or_default().push(line.trimmed_span());
    }
    let mut headings: Vec<Heading> = Vec::new();
    let mut from = 0;
    for (level, title) in titles {
        let Some(spans) = places.get(&key(&title)) else { continue };
        let is_contents = |span: &Span| {
            let page = page_of(anchors, span.start);
            on_page.get(&page).is_some_and(|count| *count > MAX_ON_PAGE) && anchors.len() > 1
        };
        let behind = spans.partition_point(|span| span.start < from);
        if let Some(span) = spans[behind..].iter().find(|span| !is_contents(span))
            && headings.len() < MAX_HEADINGS
        {
            from = span.end;
            headings.push(Heading { span: *span, level });
        }
    }
    headings
}

fn page_of(anchors: &[Anchor], at: usize) -> usize {
    anchors.partition_point(|anchor| anchor.at <= at)
}

/// Letters and digits alone, in small letters.
fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The outline's titles with their levels, in order. Entries may point at each other in circles: each is visited once.
fn titles(document: &PdfDocument) -> Option<Vec<(u8, String)>> {
    let catalog = document.catalog().ok()?;
    let root = document.resolve_object(catalog.as_dict()?.get("Outlines")?).ok()?;
    let mut titles = Vec::new();
    let mut seen: HashSet<(u32, u16)> = HashSet::new();
    // Entries still to visit, the next one last.
    let mut open: Vec<(u8, ObjectRef)> = reference(&root, "First").map(|first| (1, first)).into_iter().collect();
    while let Some((level, at)) = open.pop() {
        if titles.len() >= MAX_HEADINGS || !seen.insert((at.id, at.r#gen)) {
            continue;
        }
        let Ok(entry) = document.load_object(at) else { continue };
        let title = entry.as_dict().and_then(|entry| entry.get("Title"));
        let title = title.and_then(|title| document.resolve_object(title).ok()).as_ref().and_then(text_string);
        titles.extend(title.filter(|title| !title.trim().is_empty()).map(|title| (level, title)));
        open.extend(reference(&entry, "Next").map(|next| (level, next)));
        open.extend(reference(&entry, "First").map(|first| ((level + 1).min(MAX_LEVEL), first)));
    }
    Some(titles)
}

fn reference(object: &Object, key: &str) -> Option<ObjectRef> {
    object.as_dict()?.get(key)?.as_reference()
}

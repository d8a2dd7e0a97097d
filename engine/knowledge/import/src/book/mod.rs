//! Books: EPUB 2 and 3 (W3C EPUB 3.3; IDPF OPF 2.0.1).
//!
//! The chapters' pages in reading order, as one text. A chapter that has no heading of its own gets the one that the
//! table of contents gives it.

use std::collections::HashMap;

use conclave_protocol::Span;
use conclave_protocol::imported::{Anchor, Heading, Kind, Place};

use crate::archive::Archive;
use crate::body::{Body, MAX_HEADINGS};
use crate::error::ImportError;
use crate::office::resolve;
use crate::run::{Run, Source};
use crate::xml::{self, Node};
use crate::{date, encoding, html};

const WHAT: &str = "an EPUB book";
const CONTAINER: &str = "META-INF/container.xml";

/// Most pages of a book.
const MAX_PAGES: usize = 20_000;

/// How far into a chapter its own heading may begin, in bytes: behind a number or a picture's caption.
const HEADING_WITHIN: usize = 200;

pub(crate) fn is_book(archive: &Archive<'_>) -> bool {
    archive.entry(CONTAINER).is_some()
        || archive.get("mimetype", 64).is_some_and(|kind| kind.trim_ascii() == b"application/epub+zip")
}

/// What the package document says.
#[derive(Debug, Default)]
struct Package {
    title: Option<String>,
    date: Option<String>,
    /// Names of files by their ids, with media types and properties.
    files: HashMap<String, (String, String, String)>,
    /// Ids in reading order.
    spine: Vec<String>,
}

pub(crate) fn read(run: &mut Run<'_>, source: &Source<'_>, archive: &Archive<'_>) -> Result<Body, ImportError> {
    let damaged = || ImportError::Damaged { name: source.name.clone(), what: WHAT };
    if is_locked(run, archive) {
        return Err(ImportError::Encrypted { name: source.name.clone() });
    }
    let container = run.unpack_named(archive, CONTAINER).unwrap_or_default();
    let mut at = None;
    let _ = xml::walk(&container, |node| {
        if let Node::Start(tag) = node
            && tag.name == "rootfile"
            && at.is_none()
        {
            at = tag.attribute("full-path");
        }
    });
    // A book without a container: its package document has a name of its own kind.
    let by_name =
        || archive.entries().iter().find(|entry| entry.name.ends_with(".opf")).map(|entry| entry.name.clone());
    let at = at.filter(|at| archive.entry(at).is_some()).or_else(by_name).ok_or_else(damaged)?;
    let folder = at.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let package = package(&run.unpack_named(archive, &at).ok_or_else(damaged)?, &folder);
    let titles = titles(run, archive, &package);

    let mut body = Body::new(Kind::Book, String::new());
    let mut lost = 0usize;
    for (index, id) in package.spine.iter().enumerate() {
        if body.text.len() > run.limits.text_bytes {
            break;
        }
        let Some((name, media, _)) = package.files.get(id) else {
            lost += 1;
            continue;
        };
        // Pictures and fonts may stand in the spine of a comic.
        if !(media.contains("html") || media.contains("xml")) {
            continue;
        }
        match run.unpack_named(archive, name).and_then(|bytes| encoding::decode(&bytes, true)) {
            Some(page) => {
                let page = html::extract_all(&page.text, run.limits.text_bytes);
                let place = Place::Chapter(u32::try_from(index + 1).unwrap_or(u32::MAX));
                append(&mut body, page, place, titles.get(name).map(String::as_str));
            }
            None => lost += 1,
        }
    }
    body.title = package.title;
    body.date_ms = package.date.and_then(|date| date::parse(&date));
    if lost > 0 {
        body.partial = Some(format!("{lost} of the book's {} parts are missing or damaged.", package.spine.len()));
    } else if archive.is_cut {
        body.partial = Some("The file is cut off; what is left of it was read.".to_owned());
    }
    Ok(body)
}

/// Adds a chapter.
fn append(body: &mut Body, page: Body, place: Place, title: Option<&str>) {
    if page.text.trim().is_empty() {
        body.anchors.push(Anchor { at: body.text.len(), place });
        return;
    }
    if !body.text.is_empty() {
        body.text.push_str("\n\n");
    }
    body.anchors.push(Anchor { at: body.text.len(), place });
    let has_heading = page.outline.first().is_some_and(|heading| heading.span.start <= HEADING_WITHIN);
    // As in every canonical text, no control characters, which a damaged table of contents may hold.
    let title: String = title.unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
    if !has_heading && title.chars().any(|c| !c.is_whitespace()) {
        let start = body.text.len();
        body.text.push_str(&title);
        body.outline.push(Heading { span: Span::new(start, body.text.len()), level: 1 });
        body.text.push_str("\n\n");
    }
    let shift = body.text.len();
    body.text.push_str(&page.text);
    let room = MAX_HEADINGS.saturating_sub(body.outline.len());
    body.outline.extend(page.outline.into_iter().take(room).map(|heading| Heading {
        span: Span::new(heading.span.start + shift, heading.span.end + shift),
        level: heading.level,
    }));
}

/// Whether the publisher locked the pages. Fonts may be scrambled in any book.
fn is_locked(run: &mut Run<'_>, archive: &Archive<'_>) -> bool {
    let bytes = run.unpack_named(archive, "META-INF/encryption.xml").unwrap_or_default();
    let mut locked = false;
    let _ = xml::walk(&bytes, |node| {
        if let Node::Start(tag) = node
            && tag.name == "CipherReference"
        {
            let target = tag.attribute("URI").unwrap_or_default().to_ascii_lowercase();
            locked |= [".xhtml", ".html", ".htm", ".xml", ".opf"].iter().any(|end| target.ends_with(end));
        }
    });
    locked
}

fn package(bytes: &[u8], folder: &str) -> Package {
    let mut package = Package::default();
    let mut field: Option<&'static str> = None;
    let mut text = String::new();
    // What stands before a damaged place is as good as ever.
    let _ = xml::walk(bytes, |node| match node {
        Node::Start(tag) => match tag.name {
            "title" => field = Some("title"),
            "date" => field = Some("date"),
            "item" if package.files.len() < MAX_PAGES => {
                if let (Some(id), Some(target)) = (tag.attribute("id"), tag.attribute("href")) {
                    let media = tag.attribute("media-type").unwrap_or_default();
                    let properties = tag.attribute("properties").unwrap_or_default();
                    package.files.insert(id, (resolve(folder, &unescaped(&target)), media, properties));
                }
            }
            "itemref" if package.spine.len() < MAX_PAGES => package.spine.extend(tag.attribute("idref")),
            _ => {}
        },
        Node::Text(part) if field.is_some() => text.push_str(&part),
        Node::Text(_) => {}
        Node::End(_) => {
            let words = std::mem::take(&mut text);
            let words = words.trim();
            let place = match field.take() {
                Some("title") => &mut package.title,
                Some(_) => &mut package.date,
                None => return,
            };
            if place.is_none() && !words.is_empty() {
                *place = Some(words.to_owned());
            }
        }
    });
    package
}

/// What the table of contents calls each file: the navigation document of EPUB 3, or the NCX of EPUB 2.
fn titles(run: &mut Run<'_>, archive: &Archive<'_>, package: &Package) -> HashMap<String, String> {
    let mut titles = HashMap::new();
    let navigation = package.files.values().find(|(_, _, properties)| properties.split(' ').any(|word| word == "nav"));
    let ncx = package.files.values().find(|(_, media, _)| media == "application/x-dtbncx+xml");
    for (name, ..) in [ncx, navigation].into_iter().flatten() {
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let bytes = run.unpack_named(archive, name).unwrap_or_default();
        let (mut target, mut words, mut open) = (None::<String>, String::new(), 0usize);
        let _ = xml::walk(&bytes, |node| match node {
            // EPUB 3: <a href="…">words</a>. EPUB 2: <navLabel><text>words</text></navLabel><content src="…"/>.
            Node::Start(tag) if tag.name == "a" => {
                (target, words) = (tag.attribute("href"), String::new());
                open = 1;
            }
            Node::Start(tag) if tag.name == "navLabel" => {
                words.clear();
                open = 1;
            }
            Node::Start(tag) if tag.name == "content" => {
                if let Some(target) = tag.attribute("src") {
                    add(&mut titles, folder, &target, &words);
                }
            }
            Node::Text(text) if open > 0 => words.push_str(&text),
            Node::End("a") => {
                open = 0;
                if let Some(target) = target.take() {
                    add(&mut titles, folder, &target, &words);
                }
            }
            Node::End("navLabel") => open = 0,
            _ => {}
        });
    }
    titles
}

/// The first entry for a file names it; later ones point further down.
fn add(titles: &mut HashMap<String, String>, folder: &str, target: &str, words: &str) {
    let file = target.split('#').next().unwrap_or("");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if !file.is_empty() && !words.is_empty() && titles.len() < MAX_PAGES {
        titles.entry(resolve(folder, &unescaped(file))).or_insert(words);
    }
}

/// A relative address without percent escapes.
fn unescaped(target: &str) -> String {
    let bytes = target.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = (bytes[at] == b'%').then(|| target.get(at + 1..at + 3)).flatten();
        match escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| target.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
